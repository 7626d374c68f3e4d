-- account_identity: who an account is, for facts and lists.
-- grain: one row per account that was not merged away.
-- columns: those of the customer master that policies ask about; insolvent, insolvency_date and dunning_blocked as of
--   :as_of.
SELECT
    c.account_id, c.account_number, c.name AS account_name, c.status AS account_status,
    coalesce(c.kind, 'trade') AS account_kind,
    c.country, c.language, c.profile_class, c.collector, coalesce(c.credit_hold, FALSE) AS credit_hold,
    coalesce(c.insolvency_date <= :as_of, FALSE) AS insolvent,
    CASE WHEN c.insolvency_date <= :as_of THEN c.insolvency_date END AS insolvency_date,
    coalesce(c.dunning_block_until >= :as_of, FALSE) AS dunning_blocked
FROM customers AS c
ANTI JOIN survivors AS merged ON merged.account_id = c.account_id

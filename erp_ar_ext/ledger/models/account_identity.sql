-- account_identity: who an account is, for facts and lists.
-- grain: one row per account that was not merged away.
-- columns: those of the customer master that policies ask about; insolvent and dunning_blocked as of :as_of.
SELECT
    account_id, account_number, name AS account_name, status AS account_status, coalesce(kind, 'trade') AS account_kind,
    country, language, profile_class, collector, coalesce(credit_hold, FALSE) AS credit_hold,
    coalesce(insolvency_date <= :as_of, FALSE) AS insolvent,
    coalesce(dunning_block_until >= :as_of, FALSE) AS dunning_blocked
FROM customers
WHERE merged_into IS NULL

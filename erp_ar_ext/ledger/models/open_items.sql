-- open_items: what is open at the end of a day.
-- materialized: yes
-- grain: one row per schedule with a balance at the end of :as_of.
-- columns: the schedule; open_amount, its balance when it is a document's; unapplied, its balance when it is a
--   receipt's, and of it on_account and unidentified; days_past_due, :as_of less the date it ages by (:basis: due_date,
--   trx_date or gl_date); disputed, the disputed part of a debit.
-- rules: a dispute never counts for more than is open. Cash of nobody is unidentified; other cash is on account as far
--   as the receipt's rows of that day say so and money is left.
WITH items AS (
    SELECT
        p.*, p.class = 'PMT' AS is_cash, p.class <> 'PMT' AND p.balance > 0 AS is_debit,
        CASE :basis WHEN 'trx_date' THEN p.trx_date WHEN 'gl_date' THEN p.gl_date ELSE p.due_date END AS ages_from
    FROM balance_periods AS p
    WHERE p.valid_from <= :as_of AND p.valid_to > :as_of
)
SELECT
    i.org_id, i.schedule_id, i.trx_id, i.account_id, i.class, i.instalment, i.currency, i.trx_number, i.trx_date,
    i.gl_date, i.due_date, i.amount_original,
    date_diff('day', i.ages_from, :as_of)::INTEGER AS days_past_due,
    CASE WHEN i.is_cash THEN 0 ELSE i.balance END::DECIMAL(18, 4) AS open_amount,
    CASE WHEN i.is_cash THEN i.balance ELSE 0 END::DECIMAL(18, 4) AS unapplied,
    CASE WHEN i.is_cash AND i.account_id IS NOT NULL AND i.balance < 0 -- never more of one than money is left
         THEN greatest(i.balance + least(-i.balance, greatest(0, coalesce(c.unidentified, 0))),
                       0 - greatest(0, coalesce(c.on_account, 0))) ELSE 0 END::DECIMAL(18, 4) AS on_account,
    CASE WHEN i.is_cash AND i.account_id IS NULL THEN i.balance
         WHEN i.is_cash AND i.balance < 0
         THEN greatest(i.balance, 0 - greatest(0, coalesce(c.unidentified, 0))) ELSE 0 END::DECIMAL(18, 4) AS unidentified,
    CASE WHEN i.is_debit THEN least(i.balance, greatest(0, coalesce(d.amount, 0))) ELSE 0 END::DECIMAL(18, 4) AS disputed
FROM items AS i
LEFT JOIN disputes_then AS d ON i.is_debit AND d.org_id = i.org_id AND d.schedule_id = i.schedule_id
LEFT JOIN cash_then AS c ON i.is_cash AND c.org_id = i.org_id AND c.schedule_id = i.schedule_id

-- cash_pools: what cash not applied may be set off against, when the oldest debit comes first.
-- materialized: yes
-- grain: one row per open debit of an account, and per receipt with cash not applied.
-- columns: the item and what it is grouped and aged by; document, empty; amount, open for setting off, in the row's
--   currency: debits are positive, less the credits set off before; cash is negative.
-- rules: a pool is the debits and the cash of one company, account and currency; cash of nobody known lowers nothing.
--   Nobody pays a guarantee, so none is set off. With :disputed_apart the disputed part of a debit takes no cash.
SELECT
    o.org_id, o.schedule_id, o.account_id, o.class, o.currency, o.trx_number, o.trx_date, o.gl_date, o.due_date,
    o.days_past_due, '' AS document,
    CASE
        WHEN o.class = 'PMT' THEN o.unapplied
        ELSE o.open_amount - CASE WHEN :disputed_apart THEN o.disputed ELSE 0 END - coalesce(credits.amount, 0)
    END AS amount
FROM open_items AS o
LEFT JOIN credit_set_offs AS credits ON credits.org_id = o.org_id AND credits.schedule_id = o.schedule_id
WHERE o.account_id IS NOT NULL AND (o.unapplied < 0 OR (o.open_amount > 0 AND o.class NOT IN ('PMT', 'GUAR')))

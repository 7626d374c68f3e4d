-- account_pools: what credits may be set off against when the oldest debit comes first.
-- materialized: yes
-- grain: one row per open document of an account.
-- columns: the item and what it is grouped and aged by; document, empty; amount, open for setting off, in the row's
--   currency: debits are positive, credits negative.
-- rules: a pool is the debits and credits of one company, account and currency. Credits are credit memos and whatever
--   other document is below zero. Nobody pays a guarantee, so none is set off. With :disputed_apart the disputed part of
--   a debit has left the buckets and takes no credit.
SELECT
    org_id, schedule_id, account_id, class, currency, trx_number, trx_date, gl_date, due_date, days_past_due,
    '' AS document, open_amount - CASE WHEN :disputed_apart THEN disputed ELSE 0 END AS amount
FROM open_items
WHERE account_id IS NOT NULL AND class <> 'PMT' AND (class <> 'GUAR' OR open_amount < 0)

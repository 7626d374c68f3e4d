-- document_pools: what credits may be set off against when each lowers the document it names.
-- materialized: yes
-- grain: one row per open document of an account.
-- columns: the item and what it is grouped and aged by; document, the one that is lowered; amount, open for setting
--   off, in the row's currency: debits are positive, credits negative.
-- rules: a pool is the open instalments of one document and the credits that name it by original_trx_id, of one company,
--   account and currency; an instalment below zero lowers the others of its own document. Nobody pays a guarantee,
--   so none is set off. With :disputed_apart the disputed part of a debit has left the buckets and takes no credit.
SELECT
    o.org_id, o.schedule_id, o.account_id, o.class, o.currency, o.trx_number, o.trx_date, o.gl_date, o.due_date,
    o.days_past_due,
    CASE WHEN o.open_amount < 0 THEN coalesce(credited.original_trx_id, o.trx_id) ELSE o.trx_id END AS document,
    o.open_amount - CASE WHEN :disputed_apart THEN o.disputed ELSE 0 END AS amount
FROM open_items AS o
LEFT JOIN (
    SELECT org_id, trx_id, original_trx_id FROM transactions WHERE original_trx_id IS NOT NULL -- few: most name none
) AS credited ON credited.org_id = o.org_id AND credited.trx_id = o.trx_id
WHERE o.account_id IS NOT NULL AND o.trx_id IS NOT NULL AND o.class <> 'PMT' AND (o.class <> 'GUAR' OR o.open_amount < 0)

-- kpi_individual: accounts whose expected loss is assessed one by one.
-- grain: one row per account and currency.
-- columns: currency; account_id; account_number; account_name; open_amount, documents but guarantees; unapplied (negative);
--   insolvent, else the policy's own condition holds.
SELECT currency, account_id, account_number, account_name, open_amount, unapplied, insolvent
FROM (
    SELECT i.*, b.currency, b.open_amount - b.guarantees AS open_amount, b.unapplied
    FROM account_balances AS b
    JOIN account_identity AS i ON i.account_id = b.account_id
    ANTI JOIN kpi_outside AS outside ON outside.account_id = b.account_id
)
WHERE (insolvent OR {individual}) AND (open_amount <> 0 OR unapplied <> 0)
ORDER BY currency, account_id

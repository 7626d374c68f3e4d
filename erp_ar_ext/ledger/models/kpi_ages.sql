-- kpi_ages: what is open at the end of a day, by due date.
-- grain: one row per currency, standing and due date.
-- columns: currency; standing: outside and outside_cash (documents and receipts of accounts that key figures leave
--   out), cash (receipts), guarantee, debit, or credit (any other document below zero); due_date; amount, signed; items.
-- rule: the standings add up to everything that is open.
SELECT
    p.currency,
    CASE
        WHEN outside.account_id IS NOT NULL THEN CASE WHEN p.class = 'PMT' THEN 'outside_cash' ELSE 'outside' END
        WHEN p.class = 'PMT' THEN 'cash'
        WHEN p.class = 'GUAR' THEN 'guarantee'
        WHEN p.balance > 0 THEN 'debit'
        ELSE 'credit'
    END AS standing,
    p.due_date,
    sum(p.balance)::DECIMAL(38, 4) AS amount,
    count(*) AS items
FROM balance_periods AS p
LEFT JOIN kpi_outside AS outside ON outside.account_id = p.account_id
WHERE p.valid_from <= :day AND p.valid_to > :day
GROUP BY ALL

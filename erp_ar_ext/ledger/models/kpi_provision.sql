-- kpi_provision: what is open, as a provision matrix looks at it.
-- grain: one row per currency, standing, segment and due date.
-- columns: currency; standing: outside (accounts that key figures leave out), guarantee, individual (accounts assessed
--   individually), cash (receipts), debit, or credit (any other document below zero); segment, the number of the policy's
--   segment, from 0; due_date; amount, signed.
-- rule: the standings add up to the aging total: open amounts and cash not applied.
WITH accounts AS (
    SELECT account_id, currency, {segment} AS segment, insolvent OR {individual} AS individual
    FROM (
        SELECT i.*, b.currency
        FROM account_balances AS b
        JOIN account_identity AS i ON i.account_id = b.account_id
    )
)
SELECT
    o.currency,
    CASE
        WHEN outside.account_id IS NOT NULL THEN 'outside'
        WHEN o.class = 'GUAR' THEN 'guarantee'
        WHEN a.individual THEN 'individual'
        WHEN o.class = 'PMT' THEN 'cash'
        WHEN o.open_amount > 0 THEN 'debit'
        ELSE 'credit'
    END AS standing,
    coalesce(a.segment, :last_segment) AS segment,
    o.due_date,
    sum(o.open_amount + o.unapplied)::DECIMAL(38, 4) AS amount
FROM open_items AS o
LEFT JOIN accounts AS a ON a.account_id = o.account_id AND a.currency = o.currency
LEFT JOIN kpi_outside AS outside ON outside.account_id = o.account_id
GROUP BY ALL

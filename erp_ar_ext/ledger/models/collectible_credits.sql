-- collectible_credits: what we owe a customer and can set against what is due.
-- materialized: yes
-- grain: one row per company, account and currency that has any.
-- columns: org_id, account_id, currency; pool, a number for the row; amount, positive, in the row's currency.
-- rules: open credit memos and whatever other document is below zero, and cash not applied or on account; not cash whose
--   payer is not identified, and no guarantee. None is usable where :collect_less_credits is off.
SELECT
    org_id, account_id, currency, row_number() OVER (ORDER BY org_id, account_id, currency) AS pool,
    -sum(least(open_amount, 0) + unapplied - unidentified) AS amount
FROM open_items
WHERE :collect_less_credits AND account_id IS NOT NULL AND class <> 'GUAR' AND (open_amount < 0 OR unapplied <> 0)
GROUP BY org_id, account_id, currency
HAVING sum(least(open_amount, 0) + unapplied - unidentified) < 0

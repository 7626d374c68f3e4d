-- plan_receipts: receipts of accounts that have a payment plan without items.
-- grain: one row per plan and receipt of its account, after merges, in its currency, from the day of the agreement.
-- columns: plan_id; org_id, receipt_id; receipt_date, reversed_date; amount.
WITH whole_accounts AS (
    SELECT p.plan_id, coalesce(survivors.survivor_id, p.account_id) AS account_id, p.currency, p.agreed_on
    FROM payment_plans AS p
    ANTI JOIN plan_items AS i ON i.plan_id = p.plan_id
    LEFT JOIN survivors ON survivors.account_id = p.account_id
)
SELECT p.plan_id, r.org_id, r.receipt_id, r.receipt_date, r.reversed_date, r.amount
FROM receipts AS r
LEFT JOIN survivors ON survivors.account_id = r.account_id
JOIN whole_accounts AS p
    ON p.account_id = coalesce(survivors.survivor_id, r.account_id) AND p.currency = r.currency
WHERE r.receipt_date >= p.agreed_on

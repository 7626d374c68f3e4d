-- plan_money: money that counts toward a payment plan.
-- grain: one row per plan and day on which money or credit came.
-- columns: plan_id; paid_on, the receipt's date or the day a credit counts from; paid, in the plan's currency.
-- rules: for a plan with items, what receipts from the day of the agreement paid on those items, reversals taken
--   out, and what credit memos took off them from that day: a debt that was credited is no longer to be paid. For a
--   plan without items, the account's receipts.
WITH by_item AS (
    SELECT a.plan_id, coalesce(a.receipt_date, a.{axis}) AS paid_on, a.amount AS paid
    FROM plan_applications AS a
    JOIN payment_plans AS p ON p.plan_id = a.plan_id
    WHERE a.{axis} <= :as_of AND coalesce(a.{axis_until} > :as_of, TRUE)
      AND (a.receipt_date IS NOT NULL OR a.source_class = 'CM')
      AND coalesce(a.receipt_date, a.{axis}) BETWEEN p.agreed_on AND :as_of
),
by_account AS (
    SELECT plan_id, receipt_date AS paid_on, amount AS paid
    FROM plan_receipts
    WHERE receipt_date <= :as_of AND coalesce(reversed_date > :as_of, TRUE)
)
SELECT plan_id, paid_on, sum(paid) AS paid
FROM (SELECT * FROM by_item UNION ALL SELECT * FROM by_account)
GROUP BY plan_id, paid_on

-- plan_money: money that counts toward a payment plan.
-- grain: one row per plan and day on which money came.
-- columns: plan_id; paid_on, the receipt's date; paid, in the plan's currency.
-- rules: for a plan with items, what receipts from the day of the agreement paid on those items, reversals taken
--   out; for a plan without items, the account's receipts. Credit memos settle debt but are not payments.
WITH receipt_schedules AS (
    SELECT s.org_id, s.schedule_id, r.receipt_date
    FROM ledger_schedules AS s
    JOIN receipts AS r ON r.org_id = s.org_id AND r.receipt_id = s.receipt_id
),
by_item AS (
    SELECT p.plan_id, source.receipt_date AS paid_on, a.amount AS paid
    FROM payment_plans AS p
    JOIN plan_schedules AS i ON i.plan_id = p.plan_id
    JOIN counted_applications AS a ON a.org_id = i.org_id AND a.target_schedule_id = i.schedule_id
    JOIN receipt_schedules AS source ON source.org_id = a.org_id AND source.schedule_id = a.source_schedule_id
    WHERE source.receipt_date BETWEEN p.agreed_on AND :as_of
      AND a.counts_from <= :as_of AND coalesce(a.counts_until > :as_of, TRUE)
),
by_account AS (
    SELECT p.plan_id, r.receipt_date, r.amount
    FROM payment_plans AS p
    ANTI JOIN plan_items AS i ON i.plan_id = p.plan_id
    LEFT JOIN survivors AS agreed ON agreed.account_id = p.account_id
    JOIN receipts AS r ON r.currency = p.currency
    LEFT JOIN survivors AS payer ON payer.account_id = r.account_id
    WHERE coalesce(payer.survivor_id, r.account_id) = coalesce(agreed.survivor_id, p.account_id)
      AND r.receipt_date BETWEEN p.agreed_on AND :as_of AND coalesce(r.reversed_date > :as_of, TRUE)
)
SELECT plan_id, paid_on, sum(paid) AS paid
FROM (SELECT * FROM by_item UNION ALL SELECT * FROM by_account)
GROUP BY plan_id, paid_on

-- plan_money: money that counts toward a payment plan.
-- grain: one row per plan and day on which money or credit came.
-- columns: plan_id; paid_on, the receipt's date or the day a credit counts from; paid, in the plan's currency.
-- rules: for a plan with items, what receipts from the day of the agreement paid on those items, reversals taken
--   out, and what credit memos took off them from that day: a debt that was credited is no longer to be paid. For a
--   plan without items, the account's receipts.
WITH item_money AS MATERIALIZED ( -- few rows: found first, so that the joins to all schedules and receipts stay small
    SELECT i.plan_id, a.org_id, a.source_schedule_id, a.amount, a.counts_from
    FROM plan_schedules AS i
    JOIN counted_applications AS a ON a.org_id = i.org_id AND a.target_schedule_id = i.schedule_id
    WHERE a.counts_from <= :as_of AND coalesce(a.counts_until > :as_of, TRUE)
),
by_item AS (
    SELECT p.plan_id, coalesce(r.receipt_date, i.counts_from) AS paid_on, i.amount AS paid
    FROM item_money AS i
    JOIN payment_plans AS p ON p.plan_id = i.plan_id
    JOIN ledger_schedules AS s ON s.org_id = i.org_id AND s.schedule_id = i.source_schedule_id
    LEFT JOIN receipts AS r ON r.org_id = s.org_id AND r.receipt_id = s.receipt_id
    WHERE (r.receipt_id IS NOT NULL OR s.class = 'CM')
      AND coalesce(r.receipt_date, i.counts_from) BETWEEN p.agreed_on AND :as_of
),
whole_accounts AS (
    SELECT p.plan_id, coalesce(survivors.survivor_id, p.account_id) AS account_id, p.currency, p.agreed_on
    FROM payment_plans AS p
    ANTI JOIN plan_items AS i ON i.plan_id = p.plan_id
    LEFT JOIN survivors ON survivors.account_id = p.account_id
),
account_money AS (
    SELECT coalesce(survivors.survivor_id, r.account_id) AS account_id, r.currency, r.receipt_date, r.amount
    FROM receipts AS r
    LEFT JOIN survivors ON survivors.account_id = r.account_id
    WHERE r.receipt_date <= :as_of AND coalesce(r.reversed_date > :as_of, TRUE)
),
by_account AS (
    SELECT p.plan_id, r.receipt_date, r.amount
    FROM whole_accounts AS p
    JOIN account_money AS r ON r.account_id = p.account_id AND r.currency = p.currency
    WHERE r.receipt_date >= p.agreed_on
)
SELECT plan_id, paid_on, sum(paid) AS paid
FROM (SELECT * FROM by_item UNION ALL SELECT * FROM by_account)
GROUP BY plan_id, paid_on

-- collectible_promises: what customers have promised to pay and need not have paid yet.
-- materialized: yes
-- grain: one row per plan in force on :as_of that is not broken and has an instalment to wait for.
-- columns: plan_id; account_id (after merges) and currency; agreed_on; whole_account, whether the plan names no items;
--   amount, in the plan's currency: the unpaid part of the instalments whose day and days of grace have not passed.
-- rule: a broken plan defers nothing, not even its later instalments; nor does a completed one.
SELECT
    s.plan_id, s.account_id, s.currency, p.agreed_on, items.plan_id IS NULL AS whole_account, sum(l.unpaid) AS amount
FROM plan_states AS s
JOIN payment_plans AS p ON p.plan_id = s.plan_id
JOIN plan_legs AS l ON l.plan_id = s.plan_id
LEFT JOIN (SELECT DISTINCT plan_id FROM plan_items) AS items ON items.plan_id = s.plan_id
WHERE s.state IN ('on_track', 'late') AND l.state IN ('open', 'in_grace') AND l.unpaid > 0
GROUP BY s.plan_id, s.account_id, s.currency, p.agreed_on, items.plan_id

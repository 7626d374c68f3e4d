-- account_plans: an account's payment plans, rolled up.
-- grain: one row per account and currency with a plan in force.
-- columns: plan_state, the worst of its plans (broken, late, on_track, completed); sums of late_legs, broken_legs
--   and overdue; next_due_on.
SELECT
    account_id, currency,
    arg_min(state, list_position(['broken', 'late', 'on_track', 'completed'], state)) AS plan_state,
    sum(late_legs)::INTEGER AS late_legs,
    sum(broken_legs)::INTEGER AS broken_legs,
    sum(overdue) AS overdue,
    min(next_due_on) AS next_due_on
FROM plan_states
GROUP BY account_id, currency

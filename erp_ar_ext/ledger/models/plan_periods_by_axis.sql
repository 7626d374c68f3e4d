-- plan_periods_by_axis: spans of days in which something was owed of the schedules that payment plans cover.
-- grain: one row per plan, schedule and span with a balance above zero, on one axis of dates.
-- columns: plan_id; org_id, schedule_id; valid_from, valid_to, as in periods_by_axis.
SELECT i.plan_id, b.org_id, b.schedule_id, b.valid_from, b.valid_to
FROM periods_by_{axis} AS b
JOIN plan_schedules AS i ON i.org_id = b.org_id AND i.schedule_id = b.schedule_id
WHERE b.balance > 0

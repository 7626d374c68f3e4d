-- plan_schedules: the schedules that payment plans cover.
-- grain: one row per plan and schedule.
-- columns: plan_id; org_id and schedule_id; gl_date and trx_date, from which it counts.
-- rules: a plan's items bear no company, so an id that several companies use means the schedule of the plan's own
--   account; a schedule in another currency than the plan's cannot be paid by it.
WITH wanted AS (
    SELECT i.plan_id, i.schedule_id, p.currency, coalesce(survivors.survivor_id, p.account_id) AS account_id
    FROM plan_items AS i
    JOIN payment_plans AS p ON p.plan_id = i.plan_id
    LEFT JOIN survivors ON survivors.account_id = p.account_id
),
found AS (
    SELECT
        w.plan_id, s.org_id, s.schedule_id, s.gl_date, s.trx_date,
        CASE WHEN coalesce(survivors.survivor_id, s.account_id) = w.account_id THEN 0 ELSE 1 END AS of_another
    FROM every_schedule AS s
    JOIN wanted AS w ON w.schedule_id = s.schedule_id AND w.currency = s.currency
    LEFT JOIN survivors ON survivors.account_id = s.account_id
    WHERE s.class <> 'PMT'
)
SELECT plan_id, org_id, schedule_id, gl_date, trx_date
FROM found
QUALIFY rank() OVER (PARTITION BY plan_id, schedule_id ORDER BY of_another) = 1

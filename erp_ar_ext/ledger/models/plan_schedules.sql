-- plan_schedules: the schedules that payment plans cover.
-- materialized: yes
-- grain: one row per plan and schedule.
-- columns: plan_id; org_id and schedule_id.
-- rules: a plan's items bear no company, so an id that several companies use means the schedule of the plan's own
--   account; a schedule in another currency than the plan's cannot be paid by it.
SELECT i.plan_id, s.org_id, s.schedule_id
FROM plan_items AS i
JOIN payment_plans AS p ON p.plan_id = i.plan_id
JOIN ledger_schedules AS s ON s.schedule_id = i.schedule_id AND s.currency = p.currency
LEFT JOIN survivors ON survivors.account_id = p.account_id
WHERE s.class <> 'PMT'
QUALIFY rank() OVER (
    PARTITION BY i.plan_id, i.schedule_id
    ORDER BY CASE WHEN s.account_id = coalesce(survivors.survivor_id, p.account_id) THEN 0 ELSE 1 END
) = 1

-- plan_applications: what was applied to the schedules that payment plans cover.
-- grain: one row per plan and application to one of its schedules.
-- columns: plan_id; org_id, application_id; amount; gl_date, gl_until, trx_date and trx_until as in moving_applications;
--   receipt_date, where a receipt pays, and source_class.
-- rule: few rows, found once at sync, so that no question about plans reads everything that was ever applied.
WITH paid AS MATERIALIZED (
    SELECT
        i.plan_id, a.org_id, a.application_id, a.source_schedule_id, a.amount,
        a.gl_date, a.gl_until, a.trx_date, a.trx_until
    FROM moving_applications AS a
    JOIN plan_schedules AS i ON i.org_id = a.org_id AND i.schedule_id = a.target_schedule_id
    WHERE a.status IN ('APP', 'ACTIVITY')
),
sources AS MATERIALIZED (
    SELECT s.org_id, s.schedule_id, s.class, s.receipt_id
    FROM every_schedule AS s
    SEMI JOIN paid AS p ON p.org_id = s.org_id AND p.source_schedule_id = s.schedule_id
),
receipts_used AS MATERIALIZED (
    SELECT r.org_id, r.receipt_id, r.receipt_date
    FROM receipts AS r
    SEMI JOIN sources AS s ON s.org_id = r.org_id AND s.receipt_id = r.receipt_id
)
SELECT
    p.plan_id, p.org_id, p.application_id, p.amount, p.gl_date, p.gl_until, p.trx_date, p.trx_until,
    r.receipt_date, s.class AS source_class
FROM paid AS p
JOIN sources AS s ON s.org_id = p.org_id AND s.schedule_id = p.source_schedule_id
LEFT JOIN receipts_used AS r ON r.org_id = s.org_id AND r.receipt_id = s.receipt_id

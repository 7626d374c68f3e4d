-- untied_schedules: schedules whose history adds up to another balance than the ERP says remains.
-- grain: one row per (org_id, schedule_id) that differs.
-- columns: currency; derived, what its history adds up to; told, what the ERP says; difference, derived less told.
SELECT
    s.org_id, s.schedule_id, s.currency, coalesce(b.balance, 0)::DECIMAL(18, 4) AS derived, s.amount_remaining AS told,
    (coalesce(b.balance, 0) - s.amount_remaining)::DECIMAL(38, 4) AS difference
FROM every_schedule AS s
LEFT JOIN (
    SELECT org_id, schedule_id, balance FROM periods_by_gl_date WHERE valid_to = DATE '9999-12-31'
) AS b ON b.org_id = s.org_id AND b.schedule_id = s.schedule_id
WHERE s.amount_remaining IS NOT NULL AND s.amount_remaining <> coalesce(b.balance, 0)

-- variance_lost_payments: applications to schedules that are not there, each beside a schedule that it would explain.
-- grain: one row per such pair; an application explains one schedule, and a schedule is explained by one.
-- columns: org_id, schedule_id; id, the application's; lost_schedule_id, the schedule that it names.
-- rule: of one company, account and currency, and of exactly the amount that the schedule has more than the ERP says;
--   of several, the first explains the first.
WITH orphans AS MATERIALIZED (
    SELECT org_id, application_id, source_schedule_id, target_schedule_id, amount + discount AS amount
    FROM moving_applications
    WHERE status IN ('APP', 'ACTIVITY') AND gl_until IS NULL AND target_schedule_id IS NOT NULL
      AND target_currency IS NULL
),
payments AS (
    SELECT
        o.org_id, s.account_id, s.currency, o.amount, o.application_id, o.target_schedule_id,
        row_number() OVER (
            PARTITION BY o.org_id, s.account_id, s.currency, o.amount ORDER BY o.application_id
        ) AS place
    FROM orphans AS o
    JOIN ledger_schedules AS s ON s.org_id = o.org_id AND s.schedule_id = o.source_schedule_id
),
wanting AS (
    SELECT
        org_id, schedule_id, account_id, currency, difference,
        row_number() OVER (PARTITION BY org_id, account_id, currency, difference ORDER BY schedule_id) AS place
    FROM variance_evidence
    WHERE difference > 0
)
SELECT w.org_id, w.schedule_id, p.application_id AS id, p.target_schedule_id AS lost_schedule_id
FROM wanting AS w
JOIN payments AS p ON p.org_id = w.org_id AND p.account_id = w.account_id AND p.currency = w.currency
    AND p.amount = w.difference AND p.place = w.place

-- variance_movements: all that moves, or could move, the balance of a schedule that differs from the ERP's.
-- materialized: yes
-- grain: one row per application and side of it on such a schedule, and one per adjustment of one.
-- columns: org_id, schedule_id; id, the application's or adjustment's; other_id, the schedule on the other side; in the
--   schedule's currency: effect, what it adds to the balance where it counts, and of it discount; in_own_currency, the
--   effect at the rate of its day where the other side has another currency; status; is_application, counts;
--   is_known_status; ended_by_receipt; receipt_is_doubtful, that its receipt has a reason for a reversal and no day
--   of one; other_currency, other_missing; day, on which it began to count, and until, on which it ceased to.
WITH untied AS MATERIALIZED (
    SELECT org_id, schedule_id, currency FROM untied_schedules
),
doubtful AS MATERIALIZED (
    SELECT s.org_id, s.schedule_id
    FROM receipts AS r
    JOIN ledger_schedules AS s ON s.org_id = r.org_id AND s.receipt_id = r.receipt_id
    WHERE r.reversal_reason IS NOT NULL AND r.reversed_date IS NULL
),
sides AS MATERIALIZED (
    SELECT
        a.org_id, a.target_schedule_id AS schedule_id, a.source_schedule_id AS source_id,
        a.source_schedule_id AS other_id, a.application_id AS id, a.status, a.amount AS own_amount,
        -(a.amount + a.discount) AS effect, -a.discount AS discount, a.ended_by_receipt,
        a.source_currency AS other_currency, a.target_currency AS own_currency, TRUE AS is_target,
        greatest(a.gl_date, a.trx_date) AS day, greatest(a.gl_until, a.trx_until) AS until
    FROM moving_applications AS a
    SEMI JOIN untied AS u ON u.org_id = a.org_id AND u.schedule_id = a.target_schedule_id
    WHERE a.status NOT IN ('ACC', 'UNID')
    UNION ALL
    SELECT
        a.org_id, a.source_schedule_id, a.source_schedule_id, a.target_schedule_id, a.application_id, a.status, a.amount,
        a.amount, 0, a.ended_by_receipt, a.target_currency, a.source_currency, FALSE,
        greatest(a.gl_date, a.trx_date), greatest(a.gl_until, a.trx_until)
    FROM moving_applications AS a
    SEMI JOIN untied AS u ON u.org_id = a.org_id AND u.schedule_id = a.source_schedule_id
    WHERE a.status NOT IN ('ACC', 'UNID')
),
rates_of_days AS (
    SELECT from_currency, to_currency, rate_date, TRY_CAST(rate AS DECIMAL(20, 12)) AS rate FROM rates WHERE rate > 0
),
at_rates AS (
    SELECT s.*, CASE WHEN NOT s.is_target THEN TRY(CAST(s.own_amount AS DECIMAL(18, 4)) * r.rate) END AS converted
    FROM sides AS s
    LEFT JOIN rates_of_days AS r
        ON r.from_currency = s.other_currency AND r.to_currency = s.own_currency AND r.rate_date = s.day
)
SELECT
    s.org_id, s.schedule_id, s.id, s.other_id, s.effect, s.discount,
    CAST(CASE minor_digits(s.own_currency) WHEN 0 THEN round(s.converted, 0) WHEN 3 THEN round(s.converted, 3)
         WHEN 4 THEN round(s.converted, 4) ELSE round(s.converted, 2) END AS DECIMAL(38, 4)) AS in_own_currency,
    s.status, TRUE AS is_application, s.status IN ('APP', 'ACTIVITY') AND s.until IS NULL AS counts,
    s.status IN ('APP', 'ACTIVITY') AS is_known_status, s.ended_by_receipt,
    d.schedule_id IS NOT NULL AS receipt_is_doubtful,
    coalesce(s.other_currency <> s.own_currency, FALSE) AS other_currency,
    s.other_id IS NOT NULL AND s.other_currency IS NULL AS other_missing,
    s.own_amount < 0 AS is_negative, s.day, s.until
FROM at_rates AS s
LEFT JOIN doubtful AS d ON d.org_id = s.org_id AND d.schedule_id = s.source_id
UNION ALL
SELECT
    a.org_id, a.schedule_id, a.adjustment_id, NULL, a.amount, 0, NULL, a.status, FALSE, a.status = 'A',
    a.status IN ('A', 'W', 'R'), FALSE, FALSE, FALSE, FALSE, FALSE, greatest(a.gl_date, a.apply_date), NULL
FROM adjustments AS a
SEMI JOIN untied AS u ON u.org_id = a.org_id AND u.schedule_id = a.schedule_id

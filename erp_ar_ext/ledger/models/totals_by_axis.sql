-- totals_by_axis: the control account of the sub-ledger, day by day, on one axis of dates.
-- grain: one row per currency and day on which anything changed.
-- columns: currency; day; amount, the sum of that day's changes.
-- rule: summed from the rows themselves, not from the events or balances of schedules, so that the two can be held
--   against each other; what names no schedule there is, changes nothing.
WITH changes AS (
    SELECT currency, {axis} AS day, amount_original AS amount FROM every_schedule
    UNION ALL
    SELECT target_currency, {axis}, -(amount + discount) FROM moving_applications WHERE status IN ('APP', 'ACTIVITY')
    UNION ALL
    SELECT target_currency, {axis_until}, amount + discount FROM moving_applications WHERE status IN ('APP', 'ACTIVITY')
    UNION ALL
    SELECT source_currency, {axis}, amount FROM moving_applications WHERE status IN ('APP', 'ACTIVITY')
    UNION ALL
    SELECT source_currency, {axis_until}, -amount FROM moving_applications WHERE status IN ('APP', 'ACTIVITY')
    UNION ALL
    SELECT s.currency, a.{adjusted_on}, a.amount
    FROM adjustments AS a
    JOIN every_schedule AS s ON s.org_id = a.org_id AND s.schedule_id = a.schedule_id
    WHERE a.status = 'A'
    UNION ALL
    SELECT s.currency, greatest(r.reversed_date, s.{axis}), -s.amount_original
    FROM receipts AS r
    JOIN every_schedule AS s ON s.org_id = r.org_id AND s.receipt_id = r.receipt_id
    WHERE r.reversed_date IS NOT NULL
)
SELECT currency, day, CAST(sum(amount) AS DECIMAL(38, 4)) AS amount
FROM changes
WHERE currency IS NOT NULL AND day IS NOT NULL
GROUP BY currency, day

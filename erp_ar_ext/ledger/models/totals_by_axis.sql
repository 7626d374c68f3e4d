-- totals_by_axis: the control account of the sub-ledger, day by day, on one axis of dates.
-- grain: one row per currency and day on which anything changed.
-- columns: currency; day; amount, the sum of that day's changes.
-- rule: summed from the changes themselves, not from the balances, so that the two can be held against each other.
SELECT s.currency, e.{axis} AS day, CAST(sum(e.amount) AS DECIMAL(38, 4)) AS amount
FROM balance_events AS e
JOIN every_schedule AS s ON s.org_id = e.org_id AND s.schedule_id = e.schedule_id
GROUP BY ALL

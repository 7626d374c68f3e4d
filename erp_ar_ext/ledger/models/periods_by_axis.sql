-- periods_by_axis: each schedule's history as spans of days in which its balance did not change, on one axis of dates.
-- grain: one row per schedule and span with a balance other than zero.
-- columns: the schedule, what it is grouped and aged by, its account as the source has it; valid_from, first day of the
--   span; valid_to, first day after it (9999-12-31 while it lasts); balance, in the schedule's currency.
-- rule: "open as of D" is the rows with valid_from <= D < valid_to: a filter, not a join. They are kept by the month in
--   which they ended, so that a query of a late day skips what was settled long before, and so that a month that
--   is over stays the file it was. A large ledger is folded slice by slice, each with some of the schedules.
WITH days AS (
    SELECT org_id, schedule_id, {axis} AS day, sum(amount) AS amount
    FROM balance_events
    WHERE {slice}
    GROUP BY ALL
),
running AS (
    SELECT
        org_id, schedule_id, day AS valid_from,
        coalesce(lead(day) OVER history, DATE '9999-12-31') AS valid_to,
        sum(amount) OVER history AS balance
    FROM days
    WINDOW history AS (PARTITION BY org_id, schedule_id ORDER BY day)
)
SELECT
    s.org_id, s.schedule_id, s.trx_id, s.account_id, s.class, s.instalment, s.currency, s.trx_number, s.trx_date,
    s.gl_date, s.due_date, s.amount_original,
    r.valid_from, r.valid_to, CAST(r.balance AS DECIMAL(18, 4)) AS balance
FROM running AS r
JOIN (SELECT * FROM every_schedule WHERE {slice}) AS s ON s.org_id = r.org_id AND s.schedule_id = r.schedule_id
WHERE r.balance <> 0

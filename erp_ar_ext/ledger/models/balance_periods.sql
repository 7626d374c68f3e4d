-- balance_periods: each schedule's history as spans of days, on the axis of dates that was asked for.
-- grain: one row per schedule and span with a balance other than zero.
-- columns: those of periods_by_axis; account_id after merges.
SELECT p.* REPLACE (coalesce(survivors.survivor_id, p.account_id) AS account_id)
FROM periods_by_{axis} AS p
LEFT JOIN survivors ON survivors.account_id = p.account_id

-- daily_totals: the control account of the sub-ledger, day by day, on the axis of dates that was asked for.
-- grain: one row per currency and day on which anything changed.
-- columns: currency; day; amount, the sum of that day's changes.
SELECT currency, day, amount FROM totals_by_{axis}

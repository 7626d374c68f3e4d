-- ledger_schedules: every schedule there is, with the account it belongs to now.
-- grain: one row per (org_id, schedule_id).
-- columns: those of every_schedule; account_id after merges.
SELECT e.* REPLACE (coalesce(survivors.survivor_id, e.account_id) AS account_id)
FROM every_schedule AS e
LEFT JOIN survivors ON survivors.account_id = e.account_id

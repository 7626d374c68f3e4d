-- said_today: what we have said of accounts and schedules on the day itself.
-- materialized: yes
-- grain: one row per account or schedule and kind of note.
-- columns: account_id, after merges; org_id and schedule_id of a note on a schedule, else empty; kind.
SELECT DISTINCT
    coalesce(survivors.survivor_id, n.account_id) AS account_id,
    CASE WHEN n.schedule_id IS NOT NULL THEN n.org_id END AS org_id, n.schedule_id, n.kind
FROM notes AS n
LEFT JOIN survivors ON survivors.account_id = n.account_id
WHERE n.created_on = :as_of AND starts_with(n.external_ref, :our_reference)

-- account_holds: holds that are active on an account.
-- grain: one row per account, after merges, with an active hold.
-- columns: our_active_holds, placed by this program; other_active_holds.
SELECT
    account_id,
    count(*) FILTER (ours)::INTEGER AS our_active_holds,
    count(*) FILTER (NOT ours)::INTEGER AS other_active_holds
FROM holds_then
WHERE active
GROUP BY account_id

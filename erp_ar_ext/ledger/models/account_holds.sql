-- account_holds: holds that are active on an account.
-- grain: one row per account, after merges, with an active hold.
-- columns: our_active_holds, placed by this program (by the mark of the reference); other_active_holds.
-- rule: a hold is active from applied_on up to the day before released_on.
SELECT
    coalesce(survivors.survivor_id, h.account_id) AS account_id,
    count(*) FILTER (coalesce(starts_with(h.external_ref, 'erp-ar:'), FALSE))::INTEGER AS our_active_holds,
    count(*) FILTER (NOT coalesce(starts_with(h.external_ref, 'erp-ar:'), FALSE))::INTEGER AS other_active_holds
FROM holds AS h
LEFT JOIN survivors ON survivors.account_id = h.account_id
WHERE h.scope = 'account' AND h.applied_on <= :as_of AND coalesce(h.released_on > :as_of, TRUE)
GROUP BY 1

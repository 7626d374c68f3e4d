-- account_holds: holds that are active on an account.
-- grain: one row per account with an active hold.
-- columns: our_active_holds, placed by this program (by the mark of the reference); other_active_holds.
-- rule: a hold is active from applied_on up to the day before released_on.
SELECT
    account_id,
    count(*) FILTER (coalesce(starts_with(external_ref, 'erp-ar:'), FALSE))::INTEGER AS our_active_holds,
    count(*) FILTER (NOT coalesce(starts_with(external_ref, 'erp-ar:'), FALSE))::INTEGER AS other_active_holds
FROM holds
WHERE scope = 'account' AND applied_on <= :as_of AND coalesce(released_on > :as_of, TRUE)
GROUP BY account_id

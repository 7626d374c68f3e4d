-- holds_then: holds on accounts that had been placed by a day.
-- materialized: yes
-- grain: one row per (org_id, hold_id) of scope account with applied_on up to :as_of.
-- columns: org_id, hold_id; account_id, after merges; name; applied_on; ours, placed by this program (by the mark of the
--   reference); active; lifted_today, on :as_of itself.
-- rule: a hold is active from applied_on up to the day before released_on.
SELECT
    h.org_id, h.hold_id, coalesce(survivors.survivor_id, h.account_id) AS account_id, h.name, h.applied_on,
    coalesce(starts_with(h.external_ref, :our_reference), FALSE) AS ours,
    coalesce(h.released_on > :as_of, TRUE) AS active,
    coalesce(h.released_on = :as_of, FALSE) AS lifted_today
FROM holds AS h
LEFT JOIN survivors ON survivors.account_id = h.account_id
WHERE h.scope = 'account' AND h.applied_on <= :as_of

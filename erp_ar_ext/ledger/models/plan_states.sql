-- plan_states: each payment plan as of a day.
-- materialized: yes
-- grain: one row per plan that is in force on :as_of: agreed, not cancelled, not replaced.
-- columns: account_id (after merges), currency; state: completed (every leg is covered), broken, late, on_track;
--   late_legs, broken_legs; overdue, unpaid of the legs that are due; next_due_on.
-- rule: once broken a plan stays broken until it is paid off, cancelled or replaced.
SELECT
    p.plan_id, coalesce(survivors.survivor_id, p.account_id) AS account_id, p.currency,
    CASE
        WHEN count(*) FILTER (l.covered_on IS NULL) = 0 THEN 'completed'
        WHEN count(*) FILTER (l.state = 'broken') > 0 THEN 'broken'
        WHEN count(*) FILTER (l.state IN ('late', 'in_grace')) > 0 THEN 'late'
        ELSE 'on_track'
    END AS state,
    count(*) FILTER (l.state IN ('late', 'in_grace'))::INTEGER AS late_legs,
    count(*) FILTER (l.state = 'broken')::INTEGER AS broken_legs,
    coalesce(sum(l.unpaid) FILTER (l.due_on < :as_of), 0) AS overdue,
    min(l.due_on) FILTER (l.covered_on IS NULL AND l.due_on >= :as_of) AS next_due_on
FROM payment_plans AS p
JOIN plan_legs AS l ON l.plan_id = p.plan_id
LEFT JOIN payment_plans AS successor ON successor.plan_id = p.replaced_by
LEFT JOIN survivors ON survivors.account_id = p.account_id
WHERE p.agreed_on <= :as_of
  AND coalesce(p.cancelled_on > :as_of, TRUE)
  AND (p.replaced_by IS NULL OR coalesce(successor.agreed_on > :as_of, FALSE))
GROUP BY ALL

-- cash_then: where the rest of receipts stood at the end of a day, as their own rows say.
-- materialized: yes
-- grain: one row per schedule of a receipt with a row ACC or UNID that counted on :as_of.
-- columns: org_id, schedule_id; on_account and unidentified, positive.
SELECT
    org_id, source_schedule_id AS schedule_id,
    coalesce(sum(amount) FILTER (status = 'ACC'), 0) AS on_account,
    coalesce(sum(amount) FILTER (status = 'UNID'), 0) AS unidentified
FROM moving_applications
WHERE status NOT IN ('APP', 'ACTIVITY') AND {axis} <= :as_of AND coalesce({axis_until} > :as_of, TRUE)
GROUP BY org_id, source_schedule_id

-- disputes_then: what was disputed at the end of a day.
-- materialized: yes
-- grain: one row per schedule with a dispute ever, or with an amount in dispute by the ERP's own word.
-- columns: org_id, schedule_id; amount, disputed at the end of :as_of.
-- rules: a dispute counts from the day it was opened up to the day before it was closed; where the source has no
--   disputes of a schedule, the ERP's own amount in dispute is taken, which is today's.
SELECT
    org_id, schedule_id,
    coalesce(sum(amount) FILTER (opened_on <= :as_of AND coalesce(closed_on > :as_of, TRUE)), 0) AS amount
FROM disputes
GROUP BY org_id, schedule_id
UNION ALL
SELECT s.org_id, s.schedule_id, s.amount_in_dispute
FROM every_schedule AS s
ANTI JOIN disputes AS d ON d.org_id = s.org_id AND d.schedule_id = s.schedule_id
WHERE s.amount_in_dispute > 0

-- counted_applications: applications that move a balance, on the axis of dates that was asked for.
-- grain: one row per (org_id, application_id) of status APP or ACTIVITY.
-- columns: source_schedule_id, target_schedule_id; amount and discount; counts_from, the first day it counts;
--   counts_until, the first day it no longer does, or empty.
SELECT
    org_id, application_id, source_schedule_id, target_schedule_id, amount, discount,
    {axis} AS counts_from, {axis_until} AS counts_until
FROM moving_applications
WHERE status IN ('APP', 'ACTIVITY')

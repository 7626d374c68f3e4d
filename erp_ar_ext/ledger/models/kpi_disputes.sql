-- kpi_disputes: how long the disputes settled in a period had been open.
-- grain: one row per currency and number of days.
-- columns: currency, of the schedule in dispute; days, from opening to settlement; disputes, how many.
-- rule: settled from :first_day to :as_of.
SELECT s.currency, date_diff('day', d.opened_on, d.closed_on)::INTEGER AS days, count(*) AS disputes
FROM disputes AS d
JOIN ledger_schedules AS s ON s.org_id = d.org_id AND s.schedule_id = d.schedule_id
ANTI JOIN kpi_outside AS outside ON outside.account_id = s.account_id
WHERE d.closed_on BETWEEN :first_day AND :as_of
GROUP BY ALL

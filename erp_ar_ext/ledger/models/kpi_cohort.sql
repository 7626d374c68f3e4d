-- kpi_cohort: what was open on an earlier day, and what of it is open now.
-- grain: one row per currency and due date.
-- columns: currency; due_date; items and amount, open at the end of :day; items_left and amount_left, of those
--   items at the end of :as_of.
-- rule: debits but guarantees. A due date does not move, so that an item's bucket now follows from its bucket then.
WITH then_open AS MATERIALIZED (
    SELECT p.org_id, p.schedule_id, p.currency, p.due_date, p.balance
    FROM balance_periods AS p
    ANTI JOIN kpi_outside AS outside ON outside.account_id = p.account_id
    WHERE p.valid_from <= :day AND p.valid_to > :day AND p.class NOT IN ('PMT', 'GUAR') AND p.balance > 0
),
now_open AS MATERIALIZED (
    SELECT org_id, schedule_id, balance
    FROM balance_periods
    WHERE valid_from <= :as_of AND valid_to > :as_of AND class NOT IN ('PMT', 'GUAR') AND balance > 0
)
SELECT
    t.currency, t.due_date,
    count(*) AS items,
    sum(t.balance)::DECIMAL(38, 4) AS amount,
    count(n.schedule_id) AS items_left,
    coalesce(sum(n.balance), 0)::DECIMAL(38, 4) AS amount_left
FROM then_open AS t
LEFT JOIN now_open AS n ON n.org_id = t.org_id AND n.schedule_id = t.schedule_id
GROUP BY ALL

-- restated: schedules whose balance at the end of :as_of is known otherwise by now than it was known then.
-- materialized: yes
-- grain: one row per (org_id, schedule_id, currency) whose two balances differ.
-- columns: the schedule, as it is known now, or was then where it is gone; known, what became of it since: `new` where
--   it was not known then, `gone` where it is not known now, else `changed`; balance_then and balance_now, its balance
--   at the end of that day as known at the two moments, and difference, now less then, all in the schedule's currency.
-- rules: a balance changes for a day that is over by what was entered late: a document, an application or an
--   adjustment dated back, a correction, or a deletion. Accounts are those after the merges known now. A balance of
--   nothing is zero.
WITH open_then AS (
    SELECT * FROM periods_by_{axis}_then WHERE valid_from <= :as_of AND valid_to > :as_of
),
open_now AS (
    SELECT * FROM periods_by_{axis}_now WHERE valid_from <= :as_of AND valid_to > :as_of
),
differing AS MATERIALIZED (
    SELECT
        coalesce(n.org_id, t.org_id) AS org_id, coalesce(n.schedule_id, t.schedule_id) AS schedule_id,
        coalesce(n.currency, t.currency) AS currency,
        coalesce(n.account_id, t.account_id) AS account_id, coalesce(n.trx_number, t.trx_number) AS trx_number,
        coalesce(n.class, t.class) AS class, coalesce(n.trx_date, t.trx_date) AS trx_date,
        coalesce(n.gl_date, t.gl_date) AS gl_date, coalesce(n.due_date, t.due_date) AS due_date,
        coalesce(t.balance, 0)::DECIMAL(18, 4) AS balance_then, coalesce(n.balance, 0)::DECIMAL(18, 4) AS balance_now
    FROM open_then AS t
    FULL JOIN open_now AS n
        ON n.org_id = t.org_id AND n.schedule_id = t.schedule_id AND n.currency = t.currency
    WHERE t.balance IS DISTINCT FROM n.balance
),
known_then AS (
    SELECT org_id, schedule_id FROM every_schedule_then SEMI JOIN differing USING (org_id, schedule_id)
),
known_now AS (
    SELECT org_id, schedule_id FROM every_schedule_now SEMI JOIN differing USING (org_id, schedule_id)
)
SELECT
    coalesce(s.survivor_id, d.account_id) AS account_id, d.currency, d.org_id, d.schedule_id, d.trx_number, d.class,
    d.trx_date, d.gl_date, d.due_date,
    CASE WHEN t.schedule_id IS NULL THEN 'new' WHEN n.schedule_id IS NULL THEN 'gone' ELSE 'changed' END AS known,
    d.balance_then, d.balance_now, (d.balance_now - d.balance_then)::DECIMAL(38, 4) AS difference
FROM differing AS d
LEFT JOIN known_then AS t ON t.org_id = d.org_id AND t.schedule_id = d.schedule_id
LEFT JOIN known_now AS n ON n.org_id = d.org_id AND n.schedule_id = d.schedule_id
LEFT JOIN survivors_now AS s ON s.account_id = d.account_id

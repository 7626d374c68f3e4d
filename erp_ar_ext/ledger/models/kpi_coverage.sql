-- kpi_coverage: in whose hands the overdue amounts are.
-- grain: one row per currency.
-- columns: currency; overdue, and its parts insolvent, blocked, in_plan, disputed, on_hold, noted, unattended; accounts, with
--   anything overdue; attended_accounts, of them those with nothing unattended.
-- rules: each amount is in the first state that applies: the account is insolvent; its dunning is blocked; a plan in
--   force and not broken covers the item, or the account where it names no items; the disputed part; a hold is active on the
--   account; a note on the account or the item was written in the :note_days days that end with :as_of. Documents
--   without an account count as one.
WITH overdue AS MATERIALIZED (
    SELECT o.org_id, o.schedule_id, o.account_id, o.currency, o.open_amount, o.disputed
    FROM open_items AS o
    ANTI JOIN kpi_outside AS outside ON outside.account_id = o.account_id
    WHERE o.class NOT IN ('PMT', 'GUAR') AND o.open_amount > 0 AND o.due_date < :as_of
),
in_force AS (
    SELECT plan_id, account_id, currency FROM plan_states WHERE state IN ('on_track', 'late')
),
planned_items AS (
    SELECT DISTINCT i.org_id, i.schedule_id FROM plan_schedules AS i JOIN in_force AS p ON p.plan_id = i.plan_id
),
planned_accounts AS (
    SELECT DISTINCT p.account_id, p.currency FROM in_force AS p ANTI JOIN plan_items AS i ON i.plan_id = p.plan_id
),
held AS (
    SELECT DISTINCT account_id FROM holds_then WHERE active
),
notes_then AS (
    SELECT DISTINCT coalesce(survivors.survivor_id, n.account_id) AS account_id, n.schedule_id
    FROM notes AS n
    LEFT JOIN survivors ON survivors.account_id = n.account_id
    WHERE n.created_on <= :as_of AND date_diff('day', n.created_on, :as_of) < :note_days
),
states AS (
    SELECT
        o.currency, o.account_id, o.open_amount, o.disputed,
        CASE
            WHEN i.insolvent THEN 'insolvent'
            WHEN i.dunning_blocked THEN 'blocked'
            WHEN planned.schedule_id IS NOT NULL OR agreed.account_id IS NOT NULL THEN 'in_plan'
        END AS whole_in,
        CASE
            WHEN held.account_id IS NOT NULL THEN 'on_hold'
            WHEN noted.account_id IS NOT NULL OR item_noted.account_id IS NOT NULL THEN 'noted'
            ELSE 'unattended'
        END AS rest_in
    FROM overdue AS o
    LEFT JOIN account_identity AS i ON i.account_id = o.account_id
    LEFT JOIN planned_items AS planned ON planned.org_id = o.org_id AND planned.schedule_id = o.schedule_id
    LEFT JOIN planned_accounts AS agreed ON agreed.account_id = o.account_id AND agreed.currency = o.currency
    LEFT JOIN held ON held.account_id = o.account_id
    LEFT JOIN (SELECT account_id FROM notes_then WHERE schedule_id IS NULL) AS noted
        ON noted.account_id = o.account_id
    LEFT JOIN (SELECT account_id, schedule_id FROM notes_then WHERE schedule_id IS NOT NULL) AS item_noted
        ON item_noted.account_id = o.account_id AND item_noted.schedule_id = o.schedule_id
),
by_account AS (
    SELECT
        currency, account_id, sum(open_amount) AS overdue,
        coalesce(sum(open_amount) FILTER (whole_in = 'insolvent'), 0) AS insolvent,
        coalesce(sum(open_amount) FILTER (whole_in = 'blocked'), 0) AS blocked,
        coalesce(sum(open_amount) FILTER (whole_in = 'in_plan'), 0) AS in_plan,
        coalesce(sum(disputed) FILTER (whole_in IS NULL), 0) AS disputed,
        coalesce(sum(open_amount - disputed) FILTER (whole_in IS NULL AND rest_in = 'on_hold'), 0) AS on_hold,
        coalesce(sum(open_amount - disputed) FILTER (whole_in IS NULL AND rest_in = 'noted'), 0) AS noted,
        coalesce(sum(open_amount - disputed) FILTER (whole_in IS NULL AND rest_in = 'unattended'), 0) AS unattended
    FROM states
    GROUP BY currency, account_id
)
SELECT
    currency, sum(overdue)::DECIMAL(38, 4) AS overdue, sum(insolvent)::DECIMAL(38, 4) AS insolvent,
    sum(blocked)::DECIMAL(38, 4) AS blocked, sum(in_plan)::DECIMAL(38, 4) AS in_plan,
    sum(disputed)::DECIMAL(38, 4) AS disputed, sum(on_hold)::DECIMAL(38, 4) AS on_hold,
    sum(noted)::DECIMAL(38, 4) AS noted, sum(unattended)::DECIMAL(38, 4) AS unattended,
    count(*) AS accounts, count(*) FILTER (unattended = 0) AS attended_accounts
FROM by_account
GROUP BY currency

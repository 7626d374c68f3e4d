-- collectible_items: of each debit that is due, what can be collected today, and why not the rest.
-- materialized: yes
-- grain: one row per open debit past its due date; with :collect_not_due, per open debit.
-- columns: the schedule; in its currency: due_amount, what is open; the deductions no_account, insolvent, blocked,
--   disputed, promised and usable_credits; and collectible_amount, the rest. None is negative, and they add up to due_amount.
-- rules: an item goes through the deductions in this order, each taking from what the ones before have left: all of
--   an item that belongs to nobody; all of an insolvent account's; all of an account's under a dunning block; the disputed
--   part; the part that a kept payment plan still waits for; the part that usable credits of the same company, account
--   and currency cover. A plan covers its items, the oldest first; an item of several plans is that of the newest. A plan
--   without items covers what is left of its account's debits in its currency, the oldest first. Credits cover the
--   oldest first, too. Nobody pays a guarantee: it is never due. Windows run only over debits that a plan or a credit
--   can cover.
WITH
due AS (
    SELECT
        o.rowid AS item, o.org_id, o.schedule_id, o.account_id, o.currency, o.trx_number, o.class, o.due_date, o.days_past_due,
        o.open_amount AS due_amount, o.disputed AS disputed_amount,
        CASE WHEN o.account_id IS NULL THEN 'no_account' WHEN i.insolvent THEN 'insolvent'
             WHEN i.dunning_blocked THEN 'blocked' END AS whole,
        CASE WHEN whole IS NULL THEN o.open_amount - o.disputed ELSE 0 END::DECIMAL(18, 4) AS undisputed
    FROM open_items AS o
    LEFT JOIN account_identity AS i ON i.account_id = o.account_id
    WHERE o.class <> 'GUAR' AND o.open_amount > 0 AND (o.days_past_due > 0 OR :collect_not_due)
),
newest_promises AS MATERIALIZED (
    SELECT items.org_id, items.schedule_id, p.plan_id, p.amount
    FROM collectible_promises AS p
    JOIN plan_schedules AS items ON items.plan_id = p.plan_id
    QUALIFY row_number() OVER (
        PARTITION BY items.org_id, items.schedule_id ORDER BY p.agreed_on DESC, p.plan_id DESC
    ) = 1
),
promised_by_item AS MATERIALIZED (
    SELECT
        d.item,
        greatest(0, least(d.undisputed, p.amount - sum(d.undisputed) OVER oldest + d.undisputed)) AS amount
    FROM due AS d
    JOIN newest_promises AS p ON p.org_id = d.org_id AND p.schedule_id = d.schedule_id
    WINDOW oldest AS (
        PARTITION BY p.plan_id ORDER BY d.days_past_due DESC, d.due_date, d.org_id, d.schedule_id
        ROWS UNBOUNDED PRECEDING
    )
),
account_promises AS (
    SELECT account_id, currency, sum(amount) AS amount
    FROM collectible_promises
    WHERE whole_account
    GROUP BY account_id, currency
),
promisable AS (
    SELECT d.*, d.undisputed - coalesce(i.amount, 0) AS free, p.amount AS promised_amount
    FROM due AS d
    JOIN account_promises AS p ON p.account_id = d.account_id AND p.currency = d.currency
    LEFT JOIN promised_by_item AS i ON i.item = d.item
),
promised_by_account AS (
    SELECT
        item, greatest(0, least(free, promised_amount - sum(free) OVER oldest + free)) AS amount
    FROM promisable
    WINDOW oldest AS (
        PARTITION BY account_id, currency ORDER BY days_past_due DESC, due_date, org_id, schedule_id
        ROWS UNBOUNDED PRECEDING
    )
),
promised AS MATERIALIZED (
    SELECT item, CAST(sum(amount) AS DECIMAL(18, 4)) AS amount
    FROM (SELECT * FROM promised_by_item UNION ALL SELECT * FROM promised_by_account)
    GROUP BY item
),
coverable AS ( -- narrow rows: a window carries every column of its rows
    SELECT
        d.item, d.days_past_due, d.due_date, d.schedule_id, c.pool, c.amount AS usable,
        CAST(d.undisputed - coalesce(p.amount, 0) AS DECIMAL(18, 4)) AS free
    FROM due AS d
    JOIN collectible_credits AS c
        ON c.org_id = d.org_id AND c.account_id = d.account_id AND c.currency = d.currency
    LEFT JOIN promised AS p ON p.item = d.item
),
covered AS MATERIALIZED (
    SELECT item, CAST(greatest(0, least(free, usable - sum(free) OVER oldest + free)) AS DECIMAL(18, 4)) AS amount
    FROM coverable
    WINDOW oldest AS (PARTITION BY pool ORDER BY days_past_due DESC, due_date, schedule_id ROWS UNBOUNDED PRECEDING)
),
credited AS (
    SELECT
        d.*, coalesce(p.amount, 0)::DECIMAL(18, 4) AS promised, coalesce(c.amount, 0)::DECIMAL(18, 4) AS usable_credits,
        d.undisputed - coalesce(p.amount, 0) - coalesce(c.amount, 0) AS rest
    FROM due AS d
    LEFT JOIN promised AS p ON p.item = d.item
    LEFT JOIN covered AS c ON c.item = d.item
)
SELECT
    org_id, schedule_id, account_id, currency, trx_number, class, due_date, days_past_due, due_amount,
    CASE WHEN whole = 'no_account' THEN due_amount ELSE 0 END::DECIMAL(18, 4) AS no_account,
    CASE WHEN whole = 'insolvent' THEN due_amount ELSE 0 END::DECIMAL(18, 4) AS insolvent,
    CASE WHEN whole = 'blocked' THEN due_amount ELSE 0 END::DECIMAL(18, 4) AS blocked,
    CASE WHEN whole IS NULL THEN disputed_amount ELSE 0 END::DECIMAL(18, 4) AS disputed,
    promised, usable_credits, CAST(rest AS DECIMAL(18, 4)) AS collectible_amount
FROM credited

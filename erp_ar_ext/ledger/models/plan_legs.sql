-- plan_legs: each instalment of each payment plan, judged by the dates of the receipts.
-- materialized: yes
-- grain: one row per (plan_id, seq).
-- columns: due_on; amount; covered_on, the day the money received so far covered this and all earlier legs;
--   unpaid, the part not covered by :as_of; state: met (covered by its day), late (within :grace_days after),
--   broken (not covered by then, also if covered since), in_grace (past its day, grace still runs), open.
-- rules: money goes to the earliest unpaid leg; paying early moves no later leg; a shortfall of up to the
--   tolerance of the plan's currency counts as covered. Once nothing is open of a plan's items, by whatever settled
--   them, every leg is covered: a promise of more than was owed asks for no more.
WITH legs AS (
    SELECT
        i.plan_id, i.seq, i.due_on, i.amount, p.currency,
        sum(i.amount) OVER (PARTITION BY i.plan_id ORDER BY i.due_on, i.seq) AS due_so_far,
        coalesce({amount_tolerance}, 0) AS tolerance
    FROM plan_instalments AS i
    JOIN payment_plans AS p ON p.plan_id = i.plan_id
),
money AS (
    SELECT plan_id, paid_on, sum(paid) OVER (PARTITION BY plan_id ORDER BY paid_on) AS paid_so_far
    FROM plan_money
),
settled AS (
    SELECT i.plan_id, max(greatest(b.valid_to, i.{axis})) AS settled_on -- greatest skips what is empty
    FROM plan_schedules AS i
    LEFT JOIN plan_periods_by_{axis} AS b
        ON b.plan_id = i.plan_id AND b.org_id = i.org_id AND b.schedule_id = i.schedule_id AND b.valid_from <= :as_of
    GROUP BY i.plan_id
    HAVING bool_and(i.{axis} <= :as_of AND coalesce(b.valid_to <= :as_of, TRUE)) -- one of nothing never was owed
),
covered AS (
    SELECT
        legs.plan_id, legs.seq, legs.due_on, legs.amount, legs.due_so_far,
        least(
            min(money.paid_on) FILTER (money.paid_so_far >= legs.due_so_far - legs.tolerance), any_value(settled_on)
        ) AS covered_on, -- least skips what is empty
        coalesce(max(money.paid_so_far), 0) AS paid
    FROM legs
    LEFT JOIN money ON money.plan_id = legs.plan_id
    LEFT JOIN settled ON settled.plan_id = legs.plan_id
    GROUP BY ALL
)
SELECT
    plan_id, seq, due_on, amount, covered_on,
    CASE WHEN covered_on IS NULL THEN least(amount, greatest(0, due_so_far - paid)) ELSE 0 END AS unpaid,
    CASE
        WHEN covered_on <= due_on THEN 'met'
        WHEN covered_on <= due_on + :grace_days THEN 'late'
        WHEN :as_of <= due_on THEN 'open'
        WHEN :as_of <= due_on + :grace_days THEN 'in_grace'
        ELSE 'broken'
    END AS state
FROM covered

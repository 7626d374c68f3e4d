-- kpi_promises: promises to pay that fell due in a period, judged.
-- grain: one row per currency.
-- columns: currency; promised, the sum of the legs that can be judged; paid, of it what came by the end of each leg's days
--   of grace; kept, partly_kept, broken, how many; still_open, whose days of grace are not over; called_off, whose plan
--   was cancelled or replaced before they were.
-- rules: a leg is judged as in plan_legs: money goes to the earliest unpaid leg, a shortfall within the tolerance is
--   kept; what is paid after :grace_days does not mend a broken promise; a plan replaced by one that is not there has ended.
WITH legs AS (
    SELECT
        l.plan_id, p.currency, l.due_on, l.amount, l.state, l.due_on + :grace_days AS last_day,
        sum(l.amount) OVER (PARTITION BY l.plan_id ORDER BY l.due_on, l.seq) - l.amount AS due_before,
        least(p.cancelled_on, CASE WHEN p.replaced_by IS NOT NULL THEN coalesce(successor.agreed_on, p.agreed_on) END)
            AS ended_on
    FROM plan_legs AS l
    JOIN payment_plans AS p ON p.plan_id = l.plan_id
    LEFT JOIN payment_plans AS successor ON successor.plan_id = p.replaced_by
    LEFT JOIN survivors ON survivors.account_id = p.account_id
    ANTI JOIN kpi_outside AS outside ON outside.account_id = coalesce(survivors.survivor_id, p.account_id)
    WHERE p.agreed_on <= :as_of
),
paid_in_time AS (
    SELECT
        l.currency, l.amount, l.state, coalesce(l.ended_on <= l.last_day AND l.ended_on <= :as_of, FALSE) AS called_off,
        least(l.amount, greatest(0, coalesce(sum(m.paid), 0) - l.due_before)) AS paid
    FROM legs AS l
    LEFT JOIN plan_money AS m ON m.plan_id = l.plan_id AND m.paid_on <= l.last_day
    WHERE l.due_on BETWEEN :first_day AND :as_of
    GROUP BY l.plan_id, l.currency, l.due_on, l.last_day, l.amount, l.state, l.due_before, l.ended_on
),
judged AS (
    SELECT
        currency, amount, paid,
        CASE
            WHEN called_off THEN 'called_off'
            WHEN state IN ('met', 'late') THEN 'kept'
            WHEN state IN ('open', 'in_grace') THEN 'open'
            WHEN paid > 0 THEN 'partly_kept'
            ELSE 'broken'
        END AS verdict
    FROM paid_in_time
)
SELECT
    currency,
    coalesce(sum(amount) FILTER (verdict IN ('kept', 'partly_kept', 'broken')), 0)::DECIMAL(38, 4) AS promised,
    coalesce(sum(paid) FILTER (verdict IN ('kept', 'partly_kept', 'broken')), 0)::DECIMAL(38, 4) AS paid,
    count(*) FILTER (verdict = 'kept') AS kept,
    count(*) FILTER (verdict = 'partly_kept') AS partly_kept,
    count(*) FILTER (verdict = 'broken') AS broken,
    count(*) FILTER (verdict = 'open') AS still_open,
    count(*) FILTER (verdict = 'called_off') AS called_off
FROM judged
GROUP BY currency

-- set_offs: how credits or cash are used up by debits, the oldest first.
-- materialized: yes
-- grain: one row per item of set_off_pools that gives or takes.
-- columns: those of set_off_pools; amount, what is set off of the item, in the row's currency: positive of a debit,
--   negative of a credit or cash, zero in sum over a pool.
-- rules: of a pool, as much is set off as there is on both sides. Debits take it from the one longest past due on,
--   credits give it in the same order; of the same age, the due date and then the id decide. What is left of either
--   side stays where it is.
WITH pools AS (
    SELECT
        org_id, account_id, currency, document,
        least(coalesce(sum(amount) FILTER (amount > 0), 0), -coalesce(sum(amount) FILTER (amount < 0), 0)) AS used
    FROM set_off_pools
    GROUP BY org_id, account_id, currency, document
    HAVING used > 0
),
in_order AS (
    SELECT
        items.*, pools.used,
        sum(abs(items.amount)) OVER (
            PARTITION BY items.org_id, items.account_id, items.currency, items.document, items.amount > 0
            ORDER BY items.days_past_due DESC, items.due_date, items.schedule_id
        ) - abs(items.amount) AS used_before
    FROM set_off_pools AS items
    JOIN pools ON pools.org_id = items.org_id AND pools.account_id = items.account_id
        AND pools.currency = items.currency AND pools.document = items.document
    WHERE items.amount <> 0
)
SELECT
    * EXCLUDE (used, used_before) REPLACE (
        CAST(CASE WHEN amount > 0 THEN least(amount, used - used_before)
                  ELSE greatest(amount, used_before - used) END AS DECIMAL(18, 4)) AS amount
    )
FROM in_order
WHERE used > used_before

-- exposure_components: what is at risk with a customer, by what it comes from.
-- materialized: yes
-- grain: one row per account whose limit it counts against, currency and component that is not zero.
-- columns: account_id: the account after merges, or the top of its parents with :by_parent; currency; component; amount,
--   signed, in that currency.
-- rules: the components add up to the exposure. Overdue debits always count; debits not yet due, open credit memos
--   (negative), guarantees, unapplied cash (negative) and open orders each by a switch. Where disputes do not count, the
--   disputed part of the counted debits is taken off (negative).
WITH components AS (
    SELECT account_id, currency, 'overdue' AS component, overdue AS amount FROM account_balances
    UNION ALL
    SELECT account_id, currency, 'not_due', not_due FROM account_balances WHERE :expose_not_due
    UNION ALL
    SELECT account_id, currency, 'disputed', -disputed
    FROM open_items
    WHERE NOT :expose_disputed AND disputed > 0 AND class <> 'GUAR' AND (days_past_due > 0 OR :expose_not_due)
    UNION ALL
    SELECT account_id, currency, 'credit_memos', credits FROM account_balances WHERE :expose_credit_memos
    UNION ALL
    SELECT account_id, currency, 'guarantees', guarantees FROM account_balances WHERE :expose_guarantees
    UNION ALL
    SELECT account_id, currency, 'unapplied_cash', unapplied FROM account_balances WHERE :expose_unapplied_cash
    UNION ALL
    SELECT account_id, currency, 'open_orders', open_amount FROM open_orders WHERE :expose_open_orders
)
SELECT coalesce(g.top_account_id, c.account_id) AS account_id, c.currency, c.component, sum(c.amount) AS amount
FROM components AS c
LEFT JOIN exposure_groups AS g ON g.account_id = c.account_id
WHERE c.amount <> 0 AND c.account_id IS NOT NULL
GROUP BY ALL
HAVING sum(c.amount) <> 0

-- open_orders: orders not yet billed, summed.
-- grain: one row per account, after merges, and currency with an order of :as_of or before that is not billed.
-- columns: account_id, currency; open_amount, in that currency.
SELECT coalesce(survivors.survivor_id, o.account_id) AS account_id, o.currency, sum(o.open_amount) AS open_amount
FROM orders AS o
LEFT JOIN survivors ON survivors.account_id = o.account_id
WHERE o.ordered_on <= :as_of AND o.open_amount <> 0
GROUP BY ALL

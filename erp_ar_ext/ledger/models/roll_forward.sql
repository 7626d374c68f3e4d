-- roll_forward: how what is past due for more than some days came from one day's amount to another's.
-- materialized: yes
-- grain: one row per over_days, account and currency with anything to tell.
-- columns: over_days; account_id, currency; amounts, signed, in the row's currency - opening, at the end of :since; aged_in,
--   of items that grew older than over_days in the span, what they had open on the evening before; new_old_items,
--   documents that were as old when they were posted; cash, discounts, credits, adjustments, other, as
--   span_movements has them, of items from the day they were as old; closing, at the end of :as_of; residual,
--   closing less all that went before, nothing when no event is missing; will_age_in, what is open at the end of
--   :as_of and grows older than over_days by the end of :forecast_to if nothing is paid.
-- rules: an item is old from the day on which it is over_days + 1 days past due. Opening, aged_in and closing are read
--   from the balances, the movements from the events: they agree only if both are right. Items are documents, credit
--   memos by their own age; cash not applied is none.
WITH items AS (
    SELECT
        account_id, currency, valid_from, valid_to, balance, unnest({over}) AS over_days,
        CASE :basis WHEN 'trx_date' THEN trx_date WHEN 'gl_date' THEN gl_date ELSE due_date END AS ages_from
    FROM balance_periods
    WHERE class <> 'PMT' AND valid_to > :since AND valid_from <= :as_of
),
balances AS (
    SELECT
        over_days, account_id, currency, 'balance' AS movement,
        sum(balance) FILTER (old_on <= :since AND valid_from <= :since) AS opening,
        sum(balance) FILTER (old_on > :since AND old_on <= :as_of AND valid_from < old_on AND valid_to >= old_on) AS aged_in,
        sum(balance) FILTER (old_on <= :as_of AND valid_to > :as_of) AS closing,
        sum(balance) FILTER (old_on > :as_of AND old_on <= :forecast_to AND valid_to > :as_of) AS will_age_in,
        NULL::DECIMAL(18, 4) AS amount
    FROM (SELECT *, ages_from + over_days + 1 AS old_on FROM items)
    WHERE old_on <= greatest(:as_of, :forecast_to)
    GROUP BY over_days, account_id, currency
),
movements AS (
    SELECT over_days, account_id, currency, movement, NULL, NULL, NULL, NULL, sum(amount) AS amount
    FROM (SELECT *, unnest({over}) AS over_days FROM span_movements)
    WHERE day > ages_from + over_days
    GROUP BY over_days, account_id, currency, movement
),
told AS (
    SELECT
        over_days, account_id, currency,
        coalesce(sum(opening), 0) AS opening,
        coalesce(sum(aged_in), 0) AS aged_in,
        coalesce(sum(amount) FILTER (movement = 'posted'), 0) AS new_old_items,
        coalesce(sum(amount) FILTER (movement = 'cash'), 0) AS cash,
        coalesce(sum(amount) FILTER (movement = 'discounts'), 0) AS discounts,
        coalesce(sum(amount) FILTER (movement = 'credits'), 0) AS credits,
        coalesce(sum(amount) FILTER (movement = 'adjustments'), 0) AS adjustments,
        coalesce(sum(amount) FILTER (movement = 'other'), 0) AS other,
        coalesce(sum(closing), 0) AS closing,
        coalesce(sum(will_age_in), 0) AS will_age_in
    FROM (SELECT * FROM balances UNION ALL SELECT * FROM movements)
    GROUP BY over_days, account_id, currency
)
SELECT
    over_days, account_id, currency, opening, aged_in, new_old_items, cash, discounts, credits, adjustments, other, closing,
    closing - opening - aged_in - new_old_items - cash - discounts - credits - adjustments - other AS residual,
    will_age_in
FROM told

-- exposures: an account's exposure in the currency of its credit limit.
-- grain: one row per account that has a limit.
-- columns: limit_currency, exposure (4 decimals, half up; empty where a rate is missing); limit_state: zero, amount,
--   or unknown when the exposure is.
-- rules: exposure = open items but guarantees + unapplied cash + open orders; each currency at the latest rate of :as_of or before;
--   a missing rate, or one beyond 8 digits, makes the exposure unknown and is never taken as 1; a rate of zero or
--   less is no rate. An amount too large to be converted exactly makes the exposure unknown too.
WITH limits AS (
    SELECT c.account_id, c.credit_limit, coalesce(c.credit_limit_currency, c.currency) AS limit_currency
    FROM customers AS c
    ANTI JOIN survivors AS merged ON merged.account_id = c.account_id
    WHERE c.credit_limit IS NOT NULL
),
amounts AS (
    SELECT account_id, currency, open_amount - guarantees + unapplied AS amount FROM account_balances
    UNION ALL
    SELECT account_id, currency, open_amount FROM open_orders
),
latest_rates AS (
    SELECT from_currency, to_currency, TRY_CAST(arg_max(rate, rate_date) AS DECIMAL(20, 12)) AS rate
    FROM rates
    WHERE rate_date <= :as_of AND rate > 0
    GROUP BY from_currency, to_currency
),
converted AS (
    SELECT
        l.account_id, l.limit_currency, l.credit_limit,
        CASE
            WHEN a.amount IS NULL OR a.amount = 0 THEN CAST(0 AS DECIMAL(38, 16))
            WHEN a.currency = l.limit_currency THEN CAST(a.amount AS DECIMAL(38, 16))
            ELSE TRY(CAST(a.amount AS DECIMAL(38, 4)) * r.rate)
        END AS amount
    FROM limits AS l
    LEFT JOIN amounts AS a ON a.account_id = l.account_id
    LEFT JOIN latest_rates AS r ON r.from_currency = a.currency AND r.to_currency = l.limit_currency
)
SELECT
    account_id, limit_currency, credit_limit,
    CASE WHEN count(*) = count(amount) THEN CAST(round(sum(amount), 4) AS DECIMAL(38, 4)) END AS exposure,
    CASE WHEN count(*) > count(amount) THEN 'unknown' WHEN credit_limit = 0 THEN 'zero' ELSE 'amount' END AS limit_state
FROM converted
GROUP BY account_id, limit_currency, credit_limit

-- exposure_lines: an account's exposure in each currency, converted to that of its credit limit.
-- materialized: yes
-- grain: one row per account whose limit it counts against and currency with any component.
-- columns: account_id, currency; amount, in that currency; limit_currency, empty without a limit; rate and rate_date, what
--   it is converted at (1 and no date within one currency); converted, exact, in the limit's currency; problem, why an
--   amount with a limit cannot be converted: no_limit_currency, no_rate, old_rate or too_large.
-- rules: the rate is the latest of :rate_date or before, from the line's currency to the limit's, to 12 decimals; the
--   inverse of a rate the other way is another rate, and is not taken. A rate of zero or less is no rate, nor is one beyond
--   8 digits. One that is more than :rate_max_age_days older than :rate_date is too old. An amount of zero needs no rate;
--   for want of a rate nothing is ever converted at 1.
WITH limits AS (
    SELECT account_id, coalesce(credit_limit_currency, currency) AS limit_currency
    FROM customers
    WHERE credit_limit IS NOT NULL
),
rates_then AS (
    SELECT
        from_currency, to_currency, max(rate_date) AS rate_date,
        TRY_CAST(arg_max(rate, rate_date) AS DECIMAL(20, 12)) AS rate,
        coalesce(date_diff('day', max(rate_date), :rate_date) > :rate_max_age_days, FALSE) AS too_old
    FROM rates
    WHERE rate_date <= :rate_date AND rate > 0 AND from_currency <> to_currency
    GROUP BY from_currency, to_currency
    UNION ALL
    SELECT DISTINCT limit_currency, limit_currency, NULL::DATE, 1::DECIMAL(20, 12), FALSE FROM limits
),
amounts AS (
    SELECT account_id, currency, sum(amount) AS amount FROM exposure_components GROUP BY account_id, currency
),
rated AS (
    SELECT
        a.*, l.account_id IS NOT NULL AS limited, l.limit_currency, r.rate, r.rate_date, coalesce(r.too_old, FALSE) AS too_old,
        CASE WHEN a.amount = 0 AND limited THEN CAST(0 AS DECIMAL(38, 16))
             WHEN NOT r.too_old THEN TRY(CAST(a.amount AS DECIMAL(38, 4)) * r.rate) END AS product
    FROM amounts AS a
    LEFT JOIN limits AS l ON l.account_id = a.account_id
    LEFT JOIN rates_then AS r ON r.from_currency = a.currency AND r.to_currency = l.limit_currency
)
SELECT
    account_id, currency, amount, limit_currency, rate, rate_date,
    CASE WHEN abs(product) < 1e20::DECIMAL(38, 16) THEN product END AS converted, -- a few hundred lines can be added up
    CASE WHEN NOT limited OR converted IS NOT NULL THEN NULL
         WHEN limit_currency IS NULL THEN 'no_limit_currency'
         WHEN rate IS NULL THEN 'no_rate'
         WHEN too_old THEN 'old_rate'
         ELSE 'too_large' END AS problem
FROM rated

-- rates: one row per pair of currencies and day, of the one type of rate :rate_type.
-- table: GL_DAILY_RATES
-- traps: both directions are stored, and the inverse has as many digits as a number can hold: beyond the eighteenth
--   decimal they are rounded.
SELECT
    r.from_currency AS from_currency,
    r.to_currency AS to_currency,
    r.conversion_date AS rate_date,
    ROUND(r.conversion_rate, 18) AS rate,
    r.conversion_date AS row_key,
    r.last_update_date AS changed_on
FROM gl_daily_rates r
WHERE r.conversion_type = :rate_type

-- exposure_accounts: an account's exposure against its credit limit.
-- materialized: yes
-- grain: one row per account that has a limit, or whose limit anything would count against.
-- columns: account_id; limit_state: none, zero, amount or unknown; limit_currency, credit_limit; in the limit's currency to
--   4 decimals, half up: each component of exposure_components, rounding, and exposure_amount, their sum; headroom, the
--   limit less the exposure; over_limit_amount, what is above it; utilisation, exposure / limit to 4 decimals, half up;
--   problems, how many lines cannot be converted.
-- rules: the exposure is the sum of its lines' exact amounts, rounded once; rounding is what the components of the lines,
--   each rounded once, differ from it by. A line that cannot be converted, or a limit that no currency is known for, makes
--   the exposure unknown: its amounts are empty. A currency whose components cancel out adds nothing and needs no rate.
--   Without a limit there is no currency to convert to. A limit of zero is not the same as none; nothing is a share of it.
--   With :by_parent only the account at the top has an exposure, and the limits of those below it do not count.
WITH limits AS (
    SELECT c.account_id, c.credit_limit, coalesce(c.credit_limit_currency, c.currency) AS limit_currency
    FROM customers AS c
    ANTI JOIN survivors AS merged ON merged.account_id = c.account_id
    ANTI JOIN (SELECT * FROM exposure_groups WHERE top_account_id IS NOT NULL) AS member
        ON member.account_id = c.account_id
    WHERE c.credit_limit IS NOT NULL
),
lines AS (
    SELECT
        account_id, count(problem)::INTEGER AS problems, CAST(round(sum(converted), 4) AS DECIMAL(38, 4)) AS exposure_amount
    FROM exposure_lines
    GROUP BY account_id
),
components AS (
    SELECT
        c.account_id, c.component,
        sum(CAST(round(TRY(CAST(c.amount AS DECIMAL(38, 4)) * l.rate), 4) AS DECIMAL(38, 4))) AS amount
    FROM exposure_components AS c
    JOIN exposure_lines AS l ON l.account_id = c.account_id AND l.currency = c.currency
    WHERE l.amount <> 0 AND l.converted IS NOT NULL
    GROUP BY c.account_id, c.component
),
by_component AS (
    SELECT
        account_id,
        coalesce(sum(amount) FILTER (component = 'overdue'), 0) AS overdue,
        coalesce(sum(amount) FILTER (component = 'not_due'), 0) AS not_due,
        coalesce(sum(amount) FILTER (component = 'disputed'), 0) AS disputed,
        coalesce(sum(amount) FILTER (component = 'credit_memos'), 0) AS credit_memos,
        coalesce(sum(amount) FILTER (component = 'guarantees'), 0) AS guarantees,
        coalesce(sum(amount) FILTER (component = 'unapplied_cash'), 0) AS unapplied_cash,
        coalesce(sum(amount) FILTER (component = 'open_orders'), 0) AS open_orders,
        sum(amount) AS total
    FROM components
    GROUP BY account_id
),
known AS (
    SELECT
        coalesce(limits.account_id, lines.account_id) AS account_id, limits.limit_currency, limits.credit_limit,
        coalesce(lines.problems, 0) AS problems,
        CASE WHEN limits.account_id IS NULL THEN 'none'
             WHEN limits.limit_currency IS NULL OR lines.problems > 0 THEN 'unknown'
             WHEN limits.credit_limit = 0 THEN 'zero' ELSE 'amount' END AS limit_state,
        CASE WHEN limit_state IN ('zero', 'amount') THEN coalesce(lines.exposure_amount, 0) END AS exposure_amount
    FROM limits
    FULL JOIN lines ON lines.account_id = limits.account_id
)
SELECT
    k.account_id, k.limit_state, k.limit_currency, k.credit_limit,
    CASE WHEN k.exposure_amount IS NOT NULL THEN coalesce(c.overdue, 0) END AS overdue,
    CASE WHEN k.exposure_amount IS NOT NULL THEN coalesce(c.not_due, 0) END AS not_due,
    CASE WHEN k.exposure_amount IS NOT NULL THEN coalesce(c.disputed, 0) END AS disputed,
    CASE WHEN k.exposure_amount IS NOT NULL THEN coalesce(c.credit_memos, 0) END AS credit_memos,
    CASE WHEN k.exposure_amount IS NOT NULL THEN coalesce(c.guarantees, 0) END AS guarantees,
    CASE WHEN k.exposure_amount IS NOT NULL THEN coalesce(c.unapplied_cash, 0) END AS unapplied_cash,
    CASE WHEN k.exposure_amount IS NOT NULL THEN coalesce(c.open_orders, 0) END AS open_orders,
    k.exposure_amount - coalesce(c.total, 0) AS rounding, k.exposure_amount,
    k.credit_limit - k.exposure_amount AS headroom,
    CASE WHEN k.exposure_amount > k.credit_limit THEN k.exposure_amount - k.credit_limit
         WHEN k.exposure_amount IS NOT NULL THEN 0 END AS over_limit_amount,
    CASE WHEN k.credit_limit > 0 THEN TRY(CAST( -- in whole numbers, because a division of decimals is a float
        CASE WHEN k.exposure_amount < 0 THEN -1 ELSE 1 END
        * ((abs(CAST(k.exposure_amount * 10000 AS HUGEINT)) * 20000 + CAST(k.credit_limit * 10000 AS HUGEINT))
           // (2 * CAST(k.credit_limit * 10000 AS HUGEINT)))
        AS DECIMAL(34, 0)) * CAST(0.0001 AS DECIMAL(5, 4))) END AS utilisation,
    k.problems
FROM known AS k
LEFT JOIN by_component AS c ON c.account_id = k.account_id

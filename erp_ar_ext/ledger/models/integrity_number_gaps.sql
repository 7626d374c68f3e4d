-- integrity_number_gaps: numbers that are missing from a sequence of documents' numbers.
-- grain: one row per range of missing numbers, and one per sequence whose numbers do not follow each other at all.
-- columns: those of every integrity model - check_id; org_id, trx_id, schedule_id, number, account_id, currency, amount,
--   what it is about; related_id and related_number, the document beside it; why, in words. Here: number is the missing
--   number or the range of them, related_id the document after the gap; there is no amount.
-- rules: a number is a prefix and at most 18 digits at its end; a number without digits there is in no sequence. Each
--   company, class and prefix has its own sequence. Numbers with leading zeros and those of the same length are one
--   sequence, all others another: 0099, 0100 and 99, 100. Classes of a company, and companies, draw on one sequence where
--   they never use the same number (at most one in a hundred) and have half as many gaps together, or fewer: a number
--   missing in one and used in another is not missing. More than :largest_gap numbers at once begin a new sequence.
--   Where gaps are more than numbers that follow each other, the numbers are no sequence, which is told once where there
--   are ten documents or more. Documents that are not complete and those of later days have used their numbers.
WITH numbered AS (
    SELECT org_id, class, trx_id, trx_date, trx_number, regexp_extract(trx_number, '[0-9]{1,18}$') AS digits
    FROM transactions
),
parsed AS (
    SELECT
        org_id, class, trx_id, trx_date, left(trx_number, length(trx_number) - length(digits)) AS prefix,
        length(digits) AS width, starts_with(digits, '0') AND length(digits) > 1 AS is_padded,
        CAST(digits AS BIGINT) AS number
    FROM numbered WHERE digits <> ''
),
padded AS (
    SELECT DISTINCT org_id, prefix, width FROM parsed WHERE is_padded
),
placed AS (
    SELECT p.* EXCLUDE (is_padded) REPLACE (coalesce(padded.width, 0) AS width)
    FROM parsed AS p
    LEFT JOIN padded ON padded.org_id = p.org_id AND padded.prefix = p.prefix AND padded.width = p.width
),
steps AS MATERIALIZED (
    SELECT
        *,
        number - lag(number) OVER everywhere AS step,
        number - lag(number) OVER in_company AS company_step,
        number - lag(number) OVER in_class AS class_step,
        coalesce(number = lag(number) OVER everywhere, FALSE)
            AND (org_id <> lag(org_id) OVER everywhere OR class <> lag(class) OVER everywhere) AS is_twice,
        coalesce(number = lag(number) OVER in_company, FALSE) AND class <> lag(class) OVER in_company AS is_twice_here
    FROM placed
    WINDOW everywhere AS (PARTITION BY prefix, width ORDER BY number, org_id, class, trx_id),
           in_company AS (PARTITION BY prefix, width, org_id ORDER BY number, class, trx_id),
           in_class AS (PARTITION BY prefix, width, org_id, class ORDER BY number, trx_id)
),
classes AS MATERIALIZED (
    SELECT
        prefix, width, org_id, class, count(*) AS documents, min(number) AS first_number, max(number) AS last_number,
        count(*) FILTER (is_twice) AS twice, count(*) FILTER (is_twice_here) AS twice_here,
        count(*) FILTER (step BETWEEN 2 AND :largest_gap + 1) AS gaps, count(*) FILTER (step = 1) AS follow,
        count(*) FILTER (company_step BETWEEN 2 AND :largest_gap + 1) AS company_gaps,
        count(*) FILTER (company_step = 1) AS company_follow,
        count(*) FILTER (class_step BETWEEN 2 AND :largest_gap + 1) AS class_gaps,
        count(*) FILTER (class_step = 1) AS class_follow
    FROM steps GROUP BY prefix, width, org_id, class
),
companies AS (
    SELECT
        prefix, width, org_id, sum(documents) AS documents, sum(twice) AS twice, sum(gaps) AS gaps, sum(follow) AS follow,
        sum(company_gaps) AS company_gaps, sum(company_follow) AS company_follow,
        sum(twice_here) * 100 <= sum(documents) AND sum(company_gaps) * 2 <= sum(class_gaps) AS is_shared,
        least(sum(company_gaps), sum(class_gaps)) AS own_gaps
    FROM classes GROUP BY prefix, width, org_id
),
prefixes AS (
    SELECT
        prefix, width, sum(gaps) AS gaps, sum(follow) AS follow,
        sum(twice) * 100 <= sum(documents) AND sum(gaps) * 2 <= sum(own_gaps) AS is_shared
    FROM companies GROUP BY prefix, width
),
judged AS MATERIALIZED (
    SELECT
        c.*, CASE WHEN p.is_shared THEN 'all' WHEN o.is_shared THEN 'company' ELSE 'class' END AS pool,
        CASE WHEN p.is_shared THEN p.gaps > p.follow WHEN o.is_shared THEN o.company_gaps > o.company_follow
             ELSE c.class_gaps > c.class_follow END AS is_no_sequence
    FROM classes AS c
    JOIN companies AS o ON o.prefix = c.prefix AND o.width = c.width AND o.org_id = c.org_id
    JOIN prefixes AS p ON p.prefix = c.prefix AND p.width = c.width
),
pooled AS (
    SELECT
        s.org_id, s.class, s.trx_id, s.prefix, s.width, s.number AS next_number, j.pool,
        CASE j.pool WHEN 'all' THEN s.step WHEN 'company' THEN s.company_step ELSE s.class_step END - 1 AS missing
    FROM steps AS s
    JOIN judged AS j ON j.prefix = s.prefix AND j.width = s.width AND j.org_id = s.org_id AND j.class = s.class
    WHERE greatest(s.step, s.company_step, s.class_step) > 1 AND s.trx_date <= :as_of AND NOT j.is_no_sequence
),
gaps AS MATERIALIZED (
    SELECT * FROM pooled WHERE missing BETWEEN 1 AND :largest_gap
),
inside AS ( -- between the last number of one class and the first of another, nothing is missing
    SELECT g.*
    FROM gaps AS g
    SEMI JOIN judged AS j ON j.prefix = g.prefix AND j.width = g.width
        AND (g.pool = 'all' OR j.org_id = g.org_id) AND (g.pool <> 'class' OR j.class = g.class)
        AND j.first_number < g.next_number AND j.last_number >= g.next_number
),
worded AS (
    SELECT
        *,
        CAST(next_number - missing AS VARCHAR) AS first_digits,
        CAST(next_number - 1 AS VARCHAR) AS last_digits
    FROM inside
),
padded_again AS (
    SELECT
        *,
        prefix || CASE WHEN width = 0 THEN first_digits ELSE lpad(first_digits, width::INTEGER, '0') END AS first_missing,
        prefix || CASE WHEN width = 0 THEN last_digits ELSE lpad(last_digits, width::INTEGER, '0') END AS last_missing
    FROM worded
)
SELECT
    'number-gap' AS check_id, w.org_id, NULL AS trx_id, NULL AS schedule_id,
    CASE WHEN w.missing = 1 THEN w.first_missing ELSE w.first_missing || ' .. ' || w.last_missing END AS number,
    NULL AS account_id, NULL AS currency, CAST(NULL AS DECIMAL(38, 4)) AS amount,
    w.trx_id AS related_id, t.trx_number AS related_number,
    CASE WHEN w.missing = 1 THEN '1 number is' ELSE w.missing || ' numbers are' END || ' missing before '
        || t.trx_number || ' of ' || t.trx_date || CASE w.pool WHEN 'class' THEN ', class ' || w.class ELSE '' END AS why
FROM padded_again AS w
JOIN transactions AS t ON t.org_id = w.org_id AND t.trx_id = w.trx_id
UNION ALL
SELECT
    'number-not-sequential', org_id, NULL, NULL, prefix || first_number || ' .. ' || prefix || last_number,
    NULL, NULL, NULL, NULL, NULL,
    'the numbers of ' || documents || ' documents of class ' || class || ' do not follow each other: '
        || 'what is missing cannot be told'
FROM judged
WHERE is_no_sequence AND documents >= 10

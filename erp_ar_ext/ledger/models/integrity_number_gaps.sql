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
        org_id, class, trx_id, trx_number, trx_date, left(trx_number, length(trx_number) - length(digits)) AS prefix,
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
series AS MATERIALIZED ( -- short keys: what is sorted below has a row for every document
    SELECT
        org_id, class, prefix, width,
        dense_rank() OVER (ORDER BY prefix, width) AS prefix_id,
        dense_rank() OVER (ORDER BY prefix, width, org_id) AS company_id,
        dense_rank() OVER (ORDER BY prefix, width, org_id, class) AS class_id
    FROM (SELECT DISTINCT org_id, class, prefix, width FROM placed)
),
coded AS (
    SELECT s.prefix_id, s.company_id, s.class_id, p.number
    FROM placed AS p
    JOIN series AS s ON s.org_id = p.org_id AND s.class = p.class AND s.prefix = p.prefix AND s.width = p.width
),
steps AS MATERIALIZED (
    SELECT
        prefix_id, company_id, class_id, number,
        number - lag(number) OVER everywhere AS step,
        number - lag(number) OVER in_company AS company_step,
        number - lag(number) OVER in_class AS class_step,
        coalesce(number = lag(number) OVER everywhere AND class_id <> lag(class_id) OVER everywhere, FALSE) AS is_twice,
        coalesce(number = lag(number) OVER in_company AND class_id <> lag(class_id) OVER in_company, FALSE) AS is_twice_here
    FROM coded
    WINDOW everywhere AS (PARTITION BY prefix_id ORDER BY number, class_id),
           in_company AS (PARTITION BY prefix_id, company_id ORDER BY number, class_id),
           in_class AS (PARTITION BY prefix_id, company_id, class_id ORDER BY number)
),
classes AS MATERIALIZED (
    SELECT
        prefix_id, company_id, class_id, count(*) AS documents, min(number) AS first_number, max(number) AS last_number,
        count(*) FILTER (is_twice) AS twice, count(*) FILTER (is_twice_here) AS twice_here,
        count(*) FILTER (step BETWEEN 2 AND :largest_gap + 1) AS gaps, count(*) FILTER (step = 1) AS follow,
        count(*) FILTER (company_step BETWEEN 2 AND :largest_gap + 1) AS company_gaps,
        count(*) FILTER (company_step = 1) AS company_follow,
        count(*) FILTER (class_step BETWEEN 2 AND :largest_gap + 1) AS class_gaps,
        count(*) FILTER (class_step = 1) AS class_follow
    FROM steps GROUP BY prefix_id, company_id, class_id
),
companies AS (
    SELECT
        prefix_id, company_id, sum(documents) AS documents, sum(twice) AS twice, sum(gaps) AS gaps, sum(follow) AS follow,
        sum(company_gaps) AS company_gaps, sum(company_follow) AS company_follow,
        sum(twice_here) * 100 <= sum(documents) AND sum(company_gaps) * 2 <= sum(class_gaps) AS is_shared,
        least(sum(company_gaps), sum(class_gaps)) AS own_gaps
    FROM classes GROUP BY prefix_id, company_id
),
prefixes AS (
    SELECT
        prefix_id, sum(gaps) AS gaps, sum(follow) AS follow,
        sum(twice) * 100 <= sum(documents) AND sum(gaps) * 2 <= sum(own_gaps) AS is_shared
    FROM companies GROUP BY prefix_id
),
judged AS MATERIALIZED (
    SELECT
        c.*, CASE WHEN p.is_shared THEN 'all' WHEN o.is_shared THEN 'company' ELSE 'class' END AS pool,
        CASE WHEN p.is_shared THEN p.gaps > p.follow WHEN o.is_shared THEN o.company_gaps > o.company_follow
             ELSE c.class_gaps > c.class_follow END AS is_no_sequence
    FROM classes AS c
    JOIN companies AS o ON o.company_id = c.company_id
    JOIN prefixes AS p ON p.prefix_id = c.prefix_id
),
pooled AS (
    SELECT
        s.prefix_id, s.company_id, s.class_id, s.number AS next_number, j.pool,
        CASE j.pool WHEN 'all' THEN s.step WHEN 'company' THEN s.company_step ELSE s.class_step END - 1 AS missing
    FROM steps AS s
    JOIN judged AS j ON j.class_id = s.class_id
    WHERE greatest(s.step, s.company_step, s.class_step) > 1 AND NOT j.is_no_sequence
),
gaps AS MATERIALIZED (
    SELECT * FROM pooled WHERE missing BETWEEN 1 AND :largest_gap
),
inside AS MATERIALIZED ( -- between the last number of one class and the first of another, nothing is missing
    SELECT g.*
    FROM gaps AS g
    SEMI JOIN judged AS j ON j.prefix_id = g.prefix_id
        AND (g.pool = 'all' OR j.company_id = g.company_id) AND (g.pool <> 'class' OR j.class_id = g.class_id)
        AND j.first_number < g.next_number AND j.last_number >= g.next_number
),
worded AS MATERIALIZED (
    SELECT
        s.org_id, s.class, s.prefix, s.width, i.next_number, i.missing, i.pool,
        CAST(i.next_number - i.missing AS VARCHAR) AS first_digits,
        CAST(i.next_number - 1 AS VARCHAR) AS last_digits
    FROM inside AS i
    JOIN series AS s ON s.class_id = i.class_id
),
padded_again AS (
    SELECT
        *,
        prefix || CASE WHEN width = 0 THEN first_digits ELSE lpad(first_digits, width::INTEGER, '0') END AS first_missing,
        prefix || CASE WHEN width = 0 THEN last_digits ELSE lpad(last_digits, width::INTEGER, '0') END AS last_missing
    FROM worded
),
beside AS ( -- the first document after the gap, where several have that number
    SELECT
        w.org_id, w.class, w.prefix, w.width, w.next_number,
        min(p.trx_id) AS trx_id, arg_min(p.trx_number, p.trx_id) AS trx_number, arg_min(p.trx_date, p.trx_id) AS trx_date
    FROM placed AS p
    JOIN worded AS w ON w.org_id = p.org_id AND w.class = p.class AND w.prefix = p.prefix AND w.width = p.width
        AND w.next_number = p.number
    WHERE p.trx_date <= :as_of
    GROUP BY w.org_id, w.class, w.prefix, w.width, w.next_number
)
SELECT
    'number-gap' AS check_id, w.org_id, NULL AS trx_id, NULL AS schedule_id,
    CASE WHEN w.missing = 1 THEN w.first_missing ELSE w.first_missing || ' .. ' || w.last_missing END AS number,
    NULL AS account_id, NULL AS currency, CAST(NULL AS DECIMAL(38, 4)) AS amount,
    b.trx_id AS related_id, b.trx_number AS related_number,
    CASE WHEN w.missing = 1 THEN '1 number is' ELSE w.missing || ' numbers are' END || ' missing before '
        || b.trx_number || ' of ' || b.trx_date || CASE w.pool WHEN 'class' THEN ', class ' || w.class ELSE '' END AS why
FROM padded_again AS w
JOIN beside AS b ON b.org_id = w.org_id AND b.class = w.class AND b.prefix = w.prefix AND b.width = w.width
    AND b.next_number = w.next_number
UNION ALL
SELECT
    'number-not-sequential', s.org_id, NULL, NULL, s.prefix || j.first_number || ' .. ' || s.prefix || j.last_number,
    NULL, NULL, NULL, NULL, NULL,
    'the numbers of ' || j.documents || ' documents of class ' || s.class || ' do not follow each other: '
        || 'what is missing cannot be told'
FROM judged AS j
JOIN series AS s ON s.class_id = j.class_id
WHERE j.is_no_sequence AND j.documents >= 10

-- integrity_number_gaps: numbers that are missing from a sequence of documents' numbers.
-- grain: one row per range of missing numbers, and one per sequence whose numbers do not follow each other at all.
-- columns: those of every integrity model - check_id; org_id, trx_id, schedule_id, number, account_id, currency, amount,
--   what it is about; related_id and related_number, the document beside it; why, in words. Here: number is the missing
--   number or the range of them, related_id the document after the gap; there is no amount.
-- rules: a number is a prefix and at most 18 digits at its end; a number without digits there is in no sequence. Each
--   company, class and prefix has its own sequence. Numbers with leading zeros and those of the same length are one
--   sequence, all others another: 0099, 0100 and 99, 100. Classes that never use the same number (at most one in a
--   hundred) may draw on one sequence, so that a number missing in one class and used in another is not missing. More
--   than :largest_gap numbers at once begin a new sequence. Where gaps are more than numbers that follow each other,
--   the numbers are no sequence, which is told once where there are ten documents or more. Documents that are not
--   complete and those of later days have used their numbers.
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
        number - lag(number) OVER together AS step,
        number - lag(number) OVER apart AS own_step,
        coalesce(number = lag(number) OVER together AND class <> lag(class) OVER together, FALSE) AS is_in_two_classes
    FROM placed
    WINDOW together AS (PARTITION BY org_id, prefix, width ORDER BY number, class, trx_id),
           apart AS (PARTITION BY org_id, prefix, width, class ORDER BY number, trx_id)
),
sequences AS MATERIALIZED (
    SELECT
        org_id, prefix, width, count(*) FILTER (is_in_two_classes) * 100 <= count(*) AS is_shared,
        count(*) FILTER (step = 1) AS follow, count(*) FILTER (step BETWEEN 2 AND :largest_gap + 1) AS gaps
    FROM steps GROUP BY org_id, prefix, width
),
classes AS MATERIALIZED (
    SELECT
        org_id, prefix, width, class, count(*) AS documents, min(number) AS first_number, max(number) AS last_number,
        count(*) FILTER (own_step = 1) AS follow, count(*) FILTER (own_step BETWEEN 2 AND :largest_gap + 1) AS gaps
    FROM steps GROUP BY org_id, prefix, width, class
),
judged AS MATERIALIZED (
    SELECT
        c.*, s.is_shared,
        CASE WHEN s.is_shared THEN s.gaps > s.follow ELSE c.gaps > c.follow END AS is_no_sequence
    FROM classes AS c
    JOIN sequences AS s ON s.org_id = c.org_id AND s.prefix = c.prefix AND s.width = c.width
),
gaps AS MATERIALIZED (
    SELECT
        s.org_id, s.prefix, s.width, s.class, s.trx_id, s.number AS next_number,
        CASE WHEN j.is_shared THEN s.step ELSE s.own_step END - 1 AS missing, j.is_shared
    FROM steps AS s
    JOIN judged AS j ON j.org_id = s.org_id AND j.prefix = s.prefix AND j.width = s.width AND j.class = s.class
    WHERE s.trx_date <= :as_of AND NOT j.is_no_sequence
      AND CASE WHEN j.is_shared THEN s.step ELSE s.own_step END BETWEEN 2 AND :largest_gap + 1
),
inside AS ( -- between the last number of one class and the first of another, nothing is missing
    SELECT g.*
    FROM gaps AS g
    SEMI JOIN classes AS c ON c.org_id = g.org_id AND c.prefix = g.prefix AND c.width = g.width
        AND c.first_number < g.next_number AND c.last_number >= g.next_number
        AND (g.is_shared OR c.class = g.class)
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
        || t.trx_number || ' of ' || t.trx_date || CASE WHEN w.is_shared THEN '' ELSE ', class ' || w.class END AS why
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

-- document_sums: each document's amount, and what its parts add up to.
-- grain: one row per complete document and kind of parts that the source gives: schedules, lines.
-- columns: check_id, the tie-out's check that compares the two; org_id, trx_id; currency; amount, of the document, and
--   parts_amount, the sum of its parts, 0 without any, both in the document's currency; parts, how many there are.
-- rule: a document without parts differs by all of its amount, so that a file that was cut short cannot tie out.
WITH lines AS (
    SELECT org_id, trx_id, sum(amount) AS amount, count(*) AS parts
    FROM transaction_lines
    WHERE :lines_given
    GROUP BY org_id, trx_id
),
instalments AS (
    SELECT org_id, trx_id, sum(amount_original) AS amount, count(*) AS parts
    FROM schedules
    WHERE :schedules_given AND trx_id IS NOT NULL
    GROUP BY org_id, trx_id
)
SELECT
    'documents_equal_schedules' AS check_id, t.org_id, t.trx_id, t.currency, t.amount,
    coalesce(i.amount, 0) AS parts_amount, coalesce(i.parts, 0) AS parts
FROM transactions AS t
LEFT JOIN instalments AS i ON i.org_id = t.org_id AND i.trx_id = t.trx_id
WHERE :schedules_given AND coalesce(t.complete, TRUE)
UNION ALL
SELECT
    'documents_equal_lines', t.org_id, t.trx_id, t.currency, t.amount,
    coalesce(l.amount, 0), coalesce(l.parts, 0)
FROM transactions AS t
LEFT JOIN lines AS l ON l.org_id = t.org_id AND l.trx_id = t.trx_id
WHERE :lines_given AND coalesce(t.complete, TRUE)

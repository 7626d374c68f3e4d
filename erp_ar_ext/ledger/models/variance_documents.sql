-- variance_documents: why a document differs from its schedules or its lines, tried in a declared order.
-- grain: one row per document and check that differs.
-- columns: check_id; org_id, trx_id, currency; told, the document's amount; derived, the sum of its parts; difference,
--   derived less told; cause; related_id, the part it is about; kind, what the parts are.
-- rule: a part that stands there twice, or in quarantine, is the whole difference, or it is not the cause. That parts are
--   missing is told by their numbers: none at all, or fewer than the highest number.
WITH differing AS MATERIALIZED (
    SELECT 'documents_equal_schedules' AS check_id, 'schedules' AS kind, org_id, trx_id, currency, amount,
        scheduled AS parts_amount, schedules AS parts, difference
    FROM untied_documents
    WHERE difference <> 0
    UNION ALL
    SELECT 'documents_equal_lines', 'lines', org_id, trx_id, currency, amount, lined, lines, difference
    FROM untied_lines
),
pieces AS (
    SELECT 'documents_equal_schedules' AS check_id, s.org_id, s.trx_id, s.schedule_id AS id, s.instalment AS number,
        s.class AS type, s.amount_original AS amount, s.currency <> u.currency AS other_currency
    FROM schedules AS s
    JOIN untied_documents AS u ON u.org_id = s.org_id AND u.trx_id = s.trx_id
    UNION ALL
    SELECT 'documents_equal_lines', l.org_id, l.trx_id, l.line_id, l.line_number, l.type, l.amount, FALSE
    FROM transaction_lines AS l
    JOIN untied_lines AS u ON u.org_id = l.org_id AND u.trx_id = l.trx_id
),
counted AS (
    SELECT
        *, row_number() OVER (PARTITION BY check_id, org_id, trx_id, number, type, amount ORDER BY id) > 1 AS is_again
    FROM pieces
),
summed AS MATERIALIZED (
    SELECT
        check_id, org_id, trx_id, sum(amount) FILTER (is_again) AS again, max(id) FILTER (is_again) AS again_id,
        count(DISTINCT number) AS numbers, max(number) AS highest, bool_or(other_currency) AS other_currency
    FROM counted GROUP BY check_id, org_id, trx_id
),
withheld AS MATERIALIZED (
    SELECT CASE kind WHEN 'schedules' THEN kind ELSE 'lines' END AS kind, org_id, trx_id, sum(effect) AS withheld,
        max(id) AS withheld_id
    FROM variance_quarantine WHERE trx_id IS NOT NULL
    GROUP BY kind, org_id, trx_id
),
tried AS (
    SELECT
        d.*, s.again_id, w.withheld_id,
        CASE
            WHEN w.withheld <> 0 AND d.difference = -w.withheld THEN 'row_in_quarantine'
            WHEN d.parts = 0 THEN 'parts_missing'
            WHEN s.other_currency THEN 'other_currency'
            WHEN d.parts_amount = -d.amount THEN 'wrong_sign'
            WHEN s.again <> 0 AND d.difference = s.again THEN 'part_twice'
            WHEN s.numbers < s.highest AND (d.difference < 0) = (d.amount > 0) THEN 'parts_missing'
            WHEN abs(d.difference)
                * CASE minor_digits(d.currency) WHEN 0 THEN 1 WHEN 3 THEN 1000 WHEN 4 THEN 10000 ELSE 100 END < 1
                THEN 'rounding'
            ELSE 'unexplained'
        END AS cause
    FROM differing AS d
    LEFT JOIN summed AS s ON s.check_id = d.check_id AND s.org_id = d.org_id AND s.trx_id = d.trx_id
    LEFT JOIN withheld AS w ON w.kind = d.kind AND w.org_id = d.org_id AND w.trx_id = d.trx_id
)
SELECT
    check_id, kind, org_id, trx_id, currency, CAST(amount AS DECIMAL(38, 4)) AS told, parts_amount AS derived, difference,
    cause, CASE cause WHEN 'row_in_quarantine' THEN withheld_id WHEN 'part_twice' THEN again_id END AS related_id
FROM tried

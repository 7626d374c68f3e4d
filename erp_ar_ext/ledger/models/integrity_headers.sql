-- integrity_headers: documents whose parts add up to another amount than they have.
-- grain: one row per document and kind of parts - lines, schedules - that differ.
-- columns: those of every integrity model; amount is the document's less the sum of its parts.
SELECT
    CASE s.check_id WHEN 'documents_equal_lines' THEN 'header-lines' ELSE 'header-schedules' END AS check_id,
    d.org_id, d.trx_id, NULL AS schedule_id, d.trx_number AS number, d.account_id, d.currency,
    CAST(s.amount - s.parts_amount AS DECIMAL(38, 4)) AS amount, NULL AS related_id, NULL AS related_number,
    'the document is of ' || money_text(s.amount, s.currency)
        || CASE WHEN s.parts = 0 THEN ' and has no ' ELSE ' and its ' END
        || CASE s.check_id WHEN 'documents_equal_lines' THEN 'lines' ELSE 'schedules' END
        || CASE WHEN s.parts = 0 THEN '' ELSE ' add up to ' || money_text(s.parts_amount, s.currency) END AS why
FROM document_sums AS s
JOIN integrity_documents AS d ON d.org_id = s.org_id AND d.trx_id = s.trx_id
WHERE s.amount <> s.parts_amount

-- integrity_headers: documents whose parts add up to another amount than they have.
-- grain: one row per document and kind of parts - lines, schedules - that differ.
-- columns: those of every integrity model; amount is what the parts are more than the document, or less.
WITH differing AS (
    SELECT 'header-lines' AS check_id, 'lines' AS kind, org_id, trx_id, amount, lined AS parts_amount, lines AS parts,
        difference
    FROM untied_lines
    UNION ALL
    SELECT 'header-schedules', 'schedules', org_id, trx_id, amount, scheduled, schedules, difference
    FROM untied_documents
    WHERE difference <> 0
)
SELECT
    u.check_id, d.org_id, d.trx_id, NULL AS schedule_id, d.trx_number AS number, d.account_id, d.currency,
    u.difference AS amount, NULL AS related_id, NULL AS related_number,
    'the document is of ' || money_text(u.amount, d.currency)
        || CASE WHEN u.parts = 0 THEN ' and has no ' || u.kind
                ELSE ' and its ' || u.kind || ' add up to ' || money_text(u.parts_amount, d.currency)
        END AS why
FROM differing AS u
JOIN integrity_documents AS d ON d.org_id = u.org_id AND d.trx_id = u.trx_id

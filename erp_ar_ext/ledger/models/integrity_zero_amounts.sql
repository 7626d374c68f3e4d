-- integrity_zero_amounts: documents of nothing.
-- grain: one row per document whose amount is zero.
-- columns: those of every integrity model; amount is the sum of the parts above zero.
-- rule: where lines or schedules of both signs cancel out, the document is not nothing: tax without its goods, for one.
WITH nothing AS MATERIALIZED (
    SELECT org_id, trx_id, trx_number, account_id, currency FROM integrity_documents WHERE amount = 0
),
parts AS (
    SELECT l.org_id, l.trx_id, 'lines' AS kind, sum(l.amount) AS net, sum(greatest(l.amount, 0)) AS debits
    FROM transaction_lines AS l
    SEMI JOIN nothing AS n ON n.org_id = l.org_id AND n.trx_id = l.trx_id
    GROUP BY l.org_id, l.trx_id
    UNION ALL
    SELECT s.org_id, s.trx_id, 'schedules', sum(s.amount_original), sum(greatest(s.amount_original, 0))
    FROM schedules AS s
    SEMI JOIN nothing AS n ON n.org_id = s.org_id AND n.trx_id = s.trx_id
    GROUP BY s.org_id, s.trx_id
),
cancelling AS MATERIALIZED (
    SELECT org_id, trx_id, string_agg(kind, ' and ' ORDER BY kind) AS kinds, max(debits) AS debits
    FROM parts WHERE net = 0 AND debits > 0 GROUP BY org_id, trx_id
)
SELECT
    CASE WHEN c.trx_id IS NULL THEN 'zero-amount' ELSE 'net-zero' END AS check_id,
    n.org_id, n.trx_id, NULL AS schedule_id, n.trx_number AS number, n.account_id, n.currency,
    CAST(coalesce(c.debits, 0) AS DECIMAL(38, 4)) AS amount, NULL AS related_id, NULL AS related_number,
    CASE WHEN c.trx_id IS NULL THEN 'the document is of no amount'
         ELSE 'its ' || c.kinds || ' of ' || money_text(c.debits, n.currency) || ' and '
             || money_text(-c.debits, n.currency) || ' cancel out'
    END AS why
FROM nothing AS n
LEFT JOIN cancelling AS c ON c.org_id = n.org_id AND c.trx_id = n.trx_id

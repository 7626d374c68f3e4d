-- untied_lines: complete documents that are not the sum of their lines.
-- materialized: yes
-- grain: one row per (org_id, trx_id) that differs, or that has no line at all.
-- columns: currency; amount, the document's; lined, the sum of its lines; lines, how many; difference, lined less
--   amount.
-- rule: where the source has no lines there is nothing to compare; where it has some, a document without any differs by
--   all of its amount, so that a file that was cut short does not tie out.
WITH given AS (
    SELECT org_id, trx_id, sum(amount) AS lined, count(*)::INTEGER AS lines
    FROM transaction_lines
    GROUP BY org_id, trx_id
)
SELECT
    t.org_id, t.trx_id, t.currency, t.amount, coalesce(g.lined, 0)::DECIMAL(38, 4) AS lined,
    coalesce(g.lines, 0) AS lines, (coalesce(g.lined, 0) - t.amount)::DECIMAL(38, 4) AS difference
FROM transactions AS t
LEFT JOIN given AS g ON g.org_id = t.org_id AND g.trx_id = t.trx_id
WHERE :lines_given AND coalesce(t.complete, TRUE) AND coalesce(g.lined, 0) <> t.amount

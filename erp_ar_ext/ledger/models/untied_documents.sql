-- untied_documents: complete documents that are not the sum of their schedules.
-- grain: one row per (org_id, trx_id) that differs, or that has no schedule at all.
-- columns: currency; amount, the document's; scheduled, the sum of its schedules; schedules, how many; difference,
--   scheduled less amount.
-- rule: where the source has no schedules each document is one, and there is nothing to compare.
WITH given AS (
    SELECT org_id, trx_id, sum(amount_original) AS scheduled, count(*)::INTEGER AS schedules
    FROM schedules WHERE trx_id IS NOT NULL
    GROUP BY org_id, trx_id
)
SELECT
    t.org_id, t.trx_id, t.currency, t.amount, coalesce(g.scheduled, 0)::DECIMAL(38, 4) AS scheduled,
    coalesce(g.schedules, 0) AS schedules, (coalesce(g.scheduled, 0) - t.amount)::DECIMAL(38, 4) AS difference
FROM transactions AS t
LEFT JOIN given AS g ON g.org_id = t.org_id AND g.trx_id = t.trx_id
WHERE :schedules_given AND coalesce(t.complete, TRUE) AND (g.trx_id IS NULL OR g.scheduled <> t.amount)

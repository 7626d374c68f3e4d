-- integrity_credited: documents that were cancelled: brought to nothing without any cash, at the end of :as_of.
-- materialized: yes
-- grain: one row per document whose credit memos, or applied credits and adjustments, reach its amount.
-- columns: org_id, trx_id.
-- rule: a credit memo counts by what was applied of it, or by its whole amount where it names the document it belongs
--   to: one that waits to be applied has cancelled the invoice all the same.
WITH memos AS MATERIALIZED (
    SELECT org_id, schedule_id FROM ledger_schedules WHERE class = 'CM'
),
relieved AS MATERIALIZED (
    SELECT c.org_id, c.target_schedule_id AS schedule_id, c.amount + c.discount AS amount
    FROM counted_applications AS c
    SEMI JOIN memos ON memos.org_id = c.org_id AND memos.schedule_id = c.source_schedule_id
    WHERE c.target_schedule_id IS NOT NULL AND c.counts_from <= :as_of AND coalesce(c.counts_until > :as_of, TRUE)
    UNION ALL
    SELECT org_id, schedule_id, -amount
    FROM adjustments
    WHERE status = 'A' AND {adjusted_on} <= :as_of
),
by_document AS (
    SELECT s.org_id, s.trx_id, sum(r.amount) AS amount
    FROM relieved AS r
    JOIN ledger_schedules AS s ON s.org_id = r.org_id AND s.schedule_id = r.schedule_id
    GROUP BY s.org_id, s.trx_id
    UNION ALL
    SELECT org_id, original_trx_id, -sum(amount)
    FROM integrity_documents
    WHERE class = 'CM' AND original_trx_id IS NOT NULL
    GROUP BY org_id, original_trx_id
)
SELECT DISTINCT d.org_id, d.trx_id
FROM by_document AS b
JOIN integrity_documents AS d ON d.org_id = b.org_id AND d.trx_id = b.trx_id
WHERE d.amount > 0 AND b.amount >= d.amount

-- counted_applications: applications that move a balance, with the day each stops to count.
-- grain: one row per (org_id, application_id) of status APP or ACTIVITY.
-- columns: source_schedule_id, target_schedule_id; amount and discount; counts_from, the accounting date;
--   counts_until, the first day it no longer counts, or empty.
-- rules: UNAPP, ACC and UNID rows only say where a receipt's rest stands; they move no balance. What a reversed
--   receipt paid is open again from the day of the reversal, also where the application itself does not say so.
--   An id that a receipt without a schedule shares with a document's schedule means the receipt as a source.
WITH special_receipts AS (
    SELECT
        s.org_id, s.schedule_id, r.reversed_date,
        CASE WHEN s.schedule_id = 'receipt:' || s.receipt_id THEN s.receipt_id ELSE s.schedule_id END AS named
    FROM receipts AS r
    JOIN ledger_schedules AS s ON s.org_id = r.org_id AND s.receipt_id = r.receipt_id
    WHERE r.reversed_date IS NOT NULL OR s.schedule_id = 'receipt:' || s.receipt_id
)
SELECT
    a.org_id, a.application_id,
    coalesce(receipt.schedule_id, a.source_schedule_id) AS source_schedule_id, a.target_schedule_id,
    a.amount, coalesce(a.discount, 0) AS discount,
    a.gl_date AS counts_from,
    CASE WHEN a.reversal_gl_date IS NOT NULL OR receipt.reversed_date IS NOT NULL
         THEN greatest(a.gl_date, least(a.reversal_gl_date, receipt.reversed_date)) -- least skips what is empty
    END AS counts_until
FROM applications AS a
LEFT JOIN special_receipts AS receipt ON receipt.org_id = a.org_id AND receipt.named = a.source_schedule_id
WHERE a.status IN ('APP', 'ACTIVITY')
ORDER BY a.org_id, a.application_id

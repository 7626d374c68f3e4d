-- counted_applications: applications that move a balance, with the day each stops to count.
-- grain: one row per (org_id, application_id) of status APP or ACTIVITY.
-- columns: source_schedule_id, target_schedule_id; amount and discount; counts_from, the accounting date;
--   counts_until, the first day it no longer counts, or empty.
-- rules: UNAPP, ACC and UNID rows only say where a receipt's rest stands; they move no balance. What a reversed
--   receipt paid is open again from the day of the reversal, also where the application itself does not say so.
--   A source's id means the schedule of that id. Only where that is a debit, which pays nothing, does it mean the
--   receipt without a schedule that shares the id.
WITH renamed_receipts AS (
    SELECT receipt.org_id, receipt.schedule_id, receipt.receipt_id
    FROM ledger_schedules AS receipt
    JOIN ledger_schedules AS document
        ON document.org_id = receipt.org_id AND document.schedule_id = receipt.receipt_id
    WHERE receipt.schedule_id = 'receipt:' || receipt.receipt_id
      AND document.class NOT IN ('PMT', 'CM') AND document.amount_original >= 0
),
reversed_schedules AS (
    SELECT s.org_id, s.schedule_id, r.reversed_date
    FROM receipts AS r
    JOIN ledger_schedules AS s ON s.org_id = r.org_id AND s.receipt_id = r.receipt_id
    WHERE r.reversed_date IS NOT NULL
),
moving AS (
    SELECT a.* REPLACE (coalesce(receipt.schedule_id, a.source_schedule_id) AS source_schedule_id)
    FROM applications AS a
    LEFT JOIN renamed_receipts AS receipt
        ON receipt.org_id = a.org_id AND receipt.receipt_id = a.source_schedule_id
    WHERE a.status IN ('APP', 'ACTIVITY')
)
SELECT
    a.org_id, a.application_id, a.source_schedule_id, a.target_schedule_id,
    a.amount, coalesce(a.discount, 0) AS discount,
    a.gl_date AS counts_from,
    CASE WHEN a.reversal_gl_date IS NOT NULL OR source.reversed_date IS NOT NULL
         THEN greatest(a.gl_date, least(a.reversal_gl_date, source.reversed_date)) -- least skips what is empty
    END AS counts_until
FROM moving AS a
LEFT JOIN reversed_schedules AS source ON source.org_id = a.org_id AND source.schedule_id = a.source_schedule_id
ORDER BY a.org_id, a.application_id

-- moving_applications: applications that move a balance, or say where a receipt's rest stands, with the days they count.
-- grain: one row per (org_id, application_id) but those of status UNAPP.
-- columns: source_schedule_id, target_schedule_id; status; amount and discount; for the axis of accounting dates
--   gl_date, from which it counts, and gl_until, the first day it no longer does, or empty; the same of the day it was
--   made, trx_date and trx_until; ended_by_receipt, that nothing but its receipt's reversal says so; the currencies of the
--   two schedules, empty where there is no such schedule.
-- rules: APP and ACTIVITY rows move balances; ACC and UNID rows only say where a receipt's rest stands. What a reversed
--   receipt paid is open again from the day of the reversal, also where the application itself does not say so.
--   A source's id means the schedule of that id. Only where that is a debit, which pays nothing, does it mean the
--   receipt without a schedule that shares the id.
WITH renamed_receipts AS (
    SELECT receipt.org_id, receipt.schedule_id, receipt.receipt_id
    FROM every_schedule AS receipt
    JOIN every_schedule AS document
        ON document.org_id = receipt.org_id AND document.schedule_id = receipt.receipt_id
    WHERE receipt.schedule_id = 'receipt:' || receipt.receipt_id
      AND document.class NOT IN ('PMT', 'CM') AND document.amount_original >= 0
),
reversed_schedules AS (
    SELECT s.org_id, s.schedule_id, r.reversed_date
    FROM receipts AS r
    JOIN every_schedule AS s ON s.org_id = r.org_id AND s.receipt_id = r.receipt_id
    WHERE r.reversed_date IS NOT NULL
),
moving AS (
    SELECT a.* REPLACE (coalesce(receipt.schedule_id, a.source_schedule_id) AS source_schedule_id)
    FROM applications AS a
    LEFT JOIN renamed_receipts AS receipt
        ON receipt.org_id = a.org_id AND receipt.receipt_id = a.source_schedule_id
    WHERE a.status <> 'UNAPP'
)
SELECT
    a.org_id, a.application_id, a.source_schedule_id, a.target_schedule_id, a.status,
    a.amount, coalesce(a.discount, 0) AS discount,
    a.gl_date, CASE WHEN a.reversal_gl_date IS NOT NULL OR reversed.reversed_date IS NOT NULL
         THEN greatest(a.gl_date, least(a.reversal_gl_date, reversed.reversed_date)) -- least skips what is empty
    END AS gl_until,
    a.apply_date AS trx_date, CASE WHEN a.reversal_gl_date IS NOT NULL OR reversed.reversed_date IS NOT NULL
         THEN greatest(a.apply_date, least(a.reversal_gl_date, reversed.reversed_date))
    END AS trx_until,
    a.reversal_gl_date IS NULL AND reversed.reversed_date IS NOT NULL AS ended_by_receipt,
    source.currency AS source_currency, target.currency AS target_currency
FROM moving AS a
LEFT JOIN reversed_schedules AS reversed
    ON reversed.org_id = a.org_id AND reversed.schedule_id = a.source_schedule_id
LEFT JOIN every_schedule AS source
    ON source.org_id = a.org_id AND source.schedule_id = a.source_schedule_id
LEFT JOIN every_schedule AS target
    ON target.org_id = a.org_id AND target.schedule_id = a.target_schedule_id

-- balance_events: everything that ever changed a schedule's balance.
-- grain: one row per change.
-- columns: org_id, schedule_id; day, the accounting date from which it counts; amount, signed, in the schedule's
--   currency, added to its balance.
-- rules: an application lowers its target by amount and discount and raises its source, whose balance is negative,
--   by the amount; a reversal takes both back; an approved adjustment is added as it is signed; a reversed receipt
--   no longer owes us a use of its money.
SELECT org_id, schedule_id, gl_date AS day, amount_original AS amount
FROM ledger_schedules
UNION ALL
SELECT org_id, target_schedule_id, counts_from, -(amount + discount)
FROM counted_applications WHERE target_schedule_id IS NOT NULL
UNION ALL
SELECT org_id, target_schedule_id, counts_until, amount + discount
FROM counted_applications WHERE target_schedule_id IS NOT NULL AND counts_until IS NOT NULL
UNION ALL
SELECT org_id, source_schedule_id, counts_from, amount
FROM counted_applications
UNION ALL
SELECT org_id, source_schedule_id, counts_until, -amount
FROM counted_applications WHERE counts_until IS NOT NULL
UNION ALL
SELECT org_id, schedule_id, gl_date, amount
FROM adjustments WHERE status = 'A'
UNION ALL
SELECT s.org_id, s.schedule_id, greatest(r.reversed_date, s.gl_date), -s.amount_original
FROM receipts AS r
JOIN ledger_schedules AS s ON s.org_id = r.org_id AND s.receipt_id = r.receipt_id
WHERE r.reversed_date IS NOT NULL

-- balance_events: everything that ever changed a schedule's balance.
-- grain: one row per change.
-- columns: org_id, schedule_id; the days from which it counts: gl_date by accounting dates, trx_date by the dates of
--   documents, receipts and applications; amount, signed, in the schedule's currency, added to its balance.
-- rules: an application lowers its target by amount and discount and raises its source, whose balance is negative,
--   by the amount; a reversal takes both back; an approved adjustment is added as it is signed; a reversed receipt
--   no longer owes us a use of its money. A reversal has one date, which counts on both axes.
SELECT org_id, schedule_id, gl_date, trx_date, amount_original AS amount
FROM every_schedule
UNION ALL
SELECT org_id, target_schedule_id, gl_date, trx_date, -(amount + discount)
FROM moving_applications WHERE status IN ('APP', 'ACTIVITY') AND target_schedule_id IS NOT NULL
UNION ALL
SELECT org_id, target_schedule_id, gl_until, trx_until, amount + discount
FROM moving_applications
WHERE status IN ('APP', 'ACTIVITY') AND target_schedule_id IS NOT NULL AND gl_until IS NOT NULL
UNION ALL
SELECT org_id, source_schedule_id, gl_date, trx_date, amount
FROM moving_applications WHERE status IN ('APP', 'ACTIVITY')
UNION ALL
SELECT org_id, source_schedule_id, gl_until, trx_until, -amount
FROM moving_applications WHERE status IN ('APP', 'ACTIVITY') AND gl_until IS NOT NULL
UNION ALL
SELECT org_id, schedule_id, gl_date, apply_date, amount
FROM adjustments WHERE status = 'A'
UNION ALL
SELECT
    s.org_id, s.schedule_id, greatest(r.reversed_date, s.gl_date), greatest(r.reversed_date, s.trx_date),
    -s.amount_original
FROM receipts AS r
JOIN every_schedule AS s ON s.org_id = r.org_id AND s.receipt_id = r.receipt_id
WHERE r.reversed_date IS NOT NULL

-- disputes: one row per level that a schedule's disputed amount has had, from the day it was reached to the day it
--   changed.
-- table: AR_DISPUTE_HISTORY
-- reason: that of the credit memo request of the same document and day, where there is one.
-- traps: AMOUNT_IN_DISPUTE is the level, DISPUTE_AMOUNT only its change. A level of nothing is no dispute. Closing a row
--   leaves its own time stamp alone; the schedule's is set, so that both are looked at.
-- optional: RA_CM_REQUESTS_ALL(customer_trx_id NUMBER, dispute_date DATE, cm_reason_code VARCHAR2(30), status VARCHAR2(30), last_update_date DATE)
SELECT
    TO_CHAR(ps.org_id) AS org_id,
    TO_CHAR(h.dispute_history_id) AS dispute_id,
    TO_CHAR(h.payment_schedule_id) AS schedule_id,
    h.amount_in_dispute AS amount,
    TRUNC(h.start_date) AS opened_on,
    TRUNC(h.end_date) AS closed_on,
    rq.reason AS reason,
    CAST(NULL AS VARCHAR2(30)) AS team,
    CASE WHEN h.end_date IS NOT NULL THEN rq.outcome END AS outcome,
    ps.org_id AS org_key,
    h.dispute_history_id AS row_key,
    GREATEST(h.last_update_date, ps.last_update_date, NVL(rq.last_update_date, h.last_update_date)) AS changed_on
FROM ar_dispute_history h
JOIN ar_payment_schedules_all ps
    ON ps.payment_schedule_id = h.payment_schedule_id
LEFT JOIN (
    SELECT
        cm.customer_trx_id AS customer_trx_id,
        TRUNC(cm.dispute_date) AS dispute_day,
        MIN(cm.cm_reason_code) AS reason,
        MIN(cm.status) AS outcome,
        MAX(cm.last_update_date) AS last_update_date
    FROM ra_cm_requests_all cm
    GROUP BY cm.customer_trx_id, TRUNC(cm.dispute_date)
) rq
    ON rq.customer_trx_id = ps.customer_trx_id AND rq.dispute_day = TRUNC(h.start_date)
WHERE ps.payment_schedule_id > 0
  AND NVL(h.amount_in_dispute, 0) <> 0

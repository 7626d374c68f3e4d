-- applications: one row per use of a receipt's or credit memo's money.
-- table: AR_RECEIVABLE_APPLICATIONS_ALL
-- traps: targets below zero are seeded and owe nothing: their target is empty, the status says what became of the
--   money. Taking an application back stamps REVERSAL_GL_DATE on it and adds a twin with the opposite amount: the twin
--   is left out, as the stamp says all. DISPLAY is not looked at, since what is hidden today counted yesterday. Amounts
--   are in the target's currency; a receipt in another one is told, as there is room for one amount only. OTHER ACC
--   (claims, prepayments) is passed on as it is: the money stays the customer's.
SELECT
    TO_CHAR(a.org_id) AS org_id,
    TO_CHAR(a.receivable_application_id) AS application_id,
    TO_CHAR(a.payment_schedule_id) AS source_schedule_id,
    CASE WHEN a.applied_payment_schedule_id > 0 THEN TO_CHAR(a.applied_payment_schedule_id) END AS target_schedule_id,
    a.status AS status,
    a.amount_applied AS amount,
    CASE WHEN a.earned_discount_taken IS NOT NULL OR a.unearned_discount_taken IS NOT NULL
         THEN NVL(a.earned_discount_taken, 0) + NVL(a.unearned_discount_taken, 0) END AS discount,
    a.apply_date AS apply_date,
    a.gl_date AS gl_date,
    a.reversal_gl_date AS reversal_gl_date,
    a.org_id AS org_key,
    a.receivable_application_id AS row_key,
    a.last_update_date AS changed_on,
    CASE WHEN a.amount_applied_from <> a.amount_applied
         THEN 'pays in another currency than the receipt has: its amount is the one of the document' END AS remark
FROM ar_receivable_applications_all a
WHERE NVL(a.confirmed_flag, 'Y') = 'Y'
  AND NOT (a.amount_applied < 0 AND a.reversal_gl_date IS NOT NULL AND a.gl_date >= a.reversal_gl_date)

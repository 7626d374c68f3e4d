-- schedules: one row per instalment of a document, and one per receipt.
-- table: AR_PAYMENT_SCHEDULES_ALL
-- traps: ids of zero and below are seeded targets of applications and owe nothing. A receipt that is not confirmed is
--   no cash yet. Closed dates (31-DEC-4712 while open) are not read: the ledger finds out itself what is open.
SELECT
    TO_CHAR(ps.org_id) AS org_id,
    TO_CHAR(ps.payment_schedule_id) AS schedule_id,
    TO_CHAR(ps.customer_trx_id) AS trx_id,
    TO_CHAR(ps.cash_receipt_id) AS receipt_id,
    TO_CHAR(ps.customer_id) AS account_id,
    ps.class AS class,
    NVL(ps.terms_sequence_number, 1) AS instalment,
    ps.due_date AS due_date,
    ps.gl_date AS gl_date,
    ps.invoice_currency_code AS currency,
    ps.amount_due_original AS amount_original,
    ps.amount_due_remaining AS amount_remaining,
    ps.amount_in_dispute AS amount_in_dispute,
    ps.status AS status,
    ps.org_id AS org_key,
    ps.payment_schedule_id AS row_key,
    ps.last_update_date AS changed_on
FROM ar_payment_schedules_all ps
WHERE ps.payment_schedule_id > 0
  AND NVL(ps.receipt_confirmed_flag, 'Y') = 'Y'

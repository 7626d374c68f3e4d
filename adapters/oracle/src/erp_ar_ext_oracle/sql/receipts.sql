-- receipts: one row per payment of a customer.
-- table: AR_CASH_RECEIPTS_ALL
-- traps: a miscellaneous receipt (MISC) is no customer's, and one that is not confirmed is no cash yet. Where a debit
--   memo took the place of a returned receipt, what it paid stays paid: the receipt is then not reversed. A receipt may
--   be cleared and set back again: the day counts only while the history's current row stands by it.
SELECT
    TO_CHAR(cr.org_id) AS org_id,
    TO_CHAR(cr.cash_receipt_id) AS receipt_id,
    cr.receipt_number AS receipt_number,
    TO_CHAR(cr.pay_from_customer) AS account_id,
    cr.receipt_date AS receipt_date,
    h.gl_date AS gl_date,
    cr.currency_code AS currency,
    cr.amount AS amount,
    CASE WHEN h.status IN ('CLEARED', 'RISK_ELIMINATED', 'REVERSED') THEN h.cleared_date END AS cleared_date,
    CASE WHEN dm.cash_receipt_id IS NULL THEN cr.reversal_date END AS reversed_date,
    CASE WHEN dm.cash_receipt_id IS NULL
         THEN NVL(cr.reversal_reason_code, cr.reversal_category) END AS reversal_reason,
    cr.comments AS remittance,
    cr.org_id AS org_key,
    cr.cash_receipt_id AS row_key,
    GREATEST(
        cr.last_update_date,
        NVL(h.last_update_date, cr.last_update_date),
        NVL(dm.last_update_date, cr.last_update_date)
    ) AS changed_on
FROM ar_cash_receipts_all cr
LEFT JOIN (
    SELECT
        crh.cash_receipt_id AS cash_receipt_id,
        MIN(CASE WHEN crh.first_posted_record_flag = 'Y' THEN crh.gl_date END) AS gl_date,
        MAX(CASE WHEN crh.status IN ('CLEARED', 'RISK_ELIMINATED') THEN crh.trx_date END) AS cleared_date,
        MAX(CASE WHEN crh.current_record_flag = 'Y' THEN crh.status END) AS status,
        MAX(crh.last_update_date) AS last_update_date
    FROM ar_cash_receipt_history_all crh
    GROUP BY crh.cash_receipt_id
) h
    ON h.cash_receipt_id = cr.cash_receipt_id
LEFT JOIN (
    SELECT d.reversed_cash_receipt_id AS cash_receipt_id, MAX(d.last_update_date) AS last_update_date
    FROM ra_customer_trx_all d
    WHERE d.reversed_cash_receipt_id IS NOT NULL AND d.complete_flag = 'Y'
    GROUP BY d.reversed_cash_receipt_id
) dm
    ON dm.cash_receipt_id = cr.cash_receipt_id
WHERE cr.type = 'CASH'
  AND NVL(cr.confirmed_flag, 'Y') = 'Y'

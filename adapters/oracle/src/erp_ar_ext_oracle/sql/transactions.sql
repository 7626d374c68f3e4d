-- transactions: one row per document.
-- table: RA_CUSTOMER_TRX_ALL
-- amount: of the receivable itself, the REC distribution, so that both the lines and the schedules can be held against
--   it; where a document has none (one that is still being entered, a bill receivable), the sum of its lines.
-- traps: the type's id repeats in each operating unit. A type without an open receivable makes no debt, and would look
--   like an unpaid document without schedules. A document that is still being entered is read, and says so. A
--   chargeback names the document it came from only in the adjustment that closed that one.
-- optional: RA_TERMS(term_id NUMBER, name VARCHAR2(15), last_update_date DATE)
SELECT
    TO_CHAR(t.org_id) AS org_id,
    TO_CHAR(t.customer_trx_id) AS trx_id,
    t.trx_number AS trx_number,
    tt.type AS class,
    t.trx_date AS trx_date,
    CASE
        WHEN rec.gl_date IS NOT NULL THEN rec.gl_date
        ELSE (SELECT MIN(g.gl_date) FROM ar_payment_schedules_all g WHERE g.customer_trx_id = t.customer_trx_id)
    END AS gl_date,
    TO_CHAR(CASE
        WHEN t.bill_to_customer_id IS NOT NULL THEN t.bill_to_customer_id
        ELSE (SELECT MIN(c.customer_id) FROM ar_payment_schedules_all c WHERE c.customer_trx_id = t.customer_trx_id)
    END) AS account_id,
    TO_CHAR(t.bill_to_site_use_id) AS site_id,
    t.invoice_currency_code AS currency,
    CASE
        WHEN rec.amount IS NOT NULL THEN rec.amount
        ELSE (SELECT NVL(SUM(l.extended_amount), 0)
              FROM ra_customer_trx_lines_all l WHERE l.customer_trx_id = t.customer_trx_id)
    END AS amount,
    ROUND(t.exchange_rate, 18) AS exchange_rate,
    terms.name AS terms,
    t.term_due_date AS due_date,
    t.purchase_order AS po_number,
    t.ct_reference AS source_ref,
    TO_CHAR(NVL(t.previous_customer_trx_id, cb.customer_trx_id)) AS original_trx_id,
    t.complete_flag AS complete,
    t.org_id AS org_key,
    t.customer_trx_id AS row_key,
    GREATEST(
        t.last_update_date,
        NVL(rec.last_update_date, t.last_update_date),
        NVL(cb.last_update_date, t.last_update_date)
    ) AS changed_on
FROM ra_customer_trx_all t
JOIN ra_cust_trx_types_all tt
    ON tt.cust_trx_type_id = t.cust_trx_type_id AND tt.org_id = t.org_id
LEFT JOIN ra_cust_trx_line_gl_dist_all rec
    ON rec.customer_trx_id = t.customer_trx_id AND rec.account_class = 'REC' AND rec.latest_rec_flag = 'Y'
LEFT JOIN ra_terms terms
    ON terms.term_id = t.term_id
LEFT JOIN (
    SELECT a.chargeback_customer_trx_id AS chargeback_trx_id, MIN(a.customer_trx_id) AS customer_trx_id,
        MAX(a.last_update_date) AS last_update_date
    FROM ar_adjustments_all a
    WHERE a.chargeback_customer_trx_id IS NOT NULL
    GROUP BY a.chargeback_customer_trx_id
) cb
    ON cb.chargeback_trx_id = t.customer_trx_id
WHERE t.customer_trx_id > 0
  AND NVL(tt.accounting_affect_flag, 'Y') = 'Y'

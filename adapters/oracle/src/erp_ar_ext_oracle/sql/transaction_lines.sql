-- transaction_lines: one row per line of a document: goods, tax, freight, charges.
-- table: RA_CUSTOMER_TRX_LINES_ALL
-- traps: the line of a chargeback has a type of its own (CB) and bills like any other. Lines of documents that make no
--   debt are left out with them.
SELECT
    TO_CHAR(l.org_id) AS org_id,
    TO_CHAR(l.customer_trx_line_id) AS line_id,
    TO_CHAR(l.customer_trx_id) AS trx_id,
    l.line_number AS line_number,
    CASE l.line_type WHEN 'CB' THEN 'LINE' ELSE l.line_type END AS type,
    l.extended_amount AS amount,
    l.description AS description,
    l.org_id AS org_key,
    l.customer_trx_line_id AS row_key,
    l.last_update_date AS changed_on
FROM ra_customer_trx_lines_all l
JOIN ra_customer_trx_all t
    ON t.customer_trx_id = l.customer_trx_id
JOIN ra_cust_trx_types_all tt
    ON tt.cust_trx_type_id = t.cust_trx_type_id AND tt.org_id = t.org_id
WHERE l.customer_trx_id > 0
  AND NVL(tt.accounting_affect_flag, 'Y') = 'Y'

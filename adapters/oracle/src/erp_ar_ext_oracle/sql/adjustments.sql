-- adjustments: one row per correction of a schedule's balance.
-- table: AR_ADJUSTMENTS_ALL
-- traps: only an approved one (A) counts; one that needs more research (M) waits like one that waits for approval (W).
--   ADJUSTMENT_TYPE is no business category. Whose request it was is in a column of the flexfield.
SELECT
    TO_CHAR(a.org_id) AS org_id,
    TO_CHAR(a.adjustment_id) AS adjustment_id,
    TO_CHAR(a.payment_schedule_id) AS schedule_id,
    a.type AS type,
    a.amount AS amount,
    a.apply_date AS apply_date,
    a.gl_date AS gl_date,
    CASE a.status WHEN 'M' THEN 'W' ELSE a.status END AS status,
    a.reason_code AS reason,
    a.attribute15 AS external_ref,
    a.org_id AS org_key,
    a.adjustment_id AS row_key,
    a.last_update_date AS changed_on
FROM ar_adjustments_all a
WHERE a.adjustment_id > 0

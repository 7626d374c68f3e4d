-- variances: every difference that a check of the source adds up, with the cause that explains it.
-- materialized: yes
-- grain: one row per check and schedule, or document, that differs.
-- columns: check_id, the tie-out's; org_id, trx_id, schedule_id, number, account_id; in currency: expected, what the ERP
--   says remains, or the document's amount; derived, what the history, or the parts, add up to; difference, derived less
--   expected; cause; related_id, the application, adjustment, row or schedule it is about; why, in words.
SELECT
    'derived_equals_erp' AS check_id, org_id, trx_id, schedule_id, trx_number AS number, account_id, currency,
    CAST(told AS DECIMAL(38, 4)) AS expected, CAST(derived AS DECIMAL(38, 4)) AS derived, difference, cause, related_id,
    CASE cause
        WHEN 'adjustment_pending' THEN 'the ERP has counted an adjustment that waits for approval: ' || related_id
        WHEN 'reversed_receipt' THEN CASE
            WHEN receipt_reversed THEN 'the receipt is reversed, and the ERP still has its money'
            WHEN receipt_doubtful THEN 'the receipt has a reason for its reversal and no date; the ERP has nothing of it'
            WHEN ended_id IS NOT NULL AND related_id = ended_id
                THEN 'the receipt behind ' || related_id || ' is reversed, and the ERP still counts what it paid'
            ELSE 'the receipt behind ' || related_id || ' has a reason for its reversal and no date; the ERP lets it go'
        END
        WHEN 'reversed_application' THEN 'the ERP still counts a reversed application: ' || related_id
        WHEN 'schedule_not_there' THEN CASE
            WHEN related_id = lost_payment_id
                THEN 'application ' || related_id || ' pays ' || lost_schedule_id || ', which is not there, as much'
            ELSE 'the ERP does not count an application whose other side is not there: ' || related_id
        END
        WHEN 'row_in_quarantine' THEN 'a row in quarantine names it: ' || related_id
        WHEN 'other_currency' THEN 'an application between two currencies: ' || related_id
        WHEN 'discount_not_taken' THEN 'the ERP has not taken the discount of ' || related_id
        WHEN 'wrong_sign' THEN 'a sign is turned round' || coalesce(': ' || related_id, '')
        WHEN 'status_unknown' THEN 'the ERP counts ' || related_id || ', whose status is not known: ' || unknown_status
        WHEN 'later_than_the_day' THEN 'the ERP counts nothing after ' || :as_of
        WHEN 'changed_after_the_read'
            THEN 'the ERP''s balance was read before what happened on ' || latest_day || ': ' || related_id
        WHEN 'not_in_the_erp' THEN 'the ERP does not count ' || related_id || ' of ' || single_day
        WHEN 'application_missing' THEN 'the ERP takes as much off ' || related_id || ': an application of it was not read'
        WHEN 'rounding' THEN 'less than the smallest unit of the currency'
        ELSE 'nothing that was read explains it'
    END AS why
FROM variance_causes
UNION ALL
SELECT
    v.check_id, v.org_id, v.trx_id, NULL, t.trx_number, coalesce(m.survivor_id, t.account_id), v.currency,
    v.told, v.derived, v.difference, v.cause, v.related_id,
    CASE v.cause
        WHEN 'row_in_quarantine' THEN 'a row in quarantine belongs to it: ' || v.related_id
        WHEN 'parts_missing'
            THEN CASE WHEN v.derived = 0 THEN 'it has no ' ELSE 'numbers are missing among its ' END || v.kind
        WHEN 'other_currency' THEN 'its ' || v.kind || ' are in another currency'
        WHEN 'wrong_sign' THEN 'its ' || v.kind || ' have the sign turned round'
        WHEN 'part_twice' THEN 'one of its ' || v.kind || ' is there twice: ' || v.related_id
        WHEN 'rounding' THEN 'less than the smallest unit of the currency'
        ELSE 'nothing that was read explains it'
    END
FROM variance_documents AS v
JOIN transactions AS t ON t.org_id = v.org_id AND t.trx_id = v.trx_id
LEFT JOIN survivors AS m ON m.account_id = t.account_id

-- every_schedule: every schedule there is, whether the source has schedules or not.
-- grain: one row per (org_id, schedule_id).
-- columns: the schedule's own, its account as the source has it, its document's number and date, the date it ages by.
-- rules: without a file of schedules each document is one schedule, named by its trx_id; a document that is not
--   complete is not owed. A receipt that has no schedule gets one for minus its amount, named by its receipt_id, or
--   `receipt:` and its receipt_id where another schedule has that name. A missing due date falls back to the
--   document's due date, then to its date, then to the accounting date, as due_date_from says; a missing account
--   falls back to that of the document or the receipt.
WITH own_schedules AS (
    SELECT
        s.org_id, s.schedule_id, s.trx_id,
        coalesce(s.receipt_id, CASE WHEN s.class = 'PMT' THEN s.schedule_id END) AS receipt_id,
        coalesce(s.account_id, t.account_id, r.account_id) AS account_id, s.class, s.instalment, s.currency,
        coalesce(t.trx_number, r.receipt_number) AS trx_number,
        coalesce(t.trx_date, r.receipt_date, s.gl_date) AS trx_date, s.gl_date,
        coalesce(s.due_date, t.due_date, t.trx_date, s.gl_date) AS due_date,
        CASE WHEN s.due_date IS NOT NULL THEN 'schedule' WHEN t.due_date IS NOT NULL THEN 'document'
             WHEN t.trx_date IS NOT NULL THEN 'document date' ELSE 'accounting date' END AS due_date_from,
        s.amount_original, s.amount_remaining, s.amount_in_dispute, t.currency AS document_currency
    FROM schedules AS s
    LEFT JOIN transactions AS t ON t.org_id = s.org_id AND t.trx_id = s.trx_id
    LEFT JOIN receipts AS r
        ON r.org_id = s.org_id AND r.receipt_id = coalesce(s.receipt_id, CASE WHEN s.class = 'PMT' THEN s.schedule_id END)
    WHERE coalesce(t.complete, TRUE)
    UNION ALL
    SELECT
        org_id, trx_id, trx_id, NULL, account_id, class, 1, currency,
        trx_number, trx_date, coalesce(gl_date, trx_date),
        coalesce(due_date, trx_date), CASE WHEN due_date IS NOT NULL THEN 'document' ELSE 'document date' END,
        amount, NULL, NULL, currency
    FROM transactions
    WHERE NOT :schedules_given AND coalesce(complete, TRUE)
),
receipts_alone AS (
    SELECT
        r.org_id, CASE WHEN document.schedule_id IS NULL THEN r.receipt_id ELSE 'receipt:' || r.receipt_id END,
        NULL, r.receipt_id, r.account_id, 'PMT', 1, r.currency,
        r.receipt_number, r.receipt_date, coalesce(r.gl_date, r.receipt_date),
        r.receipt_date, 'document date',
        CAST(-r.amount AS DECIMAL(18, 4)), NULL, NULL, NULL
    FROM receipts AS r
    ANTI JOIN own_schedules AS own ON own.org_id = r.org_id AND own.receipt_id = r.receipt_id
    LEFT JOIN own_schedules AS document ON document.org_id = r.org_id AND document.schedule_id = r.receipt_id
)
SELECT * FROM own_schedules
UNION ALL
SELECT * FROM receipts_alone

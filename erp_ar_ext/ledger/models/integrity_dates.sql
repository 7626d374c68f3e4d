-- integrity_dates: dates that are missing, absurd or out of order.
-- grain: one row per schedule and check; per document where the date is the document's.
-- columns: those of every integrity model; amount is the schedule's when it was created.
-- rules: a credit memo and a receipt need no due date. A date before :earliest or after :latest is out of range, as are
--   the 1900-01-01 and 4712-12-31 that stand for "none"; such a document is told whatever :as_of is, all others when
--   they are dated :as_of or before. The accounting date may come before the document's by :gl_days days.
WITH dated AS (
    SELECT
        *,
        trx_date NOT BETWEEN :earliest AND :latest AS trx_absurd,
        gl_date <> trx_date AND gl_date NOT BETWEEN :earliest AND :latest AS gl_absurd,
        due_date <> trx_date AND due_date NOT BETWEEN :earliest AND :latest AS due_absurd
    FROM ledger_schedules
),
absurd AS (
    SELECT *
    FROM dated
    WHERE trx_absurd OR gl_absurd OR due_absurd
    QUALIFY gl_absurd OR due_absurd
         OR row_number() OVER (PARTITION BY org_id, coalesce(trx_id, schedule_id) ORDER BY instalment, schedule_id) = 1
),
sound AS (
    SELECT * FROM dated
    WHERE trx_date <= :as_of AND class <> 'PMT' AND NOT (trx_absurd OR gl_absurd OR due_absurd)
)
SELECT
    'due-date-missing' AS check_id, org_id, trx_id, schedule_id, trx_number AS number, account_id, currency,
    CAST(amount_original AS DECIMAL(38, 4)) AS amount, NULL AS related_id, NULL AS related_number,
    'there is no due date; it ages from the date of the document' AS why
FROM ledger_schedules
WHERE trx_date <= :as_of AND due_date_from NOT IN ('schedule', 'document') AND class NOT IN ('PMT', 'CM')
UNION ALL
SELECT
    'date-out-of-range', org_id, trx_id, schedule_id, trx_number, account_id, currency, amount_original, NULL, NULL,
    concat_ws(', ',
        CASE WHEN trx_absurd THEN 'dated ' || trx_date END,
        CASE WHEN gl_absurd THEN 'accounted on ' || gl_date END,
        CASE WHEN due_absurd THEN 'due on ' || due_date END)
FROM absurd
UNION ALL
SELECT
    'due-before-document', org_id, trx_id, schedule_id, trx_number, account_id, currency, amount_original, NULL, NULL,
    'due on ' || due_date || ', before the document of ' || trx_date
FROM sound
WHERE due_date < trx_date AND class <> 'CM'
UNION ALL
SELECT
    'gl-before-document', org_id, trx_id, schedule_id, trx_number, account_id, currency, amount_original, NULL, NULL,
    'accounted on ' || gl_date || ', ' || date_diff('day', gl_date, trx_date) || ' days before the document of ' || trx_date
FROM (
    SELECT *
    FROM sound
    WHERE date_diff('day', gl_date, trx_date) > :gl_days
    QUALIFY row_number() OVER (PARTITION BY org_id, coalesce(trx_id, schedule_id) ORDER BY instalment, schedule_id) = 1
)

-- variance_causes: why a schedule differs from the ERP, tried in a declared order, each exactly to the last digit.
-- materialized: yes
-- grain: one row per schedule that differs.
-- columns: those of variance_evidence; cause; related_id, the application, adjustment or row it is about; lost_schedule_id.
-- rule: a cause is a sentence "the ERP has counted that too" or "has not": what it would add to the derived balance, or
--   take from it, is the whole difference, or it is not the cause. The first that fits is taken.
WITH tried AS (
    SELECT
        e.*, p.id AS lost_payment_id, p.lost_schedule_id,
        CASE
            WHEN pending <> 0 AND difference = -pending THEN 'adjustment_pending'
            WHEN receipt_reversed AND difference IN (-amount_original, -(amount_original + ended)) THEN 'reversed_receipt'
            WHEN ended <> 0 AND difference = -ended THEN 'reversed_receipt'
            WHEN receipt_doubtful AND told = 0 THEN 'reversed_receipt'
            WHEN doubtful <> 0 AND difference = doubtful THEN 'reversed_receipt'
            WHEN undone <> 0 AND difference = -undone THEN 'reversed_application'
            WHEN lost <> 0 AND difference = lost THEN 'schedule_not_there'
            WHEN p.id IS NOT NULL THEN 'schedule_not_there'
            WHEN withheld <> 0 AND difference = -withheld THEN 'row_in_quarantine'
            WHEN crossing <> 0 AND difference IN (crossing, crossing - crossing_own) THEN 'other_currency'
            WHEN crossing > 0 AND told = 0 AND amount_original < 0 THEN 'other_currency'
            WHEN discount <> 0 AND difference = discount THEN 'discount_not_taken'
            WHEN told = -derived AND (amount_original < 0 OR class = 'CM') THEN 'wrong_sign'
            WHEN class IN ('CM', 'PMT') AND amount_original > 0 AND difference = 2 * amount_original THEN 'wrong_sign'
            WHEN negative <> 0 AND difference = 2 * negative THEN 'wrong_sign'
            WHEN adjusted <> 0 AND difference = 2 * adjusted THEN 'wrong_sign'
            WHEN unknown <> 0 AND difference = -unknown THEN 'status_unknown'
            WHEN balance_then = told THEN 'later_than_the_day'
            WHEN difference = latest AND latest_day >= last_day - 7 THEN 'changed_after_the_read'
            WHEN single_id IS NOT NULL THEN 'not_in_the_erp'
            WHEN abs(difference)
                * CASE minor_digits(currency) WHEN 0 THEN 1 WHEN 3 THEN 1000 WHEN 4 THEN 10000 ELSE 100 END < 1
                THEN 'rounding'
            ELSE 'unexplained'
        END AS first_cause
    FROM variance_evidence AS e
    LEFT JOIN variance_lost_payments AS p ON p.org_id = e.org_id AND p.schedule_id = e.schedule_id
),
sided AS (
    SELECT
        *,
        first_cause = 'unexplained' AND account_id IS NOT NULL AND (difference > 0) = (amount_original > 0) AS may_be_pair,
        row_number() OVER (
            PARTITION BY first_cause = 'unexplained' AND (difference > 0) = (amount_original > 0),
                org_id, account_id, currency, difference
            ORDER BY schedule_id
        ) AS place
    FROM tried
),
pairs AS MATERIALIZED ( -- what the ERP took off a debit it took from cash or credit of the same account
    SELECT
        debit.org_id, debit.schedule_id, credit.schedule_id AS other_id
    FROM sided AS debit
    JOIN sided AS credit
        ON credit.org_id = debit.org_id AND credit.account_id = debit.account_id AND credit.currency = debit.currency
        AND credit.difference = -debit.difference AND credit.place = debit.place
    WHERE debit.may_be_pair AND credit.may_be_pair AND debit.difference > 0
),
paired AS (
    SELECT org_id, schedule_id, other_id FROM pairs
    UNION ALL
    SELECT org_id, other_id, schedule_id FROM pairs
)
SELECT
    s.* EXCLUDE (first_cause, may_be_pair, place),
    CASE WHEN paired.other_id IS NULL THEN s.first_cause ELSE 'application_missing' END AS cause,
    CASE s.first_cause
        WHEN 'adjustment_pending' THEN pending_id
        WHEN 'reversed_receipt' THEN coalesce(ended_id, doubtful_id)
        WHEN 'reversed_application' THEN undone_id
        WHEN 'schedule_not_there' THEN CASE WHEN lost <> 0 AND difference = lost THEN lost_id ELSE lost_payment_id END
        WHEN 'row_in_quarantine' THEN withheld_id
        WHEN 'other_currency' THEN crossing_id
        WHEN 'discount_not_taken' THEN discount_id
        WHEN 'wrong_sign' THEN CASE WHEN difference = 2 * negative THEN negative_id
                                    WHEN difference = 2 * adjusted THEN adjusted_id END
        WHEN 'status_unknown' THEN unknown_id
        WHEN 'changed_after_the_read' THEN latest_id
        WHEN 'not_in_the_erp' THEN single_id
        WHEN 'unexplained' THEN paired.other_id
    END AS related_id
FROM sided AS s
LEFT JOIN paired ON paired.org_id = s.org_id AND paired.schedule_id = s.schedule_id

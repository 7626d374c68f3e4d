-- The barest query of the same columns: scan every schedule, put what the ERP says remains into buckets, sum all amounts.
-- No history, no joins, no day but today, nothing left out.
SELECT
    account_id, currency, count(*) AS schedules, sum(amount_original) AS amount_original,
    sum(amount_remaining) AS amount_remaining, sum(amount_in_dispute) AS amount_in_dispute,
    sum(amount_remaining) FILTER (due_date >= :as_of) AS not_due,
    sum(amount_remaining) FILTER (:as_of - due_date BETWEEN 1 AND 30) AS "1-30",
    sum(amount_remaining) FILTER (:as_of - due_date BETWEEN 31 AND 60) AS "31-60",
    sum(amount_remaining) FILTER (:as_of - due_date BETWEEN 61 AND 90) AS "61-90",
    sum(amount_remaining) FILTER (:as_of - due_date > 90) AS "91+",
    sum(amount_remaining) FILTER (class = 'CM') AS credits,
    sum(amount_remaining) FILTER (class = 'PMT') AS unapplied
FROM schedules
GROUP BY account_id, currency

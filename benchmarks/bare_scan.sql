-- The least any aging could do: scan what the ERP says remains today, put it into buckets, sum. No history, no joins.
SELECT
    account_id, currency,
    sum(amount_remaining) FILTER (due_date >= :as_of) AS not_due,
    sum(amount_remaining) FILTER (:as_of - due_date BETWEEN 1 AND 30) AS "1-30",
    sum(amount_remaining) FILTER (:as_of - due_date BETWEEN 31 AND 60) AS "31-60",
    sum(amount_remaining) FILTER (:as_of - due_date BETWEEN 61 AND 90) AS "61-90",
    sum(amount_remaining) FILTER (:as_of - due_date > 90) AS "91+"
FROM schedules
WHERE amount_remaining <> 0
GROUP BY account_id, currency

-- The aging somebody would write by hand over the raw files: join what happened to each schedule up to a day, sum.
-- Gives account_id, currency, five buckets and unapplied cash, as `erp-ar aging` does, without its checks.
WITH RECURSIVE merged AS (
    SELECT account_id, merged_into FROM customers WHERE merged_into IS NOT NULL
    UNION
    SELECT merged.account_id, c.merged_into
    FROM merged JOIN customers AS c ON c.account_id = merged.merged_into
    WHERE c.merged_into IS NOT NULL
),
last_account AS (
    SELECT m.account_id, m.merged_into AS now
    FROM merged AS m JOIN customers AS c ON c.account_id = m.merged_into
    WHERE c.merged_into IS NULL
),
live AS (
    SELECT a.*
    FROM applications AS a
    LEFT JOIN (
        SELECT s.org_id, s.schedule_id FROM receipts AS r
        JOIN schedules AS s ON s.org_id = r.org_id AND s.receipt_id = r.receipt_id
        WHERE r.reversed_date <= :as_of
    ) AS bounced ON bounced.org_id = a.org_id AND bounced.schedule_id = a.source_schedule_id
    WHERE a.status IN ('APP', 'ACTIVITY') AND a.gl_date <= :as_of
      AND (a.reversal_gl_date IS NULL OR a.reversal_gl_date > :as_of) AND bounced.schedule_id IS NULL
),
paid AS (
    SELECT org_id, target_schedule_id AS schedule_id, sum(amount + coalesce(discount, 0)) AS amount
    FROM live GROUP BY ALL
),
used AS (
    SELECT org_id, source_schedule_id AS schedule_id, sum(amount) AS amount FROM live GROUP BY ALL
),
adjusted AS (
    SELECT org_id, schedule_id, sum(amount) AS amount
    FROM adjustments WHERE status = 'A' AND gl_date <= :as_of GROUP BY ALL
),
open AS (
    SELECT
        coalesce(l.now, s.account_id) AS account_id, s.currency, s.class,
        :as_of - coalesce(s.due_date, t.due_date, t.trx_date, s.gl_date) AS days,
        CASE WHEN r.reversed_date <= :as_of THEN 0 ELSE s.amount_original END
            - coalesce(paid.amount, 0) + coalesce(used.amount, 0) + coalesce(adjusted.amount, 0) AS amount
    FROM schedules AS s
    LEFT JOIN transactions AS t ON t.org_id = s.org_id AND t.trx_id = s.trx_id
    LEFT JOIN receipts AS r ON r.org_id = s.org_id AND r.receipt_id = s.receipt_id
    LEFT JOIN paid ON paid.org_id = s.org_id AND paid.schedule_id = s.schedule_id
    LEFT JOIN used ON used.org_id = s.org_id AND used.schedule_id = s.schedule_id
    LEFT JOIN adjusted ON adjusted.org_id = s.org_id AND adjusted.schedule_id = s.schedule_id
    LEFT JOIN last_account AS l ON l.account_id = s.account_id
    WHERE s.gl_date <= :as_of
)
SELECT
    account_id, currency,
    coalesce(sum(amount) FILTER (class <> 'PMT' AND days <= 0), 0) AS not_due,
    coalesce(sum(amount) FILTER (class <> 'PMT' AND days BETWEEN 1 AND 30), 0) AS "1-30",
    coalesce(sum(amount) FILTER (class <> 'PMT' AND days BETWEEN 31 AND 60), 0) AS "31-60",
    coalesce(sum(amount) FILTER (class <> 'PMT' AND days BETWEEN 61 AND 90), 0) AS "61-90",
    coalesce(sum(amount) FILTER (class <> 'PMT' AND days > 90), 0) AS "91+",
    coalesce(sum(amount) FILTER (class = 'PMT'), 0) AS unapplied
FROM open
WHERE amount <> 0
GROUP BY account_id, currency

-- kpi_due_items: items that fell due in a period, and how many were paid whole by then.
-- grain: one row per currency.
-- columns: currency; items, that fell due; in_full, of them paid to the last cent by receipts dated up to the due date;
--   cancelled, not among the items: closed by credit or adjustment alone by the due date, without any payment.
-- rules: debits but guarantees, due from :first_day to :as_of and in the books by then; what is taken off by a discount,
--   a credit memo or an adjustment is a deduction, and not paid; a payment taken back by :as_of is none.
WITH due AS MATERIALIZED (
    SELECT s.org_id, s.schedule_id, s.currency, s.due_date, s.amount_original, {axis} <= s.due_date AS was_booked
    FROM ledger_schedules AS s
    ANTI JOIN kpi_outside AS outside ON outside.account_id = s.account_id
    WHERE s.class NOT IN ('PMT', 'CM', 'GUAR') AND s.amount_original > 0
      AND s.due_date BETWEEN :first_day AND :as_of AND {axis} <= :as_of
),
payments AS MATERIALIZED (
    SELECT
        a.org_id, a.target_schedule_id AS schedule_id, a.source_schedule_id, a.amount, d.due_date,
        coalesce(a.counts_until > :as_of, TRUE) AS counts
    FROM counted_applications AS a
    JOIN due AS d ON d.org_id = a.org_id AND d.schedule_id = a.target_schedule_id
    WHERE a.counts_from <= :as_of
),
in_time AS MATERIALIZED (
    SELECT p.org_id, p.schedule_id, coalesce(sum(p.amount) FILTER (p.counts), 0) AS paid
    FROM payments AS p
    JOIN ledger_schedules AS receipt ON receipt.org_id = p.org_id AND receipt.schedule_id = p.source_schedule_id
    WHERE receipt.class = 'PMT' AND receipt.trx_date <= p.due_date
    GROUP BY p.org_id, p.schedule_id
),
open_when_due AS MATERIALIZED (
    SELECT d.org_id, d.schedule_id
    FROM due AS d
    JOIN balance_periods AS b ON b.org_id = d.org_id AND b.schedule_id = d.schedule_id
    WHERE b.valid_from <= d.due_date AND b.valid_to > d.due_date
),
judged AS (
    SELECT
        d.currency, coalesce(t.paid, 0) >= d.amount_original AS in_full,
        d.was_booked AND t.schedule_id IS NULL AND o.schedule_id IS NULL AS cancelled
    FROM due AS d
    LEFT JOIN in_time AS t ON t.org_id = d.org_id AND t.schedule_id = d.schedule_id
    LEFT JOIN open_when_due AS o ON o.org_id = d.org_id AND o.schedule_id = d.schedule_id
)
SELECT
    currency,
    count(*) FILTER (NOT cancelled) AS items,
    count(*) FILTER (in_full) AS in_full,
    count(*) FILTER (cancelled) AS cancelled
FROM judged
GROUP BY currency

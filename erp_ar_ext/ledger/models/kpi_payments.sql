-- kpi_payments: how long the money received in a period was waited for.
-- grain: one row per currency of the documents paid.
-- columns: currency; paid, the sum of amounts applied; paid_days, late_days, term_days: the sums of amount x days from
--   document date to receipt date, from due date to receipt date, and from document date to due date.
-- rules: receipts dated from :first_day to :as_of, as far as they are applied to documents at the end of :as_of;
--   discounts and credit memos are no payments; each sum is taken by itself, so that they can be held together.
WITH received AS MATERIALIZED (
    SELECT org_id, schedule_id, trx_date AS received_on
    FROM ledger_schedules
    WHERE class = 'PMT' AND trx_date BETWEEN :first_day AND :as_of
),
payments AS MATERIALIZED (
    SELECT a.org_id, a.target_schedule_id, a.amount, r.received_on
    FROM counted_applications AS a
    JOIN received AS r ON r.org_id = a.org_id AND r.schedule_id = a.source_schedule_id
    WHERE a.counts_from <= :as_of AND coalesce(a.counts_until > :as_of, TRUE)
)
SELECT
    s.currency,
    sum(p.amount)::DECIMAL(38, 4) AS paid,
    sum(p.amount * date_diff('day', s.trx_date, p.received_on)::INTEGER)::DECIMAL(38, 4) AS paid_days,
    sum(p.amount * date_diff('day', s.due_date, p.received_on)::INTEGER)::DECIMAL(38, 4) AS late_days,
    sum(p.amount * date_diff('day', s.trx_date, s.due_date)::INTEGER)::DECIMAL(38, 4) AS term_days
FROM payments AS p
JOIN ledger_schedules AS s ON s.org_id = p.org_id AND s.schedule_id = p.target_schedule_id
ANTI JOIN kpi_outside AS outside ON outside.account_id = s.account_id
WHERE s.class <> 'PMT'
GROUP BY s.currency

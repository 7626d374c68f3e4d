-- open_items: what is open at the end of a day.
-- materialized: yes
-- grain: one row per schedule with a balance at the end of :as_of.
-- columns: the schedule; open_amount, its balance when it is a document's; unapplied, its balance when it is a
--   receipt's; days_past_due, :as_of less the date it ages by (:basis: due_date, trx_date or gl_date);
--   disputed, the disputed part of a debit.
-- rules: a dispute counts from the day it was opened up to the day before it was closed, and never for more than
--   is open; where the source has no disputes of a schedule, the ERP's own amount in dispute is taken.
WITH disputes_then AS (
    SELECT
        org_id, schedule_id,
        coalesce(sum(amount) FILTER (opened_on <= :as_of AND coalesce(closed_on > :as_of, TRUE)), 0) AS amount
    FROM disputes
    GROUP BY org_id, schedule_id
)
SELECT
    p.org_id, p.schedule_id, p.trx_id, p.account_id, p.class, p.instalment, p.currency, p.trx_number, p.trx_date,
    p.gl_date, p.due_date, p.amount_original,
    date_diff('day',
        CASE :basis WHEN 'trx_date' THEN p.trx_date WHEN 'gl_date' THEN p.gl_date ELSE p.due_date END,
        :as_of)::INTEGER AS days_past_due,
    CASE WHEN p.class = 'PMT' THEN CAST(0 AS DECIMAL(18, 4)) ELSE p.balance END AS open_amount,
    CASE WHEN p.class = 'PMT' THEN p.balance ELSE CAST(0 AS DECIMAL(18, 4)) END AS unapplied,
    CASE WHEN p.class = 'PMT' OR p.balance <= 0 THEN CAST(0 AS DECIMAL(18, 4))
         ELSE least(p.balance, greatest(0, coalesce(d.amount, p.amount_in_dispute, 0)))::DECIMAL(18, 4)
    END AS disputed
FROM balance_periods AS p
LEFT JOIN disputes_then AS d ON d.org_id = p.org_id AND d.schedule_id = p.schedule_id
WHERE p.valid_from <= :as_of AND p.valid_to > :as_of

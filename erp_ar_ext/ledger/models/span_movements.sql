-- span_movements: what changed the balances of documents in a span of days, and by what.
-- materialized: yes
-- grain: one row per change from the day after :since to :as_of; a receipt's own balance is no document's.
-- columns: org_id, schedule_id; account_id, currency; ages_from, the date the item ages by (:basis); day; movement; amount,
--   signed, in the row's currency, added to the balance.
-- rules: the movements are posted (the document itself), cash (a receipt is applied), discounts (given with cash or
--   credit), credits (a credit memo is applied: lowers the debit, raises the memo), adjustments (approved ones, as signed) and
--   other (applications taken back, whatever a reversed receipt still owned, applications of what is not known).
--   They are the events of balance_events, each told by what it is.
WITH of_span AS (
    SELECT a.*, counts_from > :since AND counts_from <= :as_of AS begins,
        coalesce(counts_until > :since AND counts_until <= :as_of, FALSE) AS ends
    FROM counted_applications AS a
    WHERE (counts_from > :since AND counts_from <= :as_of) OR (counts_until > :since AND counts_until <= :as_of)
),
applied AS (
    SELECT of_span.*, source.class AS source_class
    FROM of_span
    LEFT JOIN ledger_schedules AS source
        ON source.org_id = of_span.org_id AND source.schedule_id = of_span.source_schedule_id
),
changes AS (
    SELECT org_id, target_schedule_id AS schedule_id, counts_from AS day, -amount AS amount,
        CASE WHEN source_class = 'PMT' THEN 'cash' WHEN source_class IS NULL THEN 'other' ELSE 'credits' END AS movement
    FROM applied WHERE begins
    UNION ALL
    SELECT org_id, target_schedule_id, counts_from, -discount, 'discounts' FROM applied WHERE begins
    UNION ALL
    SELECT org_id, target_schedule_id, counts_until, amount + discount, 'other' FROM applied WHERE ends
    UNION ALL
    SELECT org_id, source_schedule_id, counts_from, amount, 'credits' FROM applied WHERE begins AND source_class <> 'PMT'
    UNION ALL
    SELECT org_id, source_schedule_id, counts_until, -amount, 'other' FROM applied WHERE ends AND source_class <> 'PMT'
    UNION ALL
    SELECT org_id, schedule_id, {axis}, amount, 'adjustments'
    FROM (SELECT org_id, schedule_id, gl_date, apply_date AS trx_date, amount FROM adjustments WHERE status = 'A')
    WHERE {axis} > :since AND {axis} <= :as_of
    UNION ALL
    SELECT s.org_id, s.schedule_id, greatest(r.reversed_date, s.{axis}), -s.amount_original, 'other'
    FROM receipts AS r
    JOIN ledger_schedules AS s ON s.org_id = r.org_id AND s.receipt_id = r.receipt_id
    WHERE s.class <> 'PMT' AND greatest(r.reversed_date, s.{axis}) > :since
      AND greatest(r.reversed_date, s.{axis}) <= :as_of AND r.reversed_date IS NOT NULL
),
documents AS (
    SELECT *, CASE :basis WHEN 'trx_date' THEN trx_date WHEN 'gl_date' THEN gl_date ELSE due_date END AS ages_from
    FROM ledger_schedules
    WHERE class <> 'PMT'
)
SELECT d.org_id, d.schedule_id, d.account_id, d.currency, d.ages_from, c.day, c.movement, c.amount
FROM changes AS c
JOIN documents AS d ON d.org_id = c.org_id AND d.schedule_id = c.schedule_id
WHERE c.amount <> 0
UNION ALL
SELECT org_id, schedule_id, account_id, currency, ages_from, {axis}, 'posted', amount_original
FROM documents
WHERE {axis} > :since AND {axis} <= :as_of

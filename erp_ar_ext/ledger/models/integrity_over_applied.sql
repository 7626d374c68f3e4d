-- integrity_over_applied: items that got, or gave, more than they were for.
-- grain: one row per schedule whose balance at the end of :as_of has the sign it cannot have.
-- columns: those of every integrity model; amount is the balance beyond zero, related_id the schedule of the last
--   application's other side.
-- rule: a debit below zero was overpaid or credited twice; a receipt or credit memo above zero paid more than it had.
WITH beyond AS MATERIALIZED (
    SELECT org_id, schedule_id, trx_id, trx_number, account_id, currency, amount_original,
        open_amount + unapplied AS balance
    FROM open_items
    WHERE amount_original > 0 AND open_amount < 0
       OR amount_original < 0 AND (open_amount > 0 OR unapplied > 0)
),
moves AS (
    SELECT c.org_id, c.target_schedule_id AS schedule_id, c.source_schedule_id AS other_id, c.counts_from, c.application_id
    FROM counted_applications AS c
    SEMI JOIN beyond AS b ON b.org_id = c.org_id AND b.schedule_id = c.target_schedule_id
    WHERE c.counts_from <= :as_of AND coalesce(c.counts_until > :as_of, TRUE)
    UNION ALL
    SELECT c.org_id, c.source_schedule_id, c.target_schedule_id, c.counts_from, c.application_id
    FROM counted_applications AS c
    SEMI JOIN beyond AS b ON b.org_id = c.org_id AND b.schedule_id = c.source_schedule_id
    WHERE c.counts_from <= :as_of AND coalesce(c.counts_until > :as_of, TRUE)
),
last_moves AS MATERIALIZED (
    SELECT org_id, schedule_id, arg_max(other_id, (counts_from, application_id)) AS other_id
    FROM moves GROUP BY org_id, schedule_id
)
SELECT
    CASE WHEN b.amount_original > 0 THEN 'overpaid' ELSE 'over-applied' END AS check_id,
    b.org_id, b.trx_id, b.schedule_id, b.trx_number AS number, b.account_id, b.currency,
    CAST(b.balance AS DECIMAL(38, 4)) AS amount, m.other_id AS related_id, s.trx_number AS related_number,
    CASE WHEN b.amount_original > 0
         THEN 'more was put to it than its ' || money_text(b.amount_original, b.currency) || ': the customer has '
             || money_text(-b.balance, b.currency) || ' to get'
         ELSE money_text(b.balance, b.currency) || ' more was paid from it than its '
             || money_text(-b.amount_original, b.currency)
    END AS why
FROM beyond AS b
LEFT JOIN last_moves AS m ON m.org_id = b.org_id AND m.schedule_id = b.schedule_id
LEFT JOIN ledger_schedules AS s ON s.org_id = m.org_id AND s.schedule_id = m.other_id

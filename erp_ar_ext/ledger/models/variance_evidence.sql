-- variance_evidence: sums that could explain why a schedule differs from the ERP.
-- materialized: yes
-- grain: one row per schedule that differs.
-- columns: the schedule; derived, told and difference (derived less told); sums of effects, each with the id of a row of
--   it: pending, of adjustments that wait; ended, of applications that ended with their receipt, and undone, of those
--   that were reversed themselves; doubtful, of those whose receipt seems to be reversed; lost, of those whose other
--   side is not there; crossing, of those between two currencies, and crossing_own, at the rate of the day; discount;
--   negative, of applications below zero; adjusted, of adjustments; unknown, of rows of a status that is not known;
--   latest, of all that began or ceased to count on latest_day; withheld, of rows in quarantine; single_id, a row that
--   alone is the difference; balance_then, at the end of :as_of, empty for a schedule of a later day;
--   receipt_reversed, receipt_doubtful, that it is the schedule of such a receipt; last_day, the last day up to :as_of on
--   which anything was applied anywhere, else :as_of.
WITH events AS (
    SELECT org_id, schedule_id, id, day, effect FROM variance_movements WHERE counts OR is_known_status AND until IS NOT NULL
    UNION ALL
    SELECT org_id, schedule_id, id, until, -effect FROM variance_movements WHERE is_known_status AND until IS NOT NULL
),
days AS (
    SELECT org_id, schedule_id, day, sum(effect) AS effect, max(id) AS id FROM events GROUP BY org_id, schedule_id, day
),
latest AS MATERIALIZED (
    SELECT
        org_id, schedule_id, max(day) AS latest_day, arg_max(effect, day) AS latest, arg_max(id, day) AS latest_id
    FROM days GROUP BY org_id, schedule_id
),
sums AS MATERIALIZED (
    SELECT
        m.org_id, m.schedule_id,
        sum(m.effect) FILTER (NOT m.is_application AND m.status = 'W') AS pending,
        max(m.id) FILTER (NOT m.is_application AND m.status = 'W') AS pending_id,
        sum(m.effect) FILTER (m.is_known_status AND m.ended_by_receipt) AS ended,
        max(m.id) FILTER (m.is_known_status AND m.ended_by_receipt) AS ended_id,
        sum(m.effect) FILTER (m.is_known_status AND m.until IS NOT NULL AND NOT m.ended_by_receipt) AS undone,
        max(m.id) FILTER (m.is_known_status AND m.until IS NOT NULL AND NOT m.ended_by_receipt) AS undone_id,
        sum(m.effect) FILTER (m.counts AND m.receipt_is_doubtful) AS doubtful,
        max(m.id) FILTER (m.counts AND m.receipt_is_doubtful) AS doubtful_id,
        sum(m.effect) FILTER (m.counts AND m.other_missing) AS lost,
        max(m.id) FILTER (m.counts AND m.other_missing) AS lost_id,
        sum(m.effect) FILTER (m.counts AND m.other_currency) AS crossing,
        sum(m.in_own_currency) FILTER (m.counts AND m.other_currency) AS crossing_own,
        max(m.id) FILTER (m.counts AND m.other_currency) AS crossing_id,
        sum(m.discount) FILTER (m.counts) AS discount,
        max(m.id) FILTER (m.counts AND m.discount <> 0) AS discount_id,
        sum(m.effect) FILTER (m.counts AND m.is_negative) AS negative,
        max(m.id) FILTER (m.counts AND m.is_negative) AS negative_id,
        sum(m.effect) FILTER (m.counts AND NOT m.is_application) AS adjusted,
        max(m.id) FILTER (m.counts AND NOT m.is_application) AS adjusted_id,
        sum(m.effect) FILTER (NOT m.is_known_status) AS unknown,
        max(m.id) FILTER (NOT m.is_known_status) AS unknown_id,
        max(m.status) FILTER (NOT m.is_known_status) AS unknown_status,
        arg_max(m.id, m.day) FILTER (m.counts AND m.effect = u.difference) AS single_id,
        max(m.day) FILTER (m.counts AND m.effect = u.difference) AS single_day
    FROM variance_movements AS m
    JOIN untied_schedules AS u ON u.org_id = m.org_id AND u.schedule_id = m.schedule_id
    GROUP BY m.org_id, m.schedule_id
),
withheld AS MATERIALIZED (
    SELECT org_id, schedule_id, sum(effect) AS withheld, max(id) AS withheld_id
    FROM variance_quarantine WHERE schedule_id IS NOT NULL
    GROUP BY org_id, schedule_id
),
items AS MATERIALIZED (
    SELECT s.*, u.derived, u.told, u.difference
    FROM untied_schedules AS u
    JOIN ledger_schedules AS s ON s.org_id = u.org_id AND s.schedule_id = u.schedule_id
),
balances_then AS MATERIALIZED (
    SELECT o.org_id, o.schedule_id, o.open_amount + o.unapplied AS balance
    FROM open_items AS o
    SEMI JOIN untied_schedules AS u ON u.org_id = o.org_id AND u.schedule_id = o.schedule_id
)
SELECT
    i.org_id, i.schedule_id, i.trx_id, i.trx_number, i.account_id, i.class, i.currency, i.amount_original,
    i.derived, i.told, i.difference,
    m.* EXCLUDE (org_id, schedule_id), l.latest_day, l.latest, l.latest_id, w.withheld, w.withheld_id,
    CASE WHEN i.gl_date <= :as_of THEN coalesce(b.balance, 0) END AS balance_then,
    r.reversed_date IS NOT NULL AS receipt_reversed,
    r.reversal_reason IS NOT NULL AND r.reversed_date IS NULL AS receipt_doubtful,
    coalesce((SELECT max(trx_date) FROM moving_applications WHERE trx_date <= :as_of), :as_of) AS last_day
FROM items AS i
LEFT JOIN sums AS m ON m.org_id = i.org_id AND m.schedule_id = i.schedule_id
LEFT JOIN latest AS l ON l.org_id = i.org_id AND l.schedule_id = i.schedule_id
LEFT JOIN withheld AS w ON w.org_id = i.org_id AND w.schedule_id = i.schedule_id
LEFT JOIN balances_then AS b ON b.org_id = i.org_id AND b.schedule_id = i.schedule_id
LEFT JOIN receipts AS r ON r.org_id = i.org_id AND r.receipt_id = i.receipt_id

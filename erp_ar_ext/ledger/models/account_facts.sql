-- account_facts: what a policy may ask about an account.
-- materialized: yes
-- grain: one row per account and currency with anything open, an open order or a plan in force; cash of unidentified
--   payers has no account and no row.
-- columns: the catalogue of `erp_ar_ext.ledger.facts`, grain account.
-- rule: an account with nothing open can still be above its limit by its orders, or have a plan to keep; its amounts
--   and counts are zero. Notes bear no currency: those about an account are counted in each of its rows.
WITH asked_about AS (
    SELECT account_id, currency FROM account_balances WHERE account_id IS NOT NULL
    UNION
    SELECT account_id, currency FROM open_orders
    UNION
    SELECT account_id, currency FROM account_plans
),
our_notes AS (
    SELECT coalesce(survivors.survivor_id, n.account_id) AS account_id, n.note_id, n.kind, n.created_on
    FROM notes AS n
    LEFT JOIN survivors ON survivors.account_id = n.account_id
    WHERE n.schedule_id IS NULL AND starts_with(n.external_ref, :our_reference) AND n.created_on <= :as_of
),
said AS (
    SELECT
        b.account_id, b.currency, max(n.created_on) AS last_on,
        string_agg(n.kind, ' ' ORDER BY n.created_on, n.note_id) AS kinds
    FROM account_balances AS b
    JOIN our_notes AS n
        ON n.account_id = b.account_id AND n.created_on >= coalesce(b.oldest_undisputed_due_date, b.oldest_due_date)
    GROUP BY b.account_id, b.currency
),
settled AS (
    SELECT o.account_id, o.currency, max(d.closed_on) AS closed_on
    FROM disputes AS d
    JOIN open_items AS o ON o.org_id = d.org_id AND o.schedule_id = d.schedule_id
    WHERE d.closed_on <= :as_of AND o.open_amount > 0
    GROUP BY o.account_id, o.currency
)
SELECT
    a.account_id, i.account_number, i.account_name, i.account_status, i.account_kind, i.country, i.language,
    i.profile_class, i.collector, a.currency,
    coalesce(i.credit_hold, FALSE) AS credit_hold,
    coalesce(i.insolvent, FALSE) AS insolvent, i.insolvency_date,
    coalesce(i.dunning_blocked, FALSE) AS dunning_blocked,
    coalesce(b.open_amount, 0) AS open_amount,
    coalesce(b.not_due, 0) AS not_due_amount,
    coalesce(b.overdue, 0) AS overdue_amount,
    coalesce(b.disputed, 0) AS disputed_amount,
    coalesce(b.overdue_disputed, 0) AS overdue_disputed_amount,
    coalesce(b.credits, 0) AS credits_amount,
    coalesce(b.unapplied, 0) AS unapplied_amount,
    coalesce(greatest(0, b.overdue - b.overdue_disputed + b.credits + b.unapplied), 0) AS net_overdue_amount,
    coalesce(c.due_amount, 0) AS due_amount,
    coalesce(c.insolvent, 0) AS insolvent_amount,
    coalesce(c.blocked, 0) AS blocked_amount,
    coalesce(c.disputed, 0) AS due_disputed_amount,
    coalesce(c.promised, 0) AS promised_amount,
    coalesce(c.usable_credits, 0) AS usable_credits,
    coalesce(c.collectible_amount, 0) AS collectible_amount,
    coalesce(b.open_items, 0) AS open_items,
    coalesce(b.overdue_items, 0) AS overdue_items,
    coalesce(b.oldest_overdue_days, 0) AS oldest_overdue_days,
    b.oldest_due_date, b.oldest_undisputed_due_date,
    coalesce(' ' || said.kinds || ' ', ' ') AS notes_since_due,
    date_diff('day', said.last_on, :as_of)::INTEGER AS last_note_days,
    date_diff('day', settled.closed_on, :as_of)::INTEGER AS dispute_closed_days,
    coalesce(p.plan_state, 'none') AS plan_state,
    coalesce(p.late_legs, 0) AS plan_late_instalments,
    coalesce(p.broken_legs, 0) AS plan_broken_instalments,
    coalesce(p.overdue, 0) AS plan_overdue_amount,
    p.next_due_on AS plan_next_due_date,
    coalesce(g.top_account_id, a.account_id) AS limit_account_id,
    coalesce(e.limit_state, 'none') AS limit_state,
    coalesce(e.limit_currency, a.currency) AS limit_currency, e.credit_limit, e.exposure_amount,
    CASE WHEN coalesce(e.limit_state, 'none') = 'none' THEN 0 ELSE e.over_limit_amount END AS over_limit_amount,
    coalesce(h.our_active_holds, 0) AS our_active_holds,
    coalesce(h.other_active_holds, 0) AS other_active_holds
FROM asked_about AS a
LEFT JOIN account_balances AS b ON b.account_id = a.account_id AND b.currency = a.currency
LEFT JOIN said ON said.account_id = a.account_id AND said.currency = a.currency
LEFT JOIN settled ON settled.account_id = a.account_id AND settled.currency = a.currency
LEFT JOIN account_identity AS i ON i.account_id = a.account_id
LEFT JOIN account_plans AS p ON p.account_id = a.account_id AND p.currency = a.currency
LEFT JOIN collectible_accounts AS c ON c.account_id = a.account_id AND c.currency = a.currency
LEFT JOIN exposure_groups AS g ON g.account_id = a.account_id
LEFT JOIN exposure_accounts AS e ON e.account_id = coalesce(g.top_account_id, a.account_id)
LEFT JOIN account_holds AS h ON h.account_id = a.account_id

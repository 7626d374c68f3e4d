-- schedule_facts: what a policy may ask about an open schedule.
-- grain: one row per open schedule of a document; receipts have none.
-- columns: the catalogue of `erp_ar_ext.ledger.facts`, grain schedule, and org_id.
WITH covered AS (
    SELECT
        items.org_id, items.schedule_id,
        bool_or(states.state IN ('on_track', 'late')) AS in_plan,
        arg_min(states.state, list_position(['broken', 'late', 'on_track', 'completed'], states.state)) AS plan_state
    FROM plan_schedules AS items
    JOIN plan_states AS states ON states.plan_id = items.plan_id
    GROUP BY items.org_id, items.schedule_id
),
said AS (
    SELECT
        o.org_id, o.schedule_id, max(n.created_on) AS last_on,
        string_agg(n.kind, ' ' ORDER BY n.created_on, n.note_id) AS kinds
    FROM notes AS n
    JOIN open_items AS o ON o.org_id = n.org_id AND o.schedule_id = n.schedule_id AND n.created_on >= o.due_date
    WHERE starts_with(n.external_ref, :our_reference) AND n.created_on <= :as_of
    GROUP BY o.org_id, o.schedule_id
),
settled AS (
    SELECT org_id, schedule_id, max(closed_on) AS closed_on FROM disputes WHERE closed_on <= :as_of GROUP BY ALL
)
SELECT
    o.org_id, o.account_id, i.account_number, i.account_name, i.account_status, i.account_kind, i.country, i.language,
    i.profile_class, i.collector, o.currency,
    coalesce(i.credit_hold, FALSE) AS credit_hold,
    coalesce(i.insolvent, FALSE) AS insolvent, i.insolvency_date,
    coalesce(i.dunning_blocked, FALSE) AS dunning_blocked,
    o.schedule_id, o.trx_number, o.class, o.instalment, o.trx_date, o.due_date, o.days_past_due, o.amount_original,
    o.open_amount, o.disputed AS disputed_amount,
    coalesce(d.due_amount, 0)::DECIMAL(18, 4) AS due_amount,
    coalesce(d.insolvent, 0)::DECIMAL(18, 4) AS insolvent_amount,
    coalesce(d.blocked, 0)::DECIMAL(18, 4) AS blocked_amount,
    coalesce(d.disputed, 0)::DECIMAL(18, 4) AS due_disputed_amount,
    coalesce(d.promised, 0)::DECIMAL(18, 4) AS promised_amount,
    coalesce(d.usable_credits, 0)::DECIMAL(18, 4) AS usable_credits,
    coalesce(d.collectible_amount, 0)::DECIMAL(18, 4) AS collectible_amount,
    coalesce(' ' || said.kinds || ' ', ' ') AS notes_since_due,
    date_diff('day', said.last_on, :as_of)::INTEGER AS last_note_days,
    date_diff('day', settled.closed_on, :as_of)::INTEGER AS dispute_closed_days,
    coalesce(c.in_plan, FALSE) AS in_plan,
    coalesce(c.plan_state, 'none') AS plan_state
FROM open_items AS o
LEFT JOIN account_identity AS i ON i.account_id = o.account_id
LEFT JOIN said ON said.org_id = o.org_id AND said.schedule_id = o.schedule_id
LEFT JOIN settled ON settled.org_id = o.org_id AND settled.schedule_id = o.schedule_id
LEFT JOIN collectible_items AS d ON d.org_id = o.org_id AND d.schedule_id = o.schedule_id
LEFT JOIN covered AS c ON c.org_id = o.org_id AND c.schedule_id = o.schedule_id
WHERE o.class <> 'PMT' AND o.account_id IS NOT NULL

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
)
SELECT
    o.org_id, o.account_id, i.account_number, i.account_name, i.account_status, i.account_kind, i.country, i.language,
    i.profile_class, i.collector, o.currency,
    coalesce(i.credit_hold, FALSE) AS credit_hold,
    coalesce(i.insolvent, FALSE) AS insolvent,
    coalesce(i.dunning_blocked, FALSE) AS dunning_blocked,
    o.schedule_id, o.trx_number, o.class, o.instalment, o.trx_date, o.due_date, o.days_past_due, o.amount_original,
    o.open_amount, o.disputed AS disputed_amount,
    coalesce(c.in_plan, FALSE) AS in_plan,
    coalesce(c.plan_state, 'none') AS plan_state
FROM open_items AS o
LEFT JOIN account_identity AS i ON i.account_id = o.account_id
LEFT JOIN covered AS c ON c.org_id = o.org_id AND c.schedule_id = o.schedule_id
WHERE o.class <> 'PMT' AND o.account_id IS NOT NULL

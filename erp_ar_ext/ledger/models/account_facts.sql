-- account_facts: what a policy may ask about an account.
-- materialized: yes
-- grain: one row per account and currency with anything open; cash of unidentified payers has no account and no row.
-- columns: the catalogue of `erp_ar_ext.ledger.facts`, grain account.
SELECT
    b.account_id, i.account_number, i.account_name, i.account_status, i.account_kind, i.country, i.language,
    i.profile_class, i.collector, b.currency,
    coalesce(i.credit_hold, FALSE) AS credit_hold,
    coalesce(i.insolvent, FALSE) AS insolvent,
    coalesce(i.dunning_blocked, FALSE) AS dunning_blocked,
    b.open_amount, b.not_due AS not_due_amount, b.overdue AS overdue_amount, b.disputed AS disputed_amount,
    b.overdue_disputed AS overdue_disputed_amount, b.credits AS credits_amount, b.unapplied AS unapplied_amount,
    greatest(0, b.overdue - b.overdue_disputed + b.credits + b.unapplied) AS net_overdue_amount,
    b.open_items, b.overdue_items, b.oldest_overdue_days, b.oldest_due_date,
    b.oldest_undisputed_due_date,
    coalesce(p.plan_state, 'none') AS plan_state,
    coalesce(p.late_legs, 0) AS plan_late_instalments,
    coalesce(p.broken_legs, 0) AS plan_broken_instalments,
    coalesce(p.overdue, 0) AS plan_overdue_amount,
    p.next_due_on AS plan_next_due_date,
    coalesce(e.limit_state, 'none') AS limit_state,
    coalesce(e.limit_currency, b.currency) AS limit_currency, e.credit_limit, e.exposure AS exposure_amount,
    CASE WHEN e.limit_state IS NULL THEN 0
         WHEN e.exposure IS NOT NULL THEN greatest(0, e.exposure - e.credit_limit)
    END AS over_limit_amount,
    coalesce(h.our_active_holds, 0) AS our_active_holds,
    coalesce(h.other_active_holds, 0) AS other_active_holds
FROM account_balances AS b
LEFT JOIN account_identity AS i ON i.account_id = b.account_id
LEFT JOIN account_plans AS p ON p.account_id = b.account_id AND p.currency = b.currency
LEFT JOIN exposures AS e ON e.account_id = b.account_id
LEFT JOIN account_holds AS h ON h.account_id = b.account_id
WHERE b.account_id IS NOT NULL

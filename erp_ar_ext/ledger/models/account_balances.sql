-- account_balances: an account's open items, summed.
-- materialized: yes
-- grain: one row per account and currency with anything open.
-- columns: amounts in the row's currency - open_amount, not_due, overdue (open debits), disputed, overdue_disputed,
--   credits (open credit memos, negative), guarantees, unapplied (negative); open_items, overdue_items; oldest_overdue_days;
--   oldest_due_date, of the open debits; oldest_undisputed_due_date, of the overdue debits not wholly disputed.
-- rule: a debit is an open item with a balance above zero, whatever its class but a guarantee: nobody can be asked to
--   pay one, so that it is neither due nor overdue.
SELECT
    account_id, currency,
    sum(open_amount) AS open_amount,
    coalesce(sum(open_amount) FILTER (debit AND days_past_due <= 0), 0) AS not_due,
    coalesce(sum(open_amount) FILTER (debit AND days_past_due > 0), 0) AS overdue,
    sum(disputed) AS disputed,
    coalesce(sum(disputed) FILTER (debit AND days_past_due > 0), 0) AS overdue_disputed,
    coalesce(sum(open_amount) FILTER (class <> 'GUAR' AND open_amount < 0), 0) AS credits,
    coalesce(sum(open_amount) FILTER (class = 'GUAR'), 0) AS guarantees,
    sum(unapplied) AS unapplied,
    count(*) FILTER (open_amount <> 0)::INTEGER AS open_items,
    count(*) FILTER (debit AND days_past_due > 0)::INTEGER AS overdue_items,
    coalesce(max(days_past_due) FILTER (debit AND days_past_due > 0), 0)::INTEGER AS oldest_overdue_days,
    min(due_date) FILTER (debit) AS oldest_due_date,
    min(due_date) FILTER (debit AND open_amount > disputed AND days_past_due > 0) AS oldest_undisputed_due_date
FROM (SELECT *, class <> 'GUAR' AND open_amount > 0 AS debit FROM open_items)
GROUP BY account_id, currency

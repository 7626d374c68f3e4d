-- collectible_accounts: what can be collected of each account today, and why not the rest of what is due.
-- materialized: yes
-- grain: one row per account and currency with a debit that is due; debits of nobody have one row per currency.
-- columns: account_id, currency; days_past_due, of the oldest due debit; items, how many are due; the amounts of
--   collectible_items, summed.
SELECT
    account_id, currency, max(days_past_due) AS days_past_due, count(*)::INTEGER AS items, sum(due_amount) AS due_amount,
    sum(no_account) AS no_account, sum(insolvent) AS insolvent, sum(blocked) AS blocked, sum(disputed) AS disputed,
    sum(promised) AS promised, sum(usable_credits) AS usable_credits, sum(collectible_amount) AS collectible_amount
FROM collectible_items
GROUP BY account_id, currency

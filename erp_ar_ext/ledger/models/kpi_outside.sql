-- kpi_outside: accounts that key figures leave out.
-- materialized: yes
-- grain: one row per account that was not merged away and is of one of the kinds :outside_kinds.
-- columns: account_id.
-- rule: an account without a kind is a trade account; the kind is that of the master today, which has no history.
SELECT c.account_id
FROM customers AS c
ANTI JOIN survivors AS merged ON merged.account_id = c.account_id
WHERE list_contains(string_split(:outside_kinds, ' '), coalesce(c.kind, 'trade'))

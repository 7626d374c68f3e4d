-- exposure_groups: the account at the top of each account's parents.
-- materialized: yes
-- grain: one row per account that has a parent among the customers; none unless :by_parent.
-- columns: account_id; top_account_id, its parent, or the parent's parent and so on: the one that has none; empty where
--   there is no such account.
-- rule: a merged parent is the one it was merged into; an account that names itself has no parent. A chain with no end
--   within 20 steps, because it runs in a circle, has no top: its accounts stand for themselves, and are a finding.
WITH RECURSIVE parents AS (
    SELECT c.account_id, coalesce(survivors.survivor_id, c.parent_account_id) AS parent_id
    FROM customers AS c
    ANTI JOIN survivors AS merged ON merged.account_id = c.account_id
    LEFT JOIN survivors ON survivors.account_id = c.parent_account_id
    SEMI JOIN customers AS known ON known.account_id = c.parent_account_id
    WHERE :by_parent AND coalesce(survivors.survivor_id, c.parent_account_id) <> c.account_id
),
chain AS (
    SELECT account_id, parent_id AS top_id, 1 AS steps FROM parents
    UNION ALL
    SELECT chain.account_id, parents.parent_id, chain.steps + 1
    FROM chain
    JOIN parents ON parents.account_id = chain.top_id
    WHERE chain.steps < 20
)
SELECT chain.account_id, max(chain.top_id) FILTER (above.account_id IS NULL) AS top_account_id
FROM chain
LEFT JOIN parents AS above ON above.account_id = chain.top_id
GROUP BY chain.account_id

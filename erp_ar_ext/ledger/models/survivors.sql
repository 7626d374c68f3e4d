-- survivors: the account that each merged account's items belong to now.
-- grain: one row per account that was merged away, into one that lives.
-- columns: account_id; survivor_id, the end of the chain of merges.
-- rule: a chain is followed to its end; one that has no end within 20 steps, because it runs in a circle, moves
--   nothing, and is reported as a finding.
WITH RECURSIVE chain AS (
    SELECT account_id, merged_into AS survivor_id, 1 AS steps
    FROM customers
    WHERE merged_into IS NOT NULL
    UNION ALL
    SELECT chain.account_id, customers.merged_into, chain.steps + 1
    FROM chain
    JOIN customers ON customers.account_id = chain.survivor_id
    WHERE customers.merged_into IS NOT NULL AND chain.steps < 20
)
SELECT chain.account_id, chain.survivor_id
FROM chain
LEFT JOIN customers AS last ON last.account_id = chain.survivor_id
WHERE last.merged_into IS NULL

-- source_tie_out: what the source says of itself, held against what its history adds up to.
-- grain: one row per check and currency.
-- columns: name; currency; difference, the sum of the differences without their signs (so that they cannot cancel);
--   items, how many schedules or documents differ.
-- rules: derived_equals_erp compares each schedule's whole history with the amount the ERP says remains;
--   documents_equal_schedules compares each complete document's amount with the sum of its schedules,
--   nothing where it has none; without a file of schedules there is nothing to compare.
WITH compared AS (
    SELECT DISTINCT 'derived_equals_erp' AS name, currency FROM every_schedule WHERE amount_remaining IS NOT NULL
    UNION ALL
    SELECT DISTINCT 'documents_equal_schedules', currency
    FROM transactions WHERE :schedules_given AND coalesce(complete, TRUE)
),
untied AS (
    SELECT 'derived_equals_erp' AS name, currency, difference FROM untied_schedules
    UNION ALL
    SELECT 'documents_equal_schedules', currency, difference FROM untied_documents WHERE difference <> 0
)
SELECT c.name, c.currency, coalesce(sum(abs(u.difference)), 0) AS difference, count(u.difference) AS items
FROM compared AS c
LEFT JOIN untied AS u ON u.name = c.name AND u.currency = c.currency
GROUP BY c.name, c.currency
ORDER BY c.name, c.currency

-- source_tie_out: what the source says of itself, held against what its history adds up to.
-- grain: one row per check and currency.
-- columns: name; currency; difference, the sum of the differences without their signs (so that they cannot cancel);
--   items, how many schedules or documents differ.
-- rules: derived_equals_erp compares each schedule's whole history with the amount the ERP says remains;
--   documents_equal_schedules compares each complete document's amount with the sum of its schedules,
--   nothing where it has none; without a file of schedules there is nothing to compare.
WITH last_balance AS (
    SELECT org_id, schedule_id, balance FROM balance_periods WHERE valid_to = DATE '9999-12-31'
),
against_erp AS (
    SELECT s.currency, abs(coalesce(b.balance, 0) - s.amount_remaining) AS difference
    FROM ledger_schedules AS s
    LEFT JOIN last_balance AS b ON b.org_id = s.org_id AND b.schedule_id = s.schedule_id
    WHERE s.amount_remaining IS NOT NULL
),
against_documents AS (
    SELECT t.currency, abs(t.amount - coalesce(s.amount, 0)) AS difference
    FROM transactions AS t
    LEFT JOIN (
        SELECT org_id, trx_id, sum(amount_original) AS amount
        FROM schedules WHERE trx_id IS NOT NULL GROUP BY org_id, trx_id
    ) AS s ON s.org_id = t.org_id AND s.trx_id = t.trx_id
    WHERE :schedules_given AND coalesce(t.complete, TRUE)
)
SELECT 'derived_equals_erp' AS name, currency, sum(difference) AS difference,
       count(*) FILTER (difference <> 0) AS items
FROM against_erp GROUP BY currency
UNION ALL
SELECT 'documents_equal_schedules', currency, sum(difference), count(*) FILTER (difference <> 0)
FROM against_documents GROUP BY currency
ORDER BY 1, 2

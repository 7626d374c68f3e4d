-- kpi_sales: sales by the month of the document's date.
-- grain: one row per currency, month and whether the document is of the period.
-- columns: currency; month, its first day; in_period, dated from :first_day to :as_of; invoiced, invoices and debit
--   memos as they were made out; credited, credit memos (negative). Amounts have their tax, as in the ledger.
-- rule: documents dated up to :as_of that are in the books by then.
SELECT
    s.currency, date_trunc('month', s.trx_date)::DATE AS month, s.trx_date >= :first_day AS in_period,
    coalesce(sum(s.amount_original) FILTER (s.class <> 'CM'), 0)::DECIMAL(38, 4) AS invoiced,
    coalesce(sum(s.amount_original) FILTER (s.class = 'CM'), 0)::DECIMAL(38, 4) AS credited
FROM ledger_schedules AS s
ANTI JOIN kpi_outside AS outside ON outside.account_id = s.account_id
WHERE s.class IN ('INV', 'DM', 'CM') AND s.trx_date <= :as_of AND {axis} <= :as_of
GROUP BY ALL

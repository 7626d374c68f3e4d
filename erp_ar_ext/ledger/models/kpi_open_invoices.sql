-- kpi_open_invoices: open invoices and debit memos by the month of their date.
-- grain: one row per currency and month.
-- columns: currency; month, its first day; open_amount; amount_days, the sum of open amount x days since the date.
-- rule: an invoice dated after :as_of has no age yet and is left out.
SELECT
    p.currency, date_trunc('month', p.trx_date)::DATE AS month,
    sum(p.balance)::DECIMAL(38, 4) AS open_amount,
    sum(p.balance * date_diff('day', p.trx_date, :as_of)::INTEGER)::DECIMAL(38, 4) AS amount_days
FROM balance_periods AS p
ANTI JOIN kpi_outside AS outside ON outside.account_id = p.account_id
WHERE p.valid_from <= :as_of AND p.valid_to > :as_of AND p.class IN ('INV', 'DM') AND p.trx_date <= :as_of
GROUP BY ALL

-- integrity_statuses: schedules that the ERP calls open with nothing left, or closed with something left.
-- grain: one row per schedule.
-- columns: those of every integrity model; amount is what is left.
-- rules: the status is of the read, so that it is held against the whole history, whatever :as_of is. Where the ERP also
--   says what remains, both must contradict the status: a balance that differs from the ERP's is a variance of the
--   tie-out, not a wrong status.
WITH last_balances AS (
    SELECT org_id, schedule_id, balance FROM balance_periods WHERE valid_to = DATE '9999-12-31'
),
stated AS (
    SELECT
        s.org_id, s.trx_id, s.schedule_id, upper(trim(s.status)) AS status, s.currency, s.amount_remaining,
        coalesce(b.balance, 0) AS balance
    FROM schedules AS s
    LEFT JOIN last_balances AS b ON b.org_id = s.org_id AND b.schedule_id = s.schedule_id
    WHERE s.status IS NOT NULL AND s.gl_date <= :as_of
),
wrong AS MATERIALIZED (
    SELECT * FROM stated
    WHERE status = 'OP' AND balance = 0 AND coalesce(amount_remaining, 0) = 0
       OR status = 'CL' AND balance <> 0 AND coalesce(amount_remaining, balance) <> 0
)
SELECT
    CASE w.status WHEN 'OP' THEN 'open-without-balance' ELSE 'closed-with-balance' END AS check_id,
    w.org_id, w.trx_id, w.schedule_id, s.trx_number AS number, s.account_id, w.currency,
    CAST(w.balance AS DECIMAL(38, 4)) AS amount, NULL AS related_id, NULL AS related_number,
    CASE w.status WHEN 'OP' THEN 'the ERP calls it open, and nothing of it is left'
         ELSE 'the ERP calls it closed, and ' || money_text(w.balance, w.currency) || ' of it is left'
    END AS why
FROM wrong AS w
JOIN ledger_schedules AS s ON s.org_id = w.org_id AND s.schedule_id = w.schedule_id

-- plan_items: one row per schedule that a promise or plan covers.
-- table: IEX_PROMISE_DETAILS
-- table: XXAR_EXT_PLAN_ITEMS
-- traps: a promise names its schedule through the delinquency it was made for; one without covers the account.
-- optional: IEX_PROMISE_DETAILS(promise_detail_id NUMBER, delinquency_id NUMBER, status VARCHAR2(30), last_update_date DATE)
-- optional: IEX_DELINQUENCIES_ALL(delinquency_id NUMBER, payment_schedule_id NUMBER, last_update_date DATE)
-- optional: XXAR_EXT_PLAN_ITEMS(plan_id NUMBER, payment_schedule_id NUMBER, last_update_date DATE)
SELECT
    'promise-' || TO_CHAR(pd.promise_detail_id) AS plan_id,
    TO_CHAR(de.payment_schedule_id) AS schedule_id,
    pd.promise_detail_id AS row_key,
    GREATEST(pd.last_update_date, de.last_update_date) AS changed_on
FROM iex_promise_details pd
JOIN iex_delinquencies_all de
    ON de.delinquency_id = pd.delinquency_id
WHERE NVL(pd.status, 'COLLECTABLE') <> 'PENDING'
  AND de.payment_schedule_id > 0
UNION ALL
SELECT
    TO_CHAR(pi.plan_id) AS plan_id,
    TO_CHAR(pi.payment_schedule_id) AS schedule_id,
    pi.plan_id AS row_key,
    pi.last_update_date AS changed_on
FROM xxar_ext_plan_items pi

-- plan_instalments: one row per leg of a promise or plan; a promise has one.
-- table: IEX_PROMISE_DETAILS
-- table: XXAR_EXT_PLAN_INSTALMENTS
-- optional: IEX_PROMISE_DETAILS(promise_detail_id NUMBER, promise_date DATE, promise_amount NUMBER, status VARCHAR2(30), last_update_date DATE)
-- optional: XXAR_EXT_PLAN_INSTALMENTS(plan_id NUMBER, seq NUMBER, due_on DATE, amount NUMBER, last_update_date DATE)
SELECT
    'promise-' || TO_CHAR(pd.promise_detail_id) AS plan_id,
    1 AS seq,
    pd.promise_date AS due_on,
    pd.promise_amount AS amount,
    pd.promise_detail_id AS row_key,
    pd.last_update_date AS changed_on
FROM iex_promise_details pd
WHERE NVL(pd.status, 'COLLECTABLE') <> 'PENDING'
UNION ALL
SELECT
    TO_CHAR(pn.plan_id) AS plan_id,
    pn.seq AS seq,
    pn.due_on AS due_on,
    pn.amount AS amount,
    pn.plan_id AS row_key,
    pn.last_update_date AS changed_on
FROM xxar_ext_plan_instalments pn

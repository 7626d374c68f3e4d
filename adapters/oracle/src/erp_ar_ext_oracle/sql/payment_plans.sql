-- payment_plans: one row per promise to pay, and per plan of several instalments.
-- table: IEX_PROMISE_DETAILS
-- table: XXAR_EXT_PAYMENT_PLANS
-- traps: a promise that awaits approval (PENDING) is none yet. When it was called off is not kept: the day of its last
--   change stands for it. E-Business Suite has promises of one amount only; longer plans are beside the package.
-- optional: IEX_PROMISE_DETAILS(promise_detail_id NUMBER, cust_account_id NUMBER, currency_code VARCHAR2(15), status VARCHAR2(30), creation_date DATE, last_update_date DATE)
-- optional: XXAR_EXT_PAYMENT_PLANS(plan_id NUMBER, cust_account_id NUMBER, currency_code VARCHAR2(15), agreed_on DATE, cancelled_on DATE, replaced_by NUMBER, last_update_date DATE)
SELECT
    'promise-' || TO_CHAR(pd.promise_detail_id) AS plan_id,
    TO_CHAR(pd.cust_account_id) AS account_id,
    pd.currency_code AS currency,
    TRUNC(pd.creation_date) AS agreed_on,
    CASE WHEN pd.status = 'CANCELLED' THEN TRUNC(pd.last_update_date) END AS cancelled_on,
    CAST(NULL AS VARCHAR2(40)) AS replaced_by,
    pd.promise_detail_id AS row_key,
    pd.last_update_date AS changed_on
FROM iex_promise_details pd
WHERE NVL(pd.status, 'COLLECTABLE') <> 'PENDING'
UNION ALL
SELECT
    TO_CHAR(pp.plan_id) AS plan_id,
    TO_CHAR(pp.cust_account_id) AS account_id,
    pp.currency_code AS currency,
    pp.agreed_on AS agreed_on,
    pp.cancelled_on AS cancelled_on,
    TO_CHAR(pp.replaced_by) AS replaced_by,
    pp.plan_id AS row_key,
    pp.last_update_date AS changed_on
FROM xxar_ext_payment_plans pp

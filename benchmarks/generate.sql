-- A made-up receivables ledger, a table per entity of the canonical model. Everything random comes from a hash of
-- (seed, what it is for, which row), so that the same seed gives the same ledger on any number of threads.
-- Variables: seed; schedules, how many instalments documents have; first_day and last_day.
-- Amounts are whole ten-thousandths until they are written, so that nothing is ever rounded by accident.

CREATE MACRO pick(purpose, row_id, n) AS CAST(hash(getvariable('seed'), purpose, row_id) % n AS BIGINT);
CREATE MACRO money(ten_thousandths) AS CAST(ten_thousandths * 0.0001 AS DECIMAL(18, 4));
CREATE MACRO past(day) AS day <= getvariable('last_day');
-- Largest multiple of the currency's minor unit that is not above an amount.
CREATE MACRO whole(ten_thousandths, unit) AS ten_thousandths - ten_thousandths % unit;

CREATE TABLE currencies AS
FROM (VALUES ('USD', 100, 1000000), ('EUR', 100, 1100000), ('GBP', 100, 1300000), ('JPY', 10000, 6600),
             ('KWD', 10, 3250000)) AS list (currency, unit, micro_usd);

-- One account per 40 schedules; the first ones have most of the items.
CREATE TABLE accounts AS
SELECT
    n, printf('A%07d', n) AS account_id, CASE WHEN pick('org', n, 10) < 7 THEN '101' ELSE '204' END AS org_id,
    CASE WHEN share < 50 THEN 'USD' WHEN share < 75 THEN 'EUR' WHEN share < 87 THEN 'GBP'
         WHEN share < 95 THEN 'JPY' ELSE 'KWD' END AS currency
FROM (SELECT range AS n, pick('currency', range, 100) AS share
      FROM range(greatest(5, getvariable('schedules') // 40)));

CREATE TABLE customers AS
SELECT
    account_id, printf('%06d', n) AS account_number, 'Customer ' || n AS name, NULL AS parent_account_id,
    CASE WHEN pick('status', n, 50) = 0 THEN 'I' ELSE 'A' END AS status,
    CASE pick('kind', n, 40) WHEN 0 THEN 'employee' WHEN 1 THEN 'government' WHEN 2 THEN 'intercompany' WHEN 3 THEN NULL
         ELSE 'trade' END AS kind,
    CASE currency WHEN 'USD' THEN 'US' WHEN 'EUR' THEN 'DE' WHEN 'GBP' THEN 'GB' WHEN 'JPY' THEN 'JP' ELSE 'KW' END
        AS country,
    CASE currency WHEN 'EUR' THEN 'de' ELSE 'en' END AS language,
    currency,
    CASE pick('profile', n, 10) WHEN 0 THEN 'KEY' WHEN 1 THEN 'HIGH RISK' ELSE 'STANDARD' END AS profile_class,
    'collector' || pick('collector', n, 12) AS collector,
    'ap' || n || '@customer.example' AS email,
    CASE WHEN pick('limit', n, 20) < 12 THEN money((1 + pick('limit size', n, 200)) * 50000000)
         WHEN pick('limit', n, 20) = 12 THEN money(0) END AS credit_limit,
    CASE WHEN pick('limit', n, 20) < 13 THEN currency END AS credit_limit_currency,
    pick('credit hold', n, 100) = 0 AS credit_hold,
    CASE WHEN pick('block', n, 100) = 0 THEN getvariable('last_day') - 30 + pick('block day', n, 60)::INTEGER END
        AS dunning_block_until,
    CASE WHEN pick('insolvent', n, 300) = 0
         THEN getvariable('first_day') + pick('insolvency', n, 700)::INTEGER END AS insolvency_date,
    CASE WHEN pick('merged', n, 200) = 0 AND n > 0 THEN printf('A%07d', n // 2) END AS merged_into
FROM accounts;

-- Twenty instalments make a block of seventeen documents: one with three instalments, one with two, fourteen with
-- one, and a credit memo for part of the second one's second instalment.
CREATE TABLE pieces AS
SELECT
    s, s // 20 AS block, s % 20 AS place,
    17 * (s // 20) + CASE WHEN s % 20 < 3 THEN 0 WHEN s % 20 < 5 THEN 1 ELSE s % 20 - 3 END AS d,
    CASE WHEN s % 20 < 3 THEN 1 + s % 20 WHEN s % 20 < 5 THEN s % 20 - 2 ELSE 1 END AS instalment,
    CASE WHEN s % 20 < 3 THEN 3 WHEN s % 20 < 5 THEN 2 ELSE 1 END AS instalments
FROM (SELECT range AS s FROM range(getvariable('schedules')));

CREATE TABLE invoices AS
SELECT
    d, a.account_id, a.org_id, c.currency, c.unit,
    getvariable('first_day') + pick('day', d, getvariable('last_day') - getvariable('first_day') + 1)::INTEGER AS trx_date,
    CASE pick('terms', d, 4) WHEN 0 THEN 14 WHEN 1 THEN 60 ELSE 30 END AS net_days,
    -- Two factors make small amounts common and large ones rare.
    c.unit * (1000 + (1 + pick('size', d, 1000)) * (1 + pick('size too', d, 1000))) AS total
FROM (SELECT DISTINCT d FROM pieces WHERE place < 19) AS documents
JOIN accounts AS a ON a.n = CAST(floor(
    greatest(5, getvariable('schedules') // 40) * pow(pick('account', d, 1000000) / 1000000, 3)) AS BIGINT)
JOIN currencies AS c ON c.currency = CASE WHEN pick('abroad', d, 10) = 0 THEN 'USD' ELSE a.currency END;

CREATE TABLE items AS
SELECT
    p.s, p.d, p.place, p.instalment, 'INV' AS class, i.account_id, i.org_id, i.currency, i.unit, i.trx_date,
    i.trx_date + (i.net_days * p.instalment)::INTEGER AS due_date,
    CASE WHEN p.instalment < p.instalments THEN whole(i.total // p.instalments, i.unit)
         ELSE i.total - (p.instalments - 1) * whole(i.total // p.instalments, i.unit) END AS original
FROM pieces AS p
JOIN invoices AS i ON i.d = p.d
WHERE p.place < 19;

CREATE TABLE credit_memos AS
SELECT
    p.s, p.d, t.s AS target, t.d AS original_d, t.account_id, t.org_id, t.currency,
    least(getvariable('last_day'), t.trx_date + 5 + pick('memo day', p.s, 40)::INTEGER) AS trx_date,
    -whole(t.original // (3 + pick('memo size', p.s, 5)), t.unit) AS original,
    CASE WHEN pick('memo use', p.s, 10) < 7 THEN whole(t.original * 3 // 40, t.unit) ELSE 0 END AS applied
FROM pieces AS p
JOIN items AS t ON t.s = p.s - 15
WHERE p.place = 19;

-- Most items are paid in one go, some with a discount; some in two goes; some in part; a tenth not at all.
CREATE TABLE payments AS
WITH habits AS (
    SELECT
        *, pick('habit', s, 100) AS habit, due_date - 10 + pick('delay', s, 60)::INTEGER AS first_day,
        CASE WHEN place = 4 THEN original // 2 ELSE original END AS payable -- a credit memo pays the other half
    FROM items
),
parts AS (
    SELECT
        *, 1 AS part, first_day AS day,
        CASE WHEN habit < 5 THEN whole(payable * 98 // 100, unit) WHEN habit < 76 THEN whole(payable, unit)
             WHEN habit < 84 THEN whole(payable * 60 // 100, unit) ELSE whole(payable * 40 // 100, unit) END AS amount,
        CASE WHEN habit < 5 THEN whole(payable, unit) - whole(payable * 98 // 100, unit) ELSE 0 END AS discount
    FROM habits
    WHERE habit < 90
    UNION ALL
    SELECT
        *, 2, first_day + 20,
        whole(payable, unit) - whole(payable * 60 // 100, unit), 0
    FROM habits
    WHERE habit BETWEEN 76 AND 83
)
SELECT
    2 * s + part AS x, s, part, org_id, account_id, currency, unit, amount, discount,
    -- Customers pay once a week, so that one receipt pays several items.
    greatest(trx_date, day + 6 - ((day - getvariable('first_day')) % 7)::INTEGER) AS paid_on
FROM parts
WHERE amount > 0 AND past(greatest(trx_date, day + 6 - ((day - getvariable('first_day')) % 7)::INTEGER));

CREATE TABLE cash AS
WITH paying AS (
    SELECT org_id, account_id, currency, any_value(unit) AS unit, paid_on, sum(amount)::BIGINT AS applied, 'APP' AS use
    FROM payments GROUP BY org_id, account_id, currency, paid_on
    UNION ALL
    SELECT org_id, account_id, c.currency, c.unit, getvariable('first_day') + pick('account day', n, 700)::INTEGER, 0,
           CASE WHEN pick('account use', n, 4) = 0 THEN 'UNID' ELSE 'ACC' END
    FROM accounts JOIN currencies AS c USING (currency)
    WHERE pick('on account', n, 8) = 0 AND past(getvariable('first_day') + pick('account day', n, 700)::INTEGER)
),
numbered AS (
    SELECT *, row_number() OVER (ORDER BY org_id, account_id, currency, paid_on, use) AS r FROM paying
)
SELECT
    r, printf('R%08d', r) AS receipt_id, 900000000 + r AS s, org_id, currency, paid_on, use, applied,
    CASE WHEN use <> 'UNID' THEN account_id END AS account_id, account_id AS payer,
    applied + CASE WHEN use <> 'APP' OR pick('rest', r, 12) = 0 THEN unit * (1 + pick('rest size', r, 50000)) ELSE 0 END
        AS amount,
    CASE WHEN pick('bounced', r, 100) = 0 AND past(paid_on + 3 + pick('bounce day', r, 25)::INTEGER)
         THEN paid_on + 3 + pick('bounce day', r, 25)::INTEGER END AS reversed_date
FROM numbered;

CREATE TABLE uses AS
SELECT
    p.x, c.r, c.s AS source, p.s AS target, p.org_id, p.amount, p.discount, p.paid_on AS day,
    least(c.reversed_date,
          CASE WHEN pick('unapplied', p.x, 50) = 0 AND past(p.paid_on + 1 + pick('unapply day', p.x, 20)::INTEGER)
               THEN p.paid_on + 1 + pick('unapply day', p.x, 20)::INTEGER END) AS until
FROM payments AS p
JOIN cash AS c ON c.org_id = p.org_id AND c.payer = p.account_id AND c.currency = p.currency AND c.paid_on = p.paid_on
              AND c.use = 'APP'
UNION ALL
SELECT 2000000000 + s, NULL, s, target, org_id, applied, 0, trx_date, NULL FROM credit_memos WHERE applied > 0;

CREATE TABLE corrections AS
SELECT
    i.s, i.org_id, -whole(i.original // 20, i.unit) AS amount, i.due_date + 5 + pick('correction day', i.s, 60)::INTEGER AS day,
    CASE WHEN pick('correction', i.s, 1000) < 70 THEN 'A' WHEN pick('correction', i.s, 1000) < 90 THEN 'W' ELSE 'R' END
        AS status
FROM items AS i
WHERE pick('correction', i.s, 1000) < 100 AND pick('habit', i.s, 100) >= 84
  AND past(i.due_date + 5 + pick('correction day', i.s, 60)::INTEGER) AND whole(i.original // 20, i.unit) > 0;

CREATE TABLE balances AS
WITH changes AS (
    SELECT target AS s, -(amount + discount) AS amount FROM uses WHERE until IS NULL
    UNION ALL SELECT source, amount FROM uses WHERE until IS NULL
    UNION ALL SELECT s, amount FROM corrections WHERE status = 'A'
    UNION ALL SELECT s, amount FROM cash WHERE reversed_date IS NOT NULL
)
SELECT s, sum(amount)::BIGINT AS change FROM changes GROUP BY s;

CREATE TABLE transactions AS
SELECT
    org_id, printf('T%08d', d) AS trx_id, printf('%08d', 10000000 + d) AS trx_number, 'INV' AS class, trx_date,
    trx_date AS gl_date, account_id, NULL AS site_id, currency, money(total) AS amount, NULL::DECIMAL(38, 18)
        AS exchange_rate,
    'NET' || net_days AS terms, NULL::DATE AS due_date, NULL AS po_number, NULL AS source_ref, NULL AS original_trx_id,
    TRUE AS complete
FROM invoices
UNION ALL
SELECT
    org_id, printf('T%08d', d), printf('%08d', 10000000 + d), 'CM', trx_date, trx_date, account_id, NULL, currency,
    money(original), NULL, NULL, NULL, NULL, NULL, printf('T%08d', original_d), TRUE
FROM credit_memos;

CREATE TABLE schedules AS
WITH every_schedule AS (
    SELECT s, org_id, d, NULL AS receipt_id, account_id, class, instalment, due_date, trx_date AS gl_date, currency, original
    FROM items
    UNION ALL
    SELECT s, org_id, d, NULL, account_id, 'CM', 1, NULL, trx_date, currency, original FROM credit_memos
    UNION ALL
    SELECT s, org_id, NULL, receipt_id, account_id, 'PMT', 1, NULL, paid_on, currency, -amount FROM cash
)
SELECT
    e.org_id, printf('S%09d', e.s) AS schedule_id, CASE WHEN d IS NOT NULL THEN printf('T%08d', d) END AS trx_id,
    receipt_id, account_id, class, instalment::INTEGER AS instalment, due_date, gl_date, currency,
    money(original) AS amount_original, money(original + coalesce(b.change, 0)) AS amount_remaining,
    NULL::DECIMAL(18, 4) AS amount_in_dispute,
    CASE WHEN original + coalesce(b.change, 0) = 0 THEN 'CL' ELSE 'OP' END AS status
FROM every_schedule AS e
LEFT JOIN balances AS b ON b.s = e.s;

CREATE TABLE receipts AS
SELECT
    org_id, receipt_id, printf('%08d', 50000000 + r) AS receipt_number, account_id, paid_on AS receipt_date,
    paid_on AS gl_date, currency, money(amount) AS amount, paid_on + 2 AS cleared_date, reversed_date,
    CASE WHEN reversed_date IS NOT NULL THEN 'NSF' END AS reversal_reason, NULL AS remittance
FROM cash;

-- Some receipts say where their rest stands, as the ERP does: + the receipt, - each use, the money of nobody known.
CREATE TABLE applications AS
WITH every_use AS (
    SELECT org_id, printf('X%010d', x) AS id, source, target, 'APP' AS status, amount, discount, day, until FROM uses
    UNION ALL
    SELECT org_id, printf('U%08d', r), s, NULL, 'UNAPP', amount, NULL, paid_on, reversed_date
    FROM cash WHERE use = 'APP' AND r % 5 = 0
    UNION ALL
    SELECT org_id, printf('V%010d', x), source, NULL, 'UNAPP', -amount, NULL, day, until FROM uses WHERE r % 5 = 0
    UNION ALL
    SELECT org_id, printf('O%08d', r), s, NULL, use, amount, NULL, paid_on, reversed_date FROM cash WHERE use <> 'APP'
)
SELECT
    org_id, id AS application_id, printf('S%09d', source) AS source_schedule_id,
    CASE WHEN target IS NOT NULL THEN printf('S%09d', target) END AS target_schedule_id,
    status, money(amount) AS amount, CASE WHEN discount > 0 THEN money(discount) END AS discount,
    day AS apply_date, day AS gl_date, until AS reversal_gl_date
FROM every_use;

CREATE TABLE adjustments AS
SELECT
    org_id, printf('J%09d', s) AS adjustment_id, printf('S%09d', s) AS schedule_id, 'INVOICE' AS type,
    money(amount) AS amount, day AS apply_date, day AS gl_date, status, 'SMALL BALANCE' AS reason, NULL AS external_ref
FROM corrections;

CREATE TABLE disputes AS
SELECT
    org_id, printf('D%09d', s) AS dispute_id, printf('S%09d', s) AS schedule_id,
    money(whole(original * (1 + pick('dispute size', s, 10)) // 10 + unit, unit)) AS amount, due_date + 5 AS opened_on,
    CASE WHEN pick('settled', s, 10) < 6 THEN due_date + 25 + pick('settle day', s, 60)::INTEGER END AS closed_on,
    'price' AS reason, 'sales' AS team, NULL AS outcome
FROM items
WHERE pick('dispute', s, 50) = 0;

CREATE TABLE holds AS
SELECT
    org_id, printf('H%07d', n) AS hold_id, account_id, 'account' AS scope, NULL AS scope_id,
    'credit-overdue' AS name, getvariable('last_day') - 90 + pick('hold day', n, 80)::INTEGER AS applied_on,
    'credit' AS applied_by, NULL::DATE AS released_on, NULL AS external_ref
FROM accounts
WHERE pick('hold', n, 100) = 0;

-- A plan per thousand instalments, each of an invoice with one instalment, by three legs from its due date.
CREATE TABLE promises AS
SELECT s // 1000 AS p, s, account_id, currency, unit, original, due_date + 15 AS agreed_on
FROM items
WHERE s % 1000 = 5 AND past(due_date + 15);

CREATE TABLE payment_plans AS
SELECT
    printf('L%06d', p) AS plan_id, account_id, currency, agreed_on,
    CASE WHEN pick('cancelled', p, 20) = 0 THEN agreed_on + 40 END AS cancelled_on, NULL AS replaced_by
FROM promises;

CREATE TABLE plan_items AS
SELECT printf('L%06d', p) AS plan_id, printf('S%09d', s) AS schedule_id FROM promises WHERE pick('whole', p, 5) > 0;

CREATE TABLE plan_instalments AS
SELECT
    printf('L%06d', p) AS plan_id, leg::INTEGER AS seq, agreed_on + (30 * leg)::INTEGER AS due_on,
    money(CASE WHEN leg < 3 THEN whole(original // 3, unit) ELSE original - 2 * whole(original // 3, unit) END) AS amount
FROM promises, range(1, 4) AS legs (leg);

CREATE TABLE orders AS
SELECT
    org_id, printf('Q%07d', n) AS order_id, account_id, a.currency,
    money(c.unit * (1 + pick('order size', n, 500000))) AS open_amount,
    getvariable('last_day') - pick('order day', n, 60)::INTEGER AS ordered_on
FROM accounts AS a
JOIN currencies AS c ON c.currency = a.currency
WHERE pick('order', n, 2) = 0;

-- A rate a month for every pair but one, so that some exposures cannot be converted.
CREATE TABLE rates AS
SELECT
    f.currency AS from_currency, t.currency AS to_currency, CAST(day AS DATE) AS rate_date,
    CAST((f.micro_usd * 1000000000000 // t.micro_usd) * (9800 + pick('rate', f.currency || t.currency || day, 400))
         // 10000 * 0.000000000001 AS DECIMAL(38, 18)) AS rate
FROM currencies AS f, currencies AS t,
     generate_series(getvariable('first_day'), getvariable('last_day'), INTERVAL 1 MONTH) AS days (day)
WHERE f.currency <> t.currency AND NOT (f.currency = 'USD' AND t.currency = 'KWD');

-- constants: [["xxar_ext_api", "g_spec_version", "1.0.0"]]
SET check_function_bodies = false;

CREATE SCHEMA IF NOT EXISTS xxar_ext_api;

CREATE OR REPLACE FUNCTION xxar_ext_api.version () RETURNS text AS $body$
BEGIN
    IF xxar_ext_api.g_spec_version() <> '1.0.0' THEN
      RETURN '1.0.0 under the specification ' || xxar_ext_api.g_spec_version();
    END IF;
    RETURN '1.0.0 ' || xxar_ext_effects.body_name();
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_api.look_up ( p_request_key text, p_payload_hash text, x_outcome INOUT text, x_erp_id INOUT text, x_message INOUT text ) AS $body$
DECLARE

    l_hash text;
    l_result numeric;
    l_message text;

BEGIN
    SELECT MAX(r.payload_hash), MAX(r.result_id), MAX(r.message)
      INTO STRICT l_hash, l_result, l_message
      FROM xxar_ext_requests r
     WHERE r.request_key = p_request_key AND r.outcome = 'CREATED';
    x_outcome := NULL;
    x_erp_id := NULL;
    x_message := NULL;
    IF l_hash IS NOT NULL THEN
      x_erp_id := l_result::text;
      IF l_hash = p_payload_hash THEN
        x_outcome := 'EXISTS';
        x_message := l_message;
      ELSE
        x_outcome := 'DIFFERS';
        x_message := 'a request with other content was carried out under this reference';
      END IF;
    END IF;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_api.begin_request ( p_request_key text, p_payload_hash text, p_external_ref text, p_action text, p_target_type text, p_target_id numeric, p_org_id numeric, p_business_date timestamp, p_dry_run text, x_outcome INOUT text, x_erp_id INOUT text, x_message INOUT text ) AS $body$
DECLARE

    l_taken text;

BEGIN
    l_taken := p_dry_run;
    IF p_dry_run = 'N' THEN
      BEGIN
        INSERT INTO xxar_ext_requests(
          request_key, payload_hash, action_code, target_type, target_id, org_id, external_ref, business_date,
          outcome, db_user, created_at
        ) VALUES (
          p_request_key, p_payload_hash, p_action, p_target_type, p_target_id, p_org_id, p_external_ref,
          p_business_date, 'RECEIVED', SYS_CONTEXT('USERENV', 'SESSION_USER'), plsql.sysdate()
        );
      EXCEPTION
        WHEN unique_violation THEN
          l_taken := 'Y';
      END;
    END IF;
    x_outcome := NULL;
    x_erp_id := NULL;
    x_message := NULL;
    IF l_taken = 'Y' THEN
       CALL xxar_ext_api.look_up(p_request_key, p_payload_hash, x_outcome, x_erp_id, x_message);
      IF x_outcome IS NULL AND p_dry_run = 'N' THEN
        x_outcome := 'REFUSED';
        x_message := 'another session is carrying this request out';
      END IF;
    END IF;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_api.finish_request ( p_request_key text, p_outcome text, p_status text, p_result_id numeric, p_result_number text, p_gl_date timestamp, p_message text, p_dry_run text ) AS $body$
BEGIN
    IF p_dry_run = 'N' THEN
      IF p_outcome = 'CREATED' THEN
        UPDATE xxar_ext_requests
           SET outcome = p_outcome,
               body = xxar_ext_effects.body_name(),
               result_id = p_result_id,
               result_number = p_result_number,
               result_status = p_status,
               gl_date = p_gl_date,
               message = p_message,
               finished_at = plsql.sysdate()
         WHERE request_key = p_request_key;
      ELSE
        DELETE FROM xxar_ext_requests WHERE request_key = p_request_key;
      END IF;
    END IF;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE FUNCTION xxar_ext_api.outcome_of (p_status text) RETURNS text AS $body$
BEGIN
    IF p_status = 'REFUSED' OR p_status = 'STALE' THEN
      RETURN p_status;
    END IF;
    RETURN 'CREATED';
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE FUNCTION xxar_ext_api.is_other (p_guard text, p_now numeric) RETURNS text AS $body$
BEGIN
    IF p_guard IS NULL THEN
      RETURN 'N';
    END IF;
    IF p_guard = '-' OR p_now IS NULL THEN
      RETURN 'Y';
    END IF;

    IF TO_NUMBER(p_guard, '9999999999999999999999999999D9999999999', 'NLS_NUMERIC_CHARACTERS=''.,''') = p_now THEN
      RETURN 'N';
    END IF;
    RETURN 'Y';
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE FUNCTION xxar_ext_api.cut (p_text text, p_bytes numeric) RETURNS text AS $body$
DECLARE

    l_text text;

BEGIN
    l_text := SUBSTR(p_text, 1, p_bytes);
    WHILE LENGTHB(l_text) > p_bytes LOOP
      l_text := SUBSTR(l_text, 1, LENGTH(l_text) - CEIL((LENGTHB(l_text) - p_bytes) / 4));
    END LOOP;
    RETURN l_text;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE FUNCTION xxar_ext_api.open_gl_date (p_org_id numeric, p_wanted timestamp, p_earliest timestamp) RETURNS timestamp AS $body$
DECLARE

    l_ledger numeric;
    l_periods numeric;
    l_open numeric;
    l_start timestamp;

BEGIN
    SELECT MAX(s.set_of_books_id) INTO STRICT l_ledger FROM ar_system_parameters_all s WHERE s.org_id = p_org_id;
    SELECT COUNT(*) INTO STRICT l_periods
      FROM gl_period_statuses p WHERE p.application_id = 222 AND p.ledger_id = l_ledger;
    IF l_periods = 0 THEN
      RETURN GREATEST(p_wanted, p_earliest);
    END IF;
    SELECT COUNT(*) INTO STRICT l_open
      FROM gl_period_statuses p
     WHERE p.application_id = 222 AND p.ledger_id = l_ledger AND p.adjustment_period_flag = 'N'
       AND p.closing_status IN ('O', 'F') AND p.start_date <= p_wanted AND p.end_date >= p_wanted;
    IF l_open > 0 AND p_wanted >= p_earliest THEN
      RETURN p_wanted;
    END IF;
    SELECT MIN(p.start_date) INTO STRICT l_start
      FROM gl_period_statuses p
     WHERE p.application_id = 222 AND p.ledger_id = l_ledger AND p.adjustment_period_flag = 'N'
       AND p.closing_status IN ('O', 'F') AND p.start_date >= p_earliest;
    RETURN l_start;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE FUNCTION xxar_ext_api.due_of ( p_account_id numeric, p_org_ids text, p_currency text, p_business_date timestamp ) RETURNS text AS $body$
DECLARE

    l_due text;
    l_one text;

  one RECORD;

BEGIN
    FOR one IN (
      SELECT s.invoice_currency_code AS currency, SUM(s.amount_due_remaining) AS amount
        FROM ar_payment_schedules_all s
       WHERE s.customer_id = p_account_id AND s.payment_schedule_id > 0
         AND coalesce(s.receipt_confirmed_flag, 'Y') = 'Y'
         AND (s.class = 'PMT' OR s.due_date IS NULL OR s.due_date < p_business_date + 1)
         AND s.invoice_currency_code = coalesce(p_currency, s.invoice_currency_code)
         AND (p_org_ids IS NULL OR ',' || p_org_ids || ',' LIKE '%,' || s.org_id::text || ',%')
       GROUP BY s.invoice_currency_code
      HAVING SUM(s.amount_due_remaining) <> 0
       ORDER BY s.invoice_currency_code
    ) LOOP
      l_one := one.currency || ' ' || TO_CHAR(one.amount, 'FM99999999999999999999999990.0000');
      IF l_due IS NULL THEN
        l_due := l_one;
      ELSE
        l_due := l_due || ', ' || l_one;
      END IF;
    END LOOP;
    RETURN coalesce(l_due, '-');
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_api.guard_account ( p_account_id numeric, p_org_ids text, p_currency text, p_business_date timestamp, p_guard_status text, p_guard_merged text, p_guard_due text, x_outcome INOUT text, x_message INOUT text ) AS $body$
DECLARE

    l_status text;
    l_merged text;
    l_due text;

BEGIN
    x_outcome := NULL;
    x_message := NULL;
    BEGIN
      SELECT coalesce(a.status, '-') INTO STRICT l_status
        FROM hz_cust_accounts a WHERE a.cust_account_id = p_account_id FOR UPDATE NOWAIT;
    EXCEPTION
      WHEN no_data_found THEN
        l_status := NULL;
    END;
    SELECT coalesce(MAX(m.customer_id)::text, '-') INTO STRICT l_merged
      FROM ra_customer_merges m
     WHERE m.process_flag = 'Y' AND m.duplicate_id = p_account_id AND m.customer_id <> p_account_id;
    IF p_guard_due IS NOT NULL THEN
      l_due := xxar_ext_api.due_of(p_account_id, p_org_ids, p_currency, p_business_date);
    END IF;
    IF l_status IS NULL THEN
      x_outcome := 'REFUSED';
      x_message := 'there is no account ' || p_account_id::text;
    ELSIF p_guard_merged <> l_merged THEN
      x_outcome := 'STALE';
      x_message := 'merged_into is ' || l_merged || ', the plan saw ' || p_guard_merged;
    ELSIF p_guard_status <> l_status THEN
      x_outcome := 'STALE';
      x_message := 'account_status is ' || l_status || ', the plan saw ' || p_guard_status;
    ELSIF p_guard_due <> l_due THEN
      x_outcome := 'STALE';
      x_message := xxar_ext_api.cut('due is ' || l_due || ', the plan saw ' || p_guard_due, 2000);
    END IF;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_api.guard_schedule ( p_org_id numeric, p_schedule_id numeric, p_guard_original text, p_guard_remaining text, p_guard_dispute text, x_outcome INOUT text, x_message INOUT text, x_class INOUT text, x_currency INOUT text, x_gl_date INOUT timestamp ) AS $body$
DECLARE

    l_original numeric;
    l_remaining numeric;
    l_dispute numeric;
    l_found text;

BEGIN
    x_outcome := NULL;
    x_message := NULL;
    x_class := NULL;
    x_currency := NULL;
    x_gl_date := NULL;
    l_found := 'Y';
    BEGIN
      SELECT s.amount_due_original, s.amount_due_remaining, coalesce(s.amount_in_dispute, 0), s.invoice_currency_code,
             s.class, s.gl_date
        INTO STRICT l_original, l_remaining, l_dispute, x_currency, x_class, x_gl_date
        FROM ar_payment_schedules_all s
       WHERE s.payment_schedule_id = p_schedule_id AND s.org_id = coalesce(p_org_id, s.org_id)
         AND s.payment_schedule_id > 0
         FOR UPDATE NOWAIT;
    EXCEPTION
      WHEN no_data_found THEN
        l_found := 'N';
    END;
    IF l_found = 'N' THEN
      x_outcome := 'REFUSED';
      x_message := 'there is no schedule ' || p_schedule_id::text || ' in operating unit '
        || coalesce(p_org_id::text, 'none');
    ELSIF xxar_ext_api.is_other(p_guard_original, l_original) = 'Y' THEN
      x_outcome := 'STALE';
      x_message := 'amount_original is ' || coalesce(l_original::text, 'empty') || ', the plan saw ' || p_guard_original;
    ELSIF xxar_ext_api.is_other(p_guard_remaining, l_remaining) = 'Y' THEN
      x_outcome := 'STALE';
      x_message := 'amount_remaining is ' || coalesce(l_remaining::text, 'empty') || ', the plan saw '
        || p_guard_remaining;
    ELSIF xxar_ext_api.is_other(p_guard_dispute, l_dispute) = 'Y' THEN
      x_outcome := 'STALE';
      x_message := 'amount_in_dispute is ' || l_dispute::text || ', the plan saw ' || p_guard_dispute;
    END IF;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_api.allow_adjustment ( p_class text, p_type text, p_schedule_currency text, p_currency text, x_outcome INOUT text, x_message INOUT text ) AS $body$
BEGIN
    x_outcome := NULL;
    x_message := NULL;
    IF p_class NOT IN ('INV', 'DM', 'CM', 'CB', 'DEP', 'GUAR', 'BR') THEN
      x_outcome := 'REFUSED';
      x_message := 'a schedule of class ' || p_class || ' cannot be adjusted';
    ELSIF p_type NOT IN ('INVOICE', 'LINE', 'TAX', 'FREIGHT', 'CHARGES') THEN
      x_outcome := 'REFUSED';
      x_message := 'there is no adjustment of type ' || p_type;
    ELSIF p_currency <> p_schedule_currency THEN
      x_outcome := 'REFUSED';
      x_message := 'the schedule is in ' || p_schedule_currency || ', the amount in ' || p_currency;
    END IF;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_api.post_adjustment ( p_request_key text, p_payload_hash text, p_external_ref text, p_org_id numeric, p_account_id numeric, p_schedule_id numeric, p_type text, p_amount numeric, p_currency text, p_business_date timestamp, p_activity text, p_reason text, p_comments text, p_guard_status text, p_guard_merged text, p_guard_original text, p_guard_remaining text, p_guard_dispute text, p_dry_run text, x_outcome INOUT text, x_erp_id INOUT text, x_message INOUT text ) AS $body$
DECLARE

    l_earliest timestamp;
    l_class text;
    l_currency text;
    l_gl_date timestamp;
    l_moved text;
    l_status text;
    l_id numeric;
    l_number text;

BEGIN
     CALL xxar_ext_api.begin_request(
      p_request_key, p_payload_hash, p_external_ref, 'ADJUSTMENT', 'SCHEDULE', p_schedule_id, p_org_id,
      p_business_date, p_dry_run, x_outcome, x_erp_id, x_message
    );
    IF x_outcome IS NOT NULL THEN
      RETURN;
    END IF;
     CALL xxar_ext_api.guard_account(
      p_account_id, NULL, NULL, p_business_date, p_guard_status, p_guard_merged, NULL, x_outcome, x_message
    );
    IF x_outcome IS NULL THEN
       CALL xxar_ext_api.guard_schedule(
        p_org_id, p_schedule_id, p_guard_original, p_guard_remaining, p_guard_dispute, x_outcome, x_message, l_class,
        l_currency, l_earliest
      );
    END IF;
    IF x_outcome IS NULL THEN
       CALL xxar_ext_api.allow_adjustment(l_class, p_type, l_currency, p_currency, x_outcome, x_message);
    END IF;
    l_status := x_outcome;
    IF l_status IS NULL THEN
      l_gl_date := xxar_ext_api.open_gl_date(p_org_id, p_business_date, l_earliest);
      IF l_gl_date IS NULL THEN
        l_status := 'REFUSED';
        x_message := 'no period of receivables is open from ' || TO_CHAR(l_earliest, 'YYYY-MM-DD') || ' on';
      ELSIF l_gl_date <> p_business_date THEN
        l_moved := 'GL date ' || TO_CHAR(l_gl_date, 'YYYY-MM-DD') || ' in place of '
          || TO_CHAR(p_business_date, 'YYYY-MM-DD') || ', which is in no open period; ';
      END IF;
    END IF;
    IF l_status IS NULL THEN
      CALL xxar_ext_effects.post_adjustment(
        p_external_ref, p_org_id, p_schedule_id, p_type, p_amount, p_business_date, l_gl_date, p_activity, p_reason,
        xxar_ext_api.cut(p_comments, 2000), p_dry_run, l_status, l_id, l_number, x_message
      );
    END IF;
    x_outcome := xxar_ext_api.outcome_of(l_status);
    x_erp_id := l_id::text;
    x_message := xxar_ext_api.cut(coalesce(l_moved, '') || coalesce(x_message, ''), 4000);
    CALL xxar_ext_api.finish_request(p_request_key, x_outcome, l_status, l_id, l_number, l_gl_date, x_message, p_dry_run);
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_api.add_note ( p_request_key text, p_payload_hash text, p_external_ref text, p_org_id numeric, p_org_ids text, p_account_id numeric, p_schedule_id numeric, p_business_date timestamp, p_kind text, p_text text, p_author text, p_currency text, p_guard_status text, p_guard_merged text, p_guard_due text, p_guard_remaining text, p_guard_dispute text, p_dry_run text, x_outcome INOUT text, x_erp_id INOUT text, x_message INOUT text ) AS $body$
DECLARE

    l_class text;
    l_currency text;
    l_gl_date timestamp;
    l_notes text;
    l_detail text;
    l_status text;
    l_id numeric;

BEGIN
     CALL xxar_ext_api.begin_request(
      p_request_key, p_payload_hash, p_external_ref, 'NOTE', 'ACCOUNT', p_account_id, p_org_id, p_business_date,
      p_dry_run, x_outcome, x_erp_id, x_message
    );
    IF x_outcome IS NOT NULL THEN
      RETURN;
    END IF;
     CALL xxar_ext_api.guard_account(
      p_account_id, p_org_ids, p_currency, p_business_date, p_guard_status, p_guard_merged, p_guard_due, x_outcome,
      x_message
    );
    IF x_outcome IS NULL AND p_schedule_id IS NOT NULL THEN
       CALL xxar_ext_api.guard_schedule(
        p_org_id, p_schedule_id, NULL, p_guard_remaining, p_guard_dispute, x_outcome, x_message, l_class, l_currency,
        l_gl_date
      );
    END IF;
    l_status := x_outcome;
    IF l_status IS NULL THEN
      l_notes := xxar_ext_api.cut(p_text, 2000);
      IF LENGTHB(p_text) > 2000 THEN
        l_detail := p_text;
      END IF;
      CALL xxar_ext_effects.add_note(
        p_external_ref, p_org_id, p_account_id, p_schedule_id, p_business_date, p_kind, l_notes, l_detail, p_author,
        p_dry_run, l_status, l_id, x_message
      );
    END IF;
    x_outcome := xxar_ext_api.outcome_of(l_status);
    x_erp_id := l_id::text;
    CALL xxar_ext_api.finish_request(p_request_key, x_outcome, l_status, l_id, NULL, NULL, x_message, p_dry_run);
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_api.guard_hold ( p_org_id numeric, p_account_id numeric, p_entity_code text, p_entity_id text, p_name text, x_outcome INOUT text, x_message INOUT text ) AS $body$
DECLARE

    l_found numeric;
    l_active numeric;

BEGIN
    x_outcome := NULL;
    x_message := NULL;
    IF p_entity_code = 'B' THEN
      SELECT COUNT(*) INTO STRICT l_found
        FROM hz_cust_site_uses_all u, hz_cust_acct_sites_all c
       WHERE u.site_use_id::text = p_entity_id AND c.cust_acct_site_id = u.cust_acct_site_id
         AND c.cust_account_id = p_account_id;
    ELSIF p_entity_code = 'O' THEN
      SELECT COUNT(*) INTO STRICT l_found
        FROM oe_order_headers_all o
       WHERE o.header_id::text = p_entity_id AND o.sold_to_org_id = p_account_id;
    ELSE
      l_found := 1;
    END IF;
    SELECT MAX(s.hold_source_id) INTO STRICT l_active
      FROM oe_hold_sources_all s, oe_hold_definitions d
     WHERE d.hold_id = s.hold_id AND d.name = p_name AND s.hold_entity_code = p_entity_code
       AND s.hold_entity_id = p_entity_id AND coalesce(s.released_flag, 'N') = 'N'
       AND s.org_id = coalesce(p_org_id, s.org_id);
    IF p_entity_code IS NULL OR l_found = 0 THEN
      x_outcome := 'REFUSED';
      x_message := 'the account has no such site or order';
    ELSIF l_active IS NOT NULL THEN
      x_outcome := 'STALE';
      x_message := 'hold ' || l_active::text || ' of this name is active already';
    END IF;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_api.place_hold ( p_request_key text, p_payload_hash text, p_external_ref text, p_org_id numeric, p_org_ids text, p_account_id numeric, p_scope text, p_scope_id numeric, p_name text, p_business_date timestamp, p_reason text, p_author text, p_guard_status text, p_guard_merged text, p_guard_due text, p_dry_run text, x_outcome INOUT text, x_erp_id INOUT text, x_message INOUT text ) AS $body$
DECLARE

    l_code text;
    l_entity text;
    l_status text;
    l_told text;
    l_id numeric;
    l_first numeric;

  unit RECORD;

BEGIN
     CALL xxar_ext_api.begin_request(
      p_request_key, p_payload_hash, p_external_ref, 'HOLD', UPPER(p_scope), coalesce(p_scope_id, p_account_id), p_org_id,
      p_business_date, p_dry_run, x_outcome, x_erp_id, x_message
    );
    IF x_outcome IS NOT NULL THEN
      RETURN;
    END IF;
    l_code := CASE p_scope WHEN 'account' THEN 'C' WHEN 'site' THEN 'B' WHEN 'order' THEN 'O' END;
    l_entity := (CASE p_scope WHEN 'account' THEN p_account_id ELSE p_scope_id END)::text;
     CALL xxar_ext_api.guard_account(
      p_account_id, p_org_ids, NULL, p_business_date, p_guard_status, p_guard_merged, p_guard_due, x_outcome, x_message
    );
    IF x_outcome IS NULL THEN
       CALL xxar_ext_api.guard_hold(p_org_id, p_account_id, l_code, l_entity, p_name, x_outcome, x_message);
    END IF;
    l_status := x_outcome;
    IF l_status IS NULL THEN
      FOR unit IN (
        SELECT DISTINCT u.org_id
          FROM (
            SELECT p_org_id AS org_id  WHERE p_org_id IS NOT NULL

UNION ALL

            SELECT c.org_id FROM hz_cust_acct_sites_all c
             WHERE c.cust_account_id = p_account_id AND p_org_id IS NULL

UNION ALL

            SELECT s.org_id FROM ar_payment_schedules_all s
             WHERE s.customer_id = p_account_id AND s.payment_schedule_id > 0 AND p_org_id IS NULL
          ) u
         WHERE p_org_ids IS NULL OR ',' || p_org_ids || ',' LIKE '%,' || u.org_id::text || ',%'
         ORDER BY u.org_id
      ) LOOP
        IF xxar_ext_api.outcome_of(coalesce(l_status, 'DONE')) = 'CREATED' THEN
          CALL xxar_ext_effects.place_hold(
            p_external_ref, unit.org_id, p_account_id, l_code, l_entity, p_name, p_business_date, xxar_ext_api.cut(p_reason, 2000),
            p_author, p_dry_run, l_status, l_id, l_told
          );
          l_first := coalesce(l_first, l_id);
          x_message := coalesce(l_told, x_message);
        END IF;
      END LOOP;
    END IF;
    IF l_status IS NULL THEN
      l_status := 'REFUSED';
      x_message := 'the account has no site or item in an operating unit that may be held';
    END IF;
    x_outcome := xxar_ext_api.outcome_of(l_status);
    x_erp_id := l_first::text;
    CALL xxar_ext_api.finish_request(p_request_key, x_outcome, l_status, l_first, NULL, NULL, x_message, p_dry_run);
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_api.guard_release ( p_org_id numeric, p_hold_id numeric, p_name text, p_guard_applied text, x_org_id INOUT numeric, x_outcome INOUT text, x_message INOUT text ) AS $body$
DECLARE

    l_released text;
    l_reference text;
    l_definition numeric;
    l_applied text;
    l_found text;
    l_ours numeric;
    l_named numeric;

BEGIN
    x_outcome := NULL;
    x_message := NULL;
    x_org_id := NULL;
    l_found := 'Y';
    BEGIN
      SELECT s.org_id, coalesce(s.released_flag, 'N'), s.attribute15, s.hold_id, TO_CHAR(s.creation_date, 'YYYY-MM-DD')
        INTO STRICT x_org_id, l_released, l_reference, l_definition, l_applied
        FROM oe_hold_sources_all s
       WHERE s.hold_source_id = p_hold_id AND s.org_id = coalesce(p_org_id, s.org_id)
         FOR UPDATE NOWAIT;
    EXCEPTION
      WHEN no_data_found THEN
        l_found := 'N';
    END;
    SELECT COUNT(*) INTO STRICT l_ours
      FROM xxar_ext_requests r
     WHERE r.action_code = 'HOLD' AND r.result_id = p_hold_id AND r.outcome = 'CREATED'
       AND r.result_status <> 'QUEUED';
    SELECT COUNT(*) INTO STRICT l_named
      FROM oe_hold_definitions d WHERE d.hold_id = l_definition AND d.name = coalesce(p_name, d.name);
    IF l_found = 'N' THEN
      x_outcome := 'REFUSED';
      x_message := 'no hold is called ' || p_hold_id::text;
    ELSIF l_ours = 0 AND coalesce(l_reference, '-') NOT LIKE 'erp-ar:%' THEN
      x_outcome := 'REFUSED';
      x_message := 'hold ' || p_hold_id::text || ' was placed by somebody else, who must lift it';
    ELSIF l_named = 0 THEN
      x_outcome := 'REFUSED';
      x_message := 'hold ' || p_hold_id::text || ' has another name than ' || p_name;
    ELSIF l_released = 'Y' THEN
      x_outcome := 'STALE';
      x_message := 'hold ' || p_hold_id::text || ' was lifted already';
    ELSIF p_guard_applied <> l_applied THEN
      x_outcome := 'STALE';
      x_message := 'applied_on is ' || l_applied || ', the plan saw ' || p_guard_applied;
    END IF;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_api.lift_hold ( p_request_key text, p_payload_hash text, p_external_ref text, p_org_id numeric, p_org_ids text, p_account_id numeric, p_hold_id numeric, p_name text, p_business_date timestamp, p_reason text, p_author text, p_guard_status text, p_guard_merged text, p_guard_due text, p_guard_applied text, p_dry_run text, x_outcome INOUT text, x_erp_id INOUT text, x_message INOUT text ) AS $body$
DECLARE

    l_status text;
    l_org_id numeric;

BEGIN
     CALL xxar_ext_api.begin_request(
      p_request_key, p_payload_hash, p_external_ref, 'RELEASE', 'HOLD', p_hold_id, p_org_id, p_business_date,
      p_dry_run, x_outcome, x_erp_id, x_message
    );
    IF x_outcome IS NOT NULL THEN
      RETURN;
    END IF;
     CALL xxar_ext_api.guard_account(
      p_account_id, p_org_ids, NULL, p_business_date, p_guard_status, p_guard_merged, p_guard_due, x_outcome, x_message
    );
    IF x_outcome IS NULL THEN
       CALL xxar_ext_api.guard_release(p_org_id, p_hold_id, p_name, p_guard_applied, l_org_id, x_outcome, x_message);
    END IF;
    l_status := x_outcome;
    IF l_status IS NULL THEN
      CALL xxar_ext_effects.lift_hold(
        p_external_ref, l_org_id, p_hold_id, p_business_date, xxar_ext_api.cut(p_reason, 2000), p_author, p_dry_run, l_status,
        x_message
      );
    END IF;
    x_outcome := xxar_ext_api.outcome_of(l_status);
    x_erp_id := p_hold_id::text;
    CALL xxar_ext_api.finish_request(p_request_key, x_outcome, l_status, p_hold_id, NULL, NULL, x_message, p_dry_run);
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE SCHEMA IF NOT EXISTS xxar_ext_effects;

CREATE OR REPLACE FUNCTION xxar_ext_effects.body_name () RETURNS text AS $body$
BEGIN
    RETURN 'standalone';
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE FUNCTION xxar_ext_effects.author_id (p_author text) RETURNS numeric AS $body$
DECLARE

    l_id numeric;

BEGIN
    SELECT MAX(u.user_id) INTO STRICT l_id FROM fnd_user u WHERE u.user_name = UPPER(p_author);
    RETURN coalesce(l_id, -1);
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE FUNCTION xxar_ext_effects.precision_of (p_currency text) RETURNS numeric AS $body$
DECLARE

    l_precision numeric;

BEGIN
    SELECT MAX(c.precision) INTO STRICT l_precision FROM fnd_currencies c WHERE c.currency_code = p_currency;
    RETURN coalesce(l_precision, 2);
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE FUNCTION xxar_ext_effects.share_of (p_amount numeric, p_bucket numeric, p_whole numeric, p_precision numeric) RETURNS numeric AS $body$
BEGIN
    IF coalesce(p_whole, 0) = 0 THEN
      RETURN 0;
    END IF;
    RETURN ROUND(p_amount * coalesce(p_bucket, 0) / p_whole, p_precision);
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_effects.post_adjustment ( p_external_ref text, p_org_id numeric, p_schedule_id numeric, p_type text, p_amount numeric, p_apply_date timestamp, p_gl_date timestamp, p_activity text, p_reason text, p_comments text, p_dry_run text, x_status INOUT text, x_id INOUT numeric, x_number INOUT text, x_message INOUT text ) AS $body$
DECLARE

    l_remaining numeric;
    l_line_remaining numeric;
    l_tax_remaining numeric;
    l_freight_remaining numeric;
    l_charges_remaining numeric;
    l_rate numeric;
    l_trx_id numeric;
    l_currency text;
    l_functional text;
    l_ledger numeric;
    l_activity numeric;
    l_places numeric;
    l_line numeric := 0;
    l_tax numeric := 0;
    l_freight numeric := 0;
    l_charges numeric := 0;
    l_accounted numeric;
    l_left numeric;

BEGIN
    x_status := 'DONE';
    x_id := NULL;
    x_number := NULL;
    x_message := NULL;
    SELECT s.amount_due_remaining, s.amount_line_items_remaining, s.tax_remaining, s.freight_remaining,
           s.receivables_charges_remaining, coalesce(s.exchange_rate, 1), s.customer_trx_id, s.invoice_currency_code
      INTO STRICT l_remaining, l_line_remaining, l_tax_remaining, l_freight_remaining, l_charges_remaining, l_rate, l_trx_id,
           l_currency
      FROM ar_payment_schedules_all s
     WHERE s.payment_schedule_id = p_schedule_id;
    l_left := l_remaining + p_amount;
    IF SIGN(l_left) * SIGN(l_remaining) < 0 OR (l_remaining = 0 AND p_amount < 0) THEN
      x_status := 'REFUSED';
      x_message := p_amount::text || ' is more than what remains, ' || l_remaining::text;
      RETURN;
    END IF;
    SELECT MAX(a.receivables_trx_id) INTO STRICT l_activity
      FROM ar_receivables_trx_all a
     WHERE a.org_id = p_org_id AND a.name = p_activity AND coalesce(a.status, 'A') = 'A';
    IF p_activity IS NOT NULL AND l_activity IS NULL THEN
      x_status := 'REFUSED';
      x_message := 'operating unit ' || p_org_id::text || ' has no active receivables activity ' || p_activity;
      RETURN;
    END IF;
    IF p_dry_run = 'Y' THEN
      RETURN;
    END IF;
    SELECT MAX(g.ledger_id), MAX(g.currency_code) INTO STRICT l_ledger, l_functional
      FROM ar_system_parameters_all p, gl_ledgers g
     WHERE p.org_id = p_org_id AND g.ledger_id = p.set_of_books_id;
    l_places := xxar_ext_effects.precision_of(l_currency);
    IF p_type = 'INVOICE' THEN
      l_tax := xxar_ext_effects.share_of(p_amount, l_tax_remaining, l_remaining, l_places);
      l_freight := xxar_ext_effects.share_of(p_amount, l_freight_remaining, l_remaining, l_places);
      l_charges := xxar_ext_effects.share_of(p_amount, l_charges_remaining, l_remaining, l_places);
      l_line := p_amount - l_tax - l_freight - l_charges;
    ELSIF p_type = 'TAX' THEN
      l_tax := p_amount;
    ELSIF p_type = 'FREIGHT' THEN
      l_freight := p_amount;
    ELSIF p_type = 'CHARGES' THEN
      l_charges := p_amount;
    ELSE
      l_line := p_amount;
    END IF;
    l_accounted := ROUND(p_amount * l_rate, xxar_ext_effects.precision_of(coalesce(l_functional, l_currency)));
    SELECT nextval('ar_adjustments_s'), nextval('ar_adjustment_number_s')::text INTO STRICT x_id, x_number;
    INSERT INTO ar_adjustments_all(
      adjustment_id, adjustment_number, type, adjustment_type, status, amount, acctd_amount, line_adjusted,
      tax_adjusted, freight_adjusted, receivables_charges_adjusted, apply_date, gl_date, customer_trx_id,
      payment_schedule_id, receivables_trx_id, set_of_books_id, reason_code, comments, created_from, approved_by,
      postable, automatically_generated, posting_control_id, attribute15, org_id, created_by, creation_date,
      last_updated_by, last_update_date
    ) VALUES (
      x_id, x_number, p_type, 'M', 'A', p_amount, l_accounted, l_line,
      l_tax, l_freight, l_charges, p_apply_date, p_gl_date, l_trx_id,
      p_schedule_id, l_activity, l_ledger, p_reason, p_comments, 'XXAR_EXT_API', -1,
      'Y', 'Y', -3, p_external_ref, p_org_id, -1, plsql.sysdate(),
      -1, plsql.sysdate()
    );
    UPDATE ar_payment_schedules_all
       SET amount_due_remaining = l_left,
           acctd_amount_due_remaining = coalesce(acctd_amount_due_remaining, round((l_remaining * l_rate)::numeric, 2)) + l_accounted,
           amount_line_items_remaining = coalesce(amount_line_items_remaining, 0) + l_line,
           tax_remaining = coalesce(tax_remaining, 0) + l_tax,
           freight_remaining = coalesce(freight_remaining, 0) + l_freight,
           receivables_charges_charged = coalesce(receivables_charges_charged, 0) + GREATEST(l_charges, 0),
           receivables_charges_remaining = coalesce(receivables_charges_remaining, 0) + l_charges,
           amount_adjusted = coalesce(amount_adjusted, 0) + p_amount,
           status = CASE WHEN l_left = 0 THEN 'CL' ELSE 'OP' END,
           gl_date_closed = CASE WHEN l_left = 0 THEN p_gl_date ELSE DATE '4712-12-31' END,
           actual_date_closed = CASE WHEN l_left = 0 THEN p_apply_date ELSE DATE '4712-12-31' END,
           last_updated_by = -1,
           last_update_date = plsql.sysdate()
     WHERE payment_schedule_id = p_schedule_id;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_effects.add_note ( p_external_ref text, p_org_id numeric, p_account_id numeric, p_schedule_id numeric, p_note_date timestamp, p_kind text, p_notes text, p_detail text, p_author text, p_dry_run text, x_status INOUT text, x_id INOUT numeric, x_message INOUT text ) AS $body$
DECLARE

    l_author numeric;

BEGIN
    x_status := 'DONE';
    x_id := NULL;
    x_message := NULL;
    IF p_dry_run = 'Y' THEN
      RETURN;
    END IF;
    l_author := xxar_ext_effects.author_id(p_author);
    SELECT nextval('jtf_notes_s') INTO STRICT x_id;
    INSERT INTO jtf_notes_b(
      jtf_note_id, source_object_code, source_object_id, note_type, note_status, entered_by, entered_date, attribute15,
      created_by, creation_date, last_updated_by, last_update_date
    ) VALUES (
      x_id, CASE WHEN p_schedule_id IS NULL THEN 'IEX_ACCOUNT' ELSE 'IEX_INVOICES' END,
      coalesce(p_schedule_id, p_account_id), p_kind, 'I', l_author, p_note_date, p_external_ref,
      l_author, plsql.sysdate(), l_author, plsql.sysdate()
    );
    INSERT INTO jtf_notes_tl(
      jtf_note_id, language, source_lang, notes, notes_detail, created_by, creation_date, last_updated_by,
      last_update_date
    ) VALUES (
      x_id, 'US', 'US', p_notes, p_detail, l_author, plsql.sysdate(), l_author,
      plsql.sysdate()
    );
    INSERT INTO jtf_note_contexts(
      note_context_id, jtf_note_id, note_context_type, note_context_type_id, created_by, creation_date,
      last_updated_by, last_update_date
    ) VALUES (
      nextval('jtf_note_contexts_s'), x_id, 'IEX_ACCOUNT', p_account_id, l_author, plsql.sysdate(),
      l_author, plsql.sysdate()
    );
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_effects.place_hold ( p_external_ref text, p_org_id numeric, p_account_id numeric, p_entity_code text, p_entity_id text, p_name text, p_hold_date timestamp, p_reason text, p_author text, p_dry_run text, x_status INOUT text, x_id INOUT numeric, x_message INOUT text ) AS $body$
DECLARE

    l_author numeric;
    l_hold numeric;

BEGIN
    x_status := 'DONE';
    x_id := NULL;
    x_message := NULL;
    IF p_dry_run = 'Y' THEN
      RETURN;
    END IF;
    l_author := xxar_ext_effects.author_id(p_author);
    SELECT MIN(d.hold_id) INTO STRICT l_hold FROM oe_hold_definitions d WHERE d.name = p_name;
    IF l_hold IS NULL THEN
      SELECT nextval('oe_hold_definitions_s') INTO STRICT l_hold;
      INSERT INTO oe_hold_definitions(
        hold_id, name, type_code, created_by, creation_date, last_updated_by, last_update_date
      ) VALUES (
        l_hold, p_name, 'HOLD', l_author, plsql.sysdate(), l_author, plsql.sysdate()
      );
    END IF;
    SELECT nextval('oe_hold_sources_s') INTO STRICT x_id;
    INSERT INTO oe_hold_sources_all(
      hold_source_id, hold_id, hold_entity_code, hold_entity_id, released_flag, hold_comment, attribute15, org_id,
      created_by, creation_date, last_updated_by, last_update_date
    ) VALUES (
      x_id, l_hold, p_entity_code, p_entity_id, 'N', p_reason, p_external_ref, p_org_id,
      l_author, p_hold_date, l_author, plsql.sysdate()
    );
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_effects.lift_hold ( p_external_ref text, p_org_id numeric, p_hold_source_id numeric, p_release_date timestamp, p_reason text, p_author text, p_dry_run text, x_status INOUT text, x_message INOUT text ) AS $body$
DECLARE

    l_author numeric;
    l_release numeric;

BEGIN
    x_status := 'DONE';
    x_message := NULL;
    IF p_dry_run = 'Y' THEN
      RETURN;
    END IF;
    l_author := xxar_ext_effects.author_id(p_author);
    SELECT nextval('oe_hold_releases_s') INTO STRICT l_release;
    INSERT INTO oe_hold_releases(
      hold_release_id, hold_source_id, release_reason_code, release_comment, created_by, creation_date,
      last_updated_by, last_update_date
    ) VALUES (
      l_release, p_hold_source_id, 'XXAR_EXT', p_reason, l_author, p_release_date,
      l_author, plsql.sysdate()
    );
    UPDATE oe_hold_sources_all
       SET released_flag = 'Y', hold_release_id = l_release, last_updated_by = l_author, last_update_date = plsql.sysdate()
     WHERE hold_source_id = p_hold_source_id;
  END;

$body$
LANGUAGE PLPGSQL
;

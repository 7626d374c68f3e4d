-- The common body: request keys, guards under lock, the open period, answers. No savepoint and no commit in here, and
-- an exception block stands around one statement only.
CREATE OR REPLACE PACKAGE BODY {{apps}}.XXAR_EXT_API AS

  FUNCTION version RETURN VARCHAR2 IS
  BEGIN
    IF xxar_ext_api.g_spec_version <> '1.0.0' THEN
      RETURN '1.0.0 under the specification ' || xxar_ext_api.g_spec_version;
    END IF;
    RETURN '1.0.0 ' || xxar_ext_effects.body_name();
  END version;

  PROCEDURE look_up(
    p_request_key IN VARCHAR2,
    p_payload_hash IN VARCHAR2,
    x_outcome OUT VARCHAR2,
    x_erp_id OUT VARCHAR2,
    x_message OUT VARCHAR2
  ) IS
    l_hash VARCHAR2(64);
    l_result NUMBER;
    l_message VARCHAR2(4000);
  BEGIN
    SELECT MAX(r.payload_hash), MAX(r.result_id), MAX(r.message)
      INTO l_hash, l_result, l_message
      FROM xxar_ext_requests r
     WHERE r.request_key = p_request_key AND r.outcome = 'CREATED';
    x_outcome := NULL;
    x_erp_id := NULL;
    x_message := NULL;
    IF l_hash IS NOT NULL THEN
      x_erp_id := TO_CHAR(l_result);
      IF l_hash = p_payload_hash THEN
        x_outcome := 'EXISTS';
        x_message := l_message;
      ELSE
        x_outcome := 'DIFFERS';
        x_message := 'a request with other content was carried out under this reference';
      END IF;
    END IF;
  END look_up;

  -- Takes the key, and waits for another session that holds it; x_outcome stays null for a request that is new.
  PROCEDURE begin_request(
    p_request_key IN VARCHAR2,
    p_payload_hash IN VARCHAR2,
    p_external_ref IN VARCHAR2,
    p_action IN VARCHAR2,
    p_target_type IN VARCHAR2,
    p_target_id IN NUMBER,
    p_org_id IN NUMBER,
    p_business_date IN DATE,
    p_dry_run IN VARCHAR2,
    x_outcome OUT VARCHAR2,
    x_erp_id OUT VARCHAR2,
    x_message OUT VARCHAR2
  ) IS
    l_taken VARCHAR2(1);
  BEGIN
    l_taken := p_dry_run;
    IF p_dry_run = 'N' THEN
      BEGIN
        INSERT INTO xxar_ext_requests (
          request_key, payload_hash, action_code, target_type, target_id, org_id, external_ref, business_date,
          outcome, db_user, created_at
        ) VALUES (
          p_request_key, p_payload_hash, p_action, p_target_type, p_target_id, p_org_id, p_external_ref,
          p_business_date, 'RECEIVED', SYS_CONTEXT('USERENV', 'SESSION_USER'), SYSDATE
        );
      EXCEPTION
        WHEN DUP_VAL_ON_INDEX THEN
          l_taken := 'Y';
      END;
    END IF;
    x_outcome := NULL;
    x_erp_id := NULL;
    x_message := NULL;
    IF l_taken = 'Y' THEN
      look_up(p_request_key, p_payload_hash, x_outcome, x_erp_id, x_message);
      IF x_outcome IS NULL AND p_dry_run = 'N' THEN
        x_outcome := 'REFUSED';
        x_message := 'another session is carrying this request out';
      END IF;
    END IF;
  END begin_request;

  -- Writes down what became of a request; one that was not carried out leaves no row.
  PROCEDURE finish_request(
    p_request_key IN VARCHAR2,
    p_outcome IN VARCHAR2,
    p_status IN VARCHAR2,
    p_result_id IN NUMBER,
    p_result_number IN VARCHAR2,
    p_gl_date IN DATE,
    p_message IN VARCHAR2,
    p_dry_run IN VARCHAR2
  ) IS
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
               finished_at = SYSDATE
         WHERE request_key = p_request_key;
      ELSE
        DELETE FROM xxar_ext_requests WHERE request_key = p_request_key;
      END IF;
    END IF;
  END finish_request;

  FUNCTION outcome_of(p_status IN VARCHAR2) RETURN VARCHAR2 IS
  BEGIN
    IF p_status = 'REFUSED' OR p_status = 'STALE' THEN
      RETURN p_status;
    END IF;
    RETURN 'CREATED';
  END outcome_of;

  -- Null guards nothing; a guard that is no number, sent as '-', equals nothing.
  FUNCTION is_other(p_guard IN VARCHAR2, p_now IN NUMBER) RETURN VARCHAR2 IS
  BEGIN
    IF p_guard IS NULL THEN
      RETURN 'N';
    END IF;
    IF p_guard = '-' OR p_now IS NULL THEN
      RETURN 'Y';
    END IF;
    -- whatever the session's own decimal mark is
    IF TO_NUMBER(p_guard, '9999999999999999999999999999D9999999999', 'NLS_NUMERIC_CHARACTERS=''.,''') = p_now THEN
      RETURN 'N';
    END IF;
    RETURN 'Y';
  END is_other;

  -- The longest beginning of at most p_bytes bytes that ends with a whole character.
  FUNCTION cut(p_text IN VARCHAR2, p_bytes IN NUMBER) RETURN VARCHAR2 IS
    l_text VARCHAR2(32767);
  BEGIN
    l_text := SUBSTR(p_text, 1, p_bytes);
    WHILE LENGTHB(l_text) > p_bytes LOOP
      l_text := SUBSTR(l_text, 1, LENGTH(l_text) - CEIL((LENGTHB(l_text) - p_bytes) / 4));
    END LOOP;
    RETURN l_text;
  END cut;

  -- The wanted date where its period is open, else the first day of the earliest open period from p_earliest on; null
  -- where none is. A ledger that keeps no periods at all takes any day.
  FUNCTION open_gl_date(p_org_id IN NUMBER, p_wanted IN DATE, p_earliest IN DATE) RETURN DATE IS
    l_ledger NUMBER;
    l_periods NUMBER;
    l_open NUMBER;
    l_start DATE;
  BEGIN
    SELECT MAX(s.set_of_books_id) INTO l_ledger FROM ar_system_parameters_all s WHERE s.org_id = p_org_id;
    SELECT COUNT(*) INTO l_periods
      FROM gl_period_statuses p WHERE p.application_id = 222 AND p.ledger_id = l_ledger;
    IF l_periods = 0 THEN
      RETURN GREATEST(p_wanted, p_earliest);
    END IF;
    SELECT COUNT(*) INTO l_open
      FROM gl_period_statuses p
     WHERE p.application_id = 222 AND p.ledger_id = l_ledger AND p.adjustment_period_flag = 'N'
       AND p.closing_status IN ('O', 'F') AND p.start_date <= p_wanted AND p.end_date >= p_wanted;
    IF l_open > 0 AND p_wanted >= p_earliest THEN
      RETURN p_wanted;
    END IF;
    SELECT MIN(p.start_date) INTO l_start
      FROM gl_period_statuses p
     WHERE p.application_id = 222 AND p.ledger_id = l_ledger AND p.adjustment_period_flag = 'N'
       AND p.closing_status IN ('O', 'F') AND p.start_date >= p_earliest;
    RETURN l_start;
  END open_gl_date;

  -- What remains of the account's items that are due, as '-' or 'EUR 5.0000, USD -2.5000'.
  FUNCTION due_of(
    p_account_id IN NUMBER, p_org_ids IN VARCHAR2, p_currency IN VARCHAR2, p_business_date IN DATE
  ) RETURN VARCHAR2 IS
    l_due VARCHAR2(4000);
    l_one VARCHAR2(100);
  BEGIN
    FOR one IN (
      SELECT s.invoice_currency_code AS currency, SUM(s.amount_due_remaining) AS amount
        FROM ar_payment_schedules_all s
       WHERE s.customer_id = p_account_id AND s.payment_schedule_id > 0
         AND NVL(s.receipt_confirmed_flag, 'Y') = 'Y'
         AND (s.class = 'PMT' OR s.due_date IS NULL OR s.due_date < p_business_date + 1)
         AND s.invoice_currency_code = NVL(p_currency, s.invoice_currency_code)
         AND (p_org_ids IS NULL OR ',' || p_org_ids || ',' LIKE '%,' || TO_CHAR(s.org_id) || ',%')
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
    RETURN NVL(l_due, '-');
  END due_of;

  -- Locks the account, so that nobody merges it, and of two sessions that hold it at once the second sees the hold of
  -- the first; x_outcome stays null where the account is as the plan saw it.
  PROCEDURE guard_account(
    p_account_id IN NUMBER,
    p_org_ids IN VARCHAR2,
    p_currency IN VARCHAR2,
    p_business_date IN DATE,
    p_guard_status IN VARCHAR2,
    p_guard_merged IN VARCHAR2,
    p_guard_due IN VARCHAR2,
    x_outcome OUT VARCHAR2,
    x_message OUT VARCHAR2
  ) IS
    l_status VARCHAR2(30);
    l_merged VARCHAR2(40);
    l_due VARCHAR2(4000);
  BEGIN
    x_outcome := NULL;
    x_message := NULL;
    BEGIN
      SELECT NVL(a.status, '-') INTO l_status
        FROM hz_cust_accounts a WHERE a.cust_account_id = p_account_id FOR UPDATE NOWAIT;
    EXCEPTION
      WHEN NO_DATA_FOUND THEN
        l_status := NULL;
    END;
    SELECT NVL(TO_CHAR(MAX(m.customer_id)), '-') INTO l_merged
      FROM ra_customer_merges m
     WHERE m.process_flag = 'Y' AND m.duplicate_id = p_account_id AND m.customer_id <> p_account_id;
    IF p_guard_due IS NOT NULL THEN
      l_due := due_of(p_account_id, p_org_ids, p_currency, p_business_date);
    END IF;
    IF l_status IS NULL THEN
      x_outcome := 'REFUSED';
      x_message := 'there is no account ' || TO_CHAR(p_account_id);
    ELSIF p_guard_merged <> l_merged THEN
      x_outcome := 'STALE';
      x_message := 'merged_into is ' || l_merged || ', the plan saw ' || p_guard_merged;
    ELSIF p_guard_status <> l_status THEN
      x_outcome := 'STALE';
      x_message := 'account_status is ' || l_status || ', the plan saw ' || p_guard_status;
    ELSIF p_guard_due <> l_due THEN
      x_outcome := 'STALE';
      x_message := cut('due is ' || l_due || ', the plan saw ' || p_guard_due, 2000);
    END IF;
  END guard_account;

  -- Locks the schedule and compares what the plan saw; x_outcome stays null where it is as the plan saw it.
  PROCEDURE guard_schedule(
    p_org_id IN NUMBER,
    p_schedule_id IN NUMBER,
    p_guard_original IN VARCHAR2,
    p_guard_remaining IN VARCHAR2,
    p_guard_dispute IN VARCHAR2,
    x_outcome OUT VARCHAR2,
    x_message OUT VARCHAR2,
    x_class OUT VARCHAR2,
    x_currency OUT VARCHAR2,
    x_gl_date OUT DATE
  ) IS
    l_original NUMBER;
    l_remaining NUMBER;
    l_dispute NUMBER;
    l_found VARCHAR2(1);
  BEGIN
    x_outcome := NULL;
    x_message := NULL;
    x_class := NULL;
    x_currency := NULL;
    x_gl_date := NULL;
    l_found := 'Y';
    BEGIN
      SELECT s.amount_due_original, s.amount_due_remaining, NVL(s.amount_in_dispute, 0), s.invoice_currency_code,
             s.class, s.gl_date
        INTO l_original, l_remaining, l_dispute, x_currency, x_class, x_gl_date
        FROM ar_payment_schedules_all s
       WHERE s.payment_schedule_id = p_schedule_id AND s.org_id = NVL(p_org_id, s.org_id)
         AND s.payment_schedule_id > 0
         FOR UPDATE NOWAIT;
    EXCEPTION
      WHEN NO_DATA_FOUND THEN
        l_found := 'N';
    END;
    IF l_found = 'N' THEN
      x_outcome := 'REFUSED';
      x_message := 'there is no schedule ' || TO_CHAR(p_schedule_id) || ' in operating unit '
        || NVL(TO_CHAR(p_org_id), 'none');
    ELSIF is_other(p_guard_original, l_original) = 'Y' THEN
      x_outcome := 'STALE';
      x_message := 'amount_original is ' || NVL(TO_CHAR(l_original), 'empty') || ', the plan saw ' || p_guard_original;
    ELSIF is_other(p_guard_remaining, l_remaining) = 'Y' THEN
      x_outcome := 'STALE';
      x_message := 'amount_remaining is ' || NVL(TO_CHAR(l_remaining), 'empty') || ', the plan saw '
        || p_guard_remaining;
    ELSIF is_other(p_guard_dispute, l_dispute) = 'Y' THEN
      x_outcome := 'STALE';
      x_message := 'amount_in_dispute is ' || TO_CHAR(l_dispute) || ', the plan saw ' || p_guard_dispute;
    END IF;
  END guard_schedule;

  -- x_outcome stays null where the schedule, locked, is one that takes such an adjustment.
  PROCEDURE allow_adjustment(
    p_class IN VARCHAR2,
    p_type IN VARCHAR2,
    p_schedule_currency IN VARCHAR2,
    p_currency IN VARCHAR2,
    x_outcome OUT VARCHAR2,
    x_message OUT VARCHAR2
  ) IS
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
  END allow_adjustment;

  PROCEDURE post_adjustment(
    p_request_key IN VARCHAR2,
    p_payload_hash IN VARCHAR2,
    p_external_ref IN VARCHAR2,
    p_org_id IN NUMBER,
    p_account_id IN NUMBER,
    p_schedule_id IN NUMBER,
    p_type IN VARCHAR2,
    p_amount IN NUMBER,
    p_currency IN VARCHAR2,
    p_business_date IN DATE,
    p_activity IN VARCHAR2,
    p_reason IN VARCHAR2,
    p_comments IN VARCHAR2,
    p_guard_status IN VARCHAR2,
    p_guard_merged IN VARCHAR2,
    p_guard_original IN VARCHAR2,
    p_guard_remaining IN VARCHAR2,
    p_guard_dispute IN VARCHAR2,
    p_dry_run IN VARCHAR2,
    x_outcome OUT VARCHAR2,
    x_erp_id OUT VARCHAR2,
    x_message OUT VARCHAR2
  ) IS
    l_earliest DATE;
    l_class VARCHAR2(20);
    l_currency VARCHAR2(15);
    l_gl_date DATE;
    l_moved VARCHAR2(200);
    l_status VARCHAR2(30);
    l_id NUMBER;
    l_number VARCHAR2(30);
  BEGIN
    begin_request(
      p_request_key, p_payload_hash, p_external_ref, 'ADJUSTMENT', 'SCHEDULE', p_schedule_id, p_org_id,
      p_business_date, p_dry_run, x_outcome, x_erp_id, x_message
    );
    IF x_outcome IS NOT NULL THEN
      RETURN;
    END IF;
    guard_account(
      p_account_id, NULL, NULL, p_business_date, p_guard_status, p_guard_merged, NULL, x_outcome, x_message
    );
    IF x_outcome IS NULL THEN
      guard_schedule(
        p_org_id, p_schedule_id, p_guard_original, p_guard_remaining, p_guard_dispute, x_outcome, x_message, l_class,
        l_currency, l_earliest
      );
    END IF;
    IF x_outcome IS NULL THEN
      allow_adjustment(l_class, p_type, l_currency, p_currency, x_outcome, x_message);
    END IF;
    l_status := x_outcome;
    IF l_status IS NULL THEN
      l_gl_date := open_gl_date(p_org_id, p_business_date, l_earliest);
      IF l_gl_date IS NULL THEN
        l_status := 'REFUSED';
        x_message := 'no period of receivables is open from ' || TO_CHAR(l_earliest, 'YYYY-MM-DD') || ' on';
      ELSIF l_gl_date <> p_business_date THEN
        l_moved := 'GL date ' || TO_CHAR(l_gl_date, 'YYYY-MM-DD') || ' in place of '
          || TO_CHAR(p_business_date, 'YYYY-MM-DD') || ', which is in no open period; ';
      END IF;
    END IF;
    IF l_status IS NULL THEN
      xxar_ext_effects.post_adjustment(
        p_external_ref, p_org_id, p_schedule_id, p_type, p_amount, p_business_date, l_gl_date, p_activity, p_reason,
        cut(p_comments, 2000), p_dry_run, l_status, l_id, l_number, x_message
      );
    END IF;
    x_outcome := outcome_of(l_status);
    x_erp_id := TO_CHAR(l_id);
    x_message := cut(NVL(l_moved, '') || NVL(x_message, ''), 4000);
    finish_request(p_request_key, x_outcome, l_status, l_id, l_number, l_gl_date, x_message, p_dry_run);
  END post_adjustment;

  PROCEDURE add_note(
    p_request_key IN VARCHAR2,
    p_payload_hash IN VARCHAR2,
    p_external_ref IN VARCHAR2,
    p_org_id IN NUMBER,
    p_org_ids IN VARCHAR2,
    p_account_id IN NUMBER,
    p_schedule_id IN NUMBER,
    p_business_date IN DATE,
    p_kind IN VARCHAR2,
    p_text IN VARCHAR2,
    p_author IN VARCHAR2,
    p_currency IN VARCHAR2,
    p_guard_status IN VARCHAR2,
    p_guard_merged IN VARCHAR2,
    p_guard_due IN VARCHAR2,
    p_guard_remaining IN VARCHAR2,
    p_guard_dispute IN VARCHAR2,
    p_dry_run IN VARCHAR2,
    x_outcome OUT VARCHAR2,
    x_erp_id OUT VARCHAR2,
    x_message OUT VARCHAR2
  ) IS
    l_class VARCHAR2(20);
    l_currency VARCHAR2(15);
    l_gl_date DATE;
    l_notes VARCHAR2(2000);
    l_detail VARCHAR2(32767);
    l_status VARCHAR2(30);
    l_id NUMBER;
  BEGIN
    begin_request(
      p_request_key, p_payload_hash, p_external_ref, 'NOTE', 'ACCOUNT', p_account_id, p_org_id, p_business_date,
      p_dry_run, x_outcome, x_erp_id, x_message
    );
    IF x_outcome IS NOT NULL THEN
      RETURN;
    END IF;
    guard_account(
      p_account_id, p_org_ids, p_currency, p_business_date, p_guard_status, p_guard_merged, p_guard_due, x_outcome,
      x_message
    );
    IF x_outcome IS NULL AND p_schedule_id IS NOT NULL THEN
      guard_schedule(
        p_org_id, p_schedule_id, NULL, p_guard_remaining, p_guard_dispute, x_outcome, x_message, l_class, l_currency,
        l_gl_date
      );
    END IF;
    l_status := x_outcome;
    IF l_status IS NULL THEN
      l_notes := cut(p_text, 2000);
      IF LENGTHB(p_text) > 2000 THEN
        l_detail := p_text;
      END IF;
      xxar_ext_effects.add_note(
        p_external_ref, p_org_id, p_account_id, p_schedule_id, p_business_date, p_kind, l_notes, l_detail, p_author,
        p_dry_run, l_status, l_id, x_message
      );
    END IF;
    x_outcome := outcome_of(l_status);
    x_erp_id := TO_CHAR(l_id);
    finish_request(p_request_key, x_outcome, l_status, l_id, NULL, NULL, x_message, p_dry_run);
  END add_note;

  -- Call it when the account is locked; x_outcome stays null where it may be held.
  PROCEDURE guard_hold(
    p_org_id IN NUMBER,
    p_account_id IN NUMBER,
    p_entity_code IN VARCHAR2,
    p_entity_id IN VARCHAR2,
    p_name IN VARCHAR2,
    x_outcome OUT VARCHAR2,
    x_message OUT VARCHAR2
  ) IS
    l_found NUMBER;
    l_active NUMBER;
  BEGIN
    x_outcome := NULL;
    x_message := NULL;
    IF p_entity_code = 'B' THEN
      SELECT COUNT(*) INTO l_found
        FROM hz_cust_site_uses_all u, hz_cust_acct_sites_all c
       WHERE TO_CHAR(u.site_use_id) = p_entity_id AND c.cust_acct_site_id = u.cust_acct_site_id
         AND c.cust_account_id = p_account_id;
    ELSIF p_entity_code = 'O' THEN
      SELECT COUNT(*) INTO l_found
        FROM oe_order_headers_all o
       WHERE TO_CHAR(o.header_id) = p_entity_id AND o.sold_to_org_id = p_account_id;
    ELSE
      l_found := 1;
    END IF;
    SELECT MAX(s.hold_source_id) INTO l_active
      FROM oe_hold_sources_all s, oe_hold_definitions d
     WHERE d.hold_id = s.hold_id AND d.name = p_name AND s.hold_entity_code = p_entity_code
       AND s.hold_entity_id = p_entity_id AND NVL(s.released_flag, 'N') = 'N'
       AND s.org_id = NVL(p_org_id, s.org_id);
    IF p_entity_code IS NULL OR l_found = 0 THEN
      x_outcome := 'REFUSED';
      x_message := 'the account has no such site or order';
    ELSIF l_active IS NOT NULL THEN
      x_outcome := 'STALE';
      x_message := 'hold ' || TO_CHAR(l_active) || ' of this name is active already';
    END IF;
  END guard_hold;

  PROCEDURE place_hold(
    p_request_key IN VARCHAR2,
    p_payload_hash IN VARCHAR2,
    p_external_ref IN VARCHAR2,
    p_org_id IN NUMBER,
    p_org_ids IN VARCHAR2,
    p_account_id IN NUMBER,
    p_scope IN VARCHAR2,
    p_scope_id IN NUMBER,
    p_name IN VARCHAR2,
    p_business_date IN DATE,
    p_reason IN VARCHAR2,
    p_author IN VARCHAR2,
    p_guard_status IN VARCHAR2,
    p_guard_merged IN VARCHAR2,
    p_guard_due IN VARCHAR2,
    p_dry_run IN VARCHAR2,
    x_outcome OUT VARCHAR2,
    x_erp_id OUT VARCHAR2,
    x_message OUT VARCHAR2
  ) IS
    l_code VARCHAR2(30);
    l_entity VARCHAR2(250);
    l_status VARCHAR2(30);
    l_told VARCHAR2(4000);
    l_id NUMBER;
    l_first NUMBER;
  BEGIN
    begin_request(
      p_request_key, p_payload_hash, p_external_ref, 'HOLD', UPPER(p_scope), NVL(p_scope_id, p_account_id), p_org_id,
      p_business_date, p_dry_run, x_outcome, x_erp_id, x_message
    );
    IF x_outcome IS NOT NULL THEN
      RETURN;
    END IF;
    l_code := CASE p_scope WHEN 'account' THEN 'C' WHEN 'site' THEN 'B' WHEN 'order' THEN 'O' END;
    l_entity := TO_CHAR(CASE p_scope WHEN 'account' THEN p_account_id ELSE p_scope_id END);
    guard_account(
      p_account_id, p_org_ids, NULL, p_business_date, p_guard_status, p_guard_merged, p_guard_due, x_outcome, x_message
    );
    IF x_outcome IS NULL THEN
      guard_hold(p_org_id, p_account_id, l_code, l_entity, p_name, x_outcome, x_message);
    END IF;
    l_status := x_outcome;
    IF l_status IS NULL THEN
      FOR unit IN (
        SELECT DISTINCT u.org_id
          FROM (
            SELECT p_org_id AS org_id FROM dual WHERE p_org_id IS NOT NULL
            UNION ALL
            SELECT c.org_id FROM hz_cust_acct_sites_all c
             WHERE c.cust_account_id = p_account_id AND p_org_id IS NULL
            UNION ALL
            SELECT s.org_id FROM ar_payment_schedules_all s
             WHERE s.customer_id = p_account_id AND s.payment_schedule_id > 0 AND p_org_id IS NULL
          ) u
         WHERE p_org_ids IS NULL OR ',' || p_org_ids || ',' LIKE '%,' || TO_CHAR(u.org_id) || ',%'
         ORDER BY u.org_id
      ) LOOP
        IF outcome_of(NVL(l_status, 'DONE')) = 'CREATED' THEN
          xxar_ext_effects.place_hold(
            p_external_ref, unit.org_id, p_account_id, l_code, l_entity, p_name, p_business_date, cut(p_reason, 2000),
            p_author, p_dry_run, l_status, l_id, l_told
          );
          l_first := NVL(l_first, l_id);
          x_message := NVL(l_told, x_message);
        END IF;
      END LOOP;
    END IF;
    IF l_status IS NULL THEN
      l_status := 'REFUSED';
      x_message := 'the account has no site or item in an operating unit that may be held';
    END IF;
    x_outcome := outcome_of(l_status);
    x_erp_id := TO_CHAR(l_first);
    finish_request(p_request_key, x_outcome, l_status, l_first, NULL, NULL, x_message, p_dry_run);
  END place_hold;

  -- Locks the hold; x_outcome stays null where it is active and was placed by us.
  PROCEDURE guard_release(
    p_org_id IN NUMBER,
    p_hold_id IN NUMBER,
    p_name IN VARCHAR2,
    p_guard_applied IN VARCHAR2,
    x_org_id OUT NUMBER,
    x_outcome OUT VARCHAR2,
    x_message OUT VARCHAR2
  ) IS
    l_released VARCHAR2(1);
    l_reference VARCHAR2(240);
    l_definition NUMBER;
    l_applied VARCHAR2(10);
    l_found VARCHAR2(1);
    l_ours NUMBER;
    l_named NUMBER;
  BEGIN
    x_outcome := NULL;
    x_message := NULL;
    x_org_id := NULL;
    l_found := 'Y';
    BEGIN
      SELECT s.org_id, NVL(s.released_flag, 'N'), s.attribute15, s.hold_id, TO_CHAR(s.creation_date, 'YYYY-MM-DD')
        INTO x_org_id, l_released, l_reference, l_definition, l_applied
        FROM oe_hold_sources_all s
       WHERE s.hold_source_id = p_hold_id AND s.org_id = NVL(p_org_id, s.org_id)
         FOR UPDATE NOWAIT;
    EXCEPTION
      WHEN NO_DATA_FOUND THEN
        l_found := 'N';
    END;
    SELECT COUNT(*) INTO l_ours
      FROM xxar_ext_requests r
     WHERE r.action_code = 'HOLD' AND r.result_id = p_hold_id AND r.outcome = 'CREATED'
       AND r.result_status <> 'QUEUED';
    SELECT COUNT(*) INTO l_named
      FROM oe_hold_definitions d WHERE d.hold_id = l_definition AND d.name = NVL(p_name, d.name);
    IF l_found = 'N' THEN
      x_outcome := 'REFUSED';
      x_message := 'no hold is called ' || TO_CHAR(p_hold_id);
    ELSIF l_ours = 0 AND NVL(l_reference, '-') NOT LIKE 'erp-ar:%' THEN
      x_outcome := 'REFUSED';
      x_message := 'hold ' || TO_CHAR(p_hold_id) || ' was placed by somebody else, who must lift it';
    ELSIF l_named = 0 THEN
      x_outcome := 'REFUSED';
      x_message := 'hold ' || TO_CHAR(p_hold_id) || ' has another name than ' || p_name;
    ELSIF l_released = 'Y' THEN
      x_outcome := 'STALE';
      x_message := 'hold ' || TO_CHAR(p_hold_id) || ' was lifted already';
    ELSIF p_guard_applied <> l_applied THEN
      x_outcome := 'STALE';
      x_message := 'applied_on is ' || l_applied || ', the plan saw ' || p_guard_applied;
    END IF;
  END guard_release;

  PROCEDURE lift_hold(
    p_request_key IN VARCHAR2,
    p_payload_hash IN VARCHAR2,
    p_external_ref IN VARCHAR2,
    p_org_id IN NUMBER,
    p_org_ids IN VARCHAR2,
    p_account_id IN NUMBER,
    p_hold_id IN NUMBER,
    p_name IN VARCHAR2,
    p_business_date IN DATE,
    p_reason IN VARCHAR2,
    p_author IN VARCHAR2,
    p_guard_status IN VARCHAR2,
    p_guard_merged IN VARCHAR2,
    p_guard_due IN VARCHAR2,
    p_guard_applied IN VARCHAR2,
    p_dry_run IN VARCHAR2,
    x_outcome OUT VARCHAR2,
    x_erp_id OUT VARCHAR2,
    x_message OUT VARCHAR2
  ) IS
    l_status VARCHAR2(30);
    l_org_id NUMBER;
  BEGIN
    begin_request(
      p_request_key, p_payload_hash, p_external_ref, 'RELEASE', 'HOLD', p_hold_id, p_org_id, p_business_date,
      p_dry_run, x_outcome, x_erp_id, x_message
    );
    IF x_outcome IS NOT NULL THEN
      RETURN;
    END IF;
    guard_account(
      p_account_id, p_org_ids, NULL, p_business_date, p_guard_status, p_guard_merged, p_guard_due, x_outcome, x_message
    );
    IF x_outcome IS NULL THEN
      guard_release(p_org_id, p_hold_id, p_name, p_guard_applied, l_org_id, x_outcome, x_message);
    END IF;
    l_status := x_outcome;
    IF l_status IS NULL THEN
      xxar_ext_effects.lift_hold(
        p_external_ref, l_org_id, p_hold_id, p_business_date, cut(p_reason, 2000), p_author, p_dry_run, l_status,
        x_message
      );
    END IF;
    x_outcome := outcome_of(l_status);
    x_erp_id := TO_CHAR(p_hold_id);
    finish_request(p_request_key, x_outcome, l_status, p_hold_id, NULL, NULL, x_message, p_dry_run);
  END lift_hold;

END XXAR_EXT_API;
/

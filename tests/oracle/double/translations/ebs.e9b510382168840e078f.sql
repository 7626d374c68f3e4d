-- constants: [["fnd_api", "g_false", "F"], ["fnd_api", "g_ret_sts_error", "E"], ["fnd_api", "g_ret_sts_success", "S"], ["fnd_api", "g_ret_sts_unexp_error", "U"], ["fnd_api", "g_true", "T"], ["xxar_ext_api", "g_spec_version", "1.0.0"]]
CREATE TYPE hz_customer_profile_v2pub.customer_profile_rec_type AS (
cust_account_profile_id numeric,
    cust_account_id numeric,
    site_use_id numeric,
    collector_id numeric,
    credit_checking text,
    credit_hold text,
    dunning_letters text

);
CREATE TYPE jtf_notes_pub.jtf_note_contexts_rec_type AS (
note_context_type text,
    note_context_type_id numeric,
    last_update_date timestamp,
    last_updated_by numeric,
    creation_date timestamp,
    created_by numeric

);
CREATE TYPE oe_holds_pvt.hold_source_rec_type AS (
hold_source_id numeric,
    hold_id numeric,
    hold_entity_code text,
    hold_entity_id text,
    hold_until_date timestamp,
    hold_comment text,
    attribute15 text,
    org_id numeric,
    header_id numeric,
    line_id numeric

);
CREATE TYPE oe_holds_pvt.hold_release_rec_type AS (
hold_release_id numeric,
    hold_source_id numeric,
    release_reason_code text,
    release_comment text

);

SET check_function_bodies = false;

CREATE SCHEMA IF NOT EXISTS ar_adjust_pub;

CREATE OR REPLACE PROCEDURE ar_adjust_pub.create_adjustment ( p_api_name text, p_api_version numeric, p_init_msg_list text DEFAULT 'F', p_commit_flag text DEFAULT 'F', p_validation_level numeric DEFAULT 100, p_msg_count INOUT numeric DEFAULT NULL, p_msg_data INOUT text DEFAULT NULL, p_return_status INOUT text DEFAULT NULL, p_adj_rec ar_adjustments DEFAULT NULL, p_chk_approval_limits text DEFAULT 'T', p_check_amount text DEFAULT 'T', p_move_deferred_tax text DEFAULT 'Y', p_new_adjust_number INOUT text DEFAULT NULL, p_new_adjust_id INOUT numeric DEFAULT NULL, p_called_from text DEFAULT NULL, p_old_adjust_id numeric DEFAULT NULL, p_org_id numeric DEFAULT NULL) AS $body$
DECLARE

    l_behaviour text;
    l_remaining numeric;
    l_gl_date timestamp;
    l_status text;

BEGIN
    p_msg_count := 0;
    p_msg_data := NULL;
    p_return_status := 'S';
    p_new_adjust_number := NULL;
    p_new_adjust_id := NULL;
    CALL fnd_msg_pub.initialize();
    SELECT MAX(b.behaviour) INTO STRICT l_behaviour FROM ebs_stub_behaviours b WHERE b.api = 'AR_ADJUST_PUB';
    SELECT s.amount_due_remaining, s.gl_date INTO STRICT l_remaining, l_gl_date
      FROM ar_payment_schedules_all s WHERE s.payment_schedule_id = p_adj_rec.payment_schedule_id;
    IF coalesce(mo_global.get_current_org_id(), -1) <> p_org_id THEN
      CALL fnd_msg_pub.add_text('AR_MO_CONTEXT: the operating unit is not set');
    END IF;
    IF p_adj_rec.receivables_trx_id IS NULL OR p_adj_rec.created_from IS NULL OR p_adj_rec.gl_date IS NULL THEN
      CALL fnd_msg_pub.add_text('AR_AAPI: a required field is missing');
    END IF;
    IF p_adj_rec.type = 'INVOICE' AND p_check_amount = 'T' AND p_adj_rec.amount <> -l_remaining THEN
      CALL fnd_msg_pub.add_text('AR_TW_VAL_AMT_ADJ_INV: the amount is not all of what remains');
    END IF;
    IF p_adj_rec.gl_date < l_gl_date THEN
      CALL fnd_msg_pub.add_text('AR_AAPI: the GL date is before that of the invoice');
    END IF;
    IF l_behaviour = 'E' THEN
      CALL fnd_msg_pub.add_text('AR_AAPI_ONE: the first reason');
      CALL fnd_msg_pub.add_text('AR_AAPI_TWO: the second reason');
    END IF;
    p_msg_count := fnd_msg_pub.count_msg();
    IF p_msg_count > 0 THEN
      p_return_status := 'E';
      IF p_msg_count = 1 THEN
        p_msg_data := fnd_msg_pub.get(1, 'F');
      END IF;
      RETURN;
    END IF;
    IF l_behaviour = 'U' THEN
      p_return_status := 'U';
      p_msg_count := 1;
      p_msg_data := 'ORA-01403: no data found';
      RETURN;
    END IF;
    IF l_behaviour = 'NO ID' THEN
      RETURN;
    END IF;
    l_status := 'A';
    IF l_behaviour = 'W' AND p_chk_approval_limits = 'T' THEN
      l_status := 'W';
    END IF;
    SELECT nextval('ar_adjustments_s'), nextval('ar_adjustment_number_s')::text
      INTO STRICT p_new_adjust_id, p_new_adjust_number;
    INSERT INTO ar_adjustments_all(
      adjustment_id, adjustment_number, type, adjustment_type, status, amount, apply_date, gl_date,
      payment_schedule_id, receivables_trx_id, reason_code, comments, created_from, attribute15, org_id, created_by,
      creation_date, last_updated_by, last_update_date
    ) VALUES (
      p_new_adjust_id, p_new_adjust_number, p_adj_rec.type, 'M', l_status, p_adj_rec.amount, p_adj_rec.apply_date,
      p_adj_rec.gl_date, p_adj_rec.payment_schedule_id, p_adj_rec.receivables_trx_id, p_adj_rec.reason_code,
      p_adj_rec.comments, p_adj_rec.created_from, p_adj_rec.attribute15, p_org_id, fnd_global.user_id(),
      plsql.sysdate(), fnd_global.user_id(), plsql.sysdate()
    );
    IF l_status = 'A' THEN
      UPDATE ar_payment_schedules_all
         SET amount_due_remaining = amount_due_remaining + p_adj_rec.amount,
             amount_adjusted = coalesce(amount_adjusted, 0) + p_adj_rec.amount
       WHERE payment_schedule_id = p_adj_rec.payment_schedule_id;
    END IF;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE SCHEMA IF NOT EXISTS fnd_api;

CREATE OR REPLACE FUNCTION fnd_api.to_flag (p_value text) RETURNS text AS $body$
BEGIN
    RETURN UPPER(p_value);
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE SCHEMA IF NOT EXISTS fnd_global;

CREATE OR REPLACE FUNCTION fnd_global.user_id () RETURNS numeric AS $body$
DECLARE

    l_id numeric;

BEGIN
    SELECT MAX(c.value) INTO STRICT l_id FROM ebs_stub_context c WHERE c.what = 'USER';
    RETURN coalesce(l_id, -1);
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE fnd_global.apps_initialize ( user_id numeric, resp_id numeric, resp_appl_id numeric, security_group_id numeric DEFAULT 0, server_id numeric DEFAULT -1) AS $body$
BEGIN
    DELETE FROM ebs_stub_context;
    INSERT INTO ebs_stub_context(what, value) VALUES ('USER', user_id);
    INSERT INTO ebs_stub_context(what, value) VALUES ('RESPONSIBILITY', resp_id);
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE SCHEMA IF NOT EXISTS fnd_msg_pub;

CREATE OR REPLACE PROCEDURE fnd_msg_pub.initialize () AS $body$
BEGIN
    DELETE FROM ebs_stub_messages WHERE stack = 'FND';
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE FUNCTION fnd_msg_pub.count_msg () RETURNS numeric AS $body$
DECLARE

    l_count numeric;

BEGIN
    SELECT COUNT(*) INTO STRICT l_count FROM ebs_stub_messages m WHERE m.stack = 'FND';
    RETURN l_count;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE fnd_msg_pub.add_text (p_text text) AS $body$
BEGIN
    INSERT INTO ebs_stub_messages(stack, position, text) VALUES ('FND', fnd_msg_pub.count_msg() + 1, p_text);
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE FUNCTION fnd_msg_pub.get (p_msg_index numeric, p_encoded text) RETURNS text AS $body$
DECLARE

    l_text text;

BEGIN
    SELECT MAX(m.text) INTO STRICT l_text FROM ebs_stub_messages m WHERE m.stack = 'FND' AND m.position = p_msg_index;
    RETURN l_text;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE SCHEMA IF NOT EXISTS hz_customer_profile_v2pub;

CREATE OR REPLACE PROCEDURE hz_customer_profile_v2pub.update_customer_profile ( p_init_msg_list text DEFAULT 'F', p_customer_profile_rec hz_customer_profile_v2pub.customer_profile_rec_type DEFAULT NULL, p_object_version_number INOUT numeric DEFAULT NULL, x_return_status INOUT text DEFAULT NULL, x_msg_count INOUT numeric DEFAULT NULL, x_msg_data INOUT text  DEFAULT NULL) AS $body$
DECLARE

    l_behaviour text;
    l_version numeric;
    l_account numeric;
    l_hold text;

BEGIN
    x_return_status := 'S';
    x_msg_count := 0;
    x_msg_data := NULL;
    SELECT MAX(b.behaviour) INTO STRICT l_behaviour FROM ebs_stub_behaviours b WHERE b.api = 'HZ_CUSTOMER_PROFILE_V2PUB';
    SELECT MAX(p.object_version_number), MAX(p.cust_account_id) INTO STRICT l_version, l_account
      FROM hz_customer_profiles p WHERE p.cust_account_profile_id = p_customer_profile_rec.cust_account_profile_id;
    IF coalesce(l_version, 0) <> coalesce(p_object_version_number, 0) OR l_behaviour = 'E' THEN
      x_return_status := 'E';
      x_msg_count := 1;
      x_msg_data := 'HZ_API_RECORD_CHANGED: somebody else changed the profile';
      RETURN;
    END IF;
    l_hold := p_customer_profile_rec.credit_hold;
    UPDATE hz_customer_profiles
       SET credit_hold = l_hold, object_version_number = coalesce(object_version_number, 0) + 1
     WHERE cust_account_profile_id = p_customer_profile_rec.cust_account_profile_id;
    p_object_version_number := coalesce(l_version, 0) + 1;
    IF l_behaviour = 'FLAG ONLY' THEN
      RETURN;
    END IF;
    IF l_hold = 'Y' THEN
      INSERT INTO oe_hold_sources_all(
        hold_source_id, hold_id, hold_entity_code, hold_entity_id, released_flag, org_id, created_by, creation_date,
        last_updated_by, last_update_date
      ) VALUES (
        nextval('oe_hold_sources_s'), 1, 'C', l_account::text, 'N', mo_global.get_current_org_id(),
        fnd_global.user_id(), plsql.sysdate(), fnd_global.user_id(), plsql.sysdate()
      );
    ELSE
      UPDATE oe_hold_sources_all
         SET released_flag = 'Y'
       WHERE hold_id = 1 AND hold_entity_code = 'C' AND hold_entity_id = l_account::text;
    END IF;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE SCHEMA IF NOT EXISTS jtf_notes_pub;

CREATE OR REPLACE PROCEDURE jtf_notes_pub.create_note ( p_parent_note_id numeric DEFAULT NULL, p_jtf_note_id numeric DEFAULT NULL, p_api_version numeric DEFAULT NULL, p_init_msg_list text DEFAULT 'F', p_commit text DEFAULT 'F', p_validation_level numeric DEFAULT 100, x_return_status INOUT text DEFAULT NULL, x_msg_count INOUT numeric DEFAULT NULL, x_msg_data INOUT text DEFAULT NULL, p_org_id numeric DEFAULT NULL, p_source_object_id numeric DEFAULT NULL, p_source_object_code text DEFAULT NULL, p_notes text DEFAULT NULL, p_notes_detail text DEFAULT NULL, p_note_status text DEFAULT 'I', p_entered_by numeric DEFAULT NULL, p_entered_date timestamp DEFAULT NULL, x_jtf_note_id INOUT numeric DEFAULT NULL, p_last_update_date timestamp DEFAULT NULL, p_last_updated_by numeric DEFAULT NULL, p_creation_date timestamp DEFAULT NULL, p_created_by numeric DEFAULT NULL, p_last_update_login numeric DEFAULT NULL, p_attribute15 text DEFAULT NULL, p_context text DEFAULT NULL, p_note_type text DEFAULT NULL, p_jtf_note_contexts_tab jtf_notes_pub.jtf_note_contexts_rec_type[]  DEFAULT NULL) AS $body$
DECLARE

    l_behaviour text;
    l_context jtf_notes_pub.jtf_note_contexts_rec_type;

BEGIN
    x_return_status := 'S';
    x_msg_count := 0;
    x_msg_data := NULL;
    x_jtf_note_id := NULL;
    SELECT MAX(b.behaviour) INTO STRICT l_behaviour FROM ebs_stub_behaviours b WHERE b.api = 'JTF_NOTES_PUB';
    IF l_behaviour = 'E' OR LENGTHB(p_notes) > 2000 THEN
      x_return_status := 'E';
      x_msg_count := 1;
      x_msg_data := 'JTF_NOTES: not taken';
      RETURN;
    END IF;
    IF l_behaviour = 'NO ID' THEN
      RETURN;
    END IF;
    SELECT nextval('jtf_notes_s') INTO STRICT x_jtf_note_id;
    INSERT INTO jtf_notes_b(
      jtf_note_id, source_object_code, source_object_id, note_type, note_status, entered_by, entered_date, attribute15,
      created_by, creation_date, last_updated_by, last_update_date
    ) VALUES (
      x_jtf_note_id, p_source_object_code, p_source_object_id, p_note_type, p_note_status, p_entered_by,
      p_entered_date, p_attribute15, p_created_by, p_creation_date, p_last_updated_by, p_last_update_date
    );
    INSERT INTO jtf_notes_tl(
      jtf_note_id, language, source_lang, notes, notes_detail, created_by, creation_date, last_updated_by,
      last_update_date
    ) VALUES (
      x_jtf_note_id, 'US', 'US', p_notes, p_notes_detail, p_created_by, p_creation_date, p_last_updated_by,
      p_last_update_date
    );
    FOR i IN 1 .. coalesce(array_length(p_jtf_note_contexts_tab, 1), 0) LOOP
      l_context := p_jtf_note_contexts_tab[i];
      INSERT INTO jtf_note_contexts(
        note_context_id, jtf_note_id, note_context_type, note_context_type_id, created_by, creation_date,
        last_updated_by, last_update_date
      ) VALUES (
        nextval('jtf_note_contexts_s'), x_jtf_note_id, l_context.note_context_type, l_context.note_context_type_id,
        l_context.created_by, l_context.creation_date, l_context.last_updated_by, l_context.last_update_date
      );
    END LOOP;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE SCHEMA IF NOT EXISTS mo_global;

CREATE OR REPLACE PROCEDURE mo_global.set_policy_context (p_access_mode text, p_org_id numeric) AS $body$
BEGIN
    DELETE FROM ebs_stub_context WHERE what = 'ORG';
    INSERT INTO ebs_stub_context(what, value) VALUES ('ORG', p_org_id);
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE FUNCTION mo_global.get_current_org_id () RETURNS numeric AS $body$
DECLARE

    l_id numeric;

BEGIN
    SELECT MAX(c.value) INTO STRICT l_id FROM ebs_stub_context c WHERE c.what = 'ORG';
    RETURN l_id;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE SCHEMA IF NOT EXISTS oe_holds_pub;

CREATE OR REPLACE PROCEDURE oe_holds_pub.refuse (x_return_status INOUT text, x_msg_count INOUT numeric, x_msg_data INOUT text) AS $body$
BEGIN
    CALL oe_msg_pub.add_text('OE_HOLDS_AUTHORIZATION_FAILED');
    CALL oe_msg_pub.add_text('the responsibility may not do this');
    x_return_status := 'E';
    x_msg_count := oe_msg_pub.count_msg();
    x_msg_data := NULL;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE oe_holds_pub.apply_holds ( p_api_version numeric, p_init_msg_list text DEFAULT 'F', p_commit text DEFAULT 'F', p_validation_level numeric DEFAULT 100, p_hold_source_rec oe_holds_pvt.hold_source_rec_type DEFAULT NULL, p_hold_existing_flg text DEFAULT 'Y', p_hold_future_flg text DEFAULT 'Y', p_check_authorization_flag text DEFAULT 'N', x_return_status INOUT text DEFAULT NULL, x_msg_count INOUT numeric DEFAULT NULL, x_msg_data INOUT text  DEFAULT NULL) AS $body$
DECLARE

    l_behaviour text;

BEGIN
    x_return_status := 'S';
    x_msg_count := 0;
    x_msg_data := NULL;
    CALL oe_msg_pub.initialize();
    SELECT MAX(b.behaviour) INTO STRICT l_behaviour FROM ebs_stub_behaviours b WHERE b.api = 'OE_HOLDS_PUB';
    IF l_behaviour = 'E' AND p_check_authorization_flag = 'Y' THEN
       CALL oe_holds_pub.refuse(x_return_status, x_msg_count, x_msg_data);
      RETURN;
    END IF;
    IF l_behaviour = 'NOTHING' THEN
      RETURN;
    END IF;
    INSERT INTO oe_hold_sources_all(
      hold_source_id, hold_id, hold_entity_code, hold_entity_id, released_flag, hold_comment, attribute15, org_id,
      created_by, creation_date, last_updated_by, last_update_date
    ) VALUES (
      nextval('oe_hold_sources_s'), p_hold_source_rec.hold_id, p_hold_source_rec.hold_entity_code,
      p_hold_source_rec.hold_entity_id, 'N', p_hold_source_rec.hold_comment, p_hold_source_rec.attribute15,
      mo_global.get_current_org_id(), fnd_global.user_id(), plsql.sysdate(), fnd_global.user_id(), plsql.sysdate()
    );
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE oe_holds_pub.release_holds ( p_api_version numeric, p_init_msg_list text DEFAULT 'F', p_commit text DEFAULT 'F', p_validation_level numeric DEFAULT 100, p_hold_source_rec oe_holds_pvt.hold_source_rec_type DEFAULT NULL, p_hold_release_rec oe_holds_pvt.hold_release_rec_type DEFAULT NULL, p_check_authorization_flag text DEFAULT 'N', x_return_status INOUT text DEFAULT NULL, x_msg_count INOUT numeric DEFAULT NULL, x_msg_data INOUT text  DEFAULT NULL) AS $body$
DECLARE

    l_behaviour text;

BEGIN
    x_return_status := 'S';
    x_msg_count := 0;
    x_msg_data := NULL;
    CALL oe_msg_pub.initialize();
    SELECT MAX(b.behaviour) INTO STRICT l_behaviour FROM ebs_stub_behaviours b WHERE b.api = 'OE_HOLDS_PUB';
    IF l_behaviour = 'E' AND p_check_authorization_flag = 'Y' THEN
       CALL oe_holds_pub.refuse(x_return_status, x_msg_count, x_msg_data);
      RETURN;
    END IF;
    UPDATE oe_hold_sources_all
       SET released_flag = 'Y', last_update_date = plsql.sysdate()
     WHERE hold_id = p_hold_source_rec.hold_id AND hold_entity_code = p_hold_source_rec.hold_entity_code
       AND hold_entity_id = p_hold_source_rec.hold_entity_id AND org_id = mo_global.get_current_org_id()
       AND released_flag = 'N';
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE SCHEMA IF NOT EXISTS oe_holds_pvt;

CREATE OR REPLACE FUNCTION oe_holds_pvt.is_active (p_hold_source_id numeric) RETURNS text AS $body$
DECLARE

    l_flag text;

BEGIN
    SELECT MAX(s.released_flag) INTO STRICT l_flag FROM oe_hold_sources_all s WHERE s.hold_source_id = p_hold_source_id;
    RETURN coalesce(l_flag, 'Y');
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE SCHEMA IF NOT EXISTS oe_msg_pub;

CREATE OR REPLACE PROCEDURE oe_msg_pub.initialize () AS $body$
BEGIN
    DELETE FROM ebs_stub_messages WHERE stack = 'OE';
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE FUNCTION oe_msg_pub.count_msg () RETURNS numeric AS $body$
DECLARE

    l_count numeric;

BEGIN
    SELECT COUNT(*) INTO STRICT l_count FROM ebs_stub_messages m WHERE m.stack = 'OE';
    RETURN l_count;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE oe_msg_pub.add_text (p_text text) AS $body$
BEGIN
    INSERT INTO ebs_stub_messages(stack, position, text) VALUES ('OE', oe_msg_pub.count_msg() + 1, p_text);
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE FUNCTION oe_msg_pub.get (p_msg_index numeric, p_encoded text) RETURNS text AS $body$
DECLARE

    l_text text;

BEGIN
    SELECT MAX(m.text) INTO STRICT l_text FROM ebs_stub_messages m WHERE m.stack = 'OE' AND m.position = p_msg_index;
    RETURN l_text;
  END;

$body$
LANGUAGE PLPGSQL
;

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
    RETURN 'ebs';
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_effects.enter_context (p_org_id numeric, x_problem INOUT text) AS $body$
DECLARE

    l_user numeric;
    l_responsibility numeric;
    l_application numeric;

BEGIN
    x_problem := NULL;
    SELECT MAX(u.user_id) INTO STRICT l_user FROM fnd_user u WHERE u.user_name = 'ERP_AR';
    SELECT MAX(r.responsibility_id), MAX(r.application_id) INTO STRICT l_responsibility, l_application
      FROM fnd_responsibility r WHERE r.responsibility_key = 'ERP_AR';
    IF l_user IS NULL THEN
      x_problem := 'there is no user ERP_AR in FND_USER';
    ELSIF l_responsibility IS NULL THEN
      x_problem := 'there is no responsibility with the key ERP_AR';
    ELSE
      CALL fnd_global.apps_initialize(l_user, l_responsibility, l_application);
      IF p_org_id IS NOT NULL THEN
        CALL mo_global.set_policy_context('S', p_org_id);
      END IF;
    END IF;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE FUNCTION xxar_ext_effects.stack_of (p_api text, p_status text, p_count numeric, p_data text) RETURNS text AS $body$
DECLARE

    l_text text;

BEGIN
    IF coalesce(p_count, 0) > 1 THEN
      FOR i IN 1 .. p_count LOOP
        l_text := SUBSTR(coalesce(l_text, '') || fnd_msg_pub.get(i, fnd_api.g_false) || ' ', 1, 900);
      END LOOP;
    ELSE
      l_text := SUBSTR(p_data, 1, 900);
    END IF;
    IF p_status = fnd_api.g_ret_sts_unexp_error THEN
      RETURN 'technical failure of ' || p_api || ': ' || coalesce(l_text, 'no message');
    END IF;
    RETURN coalesce(l_text, p_api || ' answers ' || coalesce(p_status, 'nothing') || ' and gives no reason');
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE FUNCTION xxar_ext_effects.order_stack_of (p_status text, p_count numeric, p_data text) RETURNS text AS $body$
DECLARE

    l_text text;

BEGIN
    IF coalesce(p_count, 0) > 1 THEN
      FOR i IN 1 .. p_count LOOP
        l_text := SUBSTR(coalesce(l_text, '') || oe_msg_pub.get(i, fnd_api.g_false) || ' ', 1, 900);
      END LOOP;
    ELSE
      l_text := SUBSTR(p_data, 1, 900);
    END IF;
    IF p_status = fnd_api.g_ret_sts_unexp_error THEN
      RETURN 'technical failure of OE_HOLDS_PUB: ' || coalesce(l_text, 'no message');
    END IF;
    RETURN coalesce(l_text, 'OE_HOLDS_PUB answers ' || coalesce(p_status, 'nothing') || ' and gives no reason');
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE FUNCTION xxar_ext_effects.author_id (p_author text) RETURNS numeric AS $body$
DECLARE

    l_id numeric;

BEGIN
    SELECT MAX(u.user_id) INTO STRICT l_id FROM fnd_user u WHERE u.user_name = UPPER(p_author);
    RETURN coalesce(l_id, fnd_global.user_id());
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_effects.find_activity ( p_org_id numeric, p_activity text, p_date timestamp, x_activity_id INOUT numeric, x_problem INOUT text ) AS $body$
DECLARE

    l_found numeric;

BEGIN
    x_problem := NULL;
    SELECT COUNT(*), MAX(a.receivables_trx_id) INTO STRICT l_found, x_activity_id
      FROM ar_receivables_trx_all a
     WHERE a.org_id = p_org_id AND a.type = 'ADJUST' AND coalesce(a.status, 'A') = 'A' AND a.receivables_trx_id > 0
       AND a.name = coalesce(p_activity, a.name)
       AND coalesce(a.start_date_active, p_date) <= p_date AND coalesce(a.end_date_active, p_date) >= p_date;
    IF l_found <> 1 THEN
      x_problem := l_found::text || ' active activities of type ADJUST fit in operating unit ' || p_org_id::text
        || ': name one in adjustment_activity';
    END IF;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_effects.post_adjustment ( p_external_ref text, p_org_id numeric, p_schedule_id numeric, p_type text, p_amount numeric, p_apply_date timestamp, p_gl_date timestamp, p_activity text, p_reason text, p_comments text, p_dry_run text, x_status INOUT text, x_id INOUT numeric, x_number INOUT text, x_message INOUT text ) AS $body$
DECLARE

    l_adjustment ar_adjustments%ROWTYPE;
    l_activity numeric;
    l_remaining numeric;
    l_check text;
    l_return text;
    l_count numeric;
    l_data text;
    l_stored text;
    l_amount numeric;

BEGIN
    x_status := 'REFUSED';
    x_id := NULL;
    x_number := NULL;
     CALL xxar_ext_effects.enter_context(p_org_id, x_message);
    IF x_message IS NULL THEN
       CALL xxar_ext_effects.find_activity(p_org_id, p_activity, p_apply_date, l_activity, x_message);
    END IF;
    IF x_message IS NOT NULL THEN
      RETURN;
    END IF;
    IF p_dry_run = 'Y' THEN
      x_status := 'DONE';
      RETURN;
    END IF;
    SELECT s.amount_due_remaining INTO STRICT l_remaining
      FROM ar_payment_schedules_all s WHERE s.payment_schedule_id = p_schedule_id;

    l_check := fnd_api.g_true;
    IF p_type = 'INVOICE' AND p_amount <> -l_remaining THEN
      l_check := fnd_api.g_false;
    END IF;
    l_adjustment.type := p_type;
    l_adjustment.payment_schedule_id := p_schedule_id;
    l_adjustment.receivables_trx_id := l_activity;
    l_adjustment.amount := p_amount;
    l_adjustment.apply_date := p_apply_date;
    l_adjustment.gl_date := p_gl_date;
    l_adjustment.reason_code := p_reason;
    l_adjustment.comments := p_comments;
    l_adjustment.created_from := 'XXAR_EXT_API';
    l_adjustment.attribute15 := p_external_ref;
    CALL ar_adjust_pub.create_adjustment(
      p_api_name => 'XXAR_EXT_API',
      p_api_version => 1.0,
      p_init_msg_list => fnd_api.g_true,
      p_commit_flag => fnd_api.g_false,
      p_msg_count => l_count,
      p_msg_data => l_data,
      p_return_status => l_return,
      p_adj_rec => l_adjustment,
      p_check_amount => l_check,
      p_new_adjust_number => x_number,
      p_new_adjust_id => x_id,
      p_org_id => p_org_id
    );
    SELECT MAX(a.status), MAX(a.amount) INTO STRICT l_stored, l_amount
      FROM ar_adjustments_all a WHERE a.adjustment_id = x_id;
    IF coalesce(l_return, '-') <> fnd_api.g_ret_sts_success OR l_stored IS NULL THEN
      x_message := xxar_ext_effects.stack_of('AR_ADJUST_PUB', l_return, l_count, l_data);
    ELSIF l_amount <> p_amount THEN
      x_message := 'AR_ADJUST_PUB stored ' || l_amount::text || ' instead of ' || p_amount::text;
    ELSIF l_stored = 'A' THEN
      x_status := 'DONE';
    ELSIF l_stored = 'R' THEN
      x_message := 'AR_ADJUST_PUB stored a rejected adjustment';
    ELSE
      x_status := 'PENDING';
      x_message := 'adjustment ' || coalesce(x_number, x_id::text)
        || ' waits for an approval (beyond the limit of ERP_AR): the balance stays until then';
    END IF;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_effects.add_note ( p_external_ref text, p_org_id numeric, p_account_id numeric, p_schedule_id numeric, p_note_date timestamp, p_kind text, p_notes text, p_detail text, p_author text, p_dry_run text, x_status INOUT text, x_id INOUT numeric, x_message INOUT text ) AS $body$
DECLARE

    l_contexts jtf_notes_pub.jtf_note_contexts_rec_type[];
    l_code text;
    l_author numeric;
    l_party numeric;
    l_found numeric;
    l_return text;
    l_count numeric;
    l_data text;

BEGIN
    x_status := 'REFUSED';
    x_id := NULL;
     CALL xxar_ext_effects.enter_context(p_org_id, x_message);
    IF x_message IS NULL AND p_kind IS NOT NULL THEN
      SELECT COUNT(*) INTO STRICT l_found
        FROM fnd_lookup_values v
       WHERE v.lookup_type = 'JTF_NOTE_TYPE' AND v.lookup_code = p_kind AND v.enabled_flag = 'Y';
      IF l_found = 0 THEN
        x_message := 'there is no enabled note type ' || p_kind || ': add it to the lookup JTF_NOTE_TYPE';
      END IF;
    END IF;
    IF x_message IS NOT NULL THEN
      RETURN;
    END IF;
    IF p_dry_run = 'Y' THEN
      x_status := 'DONE';
      RETURN;
    END IF;
    SELECT MAX(a.party_id) INTO STRICT l_party FROM hz_cust_accounts a WHERE a.cust_account_id = p_account_id;
    l_author := xxar_ext_effects.author_id(p_author);

    l_contexts[1].note_context_type := 'IEX_ACCOUNT';
    l_contexts[1].note_context_type_id := p_account_id;
    l_contexts[1].last_update_date := plsql.sysdate();
    l_contexts[1].last_updated_by := l_author;
    l_contexts[1].creation_date := plsql.sysdate();
    l_contexts[1].created_by := l_author;
    l_contexts[2] := l_contexts[1];
    l_contexts[2].note_context_type := 'PARTY';
    l_contexts[2].note_context_type_id := l_party;
    l_code := CASE WHEN p_schedule_id IS NULL THEN 'IEX_ACCOUNT' ELSE 'IEX_INVOICES' END;
    CALL jtf_notes_pub.create_note(
      p_api_version => 1.0,
      p_init_msg_list => fnd_api.g_true,
      p_commit => fnd_api.g_false,
      x_return_status => l_return,
      x_msg_count => l_count,
      x_msg_data => l_data,
      p_org_id => p_org_id,
      p_source_object_id => coalesce(p_schedule_id, p_account_id),
      p_source_object_code => l_code,
      p_notes => p_notes,
      p_notes_detail => p_detail,
      p_note_status => 'I',
      p_entered_by => l_author,
      p_entered_date => p_note_date,
      x_jtf_note_id => x_id,
      p_last_update_date => plsql.sysdate(),
      p_last_updated_by => l_author,
      p_creation_date => plsql.sysdate(),
      p_created_by => l_author,
      p_attribute15 => p_external_ref,
      p_note_type => p_kind,
      p_jtf_note_contexts_tab => l_contexts
    );
    SELECT COUNT(*) INTO STRICT l_found FROM jtf_notes_b n WHERE n.jtf_note_id = x_id;
    IF coalesce(l_return, '-') <> fnd_api.g_ret_sts_success OR l_found = 0 THEN
      x_message := xxar_ext_effects.stack_of('JTF_NOTES_PUB', l_return, l_count, l_data);
    ELSE
      x_status := 'DONE';
    END IF;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE FUNCTION xxar_ext_effects.active_source ( p_hold_id numeric, p_entity_code text, p_entity_id text, p_org_id numeric ) RETURNS numeric AS $body$
DECLARE

    l_id numeric;

BEGIN
    SELECT MAX(s.hold_source_id) INTO STRICT l_id
      FROM oe_hold_sources_all s
     WHERE s.hold_id = p_hold_id AND s.hold_entity_code = p_entity_code AND s.hold_entity_id = p_entity_id
       AND s.org_id = p_org_id AND coalesce(s.released_flag, 'N') = 'N';
    RETURN l_id;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_effects.set_credit_hold ( p_account_id numeric, p_entity_code text, p_entity_id text, p_flag text, x_problem INOUT text ) AS $body$
DECLARE

    l_profile hz_customer_profile_v2pub.customer_profile_rec_type;
    l_profile_id numeric;
    l_version numeric;
    l_flag text;
    l_return text;
    l_count numeric;
    l_data text;

BEGIN
    x_problem := NULL;
    BEGIN
      SELECT p.cust_account_profile_id, p.object_version_number INTO STRICT l_profile_id, l_version
        FROM hz_customer_profiles p
       WHERE p.cust_account_id = p_account_id
         AND coalesce(p.site_use_id::text, '-') = CASE p_entity_code WHEN 'C' THEN '-' ELSE p_entity_id END
         FOR UPDATE NOWAIT;
    EXCEPTION
      WHEN no_data_found THEN
        l_profile_id := NULL;
    END;
    IF l_profile_id IS NULL THEN
      x_problem := 'the account has no customer profile to hold';
      RETURN;
    END IF;
    l_profile.cust_account_profile_id := l_profile_id;
    l_profile.credit_hold := p_flag;
    CALL hz_customer_profile_v2pub.update_customer_profile(
      p_init_msg_list => fnd_api.g_true,
      p_customer_profile_rec => l_profile,
      p_object_version_number => l_version,
      x_return_status => l_return,
      x_msg_count => l_count,
      x_msg_data => l_data
    );
    SELECT MAX(p.credit_hold) INTO STRICT l_flag FROM hz_customer_profiles p WHERE p.cust_account_profile_id = l_profile_id;
    IF coalesce(l_return, '-') <> fnd_api.g_ret_sts_success OR coalesce(l_flag, 'N') <> p_flag THEN
      x_problem := xxar_ext_effects.stack_of('HZ_CUSTOMER_PROFILE_V2PUB', l_return, l_count, l_data);
    END IF;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_effects.place_hold ( p_external_ref text, p_org_id numeric, p_account_id numeric, p_entity_code text, p_entity_id text, p_name text, p_hold_date timestamp, p_reason text, p_author text, p_dry_run text, x_status INOUT text, x_id INOUT numeric, x_message INOUT text ) AS $body$
DECLARE

    l_source oe_holds_pvt.hold_source_rec_type;
    l_hold numeric;
    l_return text;
    l_count numeric;
    l_data text;

BEGIN
    x_status := 'REFUSED';
    x_id := NULL;
     CALL xxar_ext_effects.enter_context(p_org_id, x_message);
    SELECT MIN(d.hold_id) INTO STRICT l_hold
      FROM oe_hold_definitions d
     WHERE d.name = p_name AND coalesce(d.start_date_active, p_hold_date) <= p_hold_date
       AND coalesce(d.end_date_active, p_hold_date) >= p_hold_date;
    IF l_hold IS NULL THEN
      x_message := coalesce(x_message, 'Order Management has no active hold called ' || p_name || ': define it there');
    ELSIF l_hold = 1 AND p_entity_code = 'O' THEN
      x_message := coalesce(x_message, 'the credit hold is of an account or a site, not of an order');
    END IF;
    IF x_message IS NOT NULL THEN
      RETURN;
    END IF;
    IF p_dry_run = 'Y' THEN
      x_status := 'DONE';
      RETURN;
    END IF;
    IF l_hold = 1 THEN
      x_id := xxar_ext_effects.active_source(l_hold, p_entity_code, p_entity_id, p_org_id);
      IF x_id IS NULL THEN
         CALL xxar_ext_effects.set_credit_hold(p_account_id, p_entity_code, p_entity_id, 'Y', x_message);
        x_id := xxar_ext_effects.active_source(l_hold, p_entity_code, p_entity_id, p_org_id);
      END IF;
      IF x_message IS NULL AND x_id IS NULL THEN
        x_status := 'FLAG_ONLY';
        x_message := 'the credit hold is set, but Order Management holds no order of operating unit '
          || p_org_id::text;
      ELSIF x_message IS NULL THEN
        x_status := 'DONE';
      END IF;
      RETURN;
    END IF;
    l_source.hold_id := l_hold;
    l_source.hold_entity_code := p_entity_code;
    l_source.hold_entity_id := p_entity_id;
    l_source.hold_comment := p_reason;
    l_source.attribute15 := p_external_ref;
    CALL oe_holds_pub.apply_holds(
      p_api_version => 1.0,
      p_init_msg_list => fnd_api.g_true,
      p_commit => fnd_api.g_false,
      p_hold_source_rec => l_source,
      p_hold_existing_flg => 'Y',
      p_hold_future_flg => 'Y',
      p_check_authorization_flag => 'Y',
      x_return_status => l_return,
      x_msg_count => l_count,
      x_msg_data => l_data
    );
    x_id := xxar_ext_effects.active_source(l_hold, p_entity_code, p_entity_id, p_org_id);
    IF coalesce(l_return, '-') <> fnd_api.g_ret_sts_success OR x_id IS NULL THEN
      x_message := xxar_ext_effects.order_stack_of(l_return, l_count, l_data);
    ELSE
      x_status := 'DONE';
    END IF;
  END;

$body$
LANGUAGE PLPGSQL
;

CREATE OR REPLACE PROCEDURE xxar_ext_effects.lift_hold ( p_external_ref text, p_org_id numeric, p_hold_source_id numeric, p_release_date timestamp, p_reason text, p_author text, p_dry_run text, x_status INOUT text, x_message INOUT text ) AS $body$
DECLARE

    l_source oe_holds_pvt.hold_source_rec_type;
    l_release oe_holds_pvt.hold_release_rec_type;
    l_hold numeric;
    l_code text;
    l_entity text;
    l_account numeric;
    l_released text;
    l_return text;
    l_count numeric;
    l_data text;

BEGIN
    x_status := 'REFUSED';
     CALL xxar_ext_effects.enter_context(p_org_id, x_message);
    IF x_message IS NOT NULL THEN
      RETURN;
    END IF;
    IF p_dry_run = 'Y' THEN
      x_status := 'DONE';
      RETURN;
    END IF;
    SELECT s.hold_id, s.hold_entity_code, s.hold_entity_id INTO STRICT l_hold, l_code, l_entity
      FROM oe_hold_sources_all s WHERE s.hold_source_id = p_hold_source_id;
    IF l_hold = 1 THEN
      IF l_code = 'C' THEN
        l_account := (l_entity)::numeric;
      ELSE
        SELECT MAX(c.cust_account_id) INTO STRICT l_account
          FROM hz_cust_site_uses_all u, hz_cust_acct_sites_all c
         WHERE u.site_use_id = (l_entity)::numeric  AND c.cust_acct_site_id = u.cust_acct_site_id;
      END IF;
       CALL xxar_ext_effects.set_credit_hold(l_account, l_code, l_entity, 'N', x_message);
    ELSE
      l_source.hold_id := l_hold;
      l_source.hold_entity_code := l_code;
      l_source.hold_entity_id := l_entity;
      l_release.release_reason_code := 'AR_AUTOMATIC';
      l_release.release_comment := p_reason;
      CALL oe_holds_pub.release_holds(
        p_api_version => 1.0,
        p_init_msg_list => fnd_api.g_true,
        p_commit => fnd_api.g_false,
        p_hold_source_rec => l_source,
        p_hold_release_rec => l_release,
        p_check_authorization_flag => 'Y',
        x_return_status => l_return,
        x_msg_count => l_count,
        x_msg_data => l_data
      );
    END IF;
    SELECT MAX(s.released_flag) INTO STRICT l_released
      FROM oe_hold_sources_all s WHERE s.hold_source_id = p_hold_source_id;
    IF coalesce(l_released, 'N') = 'Y' THEN
      x_status := 'DONE';
      x_message := NULL;
    ELSIF x_message IS NULL AND l_hold = 1 THEN
      x_status := 'FLAG_ONLY';
      x_message := 'the credit hold is off, but Order Management did not free its orders';
    ELSIF x_message IS NULL THEN
      x_message := xxar_ext_effects.order_stack_of(l_return, l_count, l_data);
    END IF;
  END;

$body$
LANGUAGE PLPGSQL
;

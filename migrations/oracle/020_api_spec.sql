-- XXAR_EXT_API: the one door through which erp-ar writes. Scalar parameters only; always call by named notation.
-- The caller commits an answer of CREATED and rolls back after every other one.
-- p_guard_*: what the plan saw, and the answer is STALE where it is not so any more; null guards nothing. Of the account
-- its status and the account it was merged into ('-': none); of a schedule its amounts; p_guard_due, 'EUR 5.0000, USD
-- -2.5000' or '-', what remains by currency of the account's items that are due, of p_currency alone where it is given;
-- p_guard_applied the day of the hold, '2026-03-31'.
CREATE OR REPLACE PACKAGE {{apps}}.XXAR_EXT_API AS

  g_spec_version CONSTANT VARCHAR2(30) := '1.0.0';

  -- Version of the body, then the name of the effects behind it: '1.0.0 ebs'.
  FUNCTION version RETURN VARCHAR2;

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
  );

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
  );

  -- Without p_org_id, an account is held in each of its operating units, of those in p_org_ids ('204,205') if said.
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
  );

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
  );

  -- EXISTS or DIFFERS where the request was carried out, else no outcome.
  PROCEDURE look_up(
    p_request_key IN VARCHAR2,
    p_payload_hash IN VARCHAR2,
    x_outcome OUT VARCHAR2,
    x_erp_id OUT VARCHAR2,
    x_message OUT VARCHAR2
  );

END XXAR_EXT_API;
/

-- XXAR_EXT_EFFECTS: what an allowed request does. One specification; its body is one of ebs, interface, standalone.
-- x_status: DONE, PENDING (waits for an approval), QUEUED (waits for an import), FLAG_ONLY (a credit hold that Order
-- Management did not take up), or REFUSED and STALE, after which the caller rolls back.
-- With p_dry_run 'Y' the same is looked into and nothing is written.
CREATE OR REPLACE PACKAGE {{apps}}.XXAR_EXT_EFFECTS AS

  FUNCTION body_name RETURN VARCHAR2;

  PROCEDURE post_adjustment(
    p_external_ref IN VARCHAR2,
    p_org_id IN NUMBER,
    p_schedule_id IN NUMBER,
    p_type IN VARCHAR2,
    p_amount IN NUMBER,
    p_apply_date IN DATE,
    p_gl_date IN DATE,
    p_activity IN VARCHAR2,
    p_reason IN VARCHAR2,
    p_comments IN VARCHAR2,
    p_dry_run IN VARCHAR2,
    x_status OUT VARCHAR2,
    x_id OUT NUMBER,
    x_number OUT VARCHAR2,
    x_message OUT VARCHAR2
  );

  -- p_notes is at most 2000 bytes; p_detail is the whole text where that is longer, else null.
  PROCEDURE add_note(
    p_external_ref IN VARCHAR2,
    p_org_id IN NUMBER,
    p_account_id IN NUMBER,
    p_schedule_id IN NUMBER,
    p_note_date IN DATE,
    p_kind IN VARCHAR2,
    p_notes IN VARCHAR2,
    p_detail IN VARCHAR2,
    p_author IN VARCHAR2,
    p_dry_run IN VARCHAR2,
    x_status OUT VARCHAR2,
    x_id OUT NUMBER,
    x_message OUT VARCHAR2
  );

  PROCEDURE place_hold(
    p_external_ref IN VARCHAR2,
    p_org_id IN NUMBER,
    p_account_id IN NUMBER,
    p_entity_code IN VARCHAR2,
    p_entity_id IN VARCHAR2,
    p_name IN VARCHAR2,
    p_hold_date IN DATE,
    p_reason IN VARCHAR2,
    p_author IN VARCHAR2,
    p_dry_run IN VARCHAR2,
    x_status OUT VARCHAR2,
    x_id OUT NUMBER,
    x_message OUT VARCHAR2
  );

  PROCEDURE lift_hold(
    p_external_ref IN VARCHAR2,
    p_org_id IN NUMBER,
    p_hold_source_id IN NUMBER,
    p_release_date IN DATE,
    p_reason IN VARCHAR2,
    p_author IN VARCHAR2,
    p_dry_run IN VARCHAR2,
    x_status OUT VARCHAR2,
    x_message OUT VARCHAR2
  );

END XXAR_EXT_EFFECTS;
/

-- The effects as rows of the staging tables, which the site's own import takes: for sites that let nothing else write.
-- What waits there counts as placed and as lifted, so that no second request for the same is taken.
CREATE OR REPLACE PACKAGE BODY {{apps}}.XXAR_EXT_EFFECTS AS

  FUNCTION body_name RETURN VARCHAR2 IS
  BEGIN
    RETURN 'interface';
  END body_name;

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
  ) IS
    l_waiting NUMBER;
  BEGIN
    x_status := 'QUEUED';
    x_id := NULL;
    x_number := NULL;
    x_message := 'waits for the import of XXAR_EXT_ADJUSTMENTS_INT';
    SELECT MAX(i.interface_id) INTO l_waiting
      FROM xxar_ext_adjustments_int i
     WHERE i.payment_schedule_id = p_schedule_id AND i.org_id = p_org_id AND i.process_flag = 'N';
    IF l_waiting IS NOT NULL THEN
      x_status := 'STALE';
      x_message := 'an adjustment of the schedule waits for its import already: ' || TO_CHAR(l_waiting);
      RETURN;
    END IF;
    IF p_dry_run = 'Y' THEN
      RETURN;
    END IF;
    SELECT xxar_ext_interface_s.NEXTVAL INTO x_id FROM dual;
    INSERT INTO xxar_ext_adjustments_int (
      interface_id, external_ref, process_flag, org_id, payment_schedule_id, type, amount, apply_date, gl_date,
      activity_name, reason_code, comments, creation_date, last_update_date
    ) VALUES (
      x_id, p_external_ref, 'N', p_org_id, p_schedule_id, p_type, p_amount, p_apply_date, p_gl_date,
      p_activity, p_reason, p_comments, SYSDATE, SYSDATE
    );
  END post_adjustment;

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
  ) IS
  BEGIN
    x_status := 'QUEUED';
    x_id := NULL;
    x_message := 'waits for the import of XXAR_EXT_NOTES_INT';
    IF p_dry_run = 'Y' THEN
      RETURN;
    END IF;
    SELECT xxar_ext_interface_s.NEXTVAL INTO x_id FROM dual;
    INSERT INTO xxar_ext_notes_int (
      interface_id, external_ref, process_flag, org_id, cust_account_id, payment_schedule_id, note_date, note_type,
      notes, notes_detail, author, creation_date, last_update_date
    ) VALUES (
      x_id, p_external_ref, 'N', p_org_id, p_account_id, p_schedule_id, p_note_date, p_kind,
      p_notes, p_detail, p_author, SYSDATE, SYSDATE
    );
  END add_note;

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
  ) IS
    l_waiting NUMBER;
  BEGIN
    x_status := 'QUEUED';
    x_id := NULL;
    x_message := 'waits for the import of XXAR_EXT_HOLDS_INT';
    SELECT MAX(i.interface_id) INTO l_waiting
      FROM xxar_ext_holds_int i
     WHERE i.hold_name = p_name AND i.hold_entity_code = p_entity_code AND i.hold_entity_id = p_entity_id
       AND i.org_id = p_org_id AND i.action_code = 'APPLY' AND i.process_flag = 'N';
    IF l_waiting IS NOT NULL THEN
      x_status := 'STALE';
      x_message := 'a hold of this name waits for its import already: ' || TO_CHAR(l_waiting);
      RETURN;
    END IF;
    IF p_dry_run = 'Y' THEN
      RETURN;
    END IF;
    SELECT xxar_ext_interface_s.NEXTVAL INTO x_id FROM dual;
    INSERT INTO xxar_ext_holds_int (
      interface_id, external_ref, process_flag, action_code, org_id, hold_name, hold_entity_code, hold_entity_id,
      action_date, reason, author, creation_date, last_update_date
    ) VALUES (
      x_id, p_external_ref, 'N', 'APPLY', p_org_id, p_name, p_entity_code, p_entity_id,
      p_hold_date, p_reason, p_author, SYSDATE, SYSDATE
    );
  END place_hold;

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
  ) IS
    l_waiting NUMBER;
  BEGIN
    x_status := 'QUEUED';
    x_message := 'waits for the import of XXAR_EXT_HOLDS_INT';
    SELECT MAX(i.interface_id) INTO l_waiting
      FROM xxar_ext_holds_int i
     WHERE i.hold_source_id = p_hold_source_id AND i.action_code = 'RELEASE' AND i.process_flag = 'N';
    IF l_waiting IS NOT NULL THEN
      x_status := 'STALE';
      x_message := 'the release of this hold waits for its import already: ' || TO_CHAR(l_waiting);
      RETURN;
    END IF;
    IF p_dry_run = 'Y' THEN
      RETURN;
    END IF;
    INSERT INTO xxar_ext_holds_int (
      interface_id, external_ref, process_flag, action_code, org_id, hold_source_id, action_date, reason, author,
      creation_date, last_update_date
    ) VALUES (
      xxar_ext_interface_s.NEXTVAL, p_external_ref, 'N', 'RELEASE', p_org_id, p_hold_source_id, p_release_date,
      p_reason, p_author, SYSDATE, SYSDATE
    );
  END lift_hold;

END XXAR_EXT_EFFECTS;
/

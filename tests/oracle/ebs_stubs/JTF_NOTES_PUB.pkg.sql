CREATE OR REPLACE PACKAGE JTF_NOTES_PUB AS
  TYPE jtf_note_contexts_rec_type IS RECORD (
    note_context_type VARCHAR2(240),
    note_context_type_id NUMBER,
    last_update_date DATE,
    last_updated_by NUMBER,
    creation_date DATE,
    created_by NUMBER
  );
  TYPE jtf_note_contexts_tbl_type IS TABLE OF jtf_note_contexts_rec_type INDEX BY BINARY_INTEGER;
  PROCEDURE create_note(
    p_parent_note_id IN NUMBER DEFAULT NULL,
    p_jtf_note_id IN NUMBER DEFAULT NULL,
    p_api_version IN NUMBER,
    p_init_msg_list IN VARCHAR2 DEFAULT 'F',
    p_commit IN VARCHAR2 DEFAULT 'F',
    p_validation_level IN NUMBER DEFAULT 100,
    x_return_status OUT VARCHAR2,
    x_msg_count OUT NUMBER,
    x_msg_data OUT VARCHAR2,
    p_org_id IN NUMBER DEFAULT NULL,
    p_source_object_id IN NUMBER,
    p_source_object_code IN VARCHAR2,
    p_notes IN VARCHAR2,
    p_notes_detail IN VARCHAR2 DEFAULT NULL,
    p_note_status IN VARCHAR2 DEFAULT 'I',
    p_entered_by IN NUMBER,
    p_entered_date IN DATE,
    x_jtf_note_id OUT NUMBER,
    p_last_update_date IN DATE,
    p_last_updated_by IN NUMBER,
    p_creation_date IN DATE,
    p_created_by IN NUMBER DEFAULT NULL,
    p_last_update_login IN NUMBER DEFAULT NULL,
    p_attribute15 IN VARCHAR2 DEFAULT NULL,
    p_context IN VARCHAR2 DEFAULT NULL,
    p_note_type IN VARCHAR2 DEFAULT NULL,
    p_jtf_note_contexts_tab IN jtf_note_contexts_tbl_type
  );
END JTF_NOTES_PUB;
/
CREATE OR REPLACE PACKAGE BODY JTF_NOTES_PUB AS
  PROCEDURE create_note(
    p_parent_note_id IN NUMBER DEFAULT NULL,
    p_jtf_note_id IN NUMBER DEFAULT NULL,
    p_api_version IN NUMBER,
    p_init_msg_list IN VARCHAR2 DEFAULT 'F',
    p_commit IN VARCHAR2 DEFAULT 'F',
    p_validation_level IN NUMBER DEFAULT 100,
    x_return_status OUT VARCHAR2,
    x_msg_count OUT NUMBER,
    x_msg_data OUT VARCHAR2,
    p_org_id IN NUMBER DEFAULT NULL,
    p_source_object_id IN NUMBER,
    p_source_object_code IN VARCHAR2,
    p_notes IN VARCHAR2,
    p_notes_detail IN VARCHAR2 DEFAULT NULL,
    p_note_status IN VARCHAR2 DEFAULT 'I',
    p_entered_by IN NUMBER,
    p_entered_date IN DATE,
    x_jtf_note_id OUT NUMBER,
    p_last_update_date IN DATE,
    p_last_updated_by IN NUMBER,
    p_creation_date IN DATE,
    p_created_by IN NUMBER DEFAULT NULL,
    p_last_update_login IN NUMBER DEFAULT NULL,
    p_attribute15 IN VARCHAR2 DEFAULT NULL,
    p_context IN VARCHAR2 DEFAULT NULL,
    p_note_type IN VARCHAR2 DEFAULT NULL,
    p_jtf_note_contexts_tab IN jtf_note_contexts_tbl_type
  ) IS
    l_behaviour VARCHAR2(60);
    l_context jtf_note_contexts_rec_type;
  BEGIN
    x_return_status := 'S';
    x_msg_count := 0;
    x_msg_data := NULL;
    x_jtf_note_id := NULL;
    SELECT MAX(b.behaviour) INTO l_behaviour FROM ebs_stub_behaviours b WHERE b.api = 'JTF_NOTES_PUB';
    IF l_behaviour = 'E' OR LENGTHB(p_notes) > 2000 THEN
      x_return_status := 'E';
      x_msg_count := 1;
      x_msg_data := 'JTF_NOTES: not taken';
      RETURN;
    END IF;
    IF l_behaviour = 'NO ID' THEN
      RETURN;
    END IF;
    SELECT jtf_notes_s.NEXTVAL INTO x_jtf_note_id FROM dual;
    INSERT INTO jtf_notes_b (
      jtf_note_id, source_object_code, source_object_id, note_type, note_status, entered_by, entered_date, attribute15,
      created_by, creation_date, last_updated_by, last_update_date
    ) VALUES (
      x_jtf_note_id, p_source_object_code, p_source_object_id, p_note_type, p_note_status, p_entered_by,
      p_entered_date, p_attribute15, p_created_by, p_creation_date, p_last_updated_by, p_last_update_date
    );
    INSERT INTO jtf_notes_tl (
      jtf_note_id, language, source_lang, notes, notes_detail, created_by, creation_date, last_updated_by,
      last_update_date
    ) VALUES (
      x_jtf_note_id, 'US', 'US', p_notes, p_notes_detail, p_created_by, p_creation_date, p_last_updated_by,
      p_last_update_date
    );
    FOR i IN 1 .. p_jtf_note_contexts_tab.COUNT LOOP
      l_context := p_jtf_note_contexts_tab(i);
      INSERT INTO jtf_note_contexts (
        note_context_id, jtf_note_id, note_context_type, note_context_type_id, created_by, creation_date,
        last_updated_by, last_update_date
      ) VALUES (
        jtf_note_contexts_s.NEXTVAL, x_jtf_note_id, l_context.note_context_type, l_context.note_context_type_id,
        l_context.created_by, l_context.creation_date, l_context.last_updated_by, l_context.last_update_date
      );
    END LOOP;
  END create_note;
END JTF_NOTES_PUB;
/

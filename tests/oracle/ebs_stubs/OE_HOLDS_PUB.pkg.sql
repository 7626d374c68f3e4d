CREATE OR REPLACE PACKAGE OE_HOLDS_PUB AS
  PROCEDURE apply_holds(
    p_api_version IN NUMBER,
    p_init_msg_list IN VARCHAR2 DEFAULT 'F',
    p_commit IN VARCHAR2 DEFAULT 'F',
    p_validation_level IN NUMBER DEFAULT 100,
    p_hold_source_rec IN oe_holds_pvt.hold_source_rec_type,
    p_hold_existing_flg IN VARCHAR2 DEFAULT 'Y',
    p_hold_future_flg IN VARCHAR2 DEFAULT 'Y',
    p_check_authorization_flag IN VARCHAR2 DEFAULT 'N',
    x_return_status OUT VARCHAR2,
    x_msg_count OUT NUMBER,
    x_msg_data OUT VARCHAR2
  );
  PROCEDURE release_holds(
    p_api_version IN NUMBER,
    p_init_msg_list IN VARCHAR2 DEFAULT 'F',
    p_commit IN VARCHAR2 DEFAULT 'F',
    p_validation_level IN NUMBER DEFAULT 100,
    p_hold_source_rec IN oe_holds_pvt.hold_source_rec_type,
    p_hold_release_rec IN oe_holds_pvt.hold_release_rec_type,
    p_check_authorization_flag IN VARCHAR2 DEFAULT 'N',
    x_return_status OUT VARCHAR2,
    x_msg_count OUT NUMBER,
    x_msg_data OUT VARCHAR2
  );
END OE_HOLDS_PUB;
/
CREATE OR REPLACE PACKAGE BODY OE_HOLDS_PUB AS
  PROCEDURE refuse(x_return_status OUT VARCHAR2, x_msg_count OUT NUMBER, x_msg_data OUT VARCHAR2) IS
  BEGIN
    oe_msg_pub.add_text('OE_HOLDS_AUTHORIZATION_FAILED');
    oe_msg_pub.add_text('the responsibility may not do this');
    x_return_status := 'E';
    x_msg_count := oe_msg_pub.count_msg();
    x_msg_data := NULL;
  END refuse;

  PROCEDURE apply_holds(
    p_api_version IN NUMBER,
    p_init_msg_list IN VARCHAR2 DEFAULT 'F',
    p_commit IN VARCHAR2 DEFAULT 'F',
    p_validation_level IN NUMBER DEFAULT 100,
    p_hold_source_rec IN oe_holds_pvt.hold_source_rec_type,
    p_hold_existing_flg IN VARCHAR2 DEFAULT 'Y',
    p_hold_future_flg IN VARCHAR2 DEFAULT 'Y',
    p_check_authorization_flag IN VARCHAR2 DEFAULT 'N',
    x_return_status OUT VARCHAR2,
    x_msg_count OUT NUMBER,
    x_msg_data OUT VARCHAR2
  ) IS
    l_behaviour VARCHAR2(60);
  BEGIN
    x_return_status := 'S';
    x_msg_count := 0;
    x_msg_data := NULL;
    oe_msg_pub.initialize();
    SELECT MAX(b.behaviour) INTO l_behaviour FROM ebs_stub_behaviours b WHERE b.api = 'OE_HOLDS_PUB';
    IF l_behaviour = 'E' AND p_check_authorization_flag = 'Y' THEN
      refuse(x_return_status, x_msg_count, x_msg_data);
      RETURN;
    END IF;
    IF l_behaviour = 'NOTHING' THEN
      RETURN;
    END IF;
    INSERT INTO oe_hold_sources_all (
      hold_source_id, hold_id, hold_entity_code, hold_entity_id, released_flag, hold_comment, attribute15, org_id,
      created_by, creation_date, last_updated_by, last_update_date
    ) VALUES (
      oe_hold_sources_s.NEXTVAL, p_hold_source_rec.hold_id, p_hold_source_rec.hold_entity_code,
      p_hold_source_rec.hold_entity_id, 'N', p_hold_source_rec.hold_comment, p_hold_source_rec.attribute15,
      mo_global.get_current_org_id(), fnd_global.user_id(), SYSDATE, fnd_global.user_id(), SYSDATE
    );
  END apply_holds;

  PROCEDURE release_holds(
    p_api_version IN NUMBER,
    p_init_msg_list IN VARCHAR2 DEFAULT 'F',
    p_commit IN VARCHAR2 DEFAULT 'F',
    p_validation_level IN NUMBER DEFAULT 100,
    p_hold_source_rec IN oe_holds_pvt.hold_source_rec_type,
    p_hold_release_rec IN oe_holds_pvt.hold_release_rec_type,
    p_check_authorization_flag IN VARCHAR2 DEFAULT 'N',
    x_return_status OUT VARCHAR2,
    x_msg_count OUT NUMBER,
    x_msg_data OUT VARCHAR2
  ) IS
    l_behaviour VARCHAR2(60);
  BEGIN
    x_return_status := 'S';
    x_msg_count := 0;
    x_msg_data := NULL;
    oe_msg_pub.initialize();
    SELECT MAX(b.behaviour) INTO l_behaviour FROM ebs_stub_behaviours b WHERE b.api = 'OE_HOLDS_PUB';
    IF l_behaviour = 'E' AND p_check_authorization_flag = 'Y' THEN
      refuse(x_return_status, x_msg_count, x_msg_data);
      RETURN;
    END IF;
    UPDATE oe_hold_sources_all
       SET released_flag = 'Y', last_update_date = SYSDATE
     WHERE hold_id = p_hold_source_rec.hold_id AND hold_entity_code = p_hold_source_rec.hold_entity_code
       AND hold_entity_id = p_hold_source_rec.hold_entity_id AND org_id = mo_global.get_current_org_id()
       AND released_flag = 'N';
  END release_holds;
END OE_HOLDS_PUB;
/

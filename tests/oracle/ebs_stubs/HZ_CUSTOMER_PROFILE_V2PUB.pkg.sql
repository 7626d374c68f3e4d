CREATE OR REPLACE PACKAGE HZ_CUSTOMER_PROFILE_V2PUB AS
  TYPE customer_profile_rec_type IS RECORD (
    cust_account_profile_id NUMBER,
    cust_account_id NUMBER,
    site_use_id NUMBER,
    collector_id NUMBER,
    credit_checking VARCHAR2(1),
    credit_hold VARCHAR2(1),
    dunning_letters VARCHAR2(1)
  );
  PROCEDURE update_customer_profile(
    p_init_msg_list IN VARCHAR2 := 'F',
    p_customer_profile_rec IN customer_profile_rec_type,
    p_object_version_number IN OUT NUMBER,
    x_return_status OUT VARCHAR2,
    x_msg_count OUT NUMBER,
    x_msg_data OUT VARCHAR2
  );
END HZ_CUSTOMER_PROFILE_V2PUB;
/
CREATE OR REPLACE PACKAGE BODY HZ_CUSTOMER_PROFILE_V2PUB AS
  PROCEDURE update_customer_profile(
    p_init_msg_list IN VARCHAR2 := 'F',
    p_customer_profile_rec IN customer_profile_rec_type,
    p_object_version_number IN OUT NUMBER,
    x_return_status OUT VARCHAR2,
    x_msg_count OUT NUMBER,
    x_msg_data OUT VARCHAR2
  ) IS
    l_behaviour VARCHAR2(60);
    l_version NUMBER;
    l_account NUMBER;
    l_hold VARCHAR2(1);
  BEGIN
    x_return_status := 'S';
    x_msg_count := 0;
    x_msg_data := NULL;
    SELECT MAX(b.behaviour) INTO l_behaviour FROM ebs_stub_behaviours b WHERE b.api = 'HZ_CUSTOMER_PROFILE_V2PUB';
    SELECT MAX(p.object_version_number), MAX(p.cust_account_id) INTO l_version, l_account
      FROM hz_customer_profiles p WHERE p.cust_account_profile_id = p_customer_profile_rec.cust_account_profile_id;
    IF NVL(l_version, 0) <> NVL(p_object_version_number, 0) OR l_behaviour = 'E' THEN
      x_return_status := 'E';
      x_msg_count := 1;
      x_msg_data := 'HZ_API_RECORD_CHANGED: somebody else changed the profile';
      RETURN;
    END IF;
    l_hold := p_customer_profile_rec.credit_hold;
    UPDATE hz_customer_profiles
       SET credit_hold = l_hold, object_version_number = NVL(object_version_number, 0) + 1
     WHERE cust_account_profile_id = p_customer_profile_rec.cust_account_profile_id;
    p_object_version_number := NVL(l_version, 0) + 1;
    IF l_behaviour = 'FLAG ONLY' THEN
      RETURN;
    END IF;
    IF l_hold = 'Y' THEN
      INSERT INTO oe_hold_sources_all (
        hold_source_id, hold_id, hold_entity_code, hold_entity_id, released_flag, org_id, created_by, creation_date,
        last_updated_by, last_update_date
      ) VALUES (
        oe_hold_sources_s.NEXTVAL, 1, 'C', TO_CHAR(l_account), 'N', mo_global.get_current_org_id(),
        fnd_global.user_id(), SYSDATE, fnd_global.user_id(), SYSDATE
      );
    ELSE
      UPDATE oe_hold_sources_all
         SET released_flag = 'Y'
       WHERE hold_id = 1 AND hold_entity_code = 'C' AND hold_entity_id = TO_CHAR(l_account);
    END IF;
  END update_customer_profile;
END HZ_CUSTOMER_PROFILE_V2PUB;
/

-- The effects through the public APIs of E-Business Suite 12.1 and 12.2, as user {{fnd_user}} with responsibility
-- {{responsibility}}. None of them commits. What an API says it did is read back: its S is no proof.
CREATE OR REPLACE PACKAGE BODY {{apps}}.XXAR_EXT_EFFECTS AS

  FUNCTION body_name RETURN VARCHAR2 IS
  BEGIN
    RETURN 'ebs';
  END body_name;

  -- Who we are and in which operating unit. APIs move the context of the session, so every effect begins here.
  PROCEDURE enter_context(p_org_id IN NUMBER, x_problem OUT VARCHAR2) IS
    l_user NUMBER;
    l_responsibility NUMBER;
    l_application NUMBER;
  BEGIN
    x_problem := NULL;
    SELECT MAX(u.user_id) INTO l_user FROM fnd_user u WHERE u.user_name = '{{fnd_user}}';
    SELECT MAX(r.responsibility_id), MAX(r.application_id) INTO l_responsibility, l_application
      FROM fnd_responsibility r WHERE r.responsibility_key = '{{responsibility}}';
    IF l_user IS NULL THEN
      x_problem := 'there is no user {{fnd_user}} in FND_USER';
    ELSIF l_responsibility IS NULL THEN
      x_problem := 'there is no responsibility with the key {{responsibility}}';
    ELSE
      fnd_global.apps_initialize(l_user, l_responsibility, l_application);
      IF p_org_id IS NOT NULL THEN
        mo_global.set_policy_context('S', p_org_id);
      END IF;
    END IF;
  END enter_context;

  -- What an API put on the message stack; p_data holds it only where it is one message.
  FUNCTION stack_of(p_api IN VARCHAR2, p_status IN VARCHAR2, p_count IN NUMBER, p_data IN VARCHAR2) RETURN VARCHAR2 IS
    l_text VARCHAR2(8000);
  BEGIN
    IF NVL(p_count, 0) > 1 THEN
      FOR i IN 1 .. p_count LOOP
        l_text := SUBSTR(NVL(l_text, '') || fnd_msg_pub.get(i, fnd_api.g_false) || ' ', 1, 900);
      END LOOP;
    ELSE
      l_text := SUBSTR(p_data, 1, 900);
    END IF;
    IF p_status = fnd_api.g_ret_sts_unexp_error THEN
      RETURN 'technical failure of ' || p_api || ': ' || NVL(l_text, 'no message');
    END IF;
    RETURN NVL(l_text, p_api || ' answers ' || NVL(p_status, 'nothing') || ' and gives no reason');
  END stack_of;

  FUNCTION order_stack_of(p_status IN VARCHAR2, p_count IN NUMBER, p_data IN VARCHAR2) RETURN VARCHAR2 IS
    l_text VARCHAR2(8000);
  BEGIN
    IF NVL(p_count, 0) > 1 THEN
      FOR i IN 1 .. p_count LOOP
        l_text := SUBSTR(NVL(l_text, '') || oe_msg_pub.get(i, fnd_api.g_false) || ' ', 1, 900);
      END LOOP;
    ELSE
      l_text := SUBSTR(p_data, 1, 900);
    END IF;
    IF p_status = fnd_api.g_ret_sts_unexp_error THEN
      RETURN 'technical failure of OE_HOLDS_PUB: ' || NVL(l_text, 'no message');
    END IF;
    RETURN NVL(l_text, 'OE_HOLDS_PUB answers ' || NVL(p_status, 'nothing') || ' and gives no reason');
  END order_stack_of;

  FUNCTION author_id(p_author IN VARCHAR2) RETURN NUMBER IS
    l_id NUMBER;
  BEGIN
    SELECT MAX(u.user_id) INTO l_id FROM fnd_user u WHERE u.user_name = UPPER(p_author);
    RETURN NVL(l_id, fnd_global.user_id());
  END author_id;

  -- The activity that is named, else the only one there is.
  PROCEDURE find_activity(
    p_org_id IN NUMBER,
    p_activity IN VARCHAR2,
    p_date IN DATE,
    x_activity_id OUT NUMBER,
    x_problem OUT VARCHAR2
  ) IS
    l_found NUMBER;
  BEGIN
    x_problem := NULL;
    SELECT COUNT(*), MAX(a.receivables_trx_id) INTO l_found, x_activity_id
      FROM ar_receivables_trx_all a
     WHERE a.org_id = p_org_id AND a.type = 'ADJUST' AND NVL(a.status, 'A') = 'A' AND a.receivables_trx_id > 0
       AND a.name = NVL(p_activity, a.name)
       AND NVL(a.start_date_active, p_date) <= p_date AND NVL(a.end_date_active, p_date) >= p_date;
    IF l_found <> 1 THEN
      x_problem := TO_CHAR(l_found) || ' active activities of type ADJUST fit in operating unit ' || TO_CHAR(p_org_id)
        || ': name one in adjustment_activity';
    END IF;
  END find_activity;

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
    l_adjustment ar_adjustments%ROWTYPE;
    l_activity NUMBER;
    l_remaining NUMBER;
    l_check VARCHAR2(1);
    l_return VARCHAR2(1);
    l_count NUMBER;
    l_data VARCHAR2(4000);
    l_stored VARCHAR2(30);
    l_amount NUMBER;
  BEGIN
    x_status := 'REFUSED';
    x_id := NULL;
    x_number := NULL;
    enter_context(p_org_id, x_message);
    IF x_message IS NULL THEN
      find_activity(p_org_id, p_activity, p_apply_date, l_activity, x_message);
    END IF;
    IF x_message IS NOT NULL THEN
      RETURN;
    END IF;
    IF p_dry_run = 'Y' THEN
      x_status := 'DONE';
      RETURN;
    END IF;
    SELECT s.amount_due_remaining INTO l_remaining
      FROM ar_payment_schedules_all s WHERE s.payment_schedule_id = p_schedule_id;
    -- The check demands that an adjustment of the whole document is all of what remains; a part of it is prorated.
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
    ar_adjust_pub.create_adjustment(
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
    SELECT MAX(a.status), MAX(a.amount) INTO l_stored, l_amount
      FROM ar_adjustments_all a WHERE a.adjustment_id = x_id;
    IF NVL(l_return, '-') <> fnd_api.g_ret_sts_success OR l_stored IS NULL THEN
      x_message := stack_of('AR_ADJUST_PUB', l_return, l_count, l_data);
    ELSIF l_amount <> p_amount THEN
      x_message := 'AR_ADJUST_PUB stored ' || TO_CHAR(l_amount) || ' instead of ' || TO_CHAR(p_amount);
    ELSIF l_stored = 'A' THEN
      x_status := 'DONE';
    ELSIF l_stored = 'R' THEN
      x_message := 'AR_ADJUST_PUB stored a rejected adjustment';
    ELSE
      x_status := 'PENDING';
      x_message := 'adjustment ' || NVL(x_number, TO_CHAR(x_id))
        || ' waits for an approval (beyond the limit of {{fnd_user}}): the balance stays until then';
    END IF;
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
    l_contexts jtf_notes_pub.jtf_note_contexts_tbl_type;
    l_code VARCHAR2(240);
    l_author NUMBER;
    l_party NUMBER;
    l_found NUMBER;
    l_return VARCHAR2(1);
    l_count NUMBER;
    l_data VARCHAR2(4000);
  BEGIN
    x_status := 'REFUSED';
    x_id := NULL;
    enter_context(p_org_id, x_message);
    IF x_message IS NULL AND p_kind IS NOT NULL THEN
      SELECT COUNT(*) INTO l_found
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
    SELECT MAX(a.party_id) INTO l_party FROM hz_cust_accounts a WHERE a.cust_account_id = p_account_id;
    l_author := author_id(p_author);
    -- A note shows at each level of the collector's window that it has a context for.
    l_contexts(1).note_context_type := 'IEX_ACCOUNT';
    l_contexts(1).note_context_type_id := p_account_id;
    l_contexts(1).last_update_date := SYSDATE;
    l_contexts(1).last_updated_by := l_author;
    l_contexts(1).creation_date := SYSDATE;
    l_contexts(1).created_by := l_author;
    l_contexts(2) := l_contexts(1);
    l_contexts(2).note_context_type := 'PARTY';
    l_contexts(2).note_context_type_id := l_party;
    l_code := CASE WHEN p_schedule_id IS NULL THEN 'IEX_ACCOUNT' ELSE 'IEX_INVOICES' END;
    jtf_notes_pub.create_note(
      p_api_version => 1.0,
      p_init_msg_list => fnd_api.g_true,
      p_commit => fnd_api.g_false,
      x_return_status => l_return,
      x_msg_count => l_count,
      x_msg_data => l_data,
      p_org_id => p_org_id,
      p_source_object_id => NVL(p_schedule_id, p_account_id),
      p_source_object_code => l_code,
      p_notes => p_notes,
      p_notes_detail => p_detail,
      p_note_status => 'I',
      p_entered_by => l_author,
      p_entered_date => p_note_date,
      x_jtf_note_id => x_id,
      p_last_update_date => SYSDATE,
      p_last_updated_by => l_author,
      p_creation_date => SYSDATE,
      p_created_by => l_author,
      p_attribute15 => p_external_ref,
      p_note_type => p_kind,
      p_jtf_note_contexts_tab => l_contexts
    );
    SELECT COUNT(*) INTO l_found FROM jtf_notes_b n WHERE n.jtf_note_id = x_id;
    IF NVL(l_return, '-') <> fnd_api.g_ret_sts_success OR l_found = 0 THEN
      x_message := stack_of('JTF_NOTES_PUB', l_return, l_count, l_data);
    ELSE
      x_status := 'DONE';
    END IF;
  END add_note;

  FUNCTION active_source(
    p_hold_id IN NUMBER,
    p_entity_code IN VARCHAR2,
    p_entity_id IN VARCHAR2,
    p_org_id IN NUMBER
  ) RETURN NUMBER IS
    l_id NUMBER;
  BEGIN
    SELECT MAX(s.hold_source_id) INTO l_id
      FROM oe_hold_sources_all s
     WHERE s.hold_id = p_hold_id AND s.hold_entity_code = p_entity_code AND s.hold_entity_id = p_entity_id
       AND s.org_id = p_org_id AND NVL(s.released_flag, 'N') = 'N';
    RETURN l_id;
  END active_source;

  -- Sets the credit hold of an account's profile, or of a site's; the suite then holds or frees the orders itself.
  PROCEDURE set_credit_hold(
    p_account_id IN NUMBER,
    p_entity_code IN VARCHAR2,
    p_entity_id IN VARCHAR2,
    p_flag IN VARCHAR2,
    x_problem OUT VARCHAR2
  ) IS
    l_profile hz_customer_profile_v2pub.customer_profile_rec_type;
    l_profile_id NUMBER;
    l_version NUMBER;
    l_flag VARCHAR2(1);
    l_return VARCHAR2(1);
    l_count NUMBER;
    l_data VARCHAR2(4000);
  BEGIN
    x_problem := NULL;
    BEGIN
      SELECT p.cust_account_profile_id, p.object_version_number INTO l_profile_id, l_version
        FROM hz_customer_profiles p
       WHERE p.cust_account_id = p_account_id
         AND NVL(TO_CHAR(p.site_use_id), '-') = CASE p_entity_code WHEN 'C' THEN '-' ELSE p_entity_id END
         FOR UPDATE NOWAIT;
    EXCEPTION
      WHEN NO_DATA_FOUND THEN
        l_profile_id := NULL;
    END;
    IF l_profile_id IS NULL THEN
      x_problem := 'the account has no customer profile to hold';
      RETURN;
    END IF;
    l_profile.cust_account_profile_id := l_profile_id;
    l_profile.credit_hold := p_flag;
    hz_customer_profile_v2pub.update_customer_profile(
      p_init_msg_list => fnd_api.g_true,
      p_customer_profile_rec => l_profile,
      p_object_version_number => l_version,
      x_return_status => l_return,
      x_msg_count => l_count,
      x_msg_data => l_data
    );
    SELECT MAX(p.credit_hold) INTO l_flag FROM hz_customer_profiles p WHERE p.cust_account_profile_id = l_profile_id;
    IF NVL(l_return, '-') <> fnd_api.g_ret_sts_success OR NVL(l_flag, 'N') <> p_flag THEN
      x_problem := stack_of('HZ_CUSTOMER_PROFILE_V2PUB', l_return, l_count, l_data);
    END IF;
  END set_credit_hold;

  -- The definition with id 1 is the suite's own credit hold: it goes by the profile, every other one by the order holds.
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
    l_source oe_holds_pvt.hold_source_rec_type;
    l_hold NUMBER;
    l_return VARCHAR2(1);
    l_count NUMBER;
    l_data VARCHAR2(4000);
  BEGIN
    x_status := 'REFUSED';
    x_id := NULL;
    enter_context(p_org_id, x_message);
    SELECT MIN(d.hold_id) INTO l_hold
      FROM oe_hold_definitions d
     WHERE d.name = p_name AND NVL(d.start_date_active, p_hold_date) <= p_hold_date
       AND NVL(d.end_date_active, p_hold_date) >= p_hold_date;
    IF l_hold IS NULL THEN
      x_message := NVL(x_message, 'Order Management has no active hold called ' || p_name || ': define it there');
    ELSIF l_hold = 1 AND p_entity_code = 'O' THEN
      x_message := NVL(x_message, 'the credit hold is of an account or a site, not of an order');
    END IF;
    IF x_message IS NOT NULL THEN
      RETURN;
    END IF;
    IF p_dry_run = 'Y' THEN
      x_status := 'DONE';
      RETURN;
    END IF;
    IF l_hold = 1 THEN
      x_id := active_source(l_hold, p_entity_code, p_entity_id, p_org_id);
      IF x_id IS NULL THEN
        set_credit_hold(p_account_id, p_entity_code, p_entity_id, 'Y', x_message);
        x_id := active_source(l_hold, p_entity_code, p_entity_id, p_org_id);
      END IF;
      IF x_message IS NULL AND x_id IS NULL THEN
        x_status := 'FLAG_ONLY';
        x_message := 'the credit hold is set, but Order Management holds no order of operating unit '
          || TO_CHAR(p_org_id);
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
    oe_holds_pub.apply_holds(
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
    x_id := active_source(l_hold, p_entity_code, p_entity_id, p_org_id);
    IF NVL(l_return, '-') <> fnd_api.g_ret_sts_success OR x_id IS NULL THEN
      x_message := order_stack_of(l_return, l_count, l_data);
    ELSE
      x_status := 'DONE';
    END IF;
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
    l_source oe_holds_pvt.hold_source_rec_type;
    l_release oe_holds_pvt.hold_release_rec_type;
    l_hold NUMBER;
    l_code VARCHAR2(30);
    l_entity VARCHAR2(250);
    l_account NUMBER;
    l_released VARCHAR2(1);
    l_return VARCHAR2(1);
    l_count NUMBER;
    l_data VARCHAR2(4000);
  BEGIN
    x_status := 'REFUSED';
    enter_context(p_org_id, x_message);
    IF x_message IS NOT NULL THEN
      RETURN;
    END IF;
    IF p_dry_run = 'Y' THEN
      x_status := 'DONE';
      RETURN;
    END IF;
    SELECT s.hold_id, s.hold_entity_code, s.hold_entity_id INTO l_hold, l_code, l_entity
      FROM oe_hold_sources_all s WHERE s.hold_source_id = p_hold_source_id;
    IF l_hold = 1 THEN
      IF l_code = 'C' THEN
        l_account := TO_NUMBER(l_entity);
      ELSE
        SELECT MAX(c.cust_account_id) INTO l_account
          FROM hz_cust_site_uses_all u, hz_cust_acct_sites_all c
         WHERE u.site_use_id = TO_NUMBER(l_entity) AND c.cust_acct_site_id = u.cust_acct_site_id;
      END IF;
      set_credit_hold(l_account, l_code, l_entity, 'N', x_message);
    ELSE
      l_source.hold_id := l_hold;
      l_source.hold_entity_code := l_code;
      l_source.hold_entity_id := l_entity;
      l_release.release_reason_code := '{{release_reason}}';
      l_release.release_comment := p_reason;
      oe_holds_pub.release_holds(
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
    SELECT MAX(s.released_flag) INTO l_released
      FROM oe_hold_sources_all s WHERE s.hold_source_id = p_hold_source_id;
    IF NVL(l_released, 'N') = 'Y' THEN
      x_status := 'DONE';
      x_message := NULL;
    ELSIF x_message IS NULL AND l_hold = 1 THEN
      x_status := 'FLAG_ONLY';
      x_message := 'the credit hold is off, but Order Management did not free its orders';
    ELSIF x_message IS NULL THEN
      x_message := order_stack_of(l_return, l_count, l_data);
    END IF;
  END lift_hold;

END XXAR_EXT_EFFECTS;
/

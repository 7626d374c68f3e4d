-- The effects on Oracle-style tables of a site without E-Business Suite: plain rows and running totals.
CREATE OR REPLACE PACKAGE BODY {{apps}}.XXAR_EXT_EFFECTS AS

  FUNCTION body_name RETURN VARCHAR2 IS
  BEGIN
    RETURN 'standalone';
  END body_name;

  FUNCTION author_id(p_author IN VARCHAR2) RETURN NUMBER IS
    l_id NUMBER;
  BEGIN
    SELECT MAX(u.user_id) INTO l_id FROM fnd_user u WHERE u.user_name = UPPER(p_author);
    RETURN NVL(l_id, -1);
  END author_id;

  FUNCTION precision_of(p_currency IN VARCHAR2) RETURN NUMBER IS
    l_precision NUMBER;
  BEGIN
    SELECT MAX(c.precision) INTO l_precision FROM fnd_currencies c WHERE c.currency_code = p_currency;
    RETURN NVL(l_precision, 2);
  END precision_of;

  -- Part of an adjustment of the whole document that falls to one of its buckets.
  FUNCTION share_of(p_amount IN NUMBER, p_bucket IN NUMBER, p_whole IN NUMBER, p_precision IN NUMBER) RETURN NUMBER IS
  BEGIN
    IF NVL(p_whole, 0) = 0 THEN
      RETURN 0;
    END IF;
    RETURN ROUND(p_amount * NVL(p_bucket, 0) / p_whole, p_precision);
  END share_of;

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
    l_remaining NUMBER;
    l_line_remaining NUMBER;
    l_tax_remaining NUMBER;
    l_freight_remaining NUMBER;
    l_charges_remaining NUMBER;
    l_rate NUMBER;
    l_trx_id NUMBER;
    l_currency VARCHAR2(15);
    l_functional VARCHAR2(15);
    l_ledger NUMBER;
    l_activity NUMBER;
    l_places NUMBER;
    l_line NUMBER := 0;
    l_tax NUMBER := 0;
    l_freight NUMBER := 0;
    l_charges NUMBER := 0;
    l_accounted NUMBER;
    l_left NUMBER;
  BEGIN
    x_status := 'DONE';
    x_id := NULL;
    x_number := NULL;
    x_message := NULL;
    SELECT s.amount_due_remaining, s.amount_line_items_remaining, s.tax_remaining, s.freight_remaining,
           s.receivables_charges_remaining, NVL(s.exchange_rate, 1), s.customer_trx_id, s.invoice_currency_code
      INTO l_remaining, l_line_remaining, l_tax_remaining, l_freight_remaining, l_charges_remaining, l_rate, l_trx_id,
           l_currency
      FROM ar_payment_schedules_all s
     WHERE s.payment_schedule_id = p_schedule_id;
    l_left := l_remaining + p_amount;
    IF SIGN(l_left) * SIGN(l_remaining) < 0 OR (l_remaining = 0 AND p_amount < 0) THEN
      x_status := 'REFUSED';
      x_message := TO_CHAR(p_amount) || ' is more than what remains, ' || TO_CHAR(l_remaining);
      RETURN;
    END IF;
    SELECT MAX(a.receivables_trx_id) INTO l_activity
      FROM ar_receivables_trx_all a
     WHERE a.org_id = p_org_id AND a.name = p_activity AND NVL(a.status, 'A') = 'A';
    IF p_activity IS NOT NULL AND l_activity IS NULL THEN
      x_status := 'REFUSED';
      x_message := 'operating unit ' || TO_CHAR(p_org_id) || ' has no active receivables activity ' || p_activity;
      RETURN;
    END IF;
    IF p_dry_run = 'Y' THEN
      RETURN;
    END IF;
    SELECT MAX(g.ledger_id), MAX(g.currency_code) INTO l_ledger, l_functional
      FROM ar_system_parameters_all p, gl_ledgers g
     WHERE p.org_id = p_org_id AND g.ledger_id = p.set_of_books_id;
    l_places := precision_of(l_currency);
    IF p_type = 'INVOICE' THEN
      l_tax := share_of(p_amount, l_tax_remaining, l_remaining, l_places);
      l_freight := share_of(p_amount, l_freight_remaining, l_remaining, l_places);
      l_charges := share_of(p_amount, l_charges_remaining, l_remaining, l_places);
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
    l_accounted := ROUND(p_amount * l_rate, precision_of(NVL(l_functional, l_currency)));
    SELECT ar_adjustments_s.NEXTVAL, TO_CHAR(ar_adjustment_number_s.NEXTVAL) INTO x_id, x_number FROM dual;
    INSERT INTO ar_adjustments_all (
      adjustment_id, adjustment_number, type, adjustment_type, status, amount, acctd_amount, line_adjusted,
      tax_adjusted, freight_adjusted, receivables_charges_adjusted, apply_date, gl_date, customer_trx_id,
      payment_schedule_id, receivables_trx_id, set_of_books_id, reason_code, comments, created_from, approved_by,
      postable, automatically_generated, posting_control_id, attribute15, org_id, created_by, creation_date,
      last_updated_by, last_update_date
    ) VALUES (
      x_id, x_number, p_type, 'M', 'A', p_amount, l_accounted, l_line,
      l_tax, l_freight, l_charges, p_apply_date, p_gl_date, l_trx_id,
      p_schedule_id, l_activity, l_ledger, p_reason, p_comments, 'XXAR_EXT_API', -1,
      'Y', 'Y', -3, p_external_ref, p_org_id, -1, SYSDATE,
      -1, SYSDATE
    );
    UPDATE ar_payment_schedules_all
       SET amount_due_remaining = l_left,
           acctd_amount_due_remaining = NVL(acctd_amount_due_remaining, ROUND(l_remaining * l_rate, 2)) + l_accounted,
           amount_line_items_remaining = NVL(amount_line_items_remaining, 0) + l_line,
           tax_remaining = NVL(tax_remaining, 0) + l_tax,
           freight_remaining = NVL(freight_remaining, 0) + l_freight,
           receivables_charges_charged = NVL(receivables_charges_charged, 0) + GREATEST(l_charges, 0),
           receivables_charges_remaining = NVL(receivables_charges_remaining, 0) + l_charges,
           amount_adjusted = NVL(amount_adjusted, 0) + p_amount,
           status = CASE WHEN l_left = 0 THEN 'CL' ELSE 'OP' END,
           gl_date_closed = CASE WHEN l_left = 0 THEN p_gl_date ELSE DATE '4712-12-31' END,
           actual_date_closed = CASE WHEN l_left = 0 THEN p_apply_date ELSE DATE '4712-12-31' END,
           last_updated_by = -1,
           last_update_date = SYSDATE
     WHERE payment_schedule_id = p_schedule_id;
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
    l_author NUMBER;
  BEGIN
    x_status := 'DONE';
    x_id := NULL;
    x_message := NULL;
    IF p_dry_run = 'Y' THEN
      RETURN;
    END IF;
    l_author := author_id(p_author);
    SELECT jtf_notes_s.NEXTVAL INTO x_id FROM dual;
    INSERT INTO jtf_notes_b (
      jtf_note_id, source_object_code, source_object_id, note_type, note_status, entered_by, entered_date, attribute15,
      created_by, creation_date, last_updated_by, last_update_date
    ) VALUES (
      x_id, CASE WHEN p_schedule_id IS NULL THEN 'IEX_ACCOUNT' ELSE 'IEX_INVOICES' END,
      NVL(p_schedule_id, p_account_id), p_kind, 'I', l_author, p_note_date, p_external_ref,
      l_author, SYSDATE, l_author, SYSDATE
    );
    INSERT INTO jtf_notes_tl (
      jtf_note_id, language, source_lang, notes, notes_detail, created_by, creation_date, last_updated_by,
      last_update_date
    ) VALUES (
      x_id, 'US', 'US', p_notes, p_detail, l_author, SYSDATE, l_author,
      SYSDATE
    );
    INSERT INTO jtf_note_contexts (
      note_context_id, jtf_note_id, note_context_type, note_context_type_id, created_by, creation_date,
      last_updated_by, last_update_date
    ) VALUES (
      jtf_note_contexts_s.NEXTVAL, x_id, 'IEX_ACCOUNT', p_account_id, l_author, SYSDATE,
      l_author, SYSDATE
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
    l_author NUMBER;
    l_hold NUMBER;
  BEGIN
    x_status := 'DONE';
    x_id := NULL;
    x_message := NULL;
    IF p_dry_run = 'Y' THEN
      RETURN;
    END IF;
    l_author := author_id(p_author);
    SELECT MIN(d.hold_id) INTO l_hold FROM oe_hold_definitions d WHERE d.name = p_name;
    IF l_hold IS NULL THEN
      SELECT oe_hold_definitions_s.NEXTVAL INTO l_hold FROM dual;
      INSERT INTO oe_hold_definitions (
        hold_id, name, type_code, created_by, creation_date, last_updated_by, last_update_date
      ) VALUES (
        l_hold, p_name, 'HOLD', l_author, SYSDATE, l_author, SYSDATE
      );
    END IF;
    SELECT oe_hold_sources_s.NEXTVAL INTO x_id FROM dual;
    INSERT INTO oe_hold_sources_all (
      hold_source_id, hold_id, hold_entity_code, hold_entity_id, released_flag, hold_comment, attribute15, org_id,
      created_by, creation_date, last_updated_by, last_update_date
    ) VALUES (
      x_id, l_hold, p_entity_code, p_entity_id, 'N', p_reason, p_external_ref, p_org_id,
      l_author, p_hold_date, l_author, SYSDATE
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
    l_author NUMBER;
    l_release NUMBER;
  BEGIN
    x_status := 'DONE';
    x_message := NULL;
    IF p_dry_run = 'Y' THEN
      RETURN;
    END IF;
    l_author := author_id(p_author);
    SELECT oe_hold_releases_s.NEXTVAL INTO l_release FROM dual;
    INSERT INTO oe_hold_releases (
      hold_release_id, hold_source_id, release_reason_code, release_comment, created_by, creation_date,
      last_updated_by, last_update_date
    ) VALUES (
      l_release, p_hold_source_id, 'XXAR_EXT', p_reason, l_author, p_release_date,
      l_author, SYSDATE
    );
    UPDATE oe_hold_sources_all
       SET released_flag = 'Y', hold_release_id = l_release, last_updated_by = l_author, last_update_date = SYSDATE
     WHERE hold_source_id = p_hold_source_id;
  END lift_hold;

END XXAR_EXT_EFFECTS;
/

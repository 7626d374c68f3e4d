CREATE OR REPLACE PACKAGE AR_ADJUST_PUB AS
  PROCEDURE create_adjustment(
    p_api_name IN VARCHAR2,
    p_api_version IN NUMBER,
    p_init_msg_list IN VARCHAR2 := 'F',
    p_commit_flag IN VARCHAR2 := 'F',
    p_validation_level IN NUMBER := 100,
    p_msg_count OUT NUMBER,
    p_msg_data OUT VARCHAR2,
    p_return_status OUT VARCHAR2,
    p_adj_rec IN ar_adjustments%ROWTYPE,
    p_chk_approval_limits IN VARCHAR2 := 'T',
    p_check_amount IN VARCHAR2 := 'T',
    p_move_deferred_tax IN VARCHAR2 DEFAULT 'Y',
    p_new_adjust_number OUT VARCHAR2,
    p_new_adjust_id OUT NUMBER,
    p_called_from IN VARCHAR2 DEFAULT NULL,
    p_old_adjust_id IN NUMBER DEFAULT NULL,
    p_org_id IN NUMBER DEFAULT NULL
  );
END AR_ADJUST_PUB;
/
CREATE OR REPLACE PACKAGE BODY AR_ADJUST_PUB AS
  PROCEDURE create_adjustment(
    p_api_name IN VARCHAR2,
    p_api_version IN NUMBER,
    p_init_msg_list IN VARCHAR2 := 'F',
    p_commit_flag IN VARCHAR2 := 'F',
    p_validation_level IN NUMBER := 100,
    p_msg_count OUT NUMBER,
    p_msg_data OUT VARCHAR2,
    p_return_status OUT VARCHAR2,
    p_adj_rec IN ar_adjustments%ROWTYPE,
    p_chk_approval_limits IN VARCHAR2 := 'T',
    p_check_amount IN VARCHAR2 := 'T',
    p_move_deferred_tax IN VARCHAR2 DEFAULT 'Y',
    p_new_adjust_number OUT VARCHAR2,
    p_new_adjust_id OUT NUMBER,
    p_called_from IN VARCHAR2 DEFAULT NULL,
    p_old_adjust_id IN NUMBER DEFAULT NULL,
    p_org_id IN NUMBER DEFAULT NULL
  ) IS
    l_behaviour VARCHAR2(60);
    l_remaining NUMBER;
    l_gl_date DATE;
    l_status VARCHAR2(30);
  BEGIN
    p_msg_count := 0;
    p_msg_data := NULL;
    p_return_status := 'S';
    p_new_adjust_number := NULL;
    p_new_adjust_id := NULL;
    fnd_msg_pub.initialize();
    SELECT MAX(b.behaviour) INTO l_behaviour FROM ebs_stub_behaviours b WHERE b.api = 'AR_ADJUST_PUB';
    SELECT s.amount_due_remaining, s.gl_date INTO l_remaining, l_gl_date
      FROM ar_payment_schedules_all s WHERE s.payment_schedule_id = p_adj_rec.payment_schedule_id;
    IF NVL(mo_global.get_current_org_id(), -1) <> p_org_id THEN
      fnd_msg_pub.add_text('AR_MO_CONTEXT: the operating unit is not set');
    END IF;
    IF p_adj_rec.receivables_trx_id IS NULL OR p_adj_rec.created_from IS NULL OR p_adj_rec.gl_date IS NULL THEN
      fnd_msg_pub.add_text('AR_AAPI: a required field is missing');
    END IF;
    IF p_adj_rec.type = 'INVOICE' AND p_check_amount = 'T' AND p_adj_rec.amount <> -l_remaining THEN
      fnd_msg_pub.add_text('AR_TW_VAL_AMT_ADJ_INV: the amount is not all of what remains');
    END IF;
    IF p_adj_rec.gl_date < l_gl_date THEN
      fnd_msg_pub.add_text('AR_AAPI: the GL date is before that of the invoice');
    END IF;
    IF l_behaviour = 'E' THEN
      fnd_msg_pub.add_text('AR_AAPI_ONE: the first reason');
      fnd_msg_pub.add_text('AR_AAPI_TWO: the second reason');
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
    SELECT ar_adjustments_s.NEXTVAL, TO_CHAR(ar_adjustment_number_s.NEXTVAL)
      INTO p_new_adjust_id, p_new_adjust_number FROM dual;
    INSERT INTO ar_adjustments_all (
      adjustment_id, adjustment_number, type, adjustment_type, status, amount, apply_date, gl_date,
      payment_schedule_id, receivables_trx_id, reason_code, comments, created_from, attribute15, org_id, created_by,
      creation_date, last_updated_by, last_update_date
    ) VALUES (
      p_new_adjust_id, p_new_adjust_number, p_adj_rec.type, 'M', l_status, p_adj_rec.amount, p_adj_rec.apply_date,
      p_adj_rec.gl_date, p_adj_rec.payment_schedule_id, p_adj_rec.receivables_trx_id, p_adj_rec.reason_code,
      p_adj_rec.comments, p_adj_rec.created_from, p_adj_rec.attribute15, p_org_id, fnd_global.user_id(),
      SYSDATE, fnd_global.user_id(), SYSDATE
    );
    IF l_status = 'A' THEN
      UPDATE ar_payment_schedules_all
         SET amount_due_remaining = amount_due_remaining + p_adj_rec.amount,
             amount_adjusted = NVL(amount_adjusted, 0) + p_adj_rec.amount
       WHERE payment_schedule_id = p_adj_rec.payment_schedule_id;
    END IF;
  END create_adjustment;
END AR_ADJUST_PUB;
/

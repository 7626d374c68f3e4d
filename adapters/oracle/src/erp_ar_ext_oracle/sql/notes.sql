-- notes: one row per note about an account or a schedule.
-- table: JTF_NOTES_B
-- traps: NOTES is cut to 2,000 bytes; a longer text is whole in NOTES_DETAIL. Each language has a row: that in which it
--   was written is read. A note about a schedule (IEX_INVOICES) names the schedule, not the document. A private one
--   (P) is its writer's own. One that leads to no account, by itself or by a context, is left out.
-- optional: JTF_NOTE_CONTEXTS(jtf_note_id NUMBER, note_context_type VARCHAR2(240), note_context_type_id NUMBER)
-- optional: FND_USER(user_id NUMBER, user_name VARCHAR2(100))
SELECT
    TO_CHAR(ps.org_id) AS org_id,
    TO_CHAR(n.jtf_note_id) AS note_id,
    TO_CHAR(CASE
        WHEN n.source_object_code = 'IEX_ACCOUNT' THEN n.source_object_id
        WHEN ps.customer_id IS NOT NULL THEN ps.customer_id
        ELSE nc.cust_account_id
    END) AS account_id,
    TO_CHAR(ps.payment_schedule_id) AS schedule_id,
    TRUNC(NVL(n.entered_date, n.creation_date)) AS created_on,
    u.user_name AS author,
    n.note_type AS kind,
    CASE WHEN tl.notes_detail IS NOT NULL THEN tl.notes_detail ELSE TO_CLOB(tl.notes) END AS text,
    n.attribute15 AS external_ref,
    ps.org_id AS org_key,
    n.jtf_note_id AS row_key,
    GREATEST(n.last_update_date, tl.last_update_date) AS changed_on
FROM jtf_notes_b n
JOIN (
    SELECT t.jtf_note_id AS jtf_note_id, MIN(t.language) AS language
    FROM jtf_notes_tl t
    WHERE t.language = t.source_lang
    GROUP BY t.jtf_note_id
) written
    ON written.jtf_note_id = n.jtf_note_id
JOIN jtf_notes_tl tl
    ON tl.jtf_note_id = written.jtf_note_id AND tl.language = written.language
LEFT JOIN ar_payment_schedules_all ps
    ON ps.payment_schedule_id = n.source_object_id AND n.source_object_code = 'IEX_INVOICES'
LEFT JOIN (
    SELECT c.jtf_note_id AS jtf_note_id, MIN(c.note_context_type_id) AS cust_account_id
    FROM jtf_note_contexts c
    WHERE c.note_context_type = 'IEX_ACCOUNT'
    GROUP BY c.jtf_note_id
) nc
    ON nc.jtf_note_id = n.jtf_note_id
LEFT JOIN fnd_user u
    ON u.user_id = n.entered_by
WHERE NVL(n.note_status, 'I') <> 'P'
  AND (n.source_object_code = 'IEX_ACCOUNT' OR ps.customer_id IS NOT NULL OR nc.cust_account_id IS NOT NULL)

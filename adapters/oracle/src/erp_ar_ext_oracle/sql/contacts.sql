-- contacts: one row per person to reach at an account.
-- table: HZ_CUST_ACCOUNT_ROLES
-- traps: the role's party is the relationship of a person to the customer: its addresses are the ones of business, the
--   person's name is its subject's. Of several addresses the primary one counts.
-- optional: HZ_ROLE_RESPONSIBILITY(cust_account_role_id NUMBER, responsibility_type VARCHAR2(30), primary_flag VARCHAR2(1), last_update_date DATE)
-- optional: HZ_CONTACT_PREFERENCES(contact_level_table VARCHAR2(30), contact_level_table_id NUMBER, preference_code VARCHAR2(30), preference_end_date DATE, last_update_date DATE)
SELECT
    TO_CHAR(ar.cust_account_role_id) AS contact_id,
    TO_CHAR(ar.cust_account_id) AS account_id,
    LOWER(NVL(rr.role, ar.role_type)) AS role,
    person.party_name AS name,
    cp.email AS email,
    cp.phone AS phone,
    person.language_name AS language,
    CASE WHEN pf.party_id IS NOT NULL THEN 'Y' END AS opted_out,
    ar.cust_account_role_id AS row_key,
    GREATEST(
        ar.last_update_date,
        NVL(person.last_update_date, ar.last_update_date),
        NVL(rr.last_update_date, ar.last_update_date),
        NVL(cp.last_update_date, ar.last_update_date),
        NVL(pf.last_update_date, ar.last_update_date)
    ) AS changed_on
FROM hz_cust_account_roles ar
LEFT JOIN hz_relationships re
    ON re.party_id = ar.party_id AND re.directional_flag = 'F'
LEFT JOIN hz_parties person
    ON person.party_id = re.subject_id
LEFT JOIN (
    SELECT
        r.cust_account_role_id AS cust_account_role_id,
        NVL(MIN(CASE WHEN r.primary_flag = 'Y' THEN r.responsibility_type END), MIN(r.responsibility_type)) AS role,
        MAX(r.last_update_date) AS last_update_date
    FROM hz_role_responsibility r
    GROUP BY r.cust_account_role_id
) rr
    ON rr.cust_account_role_id = ar.cust_account_role_id
LEFT JOIN (
    SELECT
        c.owner_table_id AS party_id,
        NVL(
            MIN(CASE WHEN c.contact_point_type = 'EMAIL' AND c.primary_flag = 'Y' THEN c.email_address END),
            MIN(CASE WHEN c.contact_point_type = 'EMAIL' THEN c.email_address END)
        ) AS email,
        NVL(
            MIN(CASE WHEN c.contact_point_type = 'PHONE' AND c.primary_flag = 'Y'
                     THEN NVL(c.raw_phone_number, c.phone_number) END),
            MIN(CASE WHEN c.contact_point_type = 'PHONE' THEN NVL(c.raw_phone_number, c.phone_number) END)
        ) AS phone,
        MAX(c.last_update_date) AS last_update_date
    FROM hz_contact_points c
    WHERE c.owner_table_name = 'HZ_PARTIES' AND NVL(c.status, 'A') = 'A'
    GROUP BY c.owner_table_id
) cp
    ON cp.party_id = ar.party_id
LEFT JOIN (
    SELECT p.contact_level_table_id AS party_id, MAX(p.last_update_date) AS last_update_date
    FROM hz_contact_preferences p
    WHERE p.contact_level_table = 'HZ_PARTIES' AND p.preference_code = 'DO_NOT' AND p.preference_end_date IS NULL
    GROUP BY p.contact_level_table_id
) pf
    ON pf.party_id = ar.party_id
WHERE ar.role_type = 'CONTACT'
  AND NVL(ar.status, 'A') = 'A'

-- customers: one row per customer account.
-- table: HZ_CUST_ACCOUNTS
-- profile: that of the account (SITE_USE_ID empty); a bill-to site's own is finer than a customer here.
-- credit limit: that in the currency :credit_limit_currency where the account has one, else its only one. An account
--   with several and none in that currency has no limit here and is told. An empty limit is no statement, zero is one.
-- insolvency: the earliest filing that was neither dismissed nor withdrawn, of the whole party.
-- traps: the account is what owes, its party only names it. DUNNING_LETTERS N blocks without an end. Of accounts that
--   may be paid for by another, a parent is told only where there is exactly one.
-- optional: AR_COLLECTORS(collector_id NUMBER, name VARCHAR2(30))
-- optional: HZ_CUST_PROFILE_CLASSES(profile_class_id NUMBER, name VARCHAR2(30))
-- optional: HZ_CUST_PROFILE_AMTS(cust_account_profile_id NUMBER, currency_code VARCHAR2(15), overall_credit_limit NUMBER, last_update_date DATE)
-- optional: HZ_CUST_ACCT_RELATE_ALL(cust_account_id NUMBER, related_cust_account_id NUMBER, bill_to_flag VARCHAR2(1), customer_reciprocal_flag VARCHAR2(1), status VARCHAR2(1), last_update_date DATE)
-- optional: RA_CUSTOMER_MERGES(customer_id NUMBER, duplicate_id NUMBER, process_flag VARCHAR2(1), last_update_date DATE)
-- optional: IEX_BANKRUPTCIES(party_id NUMBER, bankruptcy_file_date DATE, disposition_code VARCHAR2(30), dismissal_date DATE, last_update_date DATE)
SELECT
    TO_CHAR(a.cust_account_id) AS account_id,
    a.account_number AS account_number,
    NVL(p.party_name, a.account_name) AS name,
    TO_CHAR(r.parent_id) AS parent_account_id,
    a.status AS status,
    CASE
        WHEN a.customer_type = 'I' THEN 'intercompany'
        WHEN LOWER(a.customer_class_code) IN ('trade', 'employee', 'government', 'intercompany')
            THEN LOWER(a.customer_class_code)
    END AS kind,
    p.country AS country,
    p.language_name AS language,
    p.pref_functional_currency AS currency,
    pc.name AS profile_class,
    co.name AS collector,
    p.email_address AS email,
    l.credit_limit AS credit_limit,
    l.currency_code AS credit_limit_currency,
    pr.credit_hold AS credit_hold,
    CASE WHEN pr.dunning_letters = 'N' THEN DATE '9999-12-31' END AS dunning_block_until,
    b.filed_on AS insolvency_date,
    TO_CHAR(m.customer_id) AS merged_into,
    a.cust_account_id AS row_key,
    GREATEST(
        a.last_update_date,
        NVL(p.last_update_date, a.last_update_date),
        NVL(pr.last_update_date, a.last_update_date),
        NVL(l.last_update_date, a.last_update_date),
        NVL(r.last_update_date, a.last_update_date),
        NVL(m.last_update_date, a.last_update_date),
        NVL(b.last_update_date, a.last_update_date)
    ) AS changed_on,
    CASE WHEN l.limits > 1 AND l.currency_code IS NULL
         THEN 'has credit limits in several currencies and none in credit_limit_currency: no limit was read' END AS remark
FROM hz_cust_accounts a
LEFT JOIN hz_parties p
    ON p.party_id = a.party_id
LEFT JOIN hz_customer_profiles pr
    ON pr.cust_account_id = a.cust_account_id AND pr.site_use_id IS NULL
LEFT JOIN hz_cust_profile_classes pc
    ON pc.profile_class_id = pr.profile_class_id
LEFT JOIN ar_collectors co
    ON co.collector_id = pr.collector_id
LEFT JOIN (
    SELECT
        am.cust_account_profile_id AS cust_account_profile_id,
        COUNT(*) AS limits,
        CASE
            WHEN COUNT(CASE WHEN am.currency_code = :credit_limit_currency THEN 1 END) > 0
                THEN MAX(CASE WHEN am.currency_code = :credit_limit_currency THEN am.overall_credit_limit END)
            WHEN COUNT(*) = 1 THEN MAX(am.overall_credit_limit)
        END AS credit_limit,
        CASE
            WHEN COUNT(CASE WHEN am.currency_code = :credit_limit_currency THEN 1 END) > 0
                THEN MAX(CASE WHEN am.currency_code = :credit_limit_currency THEN am.currency_code END)
            WHEN COUNT(*) = 1 THEN MAX(am.currency_code)
        END AS currency_code,
        MAX(am.last_update_date) AS last_update_date
    FROM hz_cust_profile_amts am
    WHERE am.overall_credit_limit IS NOT NULL
    GROUP BY am.cust_account_profile_id
) l
    ON l.cust_account_profile_id = pr.cust_account_profile_id
LEFT JOIN (
    SELECT
        re.related_cust_account_id AS cust_account_id,
        CASE WHEN COUNT(DISTINCT re.cust_account_id) = 1 THEN MIN(re.cust_account_id) END AS parent_id,
        MAX(re.last_update_date) AS last_update_date
    FROM hz_cust_acct_relate_all re
    WHERE re.status = 'A' AND re.bill_to_flag = 'Y' AND NVL(re.customer_reciprocal_flag, 'N') = 'N'
      AND re.cust_account_id <> re.related_cust_account_id
    GROUP BY re.related_cust_account_id
) r
    ON r.cust_account_id = a.cust_account_id
LEFT JOIN (
    SELECT cm.duplicate_id AS duplicate_id, MAX(cm.customer_id) AS customer_id,
        MAX(cm.last_update_date) AS last_update_date
    FROM ra_customer_merges cm
    WHERE cm.process_flag = 'Y' AND cm.duplicate_id <> cm.customer_id
    GROUP BY cm.duplicate_id
) m
    ON m.duplicate_id = a.cust_account_id
LEFT JOIN (
    SELECT ba.party_id AS party_id, MIN(ba.bankruptcy_file_date) AS filed_on,
        MAX(ba.last_update_date) AS last_update_date
    FROM iex_bankruptcies ba
    WHERE NVL(ba.disposition_code, 'GRANTED') NOT IN ('DISMISSED', 'WITHDRAWN') AND ba.dismissal_date IS NULL
    GROUP BY ba.party_id
) b
    ON b.party_id = a.party_id
WHERE a.cust_account_id > 0

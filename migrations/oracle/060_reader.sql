-- The user of [source] may select from what is read, and nothing else. What is not there (Advanced Collections, plans
-- and exemptions of a site's own) is passed over, and read as empty. With schema = "{{apps}}" in erp-ar.toml the reader
-- needs no synonyms.
DECLARE
  l_privilege VARCHAR2(30) := 'SELECT';
  l_grantee VARCHAR2(128) := '{{reader}}';
  l_owner VARCHAR2(128);
  l_object VARCHAR2(128);
BEGIN
  FOR one IN (
    SELECT o.owner, o.object_name
      FROM all_objects o
     WHERE o.owner IN ('{{apps}}', '{{owner}}') AND o.object_type IN ('TABLE', 'VIEW', 'SYNONYM')
       AND o.object_name IN (
         -- Which operating units there are.
         'HR_OPERATING_UNITS',
         -- Who owes: accounts and their parties, mergers, parents, insolvencies.
         'HZ_CUST_ACCOUNTS',
         'HZ_PARTIES',
         'RA_CUSTOMER_MERGES',
         'HZ_CUST_ACCT_RELATE_ALL',
         'IEX_BANKRUPTCIES',
         -- Credit hold, limit, class, collector and dunning of an account.
         'HZ_CUSTOMER_PROFILES',
         'HZ_CUST_PROFILE_AMTS',
         'HZ_CUST_PROFILE_CLASSES',
         'AR_COLLECTORS',
         -- Whom to reach there, and who asked not to be.
         'HZ_CUST_ACCOUNT_ROLES',
         'HZ_ROLE_RESPONSIBILITY',
         'HZ_RELATIONSHIPS',
         'HZ_CONTACT_POINTS',
         'HZ_CONTACT_PREFERENCES',
         -- What is owed: documents, their types, terms, lines, accounting dates and instalments.
         'RA_CUSTOMER_TRX_ALL',
         'RA_CUST_TRX_TYPES_ALL',
         'RA_TERMS',
         'RA_CUSTOMER_TRX_LINES_ALL',
         'RA_CUST_TRX_LINE_GL_DIST_ALL',
         'AR_PAYMENT_SCHEDULES_ALL',
         -- What was paid, applied, adjusted and disputed.
         'AR_CASH_RECEIPTS_ALL',
         'AR_CASH_RECEIPT_HISTORY_ALL',
         'AR_RECEIVABLE_APPLICATIONS_ALL',
         'AR_ADJUSTMENTS_ALL',
         'AR_DISPUTE_HISTORY',
         'RA_CM_REQUESTS_ALL',
         -- Holds, the sites they are of, and open orders.
         'OE_HOLD_SOURCES_ALL',
         'OE_HOLD_DEFINITIONS',
         'OE_HOLD_RELEASES',
         'HZ_CUST_SITE_USES_ALL',
         'HZ_CUST_ACCT_SITES_ALL',
         'OE_ORDER_HEADERS_ALL',
         'OE_ORDER_LINES_ALL',
         -- What was said and promised, and by whom.
         'JTF_NOTES_B',
         'JTF_NOTES_TL',
         'JTF_NOTE_CONTEXTS',
         'IEX_PROMISE_DETAILS',
         'IEX_DELINQUENCIES_ALL',
         'FND_USER',
         -- Rates of the day.
         'GL_DAILY_RATES',
         -- What a site keeps of plans and exemptions.
         'XXAR_EXT_EXEMPTIONS',
         'XXAR_EXT_PAYMENT_PLANS',
         'XXAR_EXT_PLAN_ITEMS',
         'XXAR_EXT_PLAN_INSTALMENTS'
       )
     ORDER BY o.owner, o.object_name
  ) LOOP
    l_owner := one.owner;
    l_object := one.object_name;
    {{grant}};
  END LOOP;
END;
/

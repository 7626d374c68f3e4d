-- holds: one row per reason to hold an account, a site or an order.
-- table: OE_HOLD_SOURCES_ALL
-- traps: HOLD_ENTITY_ID is text, so that it is converted, not the column it is looked up in. A hold with
--   a second criterion stops less than an account and is left out, as are holds of items, warehouses and the like.
--   HOLD_UNTIL_DATE lifts nothing by itself: what counts is the release. The credit hold of the profile is a column of
--   the customer, not a hold of its own.
-- optional: FND_USER(user_id NUMBER, user_name VARCHAR2(100))
SELECT
    TO_CHAR(hs.org_id) AS org_id,
    TO_CHAR(hs.hold_source_id) AS hold_id,
    CASE hs.hold_entity_code
        WHEN 'C' THEN hs.hold_entity_id
        WHEN 'O' THEN TO_CHAR(oh.sold_to_org_id)
        ELSE TO_CHAR(cas.cust_account_id)
    END AS account_id,
    CASE hs.hold_entity_code WHEN 'C' THEN 'account' WHEN 'O' THEN 'order' ELSE 'site' END AS scope,
    CASE WHEN hs.hold_entity_code <> 'C' THEN hs.hold_entity_id END AS scope_id,
    hd.name AS name,
    TRUNC(hs.creation_date) AS applied_on,
    u.user_name AS applied_by,
    CASE WHEN hs.released_flag = 'Y' THEN TRUNC(NVL(hr.creation_date, hs.last_update_date)) END AS released_on,
    hs.attribute15 AS external_ref,
    hs.org_id AS org_key,
    hs.hold_source_id AS row_key,
    GREATEST(hs.last_update_date, NVL(hr.last_update_date, hs.last_update_date)) AS changed_on
FROM oe_hold_sources_all hs
JOIN oe_hold_definitions hd
    ON hd.hold_id = hs.hold_id
LEFT JOIN oe_hold_releases hr
    ON hr.hold_release_id = hs.hold_release_id
LEFT JOIN oe_order_headers_all oh
    ON oh.header_id = CASE WHEN hs.hold_entity_code = 'O' THEN TO_NUMBER(hs.hold_entity_id) END
LEFT JOIN hz_cust_site_uses_all su
    ON su.site_use_id = CASE WHEN hs.hold_entity_code IN ('B', 'S') THEN TO_NUMBER(hs.hold_entity_id) END
LEFT JOIN hz_cust_acct_sites_all cas
    ON cas.cust_acct_site_id = su.cust_acct_site_id
LEFT JOIN fnd_user u
    ON u.user_id = hs.created_by
WHERE hs.hold_entity_code IN ('C', 'B', 'S', 'O')
  AND hs.hold_entity_code2 IS NULL

-- exemptions: one row per leave to go without a hold.
-- table: XXAR_EXT_EXEMPTIONS
-- E-Business Suite has no table for them: a site that gives any keeps them in the one beside the package.
SELECT
    TO_CHAR(e.exemption_id) AS exemption_id,
    TO_CHAR(e.cust_account_id) AS account_id,
    e.hold_name AS hold_name,
    e.requested_by AS requested_by,
    e.approved_by AS approved_by,
    e.amount_cap AS amount_cap,
    e.expires_on AS expires_on,
    e.exemption_id AS row_key,
    e.last_update_date AS changed_on
FROM xxar_ext_exemptions e

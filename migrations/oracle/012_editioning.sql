-- Release 12.2 with online patching: gives each table its editioning view and the synonym {{apps}} sees it by. Run it
-- again after any change of a table.
BEGIN
  {{apps}}.AD_ZD_TABLE.UPGRADE('{{owner}}', 'XXAR_EXT_REQUESTS');
  {{apps}}.AD_ZD_TABLE.UPGRADE('{{owner}}', 'XXAR_EXT_NOTES_INT');
  {{apps}}.AD_ZD_TABLE.UPGRADE('{{owner}}', 'XXAR_EXT_HOLDS_INT');
  {{apps}}.AD_ZD_TABLE.UPGRADE('{{owner}}', 'XXAR_EXT_ADJUSTMENTS_INT');
END;
/

BEGIN
  EXECUTE IMMEDIATE 'GRANT SELECT ON {{owner}}.XXAR_EXT_INTERFACE_S TO {{apps}}';
END;
/

CREATE OR REPLACE SYNONYM {{apps}}.XXAR_EXT_INTERFACE_S FOR {{owner}}.XXAR_EXT_INTERFACE_S
/

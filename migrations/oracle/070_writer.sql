-- The user of [target] may call the package, and nothing else: no table is granted to it. Which package it calls by
-- its plain name is told by the synonym.
DECLARE
  l_privilege VARCHAR2(30) := 'EXECUTE';
  l_owner VARCHAR2(128) := '{{apps}}';
  l_object VARCHAR2(128) := 'XXAR_EXT_API';
  l_grantee VARCHAR2(128) := '{{writer}}';
BEGIN
  {{grant}};
END;
/

CREATE OR REPLACE SYNONYM {{writer}}.XXAR_EXT_API FOR {{apps}}.XXAR_EXT_API
/

-- Says whether the installation is whole: packages that compiled, specification and body of one version.
DECLARE
  l_broken NUMBER;
  l_version VARCHAR2(200);
BEGIN
  SELECT COUNT(*) INTO l_broken
    FROM all_objects
   WHERE owner = '{{apps}}' AND object_name IN ('XXAR_EXT_API', 'XXAR_EXT_EFFECTS') AND status <> 'VALID'
     AND object_type IN ('PACKAGE', 'PACKAGE BODY');
  IF l_broken > 0 THEN
    RAISE_APPLICATION_ERROR(-20001, 'a package does not compile: select * from all_errors where owner = ''{{apps}}''');
  END IF;
  l_version := {{apps}}.XXAR_EXT_API.version();
  IF l_version <> '{{version}} {{body}}' THEN
    RAISE_APPLICATION_ERROR(-20001, 'XXAR_EXT_API is ' || l_version || ' instead of {{version}} {{body}}');
  END IF;
END;
/

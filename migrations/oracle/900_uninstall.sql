-- Takes away what the scripts installed; a second run changes nothing. XXAR_EXT_REQUESTS stays where it is: without it,
-- what was written once could be written again. Drop it by hand once no plan will ever be applied again:
-- DROP TABLE {{owner}}.XXAR_EXT_REQUESTS
-- Staging tables with rows that are new stay, too, until the site's import has taken them.
DECLARE
  l_rows NUMBER;
BEGIN
  FOR one IN (
    SELECT o.object_name
      FROM all_objects o
     WHERE o.owner = '{{apps}}' AND o.object_type = 'PACKAGE'
       AND o.object_name IN ('XXAR_EXT_API', 'XXAR_EXT_EFFECTS')
     ORDER BY o.object_name
  ) LOOP
    EXECUTE IMMEDIATE 'DROP PACKAGE {{apps}}.' || one.object_name;
  END LOOP;
  FOR one IN (
    SELECT s.owner, s.synonym_name
      FROM all_synonyms s
     WHERE s.table_name = 'XXAR_EXT_API' AND s.table_owner = '{{apps}}'
        OR s.owner = '{{apps}}' AND s.table_owner = '{{owner}}' AND s.synonym_name LIKE 'XXAR@_EXT@_%' ESCAPE '@'
  ) LOOP
    EXECUTE IMMEDIATE 'DROP SYNONYM ' || one.owner || '.' || one.synonym_name;
  END LOOP;
  FOR one IN (
    SELECT t.table_name
      FROM all_tables t
     WHERE t.owner = '{{owner}}'
       AND t.table_name IN ('XXAR_EXT_NOTES_INT', 'XXAR_EXT_HOLDS_INT', 'XXAR_EXT_ADJUSTMENTS_INT')
  ) LOOP
    EXECUTE IMMEDIATE 'SELECT COUNT(*) FROM {{owner}}.' || one.table_name || ' WHERE process_flag = ''N''' INTO l_rows;
    IF l_rows = 0 THEN
      EXECUTE IMMEDIATE 'DROP TABLE {{owner}}.' || one.table_name;
    END IF;
  END LOOP;
  FOR one IN (
    SELECT q.sequence_name
      FROM all_sequences q
     WHERE q.sequence_owner = '{{owner}}' AND q.sequence_name = 'XXAR_EXT_INTERFACE_S'
  ) LOOP
    EXECUTE IMMEDIATE 'DROP SEQUENCE {{owner}}.' || one.sequence_name;
  END LOOP;
END;
/

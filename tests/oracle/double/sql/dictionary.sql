-- Oracle's dictionary over PostgreSQL's. Each view begins with a line that names it; columns that are known to clients
-- and not told here are NULL; USER_ and DBA_ views are made of the ALL_ ones.

-- view all_users
SELECT u.name AS username, n.oid::int AS user_id FROM sys."ora$users" u JOIN pg_namespace n ON sys.o(n.nspname) = u.name

-- view all_tables
SELECT sys.o(n.nspname) AS owner, sys.o(c.relname) AS table_name, 'USERS' AS tablespace_name, 'VALID' AS status,
       'N' AS temporary, 'DISABLED' AS compression, 'NO' AS nested, 'NO' AS dropped, 'NO' AS partitioned
FROM pg_class c JOIN sys."ora$schemas" n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND sys.sees(c.oid, c.relkind)

-- view all_views
SELECT sys.o(n.nspname) AS owner, sys.o(c.relname) AS view_name, pg_get_viewdef(c.oid) AS text
FROM pg_class c JOIN sys."ora$schemas" n ON n.oid = c.relnamespace
WHERE c.relkind = 'v' AND sys.sees(c.oid, c.relkind)

-- view all_sequences
SELECT sys.o(n.nspname) AS sequence_owner, sys.o(c.relname) AS sequence_name
FROM pg_class c JOIN sys."ora$schemas" n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND c.relname NOT LIKE 'iseq$$%' AND sys.sees(c.oid, c.relkind)

-- view all_tab_cols
SELECT sys.o(n.nspname) AS owner, sys.o(c.relname) AS table_name, sys.o(a.attname) AS column_name,
       coalesce(o.data_type, 'VARCHAR2') AS data_type,
       CASE WHEN o.in_bytes THEN o.char_length WHEN o.data_type IN ('VARCHAR2', 'CHAR') THEN o.char_length * 4
            WHEN o.data_type = 'RAW' THEN o.char_length
            WHEN o.data_type = 'DATE' THEN 7 WHEN o.data_type LIKE 'TIMESTAMP%' THEN 11 ELSE 22 END AS data_length,
       CASE WHEN o.data_type = 'RAW' THEN 0 ELSE coalesce(o.char_length, 0) END AS char_length,
       o.prec AS data_precision, o.scale AS data_scale, CASE WHEN a.attnotnull THEN 'N' ELSE 'Y' END AS nullable,
       a.attnum AS column_id,
       CASE WHEN o.identity IS NOT NULL THEN sys.o(n.nspname) || '.ISEQ$$_' || c.oid || '.nextval'
            ELSE sys.written(pg_get_expr(d.adbin, d.adrelid)) END AS data_default,
       'NO' AS hidden_column, 'NO' AS virtual_column, 'NO' AS default_on_null,
       CASE WHEN o.in_bytes THEN 'B' WHEN o.data_type LIKE '%CHAR%' THEN 'C' END AS char_used
FROM pg_class c JOIN sys."ora$schemas" n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN sys."ora$cols" o ON o.relid = c.oid AND o.attnum = a.attnum
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'v') AND sys.sees(c.oid, c.relkind)

-- view all_tab_columns
SELECT * FROM sys.all_tab_cols

-- view all_tab_identity_cols
SELECT sys.o(n.nspname) AS owner, sys.o(c.relname) AS table_name, sys.o(a.attname) AS column_name,
       o.identity AS generation_type, 'ISEQ$$_' || c.oid AS sequence_name,
       'START WITH: 1, INCREMENT BY: 1, MAX_VALUE: 9999999999999999999999999999, MIN_VALUE: 1, CYCLE_FLAG: N, '
       'CACHE_SIZE: 20, ORDER_FLAG: N, SCALE_FLAG: N, EXTEND_FLAG: N, SESSION_FLAG: N, KEEP_VALUE: N'
         AS identity_options
FROM pg_class c JOIN sys."ora$schemas" n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
JOIN sys."ora$cols" o ON o.relid = c.oid AND o.attnum = a.attnum AND o.identity IS NOT NULL
WHERE sys.sees(c.oid, c.relkind)

-- view all_tab_comments
SELECT sys.o(n.nspname) AS owner, sys.o(c.relname) AS table_name,
       CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS table_type, obj_description(c.oid) AS comments
FROM pg_class c JOIN sys."ora$schemas" n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v') AND sys.sees(c.oid, c.relkind)

-- view all_col_comments
SELECT sys.o(n.nspname) AS owner, sys.o(c.relname) AS table_name, sys.o(a.attname) AS column_name,
       col_description(c.oid, a.attnum) AS comments
FROM pg_class c JOIN sys."ora$schemas" n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'v') AND sys.sees(c.oid, c.relkind)

-- view all_indexes
SELECT sys.o(n.nspname) AS owner, sys.o(ic.relname) AS index_name, sys.o(n.nspname) AS table_owner,
       sys.o(c.relname) AS table_name, 'TABLE' AS table_type,
       CASE WHEN i.indexprs IS NULL THEN 'NORMAL' ELSE 'FUNCTION-BASED NORMAL' END AS index_type,
       CASE WHEN i.indisunique THEN 'UNIQUE' ELSE 'NONUNIQUE' END AS uniqueness, 'DISABLED' AS compression,
       'VALID' AS status, 'USERS' AS tablespace_name
FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
JOIN sys."ora$schemas" n ON n.oid = c.relnamespace WHERE sys.sees(c.oid, c.relkind)

-- view all_ind_columns
SELECT sys.o(n.nspname) AS index_owner, sys.o(ic.relname) AS index_name, sys.o(n.nspname) AS table_owner,
       sys.o(c.relname) AS table_name, coalesce(sys.o(a.attname), 'SYS_NC' || u.pos || '$') AS column_name,
       u.pos::int AS column_position, CASE WHEN i.indoption[u.pos - 1] & 1 = 1 THEN 'DESC' ELSE 'ASC' END AS descend
FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
JOIN sys."ora$schemas" n ON n.oid = c.relnamespace
CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY u(attnum, pos)
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum WHERE sys.sees(c.oid, c.relkind)

-- view all_ind_expressions
SELECT sys.o(n.nspname) AS index_owner, sys.o(ic.relname) AS index_name, sys.o(n.nspname) AS table_owner,
       sys.o(c.relname) AS table_name, u.pos::int AS column_position,
       pg_get_indexdef(i.indexrelid, u.pos::int, true) AS column_expression
FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
JOIN sys."ora$schemas" n ON n.oid = c.relnamespace
CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY u(attnum, pos) WHERE u.attnum = 0 AND sys.sees(c.oid, c.relkind)

-- view all_constraints
SELECT sys.o(n.nspname) AS owner, sys.o(k.conname) AS constraint_name, sys.o(c.relname) AS table_name,
       CASE k.contype WHEN 'p' THEN 'P' WHEN 'u' THEN 'U' WHEN 'f' THEN 'R' ELSE 'C' END AS constraint_type,
       CASE WHEN k.contype = 'c'
            THEN sys.written(regexp_replace(pg_get_constraintdef(k.oid), '^CHECK \(\(?(.*?)\)?\)$', '\1'))
            END AS search_condition,
       sys.o(rn.nspname) AS r_owner, sys.o(rk.conname) AS r_constraint_name, 'ENABLED' AS status,
       'USER NAME' AS generated, 'VALIDATED' AS validated,
       CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'NO ACTION' END AS delete_rule
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN sys."ora$schemas" n ON n.oid = c.relnamespace
LEFT JOIN pg_constraint rk ON rk.conrelid = k.confrelid AND rk.contype IN ('p', 'u') AND rk.conkey @> k.confkey
  AND rk.conkey <@ k.confkey
LEFT JOIN pg_class rc ON rc.oid = k.confrelid LEFT JOIN pg_namespace rn ON rn.oid = rc.relnamespace
WHERE sys.sees(c.oid, c.relkind)

-- view all_cons_columns
SELECT sys.o(n.nspname) AS owner, sys.o(k.conname) AS constraint_name, sys.o(c.relname) AS table_name,
       sys.o(a.attname) AS column_name, u.pos::int AS position
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN sys."ora$schemas" n ON n.oid = c.relnamespace
CROSS JOIN LATERAL unnest(k.conkey) WITH ORDINALITY u(attnum, pos)
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum WHERE sys.sees(c.oid, c.relkind)

-- view all_objects
SELECT sys.o(n.nspname) AS owner, sys.o(c.relname) AS object_name, c.oid::int AS object_id,
       CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'INDEX' END
         AS object_type,
       'N' AS temporary, 'VALID' AS status, 'N' AS generated, NULL::timestamp(0) AS created
FROM pg_class c JOIN sys."ora$schemas" n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'S', 'i') AND sys.sees(CASE WHEN c.relkind = 'i' THEN
  (SELECT i.indrelid FROM pg_index i WHERE i.indexrelid = c.oid) ELSE c.oid END, c.relkind)
UNION ALL
SELECT s.owner, s.name, NULL, s.type, 'N', s.status, 'N', s.created
FROM sys."ora$source" s WHERE sys.runs(s.owner, s.name)
UNION ALL
SELECT y.owner, y.name, NULL, 'SYNONYM', 'N', 'VALID', 'N', NULL FROM sys."ora$synonyms" y

-- view all_synonyms
SELECT owner, name AS synonym_name, table_owner, table_name, NULL::text AS db_link FROM sys."ora$synonyms"

-- view all_source
SELECT s.owner, s.name, s.type, l.line::int AS line, l.text
FROM sys."ora$source" s CROSS JOIN LATERAL regexp_split_to_table(s.text, '\n') WITH ORDINALITY l(text, line)
WHERE sys.runs(s.owner, s.name)

-- view all_errors
SELECT s.owner, s.name, s.type, 1 AS sequence, 1 AS line, 1 AS position, s.error AS text, 'ERROR' AS attribute
FROM sys."ora$source" s WHERE s.error IS NOT NULL AND sys.runs(s.owner, s.name)

-- view all_procedures
SELECT sys.o(split_part(n.nspname, '$', 1)) AS owner, sys.o(substr(n.nspname, strpos(n.nspname, '$') + 1)) AS object_name,
       sys.o(p.proname) AS procedure_name, 'PACKAGE' AS object_type, 'DEFINER' AS authid
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN sys."ora$schemas" s
  ON n.nspname LIKE s.nspname || '$%'
WHERE sys.runs(sys.o(s.nspname), sys.o(substr(n.nspname, strpos(n.nspname, '$') + 1)))

-- view all_arguments
SELECT sys.o(s.nspname) AS owner, sys.o(p.proname) AS object_name,
       sys.o(substr(n.nspname, length(s.nspname) + 2)) AS package_name,
       sys.o(a.name) AS argument_name, a.at::int AS position, a.at::int AS sequence, 0 AS data_level,
       sys.plsql_type(a.type) AS data_type, CASE a.mode WHEN 'i' THEN 'IN' WHEN 'o' THEN 'OUT' ELSE 'IN/OUT' END AS in_out,
       CASE WHEN a.at > p.pronargs - p.pronargdefaults THEN 'Y' ELSE 'N' END AS defaulted
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN sys."ora$schemas" s ON starts_with(n.nspname, s.nspname || '$')
CROSS JOIN LATERAL unnest(p.proargnames, coalesce(p.proallargtypes, p.proargtypes::oid[]),
  coalesce(p.proargmodes::text[], array_fill('i'::text, ARRAY[p.pronargs::int]))) WITH ORDINALITY a(name, type, mode, at)
WHERE sys.runs(sys.o(s.nspname), sys.o(substr(n.nspname, length(s.nspname) + 2)))
UNION ALL
SELECT sys.o(s.nspname), sys.o(p.proname), sys.o(substr(n.nspname, length(s.nspname) + 2)), NULL, 0, 1, 0,
       sys.plsql_type(p.prorettype), 'OUT', 'N'
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN sys."ora$schemas" s ON starts_with(n.nspname, s.nspname || '$')
WHERE p.prokind = 'f' AND p.proargmodes IS NULL AND sys.runs(sys.o(s.nspname), sys.o(substr(n.nspname, length(s.nspname) + 2)))

-- view all_tab_privs
SELECT g.grantor, g.grantee, g.owner AS table_schema, g.name AS table_name, g.privilege, 'NO' AS grantable
FROM sys."ora$grants" g WHERE sys.is_about_me(g.owner, g.grantor, g.grantee)
UNION ALL
SELECT coalesce(gr.name, 'SYS'), coalesce(ge.name, 'PUBLIC'), sys.o(n.nspname), sys.o(c.relname), x.privilege_type,
       CASE WHEN x.is_grantable THEN 'YES' ELSE 'NO' END
FROM pg_class c JOIN sys."ora$schemas" n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) x
LEFT JOIN pg_roles rr ON rr.oid = x.grantor LEFT JOIN sys."ora$users" gr ON gr.role = rr.rolname
LEFT JOIN pg_roles re ON re.oid = x.grantee LEFT JOIN sys."ora$users" ge ON ge.role = re.rolname
WHERE c.relkind IN ('r', 'v', 'S') AND x.grantee <> c.relowner
  AND sys.is_about_me(sys.o(n.nspname), coalesce(gr.name, 'SYS'), coalesce(ge.name, 'PUBLIC'))

-- view user_tab_privs
SELECT grantee, table_schema AS owner, table_name, grantor, privilege, grantable FROM sys.all_tab_privs
WHERE current_setting('double.user') IN (grantee, grantor, table_schema)

-- view session_privs
SELECT DISTINCT p.privilege FROM sys."ora$privileges" p WHERE sys.is_mine(p.grantee)

-- view user_sys_privs
SELECT current_setting('double.user') AS username, p.privilege, 'NO' AS admin_option
FROM sys."ora$privileges" p WHERE p.grantee = current_setting('double.user')

-- view session_roles
SELECT u.name AS role FROM sys."ora$users" u WHERE u.kind = 'ROLE' AND sys.is_mine(u.name)

-- view user_role_privs
SELECT current_setting('double.user') AS username, u.name AS granted_role, 'NO' AS admin_option, 'YES' AS default_role
FROM sys."ora$users" u WHERE u.kind = 'ROLE' AND sys.is_mine(u.name)

-- view product_component_version
SELECT 'Oracle Database ' || CASE WHEN sys.version() LIKE '23%' THEN '23ai Free' ELSE '19c Enterprise Edition' END
         AS product, split_part(sys.version(), '.', 1) || '.0.0.0.0' AS version, sys.version() AS version_full,
       'Production' AS status

-- view v_$version
SELECT product || ' Release ' || version || ' - Production' AS banner,
       product || ' Release ' || version || ' - Production' || chr(10) || 'Version ' || version_full AS banner_full,
       0 AS con_id FROM sys.product_component_version

-- view v_$instance
SELECT 1 AS instance_number, 'double' AS instance_name, 'localhost' AS host_name,
       split_part(sys.version(), '.', 1) || '.0.0.0.0' AS version, sys.version() AS version_full, 'OPEN' AS status,
       'ACTIVE' AS database_status, 'PRIMARY_INSTANCE' AS instance_role, pg_postmaster_start_time()::timestamp(0) AS startup_time

-- view v_$database
SELECT 1 AS dbid, 'DOUBLE' AS name, 'double' AS db_unique_name, 'READ WRITE' AS open_mode, 'PRIMARY' AS database_role,
       'NOARCHIVELOG' AS log_mode, txid_current()::numeric AS current_scn

-- view v_$session
SELECT current_setting('double.sid')::numeric AS sid, 1 AS "serial#", current_setting('double.user') AS username,
       current_setting('double.module', true) AS module, current_setting('double.action', true) AS action,
       current_setting('double.client_identifier', true) AS client_identifier,
       current_setting('double.client_info', true) AS client_info, 'ACTIVE' AS status

-- view v_$parameter
SELECT name, value FROM (VALUES ('compatible', '19.0.0'), ('max_string_size', 'STANDARD'), ('processes', '300'),
  ('nls_length_semantics', 'BYTE')) p(name, value)

-- view v_$transaction
SELECT txid_current_if_assigned()::numeric AS xid WHERE txid_current_if_assigned() IS NOT NULL

-- view nls_session_parameters
SELECT parameter, value FROM (VALUES ('NLS_LANGUAGE', 'AMERICAN'), ('NLS_TERRITORY', 'AMERICA'), ('NLS_SORT', 'BINARY'),
  ('NLS_COMP', 'BINARY'), ('NLS_NUMERIC_CHARACTERS', '.,'), ('NLS_LENGTH_SEMANTICS', 'BYTE'),
  ('NLS_DATE_FORMAT', current_setting('double.nls_date_format'))) p(parameter, value)

-- view nls_database_parameters
SELECT parameter, value FROM (VALUES ('NLS_CHARACTERSET', 'AL32UTF8'), ('NLS_NCHAR_CHARACTERSET', 'AL16UTF16'),
  ('NLS_RDBMS_VERSION', sys.version())) p(parameter, value)

-- view all_services
SELECT 1 AS service_id, current_setting('double.service', true) AS name, 'NO' AS commit_outcome

-- view all_editions
SELECT 'ORA$BASE' AS edition_name, NULL::text AS parent_edition_name, 'YES' AS usable

-- view all_mviews
SELECT NULL::text AS owner, NULL::text AS mview_name WHERE false

-- view all_mview_comments
SELECT NULL::text AS owner, NULL::text AS mview_name WHERE false

-- view user_db_links
SELECT NULL::text AS db_link WHERE false

-- The schema sys: what the double keeps beside PostgreSQL's own catalogue.

CREATE SCHEMA sys;
GRANT USAGE ON SCHEMA sys TO PUBLIC;

-- Oracle's type of each column, which PostgreSQL's does not tell
CREATE TABLE sys."ora$cols" (
  relid oid, attnum int, data_type text NOT NULL, char_length int, prec int, scale int, in_bytes boolean NOT NULL,
  identity text,
  PRIMARY KEY (relid, attnum));
-- PL/SQL as it was sent
CREATE TABLE sys."ora$source" (
  owner text, name text, type text, text text NOT NULL, status text NOT NULL DEFAULT 'VALID', error text,
  created timestamp(0) DEFAULT date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC'),
  PRIMARY KEY (owner, name, type));
CREATE TABLE sys."ora$synonyms" (
  owner text, name text, table_owner text NOT NULL, table_name text NOT NULL, PRIMARY KEY (owner, name));
-- users and roles, what the system lets them do, and which packages they may run
CREATE TABLE sys."ora$users" (name text PRIMARY KEY, role text NOT NULL, kind text NOT NULL DEFAULT 'USER');
INSERT INTO sys."ora$users" VALUES ('SYS', '', 'SYSTEM');
CREATE TABLE sys."ora$privileges" (grantee text, privilege text, PRIMARY KEY (grantee, privilege));
CREATE TABLE sys."ora$grants" (
  owner text, name text, privilege text, grantee text, grantor text, PRIMARY KEY (owner, name, privilege, grantee));

-- VARCHAR2(n) counts bytes unless CHAR is said
CREATE FUNCTION sys.ora_bytes(size int) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7);
  IF to_regtype('sys.bytes_' || size) IS NULL THEN
    EXECUTE format('CREATE DOMAIN sys.bytes_%s AS varchar(%s) CHECK (octet_length(VALUE) <= %s)', size, size, size);
  END IF;
END $$;

CREATE TABLE sys.dual (dummy varchar(1));
INSERT INTO sys.dual VALUES ('X');
GRANT SELECT ON ALL TABLES IN SCHEMA sys TO PUBLIC;
GRANT INSERT, UPDATE, DELETE ON sys."ora$cols", sys."ora$source", sys."ora$synonyms" TO PUBLIC;

-- Oracle's name of one of PostgreSQL's
CREATE FUNCTION sys.o(text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN $1 = lower($1) THEN upper($1) ELSE $1 END $$;
CREATE VIEW sys."ora$schemas" AS
  SELECT n.oid, n.nspname FROM pg_namespace n JOIN sys."ora$users" u ON sys.o(n.nspname) = u.name WHERE u.kind = 'USER';
GRANT SELECT ON sys."ora$schemas" TO PUBLIC;

-- whom a right concerns: the dictionary tells nobody of what is none of his business
CREATE FUNCTION sys.sees(relid oid, kind "char") RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN kind = 'S' THEN has_sequence_privilege(relid, 'USAGE,SELECT')
              ELSE has_table_privilege(relid, 'SELECT,INSERT,UPDATE,DELETE,REFERENCES') END
$$;
CREATE FUNCTION sys.is_mine(grantee text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT grantee IN (current_setting('double.user'), 'PUBLIC')
    OR EXISTS (SELECT 1 FROM sys."ora$users" u
               WHERE u.name = grantee AND u.kind = 'ROLE' AND pg_has_role(current_user, u.role, 'USAGE'))
$$;
CREATE FUNCTION sys.is_about_me(owner text, grantor text, grantee text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT current_setting('double.user') IN (owner, grantor) OR sys.is_mine(grantee)
    OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
$$;
CREATE FUNCTION sys.runs(owner text, name text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT owner = current_setting('double.user') OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
    OR EXISTS (SELECT 1 FROM sys."ora$grants" g WHERE g.owner = runs.owner AND g.name = runs.name
               AND sys.is_mine(g.grantee))
$$;
CREATE FUNCTION sys.version() RETURNS text LANGUAGE sql STABLE AS $$ SELECT current_setting('double.version') $$;
-- an expression without PostgreSQL's casts and functions of the double
CREATE FUNCTION sys.written(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT regexp_replace(regexp_replace($1, '::(character varying|double precision|timestamp without time zone|[a-z]+)(\([0-9,]+\))?(\[\])?', '', 'g'),
                        '(sys\.)?ora_([a-z_]+)(\(\))?', '\2', 'g')
$$;
CREATE FUNCTION sys.plsql_type(oid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE format_type($1, NULL) WHEN 'numeric' THEN 'NUMBER' WHEN 'text' THEN 'VARCHAR2'
    WHEN 'timestamp without time zone' THEN 'DATE' WHEN 'bytea' THEN 'BLOB' ELSE upper(format_type($1, NULL)) END
$$;

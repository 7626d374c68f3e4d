Definitions: tables, indexes, sequences, views, rights, sessions.

--- identity column | always | -
CREATE TABLE n (id NUMBER GENERATED ALWAYS AS IDENTITY (START WITH 10 CACHE 20) PRIMARY KEY, b VARCHAR2(10 BYTE))
--- default from a sequence | always | -
CREATE TABLE n (id NUMBER DEFAULT n_s.NEXTVAL NOT NULL, c NUMBER DEFAULT ON NULL 0)
--- virtual column | always | -
CREATE TABLE n (a NUMBER, b NUMBER GENERATED ALWAYS AS (a * 2) VIRTUAL, c AS (a + 1))
--- stored generated column | never | ORA-00907
CREATE TABLE n (a NUMBER, b NUMBER GENERATED ALWAYS AS (a * 2) STORED)
--- all the types | always | -
CREATE TABLE n (a NUMBER, b NUMBER(38), c NUMBER(*, 2), d NUMBER(5, -2), e FLOAT(126), f BINARY_DOUBLE, g DOUBLE PRECISION, h NVARCHAR2(20), i NCHAR(2), j CHAR, k NCLOB, l BLOB, m TIMESTAMP WITH LOCAL TIME ZONE, o INTERVAL DAY(3) TO SECOND(0), p INTERVAL YEAR TO MONTH, q RAW(2000), r ROWID, s INTEGER, t DECIMAL(10, 2), u SMALLINT, v CHARACTER VARYING(10), w LONG, x XMLTYPE)
--- precision over 38 | never | ORA-01727
CREATE TABLE n (a NUMBER(39, 2))
--- scale over 127 | never | ORA-01728
CREATE TABLE n (a NUMBER(38, 128))
--- decimal over 38 | never | ORA-01727
ALTER TABLE t ADD (x DECIMAL(40, 2))
--- varchar2 of nothing | never | ORA-01723
CREATE TABLE n (a VARCHAR2(0))
--- varchar2 of 4001 | never | ORA-00910
CREATE TABLE n (a VARCHAR2(4001 BYTE))
--- char of 2001 | never | ORA-00910
CREATE TABLE n (a CHAR(2001))
--- raw without a length | never | ORA-00906
CREATE TABLE n (a RAW)
--- varchar2 in CHARS | never | ORA-00907
CREATE TABLE n (a VARCHAR2(10 CHARS))
--- timestamp(10) | never | ORA-30088
CREATE TABLE n (a TIMESTAMP(10))
--- bigint | never | ORA-00902
CREATE TABLE n (a BIGINT)
--- datetime | never | ORA-00902
CREATE TABLE n (a NUMBER, d DATETIME)
--- uuid | never | ORA-00902
CREATE TABLE n (a UUID DEFAULT SYS_GUID())
--- tinyint in alter | never | ORA-00902
ALTER TABLE t MODIFY (a TINYINT)
--- timestamptz | never | ORA-00902
CREATE TABLE n (a TIMESTAMPTZ)
--- json column | 21 | ORA-00902
CREATE TABLE n (id NUMBER, j JSON)
--- vector column | 23 | ORA-00902
CREATE TABLE n (id NUMBER, j VECTOR(3))
--- quoted reserved column | always | -
CREATE TABLE n (id NUMBER, "DATE" DATE, "level" NUMBER)
--- columns with words that are not reserved | always | -
CREATE TABLE n (type VARCHAR2(1), status VARCHAR2(1), name VARCHAR2(1), key VARCHAR2(1), timestamp TIMESTAMP, value NUMBER, class VARCHAR2(9), data CLOB, owner VARCHAR2(9), year NUMBER, month NUMBER, day NUMBER, state VARCHAR2(1), action VARCHAR2(9), document CLOB, digest VARCHAR2(64), at DATE)
--- reserved column SIZE | never | ORA-00904
CREATE TABLE n (id NUMBER, size NUMBER)
--- reserved column in alter | never | ORA-00904
ALTER TABLE t ADD start DATE
--- table is a reserved word | never | ORA-00903
CREATE TABLE session (id NUMBER)
--- query of a reserved table | never | ORA-00903
SELECT a FROM order
--- table name of 31 bytes | 12.2 | ORA-00972
CREATE TABLE abcdefghijabcdefghijabcdefghij1 (id NUMBER)
--- constraint name of 31 bytes | 12.2 | ORA-00972
CREATE TABLE n (id NUMBER, CONSTRAINT abcdefghijabcdefghijabcdefghij1 PRIMARY KEY (id))
--- foreign key | always | -
CREATE TABLE n (id NUMBER REFERENCES t (a) ON DELETE CASCADE, CONSTRAINT n_fk FOREIGN KEY (id) REFERENCES t (a) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED)
--- on update cascade | never | ORA-00905
CREATE TABLE n (id NUMBER REFERENCES t (a) ON UPDATE CASCADE)
--- on delete restrict | never | ORA-00905
CREATE TABLE n (id NUMBER REFERENCES t (a) ON DELETE RESTRICT)
--- create table if not exists | 23 | ORA-00922
CREATE TABLE IF NOT EXISTS n (id NUMBER)
--- create or replace table | never | ORA-00922
CREATE OR REPLACE TABLE n (id NUMBER)
--- partial index | never | ORA-02158
CREATE INDEX i ON t (a) WHERE a > 0
--- index using btree | never | ORA-00906
CREATE INDEX i ON t USING btree (a)
--- index concurrently | never | ORA-00969
CREATE INDEX CONCURRENTLY i ON t (a)
--- index include | never | ORA-02158
CREATE INDEX i ON t (a) INCLUDE (b)
--- function index with options | always | -
CREATE INDEX i ON t (NVL(a, 0), b DESC) TABLESPACE users COMPUTE STATISTICS ONLINE
--- temp table | never | ORA-00901
CREATE TEMP TABLE n (id NUMBER)
--- global temporary table | always | -
CREATE GLOBAL TEMPORARY TABLE n (id NUMBER) ON COMMIT PRESERVE ROWS
--- private temporary table | 18 | ORA-00901
CREATE PRIVATE TEMPORARY TABLE ora$ptt_n (id NUMBER) ON COMMIT DROP DEFINITION
--- create table as | always | -
CREATE TABLE n AS SELECT a, b FROM t WHERE 1 = 0
--- alter add column | never | ORA-00904
ALTER TABLE t ADD COLUMN x NUMBER
--- alter add one | always | -
ALTER TABLE t ADD x NUMBER DEFAULT 0 NOT NULL
--- alter column type | never | ORA-01735
ALTER TABLE t ALTER COLUMN b TYPE VARCHAR2(20)
--- alter rename and drop column | always | -
ALTER TABLE t RENAME COLUMN a TO a1
--- alter drop column | always | -
ALTER TABLE t DROP COLUMN a CASCADE CONSTRAINTS
--- alter add constraint | always | -
ALTER TABLE t ADD CONSTRAINT t_ck CHECK (b IN ('x', 'y') AND a IS NOT NULL) ENABLE NOVALIDATE
--- alter modify null | always | -
ALTER TABLE t MODIFY b NULL
--- default now() | never | ORA-00904
CREATE TABLE n (d TIMESTAMP DEFAULT NOW())
--- default true | 23 | ORA-00984
CREATE TABLE n (flag NUMBER(1) DEFAULT TRUE)
--- check with sysdate | never | ORA-02436
CREATE TABLE n (d DATE CHECK (d <= SYSDATE))
--- check with a subquery | never | ORA-02251
CREATE TABLE n (a NUMBER, CHECK (a IN (SELECT a FROM t)))
--- comment in a column | never | ORA-00907
CREATE TABLE n (a NUMBER COMMENT 'the key')
--- comment on a table | always | -
COMMENT ON TABLE t IS 'receivables; open'
--- drop cascade | never | ORA-00905
DROP TABLE t CASCADE
--- drop index on | never | ORA-00933
DROP INDEX i ON t
--- sequence | always | -
CREATE SEQUENCE s MINVALUE 1 MAXVALUE 9999 NOCACHE NOCYCLE ORDER
--- sequence if not exists | 23 | ORA-00933
CREATE SEQUENCE IF NOT EXISTS s
--- sequence with two words | never | ORA-00933
CREATE SEQUENCE s NO CYCLE
--- view | always | -
CREATE OR REPLACE FORCE EDITIONING VIEW v AS SELECT a FROM t
--- view with an alias by AS | never | ORA-00933
CREATE VIEW v AS SELECT x.a FROM t AS x
--- synonym | always | -
CREATE OR REPLACE SYNONYM xx FOR apps.xx
--- grants | always | -
GRANT SELECT, INSERT, UPDATE ON xx.t TO erp_reader WITH GRANT OPTION
--- grant on all tables | never | ORA-00990
GRANT SELECT ON ALL TABLES IN SCHEMA xx TO erp_reader
--- grant on a schema | 23 | ORA-00990
GRANT SELECT ANY TABLE ON SCHEMA xx TO erp_reader
--- create schema | never | ORA-02420
CREATE SCHEMA xx
--- create user | always | -
CREATE USER xx IDENTIFIED BY "secret" DEFAULT TABLESPACE users QUOTA UNLIMITED ON users
--- session format | always | -
ALTER SESSION SET NLS_DATE_FORMAT = 'YYYY-MM-DD HH24:MI:SS'
--- session schema | always | -
ALTER SESSION SET CURRENT_SCHEMA = apps
--- search path | never | ORA-00922
SET search_path TO xx
--- session edition | always | -
ALTER SESSION SET EDITION = ora$base
--- drop user | always | -
DROP USER xx CASCADE
--- rename | always | -
RENAME t TO t_old
--- unique without nulls | never | ORA-00907
CREATE TABLE n (a NUMBER, UNIQUE NULLS NOT DISTINCT (a))
--- engine | never | ORA-00922
CREATE TABLE n (a NUMBER) ENGINE=InnoDB
--- table without columns | never | ORA-00904
CREATE TABLE n ()
--- trailing comma in a table | never | ORA-00904
CREATE TABLE n (a NUMBER, )
--- table options | always | -
CREATE TABLE n (a NUMBER) TABLESPACE users PCTFREE 10 NOLOGGING PARTITION BY RANGE (a) (PARTITION p1 VALUES LESS THAN (10), PARTITION p2 VALUES LESS THAN (MAXVALUE))

A second list, written when the rules stood, to see what they had not thought of.

--- scalar subquery in the select list | always | -
SELECT x.a, (SELECT MAX(y.b) FROM u y WHERE y.a = x.a) AS last_b FROM t x WHERE x.c IS NOT NULL
--- correlated update with exists | always | -
UPDATE t x SET x.b = (SELECT y.b FROM u y WHERE y.a = x.a) WHERE EXISTS (SELECT NULL FROM u y WHERE y.a = x.a)
--- group by expression with case | always | -
SELECT CASE WHEN d < SYSDATE THEN 'late' ELSE 'due' END AS bucket, SUM(a) FROM t GROUP BY CASE WHEN d < SYSDATE THEN 'late' ELSE 'due' END
--- group by trunc | always | -
SELECT TRUNC(d, 'MM') AS month, COUNT(DISTINCT a) AS accounts FROM t GROUP BY TRUNC(d, 'MM') HAVING COUNT(*) > 1 ORDER BY month
--- rollup | always | -
SELECT org_id, currency, SUM(a), GROUPING_ID(org_id, currency) FROM t GROUP BY ROLLUP (org_id, currency)
--- keyword named columns in expressions | always | -
SELECT t.type, t.status, NVL(t.value, 0) * t.key FROM t WHERE t.action = 'x' AND t.year = 2026
--- row number page | always | -
SELECT a FROM (SELECT x.a, ROW_NUMBER() OVER (PARTITION BY x.b ORDER BY x.d DESC) AS n FROM t x) WHERE n = 1
--- rownum page of old | always | -
SELECT * FROM (SELECT q.*, ROWNUM AS rn FROM (SELECT a FROM t ORDER BY a) q WHERE ROWNUM <= :last) WHERE rn > :first
--- in with tuples and subquery | always | -
SELECT a FROM t WHERE (a, b) IN (SELECT a, b FROM u) AND c NOT IN (SELECT c FROM w WHERE c IS NOT NULL)
--- between with case | always | -
SELECT a FROM t WHERE CASE WHEN b BETWEEN 1 AND 2 THEN 1 ELSE 0 END = 1 AND c BETWEEN :low AND :high
--- regexp condition | always | -
SELECT a FROM t WHERE REGEXP_LIKE(b, '^x[0-9]+$', 'i') AND NOT REGEXP_LIKE(c, 'y')
--- union in a with clause | always | -
WITH a AS (SELECT 1 AS n FROM DUAL UNION ALL SELECT 2 FROM DUAL), b AS (SELECT n FROM a) SELECT b.n FROM b ORDER BY 1
--- any and all | always | -
SELECT a FROM t WHERE a > ALL (SELECT b FROM u) OR a = ANY (1, 2, 3)
--- listagg on overflow | 12.2 | ORA-00907
SELECT LISTAGG(b, ',' ON OVERFLOW TRUNCATE) WITHIN GROUP (ORDER BY b) FROM t
--- listagg distinct | 19 | ORA-30482
SELECT LISTAGG(DISTINCT b, ',') WITHIN GROUP (ORDER BY b) FROM t
--- approximate count | always | -
SELECT APPROX_COUNT_DISTINCT(a) FROM t
--- validate conversion | 12.2 | ORA-00904
SELECT a FROM t WHERE VALIDATE_CONVERSION(b AS NUMBER) = 1
--- cast with default on error | 12.2 | ORA-00907
SELECT CAST(b AS NUMBER DEFAULT 0 ON CONVERSION ERROR) FROM t
--- to_date with default on error | 12.2 | ORA-00907
SELECT TO_DATE(b DEFAULT NULL ON CONVERSION ERROR, 'YYYY-MM-DD') FROM t
--- case insensitive collation | 12.2 | ORA-00907
CREATE TABLE n (a VARCHAR2(10) COLLATE BINARY_CI)
--- json table | always | -
SELECT j.a FROM t, JSON_TABLE(t.doc, '$' COLUMNS (a VARCHAR2(10) PATH '$.a')) j
--- json object | 12.2 | ORA-00904
SELECT JSON_OBJECT('a' VALUE a) FROM t
--- any_value | 19 | ORA-00904
SELECT a, ANY_VALUE(b) FROM t GROUP BY a
--- standard hash | always | -
SELECT STANDARD_HASH(b, 'SHA256') FROM t
--- unique column and check | always | -
CREATE TABLE n (a NUMBER(1) DEFAULT 0 CHECK (a IN (0, 1)) NOT NULL UNIQUE, b TIMESTAMP(6) DEFAULT SYSTIMESTAMP)
--- invisible column | always | -
ALTER TABLE t MODIFY (a INVISIBLE)
--- index organised | always | -
CREATE TABLE n (a NUMBER, CONSTRAINT n_pk PRIMARY KEY (a)) ORGANIZATION INDEX
--- materialized view | always | -
CREATE MATERIALIZED VIEW v REFRESH COMPLETE ON DEMAND AS SELECT a FROM t
--- materialized view if not | never | ORA-00933
CREATE MATERIALIZED VIEW v AS SELECT a FROM t AS x
--- column default by literal of another kind | never | ORA-00902
CREATE TABLE n (a NUMBER, b STRING)
--- double quotes for a text of length | never | ORA-00972
SELECT "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhiiiiiiiiiijjjjjjjjjjkkkkkkkkkkllllllllllmmmmmmmmmm" FROM t
--- boolean literal in a case | 23 | ORA-00904
SELECT CASE WHEN a = 1 THEN TRUE ELSE FALSE END FROM t
--- is true in having | 23 | ORA-00908
SELECT a FROM t GROUP BY a HAVING MAX(flag) IS TRUE
--- function for a condition | 23 | ORA-00920
SELECT a FROM t WHERE is_open(a)
--- number for a condition | 23 | ORA-00920
SELECT a FROM t WHERE 1
--- on condition that is a column | 23 | ORA-00920
SELECT x.a FROM t x JOIN u y ON y.flag
--- join without on | never | ORA-00905
SELECT x.a FROM t x JOIN u y WHERE y.a = x.a
--- using after where | never | ORA-00933
SELECT a FROM t WHERE a = 1 JOIN u USING (a)
--- where twice | never | ORA-00933
SELECT a FROM t WHERE a = 1 WHERE b = 2
--- having before group | always | -
SELECT a FROM t HAVING COUNT(*) > 1 GROUP BY a
--- order before where | never | ORA-00933
SELECT a FROM t ORDER BY a WHERE a = 1
--- limit with offset of mysql | never | ORA-00933
SELECT a FROM t LIMIT 5, 10
--- fetch without rows | never | ORA-00905
SELECT a FROM t FETCH FIRST 10
--- nulls first in distinct order | never | ORA-01791
SELECT DISTINCT a FROM t ORDER BY b
--- union with order inside | never | ORA-00933
SELECT a FROM t ORDER BY a UNION SELECT a FROM u
--- for update in a subquery | never | ORA-00907
SELECT a FROM (SELECT a FROM t FOR UPDATE)
--- union and for update | never | ORA-01786
SELECT a FROM t UNION SELECT a FROM u FOR UPDATE
--- different column counts in a union | never | ORA-01789
SELECT a, b FROM t UNION ALL SELECT a FROM u
--- insert with fewer columns than selected | never | ORA-00913
INSERT INTO t (a) SELECT a, b FROM u
--- insert of a subquery too narrow | never | ORA-00947
INSERT INTO t (a, b) SELECT a FROM u
--- the same column twice | never | ORA-00957
INSERT INTO t (a, a) VALUES (1, 2)
--- a column set twice | never | ORA-00957
UPDATE t SET a = 1, a = 2
--- table with a column twice | never | ORA-00957
CREATE TABLE n (a NUMBER, b DATE, a DATE)
--- ambiguous star | never | ORA-00923
SELECT *, a FROM t
--- qualified star with others | always | -
SELECT t.*, a FROM t
--- count without argument | never | ORA-00909
SELECT COUNT() FROM t
--- aggregate as a window argument | always | -
SELECT a, RATIO_TO_REPORT(SUM(b)) OVER () FROM t GROUP BY a
--- lag with default | always | -
SELECT a, LAG(b, 1, 0) OVER (ORDER BY d) FROM t
--- backslash escape | never | ORA-01756
SELECT 'it\'s' FROM DUAL
--- unclosed text | never | ORA-01756
SELECT 'it FROM DUAL
--- two texts side by side | never | ORA-00923
SELECT 'a' 'b' FROM DUAL
--- empty identifier | never | ORA-01756
SELECT "" FROM t
--- insert values with a query bare | never | ORA-00936
INSERT INTO t (a) VALUES (SELECT a FROM u)
--- insert values with a scalar query | always | -
INSERT INTO t (a) VALUES ((SELECT MAX(a) FROM u))
--- create index on nothing | never | ORA-00936
CREATE INDEX i ON t ()
--- primary key of nothing | never | ORA-00936
CREATE TABLE n (a NUMBER, PRIMARY KEY ())
--- two primary keys | never | ORA-02260
CREATE TABLE n (a NUMBER PRIMARY KEY, b NUMBER PRIMARY KEY)
--- rename table of mysql | never | ORA-00903
RENAME TABLE t TO u
--- alter two things | never | ORA-01735
ALTER TABLE t ADD a NUMBER, ADD b NUMBER
--- for loop of another language | never | PLS-00103
BEGIN FOR i IN 1 .. 3 DO NULL; END LOOP; END;
--- then missing | never | PLS-00103
BEGIN IF 1 = 1 NULL; END IF; END;
--- perform | never | PLS-00103
BEGIN PERFORM do_it(1); END;
--- raise notice | never | PLS-00103
BEGIN RAISE NOTICE 'x'; END;
--- assignment by equals | never | PLS-00103
DECLARE l NUMBER; BEGIN l = 1; END;
--- bind in a stored unit | never | PLS-00049
CREATE OR REPLACE PROCEDURE p IS BEGIN UPDATE t SET a = :a; END;
--- to_boolean | 23 | ORA-00904
SELECT a FROM t WHERE CASE WHEN a = 1 THEN TO_BOOLEAN('true') END = b

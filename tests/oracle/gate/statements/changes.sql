Changes of rows and transactions.

--- default values | never | ORA-00926
INSERT INTO t DEFAULT VALUES
--- value DEFAULT | always | -
INSERT INTO t (a, b) VALUES (DEFAULT, :b)
--- returning without into | never | ORA-00925
INSERT INTO t (a) VALUES (:a) RETURNING id
--- update returning into | always | -
UPDATE t SET a = a + 1 WHERE b = :b RETURNING a, b INTO :new_a, :new_b
--- delete returning into | always | -
DELETE FROM t WHERE b = :b RETURNING a INTO :old_a
--- insert select returning | never | ORA-00933
INSERT INTO t (a) SELECT a FROM u RETURNING a INTO :a
--- insert or replace | never | ORA-00925
INSERT OR REPLACE INTO t (a) VALUES (1)
--- insert ignore | never | ORA-00925
INSERT IGNORE INTO t (a) VALUES (1)
--- replace into | never | ORA-00900
REPLACE INTO t (a) VALUES (1)
--- alias of the target with AS | never | ORA-00933
INSERT INTO t AS x (a) VALUES (1)
--- more values than columns | never | ORA-00913
INSERT INTO t (a) VALUES (1, 2)
--- fewer values than columns | never | ORA-00947
INSERT INTO t (a, b) VALUES (1)
--- with before insert | never | ORA-00928
WITH q AS (SELECT a FROM u) INSERT INTO t (a) SELECT a FROM q
--- with inside insert | always | -
INSERT INTO t (a) WITH q AS (SELECT a FROM u) SELECT a FROM q
--- insert with error log | always | -
INSERT INTO t (a) SELECT a FROM u LOG ERRORS INTO err$_t ('run') REJECT LIMIT UNLIMITED
--- delete without from | always | -
DELETE t WHERE a = 1
--- delete using | never | ORA-00933
DELETE FROM t USING u WHERE u.a = t.a
--- delete with a join | 23 | ORA-00933
DELETE FROM t x FROM u y WHERE y.a = x.a
--- delete limit | never | ORA-00933
DELETE FROM t WHERE a = 1 LIMIT 1
--- delete with AS | never | ORA-00933
DELETE FROM t AS x WHERE x.a = 1
--- update with AS | never | ORA-00971
UPDATE t AS x SET x.a = 1
--- update of a join | never | ORA-00971
UPDATE t JOIN u ON u.a = t.a SET t.b = u.b
--- update of a tuple from a subquery | always | -
UPDATE t x SET (a, b) = (SELECT a, b FROM u WHERE u.id = x.id) WHERE x.a IS NOT NULL
--- update of a tuple from values | never | ORA-01767
UPDATE t SET (a, b) = (1, 2)
--- update to true | 23 | ORA-00904
UPDATE t SET flag = TRUE WHERE a = 1
--- update to an empty text | always | -
UPDATE t SET b = '' WHERE a = 1
--- for update nowait | always | -
SELECT a FROM t WHERE a = :a FOR UPDATE NOWAIT
--- merge with delete | always | -
MERGE INTO t x USING u y ON (x.a = y.a) WHEN MATCHED THEN UPDATE SET x.b = y.b WHERE x.b <> y.b DELETE WHERE x.b IS NULL
--- merge without parentheses | never | ORA-00969
MERGE INTO t x USING u y ON x.a = y.a WHEN MATCHED THEN UPDATE SET x.b = y.b
--- merge with AS | never | ORA-02012
MERGE INTO t AS x USING u y ON (x.a = y.a) WHEN MATCHED THEN UPDATE SET x.b = y.b
--- merge using subquery with AS | never | ORA-00933
MERGE INTO t x USING (SELECT 1 a FROM DUAL) AS y ON (x.a = y.a) WHEN MATCHED THEN UPDATE SET x.b = 1
--- merge that only deletes | never | ORA-00905
MERGE INTO t x USING u y ON (x.a = y.a) WHEN MATCHED THEN DELETE
--- merge matched and | never | ORA-00905
MERGE INTO t x USING u y ON (x.a = y.a) WHEN MATCHED AND x.b = 1 THEN UPDATE SET x.b = y.b
--- merge by source | never | ORA-00905
MERGE INTO t x USING u y ON (x.a = y.a) WHEN NOT MATCHED BY SOURCE THEN DELETE
--- merge sets what it joins on | never | ORA-38104
MERGE INTO t x USING u y ON (x.a = y.a) WHEN MATCHED THEN UPDATE SET x.a = y.b
--- merge returning | 23 | ORA-00933
MERGE INTO t x USING u y ON (x.a = y.a) WHEN MATCHED THEN UPDATE SET x.b = y.b RETURNING x.b INTO :b
--- on conflict update | never | ORA-00933
INSERT INTO t (a, b) VALUES (:a, :b) ON CONFLICT (a) DO UPDATE SET b = excluded.b
--- multi-row values by binds | 23 | ORA-00933
INSERT INTO t (a, b) VALUES (:1, :2), (:3, :4)
--- transactions | always | -
SET TRANSACTION READ ONLY NAME 'reading'
--- serializable | always | -
SET TRANSACTION ISOLATION LEVEL SERIALIZABLE
--- repeatable read | never | ORA-02179
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ
--- start transaction | never | ORA-00900
START TRANSACTION
--- begin of a transaction | never | PLS-00103
BEGIN
--- savepoint | always | -
SAVEPOINT before_notes
--- back to a savepoint | always | -
ROLLBACK TO SAVEPOINT before_notes
--- release savepoint | never | ORA-00900
RELEASE SAVEPOINT before_notes
--- lock table | always | -
LOCK TABLE t IN EXCLUSIVE MODE NOWAIT
--- truncate | always | -
TRUNCATE TABLE t DROP STORAGE
--- truncate without table | never | ORA-03290
TRUNCATE t
--- explain plan | always | -
EXPLAIN PLAN FOR SELECT a FROM t
--- explain | never | ORA-00905
EXPLAIN SELECT a FROM t
--- call | always | -
CALL my_pkg.do_it(:a)
--- exec | never | ORA-00900
EXEC my_pkg.do_it(1)
--- show tables | never | ORA-00900
SHOW TABLES
--- pragma of another database | never | ORA-00900
PRAGMA foreign_keys = ON
--- two statements | never | ORA-00933
DELETE FROM t; DELETE FROM u
--- commit with a semicolon | never | ORA-00933
COMMIT;

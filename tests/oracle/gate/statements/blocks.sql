PL/SQL: blocks and stored units.

--- block with a slash | never | PLS-00103
BEGIN NULL; END;
/
--- call with binds | always | -
BEGIN xx_pkg.post(p_id => :p_id, x_status => :x_status); END;
--- block with a cursor loop | always | -
DECLARE
  CURSOR c (p_org NUMBER) IS SELECT a, b FROM t WHERE org_id = p_org FOR UPDATE OF a NOWAIT;
BEGIN
  FOR r IN c(81) LOOP
    UPDATE t SET b = r.b || 'x' WHERE CURRENT OF c;
    IF SQL%ROWCOUNT = 0 THEN RAISE NO_DATA_FOUND; ELSIF r.a > 1 THEN EXIT; END IF;
  END LOOP;
  COMMIT;
END;
--- boolean in PL/SQL | always | -
DECLARE l_ok BOOLEAN := TRUE; BEGIN IF l_ok AND NOT FALSE THEN NULL; END IF; END;
--- elseif | never | PLS-00103
BEGIN IF 1 = 1 THEN NULL; ELSEIF 1 = 2 THEN NULL; END IF; END;
--- parameter with a length | never | PLS-00103
CREATE OR REPLACE PROCEDURE p (p_a IN VARCHAR2(10)) IS BEGIN NULL; END;
--- procedure | always | -
CREATE OR REPLACE PROCEDURE p (p_a IN VARCHAR2 DEFAULT NULL, x_b OUT NOCOPY NUMBER) AUTHID DEFINER IS l_x VARCHAR2(32767); BEGIN SELECT MAX(a) INTO x_b FROM t WHERE b = p_a; END p;
--- function result with a length | never | PLS-00103
CREATE OR REPLACE FUNCTION f RETURN VARCHAR2(10) IS BEGIN RETURN 'x'; END;
--- own error outside its range | never | ORA-21000
BEGIN RAISE_APPLICATION_ERROR(-1, 'x'); END;
--- limit in a block | never | ORA-00933
DECLARE l NUMBER; BEGIN SELECT a INTO l FROM t LIMIT 1; END;
--- select without into | never | PLS-00428
BEGIN SELECT a FROM t; END;
--- alias by AS in a block | never | ORA-00933
DECLARE l NUMBER; BEGIN SELECT x.a INTO l FROM t AS x; END;
--- variable of 31 bytes | 12.2 | ORA-00972
DECLARE abcdefghijabcdefghijabcdefghij1 NUMBER; BEGIN NULL; END;
--- dollar quoted body | never | ORA-00911
CREATE FUNCTION f RETURN NUMBER AS $$ BEGIN RETURN 1; END; $$
--- trigger | always | -
CREATE OR REPLACE TRIGGER t_bi BEFORE INSERT OR UPDATE ON t FOR EACH ROW WHEN (new.a IS NULL) BEGIN :new.a := t_s.NEXTVAL; IF :new.b IS NULL THEN :new.b := :old.b; END IF; END;
--- package specification | always | -
CREATE OR REPLACE PACKAGE xx_pkg AUTHID DEFINER AS
  c_version CONSTANT VARCHAR2(30) := '1.0';
  e_busy EXCEPTION;
  PRAGMA EXCEPTION_INIT(e_busy, -54);
  SUBTYPE t_key IS VARCHAR2(64);
  FUNCTION version RETURN VARCHAR2;
  PROCEDURE post(p_key IN VARCHAR2, p_amount IN NUMBER, x_status OUT VARCHAR2);
END xx_pkg;
--- bulk collect | always | -
DECLARE TYPE t_ids IS TABLE OF t.a%TYPE INDEX BY PLS_INTEGER; l_ids t_ids; BEGIN SELECT a BULK COLLECT INTO l_ids FROM t; FORALL i IN 1 .. l_ids.COUNT DELETE FROM u WHERE a = l_ids(i); END;
--- execute immediate | always | -
BEGIN EXECUTE IMMEDIATE 'DROP TABLE t PURGE'; EXCEPTION WHEN OTHERS THEN IF SQLCODE <> -942 THEN RAISE; END IF; END;
--- bind is a reserved word in a block | never | ORA-01745
BEGIN p(:date); END;
--- wrong end label | never | PLS-00113
CREATE OR REPLACE PACKAGE xx_pkg AS c NUMBER := 1; END yy_pkg;
--- commented block end | always | -
BEGIN NULL; END; -- done
--- query with returning in a block | always | -
DECLARE l NUMBER; BEGIN INSERT INTO t (a) VALUES (1) RETURNING a INTO l; DELETE FROM t WHERE a = l; END;
--- no semicolon after a statement | never | PLS-00103
BEGIN UPDATE t SET a = 1 COMMIT; END;
--- create type | always | -
CREATE OR REPLACE TYPE t_names AS TABLE OF VARCHAR2(30)

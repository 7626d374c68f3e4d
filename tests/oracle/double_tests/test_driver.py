"""The driver, unmodified, over the wire: types, arrays, LOBs, blocks, pools, interruptions, lost connections."""

# ruff: noqa: DTZ001 - a DATE has no zone

import asyncio
import threading
from datetime import datetime
from decimal import Decimal

import oracledb
import psycopg
import pytest

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*unclosed.*socket:ResourceWarning",
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning",
)
"""The driver leaves its socket open when the server resets the connection."""

TABLE = """CREATE TABLE t (id NUMBER(10) NOT NULL, name VARCHAR2(30 CHAR), amt NUMBER(15,2), d DATE, ts TIMESTAMP(6),
    body CLOB, raw_ RAW(16), big BLOB, dbl BINARY_DOUBLE, CONSTRAINT t_pk PRIMARY KEY (id))"""


@pytest.fixture
def opened(scott):
    """A connection of a user who has a table, on each version."""
    with scott.connect() as connection:
        connection.cursor().execute(TABLE)
        yield connection


@pytest.fixture
def cursor(opened):
    """A cursor on it."""
    with opened.cursor() as cursor:
        yield cursor


@pytest.fixture
def many(opened, cursor):
    """537 rows from 1000 on."""
    cursor.executemany("INSERT INTO t (id, name) VALUES (:1, :2)", [(i, f"n{i}") for i in range(1000, 1537)])
    opened.commit()


def test_a_wrong_password_is_refused(scott, fails):
    """A logon with a wrong password, or of nobody, fails with ORA-01017."""
    fails("ORA-01017", lambda: oracledb.connect(user=scott.name, password="lion", dsn=scott.double.dsn))
    fails("ORA-01017", lambda: oracledb.connect(user="nobody", password="tiger", dsn=scott.double.dsn))


def test_an_unknown_service_is_refused(scott):
    """A service that the listener does not know is refused as a listener does."""
    with pytest.raises(oracledb.OperationalError, match=r"DPY-6001|ORA-12514|DPY-6005"):
        oracledb.connect(user=scott.name, password="tiger", dsn=f"127.0.0.1:{scott.double.port}/NOPE")


@pytest.mark.usefixtures("opened")
def test_types_go_round(cursor):
    """Each type comes back as it went in, described as it was defined."""
    row = [1, "Ünïcode €", 1234.56, datetime(2026, 1, 2, 3, 4, 5), datetime(2026, 2, 3, 4, 5, 6)]
    row += ["clob €" * 10, b"\x01\x02", b"\x00\xff" * 50, 1.5]
    cursor.execute("INSERT INTO t VALUES (:1, :2, :3, :4, :5, :6, :7, :8, :9)", row)
    assert cursor.rowcount == 1
    found = list(cursor.execute("SELECT * FROM t WHERE id = :id", id=1).fetchone())
    assert found[5].size() == 60
    found[5], found[7] = found[5].read(), found[7].read()
    assert found == row
    kinds = [one[1].name.removeprefix("DB_TYPE_") for one in cursor.description]
    assert kinds == ["NUMBER", "VARCHAR", "NUMBER", "DATE", "TIMESTAMP", "CLOB", "RAW", "BLOB", "BINARY_DOUBLE"]
    assert cursor.description[0][4:6] == (10, 0)
    assert cursor.description[2][4:6] == (15, 2)


NUMBERS = ["-0.00001", "9" * 38, "-123456.789", "0", "-1", "100", "0.1", "-99.99", "1000000", "0.01", "-" + "9" * 38]


@pytest.mark.parametrize("number", [*NUMBERS, "1E-20", "0." + "1" * 38, "12345678901234567890.123456789012345678"])
def test_numbers_are_exact(cursor, number):
    """A number of up to 38 digits comes back digit by digit."""
    cursor.outputtypehandler = lambda cursor, _meta: cursor.var(Decimal, arraysize=cursor.arraysize)
    assert cursor.execute("SELECT CAST(:v AS NUMBER) FROM dual", v=Decimal(number)).fetchone()[0] == Decimal(number)


def test_a_timestamp_keeps_its_microseconds(cursor):
    """A TIMESTAMP keeps its fraction of a second, and so does its maximum."""
    moment = datetime(2026, 2, 3, 4, 5, 6, 789012)
    cursor.setinputsizes(ts=oracledb.DB_TYPE_TIMESTAMP)
    cursor.execute("INSERT INTO t (id, ts) VALUES (77, :ts)", ts=moment)
    assert cursor.execute("SELECT ts, MAX(ts) OVER () FROM t").fetchone() == (moment, moment)


def test_the_maximum_of_a_date_is_a_date(cursor):
    """An expression over DATEs is described as DATE."""
    cursor.execute("SELECT MAX(day), TRUNC(MIN(day)), CASE WHEN 1 = 1 THEN DATE '9999-12-31' END FROM "
                   "(SELECT d AS day FROM t)")  # fmt: skip
    assert {one[1] for one in cursor.description} == {oracledb.DB_TYPE_DATE}


def test_an_empty_string_is_null(cursor):
    """'' is stored as NULL, bound or written."""
    cursor.execute("INSERT INTO t (id, name) VALUES (5, '')")
    cursor.execute("INSERT INTO t (id, name) VALUES (6, :n)", n="")
    cursor.execute("INSERT INTO t (id, name) SELECT 7, SUBSTR('abc', 4) FROM dual")
    assert cursor.execute("SELECT COUNT(*) FROM t WHERE name IS NULL").fetchone() == (3,)


@pytest.mark.usefixtures("many")
def test_rows_come_in_portions(cursor):
    """Prefetch and array size divide the rows; none is lost or comes twice."""
    cursor.arraysize, cursor.prefetchrows = 50, 7
    cursor.execute("SELECT id, name FROM t ORDER BY id")
    assert cursor.fetchone() == (1000, "n1000")
    assert len(cursor.fetchmany(100)) == 100
    rest = cursor.fetchall()
    assert (len(rest), rest[-1], cursor.rowcount) == (436, (1536, "n1536"), 537)
    assert all(len(text) == 3000 for (text,) in cursor.execute("SELECT RPAD('x', 3000, 'y') FROM t"))


@pytest.mark.usefixtures("many")
def test_a_cached_statement_runs_again(cursor):
    """A statement that the driver keeps open runs again with other binds."""
    for i in range(1000, 1005):
        assert cursor.execute("SELECT name FROM t WHERE id = :i", i=i).fetchall() == [(f"n{i}",)]
    for i in range(1000, 1005):
        assert cursor.execute("UPDATE t SET amt = :a WHERE id = :i", a=i, i=i) is None
        assert cursor.rowcount == 1


def test_a_failed_statement_takes_back_itself_alone(opened, cursor, fails):
    """What came before a failed statement stays in the transaction."""
    cursor.execute("INSERT INTO t (id) VALUES (2001)")
    fails("ORA-00001", cursor.execute, "INSERT INTO t (id) VALUES (2001)")
    opened.commit()
    assert cursor.execute("SELECT COUNT(*) FROM t").fetchone() == (1,)


def test_merge(cursor):
    """MERGE inserts, then updates."""
    merge = """MERGE INTO t USING (SELECT :id AS id, :n AS n, :a AS a FROM dual) s ON (t.id = s.id)
        WHEN MATCHED THEN UPDATE SET t.name = s.n, t.amt = s.a
        WHEN NOT MATCHED THEN INSERT (id, name, amt) VALUES (s.id, s.n, s.a)"""
    cursor.execute(merge, id=3001, n="one", a=1)
    assert cursor.rowcount == 1
    cursor.execute(merge, id=3001, n="two", a=None)
    assert cursor.execute("SELECT name, amt FROM t WHERE id = 3001").fetchone() == ("two", None)


@pytest.mark.usefixtures("many")
def test_errors_of_a_batch(opened, cursor, fails):
    """Rows that fail are told by their places, the others stay; without batch errors the first one ends it."""
    rows = [(4001, "a"), (1000, "dup"), (4002, "b"), (4003, "x" * 40), (4004, "c")]
    insert = "INSERT INTO t (id, name) VALUES (:1, :2)"
    cursor.executemany(insert, rows, batcherrors=True)
    assert [(one.offset, one.code) for one in cursor.getbatcherrors()] == [(1, 1), (3, 12899)]
    assert cursor.rowcount == 3
    opened.rollback()
    fails("ORA-00001", cursor.executemany, insert, rows)
    assert cursor.execute("SELECT COUNT(*) FROM t WHERE id > 4000").fetchone() == (1,)


@pytest.mark.usefixtures("many")
def test_row_counts_of_an_array(cursor):
    """Each row of binds tells how many rows it changed."""
    pairs = [(1001, 1002), (1, 1), (1003, 1003)]
    cursor.executemany("UPDATE t SET amt = 1 WHERE id BETWEEN :1 AND :2", pairs, arraydmlrowcounts=True)
    assert cursor.getarraydmlrowcounts() == [2, 0, 1]


@pytest.mark.usefixtures("many")
def test_returning(cursor):
    """RETURNING INTO gives the values of each changed row."""
    number, name = cursor.var(int), cursor.var(str)
    cursor.execute("INSERT INTO t (id, name) VALUES (:id, :nm) RETURNING id, name INTO :v, :n",
                   id=5001, nm="ret", v=number, n=name)  # fmt: skip
    assert (number.getvalue(), name.getvalue()) == ([5001], ["ret"])
    cursor.execute("UPDATE t SET amt = 9 WHERE id IN (1001, 1002) RETURNING id INTO :v", v=number)
    assert sorted(number.getvalue()) == [1001, 1002]
    several = cursor.var(int, arraysize=3)
    cursor.setinputsizes(None, several)
    cursor.executemany("INSERT INTO t (id) VALUES (:1) RETURNING id INTO :2", [(5002,), (5003,), (5004,)])
    assert [several.getvalue(i) for i in range(3)] == [[5002], [5003], [5004]]


def test_a_long_clob(cursor, monkeypatch):
    """A CLOB of many letters of several bytes comes back whole, as a LOB and as a string."""
    text = "é€가x" * 40_000
    cursor.setinputsizes(b=oracledb.DB_TYPE_CLOB)
    cursor.execute("INSERT INTO t (id, body) VALUES (1, :b)", b=text)
    assert cursor.execute("SELECT body FROM t").fetchone()[0].read() == text
    monkeypatch.setattr(oracledb.defaults, "fetch_lobs", False)
    assert cursor.connection.cursor().execute("SELECT body FROM t").fetchone()[0] == text


PACKAGE = """
CREATE SCHEMA "{user}$ar_pkg";
GRANT USAGE ON SCHEMA "{user}$ar_pkg" TO PUBLIC;
CREATE PROCEDURE "{user}$ar_pkg".create_adj(p_id numeric, p_amt numeric, OUT x_status text, OUT x_no numeric)
    LANGUAGE plpgsql AS $$ BEGIN x_status := CASE WHEN p_amt IS NULL THEN 'E' ELSE 'S' END; x_no := p_id * 10; END $$;
CREATE FUNCTION "{user}$ar_pkg".vers() RETURNS text LANGUAGE sql AS $$ SELECT '1.2.3' $$;
CREATE PROCEDURE "{user}$ar_pkg".fail() LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'too late' USING ERRCODE = 'P0042'; END $$;
"""


@pytest.fixture
def package(scott):
    """A package, as its translation would be deployed."""
    with psycopg.connect(scott.double.postgresql, autocommit=True) as behind:
        behind.execute(PACKAGE.format(user=scott.name.lower()))


@pytest.mark.usefixtures("package")
def test_procedures_and_functions(cursor, fails):
    """Calls by place and by name, with results in binds; wrong ones fail as PL/SQL does."""
    status, number = cursor.var(str), cursor.var(int)
    assert cursor.callproc("ar_pkg.create_adj", [7, Decimal("1.5"), status, number]) == [7, Decimal("1.5"), "S", 70]
    call = "BEGIN ar_pkg.create_adj(p_id => :i, p_amt => :a, x_status => :s, x_no => :n); END;"
    for i in range(3):
        cursor.execute(call, i=i, a=None, s=status, n=number)
        assert (status.getvalue(), number.getvalue()) == ("E", 10 * i)
    assert cursor.callfunc("ar_pkg.vers", str) == "1.2.3"
    assert "PLS-00201" in fails("ORA-06550", cursor.callproc, "nope.nope", [1]).message
    assert "PLS-00306" in fails("ORA-06550", cursor.callproc, "ar_pkg.create_adj", [1]).message
    assert "too late" in fails("ORA-20042", cursor.callproc, "ar_pkg.fail").message


def test_blocks(opened, cursor, fails):
    """A block assigns, changes rows, commits, selects, branches and raises."""
    number = cursor.var(int)
    cursor.execute("BEGIN :x := 1 + :y; END;", x=number, y=41)
    assert number.getvalue() == 42
    cursor.execute("BEGIN INSERT INTO t (id) VALUES (6001); COMMIT; END;")
    opened.rollback()
    cursor.execute("BEGIN SELECT COUNT(*) INTO :n FROM t WHERE id = 6001; END;", n=number)
    assert number.getvalue() == 1
    cursor.execute("""DECLARE l_n NUMBER; BEGIN
        SELECT COUNT(*) INTO l_n FROM t;
        IF l_n = 0 THEN EXECUTE IMMEDIATE 'CREATE TABLE never (a NUMBER)';
        ELSIF l_n = 1 THEN EXECUTE IMMEDIATE q'[INSERT INTO t (id, name) VALUES (6002, 'it''s; so')]';
        ELSE NULL; END IF; :n := l_n; END;""", n=number)  # fmt: skip
    assert cursor.execute("SELECT name FROM t WHERE id = 6002").fetchone() == ("it's; so",)
    assert "boom" in fails("ORA-20001", cursor.execute, "BEGIN raise_application_error(-20001, 'boom'); END;").message
    assert "FOR" in fails("ORA-03001", cursor.execute, "BEGIN FOR i IN 1..2 LOOP NULL; END LOOP; END;").message
    fails("ORA-01403", cursor.execute, "BEGIN SELECT id INTO :n FROM t WHERE id = 0; END;", [number])


def test_definitions_commit(opened, cursor):
    """A definition commits what came before it."""
    cursor.execute("INSERT INTO t (id) VALUES (7001)")
    opened.rollback()
    cursor.execute("INSERT INTO t (id) VALUES (7002)")
    cursor.execute("CREATE TABLE pa (x NUMBER)")
    opened.rollback()
    assert cursor.execute("SELECT id FROM t").fetchall() == [(7002,)]


@pytest.mark.usefixtures("opened")
def test_a_pool_rolls_back(scott):
    """A connection that goes back into its pool leaves nothing open."""
    pool = oracledb.create_pool(user=scott.name, password="tiger", dsn=scott.double.dsn, min=1, max=3, ping_interval=0)
    with pool.acquire() as one:
        one.ping()
        one.cursor().execute("INSERT INTO t (id) VALUES (7101)")
    with pool.acquire() as one:
        assert one.cursor().execute("SELECT COUNT(*) FROM t").fetchone() == (0,)
    pool.close()


def test_a_call_that_takes_too_long(opened, cursor, fails):
    """A call timeout interrupts the call; the session goes on."""
    opened.call_timeout = 300
    fails("DPY-4024", cursor.execute, "BEGIN dbms_session.sleep(20); END;")
    assert cursor.execute("SELECT 1 FROM dual").fetchone() == (1,)


def test_a_call_that_is_cancelled(opened, cursor, fails):
    """Cancel from another thread ends the call with ORA-01013; the session goes on."""
    timer = threading.Timer(0.3, opened.cancel)
    timer.start()
    fails("ORA-01013", cursor.execute, "BEGIN dbms_session.sleep(20); END;")
    timer.join()
    assert cursor.execute("SELECT 1 FROM dual").fetchone() == (1,)


@pytest.mark.parametrize(("when", "rows"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize("action", ["drop", "rst"])
def test_a_connection_lost_at_commit(  # noqa: PLR0917
    scott, opened, fails, when, rows, action
):
    """Before the commit nothing is kept; after it everything is, though the client hears the same."""
    lost = scott.connect()
    lost.cursor().execute("INSERT INTO t (id) VALUES (8001)")
    scott.double.fault("commit", when, action)
    fails("DPY-4011", lost.commit)
    assert not lost.is_healthy()
    assert opened.cursor().execute("SELECT COUNT(*) FROM t").fetchone() == (rows,)


@pytest.mark.usefixtures("many")
def test_a_connection_lost_in_execute_and_fetch(scott, opened, fails):
    """A lost connection rolls back, in the middle of a statement or of its rows."""
    lost = scott.connect()
    scott.double.fault("execute", "after", "rst", match="8003")
    fails("DPY-4011", lost.cursor().execute, "INSERT INTO t (id) VALUES (8003)")
    lost = scott.connect()
    cursor = lost.cursor()
    cursor.arraysize = 10
    cursor.execute("SELECT id FROM t")
    scott.double.fault("fetch", "before", "drop")
    fails("DPY-4011", cursor.fetchall)
    assert opened.cursor().execute("SELECT COUNT(*) FROM t WHERE id = 8003").fetchone() == (0,)


def test_an_answer_that_never_comes(scott, opened, fails):
    """A commit that takes effect, and whose answer stalls, runs into the call timeout."""
    with scott.connect() as other:
        other.call_timeout = 300
        other.cursor().execute("INSERT INTO t (id) VALUES (8010)")
        scott.double.fault("commit", "after", "stall")
        fails("DPY-4024", other.commit)
    assert opened.cursor().execute("SELECT COUNT(*) FROM t").fetchone() == (1,)


@pytest.mark.parametrize(
    ("code", "told"),
    [(54, "ORA-00054"), (60, "ORA-00060"), (1555, "ORA-01555"), (2091, "ORA-02091"), (4068, "ORA-04068"),
     (8177, "ORA-08177"), (3113, "DPY-4011"), (28, "DPY-4011"), (1033, "ORA-01033"), (12345, "ORA-12345")],
)  # fmt: skip
def test_an_injected_error(scott, fails, code, told):
    """Any error can be injected; those that end a session arrive as the driver's own."""
    with scott.connect() as connection:
        scott.double.fault("execute", "before", "error", code=code, match="dual", skip=1)
        cursor = connection.cursor()
        cursor.execute("SELECT 1 FROM dual")
        fails(told, cursor.execute, "SELECT 2 FROM dual")


def test_a_listener_that_refuses(scott):
    """An error at connect is a listener's refusal."""
    scott.double.fault("connect", action="error", code=12528)
    with pytest.raises(oracledb.OperationalError, match="12528"):
        scott.connect()


@pytest.mark.usefixtures("many")
def test_the_asynchronous_driver(scott):
    """The asynchronous driver sees the same."""

    async def read():
        async with oracledb.connect_async(user=scott.name, password="tiger", dsn=scott.double.dsn) as connection:
            with connection.cursor() as cursor:
                await cursor.execute("SELECT id, name, body FROM t WHERE id >= :1 ORDER BY id", [1])
                rows = await cursor.fetchall()
                text = cursor.var(str)
                await cursor.execute("BEGIN :x := 'a' || 'b'; END;", x=text)
                return len(rows), text.getvalue()

    assert asyncio.run(read()) == (537, "ab")


@pytest.mark.usefixtures("scott")
def test_session_attributes(opened, cursor):
    """Module, action and client identifier reach the database; an empty one is none."""
    opened.module, opened.action, opened.client_identifier = "loader", "read ü", ""
    row = cursor.execute("SELECT SYS_CONTEXT('USERENV', 'MODULE'), SYS_CONTEXT('USERENV', 'ACTION'),"
                         " SYS_CONTEXT('USERENV', 'CLIENT_IDENTIFIER') FROM dual").fetchone()  # fmt: skip
    assert row == ("loader", "read ü", None)
    opened.action = None
    assert cursor.execute("SELECT SYS_CONTEXT('USERENV', 'ACTION') FROM dual").fetchone() == (None,)


@pytest.mark.usefixtures("many")
def test_data_frames(opened):
    """Rows as Arrow data come in batches."""
    batches = list(opened.fetch_df_batches("SELECT id, name, d FROM t ORDER BY id", size=200))
    assert [one.num_rows() for one in batches] == [200, 200, 137]


@pytest.mark.usefixtures("opened")
def test_killed_sessions(scott, fails):
    """Sessions that are killed are gone for the client, and rolled back."""
    victim = scott.connect()
    victim.cursor().execute("INSERT INTO t (id) VALUES (1)")
    scott.double.kill_sessions()
    fails("DPY-4011", victim.cursor().execute, "SELECT 1 FROM dual")
    with scott.connect() as again:
        assert again.cursor().execute("SELECT COUNT(*) FROM t").fetchone() == (0,)

"""Transactions, locks and lost rights of way, as between Oracle's sessions."""

import threading

import pytest


@pytest.fixture
def rows(connection):
    """Three rows of a table."""
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE t (id NUMBER PRIMARY KEY, n NUMBER)")
    cursor.executemany("INSERT INTO t VALUES (:1, :2)", [(1, 10), (2, 20), (3, 30)])
    connection.commit()


@pytest.fixture
def other(rows, user):  # noqa: ARG001 - the table comes first
    """A second session of the same user."""
    with user.connect() as opened:
        yield opened.cursor()


@pytest.mark.usefixtures("rows")
def test_locks_are_not_waited_for(cursor, other, fails):
    """NOWAIT fails, WAIT fails after a while, SKIP LOCKED leaves out what is locked."""
    cursor.execute("SELECT id FROM t WHERE id = 1 FOR UPDATE")
    fails("ORA-00054", other.execute, "SELECT id FROM t WHERE id = 1 FOR UPDATE NOWAIT")
    fails("ORA-00054", other.execute, "SELECT id FROM t t FOR UPDATE OF t.id WAIT 1")
    assert other.execute("SELECT id FROM t ORDER BY id FOR UPDATE SKIP LOCKED").fetchall() == [(2,), (3,)]


@pytest.mark.usefixtures("rows")
def test_all_rows_are_locked_before_one_is_fetched(cursor, other, fails):
    """FOR UPDATE locks when it is opened, whatever has been fetched."""
    cursor.arraysize = cursor.prefetchrows = 1
    cursor.execute("SELECT id FROM t ORDER BY id FOR UPDATE")
    fails("ORA-00054", other.execute, "SELECT id FROM t WHERE id = 3 FOR UPDATE NOWAIT")


@pytest.mark.usefixtures("rows")
def test_a_reader_sees_one_moment(connection, cursor, other, fails):
    """READ ONLY: every query of the transaction sees the moment at which it began, and nothing can be changed."""
    cursor.execute("SET TRANSACTION READ ONLY")
    other.execute("UPDATE t SET n = 11 WHERE id = 1")
    other.connection.commit()
    assert cursor.execute("SELECT n FROM t WHERE id = 1").fetchone() == (10,)
    fails("ORA-01456", cursor.execute, "UPDATE t SET n = 12")
    connection.commit()
    assert cursor.execute("SELECT n FROM t WHERE id = 1").fetchone() == (11,)


@pytest.mark.usefixtures("rows")
def test_serializable_gives_way(cursor, other, fails):
    """SERIALIZABLE: a row that another session changed since cannot be changed."""
    cursor.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
    other.execute("UPDATE t SET n = 11 WHERE id = 1")
    other.connection.commit()
    fails("ORA-08177", cursor.execute, "UPDATE t SET n = 12 WHERE id = 1")


@pytest.mark.usefixtures("rows")
def test_set_transaction_comes_first(cursor, fails):
    """SET TRANSACTION in the middle of one fails."""
    cursor.execute("UPDATE t SET n = 1")
    fails("ORA-01453", cursor.execute, "SET TRANSACTION READ ONLY")


@pytest.mark.usefixtures("rows")
def test_a_query_keeps_its_moment_and_outlives_a_commit(connection, cursor, other):
    """Rows that are fetched after a commit are those of when the query was opened."""
    cursor.arraysize = cursor.prefetchrows = 1
    cursor.execute("SELECT n FROM t ORDER BY id")
    assert cursor.fetchone() == (10,)
    other.execute("UPDATE t SET n = 99")
    other.connection.commit()
    connection.cursor().execute("INSERT INTO t VALUES (4, 40)")
    connection.commit()
    assert cursor.fetchall() == [(20,), (30,)]


@pytest.mark.usefixtures("rows")
def test_a_plain_query_opens_no_transaction(connection, cursor):
    """Only changes and locks open a transaction."""
    cursor.execute("SELECT n FROM t").fetchall()
    assert not connection.transaction_in_progress
    cursor.execute("UPDATE t SET n = 1 WHERE id = 1")
    assert connection.transaction_in_progress
    connection.rollback()
    assert not connection.transaction_in_progress


@pytest.mark.usefixtures("rows")
def test_savepoints(cursor, fails):
    """ROLLBACK TO takes back what came after; an unknown savepoint is an error."""
    cursor.execute("UPDATE t SET n = 1 WHERE id = 1")
    cursor.execute("SAVEPOINT here")
    cursor.execute("UPDATE t SET n = 2 WHERE id = 1")
    cursor.execute("ROLLBACK TO SAVEPOINT here")
    assert cursor.execute("SELECT n FROM t WHERE id = 1").fetchone() == (1,)
    fails("ORA-01086", cursor.execute, "ROLLBACK TO nowhere")


@pytest.mark.usefixtures("rows", "fails")
def test_a_deadlock_ends_one_statement(cursor, other):
    """Of two sessions that wait for each other, one's statement fails with ORA-00060."""
    cursor.execute("UPDATE t SET n = 1 WHERE id = 1")
    other.execute("UPDATE t SET n = 1 WHERE id = 2")
    told = []

    def cross():
        try:
            other.execute("UPDATE t SET n = 2 WHERE id = 1")
        except Exception as error:  # noqa: BLE001 - which of the two fails is up to the database
            told.append(error.args[0].full_code)
        other.connection.rollback()

    crossing = threading.Thread(target=cross)
    crossing.start()
    try:
        cursor.execute("UPDATE t SET n = 2 WHERE id = 2")
    except Exception as error:  # noqa: BLE001
        told.append(error.args[0].full_code)
    cursor.connection.rollback()
    crossing.join()
    assert told == ["ORA-00060"]


ERRORS = [
    ("INSERT INTO c VALUES (1, 1, 'a')", "ORA-00001", ".C_PK"),
    ("INSERT INTO c (p) VALUES (1)", "ORA-01400", '"C"."ID"'),
    ("UPDATE c SET id = NULL", "ORA-01407", '"C"."ID"'),
    ("INSERT INTO c VALUES (2, 9, 'a')", "ORA-02291", ".C_FK"),
    ("DELETE FROM p", "ORA-02292", ".C_FK"),
    ("INSERT INTO c VALUES (2, 1, 'z')", "ORA-02290", ".C_CK"),
    ("INSERT INTO c VALUES (2, 1, 'abcdefgh')", "ORA-12899", "value too large"),
    ("INSERT INTO c VALUES (12345, 1, 'a')", "ORA-01438", "precision"),
    ("INSERT INTO c VALUES ('x', 1, 'a')", "ORA-01722", "number"),
    ("INSERT INTO c (id, day) VALUES (3, '01-JAN-26')", "ORA-00932", "datatypes"),
    ("SELECT * FROM nope", "ORA-00942", "table"),
    ("SELECT nope FROM c", "ORA-00904", "NOPE"),
    ("SELECT id FROM c, p WHERE id = 1", "ORA-00918", "ambiguously"),
    ("SELECT kind, COUNT(*) FROM c", "ORA-00937|ORA-00979", ""),
    ("CREATE TABLE c (x NUMBER)", "ORA-00955", "name"),
    ("DROP TABLE nope", "ORA-00942", "table"),
    ("SELECT nope.NEXTVAL FROM dual", "ORA-02289|ORA-00942", ""),
    ("SELECT * FROM c LIMIT 5", "ORA-00933|ORA-03049", ""),
    ("SELECT * FROM c;", "ORA-00933|ORA-03048|ORA-00911", ""),
]


@pytest.mark.parametrize(("sql", "code", "told"), ERRORS, ids=[one[0] for one in ERRORS])
def test_an_error_has_oracles_number(cursor, sql, code, told):
    """Constraints, types and names that fail do so with Oracle's number, and name what failed."""
    cursor.execute("CREATE TABLE p (id NUMBER CONSTRAINT p_pk PRIMARY KEY)")
    cursor.execute("""CREATE TABLE c (id NUMBER(4) CONSTRAINT c_pk PRIMARY KEY, p NUMBER, kind VARCHAR2(5), day DATE,
        CONSTRAINT c_fk FOREIGN KEY (p) REFERENCES p (id), CONSTRAINT c_ck CHECK (kind IN ('a', 'abcdefgh')))""")
    cursor.execute("INSERT INTO p VALUES (1)")
    cursor.execute("INSERT INTO c (id, p, kind) VALUES (1, 1, 'a')")
    sql = sql.replace("INTO c VALUES", "INTO c (id, p, kind) VALUES")
    with pytest.raises(Exception, match=code) as caught:
        cursor.execute(sql)
    assert told in str(caught.value)


def test_a_length_counts_bytes_unless_letters_are_said(cursor, fails):
    """VARCHAR2(6) has room for six bytes, VARCHAR2(6 CHAR) for six letters; the dictionary tells which."""
    cursor.execute("CREATE TABLE texts (a VARCHAR2(6), b VARCHAR2(6 CHAR))")
    cursor.execute("ALTER TABLE texts ADD (c VARCHAR2(3))")
    cursor.execute("INSERT INTO texts VALUES ('가나', '가나다라마바', 'abc')")
    fails("ORA-12899", cursor.execute, "INSERT INTO texts (a) VALUES ('가나다')")
    fails("ORA-12899", cursor.execute, "UPDATE texts SET c = '가나'")
    told = cursor.execute(
        "SELECT column_name, data_length, char_used FROM user_tab_columns ORDER BY column_id"
    ).fetchall()
    assert told == [("A", 6, "B"), ("B", 24, "C"), ("C", 3, "B")]

"""The connection is cut at any packet: the client hears of it at once, and a row is there only if it was committed."""

import oracledb
import pytest

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*unclosed.*socket:ResourceWarning",
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning",
)


def work(user, done):
    """Log on, insert, select in portions, commit; notes each step that succeeded."""
    with user.connect() as connection, connection.cursor() as cursor:
        done.append("connect")
        cursor.setinputsizes(None, oracledb.DB_TYPE_CLOB)
        cursor.execute("INSERT INTO t VALUES (:1, :2)", [2, "x" * 3000])
        done.append("insert")
        cursor.arraysize = cursor.prefetchrows = 1
        assert len(cursor.execute("SELECT id FROM t").fetchall()) == 2
        done.append("select")
        connection.commit()
        done.append("commit")


CUTS = [(packet, ("drop", "rst", "half")[packet % 3]) for packet in range(1, 16)]
"""Each packet of the work is cut once, each in one of three ways; the last ones come after the work."""


@pytest.mark.parametrize(("packet", "action"), CUTS)
def test_a_cut_is_heard_and_commits_nothing(scott, packet, action):
    """Whatever packet of the server's does not arrive, the driver tells it; a row is there only after the commit."""
    with scott.connect() as watching, watching.cursor() as cursor:
        cursor.execute("CREATE TABLE t (id NUMBER PRIMARY KEY, body CLOB)")
        cursor.execute("INSERT INTO t VALUES (1, NULL)")
        watching.commit()
        scott.double.fault("packet", action=action, skip=packet - 1)
        done, heard = [], None
        try:
            work(scott, done)
        except oracledb.Error as error:
            heard = error.args[0].full_code
        scott.double.clear_faults()
        there = cursor.execute("SELECT COUNT(*) FROM t WHERE id = 2").fetchone()[0]
    assert heard in (None, "DPY-4011", "DPY-6005", "DPY-6000", "DPY-6001")
    assert heard or "commit" in done
    if "commit" in done or "select" not in done:
        assert there == ("commit" in done)

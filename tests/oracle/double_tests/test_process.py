"""The double as a process: it ends with its parent, leaves nothing behind, keeps a million rows out of its memory."""

import json
import os
import subprocess
import sys
from pathlib import Path

import oracledb
import psycopg
import pytest
from double.container import asked
from double.handle import Double

ROOM = Path(__file__).parent.parent


def plain(url):
    return url.replace("postgresql+psycopg://", "postgresql://")


def left_behind(server, database):
    """Databases and roles of a double on its server."""
    with psycopg.connect(plain(server)) as connection:
        databases = connection.execute("SELECT datname FROM pg_database WHERE datname = %s", (database,)).fetchall()
        roles = connection.execute(
            "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", (database,)
        ).fetchall()
    return databases + roles


def test_it_leaves_nothing_behind(postgresql_server):
    """A double that is stopped has dropped its database and its users' roles."""
    with Double.start(postgresql_server, {"APP": "app"}) as double:
        database = psycopg.conninfo.conninfo_to_dict(double.postgresql)["dbname"]
        with oracledb.connect(user="app", password="app", dsn=double.dsn) as connection:
            connection.cursor().execute("CREATE TABLE t (a NUMBER)")
        assert len(left_behind(postgresql_server, database)) == 2
        connection = oracledb.connect(user="app", password="app", dsn=double.dsn)
    assert left_behind(postgresql_server, database) == []
    with pytest.raises(oracledb.Error):
        connection.ping()


def test_it_ends_with_its_parent(postgresql_server):
    """A double whose parent dies without a word ends by itself."""
    parent = f"""
import json, os, psycopg
from double.handle import Double
double = Double.start({postgresql_server!r}, {{"APP": "app"}})
print(json.dumps([double._process.pid, psycopg.conninfo.conninfo_to_dict(double.postgresql)["dbname"]]), flush=True)
os._exit(1)
"""
    done = subprocess.run([sys.executable, "-c", parent], cwd=ROOM, capture_output=True, text=True, check=False)
    pid, database = json.loads(done.stdout)
    for _attempt in range(3000):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            break
        with psycopg.connect(plain(postgresql_server)) as connection:
            connection.execute("SELECT pg_sleep(0.01)")
    else:
        pytest.fail("the double outlived its parent")
    assert left_behind(postgresql_server, database) == []


def memory_of(double):
    """Peak of the process's memory, in kilobytes."""
    lines = Path(f"/proc/{double._process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the memory of a process from /proc")
def test_rows_do_not_stand_in_memory(user, cursor):
    """Of a long result only the portion that a client fetches stands in the double's memory."""
    cursor.execute("CREATE TABLE rows_ (n NUMBER, t VARCHAR2(200))")
    with psycopg.connect(user.double.postgresql) as behind:
        behind.execute(
            f"INSERT INTO {user.name}.rows_ SELECT i, rpad(i::text, 200, 'x') FROM generate_series(1, 300000) i"
        )
    before = memory_of(user.double)
    cursor.arraysize = cursor.prefetchrows = 1000
    cursor.execute("SELECT n, t FROM rows_ ORDER BY n")
    assert sum(1 for _ in cursor) == 300_000
    assert memory_of(user.double) - before < 30_000


def test_the_trace_tells_the_calls(user, cursor):
    """The trace has each call with its user and its statement, and can be cleared."""
    cursor.execute("SELECT 1 FROM dual")
    mine = [one for one in user.double.trace() if one.user == user.name]
    assert ("execute", "SELECT 1 FROM dual") in [(one.call, one.sql) for one in mine]
    user.double.clear_trace()
    assert user.double.trace() == []


def test_a_fault_that_would_never_strike_is_refused(user):
    """A misspelt fault is an error of the test, and told there."""
    with pytest.raises(RuntimeError, match="no such fault"):
        user.double.fault("comit")
    with pytest.raises(RuntimeError, match="has a code"):
        user.double.fault("commit", action="error")


def test_a_container_is_told_by_its_environment():
    """The variables of the images of Oracle Free are understood; without a password it does not start."""
    told = asked({"ORACLE_PASSWORD": "a", "APP_USER": "demo", "APP_USER_PASSWORD": "b", "ORACLE_DATABASE": "ERP"})
    assert told.user == ["SYSTEM:a", "SYS:a", "demo:b"]
    assert told.service == ["FREEPDB1", "FREE", "ERP"]
    assert told.port == 1521
    with pytest.raises(KeyError, match="ORACLE_PASSWORD"):
        asked({})

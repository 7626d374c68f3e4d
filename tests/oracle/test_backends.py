"""What tests of Oracle run on: who is chosen, and which database is left alone."""

import oracle_backends
import pytest
from oracle_backends import NAMED, OracleSchema, refusals


@pytest.mark.parametrize(
    ("named", "silence", "kind", "why"),
    [
        ("oracle+oracledb://u:p@h/?service_name=s", "", "url", f"{NAMED} is set"),
        (None, "", "container", "Docker has the image"),
        (None, "no Docker engine", "double", "no Docker engine"),
        (None, "Docker has no image x", "double", "Docker has no image x"),
    ],
)
def test_the_backend_is_chosen_by_what_there_is(monkeypatch, named, silence, kind, why):
    """A named database goes first, then a container, then the double, and the run says why."""
    monkeypatch.delenv(NAMED, raising=False)
    if named:
        monkeypatch.setenv(NAMED, named)
    monkeypatch.setattr(oracle_backends, "why_no_docker", lambda _image: silence)
    chosen, said = oracle_backends.by_default()
    assert (chosen, why in said) == (kind, True)


@pytest.mark.oracle
def test_a_schema_is_a_users_own_until_it_is_dropped(oracle_server):
    """Two schemas hold tables of one name; a dropped one is gone, and its user with it."""
    first, second = oracle_server.new_schema(), oracle_server.new_schema()
    for schema in (first, second):
        with schema.connect() as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE marks (id NUMBER(9))")
            cursor.execute("SELECT COUNT(*) FROM marks")
            assert cursor.fetchone() == (0,)
    first.drop()
    second.drop()
    with oracle_server.connect() as connection, connection.cursor() as cursor:
        found = cursor.execute("SELECT username FROM all_users WHERE username LIKE 'ERP_AR_TEST_%'").fetchall()
        assert {first.user, second.user}.isdisjoint(name for (name,) in found)


@pytest.mark.oracle
def test_a_database_with_somebodys_books_in_it_is_refused(oracle_server):
    """Tables of E-Business Suite in a schema that no test made keep the tests out; in ours they do not."""
    if oracle_server.kind == "url":
        pytest.skip("makes a user that the next run would take for somebody's")
    ours = oracle_server.new_schema()
    with ours.connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE ar_payment_schedules_all (payment_schedule_id NUMBER)")
        assert refusals(cursor) == []
    ours.drop()
    rights = "GRANT CREATE SESSION, CREATE TABLE TO AR"
    oracle_server.execute('CREATE USER AR IDENTIFIED BY "Pw_1" QUOTA UNLIMITED ON users', rights)
    theirs = OracleSchema(oracle_server.dsn, "AR", "Pw_1", oracle_server)
    with theirs.connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE ar_payment_schedules_all (payment_schedule_id NUMBER)")
    with oracle_server.connect() as connection, connection.cursor() as cursor:
        assert refusals(cursor) == ["AR.AR_PAYMENT_SCHEDULES_ALL"]
    theirs.drop()

"""Opening the state database: made private, brought up to date, or refused with what to do next."""

import contextlib
import logging
import sqlite3
import stat

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from erp_ar_ext.errors import StateError
from erp_ar_ext.store import Store, migrations_folder
from erp_ar_ext.store.database import Database, connect
from erp_ar_ext.store.migrations import REVISIONS
from erp_ar_ext.store.tables import METADATA
from erp_ar_ext.store.upgrade import upgrade_sql


def test_a_new_file_is_its_owners_alone(tmp_path):
    """The state database holds names and amounts: nobody else may read the folder or the file."""
    Store.open("sqlite:///.erp-ar/state.db", tmp_path).close()
    assert stat.S_IMODE((tmp_path / ".erp-ar").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / ".erp-ar/state.db").stat().st_mode) == 0o600


def test_migrations_make_the_tables_the_program_uses(store):
    """The schema that the migrations leave is the schema that the program speaks to, on every database."""
    with store.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_identifiers_fit_the_shortest_database():
    """Oracle takes names of 30 characters: tables, columns and constraints all fit."""
    names = [name for table in METADATA.tables.values() for name in _names(table)]
    assert len(names) > 40
    assert [name for name in names if len(name) > 30] == []


def _names(table):
    constraints = [str(constraint.name) for constraint in table.constraints if constraint.name]
    return [table.name, *table.columns.keys(), *constraints]


def test_opening_again_keeps_what_is_there(state_url, tmp_path):
    """A second opening migrates nothing and loses nothing."""
    with Store.open(state_url, tmp_path) as first:
        run_id = first.start_run("sync")
    with Store.open(state_url, tmp_path) as second:
        assert second.run(run_id).command == "sync"


def test_an_upgrade_says_nothing(sqlite_url, tmp_path, caplog):
    """Bringing the schema up to date is no news: nothing is logged, even to who listens to all."""
    with caplog.at_level(logging.INFO):
        Store.open(sqlite_url, tmp_path).close()
    assert caplog.records == []


def test_snapshots_of_the_first_schema_keep_their_place(state_url, tmp_path):
    """An upgrade from 0.1 keeps which snapshot was current when; nothing says how they were read, so all is read."""
    with contextlib.closing(Database(connect(state_url, tmp_path))) as database, database.writing() as connection:
        config = Config()
        config.set_main_option("script_location", str(migrations_folder()))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for seq, name in ((2, "A"), (3, "B")):
            taken = f"2026-03-0{seq}T09:00:00.000000Z"
            connection.execute(text(f"INSERT INTO snapshots VALUES ('{name}', {seq}, '{{}}', NULL, '{taken}')"))
    with Store.open(state_url, tmp_path) as store:
        assert [(known.snapshot_id, known.known_at.day) for known in store.history.all()] == [("A", 2), ("B", 3)]
        assert store.history.base({}, "sha256:any") is None
        store.history.add("C", {})
        assert store.current_snapshot() == "C"


def test_what_a_dba_runs_is_what_the_program_would_do(state_url, tmp_path):
    """The SQL that is printed for a DBA, run by hand, leaves a database to which the program has nothing to do."""
    with contextlib.closing(Database(connect(state_url, tmp_path))) as database:
        script = upgrade_sql(database.engine.dialect.name)
        ends = "\n/\n" if database.engine.dialect.name == "oracle" else ";\n"
        with database.writing() as connection:
            for statement in filter(None, (_without_comments(part) for part in script.split(ends))):
                if statement not in {"BEGIN", "COMMIT"}:
                    connection.exec_driver_sql(statement)
        with database.reading() as connection:
            assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    with Store.open(state_url, tmp_path) as store:
        assert store.current_snapshot() is None


def _without_comments(statement):
    return "\n".join(line for line in statement.splitlines() if not line.startswith("--")).strip()


def test_a_newer_database_is_refused(state_url, tmp_path):
    """A release that does not know the schema must not write to it, and says to upgrade."""
    with Store.open(state_url, tmp_path) as store, store.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StateError, match="newer release") as caught:
        Store.open(state_url, tmp_path)
    assert "upgrade erp-ar-ext" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "is not one"),
        ("sqlite://", "would forget"),
        ("nosuchdatabase://host/db", "nosuchdatabase"),
        ("postgresql://erp:s3cret@localhost:1/none", "does not answer"),
    ],
)
def test_a_url_that_cannot_be_used_is_explained(url, said, tmp_path):
    """A wrong URL is a StateError with a hint, and never shows a password."""
    with pytest.raises(StateError, match=said) as caught:
        Store.open(url, tmp_path)
    assert caught.value.hint
    assert "s3cret" not in f"{caught.value} {caught.value.hint}"


def test_a_file_that_is_no_database_is_explained(tmp_path):
    """Some other file under the state's name is refused, not overwritten."""
    (tmp_path / "state.db").write_text("a shopping list, long enough to be taken for a header" * 9)
    with pytest.raises(StateError, match="not a database"):
        Store.open("sqlite:///state.db", tmp_path)
    assert (tmp_path / "state.db").read_text().startswith("a shopping list")


def test_a_folder_that_cannot_be_made_is_explained(tmp_path):
    """Where a file stands in the folder's place, the error names the path."""
    (tmp_path / "state").write_text("")
    with pytest.raises(StateError, match="cannot be made") as caught:
        Store.open("sqlite:///state/state.db", tmp_path)
    assert str(tmp_path / "state") in caught.value.place


def test_a_locked_database_says_try_again(sqlite_url, monkeypatch, tmp_path):
    """While another process writes for long, the error says that trying again helps."""
    monkeypatch.setattr("erp_ar_ext.store.database.BUSY_SECONDS", 0)
    with Store.open(sqlite_url, tmp_path) as store:
        other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StateError, match="locked") as caught:
            store.start_run("sync")
        other.close()
    assert "try again" in caught.value.hint


def test_migrations_are_found_in_a_clone():
    """The helper finds the migrations where this clone keeps them."""
    assert (migrations_folder() / "env.py").is_file()
    assert list((migrations_folder() / "versions").glob("0001_*.py"))


def test_the_known_revisions_are_those_of_the_migrations():
    """What the program expects of a state database is what the newest migration makes."""
    script = ScriptDirectory(str(migrations_folder()))
    assert tuple(step.revision for step in script.walk_revisions())[::-1] == REVISIONS

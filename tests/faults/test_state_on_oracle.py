"""The wire to a state database on Oracle breaks: each intent still takes effect exactly once."""

import contextlib

import pytest
from sqlalchemy import inspect, make_url, text

from erp_ar_ext.errors import StateError
from erp_ar_ext.store import Store
from erp_ar_ext.store.database import Database, connect

pytestmark = pytest.mark.oracle


@pytest.fixture
def open_store(oracle_state_url, tmp_path, clock):
    """Open the state as a new process would, an hour later."""
    with contextlib.ExitStack() as opened:

        def open_():
            clock.forward(hours=1)
            return opened.enter_context(Store.open(oracle_state_url, tmp_path, clock=clock))

        yield open_


def _commits(double):
    return sum(call.call == "commit" for call in double.trace())


@pytest.mark.parametrize(("commit", "moment"), [(n, moment) for n in range(6) for moment in ("before", "after")])
def test_any_commit_may_be_lost(open_store, make_desk, full_plan, oracle_faults, commit, moment):  # noqa: PLR0917
    """Whichever commit of an apply loses its connection, with or without effect, one clean apply later all is done."""
    desk = make_desk(open_store())
    desk.store.approve(full_plan, None, "carl")
    oracle_faults.clear_trace()
    oracle_faults.fault("commit", when=moment, action="drop", skip=commit)
    with contextlib.suppress(StateError):
        desk.apply(full_plan, batch_size=2)
    assert _commits(oracle_faults) > commit, "the apply has fewer commits than that"
    oracle_faults.clear_faults()
    assert set(desk.erp.effects.values()) <= {1}
    after = make_desk(open_store())
    after.erp = after.target._erp = desk.erp
    assert after.apply(full_plan).exit_code == 0
    keys = [action.key for action in full_plan.actions]
    assert dict(desk.erp.effects) == {f"erp-ar:{key}": 1 for key in keys}
    assert after.states() == dict.fromkeys(keys, "done")


@pytest.mark.parametrize("code", [60, 8177, 54])
def test_a_database_that_is_busy_says_try_again(open_store, oracle_faults, code):
    """Deadlock, serialization, a lock that is held: nothing is written, and the error says that it may be next time."""
    store = open_store()
    oracle_faults.fault("execute", action="error", code=code, match="runs")
    with pytest.raises(StateError, match=f"ORA-{code:05}") as caught:
        store.start_run("sync")
    assert "try again" in caught.value.hint
    assert store.runs() == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the driver leaves the dead socket open
@pytest.mark.demands("state.session_renewed")
def test_a_connection_that_died_in_the_pool_is_replaced(open_store, oracle_faults):
    """A database that went down and came back between two steps is no error."""
    store = open_store()
    store.start_run("sync")
    oracle_faults.kill_sessions()
    assert [run.command for run in store.runs()] == ["sync"]


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("CREATE TABLE plans", marks=pytest.mark.demands("state.upgrade_resumed")),
        "CREATE TABLE snapshots_before",
        "DROP TABLE snapshots",
        "DROP TABLE snapshots_before",
    ],
)
def test_an_upgrade_that_was_cut_off_goes_on(oracle_url, oracle_faults, tmp_path, step):
    """DDL commits by itself: the next opening passes over what is there, and ends with the whole schema."""
    oracle_faults.fault("execute", when="after", match=step)
    with pytest.raises(StateError):
        Store.open(oracle_url, tmp_path)
    oracle_faults.clear_faults()
    with Store.open(oracle_url, tmp_path) as store:
        store.history.add("A", {})
        with store.database.reading() as connection:
            assert "snapshots_before" not in inspect(connection).get_table_names()


def test_a_table_of_somebody_else_is_not_taken_for_ours(oracle_url, tmp_path):
    """A table of the same name with other columns ends the upgrade: it is neither used nor dropped."""
    with contextlib.closing(Database(connect(oracle_url, tmp_path))) as database:
        with database.writing() as connection:
            connection.execute(text("CREATE TABLE runs (miles INTEGER)"))
        with pytest.raises(StateError, match="ORA-00955"):
            Store.open(oracle_url, tmp_path)
        with database.reading() as connection:
            assert [column["name"] for column in inspect(connection).get_columns("runs")] == ["miles"]


def test_a_wrong_password_is_explained(oracle_url, tmp_path):
    """Who may not log on is told what to correct, and sees no password."""
    url = make_url(oracle_url).set(password="s3cret-and-wrong").render_as_string(hide_password=False)
    with pytest.raises(StateError, match="ORA-01017") as caught:
        Store.open(url, tmp_path)
    assert "password of [state] url" in caught.value.hint
    assert "s3cret" not in f"{caught.value} {caught.value.hint}"

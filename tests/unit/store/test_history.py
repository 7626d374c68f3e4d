"""Runs, snapshots and plans: what happened, and what is current."""

import pytest

from erp_ar_ext.errors import StateError

ERP = {"adapter": "memory", "name": "memory"}


def test_a_run_is_written_down_from_start_to_end(store, clock):
    """A run shows its command, when it began and ended, how, and what it says of itself."""
    run_id = store.start_run("sync", {"entities": 3})
    assert store.run(run_id).finished_at is None
    clock.forward(seconds=90)
    store.finish_run(run_id, 3)
    run = store.run(run_id)
    assert (run.command, run.exit_code, run.detail) == ("sync", 3, {"entities": 3})
    assert (run.started_at, run.finished_at) == ("2026-03-02T09:00:00.000000Z", "2026-03-02T09:01:30.000000Z")


def test_runs_come_newest_first(store, clock):
    """The list of runs begins with the last one."""
    store.start_run("sync")
    clock.forward(minutes=1)
    store.start_run("apply")
    assert [run.command for run in store.runs()] == ["apply", "sync"]


def test_the_end_of_a_run_may_tell_more(store):
    """What a run found replaces what it said at its start."""
    run_id = store.start_run("sync", {"entities": 3})
    store.finish_run(run_id, 0, {"rows": 12})
    assert store.run(run_id).detail == {"rows": 12}


@pytest.mark.parametrize("ask", [lambda s: s.run("no-such"), lambda s: s.finish_run("no-such", 0)])
def test_an_unknown_run_is_an_error(store, ask):
    """A run id that nobody gave out is refused."""
    with pytest.raises(StateError, match="no run 'no-such'"):
        ask(store)


def test_before_the_first_sync_no_snapshot_is_current(store):
    """Nothing is current where nothing was read."""
    assert store.current_snapshot() is None


@pytest.mark.parametrize(
    ("synced", "current", "rows"),
    [(["A"], "A", 1), (["A", "B"], "B", 2), (["A", "A"], "A", 1), (["A", "B", "A"], "A", 2)],
)
def test_the_last_sync_is_current(store, synced, current, rows):
    """The last content found is current; content that comes back is current again and adds no second row."""
    for snapshot in synced:
        store.add_snapshot(snapshot, ERP, store.start_run("sync"))
    with store.database.reading() as connection:
        assert len(connection.exec_driver_sql("SELECT snapshot_id FROM snapshots").all()) == rows
    assert store.current_snapshot() == current


def test_a_snapshot_of_an_unknown_run_is_refused(store):
    """The database itself holds that a snapshot's run exists."""
    with pytest.raises(StateError, match=r"(?i)foreign key"):
        store.add_snapshot("A", ERP, "no-such-run")


def test_a_plan_is_registered_once(store, make_plan, make_action):
    """Registering a plan again changes nothing."""
    plan = make_plan(make_action("a"))
    store.register_plan(plan)
    store.register_plan(plan)
    with store.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT plan_id, maker FROM plans").all() == [(plan.plan_id, "mary")]

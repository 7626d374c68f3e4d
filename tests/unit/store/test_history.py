"""Runs, snapshots and plans: what happened, and what is current."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from erp_ar_ext.errors import LeaseHeld, StateError

BERLIN = ZoneInfo("Europe/Berlin")
MOMENT = timedelta(microseconds=1)
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
    [(["A"], "A", 1), (["A", "B"], "B", 2), (["A", "A"], "A", 1), (["A", "B", "A"], "A", 3)],
)
def test_the_last_sync_is_current(store, synced, current, rows):
    """The last content found is current; content that comes back is current anew, and what stays adds no row."""
    for snapshot in synced:
        store.history.add(snapshot, ERP, run_id=store.start_run("sync"))
    assert len(store.history.all()) == rows
    assert store.current_snapshot() == current


def test_a_snapshot_of_an_unknown_run_is_refused(store):
    """The database itself holds that a snapshot's run exists."""
    with pytest.raises(StateError, match=r"(?i)foreign key|parent key"):
        store.history.add("A", ERP, run_id="no-such-run")


def test_what_was_known_at_a_moment_is_what_was_current_then(store, clock):
    """A, B, then A again: each moment has the snapshot that was current at it, its first one included."""
    moments = {}
    for name, snapshot in (("first", "A"), ("second", "B"), ("third", "A"), ("fourth", "A"), ("fifth", "C")):
        clock.forward(hours=1)
        moments[name] = clock.now
        store.history.add(snapshot, ERP)
    known = {name: store.history.known_at(moment).snapshot_id for name, moment in moments.items()}
    assert known == {"first": "A", "second": "B", "third": "A", "fourth": "A", "fifth": "C"}
    assert store.history.known_at(moments["second"] - MOMENT).snapshot_id == "A"
    assert store.history.known_at(moments["fifth"] + timedelta(days=9)).snapshot_id == "C"
    assert store.history.known_at(moments["first"] - MOMENT) is None
    assert store.history.current().known_at == moments["fifth"]


def test_a_clock_that_was_set_back_hides_no_snapshot(store, clock):
    """Syncs are in the order in which they came, whatever the clock says: the last one is what is known since."""
    store.history.add("A", ERP)
    set_at = clock.now
    clock.forward(hours=-3)
    store.history.add("B", ERP)
    assert store.history.known_at(set_at).snapshot_id == "B"
    assert store.history.known_at(set_at - MOMENT) is None


@pytest.mark.parametrize("cursor", [datetime(2026, 10, 25, 2, 30), datetime(2026, 3, 2, 9, tzinfo=BERLIN)])  # noqa: DTZ001
def test_the_cursor_stands_in_the_row_of_its_snapshot(store, cursor):
    """A sync builds upon the newest snapshot of the same ERP, read in the same way, with the cursor as it was given."""
    store.history.add("A", ERP, reading="r1", cursor=cursor)
    store.history.add("B", {"adapter": "memory", "name": "other"}, reading="r1")
    base = store.history.base(ERP, "r1")
    assert (base.snapshot_id, base.cursor) == ("A", cursor)
    assert store.history.base(ERP, "r2") is None


def test_a_cursor_moves_also_when_nothing_changed(store, clock):
    """Content that is current already stays known since it was found first, and the cursor goes on."""
    first = clock.now
    store.history.add("A", ERP, cursor=datetime(2026, 3, 1, tzinfo=UTC))
    clock.forward(hours=1)
    store.history.add("A", ERP, cursor=datetime(2026, 3, 2, tzinfo=UTC))
    [only] = store.history.all()
    assert (only.known_at, only.cursor) == (first, datetime(2026, 3, 2, tzinfo=UTC))


def test_the_last_sweep_is_known_until_the_next(store, clock):
    """A sync that compares no keys keeps the moment of the last one that did, of the same ERP only."""
    swept = clock.now
    store.history.add("A", ERP, swept=True)
    clock.forward(hours=1)
    store.history.add("B", ERP)
    store.history.add("C", {"adapter": "memory", "name": "other"})
    assert store.history.base(ERP).swept_at == swept
    assert store.history.current().swept_at is None
    clock.forward(hours=1)
    store.history.add("B", ERP, swept=True)
    assert store.history.base(ERP).swept_at == clock.now


def test_a_sync_that_was_overtaken_changes_nothing(store, clock):
    """A paused sync whose lease another took neither makes its snapshot current nor moves the cursor."""
    with store.lease("paused", name="sync", ttl=timedelta(seconds=1)) as old:
        clock.forward(seconds=2)
        with store.lease("next", name="sync") as new:
            store.history.add("B", ERP, lease=new)
            with pytest.raises(LeaseHeld, match="overtaken"):
                store.history.add("A", ERP, lease=old)
    assert store.current_snapshot() == "B"


def test_syncing_and_writing_back_do_not_wait_for_each_other(store):
    """The lease of syncs is not the one of those who write to the ERP."""
    with store.lease("one", name="sync"), store.lease("two") as lease:
        assert lease.fencing == 1


def test_a_plan_is_registered_once(store, make_plan, make_action):
    """Registering a plan again changes nothing."""
    plan = make_plan(make_action("a"))
    store.register_plan(plan)
    store.register_plan(plan)
    with store.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT plan_id, maker FROM plans").all() == [(plan.plan_id, "mary")]

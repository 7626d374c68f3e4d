"""Every call to the state database fails, one after the other: each intent still takes effect exactly once."""

import contextlib
import gc
import sqlite3
from datetime import UTC, datetime

import pytest
from failing_driver import FailingDriver

from erp_ar_ext.errors import StateError
from erp_ar_ext.store import Store


def _sweep(make_scene, make_desk, run, **fault):
    """Make call after call fail until a run ends before the fault; after each, one clean run ends it."""
    call, struck = 0, True
    while struck:
        call += 1
        scene = make_scene()
        driver = FailingDriver(scene.desk.store.database.engine, call, **fault)
        run(scene)
        struck = driver.calls >= call
        driver.heal()
        assert set(scene.desk.erp.effects.values()) <= {1}
        scene.reopen(make_desk)
        assert scene.desk.apply(scene.plan).exit_code == 0
        scene.assert_each_exactly_once()
    return call


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("lasting", [pytest.param(True, marks=pytest.mark.thorough, id="from then on"), False])
def test_any_call_to_the_state_database_may_fail(make_scene, make_desk, moment, lasting):
    """Whichever statement or commit fails, before or after it took effect, one clean apply later all is done once."""

    def error():
        return sqlite3.OperationalError("disk I/O error")

    def run(scene):
        with contextlib.suppress(StateError):
            scene.desk.apply(scene.plan, batch_size=2)

    assert _sweep(make_scene, make_desk, run, moment=moment, lasting=lasting, error=error) > 20


@pytest.mark.parametrize("moment", [pytest.param("before", marks=pytest.mark.thorough), "after"])
def test_the_process_may_be_killed_in_any_call_to_the_state_database(make_scene, make_desk, killed, moment):
    """A process that dies at any statement or commit leaves nothing that the next run cannot settle."""

    def run(scene):
        with contextlib.suppress(killed):
            scene.desk.apply(scene.plan, batch_size=2)
        gc.collect(1)  # a dead process keeps no cursor, and so no lock

    assert _sweep(make_scene, make_desk, run, moment=moment, lasting=True, error=killed) > 20


def test_an_answer_that_cannot_be_recorded_is_looked_up_later(make_scene, make_desk, monkeypatch):
    """Where the ERP has written and the state database fails, the error says so and the next run finds the effect."""
    scene = make_scene()
    outbox = scene.desk.store.outbox

    def fail(*_arguments):
        raise StateError("disk full")

    monkeypatch.setattr(outbox, "settle", fail)
    with pytest.raises(StateError, match="disk full"):
        scene.desk.apply(scene.plan)
    assert set(scene.desk.states().values()) == {"sending"}
    scene.reopen(make_desk)
    report = scene.desk.apply(scene.plan)
    assert (report.already_applied, report.recovered.counts()) == (True, {"done": 4})
    scene.assert_each_exactly_once()


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("gone", [False, True], ids=["error", "kill"])
def test_a_snapshot_and_its_cursor_move_together(tmp_path, clock, killed, moment, gone):
    """Whichever call fails while a snapshot becomes current, it stands there with its own cursor, or neither does."""
    erp, cursors = {"name": "erp"}, {"A": datetime(2026, 3, 1, tzinfo=UTC), "B": datetime(2026, 3, 2, tzinfo=UTC)}
    error = killed if gone else lambda: sqlite3.OperationalError("disk I/O error")
    call, struck = 0, True
    while struck:
        call += 1
        url = f"sqlite:///{tmp_path}/state-{call}.db"
        with Store.open(url, tmp_path, clock=clock) as store:
            store.history.add("A", erp, cursor=cursors["A"])
            driver = FailingDriver(store.database.engine, call, moment, error, lasting=gone)
            with contextlib.suppress(StateError, killed):
                store.history.add("B", erp, cursor=cursors["B"])
            struck = driver.calls >= call
            gc.collect(1)
        with Store.open(url, tmp_path, clock=clock) as store:
            found = store.history.current()
            assert found.cursor == cursors[found.snapshot_id]
            store.history.add("B", erp, cursor=cursors["B"])
            assert [known.snapshot_id for known in store.history.all()] == ["A", "B"]
    assert call > 3

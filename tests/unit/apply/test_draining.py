"""A run that is told to stop finishes what it is at, leaves the rest, and a later run goes on."""

import itertools

import pytest
from structlog.testing import capture_logs

from erp_ar_ext.spi import Outcome, WriteResult
from erp_ar_ext.store.records import UNSETTLED


@pytest.fixture
def plan(make_plan, make_action):
    """Four notes; the first and the third are of one account."""
    return make_plan(
        *(make_action(key, account_id=account) for key, account in zip("abcd", ("0007", "0042") * 2, strict=True))
    )


def _after(asked):
    """Say yes from the question of that number on."""
    count = itertools.count()
    return lambda: next(count) >= asked


@pytest.mark.demands("apply.drained")
def test_a_run_that_is_told_to_stop_leaves_the_rest(desk, plan):
    """The batch it is at is written and recorded, the others are never begun, and the report says so."""
    with capture_logs() as logs:
        report = desk.apply(plan, batch_size=2, stopping=_after(1))
    assert desk.outcomes(report) == {"a": "created", "b": "created", "c": "left", "d": "left"}
    assert (report.stopped, report.exit_code, report.as_dict()["stopped"]) == (True, 3, True)
    assert desk.states() == {"a": "done", "b": "done", "c": "approved", "d": "approved"}
    assert [log["left"] for log in logs if log["event"] == "apply.drained"] == [2]
    again = desk.apply(plan)
    assert (again.counts(), again.stopped) == ({"already_applied": 2, "created": 2}, False)
    assert set(desk.erp.effects.values()) == {1}


def test_a_target_stops_at_the_next_action(desk, plan, monkeypatch):
    """What a target answers it has not tried goes back into the queue, in doubt for nobody, and is sent later."""
    write = desk.target.write

    def half(intents):
        return [*write(intents[:1]), *(WriteResult(one.key, Outcome.LEFT) for one in intents[1:])]

    with monkeypatch.context() as patched, capture_logs() as logs:
        patched.setattr(desk.target, "write", half)
        report = desk.apply(plan, stopping=_after(1))
    assert desk.outcomes(report) == {"a": "created", "b": "left", "c": "left", "d": "left"}
    assert report.stopped
    assert [log["event"] for log in logs] == ["outbox.done", *["outbox.left"] * 3]
    assert desk.store.outbox.in_state(UNSETTLED) == []
    assert desk.apply(plan).exit_code == 0
    assert set(desk.erp.effects.values()) == {1}


def test_a_run_that_was_done_anyway_was_not_stopped(desk, plan):
    """Who is told to stop when nothing is left to do has not been stopped."""
    report = desk.apply(plan, stopping=_after(1))
    assert (report.stopped, report.exit_code) == (False, 0)

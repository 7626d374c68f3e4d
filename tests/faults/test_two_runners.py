"""Two runners on one state database and one ERP: together they write each intent once."""

import threading

import pytest

from erp_ar_ext.errors import LeaseHeld
from erp_ar_ext.store import Store


@pytest.fixture
def two_stores(state_url, tmp_path, clock):
    """One state database, opened by two processes."""
    with Store.open(state_url, tmp_path, clock=clock) as first, Store.open(state_url, tmp_path, clock=clock) as second:
        yield first, second


def test_two_runners_at_once_one_is_refused(two_stores, make_desk, make_plan, make_action):
    """While the first waits for the ERP's answer, the second raises LeaseHeld and the ERP hears nothing of it."""
    first, second = two_stores
    plan, desk = make_plan(make_action("a"), make_action("b")), make_desk(first)
    asked, answer = threading.Event(), threading.Event()
    write = desk.target.write

    def slow(intents):
        asked.set()
        assert answer.wait(10)
        return write(intents)

    desk.target.write = slow
    runner = threading.Thread(target=desk.apply, args=(plan,), kwargs={"owner": "first"})
    runner.start()
    assert asked.wait(10)
    with pytest.raises(LeaseHeld, match="first"):
        desk.apply(plan, store=second, owner="second")
    answer.set()
    runner.join()
    assert desk.apply(plan, store=second, owner="second").already_applied
    assert dict(desk.erp.effects) == {"erp-ar:a": 1, "erp-ar:b": 1}


def test_a_paused_runner_that_was_overtaken_cannot_finish(two_stores, clock, make_desk, make_plan, make_action):
    """A runner that sleeps through its lease in the middle of a write records nothing: another did its work."""
    first, second = two_stores
    plan, desk = make_plan(make_action("a")), make_desk(first)
    write = desk.target.write

    def overtaken(intents):
        desk.target.write = write
        clock.forward(hours=1)
        assert desk.apply(plan, store=second, owner="second").exit_code == 0
        return write(intents)

    desk.target.write = overtaken
    with pytest.raises(LeaseHeld, match="overtaken"):
        desk.apply(plan, owner="first")
    assert desk.states() == {"a": "done"}
    assert dict(desk.erp.effects) == {"erp-ar:a": 1}

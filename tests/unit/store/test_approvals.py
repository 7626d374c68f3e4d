"""Approvals: two people, bound to one plan, never after the action was sent."""

import pytest
from sqlalchemy.exc import IntegrityError

from erp_ar_ext.errors import ApprovalError
from erp_ar_ext.store import OutboxState, Settlement, Verdict
from erp_ar_ext.store.tables import APPROVALS


@pytest.fixture
def plan(make_plan, make_action, make_write_off):
    return make_plan(make_action("note"), make_write_off("w1"), make_write_off("w2", schedule_id="S102"))


def test_a_checkers_word_is_kept_with_both_names(store, plan):
    """An approval names the action, the maker, the checker and the moment."""
    assert store.approve(plan, ["w1"], "carl") == ("w1",)
    word = store.decisions(plan.plan_id)["w1"]
    assert (word.verdict, word.maker, word.checker) == (Verdict.APPROVED, "mary", "carl")
    assert word.decided_at == "2026-03-02T09:00:00.000000Z"


def test_no_keys_means_all_that_require_approval(store, plan):
    """Approving a plan as a whole speaks of the actions that need it, and of no other."""
    assert store.approve(plan, None, "carl") == ("w1", "w2")


@pytest.mark.parametrize("checker", ["mary", "Mary", " mary ", "\uff4dary", "", "  "])
def test_the_maker_may_not_check(store, plan, checker):
    """Four eyes: neither the maker, however spelt, nor nobody approves."""
    with pytest.raises(ApprovalError) as caught:
        store.approve(plan, None, checker)
    assert caught.value.hint
    assert store.decisions(plan.plan_id) == {}


def test_the_database_itself_keeps_four_eyes(store, plan):
    """A row whose maker is its checker is refused by the database, whoever writes it."""
    store.register_plan(plan)
    row = {"plan_id": plan.plan_id, "action_key": "w1", "seq": 1, "decision": "approved", "decided_at": "now"}
    with store.database.engine.begin() as connection, pytest.raises(IntegrityError, match=r"(?i)four_eyes"):
        connection.execute(APPROVALS.insert().values(maker="mary", checker="MARY", **row))


def test_the_database_itself_keeps_the_maker(store, plan):
    """A row that names another maker than the plan's is refused by the database."""
    store.register_plan(plan)
    row = {"plan_id": plan.plan_id, "action_key": "w1", "seq": 1, "decision": "approved", "decided_at": "now"}
    with store.database.engine.begin() as connection, pytest.raises(IntegrityError, match=r"(?i)foreign|parent key"):
        connection.execute(APPROVALS.insert().values(maker="nobody", checker="mary", **row))


def test_an_unknown_action_is_named(store, plan):
    """A key that the plan does not have is named, and nothing is recorded."""
    with pytest.raises(ApprovalError, match="no action with key zz"):
        store.approve(plan, ["w1", "zz"], "carl")
    assert store.decisions(plan.plan_id) == {}


def test_repeating_a_word_changes_nothing(store, plan):
    """The same word twice is one word: the first checker's."""
    store.approve(plan, ["w1"], "carl")
    assert store.approve(plan, ["w1", "w2"], "dora") == ("w2",)
    assert store.decisions(plan.plan_id)["w1"].checker == "carl"


def test_the_last_word_is_in_force_and_the_others_are_kept(store, plan):
    """Who changes a decision does not erase that it was another before."""
    store.approve(plan, ["w1"], "carl")
    store.reject(plan, ["w1"], "dora")
    word = store.decisions(plan.plan_id)["w1"]
    assert (word.verdict, word.checker) == (Verdict.REJECTED, "dora")
    with store.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM approvals").scalar() == 2


def test_an_approval_belongs_to_one_plan(store, plan, make_plan, make_write_off):
    """The same action in another plan needs another word."""
    store.approve(plan, ["w1"], "carl")
    other = make_plan(make_write_off("w1"))
    assert store.decisions(other.plan_id) == {}


@pytest.mark.parametrize("state", [OutboxState.SENDING, OutboxState.DONE, OutboxState.IN_DOUBT, OutboxState.CONFLICT])
def test_a_word_after_sending_comes_too_late(store, plan, state):
    """What has left for the ERP can no longer be rejected; saying again what is in force is no fault."""
    store.approve(plan, ["w1"], "carl")
    with store.lease("run") as lease:
        store.outbox.queue(plan, [plan.intents()["w1"]], lease)
        store.outbox.begin_sending(plan, ["w1"], lease)
        if state is not OutboxState.SENDING:
            store.outbox.settle([Settlement("w1", state)], lease)
    with pytest.raises(ApprovalError, match="was sent already"):
        store.reject(plan, ["w1"], "dora")
    assert store.approve(plan, ["w1"], "carl") == ()


def test_an_action_rejected_in_a_later_plan_can_be_approved_again_in_the_first(
    store, plan, make_plan, make_write_off, clock
):
    """Every word is kept beside the earlier ones of its plan, and the last one is in force."""
    later = make_plan(make_write_off("w1"))
    assert store.approve(plan, ["w1"], "carl") == ("w1",)
    clock.forward(minutes=1)
    assert store.reject(later, ["w1"], "cora") == ("w1",)
    assert store.decisions(plan.plan_id)["w1"].verdict is Verdict.REJECTED
    clock.forward(minutes=1)
    assert store.approve(plan, ["w1"], "carl") == ("w1",)
    assert store.decisions(plan.plan_id)["w1"].verdict is Verdict.APPROVED


def test_a_rejection_that_was_lifted_elsewhere_can_be_given_again(store, make_plan, make_write_off):
    """What one plan's rejection stopped and another plan's approval let go is stopped when the first says it again."""
    first, second = make_plan(make_write_off("w")), make_plan(make_write_off("w"), maker="mia")
    store.reject(first, ["w"], "carl")
    store.approve(second, ["w"], "carl")
    assert store.reject(first, ["w"], "carl") == ("w",)
    assert set(store.stopped(second)) == {"w"}

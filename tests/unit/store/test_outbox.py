"""The outbox: each intent once, each step under the lease, and only the steps there are."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from erp_ar_ext.errors import LeaseHeld, StateError
from erp_ar_ext.spi import ActionKind, Intent
from erp_ar_ext.store import OutboxState, Settlement
from erp_ar_ext.store.intents import intent_digest, intent_text, read_intent
from erp_ar_ext.store.tables import OUTBOX

S = OutboxState


@pytest.fixture
def plan(make_plan, make_action, make_write_off):
    return make_plan(make_action("a"), make_write_off("b"), make_action("c", account_id="0042"))


@pytest.fixture
def queued(store, plan):
    """All three intents are in the outbox, and this run holds the lease."""
    with store.lease("run") as lease:
        store.outbox.queue(plan, list(plan.intents().values()), lease)
        yield lease


def _states(store):
    return {row.key: row.state for row in store.outbox.all_rows()}


@pytest.mark.usefixtures("queued")
def test_what_is_queued_can_be_read_back_exactly(store, plan):
    """The outbox alone tells what is to be sent: amounts to the digit, days, payload and guard."""
    rows = store.outbox.rows(["a", "b", "c", "unknown"])
    assert {key: row.intent for key, row in rows.items()} == plan.intents()
    assert {row.state for row in rows.values()} == {S.APPROVED}
    assert {row.plan_id for row in rows.values()} == {plan.plan_id}


@given(
    amount=st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=4),
    day=st.dates(),
    text=st.text(),
    org_id=st.none() | st.text(),
)
def test_an_intent_survives_being_written_down(amount, day, text, org_id):
    """Any intent is read back as it was written."""
    intent = Intent("k", "erp-ar:k", ActionKind.NOTE, "0007", day, org_id, None, amount, "USD", "m", {"text": text})
    written = intent_text(intent)
    assert read_intent(written, intent_digest(written)) == intent


@pytest.mark.usefixtures("queued")
def test_an_intent_changed_by_hand_is_refused(store):
    """Nobody sends an amount that somebody wrote into the state database."""
    with store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE outbox SET intent = replace(intent, '-4.50', '-4500') WHERE action_key='b'")
    with pytest.raises(StateError, match="action b was changed"):
        store.outbox.rows(["b"])


def test_sending_counts_the_attempt(store, plan, queued):
    """Marking as sending is committed with the number of the attempt."""
    assert store.outbox.begin_sending(plan, ["a", "b"], queued) == ["a", "b"]
    assert _states(store) == {"a": S.SENDING, "b": S.SENDING, "c": S.APPROVED}
    assert store.outbox.rows(["a"])["a"].attempts == 1


def test_a_rejection_before_sending_is_honoured(store, plan, queued):
    """What a checker rejects after it was queued is not sent."""
    store.reject(plan, ["b"], "carl")
    assert store.outbox.begin_sending(plan, ["a", "b"], queued) == ["a"]
    assert _states(store)["b"] is S.APPROVED


ALLOWED = {
    (S.SENDING, S.APPROVED),
    (S.SENDING, S.DONE),
    (S.SENDING, S.REFUSED),
    (S.SENDING, S.STALE),
    (S.SENDING, S.IN_DOUBT),
    (S.SENDING, S.CONFLICT),
    (S.IN_DOUBT, S.APPROVED),
    (S.IN_DOUBT, S.DONE),
    (S.IN_DOUBT, S.IN_DOUBT),
    (S.IN_DOUBT, S.CONFLICT),
    (S.CONFLICT, S.APPROVED),
    (S.CONFLICT, S.DONE),
    (S.CONFLICT, S.CONFLICT),
    (S.APPROVED, S.SENDING),
}


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("after", list(S))
def test_only_the_steps_there_are_can_be_taken(sqlite_store, plan, before, after):
    """What is done stays done, nothing is done that was not sent, and doubt ends only by a look-up."""
    store = sqlite_store
    with store.lease("run") as lease:
        store.outbox.queue(plan, [plan.intents()["a"]], lease)
        with store.database.writing() as connection:
            connection.execute(OUTBOX.update().values(state=before))
        if (before, after) in ALLOWED:
            store.outbox.settle([Settlement("a", after)], lease)
            assert _states(store) == {"a": after}
        else:
            with pytest.raises(StateError, match="not in the state"):
                store.outbox.settle([Settlement("a", after)], lease)
            assert _states(store) == {"a": before}


def test_settling_is_all_or_nothing(store, plan, queued):
    """One answer that cannot be recorded undoes the others of its batch."""
    store.outbox.begin_sending(plan, ["a"], queued)
    with pytest.raises(StateError):
        store.outbox.settle([Settlement("a", S.DONE, "N1"), Settlement("c", S.DONE)], queued)
    assert _states(store)["a"] is S.SENDING


def test_a_long_message_is_cut(store, plan, queued):
    """However much the ERP has to say, the row holds what fits."""
    store.outbox.begin_sending(plan, ["a"], queued)
    store.outbox.settle([Settlement("a", S.REFUSED, message="거절" * 2500)], queued)
    assert store.outbox.rows(["a"])["a"].message == "거절" * 500


@pytest.mark.parametrize("state", [S.APPROVED, S.STALE, S.REFUSED])
def test_a_new_plan_takes_over_what_was_not_written(sqlite_store, plan, make_plan, make_action, state):
    """The same intent under a newer plan is queued again with the newer facts."""
    store = sqlite_store
    newer = make_plan(make_action("a", payload={"text": "newer"}), snapshot="sha256:newer")
    with store.lease("run") as lease:
        store.outbox.queue(plan, [plan.intents()["a"]], lease)
        with store.database.writing() as connection:
            connection.execute(OUTBOX.update().values(state=state, message="why"))
        store.outbox.queue(newer, list(newer.intents().values()), lease)
    [row] = store.outbox.all_rows()
    assert (row.state, row.plan_id, row.message) == (S.APPROVED, newer.plan_id, "")
    assert row.intent.payload == {"text": "newer"}


@pytest.mark.usefixtures("queued")
def test_rows_are_found_by_the_erp_they_are_for(store):
    """What was sent to another ERP is not looked up in this one."""
    states = (S.APPROVED,)
    assert len(store.outbox.in_state(states, erp={"adapter": "memory", "name": "memory"})) == 3
    assert store.outbox.in_state(states, erp={"adapter": "memory", "name": "other"}) == []


def test_one_reference_stands_for_one_intent(store, plan, queued):
    """The database itself refuses a second row under a reference that is written into the ERP."""
    again = replace(plan.intents()["a"], key="other")
    with pytest.raises(StateError, match=r"(?i)unique"):
        store.outbox.queue(plan, [again], queued)


@pytest.mark.parametrize("change", ["state = 'posted'", "attempts = -1"])
@pytest.mark.usefixtures("queued")
def test_the_database_itself_knows_the_states(store, change):
    """A state that does not exist is refused by the database, whoever writes it."""
    with store.database.engine.begin() as connection, pytest.raises(IntegrityError, match=r"(?i)ck_outbox"):
        connection.exec_driver_sql(f"UPDATE outbox SET {change}")


def test_a_runner_that_was_overtaken_writes_nothing(store, plan, clock):
    """A runner that was paused until another took over finds out before it changes a row."""
    with store.lease("paused", ttl=timedelta(minutes=1)) as old:
        store.outbox.queue(plan, list(plan.intents().values()), old)
        clock.forward(minutes=2)
        with store.lease("next") as new:
            store.outbox.begin_sending(plan, ["a"], new)
            for attempt in (
                lambda: store.outbox.settle([Settlement("a", S.DONE)], old),
                lambda: store.outbox.begin_sending(plan, ["b"], old),
                lambda: store.outbox.queue(plan, [], old),
            ):
                with pytest.raises(LeaseHeld):
                    attempt()
    assert _states(store) == {"a": S.SENDING, "b": S.APPROVED, "c": S.APPROVED}


def test_a_row_of_a_later_runner_cannot_be_finished_by_an_earlier_one(store, plan, queued):
    """Even with the lease row meddled with, the fencing number on the outbox row stands in the way."""
    store.outbox.begin_sending(plan, ["a"], queued)
    with store.database.writing() as connection:
        connection.execute(OUTBOX.update().values(fencing=queued.fencing + 1))
    with pytest.raises(StateError, match="not in the state"):
        store.outbox.settle([Settlement("a", S.DONE)], queued)


def test_more_intents_than_one_statement_takes(sqlite_store, make_plan, make_action):
    """A plan of many actions is approved, queued, sent and settled like a small one."""
    store = sqlite_store
    keys = [f"k{number:04}" for number in range(1001)]
    plan = make_plan(*(make_action(key, approval="required") for key in keys))
    assert store.approve(plan, None, "carl") == tuple(keys)
    with store.lease("run") as lease:
        store.outbox.queue(plan, list(plan.intents().values()), lease)
        assert store.outbox.begin_sending(plan, keys, lease) == keys
        store.outbox.settle([Settlement(key, S.DONE, key) for key in keys], lease)
    assert {(row.state, row.erp_id == key) for key, row in store.outbox.rows(keys).items()} == {(S.DONE, True)}

"""The audit trail: whatever is done to it afterwards is found, and named."""

import pytest
from sqlalchemy import delete, insert, select, update

from erp_ar_ext.errors import StateError
from erp_ar_ext.store import OutboxState, Settlement, Store
from erp_ar_ext.store.audit import Head
from erp_ar_ext.store.tables import AUDIT, AUDIT_HEAD, OUTBOX


@pytest.fixture
def plan(make_plan, make_action, make_write_off):
    return make_plan(make_action("n1"), make_write_off("w1"))


@pytest.fixture
def sent(store, plan):
    """A store in which a plan was approved, queued, sent and settled."""
    store.approve(plan, None, "carl")
    intents = list(plan.intents().values())
    with store.lease("run-7") as lease:
        store.outbox.queue(plan, intents, lease)
        store.outbox.begin_sending(plan, ["n1", "w1"], lease)
        store.outbox.settle([Settlement("n1", OutboxState.DONE, "77"), Settlement("w1", OutboxState.REFUSED)], lease)
    return store


def tampered(store, *statements):
    """Do behind the store's back."""
    with store.database.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)
    return [(problem.seq, problem.what) for problem in store.verify_audit().problems]


def test_every_step_is_told_in_order(sent):
    """Who made, approved, queued and sent which action stands there in the order it was done."""
    with sent.database.reading() as connection:
        told = [tuple(row) for row in connection.execute(select(AUDIT.c.event, AUDIT.c.action_key, AUDIT.c.who))]
    assert told == [
        ("plan", None, "mary"),
        ("word.approved", "w1", "carl"),
        ("queued", None, "run-7"),
        ("sending", None, "run-7"),
        ("outbox.done", "n1", "run-7"),
        ("outbox.refused", "w1", "run-7"),
    ]
    verified = sent.verify_audit()
    assert (verified.ok, verified.entries, verified.head) == (True, 6, sent.audit_head())


def test_a_trail_without_entries_is_whole(store):
    """Nothing has happened, and nothing was touched."""
    verified = store.verify_audit()
    assert (verified.ok, verified.entries, verified.head) == (True, 0, Head())


def test_an_edited_entry_is_named(sent):
    """Another name in an entry breaks its digest."""
    problems = tampered(sent, update(AUDIT).where(AUDIT.c.seq == 2).values(who="mallory"))
    assert problems == [(2, "was edited or moved: it does not have its digest")]


def test_a_deleted_entry_is_named(sent):
    """A gap in the numbers is where entries are missing."""
    assert tampered(sent, delete(AUDIT).where(AUDIT.c.seq.in_((3, 4)))) == [(5, "entries 3 to 4 are missing")]


def test_a_cut_off_end_is_named(sent):
    """Entries that are missing at the end are known from the head."""
    assert tampered(sent, delete(AUDIT).where(AUDIT.c.seq > 4))[0] == (6, "entries 5 to 6 are missing")


def test_an_inserted_entry_is_named(sent):
    """An entry that somebody added after the last one is no entry of ours."""
    row = {"seq": 7, "at": "2026-03-02T09:00:00.000000Z", "event": "word.approved", "action_key": "w1", "who": "carl"}
    problems = tampered(sent, insert(AUDIT).values(**row, previous="sha256:0", digest="sha256:1"))
    assert (7, "was inserted after the last entry, 6") in problems
    assert (7, "was edited or moved: it does not have its digest") in problems


def test_entries_in_another_order_are_named(sent):
    """Two entries that changed their places do not have their digests any more."""
    swap = [update(AUDIT).where(AUDIT.c.seq == a).values(seq=b) for a, b in ((3, 100), (4, 3), (100, 4))]
    assert {seq for seq, _ in tampered(sent, *swap)} >= {3, 4}


def test_an_entry_with_a_new_digest_is_found_by_the_next(sent):
    """Whoever edits an entry and computes its digest anew has still broken the next one."""
    with sent.database.reading() as connection:
        fifth = connection.execute(select(AUDIT.c.digest).where(AUDIT.c.seq == 5)).scalar_one()
    problems = tampered(sent, update(AUDIT).where(AUDIT.c.seq == 5).values(digest=fifth[:-1] + "x"))
    assert (6, "was not written after entry 5 as that one is now") in problems


def test_another_head_is_named(sent):
    """A head that is not the last entry's digest was edited."""
    assert tampered(sent, update(AUDIT_HEAD).values(digest="sha256:0")) == [
        (6, "is not the entry that was written last")
    ]


def test_an_outbox_row_that_was_edited_is_named(sent):
    """A state that nobody wrote through the outbox is not what the trail tells."""
    problems = tampered(sent, update(OUTBOX).where(OUTBOX.c.action_key == "w1").values(state="done"))
    assert problems == [(None, "action w1 is done, and was left refused: its row was edited")]


@pytest.mark.parametrize("state", ["approved", "sending"])
def test_a_row_that_is_put_back_is_named(sent, state):
    """What was written is not to be sent again: a row that goes back behind our back does not fit the trail."""
    problems = tampered(sent, update(OUTBOX).where(OUTBOX.c.action_key == "n1").values(state=state))
    assert problems == [(None, f"action n1 is {state}, and was left done: its row was edited")]


def test_a_digest_of_an_old_report_is_looked_for(sent, make_plan, make_action):
    """The head of an old report is in the chain as long as nothing before it was touched."""
    old = sent.audit_head().digest
    sent.register_plan(make_plan(make_action("n2")))
    assert sent.verify_audit(old).ok
    assert not sent.verify_audit("sha256:0").ok


def test_what_fails_leaves_no_entry(sent):
    """A step that is rolled back is not told: the entry is in its transaction."""
    with sent.lease("run-8") as lease, pytest.raises(StateError):
        sent.outbox.settle([Settlement("n1", OutboxState.REFUSED)], lease)  # it is done: no way leads from there
    assert sent.verify_audit().entries == 6


def test_two_writers_take_turns(state_url, tmp_path, clock, make_plan, make_action):
    """Entries of two stores on one database are one chain."""
    with Store.open(state_url, tmp_path, clock=clock) as one, Store.open(state_url, tmp_path, clock=clock) as other:
        for number in range(6):
            (one if number % 2 else other).register_plan(make_plan(make_action(f"n{number}")))
        verified = one.verify_audit()
    assert (verified.ok, verified.entries) == (True, 6)

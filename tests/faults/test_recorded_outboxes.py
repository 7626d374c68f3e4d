"""State databases as former revisions of the schema had them, in the middle of a write-back that was killed."""

import dataclasses
import sqlite3

import pytest
from recorded_outboxes import PLAN, RECORDED, SAID, STATES, WRITTEN

from erp_ar_ext.apply import recover
from erp_ar_ext.limits import Approvals
from erp_ar_ext.plan.document import read_plan
from erp_ar_ext.store import Store
from erp_ar_ext.store.migrations import REVISIONS

CARL_WITH_LIMITS = Approvals.model_validate({"checkers": [{"name": "carl", "per_action": {"USD": "100.00"}}]})


@pytest.fixture
def make_recorded(tmp_path, clock, make_desk):
    """A desk with the state database as a revision had it, and an ERP that holds what its rows say."""
    opened = []

    def make(revision, limits=None):
        with sqlite3.connect(tmp_path / "state.db") as connection:
            connection.executescript((RECORDED / f"{revision}.sql").read_text())
        connection.close()
        store = Store.open("sqlite:///state.db", tmp_path, clock=clock, **({"limits": limits} if limits else {}))
        opened.append(store)
        desk, intents = make_desk(store), read_plan(PLAN).intents()
        theirs = dataclasses.replace(intents["theirs"], payload=intents["theirs"].payload | {"text": "Theirs."})
        desk.target.write([*(intents[key] for key in WRITTEN), theirs])
        return desk

    yield make
    for store in opened:
        store.close()


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_former_outbox_is_finished(revision, make_recorded):
    """After an upgrade, a recovery and an apply each intent is in the ERP once, none is lost, the trail verifies."""
    desk, plan = make_recorded(revision), read_plan(PLAN)
    assert desk.states() == STATES
    recovered = {one.key: one.outcome for one in recover(desk.store, desk.target, "run").settled}
    assert recovered == {
        "sent-and-there": "done",
        "sent-and-lost": "requeued",
        "doubted-and-there": "done",
        "doubted-and-lost": "requeued",
        "theirs": "conflict",
    }
    told = desk.outcomes(desk.apply(plan, current_snapshot=plan.snapshot))
    done = ["done", "sent-and-there", "doubted-and-there"]
    sent = ["sent-and-lost", "doubted-and-lost", "queued", "write-off"]
    assert told == {
        **dict.fromkeys(done, "already_applied"),
        **dict.fromkeys(sent, "created"),
        "closed": "refused",
        "changed": "stale",
        "theirs": "conflict",
        "no": "rejected",
        "unheard": "approval_missing",
    }
    effects = {key: desk.erp.effects[f"erp-ar:{key}"] for key in told}
    assert effects == {key: int(key in {*done, *sent, "theirs"}) for key in told}
    assert not set(desk.states().values()) & {"approved", "sending", "in_doubt"}
    verified = desk.store.verify_audit()
    assert verified.ok, verified.problems


@pytest.mark.parametrize("revision", REVISIONS)
def test_former_approvals_stand(revision, make_recorded):
    """All words stand; under limits of money those of before amounts were kept are given again, if not queued then."""
    stopped = {"no", "unheard"}
    desk, plan = make_recorded(revision, CARL_WITH_LIMITS), read_plan(PLAN)
    why = {key: one.why for key, one in desk.store.stopped(plan).items()}
    assert why.keys() == stopped | ({"write-off"} if revision < "0004" else set())
    assert why["no"] == "rejected by carl"
    assert "given again" in why.get("write-off", "given again")
    desk.store.approve(plan, ["write-off"], "carl")
    assert desk.store.stopped(plan).keys() == stopped


def test_each_revision_is_recorded():
    """A revision that is added is recorded too: `python tests/fixtures/recorded_outboxes.py REVISION`."""
    assert {path.stem for path in RECORDED.glob("*.sql")} == set(REVISIONS)
    assert set(STATES.values()) == {"approved", "sending", "done", "refused", "stale", "in_doubt", "conflict"}
    assert set(SAID.values()) == {"approved", "rejected"}

"""Doubt: what happens when the ERP's answer is lost, late or wrong, and how it is settled."""

import pytest
from structlog.testing import capture_logs

from erp_ar_ext.apply import recover
from erp_ar_ext.errors import RejectedWriteError, TransientWriteError, UnknownOutcomeError
from erp_ar_ext.spi import Outcome, WriteResult
from erp_ar_ext.testing import Fault, Moment


@pytest.fixture
def plan(make_plan, make_action):
    return make_plan(make_action("a1"), make_action("b1", account_id="0042"), make_action("a2"))


@pytest.fixture
def killed(desk, plan):
    """A run was killed after it had written down that it sends the first action."""
    with desk.store.lease("killed") as lease:
        desk.store.outbox.queue(plan, list(plan.intents().values()), lease)
        desk.store.outbox.begin_sending(plan, ["a1"], lease)


def _events(logs):
    return [log["event"] for log in logs]


@pytest.mark.edge_case(76)
@pytest.mark.parametrize("error", [UnknownOutcomeError("connection lost"), OSError("broken pipe"), KeyError("bug")])
@pytest.mark.demands("outbox.in_doubt", "outbox.recovered.done")
def test_a_lost_answer_is_looked_up_at_once(desk, plan, error):
    """Whatever the adapter raises, what was written is found by its reference and known to be done."""
    desk.erp.fault = Fault(1, Moment.AFTER, error)
    with capture_logs() as logs:
        report = desk.apply(plan)
    assert desk.outcomes(report) == {"a1": "exists", "b1": "exists", "a2": "exists"}
    assert report.exit_code == 0
    assert set(desk.states().values()) == {"done"}
    assert _events(logs) == ["outbox.in_doubt"] * 3 + ["outbox.recovered.done"] * 3


@pytest.mark.demands("outbox.recovered.requeued")
def test_a_lost_request_is_left_for_the_next_apply(desk, plan):
    """What is not found was not written: it is reported as left, and a later apply sends it, once."""
    desk.erp.fault = Fault(1, Moment.BEFORE, UnknownOutcomeError("connection lost"))
    report = desk.apply(plan)
    assert set(desk.outcomes(report).values()) == {"left"}
    assert report.exit_code == 3
    assert desk.apply(plan).exit_code == 0
    assert set(desk.erp.effects.values()) == {1}


def test_a_batch_written_in_part_is_settled_one_by_one(desk, plan):
    """Of a batch that broke half-way, what is there is done and what is not is left."""
    desk.erp.fault = Fault(1, Moment.MIDWAY, UnknownOutcomeError("connection lost"))
    assert desk.outcomes(desk.apply(plan)) == {"a1": "exists", "b1": "exists", "a2": "left"}


@pytest.mark.demands("outbox.look_up_failed", "outbox.recovered.in_doubt")
def test_doubt_that_cannot_be_looked_up_remains(desk, plan):
    """While the ERP does not answer, the action stays in doubt, exit code 4, and nothing is sent again."""
    desk.erp.fault = Fault(1, Moment.AFTER, UnknownOutcomeError("down"), lasting=True)
    report = desk.apply(plan)
    assert set(desk.outcomes(report).values()) == {"in_doubt"}
    assert report.exit_code == 4
    assert set(desk.states().values()) == {"in_doubt"}
    assert desk.apply(plan).exit_code == 4
    desk.erp.fault = None
    assert desk.apply(plan).already_applied
    assert set(desk.erp.effects.values()) == {1}


@pytest.mark.demands("outbox.held_up")
def test_an_account_in_doubt_holds_up_its_own_later_actions_only(desk, plan):
    """Order is kept per account: after doubt on one, its later actions wait, and other accounts go on."""
    desk.erp.fault = Fault(1, Moment.AFTER, UnknownOutcomeError("lost"))
    original, calls = desk.erp.find, []

    def find(intent):
        calls.append(intent.key)
        raise OSError("the look-up is lost too")

    desk.erp.find = find
    desk.erp.answer = lambda intent: original(intent) or WriteResult(intent.key, Outcome.CREATED)
    report = desk.apply(plan, batch_size=1)
    assert desk.outcomes(report) == {"a1": "in_doubt", "b1": "created", "a2": "left"}
    assert report.exit_code == 4


@pytest.mark.parametrize(
    "answers",
    [
        lambda results: results[:-1],
        lambda results: list(reversed(results)),
        lambda results: [*results, results[0]],
        lambda results: [WriteResult(one.key, "posted") for one in results],
        lambda _results: None,
    ],
    ids=["fewer", "wrong order", "more", "unknown outcome", "nothing"],
)
def test_answers_that_do_not_fit_are_doubt(desk, plan, answers):
    """An adapter that answers fewer, other or unknown things is not believed: the ERP is asked."""
    write = desk.target.write
    desk.target.write = lambda intents: answers(write(intents))
    report = desk.apply(plan)
    assert set(desk.outcomes(report).values()) == {"exists"}
    assert set(desk.erp.effects.values()) == {1}


@pytest.mark.parametrize(
    "answers",
    [
        lambda _intents: [],
        lambda intents: [WriteResult("other", Outcome.EXISTS) for _ in intents],
        lambda intents: [WriteResult(intent.key, Outcome.CREATED) for intent in intents],
    ],
    ids=["fewer", "wrong key", "no answer to a look-up"],
)
def test_look_ups_that_do_not_fit_settle_nothing(desk, plan, answers):
    """A look-up whose answer does not fit the question leaves the doubt."""
    desk.erp.fault = Fault(1, Moment.AFTER, UnknownOutcomeError("lost"))
    desk.target.look_up = answers
    assert set(desk.outcomes(desk.apply(plan)).values()) == {"in_doubt"}


@pytest.mark.demands("apply.tried_again")
def test_a_transient_fault_is_tried_again(desk, plan):
    """Where the ERP says that nothing was written, the batch is offered again, after a pause that grows."""
    desk.erp.fault = Fault(1, Moment.BEFORE, TransientWriteError("row locked"))
    pauses = []
    assert set(desk.outcomes(desk.apply(plan, sleep=pauses.append)).values()) == {"created"}
    assert len(pauses) == 1


@pytest.mark.demands("apply.gave_up", "outbox.left")
def test_a_transient_fault_that_stays_leaves_the_actions(desk, plan):
    """After a few tries the actions are approved as before, and reported as left with the reason."""
    desk.erp.fault = Fault(1, Moment.BEFORE, TransientWriteError("row locked"), lasting=True)
    pauses = []
    report = desk.apply(plan, sleep=pauses.append)
    assert set(desk.outcomes(report).values()) == {"left"}
    assert (report.exit_code, report.actions[0].message) == (3, "row locked")
    assert set(desk.states().values()) == {"approved"}
    assert len(pauses) == 2
    assert pauses == sorted(pauses)
    desk.erp.fault = None
    assert set(desk.outcomes(desk.apply(plan)).values()) == {"created"}


@pytest.mark.demands("apply.not_checked")
def test_a_dry_run_that_gets_no_answer_says_so(desk, plan, monkeypatch):
    """Where the target cannot be asked, a dry run reports each action as left, with the reason."""

    def check(_intents):
        raise TransientWriteError("the folder cannot be read")

    monkeypatch.setattr(desk.target, "check", check)
    report = desk.apply(plan, dry_run=True)
    assert set(desk.outcomes(report).values()) == {"left"}
    assert report.actions[0].message == "the folder cannot be read"


@pytest.mark.edge_case(27)
@pytest.mark.demands("apply.refused")
def test_a_batch_the_erp_rejects_for_good_is_refused(desk, plan):
    """What the ERP rejects for good, such as a date in a closed period, is refused and told, and no date is guessed."""
    desk.erp.fault = Fault(1, Moment.BEFORE, RejectedWriteError("the period is closed"))
    report = desk.apply(plan)
    assert set(desk.outcomes(report).values()) == {"refused"}
    assert report.actions[0].message == "the period is closed"


@pytest.mark.usefixtures("killed")
@pytest.mark.demands("outbox.recovered.done")
def test_apply_begins_with_recovery(desk, plan):
    """What a killed run had written is found before anything is sent."""
    desk.target.write([plan.intents()["a1"]])
    with capture_logs() as logs:
        report = desk.apply(plan)
    assert desk.outcomes(report) == {"a1": "already_applied", "b1": "created", "a2": "created"}
    assert report.recovered.counts() == {"done": 1}
    assert _events(logs)[0] == "outbox.recovered.done"
    assert set(desk.erp.effects.values()) == {1}


@pytest.mark.usefixtures("killed")
def test_what_a_killed_run_did_not_write_is_sent(desk, plan):
    """What a killed run had not written is sent now, once."""
    report = desk.apply(plan)
    assert set(desk.outcomes(report).values()) == {"created"}
    assert report.recovered.counts() == {"requeued": 1}
    assert set(desk.erp.effects.values()) == {1}


@pytest.mark.usefixtures("killed")
def test_doubt_of_an_earlier_run_holds_up_its_account(desk, make_plan, make_action):
    """While an earlier plan's action is in doubt, another plan's actions on that account wait: exit code 4."""
    desk.target.look_up = lambda _intents: []
    other = make_plan(make_action("a9"), make_action("b9", account_id="0042"))
    report = desk.apply(other)
    assert desk.outcomes(report) == {"a9": "left", "b9": "created"}
    assert report.exit_code == 4


@pytest.mark.usefixtures("killed")
def test_recover_settles_without_sending(desk):
    """Recover looks up what is in doubt, and sends nothing."""
    report = recover(desk.store, desk.target, "run")
    assert [(one.key, one.outcome) for one in report.settled] == [("a1", "requeued")]
    assert report.exit_code == 0
    assert desk.states()["a1"] == "approved"
    assert not desk.erp.effects


@pytest.mark.usefixtures("killed")
def test_recover_tells_what_stays_in_doubt(desk):
    """Where the look-up fails, recover says so: exit code 4 and the reason."""
    desk.target.look_up = lambda _intents: []
    document = recover(desk.store, desk.target, "run").as_dict()
    assert (document["exit_code"], document["counts"]) == (4, {"in_doubt": 1})
    assert "look-up failed" in document["settled"][0]["message"]


@pytest.mark.usefixtures("killed")
@pytest.mark.demands("outbox.recovered.elsewhere")
def test_recover_does_not_ask_another_erp(desk):
    """What was sent to another ERP stays in doubt, and is named."""
    desk.erp.name = "other"
    report = recover(desk.store, desk.target, "run")
    assert report.exit_code == 4
    assert "another ERP" in report.settled[0].message
    assert desk.states()["a1"] == "sending"


@pytest.mark.usefixtures("killed")
@pytest.mark.demands("outbox.recovered.conflict")
def test_a_conflict_is_found_and_can_be_put_right(desk, make_plan, make_action):
    """Other content under our reference is a conflict, until a person puts it right in the ERP and recovers again."""
    desk.target.write([make_plan(make_action("a1", payload={"text": "other"})).intents()["a1"]])
    assert recover(desk.store, desk.target, "run").exit_code == 4
    assert recover(desk.store, desk.target, "run").counts() == {"conflict": 1}
    look_up, desk.target.look_up = desk.target.look_up, lambda _intents: []
    assert recover(desk.store, desk.target, "run").counts() == {"conflict": 1}
    desk.target.look_up = look_up
    desk.erp._references.clear()
    assert recover(desk.store, desk.target, "run").exit_code == 0
    assert desk.states()["a1"] == "approved"

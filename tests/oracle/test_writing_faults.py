"""Whatever breaks while something is written to Oracle, it ends in one truth: there once, or not there and said so."""

import gc
import threading
from contextlib import contextmanager

import pytest
from oracle_intents import intent

from erp_ar_ext.errors import TransientWriteError, UnknownOutcomeError
from erp_ar_ext.spi import ActionKind, Outcome

pytestmark = pytest.mark.oracle

NOTE, HOLD, RELEASE, ADJUSTMENT = ActionKind.NOTE, ActionKind.HOLD, ActionKind.RELEASE, ActionKind.ADJUSTMENT
CALL = "XXAR_EXT_API"
REMAINING = "SELECT amount_due_remaining FROM ar_payment_schedules_all WHERE payment_schedule_id = 101"
NOTHING_WRITTEN = "nothing was written"
MAYBE_WRITTEN = "some of it may have been written"


def settle(erp, *intents, rounds=5):
    """What the program does after a failure: look up, write what is not there, until all is answered."""
    answers = {}
    for _ in range(rounds):
        missing = [one for one in intents if one.key not in answers]
        with erp.target(retries=2) as target:
            found = target.look_up(missing)
            answers |= {one.key: one for one in found if one}
            try:
                written = target.write([one for one in missing if one.key not in answers])
            except (TransientWriteError, UnknownOutcomeError):
                continue
        return answers | {one.key: one for one in written}
    raise AssertionError("nothing settles it")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", list(ActionKind))
@pytest.mark.demands("oracle.call_failed")
def test_a_connection_lost_in_the_call_writes_nothing(oracle_erp, oracle_faults, kind, when):
    """Before its commit a lost session takes all of it away: it is said that nothing was written."""
    oracle_faults.fault("execute", when, "drop", match=CALL)
    with oracle_erp.target() as target:
        with pytest.raises(TransientWriteError, match=NOTHING_WRITTEN):
            target.write([intent(kind)])
        assert list(target.look_up([intent(kind)])) == [None]
        assert [one.outcome for one in target.write([intent(kind)])] == [Outcome.CREATED]
    assert oracle_erp.effects("erp-ar:k1") == (0 if kind is RELEASE else 1)


@pytest.mark.parametrize("doubt", [("before", None), ("after", Outcome.EXISTS)])
@pytest.mark.parametrize("kind", list(ActionKind))
@pytest.mark.demands("oracle.call_in_doubt")
def test_a_connection_lost_in_the_commit_is_in_doubt(oracle_erp, oracle_faults, kind, doubt):
    """Out of a commit nobody can tell: it is said to be in doubt, a look-up tells, and it is there once."""
    when, found = doubt
    oracle_faults.fault("commit", when, "drop")
    with oracle_erp.target() as target:
        with pytest.raises(UnknownOutcomeError, match=MAYBE_WRITTEN):
            target.write([intent(kind)])
        [answer] = target.look_up([intent(kind)])
        assert (answer and answer.outcome) == found
        [again] = target.write([intent(kind)])
        assert again.outcome is (Outcome.EXISTS if found else Outcome.CREATED)
    assert oracle_erp.effects("erp-ar:k1") == (0 if kind is RELEASE else 1)


@pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("call", ["execute", "commit"])
def test_a_reset_connection_is_a_lost_one(oracle_erp, oracle_faults, call):
    """A connection that is reset counts as one that is closed; the driver leaves its socket to the collector."""
    oracle_faults.fault(call, "before", "rst", match=CALL if call == "execute" else "")
    expected = TransientWriteError if call == "execute" else UnknownOutcomeError
    with oracle_erp.target() as target, pytest.raises(expected, match="the connection was lost"):
        target.write([intent(NOTE)])
    gc.collect()
    settle(oracle_erp, intent(NOTE))
    assert oracle_erp.effects("erp-ar:k1") == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_call_timeout_in_the_commit_is_in_doubt(oracle_erp, oracle_faults, when):
    """No answer to a commit in time is no answer: in doubt, and once at the end."""
    oracle_faults.fault("commit", when, "delay", seconds=3)
    with oracle_erp.target(call_timeout_seconds=0.5) as target, pytest.raises(UnknownOutcomeError, match=MAYBE_WRITTEN):
        target.write([intent(ADJUSTMENT)])
    assert settle(oracle_erp, intent(ADJUSTMENT))["k1"].outcome in (Outcome.CREATED, Outcome.EXISTS)
    assert oracle_erp.effects("erp-ar:k1") == 1


def test_a_call_timeout_before_the_commit_writes_nothing(oracle_erp, oracle_faults):
    """A call that is not answered in time is given up with its session, and so is what it did."""
    oracle_faults.fault("execute", "after", "delay", match=CALL, seconds=3)
    with (
        oracle_erp.target(call_timeout_seconds=0.5) as target,
        pytest.raises(TransientWriteError, match=NOTHING_WRITTEN),
    ):
        target.write([intent(ADJUSTMENT)])
    assert settle(oracle_erp, intent(ADJUSTMENT))["k1"].outcome is Outcome.CREATED
    assert oracle_erp.effects("erp-ar:k1") == 1


def test_what_was_committed_before_the_loss_is_in_doubt_with_the_rest(oracle_erp, oracle_faults):
    """Once something of a batch is committed, a lost session leaves all of it to a look-up, which tells each apart."""
    notes = [intent(NOTE, key) for key in "abc"]
    oracle_faults.fault("execute", "before", "drop", match=CALL, skip=1)
    with oracle_erp.target() as target:
        with pytest.raises(UnknownOutcomeError, match=MAYBE_WRITTEN):
            target.write(notes)
        assert [one and one.outcome for one in target.look_up(notes)] == [Outcome.EXISTS, None, None]
    settle(oracle_erp, *notes)
    assert [oracle_erp.effects(one.external_ref) for one in notes] == [1, 1, 1]


@pytest.mark.parametrize("code", [60, 8177, 54, 30006, 4021, 4061, 4065, 4068])
def test_what_another_try_can_mend_is_tried_again(oracle_erp, oracle_faults, code):
    """Deadlock, a change behind one's back, a busy row, a replaced package: the unit is done again, and once."""
    oracle_faults.fault("execute", "before", "error", match=CALL, code=code, times=2)
    with oracle_erp.target() as target:
        assert [one.outcome for one in target.write([intent(ADJUSTMENT)])] == [Outcome.CREATED]
    assert oracle_erp.effects("erp-ar:k1") == 1


@pytest.mark.parametrize("code", [60, 8177, 54, 30006])
@pytest.mark.demands("oracle.call_again")
def test_what_stays_busy_is_stale_and_stops_no_other(oracle_erp, oracle_faults, code):
    """Where tries do not help, this intent is left to the next plan; the others are written."""
    oracle_faults.fault("execute", "before", "error", match=CALL, code=code, times=3)
    with oracle_erp.target(retries=2) as target:
        busy, other = target.write([intent(ADJUSTMENT), intent(NOTE, "k2")])
    assert (busy.outcome, other.outcome) == (Outcome.STALE, Outcome.CREATED)
    assert f"ORA-{code:05}" in busy.message
    assert (oracle_erp.effects("erp-ar:k1"), oracle_erp.effects("erp-ar:k2")) == (0, 1)


@pytest.mark.demands("oracle.package_replaced")
def test_a_database_that_is_being_patched_is_left_alone(oracle_erp, oracle_faults):
    """A package that stays discarded means patching: the batch is given up, with nothing written."""
    oracle_faults.fault("execute", "before", "error", match=CALL, code=4068, times=9)
    with oracle_erp.target(retries=2) as target, pytest.raises(TransientWriteError, match="ORA-04068"):
        target.write([intent(ADJUSTMENT), intent(NOTE, "k2")])
    assert (oracle_erp.effects("erp-ar:k1"), oracle_erp.effects("erp-ar:k2")) == (0, 0)


@pytest.mark.parametrize("code", [1400, 2290, 12899, 20001, 20100, 6502])
def test_the_databases_own_refusal_is_one_intents(oracle_erp, oracle_faults, code):
    """Any other error refuses its own intent, with the reason; the others are written."""
    oracle_faults.fault("execute", "before", "error", match=CALL, code=code)
    with oracle_erp.target() as target:
        refused, other = target.write([intent(ADJUSTMENT), intent(NOTE, "k2")])
    assert (refused.outcome, other.outcome) == (Outcome.REFUSED, Outcome.CREATED)
    assert f"ORA-{code:05}" in refused.message
    assert (oracle_erp.effects("erp-ar:k1"), oracle_erp.effects("erp-ar:k2")) == (0, 1)


@pytest.mark.parametrize("code", [942, 6550, 4063, 1031])
def test_a_missing_package_refuses_no_intent(oracle_erp, oracle_faults, code):
    """What a person must install or grant first keeps the intents as they are."""
    oracle_faults.fault("execute", "before", "error", match=CALL, code=code)
    with oracle_erp.target() as target, pytest.raises(TransientWriteError, match=NOTHING_WRITTEN) as raised:
        target.write([intent(ADJUSTMENT)])
    assert raised.value.hint
    assert oracle_erp.effects("erp-ar:k1") == 0


def test_a_rollback_that_fails_is_a_lost_session(oracle_erp, oracle_faults):
    """An intent is refused only once its work is undone for sure; else the session counts as lost."""
    with oracle_erp.target() as target:
        target.look_up([intent(ADJUSTMENT)])  # opens the session, which rolls back, too
        oracle_faults.fault("execute", "after", "error", match=CALL, code=12899)
        oracle_faults.fault("rollback", "before", "drop")
        with pytest.raises(TransientWriteError, match=NOTHING_WRITTEN):
            target.write([intent(ADJUSTMENT)])
    assert settle(oracle_erp, intent(ADJUSTMENT))["k1"].outcome is Outcome.CREATED
    assert oracle_erp.effects("erp-ar:k1") == 1


def test_a_database_that_is_not_there_leaves_all(oracle_erp):
    """Without a connection nothing is written, and that is said, for writing as for checking."""
    with oracle_erp.target(dsn="127.0.0.1:9/NONE", retries=0, connect_timeout_seconds=2) as target:
        for ask in (target.write, target.check, target.look_up):
            with pytest.raises(TransientWriteError):
                ask([intent(NOTE)])


def test_a_wrong_password_leaves_all(oracle_erp):
    """What a person must set right first is no doubt about what was written, and no password is shown."""
    refused = pytest.raises(TransientWriteError, match=NOTHING_WRITTEN)
    with oracle_erp.target(password="not-this-one", retries=0) as target, refused as raised:
        target.write([intent(NOTE)])
    assert "not-this-one" not in str(raised.value)


@pytest.mark.demands("oracle.look_up_again")
def test_a_look_up_survives_a_lost_connection(oracle_erp, oracle_faults):
    """Looking up writes nothing, so it is done again on a new connection."""
    with oracle_erp.target() as target:
        target.write([intent(NOTE)])
        oracle_faults.fault("execute", "before", "drop", match=CALL, times=2)
        assert [one.outcome for one in target.look_up([intent(NOTE)])] == [Outcome.EXISTS]


@pytest.mark.demands("oracle.session_renewed")
def test_a_session_that_died_in_the_pool_is_renewed(oracle_erp, oracle_faults):
    """A session is asked whether it lives before it is used again; another one takes the place of a dead one."""
    with oracle_erp.target() as target:
        target.look_up([intent(NOTE)])
        oracle_faults.fault("execute", "before", "drop", match="FROM DUAL")
        assert [one.outcome for one in target.write([intent(NOTE)])] == [Outcome.CREATED]


def test_a_check_that_fails_says_so(oracle_erp, oracle_faults):
    """A check that the database does not answer has no answer."""
    oracle_faults.fault("execute", "before", "drop", match=CALL)
    with oracle_erp.target() as target, pytest.raises(TransientWriteError, match=NOTHING_WRITTEN):
        target.check([intent(NOTE)])


@pytest.mark.thorough
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", ["execute", "commit", "rollback", "ping", "connect"])
def test_each_single_fault_ends_in_one_effect_each(oracle_erp, oracle_faults, call, when):
    """Of every call of a run, in turn, one fails: whatever was answered, each effect is there once at the end."""
    for skip in range(5):
        [(remaining,)] = oracle_erp.rows(REMAINING)
        intents = [
            intent(NOTE, f"n{skip}"),
            intent(ADJUSTMENT, f"a{skip}", guard={"amount_remaining": str(remaining)}),
        ]
        oracle_faults.fault(call, when, skip=skip)
        try:
            with oracle_erp.target(retries=1) as target:
                target.write(intents)
        except (TransientWriteError, UnknownOutcomeError):
            pass
        oracle_faults.clear_faults()
        settle(oracle_erp, *intents)
        assert [oracle_erp.effects(one.external_ref) for one in intents] == [1, 1]


@contextmanager
def somebody(erp, statement):
    """Another session that ran a statement and did not commit yet."""
    with erp.ebs.schema.connect() as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        yield connection
        connection.rollback()


LOCKS = {
    ADJUSTMENT: "UPDATE ar_payment_schedules_all SET attribute1 = 'x' WHERE payment_schedule_id = 101",
    HOLD: "UPDATE hz_cust_accounts SET account_name = 'x' WHERE cust_account_id = 7",
    RELEASE: "UPDATE oe_hold_sources_all SET hold_comment = 'x' WHERE hold_source_id = 900",
}


@pytest.mark.parametrize("kind", list(LOCKS))
def test_a_row_that_somebody_holds_is_not_waited_for(oracle_erp, kind):
    """A target that another session holds is tried a few times and then left; it is written once that has ended."""
    with somebody(oracle_erp, LOCKS[kind]), oracle_erp.target(retries=2) as target:
        [busy] = target.write([intent(kind)])
    assert (busy.outcome, busy.message[:30]) == (Outcome.STALE, "another session holds the row ")
    with oracle_erp.target() as target:
        assert [one.outcome for one in target.write([intent(kind)])] == [Outcome.CREATED]


def test_a_row_that_is_let_go_in_time_is_written(oracle_erp):
    """Where the other session ends between two tries, the next one writes."""
    with somebody(oracle_erp, LOCKS[ADJUSTMENT]) as other, oracle_erp.target() as target:
        target._waiting = {"sleep": lambda _: other.rollback()}
        assert [one.outcome for one in target.write([intent(ADJUSTMENT)])] == [Outcome.CREATED]


CHANGES = {
    ADJUSTMENT: "UPDATE ar_payment_schedules_all SET amount_due_remaining = 60 WHERE payment_schedule_id = 101",
    HOLD: "UPDATE oe_hold_sources_all SET hold_entity_id = '7' WHERE hold_source_id = 900",
    RELEASE: "UPDATE oe_hold_sources_all SET released_flag = 'Y' WHERE hold_source_id = 900",
}


@pytest.mark.parametrize("kind", list(CHANGES))
def test_what_changed_since_the_plan_is_stale(oracle_erp, kind):
    """A payment, a hold or a release that came between the plan and the write leaves nothing of ours."""
    with oracle_erp.target() as target:
        assert [one.outcome for one in target.check([intent(kind)])] == [Outcome.CREATED]
        oracle_erp.execute(CHANGES[kind])
        assert [one.outcome for one in target.write([intent(kind)])] == [Outcome.STALE]
    assert oracle_erp.effects("erp-ar:k1") == 0


@pytest.mark.parametrize("commits", [True, False])
@pytest.mark.parametrize("kind", list(ActionKind))
def test_of_two_sessions_with_one_key_one_writes(oracle_erp, kind, commits):
    """The second session waits for the first: it finds what that committed, or writes what that gave up."""
    answers = []
    with oracle_erp.target() as first, oracle_erp.target() as second:
        late = threading.Thread(target=lambda: answers.extend(second.write([intent(kind)])))
        with uncommitted(first, intent(kind)) as (connection, outcome):
            late.start()
            late.join(1)
            assert late.is_alive(), "the second session did not wait for the first"
            connection.commit() if commits else connection.rollback()
        late.join(30)
    assert outcome is Outcome.CREATED
    assert [one.outcome for one in answers] == [Outcome.EXISTS if commits else Outcome.CREATED]
    assert oracle_erp.effects("erp-ar:k1") == (0 if kind is RELEASE else 1)


@contextmanager
def uncommitted(target, one):
    """A session in the middle of a write: it has called, and not committed yet."""
    from erp_ar_ext_oracle.requests import request_of  # noqa: PLC0415
    from erp_ar_ext_oracle.target import _Batch  # noqa: PLC0415

    with target._connection("apply") as connection:
        batch = _Batch(connection, target._settings, {})
        outcome, _, _ = batch._call(request_of(one, target._settings), p_dry_run="N")
        yield batch._driver, Outcome(outcome.lower())


def test_two_plans_that_race_write_once(oracle_erp):
    """Many sessions write one intent at the same time: one creates, all others find it."""
    outcomes = []

    def run():
        with oracle_erp.target(retries=10) as target:
            outcomes.extend(one.outcome for one in target.write([intent(ADJUSTMENT)]))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == [Outcome.CREATED, Outcome.EXISTS, Outcome.EXISTS, Outcome.EXISTS]
    assert oracle_erp.effects("erp-ar:k1") == 1

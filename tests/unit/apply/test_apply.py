"""Applying a plan: what is sent, what is not, and what the exit code says of it."""

import pytest
from structlog.testing import capture_logs

from erp_ar_ext.errors import LeaseHeld, PlanError
from erp_ar_ext.spi import ActionKind


@pytest.fixture
def mixed(make_plan, make_action, make_write_off):
    """A plan with a note that needs nobody and a write-off that needs a checker."""
    return make_plan(make_action("note"), make_write_off("w"))


def test_what_is_approved_is_written_once(desk, mixed):
    """Automatic and approved actions are in the ERP afterwards, and the outbox says done."""
    desk.store.approve(mixed, None, "carl")
    report = desk.apply(mixed)
    assert desk.outcomes(report) == {"note": "created", "w": "created"}
    assert report.exit_code == 0
    assert desk.states() == {"note": "done", "w": "done"}
    assert dict(desk.erp.effects) == {"erp-ar:note": 1, "erp-ar:w": 1}
    assert desk.store.outbox.rows(["w"])["w"].erp_id == report.actions[1].erp_id


def test_applying_twice_does_nothing_the_second_time(desk, make_plan, make_action):
    """A second apply reaches for nothing in the ERP but its name, and says already applied."""
    plan = make_plan(make_action("a"), make_action("b"))
    desk.apply(plan)
    calls = desk.erp.calls
    report = desk.apply(plan)
    assert desk.outcomes(report) == {"a": "already_applied", "b": "already_applied"}
    assert (report.already_applied, report.exit_code) == (True, 0)
    assert desk.erp.calls == calls
    assert set(desk.erp.effects.values()) == {1}


def test_what_lacks_approval_waits(desk, mixed):
    """An action without its approval is not sent and is named; once approved, the same plan sends it."""
    report = desk.apply(mixed)
    assert desk.outcomes(report) == {"note": "created", "w": "approval_missing"}
    assert (report.missing_approvals, report.exit_code) == (("w",), 5)
    assert list(desk.erp.effects) == ["erp-ar:note"]
    desk.store.approve(mixed, ["w"], "carl")
    report = desk.apply(mixed)
    assert desk.outcomes(report) == {"note": "already_applied", "w": "created"}
    assert report.exit_code == 0


@pytest.mark.parametrize("key", ["note", "w"])
def test_what_is_rejected_is_never_sent(desk, mixed, key):
    """A rejected action is not sent, whether it needed approval or not, and is no fault."""
    desk.store.approve(mixed, None, "carl")
    desk.store.reject(mixed, [key], "dora")
    report = desk.apply(mixed)
    assert desk.outcomes(report)[key] == "rejected"
    assert report.exit_code == 0
    assert f"erp-ar:{key}" not in desk.erp.effects


def test_a_rejection_while_it_runs_is_honoured(desk, make_plan, make_action):
    """What is rejected while the batches before it are sent is not sent any more."""
    plan = make_plan(make_action("a"), make_action("b"))
    report = desk.apply(plan, batch_size=1, progress=lambda *_: desk.store.reject(plan, ["b"], "carl"))
    assert desk.outcomes(report) == {"a": "created", "b": "rejected"}
    assert list(desk.erp.effects) == ["erp-ar:a"]


def test_a_plan_of_an_old_snapshot_is_refused(desk, mixed):
    """A plan made from facts that are no longer current writes nothing, and says to make a new one."""
    with pytest.raises(PlanError, match="no longer the current one") as caught:
        desk.apply(mixed, current_snapshot="sha256:newer")
    assert "erp-ar plan" in caught.value.hint
    assert (dict(desk.erp.effects), desk.states()) == ({}, {})


@pytest.mark.parametrize("current", [None, "sha256:newer"])
def test_an_old_plan_that_is_done_is_no_fault(desk, make_plan, make_action, current):
    """Nothing is left to be sent on old facts where all was sent: already applied."""
    plan = make_plan(make_action("a"))
    desk.apply(plan)
    report = desk.apply(plan, current_snapshot=current)
    assert (report.already_applied, report.exit_code) == (True, 0)


def test_a_plan_for_another_erp_is_refused(desk, make_plan, make_action):
    """A plan made from the test ERP is not applied to the live one."""
    plan = make_plan(make_action("a"), erp={"adapter": "memory", "name": "test"})
    with pytest.raises(PlanError, match="another ERP"):
        desk.apply(plan)
    assert not desk.erp.effects


def test_doubt_of_another_erp_is_left_alone(desk, make_plan, make_action):
    """A look-up in the wrong ERP would find nothing and send again: what is in doubt elsewhere is not looked up."""
    plan = make_plan(make_action("a"))
    with desk.store.lease("killed") as lease:
        desk.store.outbox.queue(plan, list(plan.intents().values()), lease)
        desk.store.outbox.begin_sending(plan, ["a"], lease)
    desk.erp.name = "other"
    with pytest.raises(PlanError, match="another ERP"):
        desk.apply(make_plan(make_action("b")))
    assert desk.states() == {"a": "sending"}


def test_an_empty_plan_is_nothing_to_do(desk, make_plan):
    """A plan without actions is applied in no time, whatever the snapshot."""
    report = desk.apply(make_plan(), current_snapshot=None)
    assert (report.actions, report.exit_code, report.already_applied) == ((), 0, False)


@pytest.mark.edge_case(78)
@pytest.mark.demands("outbox.done", "outbox.refused", "outbox.stale")
def test_one_bad_action_never_stops_the_others(desk, make_plan, make_action, make_write_off):
    """Stale and refused actions are reported with the ERP's words, and the rest is written."""
    stale = make_write_off("stale", guard={"amount_original": "120.00", "amount_remaining": "99.00"}, approval="auto")
    plan = make_plan(make_action("x", account_id="nobody"), stale, make_action("good"))
    with capture_logs() as logs:
        report = desk.apply(plan)
    assert desk.outcomes(report) == {"x": "refused", "stale": "stale", "good": "created"}
    assert report.exit_code == 3
    assert report.counts() == {"created": 1, "refused": 1, "stale": 1}
    assert "no account nobody" in report.actions[0].message
    assert "99.00" in report.actions[1].message
    assert [log["event"] for log in logs] == ["outbox.refused", "outbox.stale", "outbox.done"]


def test_stale_and_refused_are_reported_again_not_retried(desk, make_plan, make_action):
    """The same plan does not try again what the ERP did not take: its facts are what they were."""
    plan = make_plan(make_action("x", account_id="9999"))
    first = desk.apply(plan)
    desk.erp.table("customers").append({"account_id": "9999"})
    again = desk.apply(plan)
    assert desk.outcomes(first) == desk.outcomes(again) == {"x": "refused"}
    assert (again.exit_code, again.actions[0].message) == (3, first.actions[0].message)
    assert not desk.erp.effects


def test_a_new_plan_tries_again(desk, make_plan, make_action):
    """A newer plan that wants the same has looked at the facts again: it is sent."""
    desk.apply(make_plan(make_action("x", account_id="9999")))
    desk.erp.table("customers").append({"account_id": "9999"})
    newer = make_plan(make_action("x", account_id="9999"), snapshot="sha256:newer")
    assert desk.outcomes(desk.apply(newer, current_snapshot="sha256:newer")) == {"x": "created"}


def test_a_new_plan_does_not_repeat_what_is_done(desk, make_plan, make_action):
    """The same intent under another plan is the same intent: it is in the ERP already."""
    desk.apply(make_plan(make_action("a")))
    newer = make_plan(make_action("a"), make_action("b"), snapshot="sha256:newer")
    report = desk.apply(newer, current_snapshot="sha256:newer")
    assert desk.outcomes(report) == {"a": "already_applied", "b": "created"}
    assert set(desk.erp.effects.values()) == {1}


def test_what_the_erp_has_already_is_done(desk, make_plan, make_action):
    """With the state database lost, the reference in the ERP still keeps an action from being written twice."""
    plan = make_plan(make_action("a"))
    desk.target.write(list(plan.intents().values()))
    report = desk.apply(plan)
    assert (desk.outcomes(report), report.exit_code) == ({"a": "exists"}, 0)
    assert desk.erp.effects["erp-ar:a"] == 1


@pytest.mark.demands("outbox.conflict")
def test_other_content_in_the_erp_is_a_conflict(desk, make_plan, make_action):
    """Somebody changed what stands under our reference: a person must look, now and at the next apply."""
    desk.target.write(list(make_plan(make_action("a", payload={"text": "changed by hand"})).intents().values()))
    plan = make_plan(make_action("a"))
    report = desk.apply(plan)
    assert (desk.outcomes(report), report.exit_code) == ({"a": "conflict"}, 4)
    assert desk.apply(plan).exit_code == 4


def test_two_runners_one_is_told_to_wait(desk, make_plan, make_action):
    """While one apply runs, another raises LeaseHeld and writes nothing."""
    with desk.store.lease("the first"), pytest.raises(LeaseHeld, match="the first"):
        desk.apply(make_plan(make_action("a")))
    assert desk.erp.calls == 0


def test_batches_keep_the_plans_order(desk, make_plan, make_action):
    """Many actions go in batches, in the order of the plan, and progress is told."""
    plan = make_plan(*(make_action(f"n{number}") for number in range(7)))
    told = []
    desk.apply(plan, batch_size=3, progress=lambda settled, total: told.append((settled, total)))
    assert told == [(3, 7), (6, 7), (7, 7)]
    assert desk.erp.calls == 3
    assert list(desk.erp.effects) == [f"erp-ar:n{number}" for number in range(7)]


def test_a_dry_run_changes_nothing(desk, make_plan, make_action, make_write_off):
    """A dry run tells what would be written and what lacks approval; ERP and state stay as they are."""
    plan = make_plan(make_action("a"), make_write_off("w"), make_action("x", account_id="nobody"))
    report = desk.apply(plan, dry_run=True)
    assert desk.outcomes(report) == {"a": "would_create", "w": "approval_missing", "x": "refused"}
    assert (report.dry_run, report.missing_approvals) == (True, ("w",))
    assert not desk.erp.effects
    for table in ("outbox", "plans", "approvals", "lease"):
        with desk.store.database.reading() as connection:
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0


def test_a_dry_run_refuses_what_an_apply_would(desk, mixed):
    """A dry run of an outdated plan is refused too."""
    with pytest.raises(PlanError, match="snapshot"):
        desk.apply(mixed, dry_run=True, current_snapshot="sha256:newer")


def test_the_exit_code_is_the_weightiest(desk, make_plan, make_action, make_write_off):
    """A conflict outweighs a refusal, and a refusal a missing approval."""
    missing, refused = make_write_off("w"), make_action("x", account_id="nobody")
    assert desk.apply(make_plan(missing)).exit_code == 5
    assert desk.apply(make_plan(missing, refused)).exit_code == 3
    conflict = make_action("c")
    desk.target.write(list(make_plan(make_action("c", payload={"text": "other"})).intents().values()))
    assert desk.apply(make_plan(missing, refused, conflict)).exit_code == 4


def test_the_report_is_one_json_document(desk, mixed):
    """The report for programs names each action, its outcome and the exit code."""
    document = desk.apply(mixed).as_dict()
    assert document["counts"] == {"approval_missing": 1, "created": 1}
    assert document["missing_approvals"] == ["w"]
    assert document["exit_code"] == 5
    assert {key: document["actions"][0][key] for key in ("key", "kind", "account_id", "outcome")} == {
        "key": "note",
        "kind": ActionKind.NOTE,
        "account_id": "0007",
        "outcome": "created",
    }

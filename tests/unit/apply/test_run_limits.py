"""`[limits]`: what a plan and a day may send, and that beyond it nothing is."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from erp_ar_ext.errors import LimitError
from erp_ar_ext.limits import Approvals, RunLimits
from erp_ar_ext.store import Store


@pytest.fixture
def write_offs(make_plan, make_action, make_write_off):
    """A plan of automatic write-offs, each given as (key, account, amount, currency), and a note."""

    def make(*rows, note=False, **changes):
        actions = [
            make_write_off(
                key, account_id=account, amount=Decimal(amount), currency=currency, approval="auto", guard={}
            )
            for key, account, amount, currency in rows
        ]
        return make_plan(*([make_action("n", account_id="9")] if note else []), *actions, **changes)

    return make


DOLLARS = [("a", "0007", "-60.00", "USD"), ("b", "0007", "40.00", "USD")]
YEN = [("y", "0007", "-700", "JPY")]
DINARS = [("k", "0007", "-1.250", "KWD")]


@pytest.mark.parametrize(
    ("rows", "limit", "allowed", "less", "told"),
    [
        (DOLLARS, "actions", 2, 1, "actions: 2 actions, 1 are allowed: 1 too many"),
        (DOLLARS, "customers", 1, 0, "customers: 1 accounts, 0 are allowed: 1 too many"),
        (DOLLARS, "kinds", ["adjustment"], ["note", "hold"], "kinds: 2 of kind adjustment; allowed: note, hold"),
        (
            DOLLARS,
            "per_action",
            {"USD": "60.00"},
            {"USD": "59.99"},
            "per_action: 1 above 59.99 USD, the largest 60.00 (action a): 0.01 too much",
        ),
        (
            DOLLARS,
            "per_plan",
            {"USD": "100.00"},
            {"USD": "99.99"},
            "per_plan: 100.00 USD, 99.99 are allowed: 0.01 too much",
        ),
        (
            DOLLARS,
            "per_day",
            {"USD": "100.00"},
            {"USD": "99.99"},
            "per_day: 100.00 USD, 99.99 are allowed: 0.01 too much",
        ),
        (DOLLARS, "per_day", {"USD": "100"}, {"EUR": "100"}, "per_day: 100.00 USD, 0.00 are allowed: 100.00 too much"),
        (YEN, "per_plan", {"JPY": "700"}, {"JPY": "699"}, "per_plan: 700 JPY, 699 are allowed: 1 too much"),
        (DINARS, "per_day", {"KWD": "1.25"}, {"KWD": "1.249"}, "per_day: 1.250 KWD, 1.249 are allowed: 0.001 too much"),
    ],
)
def test_at_a_limit_all_is_sent_and_beyond_it_nothing(desk, write_offs, rows, limit, allowed, less, told):  # noqa: PLR0917
    """One step above a limit nothing of the plan is queued or sent, also not in a dry run; at it, all is."""
    plan = write_offs(*rows)
    for dry_run in (True, False):
        with pytest.raises(LimitError) as caught:
            desk.apply(plan, limits=RunLimits.model_validate({limit: less}), dry_run=dry_run)
        assert [str(one) for one in caught.value.beyond] == [told]
        assert caught.value.exit_code == 1
    assert (desk.states(), desk.erp.calls) == ({}, 0)
    at_it = RunLimits.model_validate({limit: allowed})
    desk.apply(plan, limits=at_it)
    assert set(desk.states()) == {key for key, *_rest in rows}
    assert desk.apply(plan, limits=RunLimits(actions=0)).exit_code in {0, 3}, "nothing is left to be sent"


def test_every_limit_that_is_met_is_named(desk, write_offs):
    """Who has to raise a limit, or to plan less, learns of all of them at once, as text and for programs."""
    limits = RunLimits.model_validate({"actions": 1, "customers": 1, "per_plan": {"USD": "99.00"}, "kinds": ["note"]})
    with pytest.raises(LimitError, match="nothing was sent") as caught:
        desk.apply(write_offs(*DOLLARS, note=True), limits=limits)
    assert [one.limit for one in caught.value.beyond] == ["actions", "customers", "per_plan", "kinds"]
    assert caught.value.beyond[2].as_dict() == {
        "limit": "per_plan",
        "most": "99.00",
        "reaches": "100.00",
        "currency": "USD",
        "words": "per_plan: 100.00 USD, 99.00 are allowed: 1.00 too much",
    }


def test_only_what_is_about_to_be_sent_counts(desk, make_plan, make_write_off):
    """What nobody approved, or somebody rejected, is not held against a limit: it is not sent."""
    plan = make_plan(*(make_write_off(key, guard={}) for key in ("w1", "w2", "w3")))
    desk.store.approve(plan, ["w1", "w2"], "carl")
    desk.store.reject(plan, ["w2"], "dora")
    report = desk.apply(plan, limits=RunLimits.model_validate({"actions": 1, "per_plan": {"USD": "4.50"}}))
    assert desk.outcomes(report) == {"w1": "created", "w2": "rejected", "w3": "approval_missing"}


@pytest.mark.parametrize("limits", [{"actions": 1}, {"per_plan": {"USD": "8.99"}}, {"per_day": {"USD": "8.99"}}])
def test_applying_again_gives_no_more_room(desk, make_plan, make_write_off, limits):
    """What earlier applies of a plan sent counts with the rest: a limit cannot be stepped over piece by piece."""
    plan = make_plan(*(make_write_off(key, guard={}) for key in ("w1", "w2")))
    desk.store.approve(plan, ["w1"], "carl")
    limited = RunLimits.model_validate(limits)
    assert desk.outcomes(desk.apply(plan, limits=limited))["w1"] == "created"
    desk.store.approve(plan, ["w2"], "carl")
    with pytest.raises(LimitError, match=r"sent before|sent today"):
        desk.apply(plan, limits=limited)
    assert desk.states() == {"w1": "done"}


def test_plans_of_a_day_add_up_until_midnight_of_the_company(desk, write_offs, clock):
    """Two plans of one day share its limit, until the day is over where the company is; another ERP has its own."""
    limits = RunLimits.model_validate({"per_day": {"USD": "99.99"}})
    tokyo = ZoneInfo("Asia/Tokyo")
    desk.apply(write_offs(DOLLARS[0]), limits=limits, zone=tokyo)
    later = write_offs(DOLLARS[1])
    clock.forward(hours=5)  # 23:00 there
    with pytest.raises(LimitError, match=r"100\.00 USD, 60\.00 of it sent today"):
        desk.apply(later, limits=limits, zone=tokyo)
    with desk.store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE plans SET erp = '{}'")
    assert desk.apply(later, limits=limits, zone=tokyo, dry_run=True).counts() == {"would_create": 1}
    with desk.store.database.writing() as connection:
        connection.exec_driver_sql("""UPDATE plans SET erp = '{"adapter":"memory","name":"memory"}'""")
    clock.forward(hours=1)
    assert desk.outcomes(desk.apply(later, limits=limits, zone=tokyo)) == {"b": "created"}


def test_what_the_erp_did_not_take_does_not_count(desk, write_offs):
    """A refused action is not in the ERP: its amount is not used up."""
    limits = RunLimits.model_validate({"per_day": {"USD": "60.00"}})
    assert desk.apply(write_offs(("a", "nobody", "-60.00", "USD")), limits=limits).exit_code == 3
    assert desk.outcomes(desk.apply(write_offs(("b", "0007", "-60.00", "USD")), limits=limits)) == {"b": "created"}


@pytest.fixture
def expiring_desk(sqlite_url, tmp_path, clock, make_desk):
    """A desk at which approvals stand for an hour."""
    limits = Approvals(expires_after_hours=1)
    with Store.open(sqlite_url, tmp_path, clock=clock, limits=limits) as store:
        yield make_desk(store)


def test_an_approval_that_expired_is_missing(expiring_desk, clock, make_plan, make_write_off):
    """Apply says that the approval is missing, and why; approved again, the action is sent."""
    plan = make_plan(make_write_off("w"))
    expiring_desk.store.approve(plan, None, "carl")
    clock.forward(hours=1, seconds=1)
    report = expiring_desk.apply(plan)
    assert (expiring_desk.outcomes(report), report.exit_code) == ({"w": "approval_missing"}, 5)
    assert report.actions[0].message == "the approval by carl expired at 2026-03-02T10:00:00Z"
    expiring_desk.store.approve(plan, None, "carl")
    assert expiring_desk.outcomes(expiring_desk.apply(plan)) == {"w": "created"}


@pytest.mark.parametrize(
    ("what", "outcome", "why"),
    [
        ("expiry", "approval_missing", "the approval by carl expired at 2026-03-02T10:00:00Z, while this apply ran"),
        ("revoke", "approval_missing", "its approval was taken back by dora, while this apply ran"),
        ("reject", "rejected", "rejected by dora, while this apply ran"),
        ("approve", "left", "its approval was given anew while this apply ran"),
    ],
)
@pytest.mark.demands("outbox.withdrawn")
def test_what_is_taken_back_while_it_runs_is_not_sent(  # noqa: PLR0917 - a table
    expiring_desk, clock, make_plan, make_write_off, what, outcome, why
):
    """The batch that is being sent is finished; the next one is held against the words of its own moment."""
    plan = make_plan(make_write_off("w1"), make_write_off("w2", schedule_id="S102", guard={}))
    store = expiring_desk.store
    store.approve(plan, None, "carl")
    begin = store.outbox.begin_sending

    def meanwhile(of_plan, keys, *rest):
        if keys == ["w2"]:
            if what == "expiry":
                clock.forward(hours=1, seconds=1)
            else:
                getattr(store, "revoke" if what == "approve" else what)(plan, ["w2"], "dora")
        allowed = begin(of_plan, keys, *rest)
        if what == "approve":
            store.approve(plan, None, "erik")
        return allowed

    store.outbox.begin_sending = meanwhile
    report = expiring_desk.apply(plan, batch_size=1)
    assert expiring_desk.outcomes(report) == {"w1": "created", "w2": outcome}
    assert report.actions[1].message == why
    assert list(expiring_desk.erp.effects) == ["erp-ar:w1"]

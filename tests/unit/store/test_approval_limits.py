"""What a checker may approve: limits that add up, an end, and no way around them by splitting."""

import threading
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from erp_ar_ext.errors import ApprovalError, LimitError
from erp_ar_ext.limits import Approvals
from erp_ar_ext.store import Store, Verdict
from erp_ar_ext.store import approvals as approvals_module
from erp_ar_ext.store import outbox as outbox_module


@pytest.fixture
def limited(sqlite_url, tmp_path, clock):
    """A state database under given `[approvals]`; opened again, under other ones."""
    stores = []

    def open_store(zone="UTC", **section):
        limits = Approvals.model_validate(section)
        stores.append(Store.open(sqlite_url, tmp_path, clock=clock, limits=limits, zone=ZoneInfo(zone)))
        return stores[-1]

    yield open_store
    for store in stores:
        store.close()


@pytest.fixture
def amounts(make_plan, make_write_off):
    """A plan of write-offs, each given as (key, account, amount, currency); unless said, 60 USD of one account."""

    def make(*rows, **changes):
        filled = [(*row, *("0007", "-60.00", "USD")[len(row) - 1 :]) for row in rows]
        return make_plan(
            *(
                make_write_off(key, account_id=account, amount=Decimal(amount), currency=currency)
                for key, account, amount, currency in filled
            ),
            **changes,
        )

    return make


def carl(**limits):
    return [{"name": "carl", **limits}]


def limits_met(caught):
    return [one.limit for one in caught.value.beyond]


@pytest.mark.parametrize("limit", ["per_action", "per_customer", "per_period"])
def test_exactly_the_limit_is_allowed_and_the_least_above_it_is_not(limited, amounts, limit):
    """Each limit holds to the smallest unit of the currency, whether it has none, two or three digits."""
    allowed = {"USD": "100.00", "JPY": "5000", "KWD": "7.500"}
    store = limited(checkers=carl(**{limit: allowed}))
    above = {"USD": "-100.01", "JPY": "5001", "KWD": "-7.501"}
    beyond = amounts(*((f"b{currency}", "0007", amount, currency) for currency, amount in above.items()))
    with pytest.raises(LimitError) as caught:
        store.approve(beyond, None, "carl")
    assert limits_met(caught) == [limit] * 3
    told = [one.as_dict() for one in caught.value.beyond]
    assert [(one["most"], one["reaches"]) for one in told] == [
        ("100.00", "100.01"),
        ("5000", "5001"),
        ("7.500", "7.501"),
    ]
    assert store.decisions(beyond.plan_id) == {}
    exact = amounts(*((f"e{currency}", "0007", f"-{amount}", currency) for currency, amount in allowed.items()))
    assert store.approve(exact, None, "carl") == ("eUSD", "eJPY", "eKWD")


def test_a_currency_that_a_limit_does_not_name_has_none(limited, amounts):
    """Who may approve dollars may approve no euros, unless a limit says so; without a table, nothing is limited."""
    store = limited(checkers=[*carl(per_period={"USD": "100.00"}), {"name": "dora", "period": "month"}])
    with pytest.raises(LimitError, match=r"0\.00 are allowed"):
        store.approve(amounts(("w1", "0007", "-0.01", "EUR")), None, "carl")
    assert store.approve(amounts(("w1", "0007", "-9999999.99", "EUR")), None, "dora") == ("w1",)


SPLITS = {
    "over the actions of a plan": (["w1"], "w2", {}),
    "over plans": (["w1"], "w2", {"snapshot": "sha256:other"}),
    "over the hours of a day": (["w1"], "w2", {"hours": 14}),
    "over spellings of a name": (["w1"], "w2", {"checker": " CARL "}),
    "by a sign": (["w1"], "up", {}),
}


@pytest.mark.parametrize("limit", ["per_customer", "per_period"])
@pytest.mark.parametrize("split", SPLITS)
def test_a_write_off_cannot_be_split_under_its_limit(limited, amounts, clock, limit, split):
    """What is beyond a limit together stays beyond it in parts, however it is parted."""
    first, second, how = SPLITS[split]
    store = limited(checkers=carl(**{limit: {"USD": "100.00"}}))
    rows = (("w1",), ("w2",), ("up", "0007", "60.00"))
    assert store.approve(amounts(*rows), first, "carl") == tuple(first)
    clock.forward(hours=how.get("hours", 0))
    plan = amounts(*rows, **({"snapshot": how["snapshot"]} if "snapshot" in how else {}))
    with pytest.raises(LimitError, match=r"120\.00 USD") as caught:
        store.approve(plan, [second], how.get("checker", "carl"))
    assert limits_met(caught) == [limit]


def test_each_customer_and_each_currency_has_its_own_room(limited, amounts):
    """A limit per customer does not add up over customers, and no limit adds up over currencies."""
    store = limited(checkers=carl(per_customer={"USD": "100.00", "EUR": "60.00"}))
    plan = amounts(("w1",), ("w2", "0008"), ("w3", "0007", "-60.00", "EUR"))
    assert store.approve(plan, None, "carl") == ("w1", "w2", "w3")


@pytest.mark.parametrize(
    ("period", "zone", "hours", "anew"),
    [
        ("day", "UTC", 14, False),
        ("day", "UTC", 15, True),
        ("day", "Asia/Tokyo", 5, False),  # 09:00 UTC is 18:00 there
        ("day", "Asia/Tokyo", 6, True),
        ("week", "UTC", 24 * 6, False),  # the clock begins on a Monday
        ("week", "UTC", 24 * 6 + 15, True),
        ("month", "UTC", 24 * 29 + 14, False),  # on the second of March
        ("month", "UTC", 24 * 29 + 15, True),
    ],
)
def test_a_period_begins_at_midnight_of_the_company(  # noqa: PLR0917 - a table
    limited, amounts, clock, period, zone, hours, anew
):
    """Day, week and month are those of the company's calendar: with a new one all of the room is there again."""
    store = limited(zone, checkers=carl(per_customer={"USD": "100.00"}, period=period))
    plan = amounts(("w1",), ("w2",))
    store.approve(plan, ["w1"], "carl")
    clock.forward(hours=hours)
    if anew:
        assert store.approve(plan, ["w2"], "carl") == ("w2",)
    else:
        with pytest.raises(LimitError):
            store.approve(plan, ["w2"], "carl")


@pytest.mark.parametrize("by", ["revoke", "reject", "reject in another plan", "expiry"])
def test_what_is_taken_back_gives_its_room_back(limited, amounts, clock, by):
    """An approval that no longer lets anything be sent does not count; the action itself then needs another."""
    store = limited(expires_after_hours=2, checkers=carl(per_customer={"USD": "100.00"}))
    plan, other = amounts(("w1",), ("w2",)), amounts(("w1",), snapshot="sha256:other")
    store.approve(plan, ["w1"], "carl")
    if by == "expiry":
        clock.forward(hours=2, seconds=1)
    else:
        word = store.revoke if by == "revoke" else store.reject
        assert word(other if "another" in by else plan, ["w1"], "dora") == ("w1",)
    assert store.approve(plan, ["w2"], "carl") == ("w2",)
    assert "w1" in store.stopped(plan)
    with pytest.raises(LimitError):
        store.approve(plan, ["w1"], "carl")


def test_what_was_sent_keeps_counting(limited, amounts, clock):
    """Neither an expiry nor a word gives back the room of what has left for the ERP, in its period."""
    store = limited(expires_after_hours=2, checkers=carl(per_customer={"USD": "100.00"}))
    plan = amounts(("w1",), ("w2",))
    store.approve(plan, ["w1"], "carl")
    with store.lease("run") as lease:
        store.outbox.queue(plan, [plan.intents()["w1"]], lease)
        assert store.outbox.begin_sending(plan, ["w1"], lease) == ["w1"]
    with pytest.raises(ApprovalError, match="sent already"):
        store.revoke(plan, ["w1"], "dora")
    assert store.revoke(plan, None, "dora") == ()
    clock.forward(hours=3)
    with pytest.raises(LimitError) as caught:
        store.approve(plan, None, "carl")
    assert [one.key for one in caught.value.beyond] == ["w2"]


def test_a_rejection_that_is_lifted_brings_no_approval_back(limited, amounts):
    """Its room was free meanwhile: were it in force again, the checker's sum would be beyond the limit."""
    store = limited(checkers=[*carl(per_customer={"USD": "100.00"}), {"name": "dora"}])
    plan, other = amounts(("w1",), ("w2",)), amounts(("w1",), snapshot="sha256:other")
    store.approve(plan, ["w1"], "carl")
    store.reject(other, ["w1"], "dora")
    store.approve(plan, ["w2"], "carl")
    store.approve(other, ["w1"], "dora")
    assert store.decisions(plan.plan_id)["w1"].verdict is Verdict.REVOKED
    assert set(store.stopped(plan)) == {"w1"}
    assert store.stopped(other) == {}


def test_an_action_counts_once_however_many_plans_have_it(limited, amounts):
    """A plan is made anew after every sync: the same action, which is sent once, takes no more room there."""
    store = limited(checkers=carl(per_customer={"USD": "100.00"}))
    store.approve(amounts(("w1",)), None, "carl")
    assert store.approve(amounts(("w1",), snapshot="sha256:b"), None, "carl") == ("w1",)
    assert store.approve(amounts(("w1", "0007", "-100.00"), snapshot="sha256:c"), None, "carl") == ("w1",)
    with pytest.raises(LimitError, match=r"100\.01"):
        store.approve(amounts(("w2", "0007", "-0.01"), snapshot="sha256:c"), None, "carl")


def test_all_or_nothing_unless_what_fits_is_asked_for(limited, amounts):
    """One action beyond a limit stops all; asked for what fits, it takes in the plan's order what does."""
    store = limited(checkers=carl(per_customer={"USD": "100.00"}))
    plan = amounts(("w1",), ("w2",), ("w3", "0007", "-40.00"))
    with pytest.raises(LimitError, match="w2"):
        store.approve(plan, None, "carl")
    assert store.decisions(plan.plan_id) == {}
    decided, beyond = store.approve_within_limits(plan, None, "carl")
    assert (decided, [(one.key, one.limit) for one in beyond]) == (("w1", "w3"), [("w2", "per_customer")])


def test_who_could_approve_it_is_named(limited, amounts):
    """Neither the maker, nor who is full, nor who may not approve such actions; those not named, where they may."""
    one = {"USD": "60.00"}
    checkers = [
        *carl(per_action={"USD": "1.00"}),
        {"name": "mary"},
        {"name": "full", "per_period": one},
        {"name": "notes", "kinds": ["note"]},
        {"name": "dora", "per_period": one},
    ]
    store = limited(checkers=checkers, others={"kinds": ["adjustment"]})
    store.approve(amounts(("w0",)), None, "full")
    with pytest.raises(LimitError) as caught:
        store.approve(amounts(("w1",)), None, "carl")
    assert caught.value.beyond[0].others == ("dora", "whoever is not named in [approvals]")
    with pytest.raises(LimitError, match="no other checker"):
        limited(checkers=carl(kinds=["note"])).approve(amounts(("w1",)), None, "carl")


@pytest.mark.parametrize(
    ("section", "may"),
    [
        ({}, True),
        ({"expires_after_hours": 1}, True),
        ({"checkers": [{"name": "dora"}]}, False),
        ({"checkers": [{"name": "dora"}], "others": {"kinds": ["adjustment"]}}, True),
        ({"others": {"kinds": ["note"]}}, False),
        ({"others": {"per_action": {"EUR": "100.00"}}}, False),
    ],
)
def test_who_is_not_named(limited, amounts, section, may):
    """Without a section everybody may approve; where some are named, others may only what is said of them."""
    store = limited(**section)
    if may:
        assert store.approve(amounts(("w1",)), None, "carl") == ("w1",)
    else:
        with pytest.raises(LimitError):
            store.approve(amounts(("w1",)), None, "carl")


def test_no_limit_keeps_anybody_from_saying_no(limited, amounts):
    """Who may approve nothing may still reject, and take an approval back."""
    store = limited(checkers=carl())
    plan = amounts(("w1",), ("w2",))
    store.approve(plan, None, "carl")
    assert store.revoke(plan, ["w1"], "erik") == ("w1",)
    assert store.reject(plan, ["w2"], "erik") == ("w2",)
    assert {key: one.why for key, one in store.stopped(plan).items()} == {
        "w1": "its approval was taken back by erik",
        "w2": "rejected by erik",
    }


def test_an_approval_stands_for_as_long_as_is_configured(limited, amounts, clock):
    """At its last moment it still lets the action be sent, and a moment later no more; then it can be given again."""
    store, plan = limited(expires_after_hours=24), amounts(("w1",))
    store.approve(plan, None, "carl")
    clock.forward(hours=24)
    assert store.stopped(plan) == {}
    assert store.approve(plan, None, "dora") == ()
    clock.forward(microseconds=1)
    assert store.stopped(plan)["w1"].why == "the approval by carl expired at 2026-03-03T09:00:00Z"
    assert store.approve(plan, None, "dora") == ("w1",)
    assert store.stopped(plan) == {}


@pytest.mark.parametrize(
    ("before", "after", "stands"), [(24, 2, False), (2, 24, False), (None, 2, False), (24, None, True)]
)
def test_the_sooner_end_holds(limited, amounts, clock, before, after, stands):  # noqa: PLR0917 - a table
    """An approval ends as was said when it was given, or as is configured now if that is sooner."""
    plan = amounts(("w1",))
    limited(expires_after_hours=before).approve(plan, None, "carl")
    clock.forward(hours=3)
    assert (limited(expires_after_hours=after).stopped(plan) == {}) is stands


@pytest.mark.edge_case(81)
@pytest.mark.parametrize(
    ("now", "stopped"),
    [
        (carl(per_customer={"USD": "120.00"}), set()),
        (carl(per_customer={"USD": "119.99"}), {"w2"}),
        (carl(per_period={"USD": "59.99"}), {"w1", "w2"}),
        (carl(per_action={"USD": "59.99"}), {"w1", "w2"}),
        (carl(kinds=["note"]), {"w1", "w2"}),
        ([{"name": "dora"}], {"w1", "w2"}),
    ],
    ids=["as before", "a cent less", "less than one", "less an action", "other kinds", "carl has left"],
)
def test_a_limit_that_was_lowered_holds_for_what_was_approved_before(limited, amounts, now, stopped):
    """When an action is to be sent, its approval is held against the limits of then: who has left approves nothing."""
    plan = amounts(("w1",), ("w2",))
    limited(checkers=carl(per_customer={"USD": "120.00"})).approve(plan, None, "carl")
    store = limited(checkers=now)
    assert set(store.stopped(plan)) == stopped
    assert set(limited(checkers=[{"name": "erik"}]).approve(plan, None, "erik")) == {"w1", "w2"}


@pytest.mark.parametrize("word", ["revoke", "reject", "expiry"])
def test_sending_and_taking_back_take_turns(limited, amounts, clock, word):
    """In the transaction that marks an action as being sent, an approval that is gone or has expired counts no more."""
    store, plan = limited(expires_after_hours=1), amounts(("w1",), ("w2",))
    store.approve(plan, None, "carl")
    with store.lease("run") as lease:
        store.outbox.queue(plan, list(plan.intents().values()), lease)
        if word == "expiry":
            clock.forward(hours=1, microseconds=1)
        else:
            getattr(store, word)(plan, ["w1"], "dora")
        expected = [] if word == "expiry" else ["w2"]
        assert store.outbox.begin_sending(plan, ["w1", "w2"], lease) == expected


def test_taking_back_needs_an_approval(limited, amounts):
    """Only an approval can be taken back, and only once; without keys all that were not sent are."""
    store, plan = limited(), amounts(("w1",), ("w2",))
    assert store.revoke(plan, None, "dora") == ()
    store.approve(plan, ["w1"], "carl")
    assert store.revoke(plan, None, "dora") == ("w1",)
    assert store.revoke(plan, ["w1", "w2"], "dora") == ()
    store.reject(plan, ["w2"], "dora")
    assert store.revoke(plan, ["w2"], "carl") == ()
    assert store.decisions(plan.plan_id)["w2"].verdict is Verdict.REJECTED
    with pytest.raises(ApprovalError, match="made this plan"):
        store.revoke(plan, None, "Mary")


def test_the_trail_tells_the_amount_and_the_limit_of_each_word(limited, amounts):
    """Each word is told with its amount, its end, and how much of which limit it used."""
    limits = {"per_action": {"USD": "60.00"}, "per_customer": {"USD": "120.00"}, "per_period": {"USD": "1000.00"}}
    store = limited(expires_after_hours=1, checkers=carl(**limits))
    plan = amounts(("w1",), ("w2",))
    store.approve(plan, None, "carl")
    store.revoke(plan, ["w1"], "dora")
    with store.database.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT event, who, detail FROM audit_trail WHERE event LIKE 'word.%' ORDER BY seq"
        ).all()
    assert [(row.event, row.who) for row in rows] == [
        ("word.approved", "carl"),
        ("word.approved", "carl"),
        ("word.revoked", "dora"),
    ]
    assert rows[1].detail == (
        '{"amount":"-60.00 USD","expires_at":"2026-03-02T10:00:00.000000Z","limits":{"per_action":"60.00 of 60.00",'
        '"per_customer":"120.00 of 120.00","per_period":"120.00 of 1000.00"}}'
    )
    assert rows[2].detail == '{"amount":"-60.00 USD"}'
    assert store.verify_audit().ok


def test_a_clock_that_goes_backwards_does_not_turn_words_round(limited, amounts, clock):
    """A word is later than the ones on its action before it, whatever the clock says: the last one is in force."""
    store, plan = limited(), amounts(("w1",))
    other = amounts(("w1",), snapshot="sha256:other")
    store.approve(plan, None, "carl")
    clock.forward(hours=-1)
    store.reject(other, ["w1"], "dora")
    assert store.stopped(plan)["w1"].rejected


@pytest.fixture
def two_checkers(state_url, tmp_path, clock):
    """One state database, opened by two processes, under a limit of 100 a day."""
    limits = Approvals.model_validate({"checkers": carl(per_period={"USD": "100.00"})})
    with (
        Store.open(state_url, tmp_path, clock=clock, limits=limits) as first,
        Store.open(state_url, tmp_path, clock=clock, limits=limits) as second,
    ):
        yield first, second


def test_two_words_at_the_same_moment_do_not_step_over_a_limit_together(two_checkers, amounts, monkeypatch):
    """While one approval is weighed, another by the same person waits, and then finds the room taken."""
    first, second = two_checkers
    plan, later = amounts(("w1",)), amounts(("w2",), snapshot="sha256:other")
    first.register_plan(plan)
    first.register_plan(later)
    weigh, refused = approvals_module.weigh, []

    def other():
        try:
            second.approve(later, None, "carl")
        except LimitError as error:
            refused.append(error)

    runner = threading.Thread(target=other)

    def slow(*arguments):
        found = weigh(*arguments)
        if not runner.ident:
            runner.start()
            runner.join(0.5)  # long enough for one that does not wait
        return found

    monkeypatch.setattr(approvals_module, "weigh", slow)
    assert first.approve(plan, None, "carl") == ("w1",)
    runner.join(20)
    assert len(refused) == 1


def test_taking_back_waits_for_what_is_being_marked_as_sent(two_checkers, amounts, monkeypatch):
    """Who takes an approval back while its action is marked waits, and is told that it was sent: never both."""
    first, second = two_checkers
    plan, told = amounts(("w1",)), []
    first.approve(plan, None, "carl")

    def other():
        try:
            second.revoke(plan, ["w1"], "dora")
        except ApprovalError as error:
            told.append(str(error))

    runner = threading.Thread(target=other)
    look = outbox_module.stopped_among

    def slow(*arguments):
        found = look(*arguments)
        runner.start()
        runner.join(0.5)  # long enough for one that does not wait
        return found

    monkeypatch.setattr(outbox_module, "stopped_among", slow)
    with first.lease("run") as lease:
        first.outbox.queue(plan, list(plan.intents().values()), lease)
        assert first.outbox.begin_sending(plan, ["w1"], lease) == ["w1"]
    runner.join(20)
    assert told == ["action w1 was sent already (sending) and can no longer be revoked"]

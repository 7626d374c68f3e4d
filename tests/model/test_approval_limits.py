"""Approvals, revocations, rejections, expiries and sends in any order: no checker's sum is ever beyond a limit.

The reference keeps every word in a list and asks of each whether it still counts; it knows no SQL and no sums.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from failing_driver import hurry
from histories import randomly
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from erp_ar_ext.errors import ApprovalError, LimitError
from erp_ar_ext.limits import Approvals
from erp_ar_ext.store import OutboxState, Settlement, Store
from erp_ar_ext.store.records import SENT
from erp_ar_ext.store.tables import APPROVALS, OUTBOX

ZONE = ZoneInfo("Asia/Tokyo")
HOURS = 30
MOST = {"carl": {"account": Decimal(100), "all": Decimal(150)}, "dora": {"account": Decimal(120), "all": Decimal(999)}}
SECTION = {
    "expires_after_hours": HOURS,
    "checkers": [
        {"name": "carl", "per_customer": {"USD": "100"}, "per_period": {"USD": "150"}},
        {"name": "dora", "per_customer": {"USD": "120"}, "per_period": {"USD": "999"}, "period": "month"},
    ],
}
ACCOUNTS = {"k1": "A", "k2": "A", "k3": "A", "k4": "B"}
AMOUNTS = ({"k1": 60, "k2": 40, "k3": 1, "k4": 90}, {"k1": 70, "k2": 40, "k3": 100, "k4": 50})


@dataclass(frozen=True)
class Word:
    """A word as the reference remembers it."""

    plan: int
    key: str
    checker: str
    verdict: str
    at: datetime

    @property
    def period(self):
        """The day, or for dora the month, in which it counts."""
        day = self.at.astimezone(ZONE).date()
        return day if self.checker == "carl" else (day.year, day.month)


class Reference:
    """All words ever said, and what was sent by which plan."""

    def __init__(self, clock):
        self.clock = clock
        self.said = []
        self.sent = {}

    def alive(self, number):
        """Whether an approval still lets its action be sent, or has."""
        word = self.said[number]
        since = [one for one in self.said[number + 1 :] if one.key == word.key]
        if word.verdict != "approve" or any(one.plan == word.plan or one.verdict == "reject" for one in since):
            return False
        return self.sent.get(word.key) == word.plan or self.clock.now <= word.at + timedelta(hours=HOURS)

    def counting(self):
        """Approvals that count."""
        return [word for number, word in enumerate(self.said) if self.alive(number)]

    def may_be_sent(self, plan):
        """Keys of a plan whose approval is alive; each has one at most."""
        return {word.key for word in self.counting() if word.plan == plan}

    def sums(self, checker, period, more=()):
        """Sum of a checker's period by account and of all, each action once and with its greatest amount."""
        greatest = defaultdict(int)
        for word in (*self.counting(), *more):
            if (word.checker, word.period) == (checker, period):
                greatest[word.key] = max(greatest[word.key], AMOUNTS[word.plan][word.key])
        of_account = defaultdict(int)
        for key, amount in greatest.items():
            of_account[ACCOUNTS[key]] += amount
        return max(of_account.values(), default=0), sum(greatest.values())

    def fits(self, checker, period, more=()):
        """Whether a checker's sums are within their limits."""
        of_account, of_all = self.sums(checker, period, more)
        return of_account <= MOST[checker]["account"] and of_all <= MOST[checker]["all"]


@pytest.fixture
def desk(sqlite_url, tmp_path, clock, make_plan, make_write_off):
    """A state database under limits, and two plans that hold the same actions with other amounts."""
    plans = [
        make_plan(
            *(
                make_write_off(key, account_id=ACCOUNTS[key], amount=Decimal(-amount), guard={})
                for key, amount in amounts.items()
            ),
            snapshot=f"sha256:{number}",
        )
        for number, amounts in enumerate(AMOUNTS)
    ]
    limits = Approvals.model_validate(SECTION)
    with Store.open(sqlite_url, tmp_path, clock=clock, limits=limits, zone=ZONE) as store:
        yield hurry(store), plans, clock


PLANS, KEYS, CHECKERS = st.integers(0, 1), st.sampled_from(sorted(ACCOUNTS)), st.sampled_from(sorted(MOST))
STEPS = st.one_of(
    st.tuples(st.just("approve"), PLANS, KEYS, CHECKERS),
    st.tuples(st.just("approve"), PLANS, KEYS, CHECKERS),
    st.tuples(st.sampled_from(["revoke", "reject"]), PLANS, KEYS, CHECKERS),
    st.tuples(st.just("send"), PLANS, KEYS, st.sampled_from(["done", "refused", "approved", "in_doubt"])),
    st.tuples(st.just("wait"), st.sampled_from([1, 5, 24, 31])),
)


@given(st.lists(STEPS, min_size=4, max_size=20))
@example([("approve", 1, "k4", "dora"), ("send", 1, "k4", "in_doubt"), ("wait", 31)])
@settings(
    randomly(share=20),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_order_of_words_steps_over_a_limit(desk, steps):
    """After each step the sums are within the limits, and the store refuses just what would not be."""
    store, plans, clock = desk
    with store.database.writing() as connection:
        connection.execute(OUTBOX.delete())
        connection.execute(APPROVALS.delete())
    clock.now = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("UTC"))
    reference = Reference(clock)
    for step in steps:
        clock.forward(seconds=1)
        if step[0] == "wait":
            clock.forward(hours=step[1])
        elif step[0] == "send":
            _send(store, plans, reference, *step[1:])
        else:
            _say(store, plans, reference, *step)
        for word in reference.said:
            assert reference.fits(word.checker, word.period)
        unsent = set(ACCOUNTS) - set(reference.sent)  # of what was sent, nobody asks whether it may be
        for number, plan in enumerate(plans):
            assert unsent - set(store.stopped(plan)) == unsent & reference.may_be_sent(number)


def _say(store, plans, reference, verdict, plan, key, checker):  # noqa: PLR0917 - a step
    word = Word(plan, key, checker, verdict, reference.clock.now)
    had = key in reference.may_be_sent(plan)
    try:
        decided = getattr(store, verdict)(plans[plan], [key], checker)
    except LimitError:
        assert verdict == "approve"
        assert not had
        assert not reference.fits(checker, word.period, [word])
        return
    except ApprovalError:
        assert key in reference.sent
        return
    if decided:
        reference.said.append(word)
    if verdict == "approve":
        assert (decided == ()) is had


def _send(store, plans, reference, plan, key, end):  # noqa: PLR0917 - a step
    """Send as an apply would that saw an approval a while ago: what became of it since decides."""
    if key in reference.sent or not any((word.plan, word.key) == (plan, key) for word in reference.said):
        return
    with store.lease("run") as lease:
        store.outbox.queue(plans[plan], [plans[plan].intents()[key]], lease)
        allowed = store.outbox.begin_sending(plans[plan], [key], lease)
        assert allowed == ([key] if key in reference.may_be_sent(plan) else [])
        if allowed:
            store.outbox.settle([Settlement(key, OutboxState(end))], lease)
    if allowed and OutboxState(end) in SENT:
        reference.sent[key] = plan

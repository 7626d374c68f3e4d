"""Random histories: what happens at a receivables desk, event by event, as the rows an ERP would hold of it.

An event is drawn apart from what came before it; what it is about is chosen among what is there. Days fall where
buckets end and on a few shared days, because that is where mistakes are. The day of a posting is drawn apart from its
place in the list, so that much is entered late, dated back or dated ahead.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

Row = dict[str, Any]

START = date(2026, 1, 20)
BOUNDS = (5, 15, 30)
"""Buckets end early, so that a short history fills all of them."""
ACCOUNTS = ("A0", "A1", "A2", "A3")
DIGITS = {"USD": 2, "JPY": 0, "KWD": 3}
DEBITS = ("INV", "INV", "INV", "DM", "CB", "DEP", "BR", "GUAR")
BESIDE = (-30, -3, -1, 0, 0, 0, 1, 3)
"""Days between two dates of one posting."""
ENTITIES = (
    *("customers", "transactions", "schedules", "receipts", "applications", "adjustments", "disputes"),
    *("payment_plans", "plan_items", "plan_instalments"),
)


class Event(NamedTuple):
    """What happens, to whom, where and when, with how many of a currency's smallest units; luck decides the rest."""

    kind: str
    account: str
    org: str
    currency: str
    day: int
    units: int
    span: int
    luck: int


FIELDS = {
    "kind": (
        "nothing", *["issue"] * 6, *["receive"] * 5, *["apply"] * 8,
        *["memo", "adjust", "dispute", "unapply", "reapply", "promise"] * 2,
        *["place", "bounce", "keep", "keep", "call_off", "block", "go_bankrupt", "merge"],
        *["finish", "correct", "identify", "book"],
    ),
    "account": ACCOUNTS,
    "org": ("1", "1", "2"),
    "currency": ("USD", "USD", "JPY", "KWD"),
    "day": (0, 1, 10, 14, 15, 16, 25, 29, 30, 31, 45),
    "units": range(30_000),
    "span": (0, 1, 4, 5, 6, 15, 16),
    "luck": range(100_000),
}  # fmt: skip
EVENTS = st.lists(
    st.builds(Event, **{name: st.sampled_from(values) for name, values in FIELDS.items()}), min_size=40, max_size=100
)


EFFORT = int(os.environ.get("ERP_AR_TEST_EFFORT", "1"))


def randomly(share: int) -> settings:
    """Ask chance for a share of a minute's examples, other ones each time; with more effort there are more minutes.

    A failing history is made as small as can be only with more effort: it takes minutes.
    """
    return settings(
        max_examples=share * EFFORT,
        phases=[phase for phase in Phase if phase is not Phase.shrink or EFFORT > 1],
        deadline=None,
        derandomize=False,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def fixed_events(seed: int, number: int = 120) -> list[Event]:
    """Draw the same events for the same seed, for tests that must not depend on chance."""
    luck = Random(seed)  # noqa: S311 - nothing secret
    return [Event(**{name: luck.choice(values) for name, values in FIELDS.items()}) for _ in range(number)]


class History:
    """An ERP's rows, grown event by event. Both companies count their ids from 1.

    `amount_remaining` is kept as an ERP keeps it: changed when a posting is entered, whatever its dates.
    """

    def __init__(self, events: list[Event]) -> None:
        self.rows: dict[str, list[Row]] = {entity: [] for entity in ENTITIES}
        self._ids: dict[str, Iterator[int]] = defaultdict(lambda: count(1))
        for key in ACCOUNTS:
            self._add("customers", account_id=key, account_number=key, name=key, status="A", merged_into=None,
                      dunning_block_until=None, insolvency_date=None)  # fmt: skip
        for event in events:
            self._luck = Random(event.luck)  # noqa: S311 - nothing secret
            getattr(self, event.kind)(event, START + timedelta(event.day))

    def days(self) -> list[date]:
        """List every day from the one before the first date in the rows to the one after the last."""
        dates = {value for rows in self.rows.values() for row in rows for value in row.values() if type(value) is date}
        first, last = min(dates, default=START), max(dates, default=START)
        return [first + timedelta(days) for days in range(-1, (last - first).days + 2)]

    def nothing(self, event: Event, day: date) -> None:
        """Let a day pass: what a failing history shrinks to, bit by bit."""

    def issue(self, event: Event, day: date) -> None:
        """Issue a document of one to three instalments; some are of nothing, some of less, some are only drafts."""
        amount = self._amount(event) * self._luck.choice((1, 1, 1, 1, 1, 1, 0, -1))
        parts = [amount + part for part in range(self._luck.choice((1, 1, 2, 3)))]
        self._document(event, day, self._luck.choice(DEBITS), parts, draft=amount > 0 and self._chance(0.1))

    def finish(self, _event: Event, _day: date) -> None:
        """Complete a draft."""
        for document in self._one("transactions", lambda row: row["complete"] is False):
            document["complete"] = True

    def correct(self, event: Event, day: date) -> None:
        """Enter a document's account and due date anew; what its schedules say of their own stays."""
        for document in self._one("transactions"):
            document["account_id"], document["due_date"] = event.account, day
            for schedule in self.rows["schedules"]:
                if _same(schedule, document, "org_id", "trx_id") and self._chance(0.5):
                    schedule["due_date"] = day + timedelta(event.span)

    def memo(self, event: Event, day: date) -> None:
        """Issue a credit memo."""
        self._document(event, day, "CM", [-self._amount(event)], draft=False)

    def receive(self, event: Event, day: date) -> None:
        """Receive money, now and then of somebody unknown."""
        account = event.account if self._chance(0.8) else None
        self._receive(event.org, account, event.currency, day, self._amount(event))

    def bounce(self, event: Event, _day: date) -> None:
        """Have a receipt returned; what it paid is open again."""
        for receipt in self._one("receipts", lambda row: row["reversed_date"] is None):
            for row in self.rows["applications"]:
                if row["reversal_gl_date"] is None:
                    self._move(row, -1, of=receipt)
            receipt["reversed_date"] = receipt["receipt_date"] + timedelta(event.span)
            for schedule in self._schedules(receipt["org_id"], self._source_id(receipt)):
                schedule["amount_remaining"] -= schedule["amount_original"]

    def apply(self, event: Event, day: date) -> None:
        """Put money of a receipt, credit memo or negative document to a debit: a part, all of it, or too much."""
        for target in self._one("schedules", lambda row: self._can_be_paid(row) and self._sources(like=row)):
            sources = self._sources(like=target)
            discount = self._luck.choice((None, None, Decimal(0), Decimal(1)))
            paid = target["amount_remaining"] - (discount or 0) if self._chance(0.3) else self._amount(event, target)
            self._apply(day, sources, target, status="APP", amount=max(paid, Decimal(0)), discount=discount)

    def place(self, event: Event, day: date) -> None:
        """Say of money where it stands - on account, unidentified, unapplied - or give it back."""
        status = self._luck.choice(("ACC", "ACC", "UNID", "UNAPP", "ACTIVITY"))
        self._apply(day, self.rows["receipts"], None, status=status, amount=self._amount(event), discount=None)

    def identify(self, event: Event, _day: date) -> None:
        """Find out who paid, or that somebody else did."""
        for receipt in self._one("receipts"):
            for row in (receipt, *self._schedules(receipt["org_id"], self._source_id(receipt))):
                row["account_id"] = event.account

    def book(self, _event: Event, _day: date) -> None:
        """Give a receipt the schedule it did not have; its applications are paid from that now."""
        for receipt in self._one("receipts", lambda row: self._source_id(row) == row["receipt_id"]):
            paid = [row for row in self.rows["applications"] if self._is_source(receipt, row)]
            same = {name: receipt[name] for name in ("org_id", "receipt_id", "account_id", "currency")}
            self._schedule(-receipt["amount"], gl_date=receipt["gl_date"] or receipt["receipt_date"], trx_id=None,
                           due_date=None, instalment=1, **same, **{"class": "PMT"})  # fmt: skip
            own = self.rows["schedules"][-1]
            if receipt["reversed_date"]:
                own["amount_remaining"] = Decimal(0)
            for row in paid:
                row["source_schedule_id"] = own["schedule_id"]
                counts = row["status"] in ("APP", "ACTIVITY") and row["reversal_gl_date"] is None
                own["amount_remaining"] += row["amount"] if counts and not receipt["reversed_date"] else 0

    def unapply(self, event: Event, _day: date) -> None:
        """Take an application back, or where money stands."""
        for row in self._one("applications", lambda row: row["reversal_gl_date"] is None):
            self._take_back(row, event.span)

    def reapply(self, event: Event, _day: date) -> None:
        """Take an application back and put its money elsewhere on the same day."""
        for row in self._one("applications", lambda row: row["reversal_gl_date"] is None and row["status"] == "APP"):
            self._take_back(row, event.span)
            (old,) = self._schedules(row["org_id"], row["target_schedule_id"])
            others = [one for one in self.rows["schedules"] if _same(one, old, "org_id", "currency")]
            self._post(row["reversal_gl_date"], self._luck.choice(list(filter(self._can_be_paid, others))), row)

    def adjust(self, event: Event, day: date) -> None:
        """Correct a schedule up or down, or write it off; some corrections wait or were rejected."""
        for schedule in self._one("schedules"):
            amount = self._amount(event, schedule) * self._luck.choice((1, -1))
            amount = -schedule["amount_remaining"] if self._chance(0.2) else amount
            status = self._luck.choice("AAAWR")
            self._add("adjustments", adjustment_id=self._id("J"), org_id=schedule["org_id"], type="INVOICE",
                      schedule_id=schedule["schedule_id"], gl_date=day, apply_date=self._beside(day), amount=amount,
                      status=status)  # fmt: skip
            schedule["amount_remaining"] += amount if status == "A" else 0

    def dispute(self, event: Event, day: date) -> None:
        """Object to a schedule, for good or for a time; of some only the ERP's own figure tells."""
        for schedule in self._one("schedules"):
            amount = self._amount(event, schedule)
            if self._chance(0.2):
                schedule["amount_in_dispute"] = amount
            else:
                self._add("disputes", dispute_id=self._id("D"), org_id=schedule["org_id"], amount=amount, opened_on=day,
                          schedule_id=schedule["schedule_id"],
                          closed_on=day + timedelta(event.span) if self._chance(0.7) else None)  # fmt: skip

    def promise(self, event: Event, day: date) -> None:
        """Promise to pay a debt by one to three instalments, for its account or for some schedules, it among them."""
        for debt in self._one("schedules", self._can_be_paid):
            plan, account = self._id("L"), debt["account_id"] or event.account
            self._add("payment_plans", plan_id=plan, account_id=account, currency=debt["currency"], agreed_on=day,
                      cancelled_on=None, replaced_by=None)  # fmt: skip
            for seq in range(1, 1 + self._luck.choice((1, 1, 2, 3))):
                amount = (self._amount(event, debt) / 2).quantize(Decimal(1)) + seq
                due = day + timedelta(event.span + 10) * seq
                self._add("plan_instalments", plan_id=plan, seq=seq, due_on=due, amount=amount)
            others = sorted({row["schedule_id"] for row in self.rows["schedules"]} - {debt["schedule_id"]})
            if self._chance(0.6):
                items = [
                    debt["schedule_id"],
                    *self._luck.sample(others, min(len(others), self._luck.choice((0, 0, 1, 2)))),
                ]
                for schedule in items:
                    self._add("plan_items", plan_id=plan, schedule_id=schedule)

    def keep(self, event: Event, _day: date) -> None:
        """Pay a leg of a promise, or half of it, some days after the agreement; by luck on what was promised."""
        for plan in self._one("payment_plans"):
            legs = [row for row in self.rows["plan_instalments"] if row["plan_id"] == plan["plan_id"]]
            items = [row["schedule_id"] for row in self.rows["plan_items"] if row["plan_id"] == plan["plan_id"]]
            day = plan["agreed_on"] + timedelta(event.span)
            paid = self._luck.choice(legs)["amount"] * self._luck.choice((1, 1, 2)) / 2
            self._receive(event.org, plan["account_id"], plan["currency"], day, paid)
            targets = [row for row in self.rows["schedules"] if row["schedule_id"] in items and self._can_be_paid(row)]
            for target in self._luck.sample(targets, min(1, len(targets))):
                mine = [row for row in self.rows["receipts"][-1:] if _same(row, target, "org_id", "currency")]
                self._apply(day, mine, target, status="APP", amount=paid, discount=None)

    def call_off(self, event: Event, day: date) -> None:
        """Call a promise off, or put a later one in its place."""
        for plan in self._one("payment_plans", lambda row: row["replaced_by"] is None):
            later = [row for row in self.rows["payment_plans"] if row["plan_id"] > plan["plan_id"]]
            if later and self._chance(0.5):
                plan["replaced_by"] = self._luck.choice(later)["plan_id"]
            else:
                plan["cancelled_on"] = day + timedelta(event.span)

    def block(self, event: Event, day: date) -> None:
        """Have nobody ask the account for anything up to a day."""
        self._customer(event)["dunning_block_until"] = day + timedelta(event.span)

    def go_bankrupt(self, event: Event, day: date) -> None:
        """Have an administrator appointed."""
        self._customer(event)["insolvency_date"] = day + timedelta(self._luck.choice((0, 30, 60)))

    def merge(self, _event: Event, _day: date) -> None:
        """Merge one account or more, each into the one before it: chains come about, circles do not."""
        for at in range(1, 1 + self._luck.choice((1, 2, 3))):
            self.rows["customers"][at]["merged_into"] = ACCOUNTS[at - 1]

    def _receive(self, org: str, account: str | None, currency: str, day: date, amount: Decimal) -> None:
        """Enter a receipt; some have a schedule, some are only a receipt."""
        key, dated, posted = self._id("R", org), self._beside(day), day if self._chance(0.7) else None
        same = {"org_id": org, "receipt_id": key, "currency": currency, "account_id": account}
        self._add("receipts", receipt_number=key, receipt_date=dated, gl_date=posted, amount=amount, reversed_date=None,
                  **same)  # fmt: skip
        if self._chance(0.5):
            same["class"] = "PMT"
            self._schedule(-amount, gl_date=posted or dated, trx_id=None, due_date=None, instalment=1, **same)

    def _document(self, event: Event, day: date, kind: str, parts: list[Decimal], *, draft: bool) -> None:
        dated, key = self._beside(day), self._id("T", event.org)
        same = {"org_id": event.org, "trx_id": key, "currency": event.currency, "class": kind}
        self._add("transactions", trx_number=key, trx_date=dated, gl_date=day, account_id=event.account,
                  due_date=self._luck.choice((None, None, day)), amount=sum(parts),
                  complete=not draft and self._luck.choice((None, True)), **same)  # fmt: skip
        has_due_dates = self._chance(0.8)
        for number, amount in enumerate(parts, start=1):
            due = day + timedelta(event.span) * number if has_due_dates else None
            account = event.account if self._chance(0.8) else None
            posted = self._beside(day) if self._chance(0.2) else day
            self._schedule(amount, instalment=number, due_date=due, gl_date=posted, account_id=account, receipt_id=None,
                           **same)  # fmt: skip

    def _schedule(self, amount: Decimal, **row: Any) -> None:
        self._add("schedules", schedule_id=self._id("S", row["org_id"]), amount_original=amount,
                  amount_remaining=amount, amount_in_dispute=None, **row)  # fmt: skip

    def _apply(self, day: date, sources: list[Row], target: Row | None, **row: Any) -> None:
        if sources:
            source = self._luck.choice(sources)
            row |= {"org_id": source["org_id"], "source_schedule_id": self._source_id(source)}
            self._post(day, target, row)

    def _post(self, day: date, target: Row | None, row: Row) -> None:
        own = {
            "application_id": self._id("P", row["org_id"]),
            "target_schedule_id": target and target["schedule_id"],
            "gl_date": day,
            "apply_date": self._beside(day),
            "reversal_gl_date": None,
        }
        self._add("applications", **(row | own))
        self._move(self.rows["applications"][-1], 1)

    def _take_back(self, row: Row, span: int) -> None:
        self._move(row, -1)
        row["reversal_gl_date"] = row["gl_date"] + timedelta(span) - timedelta(self._chance(0.1))

    def _move(self, row: Row, sign: int, of: Row | None = None) -> None:
        """Change what remains, unless the row moves nothing or its receipt was returned; `of`: only that receipt's."""
        (source,) = (one for one in self._sources() if self._is_source(one, row))
        if row["status"] in ("APP", "ACTIVITY") and not source.get("reversed_date") and of in (None, source):
            for schedule in self._schedules(row["org_id"], row["source_schedule_id"]):
                schedule["amount_remaining"] += sign * row["amount"]
            for schedule in self._schedules(row["org_id"], row["target_schedule_id"]):
                schedule["amount_remaining"] -= sign * (row["amount"] + (row["discount"] or 0))

    def _sources(self, like: Row | None = None) -> list[Row]:
        credit = [row for row in self.rows["schedules"] if row["amount_original"] < 0 and row["class"] != "PMT"]
        found = self.rows["receipts"] + credit
        return [row for row in found if like is None or _same(row, like, "org_id", "currency")]

    def _is_source(self, source: Row, application: Row) -> bool:
        return (source["org_id"], self._source_id(source)) == (application["org_id"], application["source_schedule_id"])

    def _source_id(self, source: Row) -> str:
        """Name a credit by its schedule, and a receipt by its own where it has one, else by itself."""
        if "receipt_number" not in source:
            return source["schedule_id"]
        own = (row["schedule_id"] for row in self.rows["schedules"] if _same(row, source, "org_id", "receipt_id"))
        return next(own, source["receipt_id"])

    def _can_be_paid(self, schedule: Row) -> bool:
        drafts = [row for row in self.rows["transactions"] if row["complete"] is False]
        return schedule["amount_original"] > 0 and not any(_same(row, schedule, "org_id", "trx_id") for row in drafts)

    def _schedules(self, org: str, key: str | None) -> list[Row]:
        return [row for row in self.rows["schedules"] if (row["org_id"], row["schedule_id"]) == (org, key)]

    def _customer(self, event: Event) -> Row:
        return self.rows["customers"][ACCOUNTS.index(event.account)]

    def _one(self, entity: str, wanted: Callable[[Row], bool] = bool) -> list[Row]:
        """One row, by luck, or none."""
        rows = [row for row in self.rows[entity] if wanted(row)]
        return [self._luck.choice(rows)] if rows else []

    def _amount(self, event: Event, like: Row | None = None) -> Decimal:
        return Decimal(event.units).scaleb(-DIGITS[like["currency"] if like else event.currency])

    def _beside(self, day: date) -> date:
        return day + timedelta(self._luck.choice(BESIDE))

    def _chance(self, probability: float) -> bool:
        return self._luck.random() < probability

    def _id(self, letter: str, org: str = "") -> str:
        return f"{letter}{next(self._ids[org + letter])}"

    def _add(self, entity: str, **row: Any) -> None:
        self.rows[entity].append(row)


def _same(one: Row, other: Row, *columns: str) -> bool:
    return all(one[column] == other[column] for column in columns)

"""Random histories: the ledger beside a naive one, which walks through every row for every day it is asked about."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erp_ar_ext.ledger import Aging, Ledger
from erp_ar_ext.snapshot import SnapshotStore
from erp_ar_ext.spi import Batch
from erp_ar_ext.sync import sync

START = date(2026, 1, 1)
ASKED = [START + timedelta(days) for days in (0, 30, 61, 90, 250)]
SPANS = st.sampled_from([0, 1, 15, 29, 30, 31, 45, 60, 61, 90]).map(timedelta)
"""Spans that end on the days asked about, or a day beside: that is where mistakes are."""
ACCOUNTS = ("A0", "A1", "A2", "A3")
RARER = ("reverse", "adjust", "dispute", "dispute", "merge")


class Event(NamedTuple):
    """What happens, to whom, in which company and currency, when, how much; how long, and a number to choose by."""

    kind: str
    account: str
    org: str
    currency: str
    day: date
    amount: Decimal
    span: timedelta
    choice: int


EVENTS = st.lists(
    st.builds(
        Event,
        kind=st.sampled_from(
            ["issue", "memo", "receive", "bounce", "apply", "issue", "receive", "apply", "apply", *RARER]
        ),
        account=st.sampled_from(ACCOUNTS),
        org=st.sampled_from(["1", "2"]),
        currency=st.sampled_from(["USD", "EUR"]),
        day=SPANS.map(lambda span: START + span),
        amount=st.integers(1, 50_000).map(lambda cents: Decimal(cents) / 100),
        span=SPANS,
        choice=st.integers(0, 999),
    ),
    min_size=30,
    max_size=50,
)


class History:
    """Rows of a ledger, grown event by event. Both companies count their ids from 1."""

    def __init__(self, events: list[Event]) -> None:
        self.rows = defaultdict(list, {name: [] for name in ("transactions", "schedules", "receipts", "applications")})
        self.ids = defaultdict(lambda: count(1))
        for key in ACCOUNTS:
            self._add("customers", account_id=key, account_number=key, name=key, status="A", merged_into=None)
        for event in events:
            getattr(self, event.kind)(event)

    def issue(self, event: Event) -> None:
        """Issue an invoice of one to three instalments, with or without due dates."""
        amounts = [event.amount + part for part in range(1 + event.choice % 3)]
        self._document("INV", event, amounts, event.span if event.choice % 5 else None)

    def memo(self, event: Event) -> None:
        """Issue a credit memo."""
        self._document("CM", event, [-event.amount], event.span if event.choice % 2 else None)

    def receive(self, event: Event) -> None:
        """Receive money, one time in eight of somebody unknown."""
        self._add(
            "receipts",
            org_id=event.org,
            receipt_id=self._id(event.org, "R"),
            receipt_number="r",
            receipt_date=event.day,
            currency=event.currency,
            account_id=event.account if event.choice % 8 else None,
            amount=event.amount,
            reversed_date=None,
        )

    def bounce(self, event: Event) -> None:
        """Have a receipt returned."""
        for receipt in self._one("receipts", event.choice):
            receipt["reversed_date"] = receipt["receipt_date"] + event.span

    def apply(self, event: Event) -> None:
        """Put money of a receipt or credit memo to an invoice; one row in ten only says where a rest stands."""
        memos = [s["schedule_id"] for s in self.rows["schedules"] if (s["org_id"], s["class"]) == (event.org, "CM")]
        sources = memos + [r["receipt_id"] for r in self.rows["receipts"] if r["org_id"] == event.org]
        targets = [s["schedule_id"] for s in self.rows["schedules"] if (s["org_id"], s["class"]) == (event.org, "INV")]
        if sources and targets:
            self._add(
                "applications",
                org_id=event.org,
                application_id=self._id(event.org, "P"),
                apply_date=event.day,
                gl_date=event.day,
                source_schedule_id=sources[event.choice % len(sources)],
                target_schedule_id=targets[event.choice % len(targets)],
                status="UNAPP" if event.choice % 10 == 0 else "APP",
                amount=event.amount,
                reversal_gl_date=None,
                discount=Decimal("0.37") if event.choice % 4 == 0 else None,
            )

    def reverse(self, event: Event) -> None:
        """Take an application back."""
        for application in self._one("applications", event.choice):
            application["reversal_gl_date"] = application["gl_date"] + event.span

    def adjust(self, event: Event) -> None:
        """Correct a schedule up or down; some corrections wait or were rejected."""
        for schedule in self._one("schedules", event.choice):
            self._add(
                "adjustments",
                org_id=schedule["org_id"],
                adjustment_id=self._id("", "J"),
                type="INVOICE",
                gl_date=event.day,
                schedule_id=schedule["schedule_id"],
                apply_date=event.day,
                amount=event.amount * (-1) ** event.choice,
                status="AAWR"[event.choice % 4],
            )

    def dispute(self, event: Event) -> None:
        """Object to a schedule, for good or for a time."""
        for schedule in self._one("schedules", event.choice):
            self._add(
                "disputes",
                org_id=schedule["org_id"],
                dispute_id=self._id("", "D"),
                amount=event.amount,
                opened_on=event.day,
                schedule_id=schedule["schedule_id"],
                closed_on=event.day + event.span if event.choice % 4 else None,
            )

    def merge(self, event: Event) -> None:
        """Merge one account or more, each into the one before it: chains come about, circles do not."""
        for at in range(1, 2 + event.choice % 3):
            self.rows["customers"][at]["merged_into"] = ACCOUNTS[at - 1]

    def _document(self, kind: str, event: Event, amounts: list[Decimal], span: timedelta | None) -> None:
        trx = self._id(event.org, "T")
        self._add(
            "transactions",
            org_id=event.org,
            trx_id=trx,
            trx_number=trx,
            trx_date=event.day - timedelta(3),
            account_id=event.account,
            currency=event.currency,
            amount=sum(amounts),
            **{"class": kind},
        )
        for number, amount in enumerate(amounts, start=1):
            self._add(
                "schedules",
                org_id=event.org,
                schedule_id=self._id(event.org, "S"),
                trx_id=trx,
                account_id=event.account,
                instalment=number,
                due_date=None if span is None else event.day + number * span,
                gl_date=event.day,
                currency=event.currency,
                amount_original=amount,
                **{"class": kind},
            )

    def _add(self, entity: str, **row) -> None:
        self.rows[entity].append(row)

    def _id(self, org: str, letter: str) -> str:
        return f"{letter}{next(self.ids[org, letter])}"

    def _one(self, entity: str, choice: int) -> Iterator[dict]:
        if self.rows[entity]:
            yield self.rows[entity][choice % len(self.rows[entity])]


class Reference:
    """The naive ledger of one day, in plain Decimal."""

    def __init__(self, rows: dict[str, list[dict]], day: date) -> None:
        self.rows, self.day = rows, day
        self.merged = {row["account_id"]: row["merged_into"] for row in rows["customers"]}
        self.sums = defaultdict(Decimal)
        for schedule in rows["schedules"]:
            self._document(schedule)
        for receipt in rows["receipts"]:
            gone = receipt["reversed_date"] is not None and receipt["reversed_date"] <= day
            there = receipt["receipt_date"] <= day and not gone
            used = self._used(receipt["org_id"], receipt["receipt_id"])
            self._count(receipt, "unapplied", used - (receipt["amount"] if there else 0))

    def remaining(self, schedule: dict) -> Decimal:
        """Balance of a document's schedule."""
        org, key = schedule["org_id"], schedule["schedule_id"]
        balance = schedule["amount_original"] if schedule["gl_date"] <= self.day else Decimal(0)
        balance += self._used(org, key)
        for row in self._live("target_schedule_id", org, key):
            balance -= row["amount"] + (row["discount"] or 0)
        for row in self._about("adjustments", org, key):
            balance += row["amount"] if row["status"] == "A" and row["gl_date"] <= self.day else 0
        return balance

    def _document(self, schedule: dict) -> None:
        balance = self.remaining(schedule)
        (issued,) = (
            row["trx_date"]
            for row in self.rows["transactions"]
            if (row["org_id"], row["trx_id"]) == (schedule["org_id"], schedule["trx_id"])
        )
        late = (self.day - (schedule["due_date"] or issued)).days
        bucket = "not_due" if late <= 0 else "1-30" if late <= 30 else "31-60" if late <= 60 else "61-90"
        self._count(schedule, "91+" if late > 90 else bucket, balance)
        self._count(schedule, "open_amount", balance)
        objections = Decimal(0)
        for row in self._about("disputes", schedule["org_id"], schedule["schedule_id"]):
            closed = row["closed_on"] is not None and row["closed_on"] <= self.day
            objections += row["amount"] if row["opened_on"] <= self.day and not closed else 0
        self._count(schedule, "disputed", max(Decimal(0), min(balance, objections)))

    def _count(self, row: dict, what: str, amount: Decimal) -> None:
        account = row["account_id"]
        while account and self.merged[account]:
            account = self.merged[account]
        self.sums[account, row["currency"], what] += amount

    def _used(self, org: str, key: str) -> Decimal:
        return sum((row["amount"] for row in self._live("source_schedule_id", org, key)), Decimal(0))

    def _live(self, side: str, org: str, key: str) -> Iterator[dict]:
        returned = {(r["org_id"], r["receipt_id"]): r["reversed_date"] for r in self.rows["receipts"]}
        for row in self.rows["applications"]:
            ends = (row["reversal_gl_date"], returned.get((org, row["source_schedule_id"])))
            over = any(end is not None and end <= self.day for end in ends)
            if (
                (row["org_id"], row[side], row["status"]) == (org, key, "APP")
                and row["gl_date"] <= self.day
                and not over
            ):
                yield row

    def _about(self, entity: str, org: str, key: str) -> list[dict]:
        return [row for row in self.rows[entity] if (row["org_id"], row["schedule_id"]) == (org, key)]


class RowSource:
    """A source of a history's rows."""

    def __init__(self, rows: dict[str, list[dict]]) -> None:
        self.rows = rows
        self.identity = lambda: {"adapter": "rows"}
        self.entities = lambda: list(rows)
        self.inputs = self.findings = list

    def read(self, entity) -> Iterator[Batch]:
        """All rows in one batch."""
        yield Batch(pa.RecordBatch.from_pylist(self.rows[entity.entity], schema=entity.arrow_schema()))


def ledger_sums(ledger: Ledger) -> dict[tuple, Decimal]:
    """The same amounts as the reference has, of the ledger; and its tie-out holds."""
    aging = Aging(ledger)
    assert aging.tie_out.ok, aging.tie_out.failed
    names = [*(bucket.name for bucket in aging.buckets), "open_amount", "unapplied", "disputed"]
    rows = ledger.engine.arrow("SELECT * FROM aging").to_pylist()
    return {(row["account_id"], row["currency"], name): row[name] for row in rows for name in names if row[name]}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EVENTS)
def test_the_ledger_equals_the_naive_one_on_every_day(events) -> None:
    """Open amounts, buckets, unapplied cash and disputes agree per account and currency; every check ties out."""
    rows = History(events).rows
    at_the_end = Reference(rows, ASKED[-1])
    for schedule in rows["schedules"]:
        schedule["amount_remaining"] = at_the_end.remaining(schedule)
    with TemporaryDirectory() as folder:
        store = SnapshotStore(Path(folder) / "snapshots", Path(folder) / "quarantine")
        snapshot = sync(RowSource(rows), snapshots=store, work_dir=Path(folder)).snapshot
        for day in ASKED:
            expected = {key: amount for key, amount in Reference(rows, day).sums.items() if amount}
            with Ledger(snapshot, day, memory_limit="300MB") as ledger:
                assert ledger_sums(ledger) == expected, day

"""How open items are aged: buckets, the unit of age, and where credits, cash and disputed amounts stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from erp_ar_ext.errors import UsageError
from erp_ar_ext.ledger.buckets import DEFAULT_BOUNDS, Bucket, Unit, faults, make_buckets

Credits = Literal["own_age", "oldest_first", "same_document", "apart"]
Unapplied = Literal["apart", "oldest_first"]
Disputed = Literal["in_buckets", "apart"]

CREDITS: tuple[Credits, ...] = get_args(Credits)
UNAPPLIED: tuple[Unapplied, ...] = get_args(Unapplied)
DISPUTED: tuple[Disputed, ...] = get_args(Disputed)

OWN_COLUMNS = (
    *("account_id", "currency", "org_id", "schedule_id", "trx_number", "class", "due_date", "days_past_due"),
    *("open_amount", "credits", "unapplied", "disputed", "set_off", "account_name", "overdue"),
)
"""Columns of an aging beside its buckets: no bucket has such a name."""
REUSED = "another bucket or another column of the aging has the name"


@dataclass(frozen=True)
class AgingRules:
    """The declared rules of an aging.

    `credits` says where an open credit memo (or overpaid document) stands: in the bucket of its own age, set off
    against the oldest debits of its account or against the document it names, or in a column apart. `unapplied`
    and `disputed` say the same of cash not applied and of the disputed part of debits. Raises UsageError for
    buckets that do not hold every whole number exactly once.
    """

    buckets: tuple[Bucket, ...] = make_buckets(DEFAULT_BOUNDS)
    unit: Unit = "days"
    credits: Credits = "own_age"
    unapplied: Unapplied = "apart"
    disputed: Disputed = "in_buckets"

    def __post_init__(self) -> None:
        """Prove the buckets."""
        for fault in faults(self.buckets):
            raise UsageError(fault.message, hint=fault.hint)
        for at in reused_names([bucket.name for bucket in self.buckets]):
            raise UsageError(f"bucket {self.buckets[at].name!r}: {REUSED}", hint="give it another name")

    @property
    def past_due(self) -> tuple[Bucket, ...]:
        """Buckets of what is past due; by months, of what was due before the month of the as-of date."""
        return tuple(bucket for bucket in self.buckets if bucket.is_past_due)

    @property
    def sets_off(self) -> bool:
        """Whether credits or cash are set off against debits."""
        return self.credits in ("oldest_first", "same_document") or self.unapplied == "oldest_first"

    @property
    def apart(self) -> tuple[str, ...]:
        """Columns that hold a part of the open amount outside the buckets: with them, the buckets add up to it."""
        columns = (
            ("credits", self.credits == "apart"),
            ("disputed", self.disputed == "apart"),
            ("set_off", self.sets_off),
        )
        return tuple(column for column, stands_apart in columns if stands_apart)


def reused_names(names: Sequence[str]) -> list[int]:
    """Which names, counted from 0, could be no column: SQL takes small letters and capitals for the same."""
    taken = list(OWN_COLUMNS)
    found = []
    for at, name in enumerate(names):
        if name.lower() in taken:
            found.append(at)
        taken.append(name.lower())
    return found

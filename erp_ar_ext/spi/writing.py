"""The writing half of an adapter: intents in, one answer to each out.

An intent's `external_ref` is made and stored before anything is sent, and is written into the ERP with the
effect. That is what makes "exists" and recovery by look-up possible, and posting twice impossible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol


class ActionKind(StrEnum):
    """What can be written back."""

    NOTE = "note"
    HOLD = "hold"
    RELEASE = "release"
    ADJUSTMENT = "adjustment"


@dataclass(frozen=True)
class Intent:
    """One effect that is to happen in the ERP exactly once.

    `payload` by kind - note: `text`, `note_kind`; hold: `name`, `scope`, `scope_id`, `reason`; release:
    `hold_id`, `name`, `reason`; adjustment: `type`, `reason` (its `amount` is signed: a write-off is negative).
    `guard` holds what the plan saw and the target must still find, compared in the transaction that writes. A key that
    is not there guards nothing; None is what the plan saw. Where anything differs, a target answers STALE:

    - of every kind: `account_status` and `merged_into` of the account;
    - adjustment, and note about a schedule: `amount_original`, `amount_remaining` (decimal text or None) and
      `amount_in_dispute` (decimal text; empty is zero) of the schedule;
    - hold, release, and note about an account: `due`, decimal text by currency (of the intent's currency alone where
      it has one): the sum, unless zero, of `amount_remaining` of the account's schedules that are of class PMT, due by
      the business date or without a due date;
    - hold: `active_hold` (None): there is no active hold of the name, scope and account;
    - release: `released_on` (None) and `applied_on` (ISO day) of the hold.

    Where the ERP says nothing of what remains, a guard may hold two more keys: `inputs`, the `inputs_digest` of the
    source as the plan read it, and, of an adjustment, `adjustments`, how many adjustments of the schedule, of any
    status, the ledger knew.
    """

    key: str
    external_ref: str
    kind: ActionKind
    account_id: str
    business_date: date
    org_id: str | None = None
    schedule_id: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    author: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    guard: Mapping[str, Any] = field(default_factory=dict)


class Outcome(StrEnum):
    """The ERP's answer."""

    CREATED = "created"
    """Written now."""
    EXISTS = "exists"
    """The same content is there already, under the same reference."""
    DIFFERS = "differs"
    """Other content is there under the same reference: a person must look."""
    STALE = "stale"
    """The guard no longer holds; nothing was written."""
    REFUSED = "refused"
    """The ERP will not take it; nothing was written."""
    LEFT = "left"
    """It was not tried, because the run is to stop; nothing was written."""


@dataclass(frozen=True)
class WriteResult:
    """Answer to one intent; `erp_id` names the row in the ERP where there is one."""

    key: str
    outcome: Outcome
    erp_id: str | None = None
    message: str = ""


class Target(Protocol):
    """An open connection to where actions are written.

    `write` answers every intent in order, or raises a WriteError: TransientWriteError when nothing at all was
    written, UnknownOutcomeError (or anything else) when it cannot tell. Each intent stands alone: one that is
    refused never stops the others.
    """

    def identity(self) -> Mapping[str, str]:
        """Which ERP this is, as in `Source.identity`."""
        ...

    def write(self, intents: Sequence[Intent]) -> Sequence[WriteResult]:
        """Write each intent unless its reference exists or its guard fails; compare and write as one."""
        ...

    def check(self, intents: Sequence[Intent]) -> Sequence[WriteResult]:
        """Answer as `write` would (CREATED for what would be created) and write nothing.

        Raises TransientWriteError where it can tell that `write` would write nothing at all.
        """
        ...

    def look_up(self, intents: Sequence[Intent]) -> Sequence[WriteResult | None]:
        """For each intent: EXISTS or DIFFERS where its reference is found, else None."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...

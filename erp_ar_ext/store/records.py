"""What is read from the state database: plain, immutable records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from erp_ar_ext.spi import Intent


class Verdict(StrEnum):
    """A checker's word."""

    APPROVED = "approved"
    REJECTED = "rejected"
    """It is not sent, in this plan or in a later one, until somebody approves it again."""
    REVOKED = "revoked"
    """An approval that was taken back: the action waits for another one."""


class OutboxState(StrEnum):
    """Where an intent stands."""

    APPROVED = "approved"
    """To be sent: nothing of it is in the ERP."""
    SENDING = "sending"
    """Written down before the first byte left; after a crash this means in doubt."""
    DONE = "done"
    """In the ERP, once."""
    REFUSED = "refused"
    """The ERP did not take it."""
    STALE = "stale"
    """What the plan saw was no longer so; nothing was written."""
    IN_DOUBT = "in_doubt"
    """It may be in the ERP; only a look-up can tell."""
    CONFLICT = "conflict"
    """The ERP holds something else under its reference; a person must look."""


UNSETTLED = (OutboxState.SENDING, OutboxState.IN_DOUBT)
"""States that every run looks up before anything else."""

SENT = (OutboxState.SENDING, OutboxState.DONE, OutboxState.IN_DOUBT, OutboxState.CONFLICT)
"""States in which something left for the ERP: a checker's word comes too late."""

WAYS_INTO: dict[OutboxState, tuple[OutboxState, ...]] = {
    OutboxState.APPROVED: (*UNSETTLED, OutboxState.CONFLICT),
    OutboxState.SENDING: (OutboxState.APPROVED,),
    OutboxState.DONE: (*UNSETTLED, OutboxState.CONFLICT),
    OutboxState.REFUSED: (OutboxState.SENDING,),
    OutboxState.STALE: (OutboxState.SENDING,),
    OutboxState.IN_DOUBT: UNSETTLED,
    OutboxState.CONFLICT: (*UNSETTLED, OutboxState.CONFLICT),
}
"""From which states a state may be reached. Queueing again under another plan (refused, stale) is apart."""


@dataclass(frozen=True)
class Run:
    """One command that was run. `exit_code` and `finished_at` are empty while it runs, or when it was killed."""

    run_id: str
    command: str
    started_at: str
    finished_at: str | None
    exit_code: int | None
    detail: dict[str, object]


@dataclass(frozen=True)
class Known:
    """A snapshot, from the moment it became the current one."""

    snapshot_id: str
    known_at: datetime
    """When it became the current one, in UTC."""
    cursor: datetime | None = None
    """The ERP's clock at the last sync that found this content; None where the source tells no time."""
    swept_at: datetime | None = None
    """When every key was last compared, in UTC."""


@dataclass(frozen=True)
class Decision:
    """The word that is in force on an action, and who gave it."""

    action_key: str
    verdict: Verdict
    maker: str
    checker: str
    decided_at: str
    seq: int = 1
    plan_id: str = ""
    """The plan it was said of."""
    expires_at: str | None = None
    """Until when an approval lets the action be sent; None where it does not expire."""
    weighed: bool = True
    """Whether the action's amount was kept with the word, so that limits can be held against it."""


@dataclass(frozen=True)
class OutboxRow:
    """An intent in the outbox, and how it stands."""

    intent: Intent
    plan_id: str
    state: OutboxState
    erp_id: str | None
    message: str
    attempts: int
    updated_at: str

    @property
    def key(self) -> str:
        """The action's key."""
        return self.intent.key


@dataclass(frozen=True)
class Settlement:
    """What became of an intent: the state it goes to, and the ERP's words."""

    key: str
    state: OutboxState
    erp_id: str | None = None
    message: str = ""


@dataclass(frozen=True)
class Lease:
    """The right to write to the ERP, until somebody with a greater fencing number has it."""

    name: str
    owner: str
    fencing: int
    ttl: timedelta = field(default=timedelta(seconds=60))

"""What an apply did, action by action, and the exit code it comes to."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from erp_ar_ext.plan.document import Action


class ActionOutcome(StrEnum):
    """What became of an action."""

    CREATED = "created"
    """Written now."""
    EXISTS = "exists"
    """It was in the ERP already, and is known to be from now on."""
    ALREADY_APPLIED = "already_applied"
    """An earlier apply wrote it."""
    WOULD_CREATE = "would_create"
    """A dry run: it would be written."""
    CONFLICT = "conflict"
    """The ERP holds something else under its reference."""
    IN_DOUBT = "in_doubt"
    """It may or may not be in the ERP."""
    STALE = "stale"
    """What the plan saw is no longer so; nothing was written."""
    REFUSED = "refused"
    """The ERP does not take it; nothing was written."""
    LEFT = "left"
    """Nothing was written; a later apply sends it."""
    APPROVAL_MISSING = "approval_missing"
    """Nobody has approved it yet."""
    REJECTED = "rejected"
    """A checker rejected it."""


EXIT_CODES = (
    (4, frozenset({ActionOutcome.IN_DOUBT, ActionOutcome.CONFLICT})),
    (3, frozenset({ActionOutcome.STALE, ActionOutcome.REFUSED, ActionOutcome.LEFT})),
    (5, frozenset({ActionOutcome.APPROVAL_MISSING})),
)
"""Exit codes, the weightiest first."""


@dataclass(frozen=True)
class ActionReport:
    """What became of one action, in the ERP's words where it had any."""

    key: str
    kind: str
    account_id: str
    outcome: ActionOutcome
    message: str = ""
    erp_id: str | None = None

    @classmethod
    def of(
        cls, action: Action, outcome: ActionOutcome, message: str | None = None, erp_id: str | None = None
    ) -> ActionReport:
        """Report on an action of a plan."""
        return cls(action.key, action.kind, action.account_id, outcome, message or "", erp_id)


@dataclass(frozen=True)
class Recovered:
    """One intent that was looked up because nobody knew what became of it; `outcome` is where it went.

    `done` (it is in the ERP), `requeued` (it is not), `conflict` or `in_doubt` (the look-up gave no answer).
    """

    key: str
    kind: str
    account_id: str
    outcome: str
    message: str = ""


@dataclass(frozen=True)
class RecoverReport:
    """What recovery settled, and what it could not."""

    settled: tuple[Recovered, ...] = ()

    def counts(self) -> dict[str, int]:
        """Number of intents per outcome."""
        return dict(sorted(Counter(one.outcome for one in self.settled).items()))

    @property
    def exit_code(self) -> int:
        """4 while anything is in doubt or in conflict, else 0."""
        return 4 if any(one.outcome in ("in_doubt", "conflict") for one in self.settled) else 0

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "counts": self.counts(),
            "settled": [asdict(one) for one in self.settled],
            "exit_code": self.exit_code,
        }


@dataclass(frozen=True)
class ApplyReport:
    """What an apply did; `actions` follow the plan's order."""

    plan_id: str
    actions: tuple[ActionReport, ...]
    recovered: RecoverReport = field(default_factory=RecoverReport)
    dry_run: bool = False
    stopped: bool = False
    """It was told to stop before all was sent."""

    @property
    def already_applied(self) -> bool:
        """All of the plan was applied before (and the plan is not empty)."""
        return bool(self.actions) and all(one.outcome is ActionOutcome.ALREADY_APPLIED for one in self.actions)

    @property
    def missing_approvals(self) -> tuple[str, ...]:
        """Keys of the actions that wait for a checker's word."""
        return tuple(one.key for one in self.actions if one.outcome is ActionOutcome.APPROVAL_MISSING)

    def counts(self) -> dict[str, int]:
        """Number of actions per outcome; outcomes that did not occur are not named."""
        return dict(sorted(Counter(str(one.outcome) for one in self.actions).items()))

    @property
    def exit_code(self) -> int:
        """4 in doubt or conflict, 3 stale, refused or left, 5 approval missing, else 0: the weightiest counts.

        What recovery found on another plan's actions counts too: nobody else would tell of it.
        """
        outcomes = {one.outcome for one in self.actions}
        if self.recovered.exit_code:
            outcomes.add(ActionOutcome.IN_DOUBT)
        return next((code for code, weighty in EXIT_CODES if outcomes & weighty), 0)

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "plan_id": self.plan_id,
            "dry_run": self.dry_run,
            "stopped": self.stopped,
            "already_applied": self.already_applied,
            "counts": self.counts(),
            "actions": [asdict(one) for one in self.actions],
            "missing_approvals": list(self.missing_approvals),
            "recovered": self.recovered.as_dict(),
            "exit_code": self.exit_code,
        }

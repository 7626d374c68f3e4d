"""Every exception this project raises on purpose.

::

    ErpArError                      cannot go on; carries a stable code, a place and a hint
    |-- UsageError                  the command or its arguments are wrong             (exit 64)
    |-- FileError                   a file, folder or output cannot be read or written
    |-- EngineError                 the ledger's engine ran out of memory or of disk
    |-- ConfigError                 erp-ar.toml or the environment
    |-- AdapterError                an adapter is missing, broken or too old
    |-- SourceError                 files or tables cannot be read at all
    |   `-- ContractError           they can, but their columns break the contract
    |-- SnapshotError               no snapshot, an incomplete or a changed one
    |-- PolicyError                 the policy file has problems (all of them listed)
    |-- PlanError                   a plan edited by hand, or for another snapshot
    |-- ApprovalError               a checker's word that may not be given
    |-- LimitError                  beyond what a checker may approve or a plan may send
    |-- StateError                  the state database
    |   `-- LeaseHeld               another run holds the lease                        (exit 75)
    `-- WriteError                  write-back; exactly one of the markers below applies
        |-- TransientWriteError     (Retryable)  nothing was written, trying again may help
        |-- UnknownOutcomeError     (InDoubt)    it may have been written: look it up first
        `-- RejectedWriteError      (Terminal)   nothing was written and never will be

Bad rows and bad rules are not exceptions: they are findings (`erp_ar_ext.model.findings`), collected and
reported all at once. Codes are listed in docs/reference/errors.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

_SHOWN = 20
"""Limits that one message names; `--json` has them all."""


class Retryable:
    """Marker: nothing happened, and the same call may succeed later."""


class InDoubt:
    """Marker: the effect may or may not have happened; only a look-up can tell."""


class Terminal:
    """Marker: nothing happened, and the same call will never succeed."""


class ErpArError(Exception):
    """Base of all errors: what happened, where, and what to do next.

    The class docstring's first sentence is the default message, so that no message can be forgotten.
    """

    code: ClassVar[str] = "ERPAR-0000"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str | None = None, *, place: str | None = None, hint: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").split("\n", maxsplit=1)[0]
        self.place = place
        self.hint = hint
        super().__init__(self.message)

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.message}"


class UsageError(ErpArError):
    """The command line is not one this program knows."""

    code = "ERPAR-0064"
    exit_code = 64


class FileError(ErpArError):
    """A file or folder cannot be read or written."""

    code = "ERPAR-0010"


class EngineError(ErpArError):
    """The engine cannot go on."""

    code = "ERPAR-0020"


class ConfigError(ErpArError):
    """The configuration cannot be used."""

    code = "ERPAR-0100"


class AdapterError(ErpArError):
    """The adapter cannot be used."""

    code = "ERPAR-0200"


class SourceError(ErpArError):
    """The source cannot be read."""

    code = "ERPAR-0300"


class ContractError(SourceError):
    """The source's columns do not fit the canonical model."""

    code = "ERPAR-0310"


class SnapshotError(ErpArError):
    """The snapshot cannot be used."""

    code = "ERPAR-0400"


class PolicyError(ErpArError):
    """The policy has problems."""

    code = "ERPAR-0500"

    def __init__(self, problems: Sequence[object], *, place: str, hint: str | None = None) -> None:
        self.problems = tuple(problems)
        listed = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"{len(self.problems)} problem(s) in the policy\n{listed}", place=place, hint=hint)


class PlanError(ErpArError):
    """The plan cannot be used."""

    code = "ERPAR-0600"


class ApprovalError(ErpArError):
    """The approval may not be given."""

    code = "ERPAR-0650"


class Overstepped(Protocol):
    """A limit, by how much something is beyond it, and in words."""

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        ...


class LimitError(ErpArError):
    """Beyond a limit: nothing of it was approved or sent."""

    code = "ERPAR-0660"

    def __init__(self, message: str, *, beyond: Sequence[Overstepped], hint: str | None = None) -> None:
        self.beyond = tuple(beyond)
        shown = [f"\n  {one}" for one in self.beyond[:_SHOWN]]
        more = len(self.beyond) - len(shown)
        super().__init__(message + "".join(shown) + (f"\n  ... and {more} more" if more else ""), hint=hint)


class StateError(ErpArError):
    """The state database cannot be used."""

    code = "ERPAR-0700"


class LeaseHeld(StateError):  # noqa: N818 - a condition, not a fault: the caller tries again later
    """Another run holds the lease."""

    code = "ERPAR-0775"
    exit_code = 75


class WriteError(ErpArError):
    """The write-back failed."""

    code = "ERPAR-0800"


class TransientWriteError(WriteError, Retryable):
    """Nothing was written; trying again may help."""

    code = "ERPAR-0810"


class UnknownOutcomeError(WriteError, InDoubt):
    """The write may or may not have happened; it is looked up before anything else."""

    code = "ERPAR-0820"


class RejectedWriteError(WriteError, Terminal):
    """Nothing was written, and the target will not take it."""

    code = "ERPAR-0830"

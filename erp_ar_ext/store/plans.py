"""What the state database needs to know of a plan: its name, its maker and its actions.

Protocols, so that the store stands beside the rooms that make plans and imports none of them;
`erp_ar_ext.plan.document.Plan` fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol


class PolicyName(Protocol):
    """Which policy decided."""

    @property
    def name(self) -> str:
        """Name of the policy."""
        ...

    @property
    def digest(self) -> str:
        """Digest of its resolved text."""
        ...


class PlannedAction(Protocol):
    """One action of a plan."""

    @property
    def key(self) -> str:
        """Key of the action: the same for the same intent in every plan."""
        ...

    @property
    def approval(self) -> str:
        """Tell `auto`, or `required` where a checker must speak first."""
        ...

    @property
    def kind(self) -> str:
        """What is written: note, hold, release or adjustment."""
        ...

    @property
    def account_id(self) -> str:
        """The customer's account."""
        ...

    @property
    def amount(self) -> Decimal | None:
        """Signed amount; None where no money is moved."""
        ...

    @property
    def currency(self) -> str | None:
        """Currency of the amount, ISO 4217."""
        ...


class NamedPlan(Protocol):
    """What is written down of a plan when it is made."""

    @property
    def plan_id(self) -> str:
        """Digest of the plan: an approval binds to it."""
        ...

    @property
    def snapshot(self) -> str:
        """Digest of the facts it was made from."""
        ...

    @property
    def policy(self) -> PolicyName:
        """Which policy decided."""
        ...

    @property
    def erp(self) -> Mapping[str, str]:
        """Identity of the ERP it was made from."""
        ...

    @property
    def as_of(self) -> date:
        """Business date it was made for."""
        ...

    @property
    def maker(self) -> str:
        """Who made it."""
        ...


class KnownPlan(NamedPlan, Protocol):
    """A plan that somebody decides on or applies."""

    @property
    def actions(self) -> Sequence[PlannedAction]:
        """Its actions, in order."""
        ...

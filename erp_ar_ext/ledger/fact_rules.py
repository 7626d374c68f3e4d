"""What a policy declares about derived amounts: when a plan is kept, what is collectible, what counts as exposure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from erp_ar_ext.engine import Parameter, literal


@dataclass(frozen=True)
class CollectibleRules:
    """What is due, and whether credits pay it: `not_due` also counts debits that are not past due."""

    not_due: bool = False
    credits: bool = True


@dataclass(frozen=True)
class ExposureRules:
    """The formula of the exposure; overdue debits always count.

    A rate is the latest of `rate_date` (of the as-of date where that is empty) or before; with `rate_max_age_days`,
    one that is older by more than so many days is missing. `group` says whose exposure stands against a limit: the
    account's, or that of all accounts below one top parent against the parent's limit.
    """

    not_due: bool = True
    disputed: bool = True
    credit_memos: bool = True
    guarantees: bool = False
    unapplied_cash: bool = True
    open_orders: bool = True
    group: Literal["account", "parent"] = "account"
    rate_date: date | None = None
    rate_max_age_days: int | None = None

    def counted(self) -> dict[str, bool]:
        """Whether each component counts; `disputed` is the disputed part of the debits, taken off where it does not."""
        return {
            "overdue": True,
            "not_due": self.not_due,
            "disputed": self.disputed,
            "credit_memos": self.credit_memos,
            "guarantees": self.guarantees,
            "unapplied_cash": self.unapplied_cash,
            "open_orders": self.open_orders,
        }


@dataclass(frozen=True)
class FactRules:
    """All of it; `grace_days` and `amount_tolerance`, by currency, are those of payment plans."""

    grace_days: int = 0
    amount_tolerance: Mapping[str, Decimal] = field(default_factory=dict)
    collectible: CollectibleRules = field(default_factory=CollectibleRules)
    exposure: ExposureRules = field(default_factory=ExposureRules)

    @property
    def amount_tolerance_sql(self) -> str:
        """SQL over `currency`: how much of a plan's leg may be missing; NULL where nothing may."""
        amounts = sorted(self.amount_tolerance.items())
        cases = " ".join(f"WHEN {literal(currency)} THEN {literal(amount)}" for currency, amount in amounts)
        return f"CASE currency {cases} END" if cases else "NULL"

    def parameters(self, as_of: date) -> dict[str, Parameter]:
        """Values of the models' parameters on a day."""
        exposure = self.exposure
        return {
            "as_of": as_of,
            "grace_days": self.grace_days,
            "collect_not_due": self.collectible.not_due,
            "collect_less_credits": self.collectible.credits,
            **{f"expose_{component}": counts for component, counts in exposure.counted().items()},
            "by_parent": exposure.group == "parent",
            "rate_date": exposure.rate_date or as_of,
            "rate_max_age_days": exposure.rate_max_age_days,
        }

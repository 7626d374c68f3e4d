"""What key figures are measured by: the policy's parameters, or their defaults where there is no policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from erp_ar_ext.ledger.aging_rules import AgingRules
from erp_ar_ext.ledger.fact_rules import FactRules
from erp_ar_ext.policy import Policy, fact_rules
from erp_ar_ext.policy.provisioning import ProvisionSql
from erp_ar_ext.policy.schema import Kpi, Provision


@dataclass(frozen=True)
class Settings:
    """Parameters of all formulas; `named` tells the policy they are from."""

    kpi: Kpi = field(default_factory=Kpi)
    aging: AgingRules = field(default_factory=AgingRules)
    facts: FactRules = field(default_factory=FactRules)
    provision: Provision | None = None
    provision_sql: ProvisionSql = field(default_factory=ProvisionSql)
    named: Mapping[str, str] | None = None

    @classmethod
    def of(cls, policy: Policy | None) -> Settings:
        """Read them from a policy."""
        if policy is None:
            return cls()
        return cls(
            kpi=policy.kpi,
            aging=policy.aging.rules(),
            facts=fact_rules(policy),
            provision=policy.provision,
            provision_sql=policy.provision_sql,
            named={"name": policy.name, "digest": policy.digest},
        )

    def as_dict(self) -> dict[str, Any]:
        """For JSON: every parameter by its name in the policy."""
        tolerance = {currency: f"{amount:f}" for currency, amount in sorted(self.facts.amount_tolerance.items())}
        return {
            **self.kpi.model_dump(mode="json"),
            "buckets": [bucket.name for bucket in self.aging.buckets],
            "grace_days": self.facts.grace_days,
            "amount_tolerance": tolerance,
            "tax": "amounts as in the ledger, with tax",
            "rounding": "half up, at the end: days and percents to 2 digits, cells of a provision to the minor unit",
        }

    def bucket(self, due_date: date, day: date) -> int:
        """Number of the bucket, from 0, in which an item with a due date is on a day."""
        if self.aging.unit == "months":
            age = (day.year - due_date.year) * 12 + day.month - due_date.month
        else:
            age = (day - due_date).days
        return next(at for at, each in enumerate(self.aging.buckets) if each.last is None or age <= each.last)

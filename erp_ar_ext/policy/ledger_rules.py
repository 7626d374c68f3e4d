"""What a policy says about plans, collectible amounts and exposure, as the ledger takes it."""

from __future__ import annotations

from erp_ar_ext.ledger.fact_rules import CollectibleRules, ExposureRules, FactRules
from erp_ar_ext.policy.compiled import Policy
from erp_ar_ext.policy.terms import day_of


def fact_rules(policy: Policy) -> FactRules:
    """Rules of a policy; `as_of` of rates becomes no day."""
    document = policy.document
    exposure = document.exposure.model_dump() | {"rate_date": day_of(document.exposure.rate_date)}
    return FactRules(
        grace_days=document.payment_plans.grace_days,
        amount_tolerance=document.payment_plans.amount_tolerance,
        collectible=CollectibleRules(**document.collectible.model_dump()),
        exposure=ExposureRules(**exposure),
    )

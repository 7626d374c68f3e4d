"""Who belongs where in a provision matrix, as SQL over the facts of an account's identity."""

from __future__ import annotations

from dataclasses import dataclass

from erp_ar_ext.policy.predicates import compile_predicate
from erp_ar_ext.policy.schema import Provision
from erp_ar_ext.policy.scope import layer_scope


@dataclass(frozen=True)
class ProvisionSql:
    """DuckDB expressions: the number of an account's segment, from 0, and whether it is assessed individually."""

    segment: str = "0"
    individual: str = "FALSE"


def provision_sql(provision: Provision) -> ProvisionSql:
    """SQL of a section whose conditions were checked: the first segment whose condition holds takes the account."""
    branches = " ".join(
        f"WHEN {_condition(segment.when)} THEN {number}"
        for number, segment in enumerate(provision.segments)
        if segment.when
    )
    last = len(provision.segments) - 1
    return ProvisionSql(
        segment=f"CASE {branches} ELSE {last} END" if branches else str(last),
        individual=_condition(provision.individual_when) if provision.individual_when else "FALSE",
    )


def _condition(text: str) -> str:
    compiled = compile_predicate(text, layer_scope())
    if compiled.predicate is None:
        message = f"a policy was made without its checks: {compiled.issues}"
        raise ValueError(message)
    return f"coalesce({compiled.predicate.sql}, FALSE)"

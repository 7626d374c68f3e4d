"""Build a plan: a pure function of a snapshot, a policy, an as-of date and who makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from erp_ar_ext.engine import Parameter
from erp_ar_ext.ledger import Ledger, balance_tie_out
from erp_ar_ext.ledger.exposure import exposure_findings
from erp_ar_ext.ledger.library import define_models
from erp_ar_ext.model import OUR_REFERENCE, Finding, Severity, amount_text, canonical_bytes
from erp_ar_ext.plan.actions import PLAN_MODELS, ActionWriter
from erp_ar_ext.plan.data_gates import require_fresh, require_no_findings, require_tied_out
from erp_ar_ext.plan.decide import decide
from erp_ar_ext.plan.document import FORMAT, PlanHead, write_plan
from erp_ar_ext.plan.guards import define_account_guards
from erp_ar_ext.policy import Policy, fact_rules
from erp_ar_ext.spi import InputFile, inputs_digest

_IN_ORDER = (
    "SELECT document FROM actions ORDER BY account_id, "
    "list_position(['release', 'note', 'hold', 'adjustment'], kind), schedule_id NULLS FIRST, currency, key"
)
"""By account; an adjustment comes last, for it changes the balance that the others tell of and are guarded by."""


@dataclass(frozen=True)
class BuiltPlan:
    """A plan as the bytes of its file; `head` is all of it but its actions, which can be many."""

    text: bytes
    head: PlanHead

    @property
    def plan_id(self) -> str:
        """Digest that names the plan."""
        return self.head.plan_id

    @property
    def document(self) -> dict[str, Any]:
        """The whole plan, read from its bytes."""
        document: dict[str, Any] = orjson.loads(self.text)
        return document

    @property
    def exit_code(self) -> int:
        """2 when the plan holds actions, else 0."""
        return 2 if self.head.totals["actions"] else 0


def build_plan(ledger: Ledger, policy: Policy, *, maker: str, company: str) -> BuiltPlan:
    """Decide what the policy demands on the ledger's day.

    The same snapshot, policy, day, maker and company give the same bytes. Raises PlanError where the policy refuses
    to act on the data: it does not tie out, is too old, or has findings that the policy names.
    """
    tie_out = balance_tie_out(ledger)
    require_tied_out(policy, tie_out)
    require_fresh(ledger, policy)
    ledger.define_facts(fact_rules(policy))
    findings = [*ledger.snapshot.manifest.findings, *(finding.as_dict() for finding in _findings(ledger, policy))]
    require_no_findings(policy, findings)
    deciders = decide(ledger.engine, policy.compiled_rules())
    parameters: dict[str, Parameter] = {"as_of": ledger.as_of, "our_reference": OUR_REFERENCE}
    define_models(ledger.engine, ledger.axis, PLAN_MODELS, parameters)
    define_account_guards(ledger.engine, ledger.as_of)
    ActionWriter(ledger.engine, policy, company, _inputs(ledger)).write(deciders)
    head = {
        "format": FORMAT,
        "as_of": ledger.as_of.isoformat(),
        "snapshot": ledger.snapshot.snapshot_id,
        "policy": {"name": policy.name, "digest": policy.digest},
        "erp": dict(ledger.snapshot.manifest.source),
        "maker": maker,
        "totals": _totals(ledger),
        "tie_out": tie_out.as_dict(),
        "findings": findings,
    }
    plan_id, text = write_plan(head, [_canonical(row[0]) for row in ledger.engine.rows(_IN_ORDER)])
    return BuiltPlan(text, PlanHead.model_validate({**head, "plan_id": plan_id}))


def _canonical(action: str) -> bytes:
    """An action as DuckDB wrote it, with sorted keys: canonical but for how control characters are escaped."""
    return canonical_bytes(orjson.loads(action)) if "\\u" in action else action.encode()


def _inputs(ledger: Ledger) -> str:
    """Digest of what the snapshot was read from, as an adapter that has the same inputs computes it."""
    return inputs_digest(InputFile(**entry) for entry in ledger.snapshot.manifest.inputs)


def _totals(ledger: Ledger) -> dict[str, Any]:
    kinds = ledger.engine.rows("SELECT kind, count(*) FROM actions GROUP BY kind ORDER BY kind")
    approvals = ledger.engine.rows("SELECT approval, count(*) FROM actions GROUP BY approval ORDER BY approval")
    amounts = ledger.engine.rows(
        "SELECT currency, sum(amount) FROM actions WHERE amount IS NOT NULL GROUP BY currency ORDER BY currency"
    )
    return {
        "actions": sum(count for _, count in kinds),
        "by_kind": dict(kinds),
        "by_approval": dict(approvals),
        "adjustments": {currency: amount_text(amount, currency) for currency, amount in amounts},
    }


def _findings(ledger: Ledger, policy: Policy) -> list[Finding]:
    return [*exposure_findings(ledger.engine), *_settings_without_currency(ledger, policy)]


def _settings_without_currency(ledger: Ledger, policy: Policy) -> list[Finding]:
    """A condition on an amount that has no value in a currency is never met there: somebody should know."""
    currencies = [row[0] for row in ledger.engine.rows("SELECT DISTINCT currency FROM account_facts ORDER BY currency")]
    findings = []
    for name, value in sorted(policy.settings.items()):
        if not isinstance(value, Mapping):
            continue
        named = {*value, *(code for layer in policy.layers for code in layer.settings.get(name, {}))}
        missing = [currency for currency in currencies if currency not in named]
        if missing:
            message = f"setting {name} has no value in {', '.join(missing)}: conditions on it are not met there"
            findings.append(Finding("setting-without-currency", Severity.WARNING, message, "policy"))
    return findings

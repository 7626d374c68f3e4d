"""What a policy demands of the data before it decides anything: where it is not met, there is no plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from erp_ar_ext.errors import PlanError
from erp_ar_ext.ledger import Ledger, TieOut
from erp_ar_ext.policy import Policy

_LAST_DAYS = """
SELECT (SELECT max(day) FROM daily_totals WHERE day <= :as_of),
       (SELECT max(receipt_date) FROM receipts WHERE receipt_date <= :as_of)
"""


def require_tied_out(policy: Policy, tie_out: TieOut) -> None:
    """Raise PlanError where a check that the policy demands has a difference."""
    wanted = policy.data.checks
    failed = [check for check in tie_out.failed if not wanted or check["name"] in wanted]
    if policy.data.must_tie_out and failed:
        told = "; ".join(f"{check['name']} {check['currency']} differs by {check['difference']}" for check in failed)
        raise PlanError(
            f"the ledger does not tie out, and the policy refuses to act on it: {told}",
            place=_place(policy, "must_tie_out"),
            hint="erp-ar aging --json shows the checks; correct the data and sync again",
        )


def require_fresh(ledger: Ledger, policy: Policy) -> None:
    """Raise PlanError where the last event up to the as-of date is older than the policy allows.

    Age counts from the as-of date, not from today: a plan for a day long past stays possible, and one for a day that
    the data does not reach is refused.
    """
    allowed = policy.data.max_age_days
    if allowed is None:
        return
    [(event, receipt)] = ledger.engine.rows(_LAST_DAYS, {"as_of": ledger.as_of})
    if event and (ledger.as_of - event).days <= allowed:
        return
    age = f"there is no event up to {ledger.as_of}"
    if event:
        age = f"the last event up to {ledger.as_of} is of {event}, {(ledger.as_of - event).days} days before"
    cash = f"the newest receipt is of {receipt}" if receipt else "there is no receipt"
    raise PlanError(
        f"{age}, and the policy allows {allowed}: {cash}, so that cash may not be up to date",
        place=_place(policy, "max_age_days"),
        hint="erp-ar sync reads what has come since; or plan for an earlier day",
    )


def require_no_findings(policy: Policy, findings: Iterable[Mapping[str, Any]]) -> None:
    """Raise PlanError where the data has a finding that the policy does not act on."""
    refused = [finding for finding in findings if finding["code"] in policy.data.on_findings]
    if refused:
        told = "; ".join(_told(finding) for finding in refused)
        raise PlanError(
            f"the policy refuses to act on data with findings: {told}",
            place=_place(policy, "on_findings"),
            hint="correct the data and sync again, or take the code off the list",
        )


def _told(finding: Mapping[str, Any]) -> str:
    example = f", such as {finding['example']}" if finding.get("example") else ""
    return f"{finding['code']}: {finding['message']} ({finding['count']:,} rows{example})"


def _place(policy: Policy, key: str) -> str:
    return f"policy {policy.name}, data.{key}"

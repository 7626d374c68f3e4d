"""Checks of what a policy demands of the data."""

from __future__ import annotations

from collections.abc import Mapping

from erp_ar_ext.ledger.checks import BALANCE_CHECKS
from erp_ar_ext.policy.problems import did_you_mean
from erp_ar_ext.policy.report import Report
from erp_ar_ext.policy.shape import value_at


def check_data(report: Report) -> None:
    """Checks of the tie-out that are named exist, and are asked for."""
    data = value_at(report.document, ("data",))
    checks = data.get("checks") if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(checks, list):
        return
    if checks and data.get("must_tie_out") is not True:
        report.error_at_key(("data", "checks"), "'checks' of 'data' has no effect", "add must_tie_out: true")
    for index, name in enumerate(checks):
        if isinstance(name, str) and name not in BALANCE_CHECKS:
            hint = did_you_mean(name, BALANCE_CHECKS, otherwise=f"known are: {', '.join(BALANCE_CHECKS)}")
            report.error(("data", "checks", index), f"the tie-out has no check {name!r}", hint)

"""Put the report together and write it, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from erp_ar_ext import __version__
from erp_ar_ext.errors import PlanError, UsageError
from erp_ar_ext.ledger import Aging, Ledger
from erp_ar_ext.model import short
from erp_ar_ext.plan.document import Plan
from erp_ar_ext.report.decisions import action_groups, outcome_counts
from erp_ar_ext.report.figures import currency_figures, tie_out_lines
from erp_ar_ext.report.wording import AGED_BY, CREDITS_STAND, money
from erp_ar_ext.snapshot.files import write_whole

if TYPE_CHECKING:
    from jinja2 import Template

FINDINGS_SHOWN = 200
"""Findings listed: they are told once per kind, so more than that is a sign of its own."""

_FINDING = {"severity": "info", "message": "", "place": None, "count": 1, "example": None}
"""What a finding is taken to say where it does not say it."""


def write_report(  # noqa: PLR0913 - keywords, each a part of the page
    path: Path,
    *,
    plan: Plan,
    ledger: Ledger,
    aging: Aging,
    outcomes: Mapping[str, str] | None = None,
    company: str,
    plan_file: Path | None = None,
    audit_head: str | None = None,
    private: bool = False,
) -> None:
    """Write the report of a plan as one HTML file.

    `aging` is by account and of the same `ledger`; `outcomes` maps keys of actions to what became of them, and is
    empty or None before anything was applied. `plan_file` is only named on the page, and so is `audit_head`, the digest
    of the audit trail's last entry: the trail must still have it later. A `private` file is its owner's alone. The same
    arguments give the same bytes. Raises PlanError where the plan was made for another snapshot or day, UsageError for
    an aging by schedule.
    """
    if (plan.snapshot, plan.as_of) != (ledger.snapshot.snapshot_id, ledger.as_of):
        raise PlanError(
            f"was made for snapshot {short(plan.snapshot)} as of {plan.as_of}, "
            f"and the ledger is of snapshot {short(ledger.snapshot.snapshot_id)} as of {ledger.as_of}",
            hint="open the ledger on the plan's own snapshot and day",
        )
    if aging.by != "account":
        raise UsageError(f"a report needs an aging by account, not by {aging.by}")
    page = _render(plan, ledger, aging, outcomes, company, plan_file, audit_head)
    write_whole(path, page.encode(), private=private)


def _render(  # noqa: PLR0913, PLR0917 - the arguments of `write_report`
    plan: Plan,
    ledger: Ledger,
    aging: Aging,
    outcomes: Mapping[str, str] | None,
    company: str,
    plan_file: Path | None,
    audit_head: str | None,
) -> str:
    return _template().render(
        company=company,
        plan=plan,
        plan_file=plan_file.name if plan_file else None,
        audit_head=audit_head,
        basis=ledger.basis,
        currencies=currency_figures(ledger, aging),
        rules=aging.rules,
        words=AGED_BY[aging.rules.unit],
        credits_stand=CREDITS_STAND[aging.rules.credits],
        groups=action_groups(plan, outcomes),
        waiting=sum(action.approval == "required" for action in plan.actions),
        applied=bool(outcomes),
        outcomes=outcome_counts(plan, outcomes or {}),
        tie_out=aging.tie_out,
        checks=tie_out_lines(aging.tie_out.checks),
        findings=[_FINDING | finding for finding in plan.findings[:FINDINGS_SHOWN]],
        findings_hidden=len(plan.findings[FINDINGS_SHOWN:]),
        version=__version__,
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - slow to import, seldom needed

    environment = Environment(
        loader=PackageLoader("erp_ar_ext.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["money"] = money
    environment.filters["short"] = short
    environment.globals["style"] = (files(__package__) / "templates" / "report.css").read_text(encoding="utf-8")
    return environment.get_template("report.html")

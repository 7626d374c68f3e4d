"""`apply` and `recover`."""

from __future__ import annotations

from typing import Annotated

import typer

from erp_ar_ext.apply import ApplyReport
from erp_ar_ext.cli import output
from erp_ar_ext.cli.options import ConfigFile, Json, PlanFile, owner, workspace
from erp_ar_ext.cli.signals import draining
from erp_ar_ext.model import short
from erp_ar_ext.plan import read_plan

_WORTH_SHOWING = frozenset(("conflict", "in_doubt", "stale", "refused", "left"))


def apply_command(
    plan_file: PlanFile,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Ask what would happen; change nothing.")] = False,  # noqa: FBT002
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """Write a plan's approved actions back, each exactly once; a second time does nothing.

    On Ctrl-C or SIGTERM it finishes the action it is at and stops; a later apply goes on, and a second Ctrl-C stops
    at once. Exits 0 when all is done, 3 when some actions were stale, refused or left, 4 when something is in doubt,
    5 when some wait for approval, 75 when another run is writing.

    Example: erp-ar apply monday.json --dry-run
    """
    plan = read_plan(plan_file)
    with workspace(config) as desk, output.sending_progress() as progress, draining() as stopping:
        report = desk.apply(plan, owner=owner(), dry_run=dry_run, progress=progress, stopping=stopping)
    if as_json:
        output.print_json({"run": desk.run_id, **report.as_dict()})
    else:
        _show(report)
        output.stdout().print(f"run: {desk.run_id}")
        _say_what_next(report, str(plan_file))
    return report.exit_code


def recover_command(as_json: Json = False, config: ConfigFile = None) -> int:  # noqa: FBT002
    """Look up in the ERP what an interrupted run left in doubt, and settle it.

    Example: erp-ar recover
    """
    with workspace(config) as desk:
        report = desk.recover(owner=owner())
    if as_json:
        output.print_json(report.as_dict())
    else:
        told = ", ".join(f"{count:,} {outcome}" for outcome, count in report.counts().items()) or "nothing was in doubt"
        output.stdout().print(told)
    return report.exit_code


def _show(report: ApplyReport) -> None:
    rows = [(outcome.replace("_", " "), f"{count:,}") for outcome, count in report.counts().items()]
    title = f"{'dry run of ' if report.dry_run else ''}plan {short(report.plan_id)}"
    output.show_table(title, ("outcome", "actions"), rows, right=("actions",))
    told = [one for one in report.actions if one.outcome in _WORTH_SHOWING]
    if told:
        lines = [(one.key[:8], one.kind, one.account_id, one.outcome, one.message) for one in told]
        output.show_table("look at these", ("key", "action", "account", "outcome", "why"), lines)


def _say_what_next(report: ApplyReport, plan_file: str) -> None:
    outcomes = report.counts()
    if report.exit_code == 4:
        output.say_next("erp-ar recover, when the target answers again")
    elif report.stopped:
        output.say_next(f"erp-ar apply {plan_file}: it goes on where this run was told to stop")
    elif "left" in outcomes:
        output.say_next(f"put right what kept the target from writing, then erp-ar apply {plan_file}")
    elif "stale" in outcomes:
        output.say_next("erp-ar sync, then erp-ar plan --as-of YYYY-MM-DD: it decides on what is there now")
    elif report.missing_approvals:
        output.say_next(f"erp-ar approve {plan_file} --as SOMEBODY-ELSE, then erp-ar apply {plan_file}")
    else:
        output.say_next(f"erp-ar {'apply' if report.dry_run else 'report'} {plan_file}")

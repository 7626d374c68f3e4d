"""`approve` and `reject`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from erp_ar_ext.cli import output
from erp_ar_ext.cli.options import ConfigFile, Json, PlanFile, Who, person, workspace
from erp_ar_ext.model import short
from erp_ar_ext.plan import read_plan
from erp_ar_ext.store import Verdict

Actions = Annotated[
    list[str] | None,
    typer.Option(
        "--action", metavar="KEY", help="An action's key, or how it begins; may be repeated.", show_default=False
    ),
]


def approve_command(
    plan_file: PlanFile,
    action: Actions = None,
    checker: Who = None,
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """Approve a plan's actions, all that require it or the ones named; never one's own plan.

    Example: erp-ar approve monday.json --as ben
    """
    _decide(Verdict.APPROVED, plan_file, action, checker, config, as_json=as_json)
    if not as_json:
        output.say_next(f"erp-ar apply {plan_file}")
    return 0


def reject_command(
    plan_file: PlanFile,
    action: Actions = None,
    checker: Who = None,
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """Reject a plan's actions: they are not sent.

    Example: erp-ar reject monday.json --action 9e3b1f43 --as ben
    """
    _decide(Verdict.REJECTED, plan_file, action, checker, config, as_json=as_json)
    return 0


def _decide(  # noqa: PLR0913 - the commands' own arguments
    verdict: Verdict,
    plan_file: Path,
    action: list[str] | None,
    checker: str | None,
    config: Path | None,
    *,
    as_json: bool,
) -> None:
    plan = read_plan(plan_file)
    keys = [plan.find(prefix).key for prefix in action] if action else None
    who = person(checker)
    with workspace(config) as desk:
        decide = desk.approve if verdict is Verdict.APPROVED else desk.reject
        decided = decide(plan, keys, checker=who)
    if as_json:
        output.print_json({"plan_id": plan.plan_id, "decision": verdict, "checker": who, "actions": list(decided)})
    else:
        output.stdout().print(f"{verdict} {len(decided):,} actions of plan {short(plan.plan_id)} as {who}")

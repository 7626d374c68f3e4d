"""`approve` and `reject`."""

from __future__ import annotations

from typing import Annotated

import typer

from erp_ar_ext.cli import output
from erp_ar_ext.cli.options import ConfigFile, Json, PlanFile, Who, person, workspace
from erp_ar_ext.model import short
from erp_ar_ext.plan import Plan, read_plan

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
    plan = read_plan(plan_file)
    keys = _keys(plan, action)
    who = person(checker)
    with workspace(config) as desk:
        decided = desk.store.approve(plan, keys, who)
    _say("approved", plan, decided, who, as_json=as_json)
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
    plan = read_plan(plan_file)
    keys = _keys(plan, action)
    who = person(checker)
    with workspace(config) as desk:
        decided = desk.store.reject(plan, keys, who)
    _say("rejected", plan, decided, who, as_json=as_json)
    return 0


def _keys(plan: Plan, prefixes: list[str] | None) -> list[str] | None:
    return [plan.find(prefix).key for prefix in prefixes] if prefixes else None


def _say(verdict: str, plan: Plan, keys: tuple[str, ...], who: str, *, as_json: bool) -> None:
    if as_json:
        output.print_json({"plan_id": plan.plan_id, "decision": verdict, "checker": who, "actions": list(keys)})
    else:
        output.stdout().print(f"{verdict} {len(keys):,} actions of plan {short(plan.plan_id)} as {who}")

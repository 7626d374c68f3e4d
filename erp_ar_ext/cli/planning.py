"""`plan`, `show` and `explain`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from erp_ar_ext.cli import output
from erp_ar_ext.cli.options import AsOf, ConfigFile, Json, PlanFile, Who, business_date, check_out, person, workspace
from erp_ar_ext.model import short
from erp_ar_ext.plan import Action, Plan, PlanHead, read_plan

_SHOWN = 50


def plan_command(
    as_of: AsOf,
    out: Annotated[Path | None, typer.Option("--out", help="Where to write the plan file.", show_default=False)] = None,
    maker: Who = None,
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """Decide what the policy demands; write a plan file, and nothing to the ERP.

    The same snapshot, policy, day and maker give the same file. Exits 2 when the plan holds actions, 0 when there
    is nothing to do.

    Example: erp-ar plan --as-of 2026-01-31 --out monday.json
    """
    day = business_date(as_of)
    check_out(out)
    with workspace(config) as desk:
        path, plan = desk.plan(day, maker=person(maker), out=out)
    if as_json:
        output.print_json({"file": str(path), **plan.document})
    else:
        _say_totals(plan.head, path)
    return plan.exit_code


def show_command(
    plan_file: PlanFile,
    every: Annotated[bool, typer.Option("--all", help=f"Show all actions, not the first {_SHOWN}.")] = False,  # noqa: FBT002
    as_json: Json = False,  # noqa: FBT002
) -> int:
    """Show a plan for people.

    Example: erp-ar show monday.json
    """
    plan = read_plan(plan_file)
    if as_json:
        output.print_json(plan.model_dump(mode="json"))
        return 0
    shown = plan.actions if every else plan.actions[:_SHOWN]
    _show_actions(plan, shown)
    if len(shown) < len(plan.actions):
        output.stdout().print(f"... and {len(plan.actions) - len(shown):,} more; --all shows them")
    _say_totals(plan, plan_file)
    return 0


def explain_command(
    plan_file: PlanFile,
    action: Annotated[
        str, typer.Argument(metavar="ACTION", help="An action's key, or how it begins.", show_default=False)
    ],
    as_json: Json = False,  # noqa: FBT002
) -> int:
    """Say why one action is there: its rule, the facts it saw, and why the rules before it did not fire.

    Example: erp-ar explain monday.json 9e3b1f43
    """
    plan = read_plan(plan_file)
    found = plan.find(action)
    if as_json:
        output.print_json(found.model_dump(mode="json"))
    else:
        _show_action(plan, found)
    return 0


def _show_actions(plan: Plan, actions: list[Action]) -> None:
    rows = [
        (a.key[:8], a.kind, a.account_name or a.account_id, a.schedule_id, output.money(a.amount, a.currency),
         a.currency, a.rule, a.approval, a.payload.get("text") or a.reason)
        for a in actions
    ]  # fmt: skip
    columns = ("key", "action", "account", "schedule", "amount", "currency", "rule", "approval", "what and why")
    output.show_table(f"plan {short(plan.plan_id)} as of {plan.as_of}", columns, rows, right=("amount",))


def _say_totals(plan: PlanHead, path: Path) -> None:
    totals = plan.totals
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in totals["by_kind"].items()) or "nothing to do"
    amounts = ", ".join(f"{output.money(amount, c)} {c}" for c, amount in totals["adjustments"].items())
    told = f"plan {short(plan.plan_id)} as of {plan.as_of}: {kinds}"
    console = output.stdout()
    console.print(told + (f"; adjustments {amounts}" if amounts else ""))
    waiting = totals["by_approval"].get("required", 0)
    console.print(f"{waiting:,} need approval; the tie-out {'holds' if plan.tie_out['ok'] else 'does NOT hold'}")
    console.print(f"file: {escape(str(path))}", soft_wrap=True)
    output.say_findings(plan.findings)
    if totals["actions"]:
        output.say_next(f"erp-ar show {path}; then erp-ar approve {path} as another person, and erp-ar apply {path}")


def _show_action(plan: Plan, action: Action) -> None:
    console = output.stdout()
    amount = f" {output.money(action.amount, action.currency)} {action.currency}" if action.amount is not None else ""
    who = f"{action.account_name or ''} ({action.account_id})".strip()
    console.print(
        f"[bold]{action.kind}{amount}[/] for {escape(who)}"
        + (f", schedule {action.schedule_id}" if action.schedule_id else "")
    )
    console.print(f"key {action.key}, approval {action.approval}, as of {plan.as_of}")
    console.print(f"rule {action.rule} of policy {plan.policy.name}: {escape(action.reason)}", soft_wrap=True)
    output.show_table("facts it saw", ("fact", "value"), list(action.facts.items()))
    if action.settings:
        rows = [(name, used["value"], used["layer"]) for name, used in action.settings.items()]
        output.show_table("settings it used", ("setting", "value", "from layer"), rows)
    if action.passed_over:
        tried = [(passed.rule, passed.unmet) for passed in action.passed_over]
        output.show_table("rules tried before", ("rule", "condition that is not met"), tried)
    if action.guard:
        seen = [(name, _told(value)) for name, value in action.guard.items()]
        output.show_table("written only if still so", ("what", "value"), seen)
    output.show_table("what is written", ("field", "value"), list(action.payload.items()))


def _told(seen: object) -> object:
    """An amount per currency as words; whatever else the plan saw as it stands."""
    if isinstance(seen, dict):
        return ", ".join(f"{amount} {currency}" for currency, amount in seen.items()) or "nothing"
    return seen

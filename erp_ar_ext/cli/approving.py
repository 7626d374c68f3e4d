"""`approve`, `reject`, `revoke` and `approvals`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from erp_ar_ext.apply import Approval
from erp_ar_ext.apply.approvals import totals
from erp_ar_ext.cli import output
from erp_ar_ext.cli.options import ConfigFile, Json, PlanFile, Who, person, workspace
from erp_ar_ext.model import short
from erp_ar_ext.plan import Plan, read_plan
from erp_ar_ext.store import Beyond, Verdict
from erp_ar_ext.workspace import Workspace

Actions = Annotated[
    list[str] | None,
    typer.Option(
        "--action", metavar="KEY", help="An action's key, or how it begins; may be repeated.", show_default=False
    ),
]
Word = Callable[[Workspace, Plan, Collection[str] | None, str], tuple[tuple[str, ...], tuple[Beyond, ...]]]


def approve_command(  # noqa: PLR0913, PLR0917 - the options of a command line
    plan_file: PlanFile,
    action: Actions = None,
    checker: Who = None,
    within_limits: Annotated[  # noqa: FBT002
        bool, typer.Option("--within-limits", help="Approve what fits under your limits, in the plan's order.")
    ] = False,
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """Approve a plan's actions, all that require it or the ones named; never one's own plan.

    Where anything is beyond your limits nothing is approved, and each such action is named with its limit and with who
    could approve it; --within-limits approves the rest. Exits 1 where anything was beyond a limit.

    Example: erp-ar approve monday.json --as ben --within-limits
    """

    def word(
        desk: Workspace, plan: Plan, keys: Collection[str] | None, who: str
    ) -> tuple[tuple[str, ...], tuple[Beyond, ...]]:
        if within_limits:
            return desk.approve_within_limits(plan, keys, checker=who)
        return desk.approve(plan, keys, checker=who), ()

    beyond = _say(Verdict.APPROVED, word, plan_file, action, checker, config, as_json=as_json)
    if not as_json:
        output.say_next(f"erp-ar approvals {plan_file}" if beyond else f"erp-ar apply {plan_file}")
    return 1 if beyond else 0


def reject_command(
    plan_file: PlanFile,
    action: Actions = None,
    checker: Who = None,
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """Reject a plan's actions: they are not sent, in this plan or in a later one.

    Example: erp-ar reject monday.json --action 9e3b1f43 --as ben
    """
    _say(
        Verdict.REJECTED,
        lambda desk, plan, keys, who: (desk.reject(plan, keys, checker=who), ()),
        plan_file,
        action,
        checker,
        config,
        as_json=as_json,
    )
    return 0


def revoke_command(
    plan_file: PlanFile,
    action: Actions = None,
    checker: Who = None,
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """Take approvals back, all of a plan or the ones named, as long as their actions were not sent.

    The actions wait for another approval, and the limits of whoever had approved them have their room again.

    Example: erp-ar revoke monday.json --action 9e3b1f43 --as ben
    """
    _say(
        Verdict.REVOKED,
        lambda desk, plan, keys, who: (desk.revoke(plan, keys, checker=who), ()),
        plan_file,
        action,
        checker,
        config,
        as_json=as_json,
    )
    return 0


def approvals_command(plan_file: PlanFile, as_json: Json = False, config: ConfigFile = None) -> int:  # noqa: FBT002
    """Tell who has approved or rejected what of a plan, until when, and what still waits.

    Example: erp-ar approvals monday.json
    """
    plan = read_plan(plan_file)
    with workspace(config) as desk:
        told = desk.approvals(plan)
    if as_json:
        actions = [one.as_dict() for one in told]
        output.print_json({"plan_id": plan.plan_id, "maker": plan.maker, "totals": totals(told), "actions": actions})
        return 0
    _show(plan, told)
    if any(one.standing == "waiting" for one in told):
        output.say_next(f"erp-ar approve {plan_file} --as SOMEBODY-ELSE")
    return 0


def _say(  # noqa: PLR0913, PLR0917 - the commands' own arguments
    verdict: Verdict,
    word: Word,
    plan_file: Path,
    action: list[str] | None,
    checker: str | None,
    config: Path | None,
    *,
    as_json: bool,
) -> tuple[Beyond, ...]:
    """Say a word on actions and tell which are new; returns what is beyond the checker's limits."""
    plan = read_plan(plan_file)
    keys = [plan.find(prefix).key for prefix in action] if action else None
    who = person(checker)
    with workspace(config) as desk:
        decided, beyond = word(desk, plan, keys, who)
        told = totals(desk.approvals(plan))
    if as_json:
        document: dict[str, Any] = {"plan_id": plan.plan_id, "decision": verdict, "checker": who}
        document |= {"actions": list(decided), "beyond": [one.as_dict() for one in beyond], "totals": told}
        output.print_json(document)
        return beyond
    output.stdout().print(f"{verdict} {len(decided):,} actions of plan {short(plan.plan_id)} as {who}")
    for one in beyond:
        output.stdout().print(f"not approved: {one}", markup=False, soft_wrap=True)
    return beyond


def _show(plan: Plan, told: Sequence[Approval]) -> None:
    rows = [
        (one.key[:8], one.kind, one.account_id, output.money(one.amount, one.currency), one.currency, one.standing,
         one.checker, _minute(one.decided_at), _minute(one.expires_at), one.why)
        for one in told
    ]  # fmt: skip
    columns = ("key", "action", "account", "amount", "currency", "standing", "by", "at", "expires", "why")
    output.show_table(
        f"approvals of plan {short(plan.plan_id)}, made by {plan.maker}", columns, rows, right=("amount",)
    )
    for standing, counted in totals(told).items():
        amounts = ", ".join(f"{output.money(amount, c)} {c}" for c, amount in counted["amounts"].items())
        console = output.stdout()
        console.print(f"{standing}: {counted['actions']:,} actions" + (f", {amounts}" if amounts else ""))


def _minute(moment: str | None) -> str:
    return "" if moment is None else f"{moment[:10]} {moment[11:16]} UTC"

"""`demo`, `doctor` and `adapters`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from erp_ar_ext.cli import output
from erp_ar_ext.cli.options import ConfigFile, Json, owner
from erp_ar_ext.cli.options import workspace as open_workspace
from erp_ar_ext.demo import DEMO_AS_OF, is_example, write_company
from erp_ar_ext.doctor import examine
from erp_ar_ext.errors import AdapterError, UsageError
from erp_ar_ext.ledger import Aging
from erp_ar_ext.plan import read_plan
from erp_ar_ext.secrets import masked
from erp_ar_ext.spi import Check, CheckStatus
from erp_ar_ext.spi.registry import available, load
from erp_ar_ext.workspace import Workspace

_STATUS = {
    CheckStatus.OK: "[green]ok[/]",
    CheckStatus.WARNING: "[yellow]warning[/]",
    CheckStatus.FAILED: "[red]failed[/]",
}


def demo_command(
    folder: Annotated[Path, typer.Option("--dir", help="Where to write the example company.")] = Path("demo"),
) -> int:
    """Write an example company and run the main job on it: sync, plan, approve, apply, report.

    Example: erp-ar demo --dir /tmp/company
    """
    if folder.exists() and any(folder.iterdir() if folder.is_dir() else [folder]) and not is_example(folder):
        raise UsageError(f"{folder} holds something else", hint="name an empty or a new folder: erp-ar demo --dir DIR")
    output.configure_logging(verbose=False, quiet=True)  # it tells its steps itself
    try:
        write_company(folder)
    except OSError as error:
        message = f"--dir {folder} cannot be written: {error.strerror}"
        raise UsageError(message, hint="name a folder that this user may make and write to") from error
    with Workspace.open(folder / "erp-ar.toml") as desk:
        return _main_job(desk)


def _main_job(desk: Workspace) -> int:
    """Run the main job on the example company, and tell each step; returns the exit code of its apply."""
    synced = desk.sync()
    rows = sum(entry.rows_taken for entry in synced.snapshot.manifest.entities.values())
    _step("sync", f"{rows:,} rows taken, {synced.quarantined:,} quarantined")
    _tell_aging(desk)
    path, built = desk.plan(DEMO_AS_OF, maker="demo-analyst")
    _step("plan", ", ".join(f"{count} {kind}" for kind, count in built.head.totals["by_kind"].items()))
    plan = read_plan(path)
    approved = desk.approve(plan, None, checker="demo-manager")
    _step("approve", f"{len(approved)} actions, by demo-manager")
    applied = desk.apply(plan, owner=owner())
    _step("apply", ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in applied.counts().items()))
    for what, file in (("plan file", path), ("report", desk.report(plan))):
        output.stdout().print(f"{what}: {escape(str(file))}", soft_wrap=True)
    return applied.exit_code


def _tell_aging(desk: Workspace) -> None:
    with desk.ledger(DEMO_AS_OF) as ledger:
        aging = Aging(ledger)
        for total in aging.totals():
            overdue = total.open_amount - total.buckets["not_due"]
            amounts = (output.money(amount, total.currency) for amount in (total.open_amount, overdue))
            _step("aging", "{} open {:>16}, past due {:>16}".format(total.currency, *amounts))
        tied = "ties out" if aging.tie_out.ok else "does NOT tie out"
        _step("aging", f"{tied}: {len(aging.tie_out.checks)} checks")


def _step(name: str, told: str) -> None:
    output.stdout().print(f"[bold]{name}[/]{' ' * (9 - len(name))}{told or 'nothing to do'}")


def doctor_command(as_json: Json = False, config: ConfigFile = None) -> int:  # noqa: FBT002
    """Check configuration, adapters, policy, snapshots and state database; say what to do.

    Exits 1 when a check failed.

    Example: erp-ar doctor
    """
    with open_workspace(config) as desk:
        checks = [Check(c.name, c.status, masked(c.detail), masked(c.hint)) for c in examine(desk)]
    failed = any(check.status is CheckStatus.FAILED for check in checks)
    if as_json:
        output.print_json({"ok": not failed, "checks": [asdict(check) for check in checks]})
        return int(failed)
    for check in checks:
        hint = f" [dim]next:[/] {escape(check.hint)}" if check.hint else ""
        output.stdout().print(f"{_STATUS[check.status]:<18} {check.name}: {escape(check.detail)}{hint}", soft_wrap=True)
    return int(failed)


def adapters_command(as_json: Json = False) -> int:  # noqa: FBT002
    """List the installed adapters with what they can do.

    Example: erp-ar adapters --json
    """
    names = available()
    if not names:
        raise AdapterError("no adapter is installed", hint="pip install erp-ar-ext-csv")
    infos = [load(name).info for name in names]
    if as_json:
        described = [
            {"name": i.name, "version": i.version, "summary": i.summary, "spi_version": i.spi_version,
             "capabilities": {str(capability): str(support) for capability, support in i.capabilities.items()},
             "settings": i.settings.model_json_schema()}
            for i in infos
        ]  # fmt: skip
        output.print_json(described)
        return 0
    for info in infos:
        rows = [(capability.replace("_", " "), str(support)) for capability, support in info.capabilities.items()]
        output.show_table(f"{info.name} {info.version}: {info.summary}", ("can", "how far"), rows)
    return 0

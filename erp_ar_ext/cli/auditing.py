"""`audit verify`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from erp_ar_ext.cli import output
from erp_ar_ext.cli.options import ConfigFile, Json, workspace
from erp_ar_ext.store.audit import Verified


def audit_verify_command(
    head: Annotated[
        str | None, typer.Option("--head", metavar="DIGEST", help="A digest that must be in it, as of an old report.")
    ] = None,
    as_json: Json = False,  # noqa: FBT002
    config: ConfigFile = None,
) -> int:
    """Walk the audit trail and name every entry that was edited, deleted, inserted or moved.

    Each entry has the digest of the one before, and the outbox is held against what the trail tells last of each
    action. The head that a report shows proves that nothing before it was touched since, whoever owns the database.
    Exits 1 where the trail is not what was written.

    Example: erp-ar audit verify --head sha256:2f1c...
    """
    with workspace(config) as desk:
        found = desk.store.verify_audit(head)
    if as_json:
        output.print_json(
            {
                "ok": found.ok,
                "entries": found.entries,
                "head": asdict(found.head),
                "found": found.found,
                "problems": [asdict(problem) for problem in found.problems],
            }
        )
    else:
        _show(found, head)
    return 0 if found.ok else 1


def _show(found: Verified, wanted: str | None) -> None:
    told = f"{found.entries:,} entries, head {found.head.digest or 'none'}"
    output.stdout().print(told, soft_wrap=True)
    for problem in found.problems:
        where = "" if problem.seq is None else f"entry {problem.seq}: "
        output.stdout().print(f"[red]failed[/] {where}{problem.what}", soft_wrap=True)
    if not found.found:
        output.stdout().print(f"[red]failed[/] no entry has the digest {wanted}", soft_wrap=True)
    if found.ok:
        output.stdout().print("the trail is as it was written")

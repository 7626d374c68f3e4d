"""`policy check`, `policy schema` and `policy facts`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from erp_ar_ext.cli import output
from erp_ar_ext.cli.options import Json
from erp_ar_ext.policy import check_policy, facts_catalogue, policy_schema


def policy_check_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A policy file.", show_default=False)],
    as_json: Json = False,  # noqa: FBT002
) -> int:
    """Check a policy without any data: names, types, buckets, rules that can never fire.

    Exits 1 when it has errors; warnings alone exit 0.

    Example: erp-ar policy check policy.yaml
    """
    policy, problems = check_policy(file)
    if as_json:
        ok = policy is not None
        output.print_json({"ok": ok, "file": str(file), "problems": [problem.as_dict() for problem in problems]})
    else:
        for problem in problems:
            output.stdout().print(escape(str(problem)), soft_wrap=True)
        if policy:
            output.stdout().print(f"{policy.name}: {len(policy.rules)} rules, {len(problems)} warnings, no errors")
    return 0 if policy else 1


def policy_schema_command() -> int:
    """Print the JSON Schema of policy files, for editors.

    Example: erp-ar policy schema > policy.schema.json
    """
    output.print_json(policy_schema())
    return 0


def policy_facts_command(as_json: Json = False) -> int:  # noqa: FBT002
    """List the facts that a policy may ask about.

    Example: erp-ar policy facts --json
    """
    facts = facts_catalogue()
    if as_json:
        output.print_json(facts)
        return 0
    columns = ("grain", "name", "type", "doc")
    rows = [[fact[column] for column in columns] for fact in facts]
    output.show_table("facts", ("for each", "fact", "type", "what it is"), rows)
    return 0

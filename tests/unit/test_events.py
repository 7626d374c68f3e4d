"""What is logged of failures and of recovering from them: each has a name, and a test that demands it."""

import ast
import re
from pathlib import Path

from erp_ar_ext.store import OutboxState

ROOT = Path(__file__).parents[2]
LOGGED = (ROOT / "erp_ar_ext", ROOT / "adapters/csv/src", ROOT / "adapters/oracle/src")
NAME = re.compile(r"[a-z]+(\.[a-z_]+)+")
OF_ANSWERS = {f"outbox.{one}" for one in (OutboxState.STALE, OutboxState.REFUSED, OutboxState.CONFLICT, "left")}
"""Of answers other than that it was written, which are logged under the state they lead to."""


def told_of_trouble():
    """Names of what is logged as a warning or an error, and of all that a recovery logs."""
    found = set(OF_ANSWERS)
    for path in (path for folder in LOGGED for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="_log"), attr=level), args=[ast.Constant(value=str(name)), *_]
                ):
                    assert NAME.fullmatch(name), f"{path} logs {name!r}, which is no dotted name"
                    if level in {"warning", "error", "exception"} or "recovered" in name:
                        found.add(name)
    return found


def demanded():
    """What stands in tests as the name of an event."""
    here = Path(__file__).resolve()
    paths = [path for path in (ROOT / "tests").rglob("test_*.py") if path.resolve() != here]
    constants = (
        node.value
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    )
    return {value for value in constants if isinstance(value, str) and NAME.fullmatch(value)}


def test_each_event_of_trouble_is_demanded_by_a_test():
    """No branch that meets a failure goes untried: a test names what it logs."""
    events = told_of_trouble()
    assert len(events) > 10
    assert events - demanded() == set()

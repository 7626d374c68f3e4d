#!/usr/bin/env python3
"""Which tests demand which edge case, read from the tests as they are written: .venv/bin/python scripts/edge_cases.py.

Prints each number with how many tests name it, `outside` where it has a reason instead, or `missing`. The page of
the reference is made of the same (`scripts/docs`).
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

REPOSITORY = Path(__file__).resolve().parent.parent

GROUPS = {
    "Documents and balances": range(1, 16),
    "Cash": range(16, 26),
    "Dates": range(26, 39),
    "Customers": range(39, 51),
    "Disputes, plans and policy": range(51, 64),
    "Money": range(64, 70),
    "Extraction and write-back": range(70, 85),
}
"""The numbers of the edge cases."""

_NUMBER = re.compile(r"^Edge cases? [\d and,]+: ")


class EdgeCaseTest(NamedTuple):
    """A test that names the number of an edge case; `lacks` says why it does not pass yet."""

    path: str
    says: str
    lacks: list[str]


def edge_cases() -> tuple[dict[int, list[EdgeCaseTest]], dict[int, str]]:
    """Tests as they are written, and reasons why there is none, by the number of the edge case."""
    found: dict[int, list[EdgeCaseTest]] = {}
    for path in sorted((*REPOSITORY.glob("tests/**/test_*.py"), *REPOSITORY.glob("adapters/*/tests/test_*.py"))):
        for test in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
                says = " ".join((ast.get_docstring(test) or "").split("\n\n", maxsplit=1)[0].split())
                told = EdgeCaseTest(str(path.relative_to(REPOSITORY)), says, _marks(test, "xfail"))
                for number in _marks(test, "edge_case"):
                    found.setdefault(number, []).append(told)
    outside = (REPOSITORY / "tests/edge_cases/outside.toml").read_text(encoding="utf-8")
    return found, {int(number): reason for number, reason in tomllib.loads(outside).items()}


def _marks(test: ast.FunctionDef, name: str) -> list[Any]:
    """First argument of each mark of this name on a test, by position or by name."""
    marks = [mark for mark in test.decorator_list if isinstance(mark, ast.Call)]
    named = [mark for mark in marks if ast.unparse(mark.func) == f"pytest.mark.{name}"]
    return [ast.literal_eval([*mark.args, *(word.value for word in mark.keywords)][0]) for mark in named]


def rows_by_group() -> dict[str, list[tuple[int, str, str]]]:
    """Number, what holds, and where that is shown, for the page of the reference."""
    tests, reasons = edge_cases()
    return {
        title: [(number, *_row(tests.get(number, []), reasons.get(number, ""))) for number in numbers]
        for title, numbers in GROUPS.items()
    }


def _row(tests: Sequence[EdgeCaseTest], reason: str) -> tuple[str, str]:
    says = [_sentence(one.says) + "".join(f" **Not yet:** {lacks}." for lacks in one.lacks) for one in tests]
    links = dict.fromkeys(f"[{Path(one.path).name}](../../{one.path})" for one in tests)
    return " ".join(says) or f"*Outside:* {reason}", ", ".join(links)


def _sentence(says: str) -> str:
    plain = _NUMBER.sub("", says)
    return plain[:1].upper() + plain[1:]


def main() -> None:
    """Print a line per number."""
    tests, reasons = edge_cases()
    for number in (number for numbers in GROUPS.values() for number in numbers):
        lacking = sum(bool(one.lacks) for one in tests.get(number, []))
        named = f"{len(tests.get(number, []))} tests" + (f", {lacking} not yet passing" if lacking else "")
        told = [*([named] if number in tests else []), *(["outside"] if number in reasons else [])]
        sys.stdout.write(f"{number:3} {' and '.join(told) or 'missing'}\n")


if __name__ == "__main__":
    main()

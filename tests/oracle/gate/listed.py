"""The statements whose verdict is known from Oracle's documentation: `statements/*.sql`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LONG = {
    "LONG": "x" * 4001,
    "MANY": ", ".join(map(str, range(1001))),
    "TUPLES": ", ".join(f"({i}, 0)" for i in range(600)),
}
"""What is too long to be written out in a file."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One statement: `since` is the first version that takes it (0 always, 99 never), `code` the error before that."""

    name: str
    since: float
    code: str
    sql: str


def listed() -> Iterator[Listed]:
    """Every statement of the lists."""
    for path in sorted((Path(__file__).parent / "statements").glob("*.sql")):
        for part in re.split(r"^--- ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            head, _, sql = part.partition("\n")
            name, since, code = (field.strip() for field in head.split("|"))
            for short, long in _LONG.items():
                sql = re.sub(rf"(?<=[('])\b{short}\b(?=[')])", long, sql)
            first = {"always": "0", "never": "99"}.get(since, since)
            yield Listed(f"{path.stem}: {name}", float(first), code, sql.strip())

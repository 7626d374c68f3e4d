#!/usr/bin/env python3
"""Copy into a folder the installed packages that the wire double imports, and what those need."""

import ast
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

DOUBLE = Path(__file__).parents[2] / "tests/oracle/double"


def imported() -> set[str]:
    """Top-level modules that the double imports, wherever in its files."""
    found = set()
    for path in DOUBLE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


def with_what_they_need(names: set[str], seen: set[str]) -> Iterator[metadata.Distribution]:
    """Distributions of these names and of their requirements here, each once."""
    for name in sorted(names - seen):
        seen.add(name)
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # a requirement of another platform
        yield distribution
        needed = {Requirement(line) for line in distribution.requires or []}
        extras = [{"extra": ""}, {"extra": "binary"}]  # psycopg's own libpq: the image needs no other
        here = {one.name for one in needed if not one.marker or any(one.marker.evaluate(extra) for extra in extras)}
        yield from with_what_they_need(here, seen)


def main(target: Path) -> None:
    """Copy the files of all of them."""
    known = metadata.packages_distributions()
    names = {name for module in imported() for name in known.get(module, [])}
    for distribution in with_what_they_need(names, set()):
        for file in distribution.files or []:
            source = Path(distribution.locate_file(file))
            if ".." not in file.parts and source.is_file():
                (target / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target / file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

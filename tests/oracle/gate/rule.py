"""Rules: each has a name, Oracle's code, one line of reason, and finds the places where a statement breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gate.tree import Node, Statement

Finder = Callable[[Statement], Iterator[Node]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One refusal; `until` is the first version that no longer refuses."""

    name: str
    code: str
    reason: str
    find: Finder
    until: float | None = None
    hazard: bool = False

    def broken(self, statement: Statement) -> Iterator[str]:
        """A line for each place: code, reason, line and word."""
        if self.until is not None and statement.version >= self.until:
            return
        seen = set()
        for node in self.find(statement):
            line = statement.sql.count("\n", 0, node.at) + 1
            told = f"{self.code} {self.reason} (line {line}, at {node.text[:40]})"
            if told not in seen:
                seen.add(told)
                yield told


RULES: dict[str, Rule] = {}
"""Every rule by its name."""


def rule(code: str, reason: str, *, until: float | None = None, hazard: bool = False) -> Callable[[Finder], Finder]:
    """Make a rule of a finder, under the finder's name."""

    def register(find: Finder) -> Finder:
        add(Rule(find.__name__, code, reason, find, until, hazard))
        return find

    return register


def add(new: Rule) -> None:
    """Take a rule in; a second one of the same name is a mistake."""
    if new.name in RULES:
        raise ValueError(new.name)
    RULES[new.name] = new

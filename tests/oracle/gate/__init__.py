"""Oracle SQL without an Oracle: what its documentation says that Oracle refuses.

Named rules refuse what habits from other databases let slip; `gate.grammar` asks an independent grammar.
"""

from __future__ import annotations

from gate import blocks, changes, clauses, conditions, definitions, grouping, hazards, lexical, names, patterns, queries
from gate.rule import RULES
from gate.tree import Statement, Unbalanced

_ROOMS = (blocks, changes, clauses, conditions, definitions, grouping, hazards, lexical, names, patterns, queries)
"""Importing them registers their rules."""

__all__ = ["RULES", "check", "dangers"]


def check(sql: str, version: float = 19, max_string: int = 4000) -> list[str]:
    """Refusals of a statement, as "ORA-00933 reason (line 1, at LIMIT)"; none where the gate knows of none.

    `version` is the server's: 12.1, 12.2, 18, 19, 21, 23. `max_string` is the longest VARCHAR2 in bytes: 4000, or 32767
    with MAX_STRING_SIZE = EXTENDED.
    """
    return _lines(sql, version, max_string, hazard=False)


def dangers(sql: str, version: float = 19, max_string: int = 4000) -> list[str]:
    """What Oracle takes but hardly means: comparisons with '', marks that translators misread."""
    return _lines(sql, version, max_string, hazard=True)


def _lines(sql: str, version: float, max_string: int, *, hazard: bool) -> list[str]:
    try:
        statement = Statement(sql, version, max_string)
    except Unbalanced as error:
        return (
            []
            if hazard
            else [f"ORA-00907 a parenthesis without its other half (line {sql.count(chr(10), 0, error.at) + 1})"]
        )
    if not statement.tokens:
        return [] if hazard else ["ORA-00900 nothing to run (line 1)"]
    return [line for rule in RULES.values() if rule.hazard is hazard for line in rule.broken(statement)]

"""Texts with facts in them, compiled to one SQL expression that writes them for all rows at once.

`{overdue_amount}` stands for a fact or a setting; `{{` and `}}` are braces. Amounts are written exactly, with
the digits of their currency; dates as ISO 8601; conditions as yes or no; what is empty as `-`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from erp_ar_ext.ledger.facts import Grain
from erp_ar_ext.ledger.money_sql import money_text_sql
from erp_ar_ext.policy.parsing import Issue
from erp_ar_ext.policy.scope import Scope, rule_scope
from erp_ar_ext.policy.terms import CURRENCY_OF, Term, Type, quoted, text_literal

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Template:
    """A text with facts in it: `sql` is a DuckDB expression of type VARCHAR, never NULL."""

    text: str
    sql: str
    facts: tuple[str, ...]
    settings: tuple[str, ...] = ()


def compile_template(text: str, grain: Grain, settings: Mapping[str, Term] | None = None) -> Template:
    """Write a template as SQL over the facts of a grain. Raises ValueError where something is wrong with it."""
    template, issues = check_template(text, rule_scope(grain, settings or {}))
    if template is None:
        message = "; ".join(issue.message for issue in issues)
        raise ValueError(message)
    return template


def check_template(text: str, scope: Scope) -> tuple[Template | None, tuple[Issue, ...]]:
    """Check a template and write it as SQL; None where an issue stands against it."""
    issues: list[Issue] = []
    pieces: list[str] = []
    facts: set[str] = set()
    settings: set[str] = set()
    at, plain = 0, ""
    if not text.strip():
        issues.append(Issue("the text is empty"))
    for found in _TOKEN.finditer(text):
        plain += text[at : found.start()]
        at = found.end()
        if found[0] in ("{{", "}}"):
            plain += found[0][0]
            continue
        term = _placeholder(found, scope, issues)
        if term is None:
            continue
        (facts if term.fact else settings).add(found[1])
        pieces += [text_literal(plain), _as_text(term)]
        plain = ""
    pieces.append(text_literal(plain + text[at:]))
    if issues:
        return None, tuple(issues)
    wanted = [piece for piece in pieces if piece != "''"] or ["''"]
    return Template(text, f"({' || '.join(wanted)})", tuple(sorted(facts)), tuple(sorted(settings))), ()


def _placeholder(found: re.Match[str], scope: Scope, issues: list[Issue]) -> Term | None:
    name: str | None = found[1]
    if name is None:
        hint = f"write {found[0] * 2!r} for the brace itself"
        issues.append(Issue(f"a lone {found[0]!r} in a text", hint, found.start(), found[0]))
        return None
    if not _NAME.fullmatch(name):
        hint = "write {overdue_amount}; there are no formats"
        issues.append(Issue(f"{found[0]!r} is not a name in braces", hint, found.start(), found[0]))
        return None
    term = scope.term(name)
    if term is None:
        message, near = scope.unknown(name)
        issues.append(Issue(f"{message} in a text", near, found.start() + 1, name))
    return term


def _as_text(term: Term) -> str:
    if term.type is Type.BOOLEAN:
        text = f"CASE WHEN {term.sql} THEN 'yes' WHEN NOT {term.sql} THEN 'no' END"
    elif term.type is Type.MONEY:
        text = money_text_sql(term.sql, quoted(CURRENCY_OF[term.money_in or "row"]))
    elif term.type is Type.NUMBER:
        text = f"rtrim(rtrim(CAST(CAST({term.sql} AS DECIMAL(18, 4)) AS VARCHAR), '0'), '.')"
    else:
        text = f"CAST({term.sql} AS VARCHAR)"
    return f"coalesce({text}, '-')"

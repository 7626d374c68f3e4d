"""From the text of a condition to its syntax tree, and from a part of the tree back to its place in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ParseError, SqlglotError

from erp_ar_ext.model import Severity

_DATE = re.compile(r"CAST\(('[0-9-]{10}') AS DATE\)")
_LONGEST = 4000
_PARENTHESES = 30


@dataclass(frozen=True)
class Issue:
    """Something wrong in a text, at an offset of it; `token` is the text that stands there."""

    message: str
    hint: str | None = None
    offset: int = 0
    token: str = ""
    severity: Severity = Severity.ERROR


class Unparsable(Exception):  # noqa: N818 - carries an issue out of the parser, never further
    """The text is not one condition."""

    def __init__(self, issue: Issue) -> None:
        self.issue = issue
        super().__init__(issue.message)


def parse(text: str) -> exp.Expression:
    """Syntax tree of a condition. Raises Unparsable where it is not exactly one SQL expression."""
    if not text.strip():
        raise Unparsable(Issue("the condition is empty"))
    if len(text) > _LONGEST or text.count("(") > _PARENTHESES:
        raise Unparsable(Issue("the condition is too long", "split the rule in two, or name parts of it as settings"))
    try:
        _refuse_tokens(text)
        trees = [tree for tree in sqlglot.parse(text, dialect="duckdb") if tree is not None]
    except ParseError as error:
        raise Unparsable(_syntax_issue(text, error)) from error
    except SqlglotError as error:
        raise Unparsable(Issue(f"the condition cannot be read: {_first_line(error)}", "check the quotes")) from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Expression):
        raise Unparsable(Issue("the condition cannot be read"))
    if any(node.error_messages() for node in trees[0].walk()):  # the parser lets some operators go without an operand
        raise Unparsable(Issue("the condition is not complete", "something is missing beside an operator"))
    return trees[0]


def _refuse_tokens(text: str) -> None:
    for token in DuckDB().tokenize(text):
        if token.token_type.name == "SEMICOLON":
            raise Unparsable(Issue("a condition is one expression, without ';'", None, token.start, ";"))
        if token.token_type.name == "COMMAND":
            raise Unparsable(Issue(f"{token.text!r} is a statement, not a condition", None, token.start, token.text))
        if token.comments:
            # YAML folds lines, so an SQL comment could silently swallow the conditions after it.
            message = "a condition holds no SQL comments"
            raise Unparsable(Issue(message, "write comments as YAML comments, with #", token.start))


def _syntax_issue(text: str, error: ParseError) -> Issue:
    found = error.errors[0] if error.errors else {}
    before, token = found.get("start_context") or "", found.get("highlight") or ""
    at = text.find(before + token)
    message = f"the condition cannot be read near {token!r}" if token else "the condition cannot be read"
    hint = "a condition looks like: overdue_amount > 0 and not insolvent"
    return Issue(message, hint, max(at, 0) + len(before), token)


def _first_line(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0]


def where(node: exp.Expression, text: str) -> tuple[int, str]:
    """Offset of a part of a condition in the text, and the token that stands there."""
    spots = [
        (found.meta["start"], found.meta["end"]) for found in node.walk() if isinstance(found.meta.get("start"), int)
    ]
    if not spots:
        return 0, ""
    start, end = min(spots)
    return start, text[start : end + 1]


def conjuncts(node: exp.Expression) -> list[exp.Expression]:
    """Parts that must all be true, in the order they are written."""
    if isinstance(node, exp.Paren):
        return conjuncts(node.this)
    if isinstance(node, exp.And):
        return [*conjuncts(node.this), *conjuncts(node.expression)]
    return [node]


def condition_text(node: exp.Expr) -> str:
    """Condition as people read it, the same for the same condition however it was laid out."""
    inner = node.this
    if isinstance(node, exp.Not) and isinstance(inner, exp.In | exp.Between | exp.Like | exp.Is):
        whole, subject = condition_text(inner), condition_text(inner.this)
        rest = whole.removeprefix(subject)
        return f"{subject} IS NOT{rest.removeprefix(' IS')}" if isinstance(inner, exp.Is) else f"{subject} NOT{rest}"
    return _DATE.sub(r"DATE \1", node.sql(dialect="duckdb", normalize_functions="lower"))

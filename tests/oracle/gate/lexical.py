"""Refusals that single words give reason for: letters, names, binds, literals, ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from gate.lexer import Kind, Token
from gate.rule import rule
from gate.tree import Node, Statement
from gate.words import RESERVED, STATEMENTS

_WRONG_ALONE = {"::", "->", "->>", "=="}


def _wrong(statement: Statement, *texts: str) -> Iterator[Token]:
    return (token for token in statement.tokens if token.kind is Kind.WRONG and token.text in texts)


@rule("ORA-00933", ":: is no cast: CAST(x AS ...)")
def double_colon(statement: Statement) -> Iterator[Node]:
    """PostgreSQL's cast."""
    yield from _wrong(statement, "::")


@rule("ORA-00936", "no such operator")
def operators(statement: Statement) -> Iterator[Node]:
    """Operators of other languages."""
    yield from _wrong(statement, "->", "->>", "==")


@rule("ORA-00911", "invalid character")
def characters(statement: Statement) -> Iterator[Node]:
    """Letters that no statement has: backticks, other drivers' placeholders, brackets, names that begin with _."""
    for token in statement.tokens:
        modulo = token.word == "%" and not statement.plsql
        if modulo or (token.kind is Kind.WRONG and token.text not in _WRONG_ALONE):
            yield token


@rule("ORA-00923", "a text has no such prefix")
def text_prefixes(statement: Statement) -> Iterator[Node]:
    """E'...' and the like: Oracle knows N and Q."""
    for one, text in pairwise(statement.tokens):
        if one.word in ("E", "B", "X", "U", "R") and text.kind is Kind.TEXT and text.at == one.at + 1:
            yield one


@rule("ORA-00972", "the name is too long")
def long_names(statement: Statement) -> Iterator[Node]:
    """Names of more than 30 bytes, since 12.2 of more than 128."""
    longest = 128 if statement.version >= 12.2 else 30
    for token in statement.tokens:
        if token.is_name or token.kind is Kind.BIND:
            name = token.text.lstrip(":").strip(' "')
            if len(name.encode()) > longest:
                yield token


@rule("ORA-01745", "no name for a bind")
def bind_names(statement: Statement) -> Iterator[Node]:
    """Reserved words and names that begin with an underscore."""
    for token in statement.tokens:
        name = token.text.lstrip(":").strip()
        if token.kind is Kind.BIND and (name.upper() in RESERVED or name.startswith(("_", "$", "#"))):
            yield token


@rule("ORA-01704", "the text is too long for a literal")
def long_texts(statement: Statement) -> Iterator[Node]:
    """Texts of more bytes than a column takes; in PL/SQL 32,767."""
    longest = 32767 if statement.plsql else statement.max_string
    for token in statement.tokens:
        if token.kind is Kind.TEXT and len(token.text.encode()) > longest:
            yield token


@rule("ORA-00933", "a statement is sent without a semicolon, one at a time")
def semicolons(statement: Statement) -> Iterator[Node]:
    """A semicolon in SQL."""
    if not statement.plsql:
        yield from (token for token in statement.tokens if token.word == ";")


@rule("PLS-00103", "PL/SQL ends with END; and has no slash behind it")
def block_end(statement: Statement) -> Iterator[Node]:
    """A block or unit that does not end as it must."""
    if statement.plsql and statement.unit != "TYPE" and statement.tokens[-1].word != ";":
        yield statement.tokens[-1]


@rule("ORA-00900", "no statement begins so")
def first_word(statement: Statement) -> Iterator[Node]:
    """Commands of other databases, and of clients."""
    if statement.tokens and statement.first not in (*STATEMENTS, "(", "<<"):
        yield statement.tokens[0]


_DATE = re.compile(r"\s*[+-]?(\d{1,4})-(\d{1,2})-(\d{1,2})\s*")
_TIMESTAMP = re.compile(
    _DATE.pattern + r"\s+\d{1,2}:\d{1,2}(:\d{1,2}(\.\d{1,9})?)?(\s*([+-]\d{1,2}:\d{2}|[A-Z][\w/]+))?\s*"
)


def _temporal(statement: Statement) -> Iterator[tuple[Token, re.Match[str] | None]]:
    for word, text in pairwise(statement.tokens):
        if text.kind is Kind.TEXT and word.word in ("DATE", "TIMESTAMP"):
            yield text, (_DATE if word.word == "DATE" else _TIMESTAMP).fullmatch(text.text)


@rule("ORA-01861", "the literal is DATE 'YYYY-MM-DD' or TIMESTAMP 'YYYY-MM-DD HH24:MI:SS'")
def date_form(statement: Statement) -> Iterator[Node]:
    """Date literals of another form."""
    yield from (text for text, match in _temporal(statement) if match is None)


@rule("ORA-01839", "there is no such day")
def date_exists(statement: Statement) -> Iterator[Node]:
    """The thirtieth of February."""
    for text, match in _temporal(statement):
        if match is not None:
            try:
                date(*(int(part) for part in match.groups()[:3]))
            except ValueError:
                yield text


_FIELDS = ("DAY", "HOUR", "MINUTE", "SECOND", "YEAR", "MONTH")


def _intervals(statement: Statement) -> Iterator[tuple[Token, str, bool]]:
    """Text of each interval literal, its field, and whether the field tells its width."""
    found = statement.tokens
    for i in range(len(found) - 1):
        if found[i].word == "INTERVAL" and found[i + 1].kind is Kind.TEXT:
            rest = [token.word for token in found[i + 2 : i + 4]] + ["", ""]
            yield found[i + 1], rest[0], rest[1] == "("


@rule("ORA-30089", "the field of an interval stands outside: INTERVAL '1' DAY")
def interval_field(statement: Statement) -> Iterator[Node]:
    """INTERVAL '1 day'."""
    yield from (text for text, field, _wide in _intervals(statement) if field not in _FIELDS)


@rule("ORA-01873", "two digits, unless the field is wider: INTERVAL '100' DAY(3)")
def interval_width(statement: Statement) -> Iterator[Node]:
    """More digits than the leading field has."""
    for text, field, wide in _intervals(statement):
        leading = re.match(r"[+-]?(\d+)", text.text)
        if field in _FIELDS and not wide and leading and len(leading[1]) > 2:
            yield text


@rule("ORA-01756", "a quote is not closed, or nothing stands in it; a quote within a text is doubled")
def quotes(statement: Statement) -> Iterator[Node]:
    """A text or name that does not end, and a backslash before a quote."""
    yield from (token for token in statement.tokens if token.word in ("'", '"'))


@rule("ORA-00923", "texts are joined by ||")
def texts_side_by_side(statement: Statement) -> Iterator[Node]:
    """'a' 'b'."""
    for one, other in pairwise(statement.tokens):
        if one.kind is Kind.TEXT and other.kind is Kind.TEXT:
            yield other

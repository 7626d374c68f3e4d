"""What a statement is: its kind, its binds, and its text with numbered binds and without comments."""

import functools
import re

from .errors import OraError
from .names import folded

TOKENS = re.compile(
    r"""
    (?P<comment>--[^\n]*|/\*.*?\*/)
  | (?P<quote>[qQ]'\[.*?\]'|[qQ]'\{.*?\}'|[qQ]'\(.*?\)'|[qQ]'<.*?>'|[qQ]'(?P<delimiter>[^\[{(<\s]).*?(?P=delimiter)')
  | (?P<string>'(?:[^']|'')*')
  | (?P<identifier>"[^"]*")
  | (?P<bind>:\s*(?:"[^"]+"|[A-Za-z][\w$\#]*|\d+))
  | (?P<assign>:=)
  | (?P<word>[A-Za-z_][\w$\#]*)
  | (?P<other>.)""",
    re.DOTALL | re.VERBOSE,
)
KINDS = {
    "query": {"SELECT", "WITH"},
    "dml": {"INSERT", "UPDATE", "DELETE", "MERGE"},
    "ddl": {"CREATE", "ALTER", "DROP", "GRANT", "REVOKE", "ANALYZE", "AUDIT", "COMMENT", "TRUNCATE", "RENAME"},
    "plsql": {"BEGIN", "DECLARE", "CALL"},
}
UNIT = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:NON)?EDITIONABLE\s+)?"
    r"(PACKAGE\s+BODY|PACKAGE|PROCEDURE|FUNCTION|TRIGGER|TYPE\s+BODY|TYPE)\s+([\w$#.\"]+)",
    re.IGNORECASE,
)
INTO = re.compile(r"\bINTO\s+:b\d+(\s*,\s*:b\d+)*\s*$", re.IGNORECASE)


class Statement:
    """A statement as a client sent it; `text` has its binds as :b0, :b1 and so on, and no comments."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.first = ""
        self.names: list[str] = []
        self.return_binds: list[int] = []
        self._returning = self._into = False
        self.text = self._numbered(sql)
        self.kind = next((kind for kind, words in KINDS.items() if self.first in words), "other")
        if self.return_binds:  # the parser takes only one target behind INTO
            self.text = INTO.sub("", self.text)
        self.unit = UNIT.match(self.text)
        self.error: OraError | None = None
        if self.kind != "plsql" and not self.unit and self.text.endswith(";"):
            self.error = OraError(933, "SQL command not properly ended")

    def _numbered(self, sql: str) -> str:
        parts = []
        for token in TOKENS.finditer(sql):
            kind, text = token.lastgroup, token.group()
            if kind == "word":
                self._word(text.upper())
            if kind == "bind" and self.first not in KINDS["ddl"]:
                text = self._bind(folded(text[1:]))
            if kind in ("quote", "delimiter"):
                text = "'" + text[3:-2].replace("'", "''") + "'"
            parts.append(" " if kind == "comment" else text)
        return "".join(parts).strip()

    def _word(self, word: str) -> None:
        self.first = self.first or word
        self._returning = self._returning or (self.first in KINDS["dml"] and word == "RETURNING")
        self._into = self._into or (self._returning and word == "INTO")

    def _bind(self, name: str) -> str:
        """Number a bind; PL/SQL binds a name once, SQL each time it stands there."""
        if self.first in KINDS["plsql"] and name in self.names:
            return f":b{self.names.index(name)}"
        if self._into:
            self.return_binds.append(len(self.names))
        self.names.append(name)
        return f":b{len(self.names) - 1}"


@functools.lru_cache(2000)
def statement(sql: str) -> Statement:
    """Analyse a statement, once."""
    return Statement(sql)


def split(text: str, separator: str) -> list[str]:
    """Parts of a text between separators that stand outside quotes and parentheses."""
    parts, depth, quoted, start = [], 0, False, 0
    for at, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        if quoted:
            continue
        depth += (letter == "(") - (letter == ")")
        if letter == separator and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]] if text[start:].strip() else parts


def flat(text: str) -> str:
    """Text with single blanks, except in quotes."""
    return re.sub(r"('(?:[^']|'')*'|\"[^\"]*\")|\s+", lambda found: found[1] or " ", text).strip()

"""Words of an Oracle statement, cut as Oracle cuts them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    QUOTED = "quoted name"
    TEXT = "text"
    NUMBER = "number"
    BIND = "bind"
    MARK = "mark"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `text` as it stands (a text without its quotes), `at` its offset in the statement.

    `word` is the word in upper case, or the mark; nothing for names in quotes, texts, numbers and binds.
    """

    kind: Kind
    text: str
    at: int
    word: str

    @property
    def is_name(self) -> bool:
        """Whether it can name something."""
        return self.kind in (Kind.WORD, Kind.QUOTED)


_SHAPES = re.compile(
    r"""
    (?P<SKIP>   \s+ | --[^\n]* | /\*.*?\*/ )
  | (?P<Q>      [nN]?[qQ]'(?: \[.*?\] | \{.*?\} | \(.*?\) | <.*?> | (?P<_q>[^\s\[{(<]).*?(?P=_q) )' )
  | (?P<TEXT>   [nN]?'(?:[^']|'')*' )
  | (?P<QUOTED> "[^"]+" )
  | (?P<WRONG>  :: | ->>? | == | [$\#_][\w$\#]* | [`?~\[\]{}\\&!](?!=) | \^(?!=) )
  | (?P<BIND>   :\s?(?:[\w$\#]+|"[^"]+") )
  | (?P<NUMBER> (?: \d+(?:\.(?!\.)\d*)? | \.\d+ )(?:[eE][+-]?\d+)?[fFdD]?(?![\w$\#]) )
  | (?P<WORD>   \w[\w$\#]* )
  | (?P<MARK>   \(\s*\+\s*\) | \*\* | \|\| | := | => | <> | != | \^= | ~= | <= | >= | << | >> | \.\. | . )
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(sql: str) -> list[Token]:
    """Tokens of a statement, without comments and hints."""
    found = []
    for match in _SHAPES.finditer(sql):
        shape, text = match.lastgroup or "", match.group()
        shape = "Q" if match.group("Q") else shape
        if shape == "SKIP":
            continue
        found.append(_token(shape, text, match.start()))
    return found


def _token(shape: str, text: str, at: int) -> Token:
    if shape in ("Q", "TEXT"):
        return Token(Kind.TEXT, _content(shape, text), at, "")
    if shape == "MARK":
        mark = "(+)" if text[0] == "(" and "+" in text else text
        return Token(Kind.MARK, mark, at, mark)
    if shape == "QUOTED":
        return Token(Kind.QUOTED, text.strip('"'), at, "")
    return Token(Kind[shape], text, at, text.upper() if shape in ("WORD", "WRONG") else "")


def _content(shape: str, text: str) -> str:
    inner = text[text.index("'") + 1 : -1]
    return inner[1:-1] if shape == "Q" else inner.replace("''", "'")

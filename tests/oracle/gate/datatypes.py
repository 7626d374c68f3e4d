"""What Oracle takes for a datatype."""

from __future__ import annotations

from gate.lexer import Kind
from gate.tree import Group, Phrase, Statement, split
from gate.words import LONGEST, NEED_A_LENGTH, NEWER_TYPES, TYPES


def wrong_type(nodes: Phrase, statement: Statement) -> str:
    """Oracle's code for the datatype that the nodes begin with; nothing where it is right."""
    word = nodes[0].word
    if len(nodes) > 1 and nodes[1].word == ".":
        return ""  # another schema's type
    since = NEWER_TYPES.get(word, 0.0 if word in TYPES else 99.0)
    if statement.version < since or (word == "DOUBLE" and [n.word for n in nodes[1:2]] != ["PRECISION"]):
        return "ORA-00902"
    at = (
        2
        if [n.word for n in nodes[1:2]] == ["VARYING"] or (word, *[n.word for n in nodes[1:2]]) == ("LONG", "RAW")
        else 1
    )
    named = nodes[at - 1].word
    group = nodes[at] if len(nodes) > at else None
    if not isinstance(group, Group):
        return "ORA-00906" if named in NEED_A_LENGTH and nodes[0].word != "LONG" else ""
    return _wrong_width(word, group, statement)


def _wrong_width(word: str, group: Group, statement: Statement) -> str:
    if word in ("NUMBER", "DECIMAL", "NUMERIC", "DEC"):
        return _wrong_number(group)
    first = group.items[0] if group.items else None
    if first is None or first.kind is not Kind.NUMBER:
        return ""
    if word == "TIMESTAMP":
        return "ORA-30088" if int(first.text) > 9 else ""
    return _wrong_length(word, group, int(first.text), statement)


def _wrong_length(word: str, group: Group, length: int, statement: Statement) -> str:
    longest = LONGEST.get(word, statement.max_string if word in ("VARCHAR2", "VARCHAR") else 99999)
    if word in ("NVARCHAR2", "RAW"):
        longest = statement.max_string if statement.max_string > 4000 and word == "RAW" else statement.max_string // 2
    if length == 0:
        return "ORA-01723"
    if len(group.items) > 1 and group.items[1].word not in ("CHAR", "BYTE", ","):
        return "ORA-00907"
    return "ORA-00910" if length > longest else ""


def _wrong_number(group: Group) -> str:
    parts = [part[-1].text for part in split(group.items, ",") if part]
    if parts and parts[0].isdigit() and not 1 <= int(parts[0]) <= 38:
        return "ORA-01727"
    if len(parts) > 1 and parts[1].isdigit() and int(parts[1]) > 127:
        return "ORA-01728"
    return ""

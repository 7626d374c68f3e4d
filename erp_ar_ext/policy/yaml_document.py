"""YAML 1.2 values with the place of every one of them.

PyYAML reads the syntax; the values are made here. The YAML 1.1 readings that hurt in a policy do not apply:
`NO` and `on` are text, and so are `1_000`, `0x10`, `1e3` and `3:30`. A number with a point is a Decimal, never a
float. Duplicate keys, aliases and foreign tags are problems.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import yaml
from yaml.composer import Composer, ComposerError
from yaml.error import Mark
from yaml.events import AliasEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

from erp_ar_ext.model.types import MONEY_PRECISION, MONEY_SCALE
from erp_ar_ext.policy.problems import Problem

KeyPath = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"
_DEEPEST = 20


class _Resolver(BaseResolver):
    """The core schema of YAML 1.2, decimal numbers only."""


_Resolver.add_implicit_resolver(_TAG + "null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
_Resolver.add_implicit_resolver(_TAG + "bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
_Resolver.add_implicit_resolver(_TAG + "int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789"))
_Resolver.add_implicit_resolver(
    _TAG + "float",
    re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)$"),
    list("-+.0123456789"),
)


class _Loader(Reader, Scanner, Parser, Composer, _Resolver):
    """Composes nodes; refuses what a policy has no use for."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        _Resolver.__init__(self)
        self._depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        """Compose one node, as the base does, without aliases and not too deep."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        mark: Mark = event.start_mark
        if isinstance(event, AliasEvent):
            raise ComposerError(None, None, "aliases (*name) are not part of a policy", mark)
        if self._depth >= _DEEPEST:
            raise ComposerError(None, None, "nested too deeply for a policy", mark)
        self._depth += 1
        node: Node | None = super().compose_node(parent, index)
        self._depth -= 1
        return node


@dataclass(frozen=True)
class _Place:
    """Where a value stands: its first line and column, and all of its source text."""

    line: int
    column: int
    source: str


class Document:
    """A YAML file's value and where each part of it stands."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.value: object = None
        self.problems: list[Problem] = []
        self._values: dict[KeyPath, _Place] = {}
        self._keys: dict[KeyPath, _Place] = {}

    def __contains__(self, path: KeyPath) -> bool:
        return path in self._values

    def place(self, path: KeyPath) -> tuple[int, int]:
        """Line and column of a value, or of the nearest part around it that exists."""
        while path and path not in self._values:
            path = path[:-1]
        place = self._values.get(path)
        return (place.line, place.column) if place else (1, 1)

    def key_place(self, path: KeyPath) -> tuple[int, int]:
        """Line and column of the key a value stands under, of the value where it has none."""
        place = self._keys.get(path)
        return (place.line, place.column) if place else self.place(path)

    def place_within(self, path: KeyPath, text: str, offset: int, token: str) -> tuple[int, int]:
        """Line and column of a token of a text value, given the token's offset in the value.

        Quotes, indentation and folding move tokens about; the n-th occurrence in the value is the n-th in
        the source. Falls back to the value's own place where escapes hide the token.
        """
        place = self._values.get(path)
        if place is None or not token:
            return self.place(path)
        at = -1
        for _ in range(text.count(token, 0, offset + len(token))):
            at = place.source.find(token, at + 1)
            if at < 0:
                return place.line, place.column
        before = place.source[: max(at, 0)]
        line_start = before.rfind("\n") + 1
        column = len(before) - line_start + (place.column if line_start == 0 else 1)
        return place.line + before.count("\n"), column

    def add(self, at: tuple[int, int], message: str, hint: str | None = None) -> None:
        """Note a problem with the YAML itself."""
        self.problems.append(Problem(self.file, *at, message, hint))


def read_document(path: Path) -> Document:
    """Read a YAML file; whatever is wrong with it stands in the document's problems."""
    document = Document(str(path))
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        document.add((1, 1), f"cannot be read: {error.strerror}", "[policy] file in erp-ar.toml names the policy")
        return document
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        document.add((line, 1), "is not UTF-8 text", "save the file with encoding UTF-8")
        return document
    return _parse(document, text)


def _parse(document: Document, text: str) -> Document:
    try:
        root = _Loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        document.add(at, f"is not YAML: {error.problem or error.context}", "check indentation, quotes and colons")
        return document
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        document.add((line, 1), f"is not YAML: {error.reason}", "remove the control character")
        return document
    if root is not None:
        document.value = _Builder(document, text).build(root, ())
    return document


class _Builder:
    """Makes values of nodes and keeps their places."""

    def __init__(self, document: Document, text: str) -> None:
        self._document = document
        self._text = text

    def build(self, node: Node, path: KeyPath) -> object:
        """Value of a node; problems go to the document."""
        self._document._values[path] = self._place(node)  # noqa: SLF001 - builder and document are one thing
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.build(child, (*path, index)) for index, child in enumerate(node.value)]
        assert isinstance(node, ScalarNode)  # noqa: S101 - YAML has three kinds of nodes
        return self._scalar(node)

    def _place(self, node: Node) -> _Place:
        start, end = node.start_mark, node.end_mark
        return _Place(start.line + 1, start.column + 1, self._text[start.index : end.index])

    def _mapping(self, node: MappingNode, path: KeyPath) -> dict[str, object]:
        built: dict[str, object] = {}
        for key_node, value_node in node.value:
            place = self._place(key_node)
            if not isinstance(key_node, ScalarNode):
                self._document.add((place.line, place.column), "a key must be text")
                continue
            key = str(key_node.value)  # a key is its text: NO is Norway, 1 is "1"
            if key in built:
                first = self._document.key_place((*path, key))[0]
                self._document.add(
                    (place.line, place.column), f"duplicate key {key!r}: it is set on line {first}", "keep one of them"
                )
                continue
            self._document._keys[(*path, key)] = place  # noqa: SLF001
            built[key] = self.build(value_node, (*path, key))
        return built

    def _scalar(self, node: ScalarNode) -> object:
        make = _SCALARS.get(node.tag)
        text = str(node.value)
        at = (node.start_mark.line + 1, node.start_mark.column + 1)
        if make is None:
            self._document.add(at, f"tag {node.tag!r} is not part of a policy", "remove the tag")
            return text
        if node.tag in _NUMBERS and not _fits(text):
            self._document.add(
                at,
                f"number {text[:30]!r} is too long",
                "an amount has at most 14 digits before the point and 4 after it",
            )
            return 0
        return make(text)


def _fits(text: str) -> bool:
    """Whether a DECIMAL(18, 4) can hold a number."""
    whole, _, fraction = text.lstrip("-+").partition(".")
    return len(whole.lstrip("0")) <= MONEY_PRECISION - MONEY_SCALE and len(fraction.rstrip("0")) <= MONEY_SCALE


_NUMBERS = {_TAG + "int", _TAG + "float"}
_SCALARS: dict[str, Callable[[str], object]] = {
    _TAG + "null": lambda _: None,
    _TAG + "bool": lambda text: text.lower() == "true",
    _TAG + "int": int,
    _TAG + "float": Decimal,
    _TAG + "str": str,
}

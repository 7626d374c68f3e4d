"""Oracle's types: how a column is stored in PostgreSQL and how it is described on the wire."""

from dataclasses import dataclass
from typing import Self

from sqlglot import exp

from . import wire
from .errors import OraError

T = exp.DataType.Type


@dataclass(frozen=True)
class Column:
    """A column as the wire describes it; `size` is in bytes."""

    name: str
    kind: int = wire.VARCHAR
    size: int = 4000
    precision: int = 0
    scale: int = 0
    national: bool = False

    @property
    def form(self) -> int:
        """Character set: 1 the database's, 2 the national one, 0 none."""
        if self.national:
            return 2
        return 1 if self.kind in (*wire.TEXTS, wire.CLOB) else 0


@dataclass(frozen=True)
class OracleType:
    """A type as Oracle's dictionary tells it."""

    name: str
    length: int = 0
    precision: int | None = None
    scale: int | None = None
    in_bytes: bool = False
    """Whether its length counts bytes, as it does in Oracle unless CHAR is said."""

    @classmethod
    def of(cls, node: exp.DataType) -> Self:
        """Read a type that stands in a statement."""
        numbers = [int(one.name) for one in (part.this for part in node.expressions) if isinstance(one, exp.Literal)]
        first = numbers[0] if numbers else None
        kind = node.this
        if kind in (T.DECIMAL, T.BIGDECIMAL):
            scale = numbers[1] if len(numbers) > 1 else None if first is None else 0
            return cls("NUMBER", 0, first, scale)
        if kind in LENGTHS:
            name, default = LENGTHS[kind]
            in_letters = any(part.args.get("expression") is not None and part.expression.name.upper() == "CHAR"
                             for part in node.expressions)  # fmt: skip
            return cls(name, first or default, in_bytes=name == "VARCHAR2" and not in_letters)
        if kind in (T.TIMESTAMP, T.TIMESTAMPNTZ):
            return cls(f"TIMESTAMP({6 if first is None else first})", 0, None, 6 if first is None else first)
        if kind in FIXED:
            return cls(*FIXED[kind])
        return cls._by_name(node.sql("oracle").upper(), first)

    @classmethod
    def _by_name(cls, written: str, first: int | None) -> Self:
        if written in ("CLOB", "NCLOB", "BLOB"):
            return cls(written)
        if written.startswith("RAW"):
            return cls("RAW", first or 2000)
        if written.startswith("FLOAT"):
            return cls("FLOAT", 0, first or 126)
        if written == "BINARY_DOUBLE":
            return cls("BINARY_DOUBLE")
        raise OraError(902, f"invalid datatype [the double does not translate {written}]")

    @classmethod
    def of_result(cls, oid: int, modifier: int, *, moments: str) -> Self:
        """Guess at the type of an expression; `moments` is what a timestamp of no stated precision is."""
        if oid in NUMBERS:
            if modifier > 4:
                return cls("NUMBER", 0, (modifier - 4) >> 16 & 0xFFFF, (modifier - 4) & 0x7FF)
            return cls("NUMBER")
        if oid == 1114:
            name = "DATE" if modifier == 0 else "TIMESTAMP(6)" if modifier > 0 else moments
            return cls(name, 0, None, 6 if name != "DATE" else None)
        if oid in RESULTS:
            return cls(*RESULTS[oid])
        return cls("VARCHAR2", modifier - 4 if modifier > 4 else 4000)

    def postgresql(self) -> str:
        """Type of PostgreSQL that holds it."""
        if self.name in ("VARCHAR2", "NVARCHAR2"):
            return f"varchar({self.length})"
        if self.name in ("CHAR", "NCHAR"):
            return f"char({self.length})"
        if self.name == "NUMBER" and (self.precision is not None or self.scale is not None):
            return f"numeric({self.precision or 38},{self.scale or 0})"
        if self.name.endswith("TIME ZONE"):
            return "timestamptz(6)"
        if self.name.startswith("TIMESTAMP"):
            return f"timestamp({min(self.scale or 0, 6)})"
        return STORED[self.name]

    @property
    def stored(self) -> str:
        """Type of a column that holds it: a length in bytes needs a domain, which `sys.ora_bytes` makes."""
        return f"sys.bytes_{self.length}" if self.in_bytes else self.postgresql()

    def column(self, name: str) -> Column:  # noqa: PLR0911 - a table
        """Describe a column of this type."""
        if self.name in ("VARCHAR2", "NVARCHAR2", "CHAR", "NCHAR"):
            kind = wire.CHAR if self.name.endswith("CHAR") and "VAR" not in self.name else wire.VARCHAR
            return Column(
                name, kind, min(self.length * (1 if self.in_bytes else 4), 32767), national=self.name.startswith("N")
            )
        if self.name == "NUMBER":
            if self.precision is None and self.scale is None:
                return Column(name, wire.NUMBER, 22, 0, -127)
            return Column(name, wire.NUMBER, 22, self.precision or 38, self.scale or 0)
        if self.name.endswith("TIME ZONE"):
            local = "LOCAL" in self.name
            return Column(name, wire.TIMESTAMP_LTZ if local else wire.TIMESTAMP_TZ, 11 if local else 13, 0, 6)
        if self.name.startswith("TIMESTAMP"):
            return Column(name, wire.TIMESTAMP, 11, 0, self.scale or 0)
        if self.name == "RAW":
            return Column(name, wire.RAW, self.length)
        kind, size, precision, scale = WIRED[self.name]
        return Column(name, kind, size, precision, scale, national=self.name == "NCLOB")


LENGTHS = {
    T.VARCHAR: ("VARCHAR2", 4000),
    T.NVARCHAR: ("NVARCHAR2", 2000),
    T.CHAR: ("CHAR", 1),
    T.NCHAR: ("NCHAR", 1),
}
FIXED: dict[object, tuple[str, int, int | None, int | None]] = {
    T.INT: ("NUMBER", 0, None, 0),
    T.SMALLINT: ("NUMBER", 0, None, 0),
    T.BIGINT: ("NUMBER", 0, None, 0),
    T.DATE: ("DATE", 0, None, None),
    T.DATETIME: ("DATE", 0, None, None),
    T.TIMESTAMPTZ: ("TIMESTAMP(6) WITH TIME ZONE", 0, None, 6),
    T.TIMESTAMPLTZ: ("TIMESTAMP(6) WITH LOCAL TIME ZONE", 0, None, 6),
    T.TEXT: ("CLOB", 0, None, None),
    T.DOUBLE: ("BINARY_DOUBLE", 0, None, None),
    T.BOOLEAN: ("BOOLEAN", 0, None, None),
}
STORED = {
    "NUMBER": "numeric",
    "FLOAT": "numeric",
    "DATE": "timestamp(0)",
    "CLOB": "text",
    "NCLOB": "text",
    "BLOB": "bytea",
    "RAW": "bytea",
    "BINARY_DOUBLE": "double precision",
    "BOOLEAN": "boolean",
}
WIRED = {
    "FLOAT": (wire.NUMBER, 22, 126, -127),
    "DATE": (wire.DATE, 7, 0, 0),
    "CLOB": (wire.CLOB, 112, 0, 0),
    "NCLOB": (wire.CLOB, 112, 0, 0),
    "BLOB": (wire.BLOB, 112, 0, 0),
    "BINARY_DOUBLE": (wire.BINARY_DOUBLE, 8, 0, 0),
    "BOOLEAN": (wire.BOOLEAN, 4, 0, 0),
}
NUMBERS = {20, 21, 23, 26, 1700}
"""Object ids of PostgreSQL's numbers that are exact."""
RESULTS: dict[int, tuple[str, int, int | None, int | None]] = {
    16: ("BOOLEAN", 0, None, None),
    17: ("RAW", 2000, None, None),
    700: ("BINARY_DOUBLE", 0, None, None),
    701: ("BINARY_DOUBLE", 0, None, None),
    1184: ("TIMESTAMP(6) WITH TIME ZONE", 0, None, 6),
}

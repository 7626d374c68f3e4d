"""The nine column types of the canonical model.

Each is a Python type that carries its Arrow type, so that one annotation on an entity gives the record's
field, the Arrow column and the documentation. See docs/decisions/0003-exact-decimals.md for the widths.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import pyarrow as pa

MONEY_PRECISION = 18
MONEY_SCALE = 4
RATE_PRECISION = 38
RATE_SCALE = 18


class Kind(StrEnum):
    """What a column holds; adapters choose a conversion by it."""

    ID = "id"
    TEXT = "text"
    CODE = "code"
    CURRENCY = "currency"
    MONEY = "money"
    RATE = "rate"
    DAY = "day"
    INTEGER = "integer"
    FLAG = "flag"


@dataclass(frozen=True)
class ColumnType:
    """A column type: its kind, its Arrow and SQL types, and how the documentation words it."""

    kind: Kind
    arrow: pa.DataType
    sql: str
    wording: str


_TEXT = pa.string()

ID = ColumnType(Kind.ID, _TEXT, "VARCHAR", "opaque text; leading zeros survive")
TEXT = ColumnType(Kind.TEXT, _TEXT, "VARCHAR", "text")
CODE = ColumnType(Kind.CODE, _TEXT, "VARCHAR", "code")
CURRENCY = ColumnType(Kind.CURRENCY, _TEXT, "VARCHAR", "ISO 4217 code")
MONEY = ColumnType(
    Kind.MONEY, pa.decimal128(MONEY_PRECISION, MONEY_SCALE), "DECIMAL(18,4)", "decimal amount in the row's currency"
)
RATE = ColumnType(Kind.RATE, pa.decimal128(RATE_PRECISION, RATE_SCALE), "DECIMAL(38,18)", "decimal rate")
DAY = ColumnType(Kind.DAY, pa.date32(), "DATE", "date, no time")
INTEGER = ColumnType(Kind.INTEGER, pa.int32(), "INTEGER", "whole number")
FLAG = ColumnType(Kind.FLAG, pa.bool_(), "BOOLEAN", "Y or N")

Id = Annotated[str, ID]
Text = Annotated[str, TEXT]
Code = Annotated[str, CODE]
Currency = Annotated[str, CURRENCY]
Money = Annotated[Decimal, MONEY]
Rate = Annotated[Decimal, RATE]
Day = Annotated[date, DAY]
Integer = Annotated[int, INTEGER]
Flag = Annotated[bool, FLAG]

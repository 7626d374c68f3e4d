"""Statements as they are sent: a file's SELECT in a frame that picks operating units, a window or keys, and keeps out
what the canonical types cannot hold, so that one bad number does not end a whole reading.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from erp_ar_ext.model import Column, Entity, Kind
from erp_ar_ext.model.types import MONEY_PRECISION, MONEY_SCALE, RATE_PRECISION, RATE_SCALE
from erp_ar_ext.spi import Window
from erp_ar_ext_oracle.settings import OracleSettings
from erp_ar_ext_oracle.statements import REFERENCE, Statement, load

KEYS_AT_ONCE = 500
"""Keys in one statement, always as many so that its text stays the same; Oracle takes 1,000."""

Binds = dict[str, object]

_WHOLE = {
    Kind.MONEY: (10 ** (MONEY_PRECISION - MONEY_SCALE), MONEY_SCALE),
    Kind.RATE: (10 ** (RATE_PRECISION - RATE_SCALE), RATE_SCALE),
    Kind.INTEGER: (2**31, 0),
}
"""Of each kind of number: what it stays below, and the decimals it has."""


@dataclass(frozen=True)
class Query:
    """A statement with its binds; `columns` are the canonical ones it gives, in order, before those of our own."""

    text: str
    binds: Binds
    columns: tuple[Column, ...]
    extras: tuple[str, ...] = ()
    """Columns that follow: `remark`, what was noticed about a row; `misfit`, its first number that does not fit."""


class Queries:
    """All statements of one reading: some tables may be absent, and the settings give the binds."""

    def __init__(self, settings: OracleSettings, absent: Collection[str] = ()) -> None:
        self._settings = settings
        self._absent = frozenset(absent)

    def all_rows(self, entity: type[Entity]) -> Query:
        """Every row."""
        return self._rows(entity, [], {})

    def changed(self, entity: type[Entity], window: Window) -> Query:
        """Rows last changed in a window: its lower bound included, its upper not."""
        binds: Binds = {"since": _plain(window.since), "until": _plain(window.until)}
        return self._rows(entity, ["f.changed_on >= :since", "f.changed_on < :until"], binds)

    def by_key(self, entity: type[Entity]) -> Query:
        """Rows of the keys that are bound as `k1` and so on."""
        listed = ", ".join(f":k{number}" for number in range(1, KEYS_AT_ONCE + 1))
        return self._rows(entity, [f"f.row_key IN ({listed})"], {})

    def keys(self, entity: type[Entity]) -> Query:
        """Keys of every row, with the columns that are cheap: all but texts."""
        columns = tuple(c for c in entity.columns() if c.kind is not Kind.TEXT or c.name in entity.key())
        return self._framed(entity, columns, [f"{_value(column)} AS {column.name}" for column in columns], [], {})

    def probe(self, entity: type[Entity]) -> Query:
        """The statement with no row: what it needs must be there and granted."""
        return self._rows(entity, ["1 = 0"], {})

    def _rows(self, entity: type[Entity], conditions: list[str], binds: Binds) -> Query:
        columns = entity.columns()
        extras = {"remark": "f.remark"} if load(entity.entity).has_remark else {}
        if misfit := _misfit(columns):
            extras["misfit"] = misfit
        selected = [f"{_value(column)} AS {column.name}" for column in columns]
        selected += [f"{text} AS {name}" for name, text in extras.items()]
        return replace(self._framed(entity, columns, selected, conditions, binds), extras=tuple(extras))

    def _framed(
        self,
        entity: type[Entity],
        columns: tuple[Column, ...],
        selected: list[str],
        conditions: list[str],
        binds: Binds,
    ) -> Query:
        file = load(entity.entity)
        parts = [table.empty() for table in file.optional if table.name in self._absent]
        parts.append(f"found AS (\n{self._text(file)}\n)")
        orgs = {f"org_{number}": org for number, org in enumerate(self._orgs(file), start=1)}
        if orgs:
            listed = ", ".join(f":{name}" for name in orgs)
            # a row without an operating unit, as of a note about an account, is everybody's
            unless = "" if entity.key()[0] == "org_id" and _is_required(entity, "org_id") else " OR f.org_key IS NULL"
            conditions = [f"(f.org_key IN ({listed}){unless})", *conditions]
        where = f"\nWHERE {' AND '.join(conditions)}" if conditions else ""
        lines = ",\n    ".join(selected)
        text = "WITH " + ",\n".join(parts) + f"\nSELECT\n    {lines}\nFROM found f{where}"
        return Query(text, self._own(file) | orgs | binds, columns)

    def _text(self, file: Statement) -> str:
        return re.sub(rf"\b{REFERENCE}\b", f"attribute{self._settings.reference_attribute}", file.text)

    def _orgs(self, file: Statement) -> list[int]:
        return sorted(set(self._settings.org_ids)) if " AS org_key" in file.text else []

    def _own(self, file: Statement) -> Binds:
        known: Binds = {
            "credit_limit_currency": self._settings.credit_limit_currency,
            "rate_type": self._settings.rate_type,
        }
        return {name: known[name] for name in sorted(file.binds)}


def _value(column: Column) -> str:
    """A column, empty where its value does not fit."""
    fits = _fits(column)
    return f"f.{column.name}" if fits is None else f"CASE WHEN {fits} THEN f.{column.name} END"


def _fits(column: Column) -> str | None:
    if column.kind not in _WHOLE:
        return None
    below, scale = _WHOLE[column.kind]
    name = f"f.{column.name}"
    return f"{name} = ROUND({name}, {scale}) AND {name} > -{below} AND {name} < {below}"


def _misfit(columns: tuple[Column, ...]) -> str:
    """SQL of the first number that does not fit, as `name=value`; empty where there is no number."""
    arms = [
        f"WHEN NOT ({fits}) THEN '{column.name}=' || TO_CHAR(f.{column.name})"
        for column in columns
        if (fits := _fits(column)) is not None
    ]
    return f"CASE {' '.join(arms)} END" if arms else ""


def _is_required(entity: type[Entity], name: str) -> bool:
    return next(column.required for column in entity.columns() if column.name == name)


def _plain(moment: datetime) -> datetime:
    """A moment as the database's clock tells it: without a zone, and to the second."""
    return moment.replace(tzinfo=None, microsecond=0)

"""Frames of the driver as canonical batches: whole columns at a time, row by row only for those that are rejected."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
from pyarrow import compute as pc

from erp_ar_ext.model import Column, Entity, Finding, Kind, Severity
from erp_ar_ext.model.types import MONEY_PRECISION, MONEY_SCALE, RATE_PRECISION, RATE_SCALE
from erp_ar_ext.spi import REJECT_SCHEMA, Batch

NEVER = date(4712, 12, 31)
"""What Oracle's own code writes where there is no day."""

FIRST_DAY = date(1900, 1, 1)
"""The first day that a ledger can mean."""

_CURRENCY = re.compile(r"[A-Z]{3}")
_MISSING = "required value is missing"
_MOMENT = pa.timestamp("s")
_AS_FETCHED = {Kind.DAY: _MOMENT, Kind.FLAG: pa.string()}
_DIGITS = {Kind.MONEY: (MONEY_PRECISION, MONEY_SCALE), Kind.RATE: (RATE_PRECISION, RATE_SCALE)}


def fetched_schema(columns: tuple[Column, ...], extras: tuple[str, ...] = ()) -> pa.Schema:
    """What the driver is asked for: exact decimals where it would give floats, and moments, to see a time of day."""
    asked = [pa.field(column.name, _AS_FETCHED.get(column.kind, column.type.arrow)) for column in columns]
    return pa.schema([*asked, *(pa.field(name, pa.string()) for name in extras)])


def canonical_keys(columns: tuple[Column, ...], frame: pa.RecordBatch) -> pa.RecordBatch:
    """A frame of keys in canonical types; a row whose key is not whole has none."""
    arrays = [_values(column, frame.column(column.name)) for column in columns]
    schema = pa.schema([pa.field(column.name, column.type.arrow) for column in columns])
    batch = pa.RecordBatch.from_arrays(arrays, schema=schema)
    for column in columns:
        if column.key and batch.column(column.name).null_count:
            batch = batch.filter(pc.is_valid(batch.column(column.name)))
    return batch


@dataclass(frozen=True)
class _Broken:
    """A rule that rows break: which rows, in which column, and the rule in words."""

    column: str
    rows: pa.BooleanArray
    rule: str


@dataclass
class Taker:
    """Takes the frames of one entity, and remembers what it noticed."""

    entity: type[Entity]
    table: str
    _times: Counter[str] = field(default_factory=Counter)
    _remarks: Counter[str] = field(default_factory=Counter)
    _examples: dict[str, str] = field(default_factory=dict)

    def take(self, frame: pa.RecordBatch) -> Batch:
        """Convert a frame: rows in = rows taken + rows rejected."""
        columns = self.entity.columns()
        arrays = [_values(column, frame.column(column.name)) for column in columns]
        broken = [
            *_misfits(frame),
            *(one for column, array in zip(columns, arrays, strict=True) for one in _rules(column, array, frame)),
        ]
        rows = pa.RecordBatch.from_arrays(arrays, schema=_nullable(self.entity))
        good = frame
        if broken:
            bad = broken[0].rows
            for other in broken[1:]:
                bad = pc.or_(bad, other.rows)
            rows, good = rows.filter(pc.invert(bad)), frame.filter(pc.invert(bad))
        self._notice(good, rows)
        taken = pa.RecordBatch.from_arrays(rows.columns, schema=self.entity.arrow_schema())
        return Batch(taken, self._rejects(frame, broken)) if broken else Batch(taken)

    def findings(self) -> Iterator[Finding]:
        """What was noticed so far of rows that were taken."""
        name = self.entity.entity
        for column, count in sorted((+self._times).items()):
            words = f"{column} has a time of day; its day is read"
            yield Finding("oracle-time-of-day", Severity.INFO, words, name, self.table, count)
        for remark, count in sorted(self._remarks.items()):
            example = self._examples[remark]
            yield Finding("oracle-remark", Severity.WARNING, remark, name, self.table, count, example)

    def _notice(self, frame: pa.RecordBatch, rows: pa.RecordBatch) -> None:
        for column in self.entity.columns():
            if column.kind is Kind.DAY:
                self._times[column.name] += _timed(frame.column(column.name), rows.column(column.name))
        if "remark" not in frame.schema.names:
            return
        remarks = frame.column("remark")
        for one in pc.value_counts(remarks.drop_null()).to_pylist():
            self._remarks[one["values"]] += one["counts"]
            first = pc.index(remarks, one["values"]).as_py()
            self._examples.setdefault(one["values"], self._named(rows.slice(first, 1)))

    def _named(self, row: pa.RecordBatch) -> str:
        return " ".join(str(row.column(name)[0]) for name in self.entity.key())

    def _rejects(self, frame: pa.RecordBatch, broken: list[_Broken]) -> pa.RecordBatch:
        """One line per rejected row, with every rule it broke: bad rows are few."""
        rules: dict[int, dict[str, str]] = {}
        for one in broken:
            for row in pc.indices_nonzero(one.rows).to_pylist():
                rules.setdefault(row, {}).setdefault(one.column, one.rule)
        lines = [self._reject(frame.slice(row, 1).to_pylist()[0], rules[row]) for row in sorted(rules)]
        return pa.RecordBatch.from_pylist(lines, schema=REJECT_SCHEMA)

    def _reject(self, record: dict[str, Any], rules: dict[str, str]) -> dict[str, Any]:
        record.pop("remark", None)
        misfit = record.pop("misfit", None)
        if misfit is not None:
            name, _, digits = misfit.partition("=")
            record[name] = value = f"{Decimal(digits):f}"  # Oracle writes .5 for a half
            others = {column: rule for column, rule in rules.items() if column not in (name, "misfit")}
            rules = {name: _number_rule(self.entity, name, value), **others}
        (column, rule), *more = rules.items()
        value = record[column]
        return {
            "file": self.table,
            "column": column,
            "value": None if value is None else str(value),
            "rule": rule,
            "more": "\n".join(f"{name}: {words}" for name, words in more) or None,
            "record": json.dumps({k: v for k, v in record.items() if v is not None}, default=str, ensure_ascii=False),
        }


def _values(column: Column, raw: pa.Array) -> pa.Array:
    """A fetched column in its canonical type; what breaks a rule there is found by `_rules`."""
    if column.kind is Kind.DAY:
        days = raw.cast(pa.date32())
        last = pc.max(days)
        if last.is_valid and last.as_py() >= NEVER:
            return pc.if_else(pc.equal(days, pa.scalar(NEVER)), pa.scalar(None, pa.date32()), days)
        return days
    if column.kind is Kind.FLAG:
        return pc.equal(raw, "Y")
    return raw if raw.type == column.type.arrow else raw.cast(column.type.arrow)


def _rules(column: Column, values: pa.Array, frame: pa.RecordBatch) -> Iterator[_Broken]:
    raw = frame.column(column.name)
    if column.required and values.null_count:
        yield _Broken(column.name, pc.is_null(values), _MISSING)
    if column.kind is Kind.DAY:
        first = pc.min(values).as_py()
        if first is not None and first < FIRST_DAY:
            early = pc.fill_null(pc.less(values, pa.scalar(FIRST_DAY)), False)
            yield _Broken(column.name, early, f"is not a day from {FIRST_DAY.year} on")
    if column.kind is Kind.FLAG and (other := _others(raw, lambda value: value in ("Y", "N"))) is not None:
        yield _Broken(column.name, other, "is not a flag: Y or N")
    if column.kind is Kind.CURRENCY and (other := _others(raw, _CURRENCY.fullmatch)) is not None:
        yield _Broken(column.name, other, "is not a currency code of three capital letters")


def _others(raw: pa.Array, known: Any) -> pa.BooleanArray | None:
    """Rows whose value is there and not known; None where there are none. Distinct values are few."""
    wrong = [value for value in pc.unique(raw).to_pylist() if value is not None and not known(value)]
    return pc.is_in(raw, value_set=pa.array(wrong, raw.type)) if wrong else None


def _misfits(frame: pa.RecordBatch) -> Iterator[_Broken]:
    """Rows with a number that the database itself said does not fit; which one, and how, is told by the reject."""
    if "misfit" in frame.schema.names and (misfit := frame.column("misfit")).null_count < len(misfit):
        yield _Broken("misfit", pc.is_valid(misfit), _MISSING)


def _number_rule(entity: type[Entity], name: str, value: str) -> str:
    kind = next(column.kind for column in entity.columns() if column.name == name)
    number = Decimal(value)
    if kind is Kind.INTEGER:
        whole = number == number.to_integral_value()
        return "is too large a whole number" if whole else "is not a whole number"
    precision, scale = _DIGITS[kind]
    large = abs(number) >= 10 ** (precision - scale)
    return f"has more than {precision - scale} whole digits" if large else f"has more than {scale} decimals"


def _timed(moments: pa.Array, days: pa.Array) -> int:
    """How many moments are not the midnight that begins their day."""
    return int(pc.sum(pc.not_equal(moments, days.cast(_MOMENT))).as_py() or 0)


def _nullable(entity: type[Entity]) -> pa.Schema:
    return pa.schema([one.with_nullable(True) for one in entity.arrow_schema()])

"""Settings of a policy as SQL: the value that holds for a row, and the layer that gave it.

The most specific layer wins: customer, class, region, then the global settings; within a level the lower
priority number. An amount per currency is merged currency by currency: a layer that does not name the row's
currency leaves it to the next one. A currency that nobody names has no value (NULL).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from erp_ar_ext.policy.schema import Layer
from erp_ar_ext.policy.terms import Term, Type, day_of, quoted, text_literal

GLOBAL = "global"
LEVELS = ("customer", "class", "region")
"""Levels of layers, most specific first."""

_NO_AMOUNT = "CAST(NULL AS DECIMAL(18, 4))"


def kind_of(value: object) -> Type:
    """Type of a setting's value; UNKNOWN for a value that is none."""
    if isinstance(value, bool):
        return Type.BOOLEAN
    if isinstance(value, str):
        return Type.DATE if day_of(value) else Type.TEXT
    by_class: tuple[tuple[type, Type], ...] = (
        (int, Type.INTEGER),
        (Decimal, Type.NUMBER),
        (Mapping, Type.MONEY),
    )
    return next((kind for class_, kind in by_class if isinstance(value, class_)), Type.UNKNOWN)


def setting_term(values: Sequence[object], sql: str) -> Term:
    """Term of a setting, given its global value first and then those of layers."""
    kind = kind_of(values[0])
    if kind is Type.INTEGER and any(kind_of(value) is Type.NUMBER for value in values):
        kind = Type.NUMBER
    if kind is Type.MONEY:
        return Term(kind, sql, money_in="row")
    return Term(kind, sql, constant=True)


@dataclass(frozen=True)
class LayerSql:
    """A layer, and the SQL of whether a row is in it."""

    layer: Layer
    sql: str


def most_specific_first(layers: Sequence[LayerSql]) -> list[LayerSql]:
    """Layers in the order in which they are asked for a value."""
    return sorted(layers, key=lambda each: (LEVELS.index(each.layer.level), each.layer.priority or 0, each.layer.name))


def setting_sql(name: str, settings: Mapping[str, Any], layers: Sequence[LayerSql]) -> str:
    """DuckDB expression for a setting's value in a row of facts of either grain."""
    value = settings[name]
    branches = [
        (condition, result)
        for each in most_specific_first(layers)
        if name in each.layer.settings
        for condition, result in _branches(each.sql, each.layer.settings[name])
    ]
    if isinstance(value, Mapping):
        branches += [(_is_currency(code), _value(amount)) for code, amount in sorted(value.items())]
        return _case(branches, _NO_AMOUNT)
    return _case(branches, _value(value))


def setting_layer_sql(name: str, layers: Sequence[LayerSql]) -> str:
    """DuckDB expression for the name of the layer whose value holds in a row, `global` for none."""
    branches = [
        (condition, text_literal(each.layer.name))
        for each in most_specific_first(layers)
        if name in each.layer.settings
        for condition, _ in _branches(each.sql, each.layer.settings[name])
    ]
    return _case(branches, text_literal(GLOBAL))


def _branches(layer_sql: str, value: object) -> list[tuple[str, str]]:
    if not isinstance(value, Mapping):
        return [(layer_sql, _value(value))]
    return [(f"{layer_sql} AND {_is_currency(code)}", _value(amount)) for code, amount in sorted(value.items())]


def _case(branches: Sequence[tuple[str, str]], otherwise: str) -> str:
    if not branches:
        return otherwise
    cases = " ".join(f"WHEN {condition} THEN {result}" for condition, result in branches)
    return f"CASE {cases} ELSE {otherwise} END"


def _is_currency(code: str) -> str:
    return f"{quoted('currency')} = {text_literal(code)}"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, Decimal):
        return f"CAST('{value:f}' AS DECIMAL(18, 4))"
    if isinstance(value, int):
        return str(value)
    day = day_of(str(value))
    return f"DATE '{day}'" if day else text_literal(str(value))

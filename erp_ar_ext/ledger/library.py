"""The ledger's SQL models: one file each under `models/`, a single SELECT with a header that says what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from erp_ar_ext.engine import DuckDBEngine, Parameter
from erp_ar_ext.ledger.axes import on_axis

_FOLDER = files(__package__) / "models"


@dataclass(frozen=True)
class Model:
    """A model: its name, its SELECT, and whether it is computed once (materialized) or each time it is read."""

    name: str
    sql: str
    materialized: bool


@cache
def model(name: str) -> Model:
    """Read a model by name."""
    sql = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    return Model(name, sql, materialized="\n-- materialized: yes\n" in sql)


def names() -> list[str]:
    """Names of all models, sorted."""
    return sorted(file.name.removesuffix(".sql") for file in _FOLDER.iterdir() if file.name.endswith(".sql"))


def define_models(
    engine: DuckDBEngine, axis: str, chosen: Sequence[str], parameters: Mapping[str, Parameter] | None = None
) -> None:
    """Make models tables of an engine, in the order given: each may stand on those before it."""
    for found in map(model, chosen):
        engine.define(found.name, on_axis(found.sql, axis), parameters, materialized=found.materialized)

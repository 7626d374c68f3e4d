"""Fold a snapshot's history into balance periods, once, while it is made.

The raw rows stay in the snapshot and are what the periods are checked against; the periods are what makes
"as of any day" cheap. See docs/decisions/0004-balance-periods.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from erp_ar_ext.engine import DuckDBEngine, bind
from erp_ar_ext.errors import SnapshotError
from erp_ar_ext.ledger.axes import AXES, AXIS_VIEWS, on_axis
from erp_ar_ext.ledger.library import model
from erp_ar_ext.model import amount_text
from erp_ar_ext.model.types import MONEY_PRECISION, MONEY_SCALE
from erp_ar_ext.snapshot.builder import SnapshotBuilder
from erp_ar_ext.snapshot.layout import Layout
from erp_ar_ext.snapshot.tables import Base

_SCHEDULE = ("org_id", "schedule_id")

CLEANED = {
    "survivors": Layout(("account_id",)),
    "every_schedule": Layout(_SCHEDULE, month="gl_date"),
    "moving_applications": Layout(("org_id", "application_id"), month="gl_date"),
}
"""Tables that all others stand on, in the order in which they stand on one another."""

LAST_CLEANED = next(reversed(CLEANED))
"""When this one is there, the events of balances can be told."""

PERIODS = {
    f"periods_by_{axis}": Layout(
        (*_SCHEDULE, "valid_from"), month="valid_to", order=("valid_to", *_SCHEDULE, "valid_from"), owner=_SCHEDULE
    )
    for axis in AXES
}
TOTALS = {f"totals_by_{axis}": Layout(("currency", "day")) for axis in AXES}
SLICE, SLICE_ROWS = "{slice}", 4_000_000
"""Where a model names its slice; schedules that are folded at a time."""

UNTIED = {
    "untied_schedules": Layout(_SCHEDULE),
    "untied_documents": Layout(("org_id", "trx_id")),
    "untied_receipts": Layout(("org_id", "receipt_id")),
}
"""What does not tie: few rows, each found by a join over everything, and so kept."""

PLANNED = {
    "plan_schedules": Layout(("plan_id", *_SCHEDULE)),
    "plan_applications": Layout(("plan_id", "org_id", "application_id")),
    "plan_receipts": Layout(("plan_id", "org_id", "receipt_id")),
    **{f"plan_periods_by_{axis}": Layout(("plan_id", *_SCHEDULE, "valid_from")) for axis in AXES},
}
"""What payment plans are judged by, picked out of the whole ledger: few rows too."""

FOLDED = {**CLEANED, **PERIODS, **TOTALS, **UNTIED, **PLANNED}
"""Every derived table of a snapshot with its layout."""


def folded_sql(name: str, *, schedules_given: bool) -> str:
    """SELECT of a derived table."""
    for axis in AXES:
        if name.endswith(f"_by_{axis}"):
            return on_axis(model(name.replace(axis, "axis")).sql, axis)
    return bind(model(name).sql, {"schedules_given": schedules_given})


def fold(engine: DuckDBEngine, builder: SnapshotBuilder, *, schedules_given: bool) -> None:
    """Write every derived table of a snapshot, and make them tables of the engine.

    Each model stands on those before it; all are files because each is read many times, by the next ones and by
    every plan. Raises SnapshotError where a schedule's balance is larger than an amount can be.
    """
    with engine.joins_as_written():
        for name in FOLDED:
            write_folded(engine, builder, name, folded_sql(name, schedules_given=schedules_given))
            if name == LAST_CLEANED:
                engine.define("balance_events", model("balance_events").sql)


def write_folded(engine: DuckDBEngine, builder: SnapshotBuilder, name: str, select: str) -> None:
    """Write a derived table as a whole; what a file of the snapshot before has too is shared with it.

    To be called while the engine has its joins as they are written.
    """
    nothing_planned = name in PLANNED and "payment_plans" not in engine.given
    if nothing_planned and name in _EMPTY:
        writer = builder.writer(engine.connection)
        builder.derived[name] = writer.write_empty(name, _EMPTY[name], builder.before.get(name))
    else:
        _write_rows(engine, builder, name, select)
    if nothing_planned and name not in _EMPTY:
        _EMPTY[name] = builder.paths(name)[0].read_bytes()
    engine.add_files(name, builder.paths(name))


_EMPTY: dict[str, bytes] = {}
"""Files of tables about payment plans where there are none: the same in every snapshot, made once a process."""


def _write_rows(engine: DuckDBEngine, builder: SnapshotBuilder, name: str, select: str) -> None:
    rows = 0
    try:
        for at, of in _slices(builder, sliced=SLICE in select):
            into = "INSERT INTO folded" if at else "CREATE OR REPLACE TABLE folded AS"
            rows += engine.rows(f"{into} {select.replace(SLICE, _slice(at, of))}")[0][0]
    except duckdb.ConversionException as error:
        raise _too_large(engine, name) from error
    writer = builder.writer(engine.connection)
    builder.derived[name] = writer.write(name, "SELECT * FROM folded", rows, FOLDED[name], builder.before.get(name))


def _slices(builder: SnapshotBuilder, *, sliced: bool) -> list[tuple[int, int]]:
    """Numbers of the slices to fold one after the other, so that no slice needs more memory than a small ledger."""
    count = 1 + builder.derived["every_schedule"].rows // SLICE_ROWS if sliced else 1
    return [(at, count) for at in range(count)]


def _slice(at: int, of: int) -> str:
    """SQL that is true for the schedules of a slice."""
    return f"hash(org_id, schedule_id) % {of} = {at}" if of > 1 else "TRUE"


def define_axis_views(engine: DuckDBEngine, axis: str) -> None:
    """Define what the folded tables say on one axis, under the names that other models read."""
    for name in AXIS_VIEWS:
        engine.define(name, on_axis(model(name).sql, axis))


_TOO_LARGE = """
SELECT org_id, schedule_id
FROM (SELECT org_id, schedule_id, sum(amount) OVER (PARTITION BY org_id, schedule_id ORDER BY {axis}) AS balance
      FROM balance_events)
WHERE abs(balance) >= {limit}
ORDER BY ALL LIMIT 1
"""


def _too_large(engine: DuckDBEngine, name: str) -> Exception:
    """Name the schedule that no balance can be written for: DuckDB names only the number."""
    axis = name.removeprefix("periods_by_")
    org_id, schedule_id = engine.rows(_TOO_LARGE.format(axis=axis, limit=10 ** (MONEY_PRECISION - MONEY_SCALE)))[0]
    return SnapshotError(
        f"adds up to a balance of more than {MONEY_PRECISION - MONEY_SCALE} digits before the point",
        place=f"schedule {schedule_id} of company {org_id}",
        hint="correct the amounts of the schedule, its applications or its adjustments in the source; then sync again",
    )


def source_tie_out(engine: DuckDBEngine, *, schedules_given: bool) -> list[dict[str, Any]]:
    """Hold the source against itself; amounts are decimal text."""
    rows = engine.rows(model("source_tie_out").sql, {"schedules_given": schedules_given})
    return [
        {"name": name, "currency": currency, "difference": amount_text(difference, currency), "items": items}
        for name, currency, difference, items in rows
    ]


def has_folded(before: Mapping[str, Base]) -> bool:
    """Whether a snapshot has every derived table, so that it can be gone on from."""
    return FOLDED.keys() <= before.keys()

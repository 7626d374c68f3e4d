"""The outbox beside the snapshot: what is missing, changed, twice, or not ours.

>>> with desk.reconciliation() as found:  # doctest: +SKIP
...     found.counts()
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

import pyarrow as pa

from erp_ar_ext.engine import DuckDBEngine
from erp_ar_ext.model import OUR_REFERENCE, amount_text
from erp_ar_ext.snapshot import Snapshot
from erp_ar_ext.spi import ActionKind, Intent
from erp_ar_ext.store.records import UNSETTLED, OutboxRow

_FOLDER = files(__package__)
_TEXTS = (
    *("kind", "key", "external_ref", "state", "erp_id", "org_id", "account_id", "schedule_id"),
    *("currency", "sort", "text", "hold_id"),
)
SENT = pa.schema(
    [
        *(pa.field(name, pa.string()) for name in _TEXTS),
        pa.field("amount", pa.decimal128(18, 4)),
        pa.field("business_date", pa.date32()),
        pa.field("is_read", pa.bool_()),
    ]
)
"""Table `sent`: every action of the outbox, as `held.sql` has what the ERP holds."""

ORDER = 'what, kind, account_id NULLS FIRST, external_ref, erp_id, "column" NULLS FIRST'


class Kind(StrEnum):
    """What a difference is."""

    MISSING = "missing"
    """We wrote it, and it is not there."""
    CHANGED = "changed"
    """It is there, and says something else than we wrote."""
    TWICE = "twice"
    """It is there more than once."""
    LIFTED = "lifted"
    """A hold of ours that somebody else lifted."""
    FOREIGN = "foreign"
    """It has our mark, and nobody here wrote it."""
    UNEXPECTED = "unexpected"
    """It is there, though the ERP had told us that it did not take it."""


def sent_rows(rows: Iterable[OutboxRow], read_from: str | None) -> pa.Table:
    """Rows of an outbox as the table `sent`; what changed since the moment `read_from` is marked as not read yet."""
    return pa.Table.from_pylist([_sent(row, read_from) for row in rows], schema=SENT)


class Reconciliation:
    """What was sent, held against a snapshot that was read since: the engine's table `differences`."""

    def __init__(
        self, snapshot: Snapshot, sent: pa.Table, *, memory_limit: str = "1GB", spill_dir: Path | None = None
    ) -> None:
        self.snapshot = snapshot
        tables = {name: paths for name, paths in snapshot.tables().items() if name in _NEEDED}
        self.engine = DuckDBEngine(tables, memory_limit=memory_limit, spill_dir=spill_dir)
        self.engine.add_rows("sent", sent)
        self.engine.define("held", _sql("held"), {"mark": OUR_REFERENCE}, materialized=True)
        self.engine.define("differences", _sql("differences"), materialized=True)

    def counts(self) -> dict[str, int]:
        """How many differences there are of each kind, by its name; kinds without one are left out."""
        return dict(self.engine.rows("SELECT what, count(*) FROM differences GROUP BY what ORDER BY what"))

    def actions(self) -> Mapping[str, int]:
        """How many actions were compared, were not read yet, and are in doubt."""
        unsettled = ", ".join(f"'{state}'" for state in UNSETTLED)
        query = (
            "SELECT count(*) FILTER (state IN ('done', 'conflict') AND is_read), "
            "count(*) FILTER (state IN ('done', 'conflict') AND NOT is_read), "
            f"count(*) FILTER (state IN ({unsettled})) FROM sent"
        )
        return dict(zip(("compared", "not_read_yet", "in_doubt"), self.engine.rows(query)[0], strict=True))

    def rows(self, limit: int | None = None) -> list[dict[str, Any]]:
        """The differences, all or the first of them."""
        some = "" if limit is None else f" LIMIT {limit}"
        found = self.engine.arrow(f"SELECT * FROM differences ORDER BY {ORDER}{some}").to_pylist()
        return [_in_minor_units(row) for row in found]

    @property
    def exit_code(self) -> int:
        """4 where a person must look: something differs, or is in doubt; else 0."""
        return 4 if self.counts() or self.actions()["in_doubt"] else 0

    def close(self) -> None:
        """Let go of the engine."""
        self.engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


_NEEDED = ("adjustments", "holds", "notes", "customers")


def _in_minor_units(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose amounts have as many decimals as their currency."""
    if row["column"] != "amount":
        return row
    amounts = {
        side: amount_text(Decimal(row[side]), row["currency"]) for side in ("ours", "theirs") if row[side] is not None
    }
    return row | amounts


def _sql(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def _sent(row: OutboxRow, until: str | None) -> dict[str, Any]:
    intent = row.intent
    return {
        "kind": str(intent.kind),
        "key": intent.key,
        "external_ref": intent.external_ref,
        "state": str(row.state),
        "erp_id": row.erp_id,
        "org_id": intent.org_id,
        "account_id": intent.account_id,
        "schedule_id": intent.schedule_id,
        "currency": intent.currency,
        "sort": intent.payload.get(_SORT.get(intent.kind, "")),
        "text": intent.payload.get("text"),
        "hold_id": intent.payload.get("hold_id"),
        "amount": _amount(intent),
        "business_date": intent.business_date,
        "is_read": until is None or row.updated_at < until,
    }


_SORT = {ActionKind.ADJUSTMENT: "type", ActionKind.HOLD: "name", ActionKind.NOTE: "note_kind"}
"""What of an action's payload says which sort of its kind it is."""


def _amount(intent: Intent) -> Decimal | None:
    return None if intent.amount is None else intent.amount.quantize(Decimal("0.0001"))

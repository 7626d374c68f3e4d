"""What a day's balances were known to be at one moment, beside what they are known to be at another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

import orjson

from erp_ar_ext.engine import DuckDBEngine, literal
from erp_ar_ext.errors import SnapshotError
from erp_ar_ext.ledger.axes import AXES, on_axis
from erp_ar_ext.ledger.library import model
from erp_ar_ext.ledger.money_sql import money_text_sql
from erp_ar_ext.ledger.table_file import write_table
from erp_ar_ext.model import amount_text
from erp_ar_ext.snapshot import Snapshot

_ORDER = "account_id NULLS LAST, currency, org_id, schedule_id"
_AMOUNTS = ("balance_then", "balance_now", "difference")
_COLUMNS = (
    *("account_id", "currency", "org_id", "schedule_id", "trx_number", "class", "trx_date", "gl_date", "due_date"),
    "known",
)


@dataclass(frozen=True)
class RestatedTotal:
    """Of one currency: how many schedules differ, and the sums of their balances then and now."""

    currency: str
    schedules: int
    balance_then: Decimal
    balance_now: Decimal
    difference: Decimal


class Restated:
    """The schedules whose balance on a day differs between two snapshots, as the engine's table `restated`.

    Both snapshots must be of one ERP; raises SnapshotError where they are not. The model `restated` says what a row
    holds.
    """

    def __init__(  # noqa: PLR0913 - two snapshots, and the options of a ledger
        self,
        then: Snapshot,
        now: Snapshot,
        as_of: date,
        *,
        axis: str = AXES[0],
        memory_limit: str = "1GB",
        spill_dir: Path | None = None,
    ) -> None:
        if then.manifest.source != now.manifest.source:
            raise SnapshotError(
                f"the two snapshots are of different ERPs: {then.manifest.source} and {now.manifest.source}",
                hint="name moments since when the source has been the one it is",
            )
        self.then, self.now, self.as_of, self.axis = then, now, as_of, axis
        needed = (f"periods_by_{axis}", "every_schedule", "survivors")
        tables = {
            f"{name}_{when}": snapshot.tables()[name]
            for when, snapshot in (("then", then), ("now", now))
            for name in needed
        }
        self.engine = DuckDBEngine(tables, memory_limit=memory_limit, spill_dir=spill_dir)
        self.engine.define("restated", on_axis(model("restated").sql, axis), {"as_of": as_of}, materialized=True)

    def totals(self) -> list[RestatedTotal]:
        """One total per currency, in the order of the codes."""
        sums = ", ".join(f"sum({amount})" for amount in _AMOUNTS)
        rows = self.engine.rows(f"SELECT currency, count(*), {sums} FROM restated GROUP BY currency ORDER BY currency")
        return [RestatedTotal(*row) for row in rows]

    def largest(self, count: int) -> list[dict[str, Any]]:
        """For each currency, the rows that differ most."""
        order = f"abs(difference) DESC, {_ORDER}"
        query = (
            f"SELECT * FROM restated QUALIFY row_number() OVER (PARTITION BY currency ORDER BY {order}) <= {count} "
            f"ORDER BY currency, {order}"
        )
        return list(self.engine.arrow(query).to_pylist())

    def as_json(self) -> bytes:
        """The document of `restated --json`: totals and every row, amounts as decimal text."""
        own = ", ".join(f"{literal(name)}: {name}" for name in _COLUMNS)
        amounts = ", ".join(f"{literal(name)}: {money_text_sql(name, 'currency')}" for name in _AMOUNTS)
        rows = self.engine.rows(f"SELECT to_json({{{own}, {amounts}}})::VARCHAR FROM restated ORDER BY {_ORDER}")
        head = {
            "as_of": self.as_of,
            "axis": self.axis,
            "snapshots": {"then": self.then.snapshot_id, "now": self.now.snapshot_id},
            "totals": [
                {"currency": total.currency, "schedules": total.schedules}
                | {name: amount_text(getattr(total, name), total.currency) for name in _AMOUNTS}
                for total in self.totals()
            ],
        }
        listed = ",\n".join(row[0] for row in rows).encode()
        return b"".join((orjson.dumps(head).removesuffix(b"}"), b',\n"rows": [', listed, b"]}\n"))

    def write(self, path: Path) -> None:
        """Write all rows to a .csv or .parquet file. Raises UsageError where it cannot be written."""
        write_table(self.engine, "restated", path, order=_ORDER)

    def close(self) -> None:
        """Let go of the engine."""
        self.engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

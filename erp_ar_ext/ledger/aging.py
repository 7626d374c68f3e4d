"""Aging: open balances by how long they are past due, with the tie-out that proves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from erp_ar_ext.engine import literal
from erp_ar_ext.errors import UsageError
from erp_ar_ext.ledger.buckets import DEFAULT_BOUNDS, Bucket, make_buckets
from erp_ar_ext.ledger.ledger import Ledger
from erp_ar_ext.ledger.money_sql import money_text_sql
from erp_ar_ext.ledger.tie_out import TieOut, aging_tie_out
from erp_ar_ext.model.spreadsheet import FORMULA_PATTERN

_GRAINS = {
    "account": ("account_id", "currency"),
    "schedule": ("account_id", "currency", "org_id", "schedule_id", "trx_number", "class", "due_date"),
}


@dataclass(frozen=True)
class CurrencyTotal:
    """Totals of one currency; `buckets` by bucket name."""

    currency: str
    open_amount: Decimal
    buckets: dict[str, Decimal]
    credits: Decimal
    unapplied: Decimal
    disputed: Decimal


class Aging:
    """The aged open balance of a ledger, by account or by schedule, kept as the engine's table `aging`.

    `open_amount` and the buckets hold debits and credit memos; `unapplied` is cash apart. All amounts are in the
    row's currency. `days_past_due` of an account is that of its oldest open debit, or credit where it has no debit.
    """

    def __init__(self, ledger: Ledger, *, by: str = "account", bounds: Sequence[int] = DEFAULT_BOUNDS) -> None:
        self.ledger = ledger
        self.by = by
        self.buckets = make_buckets(bounds)
        self._columns = _GRAINS[by]
        ledger.engine.define("aging", self._select(), materialized=True)
        self.tie_out: TieOut = aging_tie_out(ledger, [bucket.name for bucket in self.buckets])

    def totals(self) -> list[CurrencyTotal]:
        """One total per currency, in the order of the codes."""
        names = [bucket.name for bucket in self.buckets]
        sums = ", ".join(
            f"sum({_name(column)})" for column in (*names, "open_amount", "credits", "unapplied", "disputed")
        )
        rows = self.ledger.engine.rows(f"SELECT currency, {sums} FROM aging GROUP BY currency ORDER BY currency")
        return [
            CurrencyTotal(
                currency=row[0],
                buckets=dict(zip(names, row[1 : len(names) + 1], strict=True)),
                open_amount=row[-4],
                credits=row[-3],
                unapplied=row[-2],
                disputed=row[-1],
            )
            for row in rows
        ]

    def largest(self, count: int) -> list[dict[str, Any]]:
        """For each currency, the rows with the largest past-due part; amounts of two currencies do not compare."""
        overdue = " + ".join(_name(bucket.name) for bucket in self.buckets[1:])
        order = ", ".join(("overdue DESC", *(f"a.{column}" for column in self._columns)))
        table = self.ledger.engine.arrow(
            f"SELECT a.*, c.name AS account_name, {overdue} AS overdue FROM aging AS a "
            "LEFT JOIN customers AS c ON c.account_id = a.account_id "
            f"QUALIFY row_number() OVER (PARTITION BY a.currency ORDER BY {order}) <= {count} "
            f"ORDER BY a.currency, {order}"
        )
        return list(table.to_pylist())

    def as_json(self) -> bytes:
        """The document of CONTRACT `aging --json`: every row, amounts as decimal text."""
        engine = self.ledger.engine
        buckets = ", ".join(f"{literal(b.name)}: {_text(b.name)}" for b in self.buckets)
        own = ", ".join(f"{literal(c)}: {c}" for c in self._columns)
        amounts = ", ".join(f"{literal(c)}: {_text(c)}" for c in ("open_amount", "credits", "unapplied", "disputed"))
        rows = engine.rows(
            f"SELECT to_json({{{own}, 'days_past_due': days_past_due, {amounts}, 'buckets': {{{buckets}}}}})::VARCHAR "
            f"FROM aging ORDER BY {self._order()}"
        )
        return b"".join((
            b'{"as_of": "', self.ledger.as_of.isoformat().encode(), b'", "basis": "', self.ledger.basis.encode(),
            b'", "by": "', self.by.encode(), b'", "snapshot": "', self.ledger.snapshot.snapshot_id.encode(),
            b'", "buckets": [', ", ".join(f'"{bucket.name}"' for bucket in self.buckets).encode(),
            b'],\n"rows": [', ",\n".join(row[0] for row in rows).encode(),
            b'],\n"tie_out": ', self.tie_out.as_json(), b"}\n",
        ))  # fmt: skip

    def write(self, path: Path) -> None:
        """Write all rows to a .csv or .parquet file, whole or not at all; a CSV has amounts as decimal text.

        A CSV is for spreadsheets: a text in it that one would run as a formula gets an apostrophe in front.
        Raises UsageError where the file cannot be written.
        """
        beside = path.with_name(f".{path.name}.tmp")
        if path.suffix == ".parquet":
            select, options = f"SELECT * FROM aging ORDER BY {self._order()}", "FORMAT parquet, COMPRESSION zstd"
        else:
            amounts = [*(b.name for b in self.buckets), "open_amount", "credits", "unapplied", "disputed"]
            cells = {name: _harmless(name) for name in self._columns if name != "due_date"}
            cells |= {name: _text(name) for name in amounts}
            shown = ", ".join(f"{cell} AS {_name(name)}" for name, cell in cells.items())
            select, options = f"SELECT * REPLACE ({shown}) FROM aging ORDER BY {self._order()}", "FORMAT csv, HEADER"
        try:
            self.ledger.engine.execute(f"COPY ({select}) TO {literal(str(beside))} ({options})")
            beside.replace(path)
        except (duckdb.IOException, OSError) as error:
            raise UsageError(
                f"cannot be written: {error}", place=str(path), hint="choose a folder that exists and has room"
            ) from error
        finally:
            beside.unlink(missing_ok=True)

    def _order(self) -> str:
        order = "aging.account_id NULLS LAST, aging.currency"
        return order + (", aging.org_id, aging.schedule_id" if self.by == "schedule" else "")

    def _select(self) -> str:
        grain = ", ".join(self._columns)
        per_bucket = ",\n".join(f"    {_bucket_sum(bucket)} AS {_name(bucket.name)}" for bucket in self.buckets)
        return f"""
SELECT {grain},
    coalesce(max(days_past_due) FILTER (open_amount > 0),
             max(days_past_due) FILTER (open_amount < 0)) AS days_past_due,
    sum(open_amount) AS open_amount,
{per_bucket},
    coalesce(sum(open_amount) FILTER (open_amount < 0), 0) AS credits,
    sum(unapplied) AS unapplied,
    sum(disputed) AS disputed
FROM open_items
GROUP BY {grain}"""


def _bucket_sum(bucket: Bucket) -> str:
    return f"coalesce(sum(open_amount) FILTER ({bucket.condition('days_past_due')}), 0)"


def _name(column: str) -> str:
    return f'"{column}"'


def _text(column: str) -> str:
    return money_text_sql(_name(column), "currency")


def _harmless(column: str) -> str:
    name = _name(column)
    return f"CASE WHEN regexp_matches({name}, {literal(FORMULA_PATTERN)}) THEN '''' || {name} ELSE {name} END"

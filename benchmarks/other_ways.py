"""The same aging of a past day in pandas, and with one pydantic object per row: what set-based SQL is held against.

`python benchmarks/other_ways.py --folder DIR`, DIR as `generate.py` writes it. pandas is no dependency of the project:
without it that way is left out, and said so. Each way runs in a process of its own and must come to the same sums.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from generate import LAST_DAY

from erp_ar_ext.engine import bind
from erp_ar_ext.model import ENTITIES
from erp_ar_ext.model.entity import Entity

HERE = Path(__file__).parent
MOVING = ("APP", "ACTIVITY")


def by_hand(folder: Path, day: date) -> dict[str, Decimal]:
    """SQL in DuckDB over the raw rows: the reference for the sums."""
    with duckdb.connect() as con:
        for path in folder.glob("*.parquet"):
            con.execute(f"CREATE VIEW {path.stem} AS FROM '{path}'")
        query = bind((HERE / "bare_aging.sql").read_text(encoding="utf-8"), {"as_of": day})
        rows = con.execute(
            f'SELECT currency, sum(not_due + "1-30" + "31-60" + "61-90" + "91+" + unapplied) FROM ({query}) GROUP BY 1'
        ).fetchall()
    return dict(rows)


def in_pandas(folder: Path, day: date) -> dict[str, Decimal]:
    """Data frames of whole ten-thousandths, merged and grouped."""
    import pandas as pd  # noqa: PLC0415 - only here, and only where it is installed

    def frame(entity: str, *columns: str) -> pd.DataFrame:
        table = pq.read_table(folder / f"{entity}.parquet", columns=list(columns))
        for at, field in enumerate(table.schema):
            if pa.types.is_decimal(field.type):
                whole = pc.cast(pc.multiply(table.column(at), pa.scalar(Decimal(10_000))), pa.int64())
                table = table.set_column(at, field.name, pc.fill_null(whole, 0))
        return table.to_pandas(date_as_object=False)

    asked = pd.Timestamp(day)
    schedules = frame(
        "schedules",
        "org_id",
        "schedule_id",
        "receipt_id",
        "account_id",
        "currency",
        "gl_date",
        "due_date",
        "amount_original",
    )
    receipts = frame("receipts", "org_id", "receipt_id", "reversed_date")
    bounced = receipts[receipts["reversed_date"] <= asked]
    gone = schedules.merge(bounced, on=["org_id", "receipt_id"])[["org_id", "schedule_id"]].assign(gone=1)
    moved = frame(
        "applications", "org_id", "source_schedule_id", "target_schedule_id", "status", "amount", "discount", "gl_date",
        "reversal_gl_date",
    )  # fmt: skip
    live = moved[
        moved["status"].isin(MOVING) & (moved["gl_date"] <= asked) & ~(moved["reversal_gl_date"] <= asked)
    ].merge(gone.rename(columns={"schedule_id": "source_schedule_id"}), how="left", on=["org_id", "source_schedule_id"])
    live = live[live["gone"].isna()]
    corrected = frame("adjustments", "org_id", "schedule_id", "status", "amount", "gl_date")
    corrected = corrected[(corrected["status"] == "A") & (corrected["gl_date"] <= asked)]
    changes = pd.concat(
        [
            live.assign(schedule_id=live["target_schedule_id"], change=-(live["amount"] + live["discount"])),
            live.assign(schedule_id=live["source_schedule_id"], change=live["amount"]),
            corrected.assign(change=corrected["amount"]),
        ]
    )[["org_id", "schedule_id", "change"]]
    sums = changes.groupby(["org_id", "schedule_id"], as_index=False)["change"].sum()
    there = schedules[schedules["gl_date"] <= asked].merge(gone, how="left", on=["org_id", "schedule_id"])
    there = there.merge(sums, how="left", on=["org_id", "schedule_id"])
    there["open"] = there["amount_original"].where(there["gone"].isna(), 0) + there["change"].fillna(0).astype("int64")
    there["bucket"] = pd.cut((asked - there["due_date"]).dt.days, [-100_000, 0, 30, 60, 90, 100_000])
    aged = there.groupby(["account_id", "currency", "bucket"], observed=True, dropna=False)["open"].sum()
    total = aged.groupby("currency").sum()
    return {currency: Decimal(int(amount)) / 10_000 for currency, amount in total.items()}


def in_objects(folder: Path, day: date) -> dict[str, Decimal]:
    """One pydantic object per row, and loops."""
    returned = {(r.org_id, r.receipt_id): r.reversed_date for r in _objects(folder, "receipts")}
    schedules = list(_objects(folder, "schedules"))
    own = {(s.org_id, s.schedule_id): returned.get((s.org_id, s.receipt_id)) for s in schedules if s.receipt_id}
    change: dict[tuple[str, str | None], Decimal] = defaultdict(Decimal)
    for a in _objects(folder, "applications"):
        ends = (a.reversal_gl_date, own.get((a.org_id, a.source_schedule_id)))
        if a.status in MOVING and a.gl_date <= day and not any(end and end <= day for end in ends):
            change[a.org_id, a.target_schedule_id] -= a.amount + (a.discount or 0)
            change[a.org_id, a.source_schedule_id] += a.amount
    for a in _objects(folder, "adjustments"):
        if a.status == "A" and a.gl_date <= day:
            change[a.org_id, a.schedule_id] += a.amount
    aged: dict[tuple[str | None, str, int], Decimal] = defaultdict(Decimal)
    for s in schedules:
        if s.gl_date <= day:
            end = own.get((s.org_id, s.schedule_id))
            left = change[s.org_id, s.schedule_id] + (0 if end and end <= day else s.amount_original)
            late = (day - (s.due_date or s.gl_date)).days
            aged[s.account_id, s.currency, min(4, max(0, -(-late // 30)))] += left
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for (_, currency, _), amount in aged.items():
        totals[currency] += amount
    return totals


def _objects(folder: Path, name: str) -> Iterator[Any]:
    entity: type[Entity] = ENTITIES[name]
    for batch in pq.ParquetFile(folder / f"{name}.parquet").iter_batches():
        yield from map(entity.model_validate, batch.to_pylist())


WAYS: dict[str, Callable[[Path, date], dict[str, Decimal]]] = {
    "SQL by hand, raw rows": by_hand, "pandas": in_pandas, "one pydantic object per row": in_objects,
}  # fmt: skip


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="where generate.py wrote a ledger")
    parser.add_argument("--as-of", type=date.fromisoformat, default=LAST_DAY)
    parser.add_argument("--way", choices=list(WAYS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        _one(given.way, given.folder, given.as_of)
        return
    sums = None
    for way in WAYS:
        if way == "pandas" and find_spec("pandas") is None:
            print(f"{way:32}left out: it is not installed")
            continue
        command = [sys.executable, __file__, "--folder", str(given.folder), "--as-of", str(given.as_of), "--way", way]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603 - this very script
        told = json.loads(done.stdout)
        print(f"{way:32}{told['seconds']:>9.2f} s{told['peak']:>9,} MB", flush=True)
        sums = sums or told["sums"]
        assert told["sums"] == sums, f"{way} comes to {told['sums']}, not {sums}"


def _one(way: str, folder: Path, day: date) -> None:
    started = time.perf_counter()
    sums = {currency: f"{amount:.4f}" for currency, amount in sorted(WAYS[way](folder, day).items())}
    seconds, peak = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(json.dumps({"seconds": seconds, "peak": peak, "sums": sums}))


if __name__ == "__main__":
    main()

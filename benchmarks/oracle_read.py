"""A million schedules into Arrow through the oracle adapter, beside a bare loop of the driver over the same columns.

`python benchmarks/oracle_read.py --postgresql postgresql://postgres@127.0.0.1/postgres`; all runs on the wire double,
whose tables are filled below it. Each step runs in a process of its own, so that its time and peak memory are its own.
The double is much slower than a database: the client's own processor time is printed beside the time on the clock.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import oracledb
import psycopg
import pyarrow as pa

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "oracle"), str(ROOT / "tests" / "fixtures")]

USER, PASSWORD = "APP", "app"
BATCH_ROWS = 20_000
COLUMNS = """
org_id, payment_schedule_id, customer_trx_id, cash_receipt_id, customer_id, class, terms_sequence_number, due_date,
gl_date, invoice_currency_code, amount_due_original, amount_due_remaining, amount_in_dispute, status
"""
BARE = f"SELECT {COLUMNS} FROM ar_payment_schedules_all WHERE payment_schedule_id > 0"
MONEY = ("amount_due_original", "amount_due_remaining", "amount_in_dispute")
FILL = f"""
INSERT INTO {{table}} ({COLUMNS}, created_by, creation_date, last_updated_by, last_update_date)
SELECT
    101 + n % 3, n, 5000000 + n / 2, NULL, 1000 + n % 40000, 'INV', 1 + n % 2, DATE '2026-01-31' + (n % 90)::int,
    DATE '2026-01-01' + (n % 60)::int, 'USD', 100 + (n % 100000) * 0.01, (n % 1000) * 0.01,
    CASE WHEN n % 50 = 0 THEN 25.5 END, CASE WHEN n % 3 = 0 THEN 'CL' ELSE 'OP' END, 0, now(), 0, now()
FROM generate_series(1, {{rows}}) AS n
"""


def bare(dsn: str) -> int:
    """Fetch with the types that the driver chooses: amounts become floats."""
    return _loop(dsn, None)


def bare_exact(dsn: str) -> int:
    """Fetch with exact decimals for the amounts, all else as the driver chooses."""
    names = [name.strip() for name in COLUMNS.split(",")]
    kinds = dict.fromkeys(names, pa.int64())
    kinds |= dict.fromkeys(("class", "invoice_currency_code", "status"), pa.string())
    kinds |= dict.fromkeys(("due_date", "gl_date"), pa.timestamp("s"))
    kinds |= dict.fromkeys(MONEY, pa.decimal128(18, 4))
    return _loop(dsn, pa.schema([(name, kinds[name]) for name in names]))


def reader(dsn: str) -> int:
    """Read through the adapter: canonical columns, checked, with what did not fit put aside."""
    from erp_ar_ext_oracle import ADAPTER  # noqa: PLC0415

    from erp_ar_ext.model import ENTITIES  # noqa: PLC0415 - the bare loop must not pay for it
    from erp_ar_ext.spi import ReadContext  # noqa: PLC0415

    settings = {"dsn": dsn, "user": USER, "password": PASSWORD, "batch_rows": BATCH_ROWS}
    with tempfile.TemporaryDirectory() as folder:
        context = ReadContext(Path(folder), Path(folder))
        with closing(ADAPTER.open_source(settings, context)) as source:
            source.entities()
            _begin()
            return sum(batch.rows.num_rows for batch in source.read(ENTITIES["schedules"]))


STEPS: dict[str, Callable[[str], int]] = {"bare": bare, "bare_exact": bare_exact, "reader": reader}

_begun: list[float] = []


def _begin() -> None:
    """Start the clocks: what a process is before it reads is not measured."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _begun[:] = [time.perf_counter(), used.ru_utime + used.ru_stime]


def _loop(dsn: str, schema: pa.Schema | None) -> int:
    with oracledb.connect(user=USER, password=PASSWORD, dsn=dsn) as connection:
        _begin()
        frames = connection.fetch_df_batches(BARE, size=BATCH_ROWS, requested_schema=schema)
        return sum(pa.table(frame).num_rows for frame in frames)


def measure(step: str, dsn: str) -> dict[str, float]:
    """Run one step in this process, and tell what it cost."""
    rows = STEPS[step](dsn)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "rows": rows,
        "seconds": time.perf_counter() - _begun[0],
        "cpu": used.ru_utime + used.ru_stime - _begun[1],
        "peak_mb": used.ru_maxrss / 1024,
    }


def prepare(double: Any, rows: int) -> None:
    """Make the tables through the driver, and fill the schedules below the wire."""
    from oracle_books import create_tables  # noqa: PLC0415 - in tests/fixtures

    with oracledb.connect(user=USER, password=PASSWORD, dsn=double.dsn) as connection:
        create_tables(connection)
    with psycopg.connect(double.postgresql) as below:
        found = below.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables "
            "WHERE lower(tablename) = 'ar_payment_schedules_all'"
        ).fetchone()
        below.execute(FILL.format(table=found[0] if found else "", rows=rows))


def main() -> None:
    """Measure every step some times, in turn, and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", help="a server on which the double makes a database of its own")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--dsn", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(measure(options.step, options.dsn)))
        return
    if not options.postgresql:
        parser.error("--postgresql is needed")
    from double.handle import Double  # noqa: PLC0415 - in tests/oracle

    with Double.start(options.postgresql, users={USER: PASSWORD}) as double:
        prepare(double, options.rows)
        told: dict[str, list[dict[str, float]]] = {step: [] for step in STEPS}
        for _ in range(options.runs):
            for step in STEPS:
                command = [sys.executable, __file__, "--step", step, "--dsn", double.dsn]
                out = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - ourselves
                told[step].append(json.loads(out))
                print(step, told[step][-1], flush=True)
    report(told)


def report(told: dict[str, list[dict[str, float]]]) -> None:
    """Print medians, and how the reader stands to each bare loop."""
    medians = {
        step: {what: statistics.median(run[what] for run in runs) for what in runs[0]} for step, runs in told.items()
    }
    for step, found in medians.items():
        cost = f"{found['seconds']:7.1f} s, client {found['cpu']:6.2f} s, peak {found['peak_mb']:5.0f} MB"
        print(f"{step:12} {found['rows']:>10,.0f} rows {cost}")
    for step in ("bare", "bare_exact"):
        ratios = {what: medians["reader"][what] / medians[step][what] for what in ("seconds", "cpu")}
        print(f"reader / {step}: {ratios['seconds']:.2f} on the clock, {ratios['cpu']:.2f} of client time")


if __name__ == "__main__":
    main()

"""A hundred thousand approved actions through the outbox to a target that does nothing, beside a bare loop.

`python benchmarks/outbox.py --actions 100000`; all ways write to a SQLite file with the tables of the state database,
under the same durability, in the same batches. The bare loop writes two finished rows per action, one of the outbox and
one of the audit trail, and commits once a batch; a second one commits twice, as whoever writes `sending` first must.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import structlog

from erp_ar_ext.apply import apply_plan
from erp_ar_ext.apply.run import BATCH_SIZE
from erp_ar_ext.plan.document import FORMAT, Plan, plan_digest
from erp_ar_ext.spi import Intent, Outcome, WriteResult
from erp_ar_ext.store import Store

ERP = {"adapter": "none", "name": "none"}
SNAPSHOT = "sha256:" + "5" * 64


class Nothing:
    """A target that takes everything and does nothing."""

    def identity(self) -> Mapping[str, str]:
        """Name it."""
        return ERP

    def write(self, intents: Sequence[Intent]) -> Sequence[WriteResult]:
        """Say that all is written."""
        return [WriteResult(intent.key, Outcome.CREATED, "1") for intent in intents]

    def check(self, intents: Sequence[Intent]) -> Sequence[WriteResult]:
        """Say that all would be written."""
        return self.write(intents)

    def look_up(self, intents: Sequence[Intent]) -> Sequence[WriteResult | None]:
        """Find nothing."""
        return [None] * len(intents)

    def close(self) -> None:
        """Nothing to let go of."""


def make_plan(actions: int) -> Plan:
    """Write-offs that each need a checker's word, two to an account."""
    one = {
        "kind": "adjustment",
        "org_id": "081",
        "amount": "-4.50",
        "currency": "USD",
        "rule": "small-balance",
        "reason": "a small balance, long past due",
        "facts": {"open_amount": "4.50", "days_past_due": 97},
        "payload": {"type": "LINE", "reason": "small balance"},
        "guard": {"amount_original": "120.00", "amount_remaining": "4.50"},
        "approval": "required",
    }
    made = [
        {
            **one,
            "key": hashlib.sha256(b"%d" % number).hexdigest()[:32],
            "account_id": f"A{number // 2:06}",
            "schedule_id": f"S{number}",
        }
        for number in range(actions)
    ]
    document = {
        "format": FORMAT,
        "as_of": date(2026, 3, 2),
        "snapshot": SNAPSHOT,
        "policy": {"name": "default", "digest": "sha256:" + "7" * 64},
        "erp": ERP,
        "maker": "mary",
        "totals": {},
        "tie_out": {},
        "actions": made,
        "findings": [],
    }
    return Plan.model_validate({**document, "plan_id": plan_digest(document)})


def through_the_outbox(state: Path, plan: Plan) -> float:
    """Apply the plan; seconds."""
    with Store.open(f"sqlite:///{state}", state.parent) as store:
        started = time.perf_counter()
        report = apply_plan(plan, store=store, target=Nothing(), current_snapshot=SNAPSHOT, owner="benchmark")
        seconds = time.perf_counter() - started
        assert report.counts() == {"created": len(plan.actions)}
        assert store.verify_audit().ok
    return seconds


def finished_rows(state: Path) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The rows of the outbox, and the last entry of the trail on each, as the outbox has left them."""
    with closing(sqlite3.connect(state)) as connection:
        outbox = connection.execute("SELECT * FROM outbox ORDER BY action_key").fetchall()
        trail = connection.execute("SELECT * FROM audit_trail WHERE event = 'outbox.done' ORDER BY seq").fetchall()
    return outbox, trail


def bare(state: Path, rows: tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]], commits: int) -> float:
    """Insert the rows with the driver alone, committing once or twice a batch; seconds."""
    outbox, trail = rows
    with closing(sqlite3.connect(state, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = EXTRA")
        into_outbox, into_trail = _insert("outbox", outbox[0]), _insert("audit_trail", trail[0])
        started = time.perf_counter()
        for start in range(0, len(outbox), BATCH_SIZE):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(into_outbox, outbox[start : start + BATCH_SIZE])
            if commits > 1:
                connection.execute("COMMIT")
                connection.execute("BEGIN IMMEDIATE")
            connection.executemany(into_trail, trail[start : start + BATCH_SIZE])
            connection.execute("COMMIT")
        return time.perf_counter() - started


def _insert(table: str, row: tuple[Any, ...]) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})"


def run(actions: int, runs: int) -> dict[str, float]:
    """Time the three ways in turn; median seconds of each."""
    plan = make_plan(actions)
    seconds: dict[str, list[float]] = {"outbox": [], "bare": [], "bare, two commits": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        approved, empty, used = folder / "approved.db", folder / "empty.db", folder / "used.db"
        Store.open(f"sqlite:///{empty}", folder).close()
        shutil.copy(empty, approved)
        with Store.open(f"sqlite:///{approved}", folder) as store:
            store.approve(plan, None, "carl")
        for _ in range(runs):
            shutil.copy(approved, used)
            seconds["outbox"].append(through_the_outbox(used, plan))
            rows = finished_rows(used)
            for way, commits in (("bare", 1), ("bare, two commits", 2)):
                shutil.copy(empty, used)
                seconds[way].append(bare(used, rows, commits))
    return {way: statistics.median(taken) for way, taken in seconds.items()}


def main() -> None:
    """Time the ways and print medians and ratios as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--actions", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    median = run(options.actions, options.runs)
    told = {
        way: {"seconds": round(taken, 2), "actions_per_second": round(options.actions / taken)}
        for way, taken in median.items()
    }
    ratios = {way: round(median[way] / median["outbox"], 2) for way in median if way != "outbox"}
    document = {"actions": options.actions, "batch": BATCH_SIZE, "median": told, "rate_of_outbox": ratios}
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    main()

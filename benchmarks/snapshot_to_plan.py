"""Time the way from a snapshot to a plan beside aging SQL written by hand, and check that both say the same.

`python benchmarks/snapshot_to_plan.py --schedules 1000000 --runs 5`; see README.md beside this file.
"""

from __future__ import annotations

import argparse
import platform
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from generate import DEFAULT_SEED, LAST_DAY, generate

import erp_ar_ext
from erp_ar_ext.engine import DuckDBEngine
from erp_ar_ext.ledger import Aging, Ledger
from erp_ar_ext.plan import build_plan
from erp_ar_ext.policy import load_policy
from erp_ar_ext.snapshot import Snapshot, SnapshotStore
from erp_ar_ext.spi import ReadContext
from erp_ar_ext.spi.registry import load
from erp_ar_ext.sync import scratch, sync

HERE = Path(__file__).parent
DEMO_POLICY = Path(erp_ar_ext.__file__).parent / "demo" / "policy.yaml"
MEMORY = "1GB"
BUCKETS = ("not_due", "1-30", "31-60", "61-90", "91+", "unapplied")


@dataclass(frozen=True)
class Task:
    """What is timed: every run opens its own engine, so that nothing is remembered between runs."""

    snapshot: Snapshot
    as_of: date
    policy: Path
    spill: Path

    def bare_scan(self) -> list[tuple[Any, ...]]:
        """Scan and sum what the ERP says remains."""
        return self._by_hand("bare_scan.sql")

    def bare_aging(self) -> list[tuple[Any, ...]]:
        """Join the raw rows as of the day, and sum."""
        return self._by_hand("bare_aging.sql")

    def aging(self) -> list[tuple[Any, ...]]:
        """Age the ledger, with its tie-out."""
        with self._ledger() as ledger:
            aging = Aging(ledger)
            assert aging.tie_out.ok, aging.tie_out.failed
            columns = ", ".join(f'"{name}"' for name in BUCKETS)
            return ledger.engine.rows(f"SELECT account_id, currency, {columns} FROM aging")

    def plan(self) -> int:
        """Decide what the policy demands; return the number of actions."""
        with self._ledger() as ledger:
            built = build_plan(ledger, load_policy(self.policy), maker="benchmark", company="Example")
        count: int = built.head.totals["actions"]
        return count

    def _ledger(self) -> Ledger:
        return Ledger(self.snapshot, self.as_of, memory_limit=MEMORY, spill_dir=self.spill)

    def _by_hand(self, name: str) -> list[tuple[Any, ...]]:
        query = (HERE / name).read_text(encoding="utf-8")
        with DuckDBEngine(self.snapshot.tables(), memory_limit=MEMORY, spill_dir=self.spill) as engine:
            return engine.rows(query, {"as_of": self.as_of})


def snapshot_of(cache: Path, schedules: int, seed: int) -> Snapshot:
    """Return a synced ledger of this size and seed, made now unless the cache has it."""
    folder = cache / f"{schedules}-{seed}"
    store = SnapshotStore(folder / "snapshots", folder / "quarantine")
    name = folder / "snapshot-id"
    if name.exists():
        return store.open(name.read_text(encoding="utf-8"))
    started = time.perf_counter()
    generate(folder / "source", schedules=schedules, seed=seed)
    print(f"generated in {time.perf_counter() - started:.1f} s")
    started = time.perf_counter()
    with scratch(folder / "work") as work:
        context = ReadContext(base_dir=folder, work_dir=work)
        source = load("csv").open_source({"path": str(folder / "source")}, context)
        snapshot = sync(source, snapshots=store, work_dir=work).snapshot
    print(f"synced in {time.perf_counter() - started:.1f} s")
    name.write_text(snapshot.snapshot_id, encoding="utf-8")
    return snapshot


def assert_equal(task: Task) -> None:
    """Both agings hold the same amounts for every account and currency."""

    def amounts(rows: list[tuple[Any, ...]]) -> dict[Any, Any]:
        return {row[:2]: row[2:] for row in rows if any(row[2:])}

    ours, by_hand = amounts(task.aging()), amounts(task.bare_aging())
    differing = [key for key in ours.keys() | by_hand.keys() if ours.get(key) != by_hand.get(key)]
    assert not differing, f"{len(differing)} accounts differ, such as {differing[0]}"
    print(f"our aging equals the bare one to the last digit: {len(ours):,} accounts and currencies\n")


def time_interleaved(ways: dict[str, Callable[[], Any]], runs: int) -> dict[str, float]:
    """Median seconds of each, the runs of all taking turns so that a busy moment hits all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - started)
    return {name: statistics.median(times) for name, times in seconds.items()}


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--schedules", type=int, default=1_000_000, help="instalments of documents")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--as-of", type=date.fromisoformat, default=LAST_DAY)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--policy", type=Path, default=DEMO_POLICY)
    parser.add_argument("--cache", type=Path, default=Path("build/benchmarks"), help="folder that keeps ledgers")
    given = parser.parse_args()
    given.cache = given.cache.resolve()
    _print_machine(given.seed)
    snapshot = snapshot_of(given.cache, given.schedules, given.seed)
    task = Task(snapshot, given.as_of, given.policy, given.cache / "spill")
    rows = {name: entry.rows for name, entry in snapshot.manifest.entities.items()}
    print(", ".join(f"{rows[name]:,} {name}" for name in ("customers", "schedules", "receipts", "applications")))
    print(f"as of {given.as_of}, policy {given.policy.name}: {task.plan():,} actions")
    assert_equal(task)
    ways = {
        "bare scan": task.bare_scan,
        "bare aging": task.bare_aging,
        "our aging": task.aging,
        "snapshot to plan": task.plan,
    }
    medians = time_interleaved(ways, given.runs)
    print(f"{'median of ' + str(given.runs):18}{'seconds':>9}{'/ bare scan':>13}{'/ bare aging':>14}")
    for name, seconds in medians.items():
        per_scan, per_aging = seconds / medians["bare scan"], seconds / medians["bare aging"]
        print(f"{name:18}{seconds:>9.2f}{per_scan:>13.2f}{per_aging:>14.2f}")
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MB")


def _print_machine(seed: int) -> None:
    cores = duckdb.sql("SELECT current_setting('threads')").fetchall()[0][0]
    print(f"{platform.platform()}, {cores} threads, Python {platform.python_version()}")
    print(f"DuckDB {duckdb.__version__}, Arrow {pa.__version__}, erp-ar-ext {erp_ar_ext.__version__}, seed {seed}")


if __name__ == "__main__":
    main()

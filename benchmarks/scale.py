"""Ten million schedules on a laptop: sync, as-of queries, a day's changes, a year's replay, each beside a bare scan.

`python benchmarks/scale.py --schedules 10000000 --runs 5`; see README.md beside this file. Every step runs in a process
of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from canonical_files import CanonicalFiles
from changes import make_changes
from generate import DEFAULT_SEED, LAST_DAY, generate

import erp_ar_ext
from erp_ar_ext.engine import DuckDBEngine
from erp_ar_ext.ledger import Aging, Ledger
from erp_ar_ext.ledger.collectible import Collectible
from erp_ar_ext.snapshot import Snapshot, SnapshotStore
from erp_ar_ext.sync import SyncOptions, scratch, sync

HERE = Path(__file__).parent
MEMORY = "1GB"
YEAR_AGO = LAST_DAY - timedelta(365)
SHARES = (20_000, 2_000, 200)
"""One schedule in so many changes: 0.005, 0.05 and 0.5 per cent."""


class Cache:
    """Ledger, snapshots and results of one size and seed."""

    def __init__(self, root: Path, schedules: int, seed: int) -> None:
        self.folder = root / f"scale-{schedules}-{seed}"
        self.source = self.folder / "source"
        self.schedules = schedules
        self.seed = seed
        self.store = SnapshotStore(self.folder / "snapshots", self.folder / "quarantine")

    def changes(self, one_in: int) -> Path:
        """Folder of a day's changes."""
        return self.folder / f"changes-{one_in}"

    def base(self) -> Snapshot:
        """Snapshot of the first sync."""
        return self.store.open((self.folder / "base").read_text(encoding="utf-8"))


def full_sync(cache: Cache) -> dict[str, Any]:
    """Read and fold everything."""
    shutil.rmtree(cache.store.root, ignore_errors=True)
    result = _sync(cache, CanonicalFiles(cache.source), SyncOptions())
    (cache.folder / "base").write_text(result.snapshot_id, encoding="utf-8")
    tables = result.manifest.tables().values()
    return {"rows": sum(entry.rows for entry in tables), "megabytes": sum(entry.bytes for entry in tables) >> 20}


def changed_sync(cache: Cache, one_in: int) -> dict[str, Any]:
    """Go on from the first snapshot after a day's changes."""
    source = CanonicalFiles(cache.source, cache.changes(one_in), hours=1)
    before = {path.stat().st_ino for path in cache.base().folder.glob("*.parquet")}
    options = SyncOptions(base=cache.base(), cursor=CanonicalFiles(cache.source).clock(), sweep=False)
    after = list(_sync(cache, source, options).folder.glob("*.parquet"))
    own = [path for path in after if path.stat().st_ino not in before]
    return {
        "files": len(after), "new files": len(own), "new megabytes": sum(path.stat().st_size for path in own) >> 20,
    }  # fmt: skip


def nothing_new(cache: Cache) -> dict[str, Any]:
    """Go on from the first snapshot when nothing changed."""
    options = SyncOptions(base=cache.base(), cursor=CanonicalFiles(cache.source).clock(), sweep=False)
    same = _sync(cache, CanonicalFiles(cache.source, hours=1), options).snapshot_id == cache.base().snapshot_id
    assert same, "a sync of nothing new made another snapshot"
    return {}


def _sync(cache: Cache, source: CanonicalFiles, options: SyncOptions) -> Snapshot:
    with scratch(cache.folder / "work") as work:
        return sync(source, snapshots=cache.store, work_dir=work, memory_limit=MEMORY, options=options).snapshot


def copy(cache: Cache) -> dict[str, Any]:
    """Read every file of the snapshot and write it again, one after the other: one sequential copy."""
    with scratch(cache.folder / "work") as work, duckdb.connect() as con:
        con.execute(f"SET memory_limit = '{MEMORY}'")
        for path in sorted(cache.base().folder.glob("*.parquet")):
            con.execute(f"COPY (FROM '{path}') TO '{work / path.name}' (FORMAT parquet, COMPRESSION zstd)")
    return {}


def bare_scan(cache: Cache, day: date) -> None:
    """Scan and sum what the ERP says remains, of the schedules that it says are open."""
    _by_hand(cache, "bare_scan.sql", day)


def bare_sum(cache: Cache, day: date) -> None:
    """Scan and sum the amounts of all schedules."""
    _by_hand(cache, "bare_sum.sql", day)


def _by_hand(cache: Cache, query: str, day: date) -> None:
    with DuckDBEngine(cache.base().tables(), memory_limit=MEMORY) as engine:
        engine.rows((HERE / query).read_text(encoding="utf-8"), {"as_of": day})


def aging(cache: Cache, day: date) -> None:
    """Age the ledger as of a day, with its tie-out."""
    with scratch(cache.folder / "work") as spill, _ledger(cache, day, spill) as ledger:
        assert Aging(ledger).tie_out.ok


def collectible(cache: Cache, day: date) -> None:
    """Say what can be collected on a day, with its tie-out."""
    with scratch(cache.folder / "work") as spill, _ledger(cache, day, spill) as ledger:
        assert Collectible(ledger).tie_out.ok


def _ledger(cache: Cache, day: date, spill: Path) -> Ledger:
    return Ledger(cache.base(), day, memory_limit=MEMORY, spill_dir=spill)


WAYS: dict[str, Callable[[Cache, date], None]] = {
    "bare sum": bare_sum, "bare scan": bare_scan, "aging": aging, "collectible": collectible,
}  # fmt: skip


def query(cache: Cache, way: str, day: date, runs: int) -> dict[str, Any]:
    """Median seconds of one way, an engine of its own each time."""
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        WAYS[way](cache, day)
        seconds.append(time.perf_counter() - started)
    return {"median": statistics.median(seconds)}


def replay(cache: Cache, way: str, days: int) -> dict[str, Any]:
    """Go through as many days back from the last one, one after the other."""
    for back in range(days):
        WAYS[way](cache, LAST_DAY - timedelta(back))
    return {}


def step(cache: Cache, *arguments: str) -> dict[str, Any]:
    """Run a step in a process of its own; returns its seconds, its peak in megabytes and what it says."""
    command = [sys.executable, __file__, "--schedules", str(cache.schedules), "--seed", str(cache.seed)]
    done = subprocess.run(  # noqa: S603 - this very script
        [*command, "--cache", str(cache.folder.parent), "--step", *arguments], check=True, stdout=subprocess.PIPE
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def run_step(cache: Cache, name: str, arguments: list[str]) -> None:
    """Do one step here, and tell what it took."""
    steps: dict[str, Callable[[], dict[str, Any]]] = {
        "sync": lambda: full_sync(cache),
        "changed": lambda: changed_sync(cache, int(arguments[0])),
        "nothing": lambda: nothing_new(cache),
        "copy": lambda: copy(cache),
        "query": lambda: query(cache, arguments[0], date.fromisoformat(arguments[1]), int(arguments[2])),
        "replay": lambda: replay(cache, arguments[0], int(arguments[1])),
    }
    started = time.perf_counter()
    told = steps[name]()
    told["seconds"] = time.perf_counter() - started
    told["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(json.dumps(told))


def tell(what: str, told: dict[str, Any], per: float, unit: str) -> None:
    """Print one line: seconds, their ratio to something bare, and peak memory."""
    seconds = told.get("median", told["seconds"])
    more = ", ".join(f"{key} {value:,}" for key, value in told.items() if key not in {"seconds", "peak", "median"})
    print(f"{what:32}{seconds:>9.2f} s{seconds / per:>8.2f} {unit:14}{told['peak']:>7,} MB  {more}", flush=True)


def whole_ledger(cache: Cache, runs: int) -> None:
    """Sync, query, change."""
    first = step(cache, "sync")
    one_copy = step(cache, "copy")
    tell("one sequential copy", one_copy, one_copy["seconds"], "copies")
    tell("sync of everything", first, one_copy["seconds"], "copies")
    tell("sync of nothing new", step(cache, "nothing"), one_copy["seconds"], "copies")
    for one_in in SHARES:
        changed = make_changes(cache.source, cache.changes(one_in), one_in)
        tell(f"sync of {changed:,} changed", step(cache, "changed", str(one_in)), one_copy["seconds"], "copies")
    for day in (LAST_DAY, YEAR_AGO):
        bare = {way: step(cache, "query", way, day.isoformat(), str(runs)) for way in ("bare sum", "bare scan")}
        for way in WAYS:
            told = bare.get(way) or step(cache, "query", way, day.isoformat(), str(runs))
            told["bare scans"] = round(told["median"] / bare["bare scan"]["median"], 2)
            tell(f"{way} as of {day}", told, bare["bare sum"]["median"], "bare sums")


def one_year(cache: Cache, days: int) -> None:
    """Replay a year, day by day."""
    if not (cache.folder / "base").exists():
        step(cache, "sync")
    bare = {way: step(cache, "replay", way, str(days)) for way in ("bare sum", "bare scan")}
    for way in WAYS:
        told = bare.get(way) or step(cache, "replay", way, str(days))
        told["bare scans"] = round(told["seconds"] / bare["bare scan"]["seconds"], 2)
        tell(f"{way} of {days} days", told, bare["bare sum"]["seconds"], "bare sums")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--schedules", type=int, default=10_000_000, help="instalments of documents")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--days", type=int, default=365, help="days of the replay over a tenth of the schedules")
    parser.add_argument("--cache", type=Path, default=Path("build/benchmarks"), help="folder that keeps ledgers")
    parser.add_argument("--step", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    cache = Cache(given.cache.resolve(), given.schedules, given.seed)
    if given.step:
        run_step(cache, given.step[0], given.step[1:])
        return
    print_machine(given.seed)
    small = Cache(given.cache.resolve(), given.schedules // 10, given.seed)
    for each in (cache, small):
        if not each.source.exists():
            generate(each.source, schedules=each.schedules, seed=each.seed)
    print(f"\n{cache.schedules:,} instalments")
    whole_ledger(cache, given.runs)
    print(f"\n{small.schedules:,} instalments")
    one_year(small, given.days)


def print_machine(seed: int) -> None:
    """Say what the figures were taken on."""
    cores = duckdb.sql("SELECT current_setting('threads')").fetchall()[0][0]
    print(f"{platform.platform()}, {cores} threads, Python {platform.python_version()}")
    print(f"DuckDB {duckdb.__version__}, Arrow {pa.__version__}, erp-ar-ext {erp_ar_ext.__version__}, seed {seed}")


if __name__ == "__main__":
    main()

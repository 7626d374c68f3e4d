"""Files per month: what did not change is there once, however many snapshots have it."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_ledgers import TextSource, parse

from erp_ar_ext.snapshot import Snapshot, SnapshotStore
from erp_ar_ext.snapshot.files import write_parquet
from erp_ar_ext.sync import SyncOptions, SyncResult, sync

YEAR = """
    customers: account_id
        A1
    transactions: trx_id account_id trx_date amount
        T1 A1 2025-01-10 100
        T2 A1 2025-02-10 200
        T3 A1 2025-03-10 300
    schedules: schedule_id trx_id account_id gl_date due_date amount_original
        S1 T1 A1 2025-01-10 2025-02-10 100
        S2 T2 A1 2025-02-10 2025-03-10 200
        S3 T3 A1 2025-03-10 2025-04-10 300
    receipts: receipt_id account_id receipt_date amount
        R1 A1 2025-02-20 100
    applications: application_id source_schedule_id target_schedule_id gl_date amount
        P1 R1 S1 2025-02-20 100
"""
PAID_IN_MARCH = YEAR.replace("R1 A1 2025-02-20 100\n", "R1 A1 2025-02-20 100\n        R2 A1 2025-03-20 200\n") + (
    "        P2 R2 S2 2025-03-20 200\n"
)


class Desk:
    """A folder of snapshots in which every table is kept by the month, however small."""

    def __init__(self, folder: Path, part_rows: int = 0) -> None:
        self.store = SnapshotStore(folder / "snapshots", folder / "quarantine", part_rows=part_rows)
        self.folder = folder

    def sync(self, text: str, base: Snapshot | None = None) -> SyncResult:
        """Read a text of tables, going on from a snapshot."""
        work = self.folder / "work"
        work.mkdir(exist_ok=True)
        (work / "scratch.duckdb").unlink(missing_ok=True)
        return sync(TextSource(parse(text)), snapshots=self.store, work_dir=work, options=SyncOptions(base=base))


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path)


def files(snapshot: Snapshot) -> dict[str, int]:
    """Files of a snapshot, and where each is on disk."""
    return {path.name: path.stat().st_ino for path in snapshot.folder.glob("*.parquet")}


def test_a_month_that_is_over_stays_the_file_it_was(desk) -> None:
    """A payment in March rewrites March, and the balances that lasted; January and February are shared."""
    before = desk.sync(YEAR).snapshot
    after = desk.sync(PAID_IN_MARCH, before).snapshot
    own = {name for name, place in files(after).items() if place not in files(before).values()}
    assert own == {
        "receipts-2025-03.parquet", "applications-2025-03.parquet",
        "every_schedule-2025-03.parquet", "moving_applications-2025-03.parquet",
        "periods_by_gl_date-2025-03.parquet", "periods_by_gl_date-open.parquet",
        "periods_by_trx_date-2025-03.parquet", "periods_by_trx_date-open.parquet",
        "totals_by_gl_date.parquet", "totals_by_trx_date.parquet",
    }  # fmt: skip
    assert {"schedules-2025-01.parquet", "periods_by_gl_date-2025-02.parquet"} <= files(before).keys()


def test_going_on_gives_the_bytes_of_reading_everything(desk, tmp_path) -> None:
    """The snapshot made from the one before has the id of the one that was made from nothing."""
    (tmp_path / "anew").mkdir()
    after = desk.sync(PAID_IN_MARCH, desk.sync(YEAR).snapshot).snapshot
    assert after.snapshot_id == Desk(tmp_path / "anew").sync(PAID_IN_MARCH).snapshot.snapshot_id


def test_a_snapshot_outlives_the_one_it_shares_files_with(desk) -> None:
    """Removing the first snapshot takes nothing away from the second."""
    before = desk.sync(YEAR).snapshot
    after = desk.sync(PAID_IN_MARCH, before).snapshot
    desk.store.remove(before.snapshot_id)
    desk.store.open(after.snapshot_id).verify()


@pytest.mark.demands("snapshot.file_copied")
def test_without_hard_links_files_are_copied(desk, monkeypatch) -> None:
    """On a file system that cannot link, snapshots are whole all the same."""

    def refused(*_paths: object) -> None:
        raise PermissionError

    before = desk.sync(YEAR).snapshot
    monkeypatch.setattr("os.link", refused)
    after = desk.sync(PAID_IN_MARCH, before).snapshot
    after.verify()
    assert not set(files(after).values()) & set(files(before).values())


def test_a_table_that_grows_is_laid_out_anew(tmp_path) -> None:
    """With one row more than a file holds, a table is kept by the month, as if it had always been."""
    desk = Desk(tmp_path, part_rows=2)
    short = YEAR.replace("        T3 A1 2025-03-10 300\n", "").replace(
        "        S3 T3 A1 2025-03-10 2025-04-10 300\n", ""
    )
    before = desk.sync(short).snapshot
    after = desk.sync(YEAR, before).snapshot
    assert "schedules.parquet" in files(before)
    assert {f"schedules-2025-0{month}.parquet" for month in (1, 2, 3)} <= files(after).keys()
    (tmp_path / "anew").mkdir()
    assert after.snapshot_id == Desk(tmp_path / "anew", part_rows=2).sync(YEAR).snapshot.snapshot_id


def test_absurd_dates_share_a_file(desk) -> None:
    """Dates that can only be mistakes do not make a file each, and their rows are not lost."""
    wrong = YEAR.replace("S1 T1 A1 2025-01-10", "S1 T1 A1 1900-01-01").replace(
        "S2 T2 A1 2025-02-10", "S2 T2 A1 2199-01-01"
    )
    snapshot = desk.sync(wrong).snapshot
    entry = snapshot.manifest.entities["schedules"]
    assert ([file.file for file in entry.files], entry.rows) == (
        ["schedules-2025-03.parquet", "schedules-other.parquet"], 3,
    )  # fmt: skip


@pytest.mark.parametrize("writes", [0, 1, 6, 12, 18])
def test_a_sync_that_breaks_off_leaves_nothing_and_the_next_one_is_right(desk, monkeypatch, writes) -> None:
    """Whichever file cannot be written: the snapshot before is whole, and the next sync ends as if nothing had been."""
    before = desk.sync(YEAR).snapshot
    written = []

    def breaks(con, query, path):
        written.append(path)
        if len(written) > writes:
            raise OSError(28, "No space left on device")
        return write_parquet(con, query, path)

    monkeypatch.setattr("erp_ar_ext.snapshot.tables.write_parquet", breaks)
    with pytest.raises(OSError, match="No space"):
        desk.sync(PAID_IN_MARCH, before)
    monkeypatch.undo()
    assert [path.name for path in desk.store.root.iterdir()] == [before.folder.name]
    before.verify()
    desk.sync(PAID_IN_MARCH, before).snapshot.verify()

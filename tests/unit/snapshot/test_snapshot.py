"""Snapshots: whole or not there, named by what they hold, refused when changed."""

import csv
import json
import os
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from erp_ar_ext.errors import ContractError, SnapshotError
from erp_ar_ext.snapshot import SnapshotStore
from erp_ar_ext.spi import PLACE_SCHEMA, REJECT_SCHEMA, Batch, InputFile
from erp_ar_ext.sync import sync
from erp_ar_ext.sync.sync import scratch

CUSTOMERS = [{"account_id": f"A{n}", "account_number": str(n), "name": "Acme", "status": "A"} for n in range(3)]


def document(number: int, amount: str = "100", currency: str = "USD") -> dict:
    return {
        "org_id": "1", "trx_id": f"T{number}", "trx_number": str(number), "class": "INV", "account_id": "A1",
        "trx_date": date(2026, 1, number), "currency": currency, "amount": Decimal(amount),
    }  # fmt: skip


class Given:
    """A source of given rows, in the given number of batches; `broken` fails in the middle of the documents."""

    def __init__(self, documents: list[dict], *, batches: int = 1, broken: bool = False) -> None:
        self.rows = {"customers": CUSTOMERS, "transactions": documents}
        self.batches = batches
        self.broken = broken

    def identity(self):
        """Name itself."""
        return {"adapter": "given"}

    def entities(self):
        """What it holds."""
        return list(self.rows)

    def read(self, entity) -> Iterator[Batch]:
        """All rows, dealt out to the batches in turn."""
        rows = [
            {"_file": f"{entity.entity}.csv", "_row": at, **row} for at, row in enumerate(self.rows[entity.entity], 2)
        ]
        schema = pa.schema([*entity.arrow_schema(), *PLACE_SCHEMA])
        for part in range(self.batches):
            yield Batch(pa.RecordBatch.from_pylist(rows[part :: self.batches], schema=schema))
        if self.broken and entity.entity == "transactions":
            message = "the line dropped"
            raise ConnectionError(message)

    def inputs(self):
        """What was read."""
        return [InputFile("transactions.csv", "sha256:00", len(self.rows["transactions"]))]

    def findings(self):
        """Nothing was noticed."""
        return []

    def close(self):
        """Nothing to let go of."""


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "snapshots", tmp_path / "quarantine")


def fill(store: SnapshotStore, source: Given):
    with scratch(store.root.parent / "work") as work:
        return sync(source, snapshots=store, work_dir=work)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_rows_give_the_same_bytes_and_the_same_name(store, tmp_path) -> None:
    """Order of rows and size of batches leave no trace: the snapshot's files and its id are the same."""
    documents = [document(n) for n in range(1, 9)]
    first = fill(store, Given(documents))
    before = contents(first.snapshot.folder)
    again = fill(store, Given(documents))
    elsewhere = SnapshotStore(tmp_path / "elsewhere" / "snapshots", tmp_path / "elsewhere" / "quarantine")
    shuffled = fill(elsewhere, Given(documents[::-1], batches=3))
    assert (first.new, again.new, shuffled.new) == (True, False, True)
    assert again.snapshot.snapshot_id == first.snapshot.snapshot_id == shuffled.snapshot.snapshot_id
    assert contents(again.snapshot.folder) == before == contents(shuffled.snapshot.folder)


def test_another_amount_gives_another_name(store) -> None:
    """A cent more is another snapshot, and the one before stays as it was."""
    first = fill(store, Given([document(1)]))
    second = fill(store, Given([document(1, "100.01")]))
    assert second.new
    assert second.snapshot.snapshot_id != first.snapshot.snapshot_id
    store.open(first.snapshot.snapshot_id).verify()


def test_the_manifest_counts_and_sums_every_entity(store) -> None:
    """Rows in = taken + quarantined, and sums per currency stand as decimal text."""
    documents = [document(1, "10.10"), document(2, "0.20"), document(3, "7", "JPY"), document(1, "99")]
    manifest = fill(store, Given(documents)).snapshot.manifest
    entry = manifest.entities["transactions"]
    assert (entry.rows_in, entry.rows_taken, entry.rows_quarantined, entry.rows) == (4, 3, 1, 3)
    assert entry.sums == {"USD": {"amount": "10.3000"}, "JPY": {"amount": "7.0000"}}
    assert manifest.inputs == [{"name": "transactions.csv", "digest": "sha256:00", "rows": 4, "guarded": True}]


def test_a_key_met_twice_is_quarantined_with_its_place(store) -> None:
    """The first row of a key is taken, each later one is kept aside with where it and the first one stand."""
    result = fill(store, Given([document(1, "10"), document(2), document(1, "20"), document(1, "10")]))
    assert (result.quarantined, result.exit_code) == (2, 3)
    with (result.quarantine / "transactions.csv").open(newline="") as file:
        kept = list(csv.DictReader(file))
    assert list(kept[0]) == REJECT_SCHEMA.names
    assert [(row["file"], row["row"], row["column"], row["value"]) for row in kept] == [
        ("transactions.csv", "4", "org_id, trx_id", "1 T1"),
        ("transactions.csv", "5", "org_id, trx_id", "1 T1"),
    ]
    assert "transactions.csv, row 2" in kept[0]["rule"]
    assert json.loads(kept[0]["record"])["trx_id"] == "T1"
    assert [f["code"] for f in result.snapshot.manifest.findings] == ["quarantined"]


def test_a_clean_sync_takes_the_last_quarantine_away(store) -> None:
    """The quarantine is that of the last sync: nothing of an older one stays to mislead."""
    assert fill(store, Given([document(1), document(1)])).quarantine.is_dir()
    assert not fill(store, Given([document(1)])).quarantine.exists()


@pytest.mark.parametrize("name", ["transactions.parquet", "periods_by_gl_date.parquet", "totals_by_trx_date.parquet"])
def test_a_file_with_a_changed_byte_is_found(store, name) -> None:
    """A byte changed in any file, source or derived, is found by its digest and named."""
    snapshot = fill(store, Given([document(1)])).snapshot
    path = snapshot.folder / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(SnapshotError, match="changed") as caught:
        store.open(snapshot.snapshot_id).verify()
    assert caught.value.place == str(path)
    assert "erp-ar sync" in caught.value.hint


@pytest.mark.parametrize("damage", ["missing", "truncated"])
def test_a_missing_or_truncated_file_is_refused_at_once(store, damage) -> None:
    """Opening a snapshot already refuses a file that is gone or shorter than it was."""
    snapshot = fill(store, Given([document(1)])).snapshot
    path = snapshot.folder / "customers.parquet"
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(SnapshotError, match="missing or has another size") as caught:
        store.open(snapshot.snapshot_id)
    assert caught.value.place == str(path)


@pytest.mark.parametrize("damage", ["edited", "garbage", "missing"])
def test_a_manifest_that_does_not_name_its_contents_is_refused(store, damage) -> None:
    """An edited, unreadable or absent manifest is refused, each with its own words."""
    snapshot = fill(store, Given([document(1)])).snapshot
    path = snapshot.folder / "manifest.json"
    said = {"edited": "digest", "garbage": "another release, or damaged", "missing": "no snapshot"}
    if damage == "edited":
        path.write_text(path.read_text().replace('"quarantined":0', '"quarantined":2'))
    elif damage == "garbage":
        path.write_text("{")
    else:
        path.unlink()
    with pytest.raises(SnapshotError, match=said[damage]):
        store.open(snapshot.snapshot_id)


def test_a_sync_that_breaks_off_leaves_nothing(store) -> None:
    """A source that fails halfway leaves no snapshot, no half folder and no scratch space."""
    with pytest.raises(ConnectionError):
        fill(store, Given([document(1)], broken=True))
    assert list(store.root.iterdir()) == []
    assert list((store.root.parent / "work").iterdir()) == []


def test_a_sync_that_breaks_off_leaves_the_last_snapshot_whole(store) -> None:
    """After a failed sync, the snapshot of before opens and verifies."""
    snapshot = fill(store, Given([document(1)])).snapshot
    with pytest.raises(ConnectionError):
        fill(store, Given([document(2)], broken=True))
    store.open(snapshot.snapshot_id).verify()


def test_an_adapter_that_gives_floats_for_money_is_refused(store) -> None:
    """A column of another type than the model's is the adapter's fault, and says so."""

    class Floats(Given):
        def read(self, entity):
            """The same rows, with binary fractions for money."""
            for batch in super().read(entity):
                at = batch.rows.schema.get_field_index("amount")
                if at < 0:
                    yield batch
                    continue
                floats = batch.rows.column(at).cast(pa.float64())
                yield Batch(batch.rows.set_column(at, "amount", floats))

    with pytest.raises(ContractError, match="amount"):
        fill(store, Floats([document(1)]))
    assert list(store.root.iterdir()) == []


@pytest.mark.demands("snapshot.replaced")
def test_a_damaged_snapshot_is_made_anew_by_the_next_sync(store) -> None:
    """What was read again has the name of what is there: the files that were changed give way to the right ones."""
    snapshot = fill(store, Given([document(1)])).snapshot
    place = snapshot.folder / "transactions.parquet"
    place.write_bytes(place.read_bytes()[:-1])
    assert not fill(store, Given([document(1)])).new
    store.open(snapshot.snapshot_id).verify()


@pytest.mark.demands("sync.left_over_removed")
def test_what_a_killed_sync_left_in_its_scratch_folder_is_not_read(store, tmp_path) -> None:
    """A scratch database that is there already is none of this sync's."""
    (tmp_path / "scratch.duckdb").write_text("half a database")
    result = sync(Given([document(1)]), snapshots=store, work_dir=tmp_path)
    assert result.snapshot.manifest.entities["transactions"].rows == 1


@pytest.mark.demands("folder.left_over_removed")
def test_what_a_killed_sync_left_behind_is_removed_a_day_later(store, tmp_path) -> None:
    """A fresh folder may belong to a sync that runs now; one of two days ago does not, with whatever it holds."""
    two_days_ago = time.time() - 2 * 24 * 60 * 60
    for kind in ("snapshots/.building", "work/scratch"):
        for age in ("now", "then"):
            (tmp_path / f"{kind}-{age}/spill").mkdir(parents=True)
        os.utime(tmp_path / f"{kind}-then", (two_days_ago, two_days_ago))
    fill(store, Given([document(1)]))
    left = {path.name for folder in ("snapshots", "work") for path in (tmp_path / folder).glob("*-*")}
    assert {name for name in left if name.endswith(("now", "then"))} == {".building-now", "scratch-now"}

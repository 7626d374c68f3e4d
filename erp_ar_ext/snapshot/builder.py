"""Build a snapshot: count, quarantine, sort, write, name, and move into place as one."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from erp_ar_ext import events
from erp_ar_ext.model import Entity, Kind, canonical_bytes
from erp_ar_ext.snapshot.files import file_digest, parquet_sql, sync_to_disk, write_whole
from erp_ar_ext.snapshot.layout import entity_layout
from erp_ar_ext.snapshot.manifest import EntityEntry, Manifest, TableEntry, snapshot_id
from erp_ar_ext.snapshot.quarantine import Quarantine
from erp_ar_ext.snapshot.staging import Staging, staged
from erp_ar_ext.snapshot.tables import Base, Change, TableWriter, same_key
from erp_ar_ext.spi import Batch


class SnapshotBuilder:
    """Collects entities in a folder that nobody reads until `finish` gives it its name.

    Each entity is read whole (`add`), by its changes (`merge`) or not at all (`keep`); `changes` then says, of each
    that changed since the snapshot before, which rows went and which came.
    """

    def __init__(
        self, folder: Path, con: duckdb.DuckDBPyConnection, part_rows: int, before: Mapping[str, Base]
    ) -> None:
        self.folder = folder
        self.before = before
        self.quarantine = Quarantine(folder / "quarantine")
        self.entities: dict[str, EntityEntry] = {}
        self.derived: dict[str, TableEntry] = {}
        self.changes: dict[str, Change] = {}
        self._part_rows = part_rows
        self._con = con
        self._staging = Staging(con)
        self._tables = self.writer(con)

    def writer(self, con: duckdb.DuckDBPyConnection) -> TableWriter:
        """Make a writer of tables into this snapshot, for another session."""
        return TableWriter(con, self.folder, self._part_rows)

    def paths(self, name: str) -> list[Path]:
        """Files of a table that was written."""
        entry = self.entities.get(name) or self.derived[name]
        return [self.folder / file.file for file in entry.files]

    def has_rows(self, name: str) -> bool:
        """Whether an entity was read, or kept, and has a row."""
        return name in self.entities and self.entities[name].rows > 0

    def add(self, entity: type[Entity], batches: Iterable[Batch], fingerprint: str | None = None) -> EntityEntry:
        """Take in all rows of an entity: every row is written to the snapshot or to the quarantine."""
        taken, rejected = self.stage(entity, batches)
        copies = self._staging.take_duplicates(entity)
        for rows in copies.to_batches():
            self.quarantine.add(entity.entity, rows)
        taken, rejected = taken - copies.num_rows, rejected + copies.num_rows
        base = self.before.get(entity.entity)
        table = self._tables.write(entity.entity, self._staging.select(entity), taken, entity_layout(entity), base)
        if base:
            self.changes[entity.entity] = self._tables.compare(entity.entity, table, base)
        return self._enter(entity, table, taken, rejected, quarantined=rejected, fingerprint=fingerprint)

    def keep(self, entity: type[Entity]) -> EntityEntry:
        """Take an entity over from the snapshot before, unread, with its rows in quarantine."""
        base = self.before[entity.entity]
        before = base.entry
        assert isinstance(before, EntityEntry)  # noqa: S101 - the tables before of entities are entries of entities
        self.quarantine.carry(base.folder / "quarantine", entity.entity)
        self._tables.keep(base)
        entry = before.model_copy(update={"rows_in": 0, "rows_taken": 0, "rows_quarantined": 0, "read": "kept"})
        self.entities[entity.entity] = entry
        return entry

    def keep_derived(self, name: str) -> None:
        """Take a derived table over from the snapshot before."""
        self.derived[name] = self._tables.keep(self.before[name])

    def changed_rows(self, name: str) -> dict[str, int]:
        """How many rows of an entity are new, and how many are gone, a changed one being both; empty for none."""
        change = self.changes.get(name)
        if change is None:
            return {}
        new, gone = (
            int(self._con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
            for table in (change.new, change.gone)
        )
        return {"new": new, "gone": gone} if new or gone else {}

    def stage(self, entity: type[Entity], batches: Iterable[Batch], *, keep_rejects: bool = True) -> tuple[int, int]:
        """Take rows into the table `staged`; returns how many were taken and how many rejected."""
        taken = rejected = 0
        for batch in batches:
            self._staging.add(entity, batch.rows)
            taken += batch.rows.num_rows
            if keep_rejects:
                self.quarantine.add(entity.entity, batch.rejects)
                rejected += batch.rejects.num_rows
        self._staging.flush(entity)
        return taken, rejected

    def merge(self, entity: type[Entity], *, taken: int, rejected: int, all_rejects: bool) -> EntityEntry:
        """Put the rows that were staged in the place of those with their keys; rows of the table `gone_keys` go.

        `all_rejects` says that this sync has met every row that cannot be taken; else those met before still stand.
        """
        base = self.before[entity.entity]
        self._staging.keep_latest(entity)
        layout = entity_layout(entity)
        key = ", ".join(f'"{column}"' for column in layout.key)
        self._con.execute(
            "CREATE OR REPLACE TEMP TABLE touched AS "
            f"SELECT {key} FROM {staged(entity)} UNION SELECT {key} FROM gone_keys"
        )
        incoming = f"({self._staging.select(entity)} AS s ANTI JOIN gone_keys AS g ON {same_key(layout.key, 's', 'g')})"
        table, change = self._tables.merge(entity.entity, layout, base, touched="touched", incoming=incoming)
        self.changes[entity.entity] = change
        if not all_rejects:
            self.quarantine.carry(base.folder / "quarantine", entity.entity)
        quarantined = self.quarantine.count(entity.entity)
        return self._enter(entity, table, taken, rejected, quarantined=quarantined, read="changes")

    def finish(
        self,
        root: Path,
        *,
        source: Mapping[str, str],
        inputs: list[dict[str, Any]],
        tie_out: list[dict[str, Any]],
        findings: list[dict[str, Any]],
    ) -> tuple[Manifest, bool]:
        """Name the snapshot and move it to `root`; returns its manifest, and whether it was not there before.

        One that is there already, whole, stays as it is, but for what it was last read from: the same rows may come
        from files with other bytes, and plans are guarded by those. One that is damaged is replaced.
        """
        self.quarantine.close()
        manifest = Manifest(
            source=dict(source),
            inputs=inputs,
            entities=self.entities,
            derived=self.derived,
            tie_out=tie_out,
            findings=findings,
        )
        manifest = manifest.model_copy(update={"snapshot_id": snapshot_id(manifest)})
        content = canonical_bytes(manifest.model_dump(mode="json")) + b"\n"
        write_whole(self.folder / "manifest.json", content, private=True)
        place = root / manifest.snapshot_id.removeprefix("sha256:")
        new = not place.exists()
        if not new and self._is_whole(place, manifest):
            shutil.rmtree(place / "quarantine", ignore_errors=True)
            if (self.folder / "quarantine").is_dir():
                (self.folder / "quarantine").rename(place / "quarantine")
            write_whole(place / "manifest.json", content, private=True)
            shutil.rmtree(self.folder)
        else:
            if not new:
                events.SNAPSHOT_REPLACED.tell(snapshot=manifest.snapshot_id)
                shutil.rmtree(place, ignore_errors=True)
            self.folder.rename(place)
            sync_to_disk(root)
        return manifest, new

    def _enter(self, entity: type[Entity], table: TableEntry, taken: int, rejected: int, **more: Any) -> EntityEntry:
        self._staging.drop(entity)
        entry = EntityEntry.of(
            table.files,
            rows_in=taken + rejected,
            rows_taken=taken,
            rows_quarantined=rejected,
            sums=self._sums(entity, table),
            **more,
        )
        self.entities[entity.entity] = entry
        return entry

    def _is_whole(self, place: Path, manifest: Manifest) -> bool:
        """Whether a snapshot that is there has all files that it should: the very ones made now, or equal ones."""
        for file in (file for entry in manifest.tables().values() for file in entry.files):
            there = place / file.file
            if not there.is_file() or there.stat().st_size != file.bytes:
                return False
            if not there.samefile(self.folder / file.file) and file_digest(there) != file.digest:
                return False
        return True

    def _sums(self, entity: type[Entity], table: TableEntry) -> dict[str, dict[str, str]]:
        """Sum each amount of the entity per currency, as decimal text; empty where amounts have no currency."""
        amounts = [c.name for c in entity.columns() if c.kind is Kind.MONEY]
        if not amounts or not any(c.name == "currency" for c in entity.columns()):
            return {}
        totals = ", ".join(f'coalesce(sum("{amount}"), 0)::VARCHAR' for amount in amounts)
        rows = self._con.execute(
            f"SELECT currency, {totals} FROM {parquet_sql([self.folder / file.file for file in table.files])} "
            "WHERE currency IS NOT NULL GROUP BY currency ORDER BY currency"
        ).fetchall()
        return {row[0]: dict(zip(amounts, row[1:], strict=True)) for row in rows}

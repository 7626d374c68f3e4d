"""Tables of a snapshot as Parquet files: written whole, or made from the ones before by what changed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from erp_ar_ext import events
from erp_ar_ext.snapshot.files import PRIVATE, file_digest, parquet_sql, sync_to_disk, write_parquet
from erp_ar_ext.snapshot.layout import Layout, file_name, part_of
from erp_ar_ext.snapshot.manifest import FileEntry, TableEntry

WRITERS = 2
"""Files that are written at a time; each holds a month of rows in memory while it is sorted."""


@dataclass(frozen=True)
class Base:
    """The same table in the snapshot before."""

    folder: Path
    entry: TableEntry

    def sql(self, files: Iterable[str] | None = None, *, options: str = "") -> str:
        """SQL table of its rows, or of the rows of some of its files."""
        names = [entry.file for entry in self.entry.files] if files is None else files
        return parquet_sql([self.folder / name for name in names], options)


@dataclass(frozen=True)
class Change:
    """What changed in a table: names of the tables of old and of new rows; a row that changed is in both."""

    gone: str
    new: str


class TableWriter:
    """Writes tables into the folder of a snapshot that is being built."""

    def __init__(self, con: duckdb.DuckDBPyConnection, folder: Path, part_rows: int) -> None:
        self._con = con
        self._folder = folder
        self._part_rows = part_rows

    def write(self, table: str, select: str, rows: int, layout: Layout, base: Base | None = None) -> TableEntry:
        """Write a SELECT of so many rows, which may be run more than once; a file that `base` has is shared with it."""
        parts = self._parts(select, layout) if self._in_parts(rows, layout) else [""]
        selects = {
            part: f"SELECT * FROM ({select}) WHERE {layout.in_part_sql(part)}" if part else select for part in parts
        }
        return self._with_shared(self._write(table, selects, layout), base)

    def write_empty(self, table: str, content: bytes, base: Base | None = None) -> TableEntry:
        """Write a table without rows, of which it is known what is in its file."""
        path = self._folder / file_name(table, "")
        path.write_bytes(content)
        path.chmod(PRIVATE)
        sync_to_disk(path)
        return self._with_shared(
            [FileEntry(file=path.name, rows=0, bytes=len(content), digest=file_digest(path))], base
        )

    def _with_shared(self, files: list[FileEntry], base: Base | None) -> TableEntry:
        known = {(entry.file, entry.digest) for entry in base.entry.files} if base else set()
        for entry in files:
            if base and (entry.file, entry.digest) in known:
                self._share(base, entry)
        return TableEntry.of(files)

    def keep(self, base: Base) -> TableEntry:
        """Take a table over as it is."""
        for entry in base.entry.files:
            self._share(base, entry)
        return base.entry

    def compare(self, table: str, entry: TableEntry, base: Base) -> Change:
        """Say what differs between a table just written and the one before, by the files that differ."""
        old, new = set(base.entry.files), set(entry.files)
        self._differences(
            table,
            base.sql([file.file for file in base.entry.files if file not in new]) if old - new else None,
            parquet_sql([self._folder / file.file for file in entry.files if file not in old]) if new - old else None,
            like=base.sql(),
        )
        return Change(f"gone_{table}", f"new_{table}")

    def merge(
        self, table: str, layout: Layout, base: Base, *, touched: str, incoming: str
    ) -> tuple[TableEntry, Change]:
        """Write the table as it is after a change, touching only the files that the change is in.

        `touched` is a table whose columns `layout.replaced_by` name what is replaced; `incoming` is the table of all
        rows that stand there now, none for what is gone.
        """
        change = self._changed(table, layout, base, touched, incoming)
        gone, new = (self._count(f"SELECT count(*) FROM {name}") for name in (change.gone, change.new))
        if not gone and not new:
            return self.keep(base), change
        was_parted = any(part_of(table, entry.file) for entry in base.entry.files)
        after = f"{self._without(base.sql(), change.gone, layout)} UNION ALL SELECT * FROM {change.new}"
        rows = base.entry.rows - gone + new
        if self._in_parts(rows, layout) is not was_parted:
            return self.write(table, after, rows, layout), change
        return self._rewrite(table, layout, base, change, was_parted=was_parted), change

    def _changed(self, table: str, layout: Layout, base: Base, touched: str, incoming: str) -> Change:
        """Find the old rows of what is touched; what stays the same is no change."""
        same = same_key(layout.replaced_by, "old", "touched")
        hit = [
            Path(row[0]).name
            for row in self._con.execute(
                f"SELECT DISTINCT filename FROM {base.sql(options='filename = true')} AS old "
                f"SEMI JOIN {touched} AS touched ON {same}"
            ).fetchall()
        ]
        old = f"(SELECT * FROM {base.sql(hit)} AS old SEMI JOIN {touched} AS touched ON {same})" if hit else None
        self._differences(table, old, incoming, like=base.sql())
        return Change(f"gone_{table}", f"new_{table}")

    def _differences(self, table: str, old: str | None, new: str | None, *, like: str) -> None:
        nothing = f"(SELECT * FROM {like} WHERE FALSE)"
        for name, here, there in (("gone", old, new), ("new", new, old)):
            self._con.execute(
                f"CREATE OR REPLACE TABLE {name}_{table} AS "
                f"SELECT * FROM {here or nothing} EXCEPT ALL SELECT * FROM {there or nothing}"
            )

    def _rewrite(self, table: str, layout: Layout, base: Base, change: Change, *, was_parted: bool) -> TableEntry:
        both = f"SELECT * FROM {change.gone} UNION ALL SELECT * FROM {change.new}"
        parts = self._parts(both, layout) if was_parted else [""]
        before = {part_of(table, entry.file): entry for entry in base.entry.files}
        selects = {}
        for part in parts:
            stay = base.sql([before[part].file]) if part in before else f"(SELECT * FROM {change.new} WHERE FALSE)"
            selects[part] = (
                f"{self._without(stay, change.gone, layout)} "
                f"UNION ALL SELECT * FROM {change.new} WHERE {layout.in_part_sql(part)}"
            )
        files = []
        for entry in self._write(table, selects, layout):
            if entry.rows or not was_parted:
                files.append(entry)
            else:
                (self._folder / entry.file).unlink()
        for part, entry in before.items():
            if part not in selects:
                self._share(base, entry)
                files.append(entry)
        return TableEntry.of(files)

    @staticmethod
    def _without(rows: str, gone: str, layout: Layout) -> str:
        return f"SELECT * FROM {rows} AS old ANTI JOIN {gone} AS gone ON {same_key(layout.key, 'old', 'gone')}"

    def _write(self, table: str, selects: Mapping[str, str], layout: Layout) -> list[FileEntry]:
        """Write the parts of a table, several at a time: the rows of a month seldom keep all cores busy."""

        def write(part: str, con: duckdb.DuckDBPyConnection) -> FileEntry:
            query = f"SELECT * FROM ({selects[part]}) ORDER BY {layout.sorted_by}"
            return write_parquet(con, query, self._folder / file_name(table, part))

        def write_beside(part: str) -> FileEntry:
            with self._con.cursor() as con:
                con.execute(f"USE {database}")
                return write(part, con)

        if len(selects) == 1:
            return [write(part, self._con) for part in selects]
        database = self._con.execute("SELECT current_database()").fetchall()[0][0]
        with ThreadPoolExecutor(WRITERS) as pool:
            return list(pool.map(write_beside, selects))

    def _parts(self, select: str, layout: Layout) -> list[str]:
        rows = self._con.execute(f"SELECT DISTINCT {layout.part_sql} AS part FROM ({select}) ORDER BY part").fetchall()
        return [row[0] for row in rows]

    def _in_parts(self, rows: int, layout: Layout) -> bool:
        return layout.month is not None and rows > self._part_rows

    def _count(self, query: str) -> int:
        return int(self._con.execute(query).fetchall()[0][0])

    def _share(self, base: Base, entry: FileEntry) -> None:
        """Have a file of the snapshot before in this one, once on disk wherever the file system can."""
        here, there = self._folder / entry.file, base.folder / entry.file
        here.unlink(missing_ok=True)
        try:
            os.link(there, here)
        except OSError:  # a file system without hard links, or with too many of them
            events.SNAPSHOT_FILE_COPIED.tell(file=str(here))
            shutil.copyfile(there, here)
            here.chmod(PRIVATE)


def same_key(columns: Sequence[str], one: str, other: str) -> str:
    """SQL for an equal key; a key may have an empty part, as a hold without a company."""
    return " AND ".join(f'{one}."{column}" IS NOT DISTINCT FROM {other}."{column}"' for column in columns)

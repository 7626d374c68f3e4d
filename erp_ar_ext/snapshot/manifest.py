"""The manifest of a snapshot: counts, sums, digests, and the window that was read.

It holds no time of day and no path of the machine, so that the same input gives the same bytes. A snapshot's id
is the digest of its schema version, source, tables, tie-out and findings: what was read, not where or when or how:
a sync of the changes alone gives the id that reading everything gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from erp_ar_ext.model import digest

SCHEMA_VERSION = 2
"""Raised when the canonical model, or what is folded from it, changes in a way that old snapshots do not fit."""


class FileEntry(BaseModel):
    """One Parquet file of a snapshot."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    rows: int
    bytes: int
    digest: str


class TableEntry(BaseModel):
    """One table: its files, one or one a month, and what they add up to; `digest` is of the files' digests."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    bytes: int
    digest: str
    files: tuple[FileEntry, ...]

    @classmethod
    def of(cls, files: Sequence[FileEntry], **more: Any) -> Self:
        """Add files up."""
        ordered = sorted(files, key=lambda entry: entry.file)
        return cls(
            rows=sum(entry.rows for entry in ordered),
            bytes=sum(entry.bytes for entry in ordered),
            digest=digest([[entry.file, entry.digest] for entry in ordered]),
            files=tuple(ordered),
            **more,
        )


class EntityEntry(TableEntry):
    """One entity: its files, how the rows that were read were counted, and sums of its amounts per currency.

    `rows_in` = `rows_taken` + `rows_quarantined`, of what this sync read; of an entity that was `kept` it read nothing.
    `rows` can be fewer than `rows_taken` where the adapter folds a log, as the write-back folder's, into one row per
    key, and more where only changes were read. `quarantined` is how many rows of the source are missing for their
    faults; `findings` is what the source noticed while it was read, this time or when it was read last.
    """

    rows_in: int
    rows_taken: int
    rows_quarantined: int
    quarantined: int = 0
    read: Literal["whole", "changes", "kept"] = "whole"
    sums: dict[str, dict[str, str]] = Field(default_factory=dict)
    fingerprint: str | None = None
    findings: list[dict[str, Any]] = Field(default_factory=list)


class Manifest(BaseModel):
    """What a snapshot holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[2] = 2
    schema_version: int = SCHEMA_VERSION
    snapshot_id: str = ""
    source: dict[str, str]
    inputs: list[dict[str, Any]]
    entities: dict[str, EntityEntry]
    derived: dict[str, TableEntry]
    tie_out: list[dict[str, Any]]
    findings: list[dict[str, Any]]

    def tables(self) -> dict[str, TableEntry]:
        """Every table: the entities that were read, and what was derived from them."""
        return {**self.entities, **self.derived}


def snapshot_id(manifest: Manifest) -> str:
    """Name a snapshot by whose it is, what it holds and what was found in it."""
    told = manifest.model_dump(mode="json", include={"schema_version", "source", "tie_out", "findings"})
    held = {name: TableEntry.of(entry.files).digest for name, entry in manifest.tables().items()}
    missing = {name: entry.quarantined for name, entry in manifest.entities.items()}
    return digest({**told, "tables": held, "quarantined": missing})

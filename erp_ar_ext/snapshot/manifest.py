"""The manifest of a snapshot: counts, sums, digests, and the window that was read.

It holds no time of day and no path of the machine, so that the same input gives the same bytes. A snapshot's id
is the digest of its schema version, source, entities, tie-out and findings: what was read, not where or when.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from erp_ar_ext.model import digest

SCHEMA_VERSION = 2
"""Raised when the canonical model changes in a way that old snapshots do not fit."""


class FileEntry(BaseModel):
    """One Parquet file of a snapshot."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    rows: int
    bytes: int
    digest: str


class EntityEntry(FileEntry):
    """One entity: its file, how its rows were counted, and sums of its amounts per currency.

    `rows_in` = `rows_taken` + `rows_quarantined`. `rows` can be fewer than `rows_taken` only where the adapter
    folds a log, as the write-back folder's, into one row per key.
    """

    rows_in: int
    rows_taken: int
    rows_quarantined: int
    sums: dict[str, dict[str, str]] = Field(default_factory=dict)


class Manifest(BaseModel):
    """What a snapshot holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    schema_version: int = SCHEMA_VERSION
    snapshot_id: str = ""
    source: dict[str, str]
    inputs: list[dict[str, Any]]
    entities: dict[str, EntityEntry]
    derived: dict[str, FileEntry]
    tie_out: list[dict[str, Any]]
    findings: list[dict[str, Any]]


def snapshot_id(manifest: Manifest) -> str:
    """Name a snapshot by whose it is, what it holds and what was found in it."""
    return digest(
        manifest.model_dump(mode="json", include={"schema_version", "source", "entities", "tie_out", "findings"})
    )

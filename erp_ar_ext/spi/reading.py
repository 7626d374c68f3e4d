"""The reading half of an adapter: canonical rows in Arrow batches, and the rows it could not take.

Rows in = rows taken + rows rejected, always: a batch carries both, and the core counts, keeps keys unique,
writes the quarantine file and builds the snapshot. An adapter only converts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from erp_ar_ext.model import Entity, Finding, digest

PLACE_SCHEMA = pa.schema([pa.field("_file", pa.string()), pa.field("_row", pa.int64())])
"""Two columns a batch may carry after the entity's own: where each row came from, so that a key met twice can
be reported by place. Rows count from 1, a header included, as a spreadsheet shows them."""

REJECT_SCHEMA = pa.schema(
    [
        pa.field("file", pa.string(), metadata={"doc": "file or table the row is in"}),
        pa.field("row", pa.int64(), metadata={"doc": "row in it; a header is row 1; empty where rows have no number"}),
        pa.field("column", pa.string(), metadata={"doc": "column that broke a rule, as the file names it"}),
        pa.field("value", pa.string(), metadata={"doc": "its value, as read"}),
        pa.field("rule", pa.string(), metadata={"doc": "the rule, in words"}),
        pa.field("more", pa.string(), metadata={"doc": "further rules the row broke, one a line"}),
        pa.field("record", pa.string(), metadata={"doc": "the whole row as JSON, as read"}),
    ]
)
"""One line per row that could not be taken."""


NO_REJECTS = pa.RecordBatch.from_pylist([], schema=REJECT_SCHEMA)


@dataclass(frozen=True)
class Batch:
    """Some rows of one entity: those taken, in the entity's Arrow schema (plus PLACE_SCHEMA), and those not."""

    rows: pa.RecordBatch
    rejects: pa.RecordBatch = field(default_factory=lambda: NO_REJECTS)


@dataclass(frozen=True)
class InputFile:
    """A file or table that was read: what the manifest says of the window.

    `guarded` says that a change of it makes what was planned from it stale; what this program itself writes back
    into is not guarded, as each of its own writes would spoil the plan.
    """

    name: str
    digest: str | None = None
    rows: int | None = None
    guarded: bool = True


def inputs_digest(inputs: Iterable[InputFile]) -> str:
    """Digest of the names and digests of the guarded inputs, as `sha256:<hex>`; their order does not matter."""
    return digest(sorted([item.name, item.digest] for item in inputs if item.guarded))


@dataclass(frozen=True)
class ReadContext:
    """What the core hands to an adapter that is about to read or write.

    `base_dir` anchors relative paths of the settings; `work_dir` is private scratch space that is deleted after
    the run; `progress(entity, rows)` may be called now and then with the rows read since the last call. A target that
    writes intent by intent asks `stopping()` before each: once it says yes, the rest is answered LEFT.
    """

    base_dir: Path
    work_dir: Path
    progress: Callable[[str, int], None] = lambda _entity, _rows: None
    stopping: Callable[[], bool] = lambda: False


class Source(Protocol):
    """An open connection to where entities are read from."""

    def identity(self) -> Mapping[str, str]:
        """Which ERP this is, for the plan file: never a secret, the same on every run."""
        ...

    def entities(self) -> Sequence[str]:
        """Names of the entities that can be read here, from `erp_ar_ext.model.ENTITIES`."""
        ...

    def read(self, entity: type[Entity]) -> Iterator[Batch]:
        """Read all rows of an entity. Raises SourceError or ContractError where it cannot be read at all."""
        ...

    def inputs(self) -> Sequence[InputFile]:
        """What has been read so far, for the manifest: complete once every entity was read."""
        ...

    def findings(self) -> Sequence[Finding]:
        """What was noticed while reading that broke no row, such as columns that are not used."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...

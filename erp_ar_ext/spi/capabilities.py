"""What an adapter can do, in five values: "not written yet" and "not possible there" read differently."""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    """Things an adapter may be able to do."""

    READ = "read"
    """Read entities as Arrow batches."""
    READ_INCREMENTAL = "read_incremental"
    """Read only what changed since a cursor."""
    READ_CONSISTENT = "read_consistent"
    """Read all entities as of one moment."""
    WRITE_NOTE = "write_note"
    """Write a note."""
    WRITE_HOLD = "write_hold"
    """Place a hold."""
    WRITE_RELEASE = "write_release"
    """Lift a hold that we placed."""
    WRITE_ADJUSTMENT = "write_adjustment"
    """Post an adjustment."""
    LOOK_UP = "look_up"
    """Find by its external reference what was written."""
    GUARD = "guard"
    """Compare what the plan saw in the very transaction that writes."""
    SERVER_CLOCK = "server_clock"
    """Tell the time by the ERP's own clock."""


class Support(StrEnum):
    """How far a capability goes."""

    FULL = "full"
    PARTIAL = "partial"
    PLANNED = "planned"
    """Possible there, not written yet."""
    IMPOSSIBLE = "impossible"
    """The other side has no such thing."""
    UNKNOWN = "unknown"

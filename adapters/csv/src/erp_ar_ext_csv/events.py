"""Every event that this adapter can tell in the log: what it means, and what to do."""

from __future__ import annotations

from erp_ar_ext.spi import Event, Level

WAITS_FOR_LOCK = Event(
    "csv.waits_for_lock",
    Level.INFO,
    "Another process writes into the write-back folder; this one waits for up to half a minute.",
    "Nothing, unless it is told again and again: then see who holds `lock`.",
)
LEFT_OVER_REMOVED = Event(
    "csv.left_over_removed",
    Level.WARNING,
    "A write that was cut off - killed, or by a power cut - had left files behind that nobody reads; they are removed.",
    "See what ended the run before; what it had sent is looked up first.",
)
WRITE_UNDONE = Event(
    "csv.write_undone",
    Level.WARNING,
    "A write failed before any file was in its place: the folder is as it was before.",
    "Make room on the disk, or give this user the right to write there.",
)
WRITE_IN_DOUBT = Event(
    "csv.write_in_doubt",
    Level.WARNING,
    "A write failed when some files may have been in their place; what is there is found by looking up.",
    "Repair the disk, then `erp-ar recover`.",
)
SCRATCH_LET_GO = Event(
    "csv.scratch_let_go",
    Level.DEBUG,
    "The disk had no room for what a scratch database still had to write; it was removed all the same.",
)

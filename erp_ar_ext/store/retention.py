"""Which snapshots are kept: all of late, the last of each month for longer, and always some of the newest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from erp_ar_ext.store.records import Known


@dataclass(frozen=True)
class Retention:
    """A snapshot is kept as long as one of three says so.

    It is among the `newest`, of which one is the current one; it was the current one at some moment of the last
    `days` days; or it was at the end of one of the last `month_ends` calendar months, as told in `zone`. So every
    question "what was known at that moment" has its answer for `days` days, and those of month ends for longer.
    """

    newest: int
    days: int = 0
    month_ends: int = 0
    zone: tzinfo = UTC


def beyond(history: Sequence[Known], keep: Retention, now: datetime) -> list[str]:
    """Snapshots that nothing keeps, of a history that is oldest first; each once, and never the current one."""
    contents = list(dict.fromkeys(known.snapshot_id for known in reversed(history)))
    kept = set(contents[: max(keep.newest, 1)])
    start = now - timedelta(days=keep.days)
    kept |= {known.snapshot_id for known in history if known.known_at > start}
    for moment in (start, *_month_ends(keep, now)):
        kept |= {known.snapshot_id for known in _current_before(history, moment)}
    return [name for name in reversed(contents) if name not in kept]


def _current_before(history: Sequence[Known], moment: datetime) -> Sequence[Known]:
    """The one that was current just before a moment, where there was one."""
    return [known for known in history if known.known_at < moment][-1:]


def _month_ends(keep: Retention, now: datetime) -> Iterator[datetime]:
    """The moments at which the last calendar months ended, the newest first."""
    first = now.astimezone(keep.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _ in range(keep.month_ends):
        yield first
        first = (first - timedelta(days=1)).replace(day=1)

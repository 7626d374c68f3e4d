"""The audit trail: who did what to which action, only ever added to, each entry chained to the one before.

Entries are written in the transaction of what they tell of: both happen, or neither. An entry's digest covers its
number, its content and the digest before it, so that one that is edited, deleted, inserted or moved breaks the chain
where it stands. The row of the chain's head is locked while entries are added: writers take turns, and a cut-off end
is seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from sqlalchemy import Connection, Row, select

from erp_ar_ext.model import canonical_bytes, digest
from erp_ar_ext.store.database import Database, execute_many
from erp_ar_ext.store.records import OutboxState
from erp_ar_ext.store.tables import AUDIT, AUDIT_HEAD, DETAIL_LENGTH, OUTBOX

ROWS_AT_ONCE = 1_000

OF_OUTBOX = "outbox."
"""How the events begin that a row of the outbox went through."""


@dataclass(frozen=True)
class Entry:
    """What is to be told: an event, of an action of a plan, and whose doing it was."""

    event: str
    plan_id: str | None
    action_key: str | None
    who: str
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Head:
    """Number and digest of the last entry; a chain without entries has number 0 and no digest."""

    seq: int = 0
    digest: str | None = None


@dataclass(frozen=True)
class Problem:
    """Where the trail is not what was written, and how."""

    seq: int | None
    what: str


@dataclass(frozen=True)
class Verified:
    """What walking the chain found; `found` says whether a digest that was asked for is one of its entries'."""

    entries: int
    head: Head
    problems: tuple[Problem, ...]
    found: bool = True

    @property
    def ok(self) -> bool:
        """Whether nothing was edited, deleted, inserted or moved."""
        return not self.problems and self.found


def append(database: Database, connection: Connection, entries: Sequence[Entry]) -> None:
    """Add entries inside a writing transaction, in their order."""
    if not entries:
        return
    head = lock(connection)
    moment, rows = database.moment(), []
    for entry in entries:
        content = {
            "seq": head.seq + 1,
            "at": moment,
            "event": entry.event,
            "plan_id": entry.plan_id,
            "action_key": entry.action_key,
            "who": entry.who,
            "detail": _text(entry.detail),
            "previous": head.digest,
        }
        head = Head(head.seq + 1, digest(content))
        rows.append({**content, "digest": head.digest})
    execute_many(connection, _ADD, rows)
    connection.execute(AUDIT_HEAD.update().values(seq=head.seq, digest=head.digest))


def head(database: Database) -> Head:
    """The chain's last entry: a report that shows it proves later that nothing before it was touched."""
    with database.reading() as connection:
        return _told_head(connection)


def verify(database: Database, wanted: str | None = None) -> Verified:
    """Walk the whole chain, and hold the outbox against it; `wanted` is a digest that must be in it, as of a report."""
    with database.steady() as connection:
        walk = _Walk(wanted)
        query = select(AUDIT).order_by(AUDIT.c.seq)
        for row in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query):
            walk.step(row)
        walk.end(_told_head(connection))
        walk.problems += _other_states(connection, walk.states)
    return Verified(walk.entries, walk.last, tuple(walk.problems), walk.found)


_ADD = AUDIT.insert()
_CONTENT = tuple(str(column.name) for column in AUDIT.columns if column.name != "digest")
"""What an entry's digest covers."""


class _Walk:
    """One walk from the first entry to the last: what was met, and what did not fit."""

    def __init__(self, wanted: str | None) -> None:
        self.last = Head()
        self.entries = 0
        self.problems: list[Problem] = []
        self.states: dict[str, str] = {}
        self.found = wanted is None
        self._wanted = wanted

    def step(self, row: Row[tuple[object, ...]]) -> None:
        content = {name: getattr(row, name) for name in _CONTENT}
        self.entries += 1
        if row.seq != self.last.seq + 1:
            self.problems.append(Problem(row.seq, f"entries {_span(self.last.seq + 1, row.seq - 1)} are missing"))
        elif row.previous != self.last.digest:
            self.problems.append(Problem(row.seq, f"was not written after entry {self.last.seq} as that one is now"))
        if digest(content) != row.digest:
            self.problems.append(Problem(row.seq, "was edited or moved: it does not have its digest"))
        if row.event.startswith(OF_OUTBOX):
            self.states[row.action_key] = row.event.removeprefix(OF_OUTBOX)
        self.found = self.found or row.digest == self._wanted
        self.last = Head(row.seq, row.digest)

    def end(self, told: Head) -> None:
        """Hold the last entry against the head that was written with it."""
        if told.seq > self.last.seq:
            self.problems.append(Problem(told.seq, f"entries {_span(self.last.seq + 1, told.seq)} are missing"))
        elif told.seq < self.last.seq:
            self.problems.append(Problem(self.last.seq, f"was inserted after the last entry, {told.seq}"))
        elif told.digest != self.last.digest:
            self.problems.append(Problem(told.seq, "is not the entry that was written last"))


def _other_states(connection: Connection, events: dict[str, str]) -> Iterator[Problem]:
    """Outbox rows whose state is not what the trail tells last of them; rows that are older than the trail are left."""
    query = select(OUTBOX.c.action_key, OUTBOX.c.state).order_by(OUTBOX.c.action_key)
    for row in connection.execute(query):
        told = events.get(row.action_key)
        if told is not None and told not in _LAST_TOLD.get(row.state, {row.state}):
            yield Problem(None, f"action {row.action_key} is {row.state}, and was left {told}: its row was edited")


_UNSENT = frozenset({OutboxState.APPROVED, OutboxState.STALE, OutboxState.REFUSED})
_LAST_TOLD = {OutboxState.APPROVED: _UNSENT, OutboxState.SENDING: _UNSENT}
"""What was told last of a row that waits or is being sent: those steps are told of many rows at once."""


def _told_head(connection: Connection) -> Head:
    """The head as its row tells it; a row that is gone tells of no entry."""
    row = connection.execute(select(AUDIT_HEAD)).first()
    return Head() if row is None else Head(row.seq, row.digest)


def lock(connection: Connection) -> Head:
    """Read the last entry, and keep others from adding one until the transaction ends."""
    row = connection.execute(select(AUDIT_HEAD).with_for_update()).one()
    return Head(row.seq, row.digest)


def _text(detail: Mapping[str, object]) -> str | None:
    """The detail as canonical JSON; what is too long for its column is told by its digest."""
    if not detail:
        return None
    text = canonical_bytes(detail).decode()
    return text if len(text) <= DETAIL_LENGTH else orjson.dumps({"digest": digest(detail)}).decode()


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"

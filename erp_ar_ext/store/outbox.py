"""The outbox: each intent once, and every step of it under the lease.

States and the ways between them are in `records.py`. Every update names the states it may come from and the
fencing number in its WHERE, and counts the rows it changed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, Row, Update, bindparam, literal_column, select

from erp_ar_ext.errors import StateError
from erp_ar_ext.model import canonical_bytes, digest
from erp_ar_ext.spi import Intent
from erp_ar_ext.store import audit
from erp_ar_ext.store.approvals import register, take_turn
from erp_ar_ext.store.audit import OF_OUTBOX, Entry
from erp_ar_ext.store.database import Database, execute_many
from erp_ar_ext.store.intents import intent_digest, intent_text, read_intent
from erp_ar_ext.store.leases import renew
from erp_ar_ext.store.plans import KnownPlan
from erp_ar_ext.store.records import WAYS_INTO, Lease, OutboxRow, OutboxState, Settlement
from erp_ar_ext.store.tables import MESSAGE_LENGTH, OUTBOX, PLANS
from erp_ar_ext.store.weighing import Rules
from erp_ar_ext.store.words import chunks, stopped_among


class Outbox:
    """The rows of the outbox; writing them needs the lease."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._database = database
        self._rules = rules

    def rows(self, keys: Sequence[str]) -> dict[str, OutboxRow]:
        """Rows of the given actions, by key; whatever plan they came from."""
        found: dict[str, OutboxRow] = {}
        with self._database.reading() as connection:
            for chunk in chunks(keys):
                for row in connection.execute(select(OUTBOX).where(OUTBOX.c.action_key.in_(chunk))):
                    found[row.action_key] = _row(row)
        return found

    def in_state(self, states: Collection[OutboxState], *, erp: dict[str, str] | None = None) -> list[OutboxRow]:
        """Rows in any of the states, oldest first; of plans for one ERP only, where its identity is given."""
        query = select(OUTBOX).where(OUTBOX.c.state.in_(states)).order_by(OUTBOX.c.created_at, OUTBOX.c.action_key)
        if erp is not None:
            of_erp = select(PLANS.c.plan_id).where(PLANS.c.erp == canonical_bytes(erp).decode())
            query = query.where(OUTBOX.c.plan_id.in_(of_erp))
        with self._database.reading() as connection:
            return [_row(row) for row in connection.execute(query)]

    def all_rows(self) -> list[OutboxRow]:
        """All rows, oldest first: for reconciling with what the ERP holds."""
        return self.in_state(tuple(OutboxState))

    def queue(self, plan: KnownPlan, intents: Sequence[Intent], lease: Lease) -> None:
        """Put intents of a plan into the outbox as approved, in one transaction.

        One that is there but not in the ERP (approved, stale or refused under another plan) is taken over with this
        plan's facts. Raises StateError where one was sent meanwhile, LeaseHeld once another run has the lease.
        """
        known = self.rows([intent.key for intent in intents])
        with self._database.writing() as connection:
            renew(self._database, connection, lease)
            register(self._database, connection, plan)
            now = self._database.moment()
            common = {"plan_id": plan.plan_id, "fencing": lease.fencing, "updated_at": now}
            new = {"created_at": now, "attempts": 0, **common}
            rows = [{**_values(intent), **new} for intent in intents if intent.key not in known]
            if rows:
                execute_many(connection, _QUEUE, rows)
            for intent in intents:
                if intent.key in known:
                    self._take_over(connection, {**_values(intent), **common}, lease)
            if intents:
                told = _told_of_all("queued", plan, [intent.key for intent in intents], lease)
                audit.append(self._database, connection, [told])

    def begin_sending(
        self, plan: KnownPlan, keys: Sequence[str], lease: Lease, settlements: Sequence[Settlement] = ()
    ) -> list[str]:
        """Mark intents as being sent, and commit: only then may the first byte leave.

        Records in the same transaction what became of those sent before. Returns the keys that may be sent, in order:
        those whose approval was rejected, taken back or has expired meanwhile are left out.
        """
        with self._database.writing() as connection:
            renew(self._database, connection, lease)
            register(self._database, connection, plan)
            take_turn(connection)
            now = self._database.shared_moment(connection)
            stopped = stopped_among(connection, plan, keys, now, self._rules.approvals)
            allowed = [key for key in keys if key not in stopped]
            told = self._settle(connection, settlements, lease)
            if allowed:
                self._mark_sending(connection, allowed, lease, now)
                told.append(_told_of_all("sending", plan, allowed, lease))
            audit.append(self._database, connection, told)
        return allowed

    def settle(self, settlements: Sequence[Settlement], lease: Lease) -> None:
        """Record what became of intents, in one transaction."""
        with self._database.writing() as connection:
            renew(self._database, connection, lease)
            audit.append(self._database, connection, self._settle(connection, settlements, lease))

    def _take_over(self, connection: Connection, values: dict[str, object], lease: Lease) -> None:
        waiting = (OutboxState.APPROVED, OutboxState.STALE, OutboxState.REFUSED)
        statement = OUTBOX.update().where(
            OUTBOX.c.action_key == values["action_key"],
            OUTBOX.c.state.in_(waiting),
            OUTBOX.c.fencing <= lease.fencing,
        )
        self._require(1, connection.execute(statement.values(**values)).rowcount)

    def _settle(self, connection: Connection, settlements: Sequence[Settlement], lease: Lease) -> list[Entry]:
        """Take rows to where they end; returns what the audit trail is to tell of it."""
        step = {"runner": lease.fencing, "new_moment": self._database.moment()}
        for state in dict.fromkeys(one.state for one in settlements):
            rows = [{**step, **_answer(one)} for one in settlements if one.state is state]
            self._require(len(rows), execute_many(connection, _SETTLE[state], rows))
        return [
            Entry(_EVENTS[one.state], None, one.key, lease.owner, {"erp_id": one.erp_id, "message": one.message})
            for one in settlements
        ]

    def _mark_sending(self, connection: Connection, keys: Sequence[str], lease: Lease, now: str) -> None:
        """Mark rows as being sent: only from where they may be, only where no later runner wrote."""
        step = {"runner": lease.fencing, "new_moment": self._database.moment(), "new_sent_at": now}
        rows = [{**step, "of_key": key} for key in keys]
        self._require(len(rows), execute_many(connection, _SEND, rows))

    def _require(self, rows: int, changed: int) -> None:
        """Raise StateError unless an update changed just as many rows as it must."""
        if changed != rows:
            raise StateError(
                f"{rows - changed} of {rows} outbox row(s) are not in the state they must be in",
                place=self._database.place,
                hint="somebody changed the outbox by hand; erp-ar recover looks up what the ERP holds",
            )


_QUEUE = OUTBOX.insert()
_EVENTS = {state: f"{OF_OUTBOX}{state}" for state in OutboxState}


def _told_of_all(event: str, plan: KnownPlan, keys: Sequence[str], lease: Lease) -> Entry:
    """Tell of a step that many actions take together, in one entry: each is told of when it is settled."""
    return Entry(event, plan.plan_id, None, lease.owner, {"actions": len(keys), "keys": digest(list(keys))})


def _step(state: OutboxState, **values: object) -> Update:
    """Build the update that takes a row into a state, from where it may be, unless a later runner wrote it."""
    before = OUTBOX.c.state.in_([literal_column(f"'{one}'") for one in WAYS_INTO[state]])
    statement = OUTBOX.update().where(OUTBOX.c.action_key == bindparam("of_key"), before)
    return statement.where(OUTBOX.c.fencing <= bindparam("runner")).values(
        state=literal_column(f"'{state}'"), fencing=bindparam("runner"), updated_at=bindparam("new_moment"), **values
    )


_SETTLE = {
    state: _step(state, erp_id=bindparam("new_erp_id"), message=bindparam("new_message")) for state in OutboxState
}
_SEND = _step(OutboxState.SENDING, attempts=OUTBOX.c.attempts + literal_column("1"), sent_at=bindparam("new_sent_at"))


def _answer(one: Settlement) -> dict[str, object]:
    """What the outbox holds of an answer."""
    return {"of_key": one.key, "new_erp_id": one.erp_id, "new_message": one.message[:MESSAGE_LENGTH] or None}


def _values(intent: Intent) -> dict[str, object]:
    """What the outbox holds of an intent that waits to be sent."""
    text = intent_text(intent)
    return {
        "action_key": intent.key,
        "account_id": intent.account_id,
        "kind": str(intent.kind),
        "amount": None if intent.amount is None else f"{intent.amount:f}",
        "currency": intent.currency,
        "external_ref": intent.external_ref,
        "intent": text,
        "intent_digest": intent_digest(text),
        "state": str(OutboxState.APPROVED),
        "message": None,
    }


def _row(row: Row[tuple[object, ...]]) -> OutboxRow:
    return OutboxRow(
        intent=read_intent(row.intent, row.intent_digest),
        plan_id=row.plan_id,
        state=OutboxState(row.state),
        erp_id=row.erp_id,
        message=row.message or "",
        attempts=row.attempts,
        updated_at=row.updated_at,
    )

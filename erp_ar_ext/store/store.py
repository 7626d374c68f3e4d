"""The state database as the rest of the program sees it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Self

import orjson
from sqlalchemy import Row, select

from erp_ar_ext.errors import StateError
from erp_ar_ext.limits import Approvals
from erp_ar_ext.model import canonical_bytes
from erp_ar_ext.store import approvals, audit, leases
from erp_ar_ext.store.audit import Head, Verified
from erp_ar_ext.store.database import Database, connect
from erp_ar_ext.store.history import History
from erp_ar_ext.store.migrate import migrate
from erp_ar_ext.store.outbox import Outbox
from erp_ar_ext.store.plans import KnownPlan, NamedPlan
from erp_ar_ext.store.records import Decision, Lease, Run, Verdict
from erp_ar_ext.store.retention import Retention, beyond
from erp_ar_ext.store.sums import Beyond, sent_since
from erp_ar_ext.store.tables import PLANS, RUNS
from erp_ar_ext.store.weighing import Rules
from erp_ar_ext.store.words import Stopped, words

WRITE_BACK = "write-back"
"""Name of the lease of those who write to the ERP: apply and recover."""


_NO_LIMITS = Rules(Approvals(), UTC)


class Store:
    """Runs, plans, approvals and the lease; `history` has the snapshots, `outbox` what is sent.

    Every failure is a StateError.
    """

    def __init__(self, database: Database, rules: Rules = _NO_LIMITS) -> None:
        self.database = database
        self.rules = rules
        self.outbox = Outbox(database, rules)
        self.history = History(database)

    @classmethod
    def open(
        cls,
        url: str,
        base_dir: Path,
        *,
        clock: Callable[[], datetime] | None = None,
        limits: Approvals = _NO_LIMITS.approvals,
        zone: tzinfo = _NO_LIMITS.zone,
    ) -> Self:
        """Open the state database and bring its schema up to date.

        A relative SQLite path counts from `base_dir`; file and folder are made, private, where they are missing.
        `limits` are what checkers may approve, and `zone` tells when their days, weeks and months begin.
        A `clock` is for tests: without one, rows are stamped by this machine's clock and the lease goes by the
        server's. Raises StateError where it cannot be opened, or where a newer release has upgraded it.
        """
        database = Database(connect(url, base_dir), clock)
        try:
            migrate(database)
        except StateError:
            database.close()
            raise
        return cls(database, Rules(limits, zone))

    def close(self) -> None:
        """Close all connections."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def start_run(self, command: str, detail: Mapping[str, object] | None = None) -> str:
        """Write down that a command starts; returns the run's id, which begins with its UTC time."""
        started = self.database.moment()
        run_id = f"{started[:19].replace('-', '').replace(':', '')}Z-{secrets.token_hex(3)}"
        row = {"run_id": run_id, "command": command, "started_at": started, "detail": _json(detail or {})}
        with self.database.writing() as connection:
            connection.execute(RUNS.insert().values(**row))
        return run_id

    def finish_run(self, run_id: str, exit_code: int, detail: Mapping[str, object] | None = None) -> None:
        """Write down how a run ended; a detail given here replaces that of the start. Raises StateError if unknown."""
        values: dict[str, object] = {"finished_at": self.database.moment(), "exit_code": exit_code}
        if detail is not None:
            values["detail"] = _json(detail)
        with self.database.writing() as connection:
            if connection.execute(RUNS.update().where(RUNS.c.run_id == run_id).values(**values)).rowcount != 1:
                raise self._unknown_run(run_id)

    def run(self, run_id: str) -> Run:
        """Find a run. Raises StateError where there is none of that id."""
        with self.database.reading() as connection:
            row = connection.execute(select(RUNS).where(RUNS.c.run_id == run_id)).first()
        if row is None:
            raise self._unknown_run(run_id)
        return _run(row)

    def runs(self) -> list[Run]:
        """All runs, newest first."""
        with self.database.reading() as connection:
            return [_run(row) for row in connection.execute(select(RUNS).order_by(RUNS.c.started_at.desc()))]

    def current_snapshot(self) -> str | None:
        """Digest of what the last sync found; None before the first."""
        current = self.history.current()
        return None if current is None else current.snapshot_id

    def snapshots_beyond(self, keep: Retention) -> list[str]:
        """Snapshots that are kept no longer, oldest first; never the current one."""
        return beyond(self.history.all(), keep, self.now())

    def now(self) -> datetime:
        """Tell the moment by the clock that all of the state is stamped with, in UTC."""
        return datetime.fromisoformat(self.database.moment())

    def shared_now(self) -> datetime:
        """Tell the moment by the clock of all who share the state database, in UTC."""
        with self.database.reading() as connection:
            return datetime.fromisoformat(self.database.shared_moment(connection))

    def audit_head(self) -> Head:
        """The last entry of the audit trail."""
        return audit.head(self.database)

    def verify_audit(self, wanted: str | None = None) -> Verified:
        """Walk the audit trail, and say where it is not what was written; `wanted` must be one of its digests."""
        return audit.verify(self.database, wanted)

    def knows_plan(self, plan_id: str) -> bool:
        """Whether a plan of that name was made here."""
        with self.database.reading() as connection:
            return connection.scalar(select(PLANS.c.plan_id).where(PLANS.c.plan_id == plan_id)) is not None

    def register_plan(self, plan: NamedPlan) -> None:
        """Write a plan's name down; does nothing the second time."""
        with self.database.writing() as connection:
            approvals.register(self.database, connection, plan)

    def approve(self, plan: KnownPlan, keys: Collection[str] | None, checker: str) -> tuple[str, ...]:
        """Approve actions; None means all that require it and nobody rejected. Returns those not approved before.

        Raises ApprovalError for the plan's own maker, for unknown keys, and for actions that were sent, LimitError
        where anything is beyond the checker's limits: then nothing is approved.
        """
        return approvals.decide(self.database, plan, keys, checker, Verdict.APPROVED, rules=self.rules)[0]

    def approve_within_limits(
        self, plan: KnownPlan, keys: Collection[str] | None, checker: str
    ) -> tuple[tuple[str, ...], tuple[Beyond, ...]]:
        """Approve as `approve`, in the plan's order, what fits under the limits; returns also what does not."""
        return approvals.decide(
            self.database, plan, keys, checker, Verdict.APPROVED, rules=self.rules, within_limits=True
        )

    def reject(self, plan: KnownPlan, keys: Collection[str] | None, checker: str) -> tuple[str, ...]:
        """Reject actions, as `approve` approves them; also one that needs no approval can be rejected by its key."""
        return approvals.decide(self.database, plan, keys, checker, Verdict.REJECTED, rules=self.rules)[0]

    def revoke(self, plan: KnownPlan, keys: Collection[str] | None, checker: str) -> tuple[str, ...]:
        """Take approvals back; None means all that were not sent. Returns those that were approved until now.

        Raises ApprovalError as `approve` does.
        """
        return approvals.decide(self.database, plan, keys, checker, Verdict.REVOKED, rules=self.rules)[0]

    def decisions(self, plan_id: str) -> dict[str, Decision]:
        """Words in force on the actions of a plan, by key."""
        with self.database.reading() as connection:
            return words(connection, plan_id).in_force

    def stopped(self, plan: KnownPlan) -> dict[str, Stopped]:
        """Actions of a plan that may not be sent, by key, and why: rejected, or not approved as it must be."""
        with self.database.reading() as connection:
            return approvals.stopped(connection, plan, self.database.shared_moment(connection), self.rules)

    def sent_since(self, moment: datetime, erp: Mapping[str, str]) -> dict[str, Decimal]:
        """Amounts, absolute and per currency, of all that left for an ERP since a moment; refused ones do not count."""
        with self.database.reading() as connection:
            return sent_since(connection, moment, erp)

    @contextmanager
    def lease(self, owner: str, *, name: str = WRITE_BACK, ttl: timedelta = leases.LEASE_TTL) -> Iterator[Lease]:
        """Hold the lease while the block runs. Raises LeaseHeld while another run has it."""
        lease = leases.acquire(self.database, Lease(name, owner, 0, ttl))
        try:
            with leases.kept_alive(self.database, lease):
                yield lease
        finally:
            leases.release(self.database, lease)

    def _unknown_run(self, run_id: str) -> StateError:
        return StateError(f"there is no run {run_id!r}", place=self.database.place, hint="erp-ar prints a run's id")


def _json(document: Mapping[str, object]) -> str:
    return canonical_bytes(document).decode()


def _run(row: Row[tuple[object, ...]]) -> Run:
    return Run(
        row.run_id, row.command, row.started_at, row.finished_at, row.exit_code, orjson.loads(row.detail or "{}")
    )

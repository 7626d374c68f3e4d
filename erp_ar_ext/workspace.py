"""A configured installation: the way to drive everything from Python.

>>> with Workspace.open(Path("erp-ar.toml")) as desk:  # doctest: +SKIP
...     desk.sync()
...     path, plan = desk.plan(date(2026, 1, 31), maker="anna")
...     desk.approve(read_plan(path), None, checker="ben")
...     desk.apply(read_plan(path))
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from erp_ar_ext import events
from erp_ar_ext.apply import (
    ApplyReport,
    Approval,
    DiscreetTarget,
    RecoverReport,
    apply_plan,
    approvals_of,
    outcomes_of,
    recover,
)
from erp_ar_ext.config import AdapterSection, Config, load_config
from erp_ar_ext.errors import PlanError, SnapshotError
from erp_ar_ext.ledger import AXES, Aging, Ledger
from erp_ar_ext.ledger.restated import Restated
from erp_ar_ext.model import digest, short
from erp_ar_ext.plan import BuiltPlan, Plan, build_plan, read_plan
from erp_ar_ext.policy import Policy, load_policy
from erp_ar_ext.reconcile import Reconciliation, sent_rows
from erp_ar_ext.report import write_report
from erp_ar_ext.secrets import follow, kept_in, revealed
from erp_ar_ext.snapshot import Snapshot, SnapshotStore
from erp_ar_ext.snapshot.files import write_whole
from erp_ar_ext.spi import Adapter, ReadContext, Source, Target
from erp_ar_ext.spi.registry import load
from erp_ar_ext.store import Beyond, Known, OutboxState, Retention, Store
from erp_ar_ext.store.history import SYNC
from erp_ar_ext.sync import SyncOptions, SyncResult, scratch, sync

ReadProgress = Callable[[str, int], None]
ApplyProgress = Callable[[int, int], None]
Stopping = Callable[[], bool]
"""Asked between actions whether the run is to stop."""


class Workspace:
    """Configuration, state database, snapshots and adapters of one installation."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._memory_limit = config.settings.engine.memory_limit
        self.run_id: str | None = None
        """Id of the last run of this workspace, as `find_plan` and `erp-ar report` take it."""
        self.snapshots = SnapshotStore(config.snapshot_dir, config.state_dir / "quarantine")

    @classmethod
    def open(cls, config_file: Path | None = None) -> Self:
        """Open the installation of a configuration file. Raises ConfigError."""
        return cls(load_config(config_file))

    @cached_property
    def store(self) -> Store:
        """The state database, opened and migrated when it is first asked for. Raises StateError."""
        url: str = follow(self.config.settings.state.url, "state.url", self.config.base_dir)
        return Store.open(url, self.config.base_dir, limits=self.config.settings.approvals, zone=self.config.zone)

    def close(self) -> None:
        """Let go of the state database."""
        if "store" in self.__dict__:
            self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def sync(
        self,
        progress: ReadProgress = lambda _entity, _rows: None,
        *,
        full: bool = False,
        owner: str = "sync",
    ) -> SyncResult:
        """Read the source into a snapshot, make it the current one, and remove those beyond the retention.

        Only changes are read where the source can tell them and there is a snapshot to build upon; `full` reads all.
        Raises LeaseHeld at once while another sync runs.
        """
        with (
            self._run("sync") as ended,
            self.store.lease(owner, name=SYNC) as lease,
            self.source(progress) as (source, context),
        ):
            result = sync(
                source,
                snapshots=self.snapshots,
                work_dir=context.work_dir,
                memory_limit=self._memory_limit,
                options=self._sync_options(source, full=full),
            )
            self.store.history.add(
                result.snapshot.snapshot_id,
                result.snapshot.manifest.source,
                reading=self._reading(),
                cursor=result.cursor,
                swept=result.swept,
                run_id=self.run_id,
                lease=lease,
            )
            for old in self.store.snapshots_beyond(self._retention()):
                self.snapshots.remove(old)
            ended(result.exit_code, {"snapshot": result.snapshot.snapshot_id})
        return result

    def snapshot(self, name: str | None = None) -> Snapshot:
        """Open a snapshot, the current one unless it is named. Raises SnapshotError."""
        name = name or self.store.current_snapshot()
        if name is None:
            raise SnapshotError("there is no snapshot yet", place=str(self.config.snapshot_dir), hint="run erp-ar sync")
        return self.snapshots.open(name)

    def snapshot_known_at(self, moment: datetime) -> Snapshot:
        """Open the snapshot that was the current one at a moment, which has a zone.

        Raises SnapshotError for a moment before the first sync, or where the retention has removed that snapshot.
        """
        known = self.store.history.known_at(moment)
        if known is not None and self._is_kept(known):
            return self.snapshots.open(known.snapshot_id)
        oldest = next(filter(self._is_kept, self.store.history.all()), None)
        if oldest is None:
            return self.snapshot()
        removed = "nothing had been read by" if known is None else "the snapshot is removed that was current at"
        raise SnapshotError(
            f"{removed} {_told(moment)}",
            place=str(self.config.snapshot_dir),
            hint=f"the oldest that is kept was known at {_told(oldest.known_at)}; [snapshot] says how long they are",
        )

    @contextmanager
    def ledger(
        self,
        as_of: date,
        *,
        basis: str = "due_date",
        axis: str = AXES[0],
        snapshot: str | None = None,
        known_at: datetime | None = None,
    ) -> Iterator[Ledger]:
        """Open the ledger at the end of a day: as it is known now, from a named snapshot, or as it was known then."""
        opened = self.snapshot(snapshot) if known_at is None else self.snapshot_known_at(known_at)
        with (
            scratch(self.config.state_dir) as spill,
            Ledger(opened, as_of, basis=basis, axis=axis, memory_limit=self._memory_limit, spill_dir=spill) as ledger,
        ):
            yield ledger

    @contextmanager
    def restated(
        self, as_of: date, *, known_at: datetime, against: datetime | None = None, axis: str = AXES[0]
    ) -> Iterator[Restated]:
        """Compare the balances of a day as they were known at a moment with those known at another, or now.

        Raises SnapshotError for a moment whose snapshot is not there.
        """
        then = self.snapshot_known_at(known_at)
        now = self.snapshot() if against is None else self.snapshot_known_at(against)
        with (
            scratch(self.config.state_dir) as spill,
            Restated(then, now, as_of, axis=axis, memory_limit=self._memory_limit, spill_dir=spill) as restated,
        ):
            yield restated

    def policy(self) -> Policy:
        """Load the configured policy. Raises ConfigError and PolicyError."""
        return load_policy(self.config.policy_file)

    def plan(self, as_of: date, *, maker: str, out: Path | None = None) -> tuple[Path, BuiltPlan]:
        """Make a plan and write its file under `.erp-ar/plans`, named by day and digest, and to `out` where given."""
        policy = self.policy()
        snapshot = self.snapshot()
        snapshot.verify()
        with self.ledger(as_of, basis=policy.aging.basis, snapshot=snapshot.snapshot_id) as ledger:
            plan = build_plan(ledger, policy, maker=maker, company=self.config.settings.company.name)
        kept = self.config.state_dir / "plans" / f"{as_of}-{short(plan.plan_id)}.json"
        for path in (kept, out) if out else (kept,):
            write_whole(path, plan.text, private=path is kept)
        self.store.register_plan(plan.head)
        return out or kept, plan

    def approve(self, plan: Plan, keys: Collection[str] | None, *, checker: str) -> tuple[str, ...]:
        """Approve actions of a plan that was made here; None means all that require it. Returns the new ones.

        Raises LimitError, and approves nothing, where anything is beyond the checker's limits.
        """
        self._require_made_here(plan)
        return self.store.approve(plan, keys, checker)

    def approve_within_limits(
        self, plan: Plan, keys: Collection[str] | None, *, checker: str
    ) -> tuple[tuple[str, ...], tuple[Beyond, ...]]:
        """Approve what fits under the checker's limits; returns the new ones, and what is beyond which limit."""
        self._require_made_here(plan)
        return self.store.approve_within_limits(plan, keys, checker)

    def revoke(self, plan: Plan, keys: Collection[str] | None, *, checker: str) -> tuple[str, ...]:
        """Take approvals of a plan back; None means all whose action was not sent. Returns those taken back."""
        self._require_made_here(plan)
        return self.store.revoke(plan, keys, checker)

    def approvals(self, plan: Plan) -> list[Approval]:
        """Tell of each action of a plan that needs approval, or has a word, how it stands."""
        self._require_made_here(plan)
        return approvals_of(plan, self.store)

    def reject(self, plan: Plan, keys: Collection[str] | None, *, checker: str) -> tuple[str, ...]:
        """Reject actions of a plan that was made here, as `approve` approves them."""
        self._require_made_here(plan)
        return self.store.reject(plan, keys, checker)

    def apply(
        self,
        plan: Plan,
        *,
        owner: str,
        dry_run: bool = False,
        progress: ApplyProgress = lambda _settled, _total: None,
        stopping: Stopping = lambda: False,
    ) -> ApplyReport:
        """Write a plan's approved actions back, each once; once `stopping()` says yes, the rest is left.

        Raises PlanError for a plan that was not made here.
        """
        self._require_made_here(plan)
        with (
            self._run("apply", {"plan_id": plan.plan_id, "dry_run": dry_run}) as ended,
            self.target(stopping) as target,
        ):
            report = apply_plan(
                plan,
                store=self.store,
                target=target,
                current_snapshot=self.store.current_snapshot(),
                current_policy=self.policy().digest if self.config.settings.policy else None,
                owner=owner,
                limits=self.config.settings.limits,
                zone=self.config.zone,
                dry_run=dry_run,
                progress=progress,
                stopping=stopping,
            )
            ended(report.exit_code, {"plan_id": plan.plan_id, "dry_run": dry_run, "counts": report.counts()})
        return report

    def recover(self, *, owner: str) -> RecoverReport:
        """Look up what is in doubt and settle it."""
        with self._run("recover") as ended, self.target() as target:
            report = recover(self.store, target, owner)
            ended(report.exit_code, {"counts": report.counts()})
        return report

    @contextmanager
    def reconciliation(self) -> Iterator[Reconciliation]:
        """Hold what was written back against what the last sync found in the ERP. Raises SnapshotError before it."""
        snapshot = self.snapshot()
        rows = self.store.outbox.in_state(tuple(OutboxState), erp=dict(snapshot.manifest.source))
        sent = sent_rows(rows, self.store.history.read_from())
        with (
            scratch(self.config.state_dir) as spill,
            Reconciliation(snapshot, sent, memory_limit=self._memory_limit, spill_dir=spill) as found,
        ):
            yield found

    def report(self, plan: Plan, out: Path | None = None) -> Path:
        """Write the report of a plan: by default under `.erp-ar/reports`. Raises SnapshotError and PlanError."""
        path = out or self.config.state_dir / "reports" / f"{plan.as_of}-{short(plan.plan_id)}.html"
        policy = self.policy()
        with self.ledger(plan.as_of, basis=policy.aging.basis, snapshot=plan.snapshot) as ledger:
            aging = Aging(ledger, rules=policy.aging.rules())
            company = self.config.settings.company.name
            write_report(
                path,
                plan=plan,
                ledger=ledger,
                aging=aging,
                outcomes=outcomes_of(plan, self.store),
                company=company,
                audit_head=self.store.audit_head().digest,
                private=out is None,
            )
        return path

    def _require_made_here(self, plan: Plan) -> None:
        """Refuse a plan that no `plan` command here has made: its digest fits whatever somebody wrote into it."""
        if not self.store.knows_plan(plan.plan_id):
            raise PlanError(
                f"plan {short(plan.plan_id)} was not made by this installation",
                hint="make it here, with erp-ar plan --as-of DATE",
            )

    def find_plan(self, plan_or_run: str) -> Plan:
        """Read the plan of a file, or the one that a run applied. Raises PlanError and StateError."""
        if Path(plan_or_run).exists() or plan_or_run.endswith(".json"):
            return read_plan(Path(plan_or_run))
        plan_id = str(self.store.run(plan_or_run).detail.get("plan_id", ""))
        found = sorted((self.config.state_dir / "plans").glob(f"*-{short(plan_id)}.json")) if plan_id else []
        if not found:
            raise PlanError(f"run {plan_or_run} left no plan under .erp-ar/plans", hint="name the plan's file instead")
        return read_plan(found[0])

    @contextmanager
    def source(self, progress: ReadProgress = lambda _entity, _rows: None) -> Iterator[tuple[Source, ReadContext]]:
        """Open the configured source, with scratch space that goes when it is closed."""
        section = self.config.settings.source
        with self.context(progress) as context:
            adapter, settings = self.adapter(section)
            source = adapter.open_source(settings, context)
            try:
                yield source, context
            finally:
                source.close()

    @contextmanager
    def target(self, stopping: Stopping = lambda: False) -> Iterator[Target]:
        """Open the configured target, which may ask whether the run is to stop."""
        section: AdapterSection = self.config.target
        with self.context(stopping=stopping) as context:
            adapter, settings = self.adapter(section)
            target = adapter.open_target(settings, context)
            try:
                yield DiscreetTarget(target)
            finally:
                target.close()

    def adapter(self, section: AdapterSection) -> tuple[Adapter, dict[str, Any]]:
        """Load the adapter of a section, and its settings with their secrets. Raises AdapterError and ConfigError."""
        adapter = load(section.adapter)
        name = "target" if section is self.config.settings.target else "source"
        return adapter, revealed(section.settings(), adapter.info.settings, name, self.config.base_dir)

    @contextmanager
    def context(
        self, progress: ReadProgress = lambda _entity, _rows: None, *, stopping: Stopping = lambda: False
    ) -> Iterator[ReadContext]:
        """Make what an adapter is handed when it is opened."""
        with scratch(self.config.state_dir) as work_dir:
            yield ReadContext(base_dir=self.config.base_dir, work_dir=work_dir, progress=progress, stopping=stopping)

    def private_files(self) -> list[Path]:
        """Files and folders that nobody but their owner should reach: state, snapshots, and where secrets are kept."""
        config, settings = self.config, self.config.settings
        sections = [settings.source.settings(), config.target.settings(), settings.state.model_dump()]
        kept = [config.base_dir / Path(name).expanduser() for section in sections for name in kept_in(section)]
        secret = [config.file] if config.file_has_secrets() else []
        return [config.state_dir, config.snapshot_dir, *self._database_file(), *dict.fromkeys([*kept, *secret])]

    def _database_file(self) -> list[Path]:
        """The file of the state database, where it is one."""
        url = self.config.settings.state.url
        file = url.removeprefix("sqlite:///") if isinstance(url, str) and url.startswith("sqlite:///") else None
        return [self.config.base_dir / file] if file else []

    def _sync_options(self, source: Source, *, full: bool) -> SyncOptions:
        """What a sync goes on from: the snapshot that was last read from this source in this very way, if it is whole.

        Whoever sweeps reads all of the old files anyway: so that is when they are held against their digests.
        """
        section = self.config.settings.sync
        overlap = timedelta(minutes=section.overlap_minutes)
        known = self.store.history.base(source.identity(), self._reading())
        full = full or section.mode == "full"
        if known is None:
            return SyncOptions(overlap=overlap, full=full)
        sweep = known.swept_at is None or self.store.now() - known.swept_at >= timedelta(hours=section.sweep_hours)
        try:
            base = self.snapshots.open(known.snapshot_id)
            if sweep or full:
                base.verify()
        except SnapshotError as error:
            events.SYNC_BASE_NOT_USABLE.tell(snapshot=known.snapshot_id, error=str(error))
            return SyncOptions(overlap=overlap, full=True)
        return SyncOptions(base, known.cursor, overlap, sweep=sweep, full=full)

    def _retention(self) -> Retention:
        keep = self.config.settings.snapshot
        return Retention(keep.retention, keep.retention_days, keep.month_ends, self.config.zone)

    def _reading(self) -> str:
        """Digest of how the source is read; settings that the adapter declares secret are no part of it."""
        adapter, settings = self.adapter(self.config.settings.source)
        kept = adapter.info.settings.model_validate(settings).model_dump_json()
        return digest([adapter.info.name, adapter.info.version, kept])

    def _is_kept(self, known: Known) -> bool:
        return (self.config.snapshot_dir / known.snapshot_id.removeprefix("sha256:")).is_dir()

    @contextmanager
    def _run(self, command: str, detail: Mapping[str, object] | None = None) -> Iterator[Callable[..., None]]:
        """Write down that a command ran and how it ended, also when it failed."""
        self.run_id = run_id = self.store.start_run(command, {**(detail or {}), "process": os.getpid()})
        ending: list[tuple[int, Mapping[str, object]]] = []
        try:
            yield lambda code, told: ending.append((code, told))
        finally:
            code, told = ending[0] if ending else (1, detail or {})
            self.store.finish_run(run_id, code, told)


def _told(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"

"""Random write-backs: plans, words, runs that fail, sleep and overtake each other, and a person in the ERP."""

import atexit
import shutil
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from histories import EFFORT, randomly
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from structlog.testing import capture_logs
from write_back_desk import IN_ROWS, KEYS, make_plan
from write_back_model import REPORTED, differences
from write_back_runs import Killed, Pause, Processes, Run, Trouble, World

from erp_ar_ext.apply import apply_plan, recover
from erp_ar_ext.errors import ApprovalError, LeaseHeld, PlanError, StateError
from erp_ar_ext.model import ENTITIES
from erp_ar_ext.plan.document import Plan
from erp_ar_ext.reconcile import Reconciliation, sent_rows
from erp_ar_ext.store import Store, Verdict
from erp_ar_ext.testing.memory import MemoryTarget
from erp_ar_ext.testing.row_batches import make_batch

SHARE = 12
"""Of a minute's examples."""
STEPS = 30 + 5 * min(EFFORT, 10)
"""Steps of one write-back, at most."""

TROUBLES = st.one_of(
    st.builds(
        Trouble,
        where=st.just("state"),
        call=st.integers(1, 45),
        moment=st.sampled_from(("before", "after")),
        error=st.sampled_from(("disk", "kill")),
        lasting=st.booleans(),
    ).map(lambda one: one if one.error == "disk" else Trouble(one.where, one.call, one.moment, "kill", lasting=True)),
    st.builds(
        Trouble,
        where=st.just("erp"),
        call=st.integers(1, 5),
        moment=st.sampled_from(("before", "midway", "after")),
        error=st.sampled_from(("unknown", "connection", "kill")),
        lasting=st.booleans(),
    ),
    st.builds(
        Trouble,
        where=st.just("erp"),
        call=st.integers(1, 3),
        moment=st.just("before"),  # both say that nothing was written
        error=st.sampled_from(("transient", "rejected")),
        lasting=st.booleans(),
    ),
)
PAUSES = st.builds(
    Pause,
    step=st.sampled_from(("queue", "begin_sending", "write", "settle", "look_up")),
    moment=st.sampled_from(("before", "after")),
)
JUST_BEFORE_WRITING = (Pause("begin_sending", "after"), Pause("write", "before"))
SOME_KEYS = st.lists(st.sampled_from(KEYS), min_size=1, max_size=5, unique=True)
NEWEST = st.sampled_from((0, 0, 0, 1, 2))
"""Which plan, counted from the newest."""
WHICH = NEWEST | SOME_KEYS | SOME_KEYS
SIZES = st.integers(1, 3)
VERDICTS = st.sampled_from((*[Verdict.APPROVED] * 3, Verdict.REJECTED, Verdict.REVOKED))
TAKEN_BACK = (Verdict.REJECTED, Verdict.REVOKED)
KILLS = st.sampled_from((False, False, False, True))
CHECKERS = st.sampled_from(("carl", "cora"))
ROWS = st.sampled_from(IN_ROWS)
TICKS = st.sampled_from(
    [timedelta(**step) for step in ({"seconds": 20}, {"minutes": 2}, {"hours": 25}, {"minutes": -3}, {"hours": -30})]
)


class Meanwhile(NamedTuple):
    """What happens while a run sleeps: a rule, and with what."""

    rule: str
    told: dict[str, Any]


class Deed(NamedTuple):
    """What a person does in the ERP, and to what."""

    name: str
    about: tuple[str | None, ...]


DEEDS = st.one_of(
    st.builds(Deed, st.sampled_from(("delete", "change", "write_foreign", "remove_foreign")), st.tuples(ROWS)),
    st.builds(Deed, st.just("remain"), st.sampled_from((("S101", "60.00"), ("S101", "100.00"), ("S103", "9.000")))),
    st.builds(Deed, st.just("account"), st.tuples(st.sampled_from(("0007", "0042")), st.sampled_from("AI"))),
    st.builds(Deed, st.just("lift"), st.sampled_from(((None,), ("2026-03-01",)))),
)


def _happens(rule: str, **told: st.SearchStrategy[Any]) -> st.SearchStrategy[Meanwhile]:
    return st.builds(Meanwhile, st.just(rule), st.fixed_dictionaries(told))


MEANWHILES = st.lists(
    st.one_of(
        _happens("word", which=st.just(0), keys=st.none() | SOME_KEYS, checker=CHECKERS, verdict=VERDICTS),
        _happens("word", which=st.just(0), keys=st.none(), checker=CHECKERS, verdict=st.sampled_from(TAKEN_BACK)),
        _happens("apply", which=st.sampled_from((0, 0, 1)), batch_size=SIZES, drained_after=st.none()),
        _happens("apply_in_trouble", which=st.just(0), batch_size=SIZES, trouble=TROUBLES),
        _happens("recover", trouble=st.none()),
        _happens("tick", step=TICKS),
        _happens("person", what=DEEDS),
    ),
    min_size=1,
    max_size=3,
)
"""Most of it is about the very plan that the sleeping run applies; and most within the time of its lease."""


@cache
def processes() -> tuple[Processes, Path, bytes]:
    """Those who use one state database, its file, and what is in it in the beginning."""
    folder = Path(mkdtemp(prefix="write-back-"))
    atexit.register(shutil.rmtree, folder)
    file = folder / "state.db"
    Store.open(f"sqlite:///{file}", folder).close()
    return Processes(f"sqlite:///{file}"), file, file.read_bytes()


class WriteBack(RuleBasedStateMachine):
    """A desk at which everything happens that may happen to a write-back, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.plans: list[Plan] = []
        self.sleepers: list[Run] = []
        self.runs = 0
        self.reconciled = False
        self.logs = capture_logs()

    @initialize(trusting=st.booleans(), keys=SOME_KEYS)
    def open(self, *, trusting: bool, keys: list[str]) -> None:
        """A new state database, an ERP that looks for references or does not, and a first plan."""
        self.logs.__enter__()
        used, file, ready = processes()
        file.write_bytes(ready)
        self.world = World(used, trusting=trusting)
        self.sync()
        self.plan(keys)

    @rule()
    def sync(self) -> None:
        """Read the ERP: plans from older facts are out of date, if anything is otherwise now."""
        self.world.books.sync()

    @rule(keys=SOME_KEYS)
    def plan(self, keys: list[str]) -> None:
        """Plan some actions from the last snapshot; each may be in other plans, and in the ERP, already."""
        books = self.world.books
        self.plans.append(make_plan(keys, books.read, books.snapshot, maker=f"mary {len(self.plans)}"))

    @rule(which=NEWEST, keys=st.none() | SOME_KEYS, checker=CHECKERS, verdict=VERDICTS)
    def word(self, which: int, keys: list[str] | None, checker: str, verdict: Verdict) -> None:
        """A checker speaks about all that needs it, or about some actions by name."""
        self.say(which, keys, checker, verdict)

    @rule(which=WHICH, batch_size=SIZES, drained_after=st.none() | st.integers(0, 2))
    def apply(self, which: int | list[str], batch_size: int, drained_after: int | None) -> None:
        """Apply a plan; it may be told to stop on the way."""
        self.go(which, batch_size, drained_after=drained_after)

    @rule(which=WHICH, batch_size=SIZES, trouble=TROUBLES)
    def apply_in_trouble(self, which: int | list[str], batch_size: int, trouble: Trouble) -> None:
        """Apply a plan while something fails."""
        self.go(which, batch_size, trouble)

    @rule(which=WHICH, batch_size=SIZES, trouble=st.none() | TROUBLES, pause=PAUSES)
    def apply_and_sleep(self, which: int | list[str], batch_size: int, trouble: Trouble | None, pause: Pause) -> None:
        """Apply a plan, and fall asleep on the way."""
        if self.world.books.trusting and pause in JUST_BEFORE_WRITING:
            return  # an ERP that takes everything from whoever wakes up cannot be kept from taking it twice
        self.go(which, batch_size, trouble, pause)

    @rule(which=NEWEST | SOME_KEYS, batch_size=st.integers(1, 2), pause=PAUSES, meanwhile=MEANWHILES, kill=KILLS)
    def apply_and_be_overtaken(
        self, which: int | list[str], batch_size: int, pause: Pause, meanwhile: list[Meanwhile], *, kill: bool
    ) -> None:
        """Apply a plan, fall asleep on the way, and wake up when something has happened."""
        sleepers = len(self.sleepers)
        self.apply_and_sleep(which, batch_size, None, pause)
        if len(self.sleepers) == sleepers:
            return
        for one in meanwhile:
            getattr(self, one.rule)(**one.told)
        self.wake(sleepers, kill=kill)

    @rule(trouble=st.none() | TROUBLES)
    def recover(self, trouble: Trouble | None) -> None:
        """Look up what is in doubt."""
        run = self.run(None, trouble, None)
        run.go(lambda store, target: recover(store, target, run.name))
        self.after(run)

    @precondition(lambda self: self.sleepers)
    @rule(which=st.integers(0, 3), kill=st.booleans())
    def wake(self, which: int, *, kill: bool) -> None:
        """A run that sleeps goes on, or dies in its sleep."""
        run = self.sleepers.pop(which % len(self.sleepers))
        run.wake(kill=kill)
        self.after(run)

    @rule(step=TICKS)
    def tick(self, step: timedelta) -> None:
        """The clock goes on, or is set back."""
        self.world.now += step

    @rule(what=DEEDS)
    def person(self, what: Deed) -> None:
        """A person works in the ERP; with our reference only where it is looked for: else ours would be written too."""
        if what.name != "write_foreign" or not self.world.books.trusting:
            getattr(self.world.books, what.name)(*what.about)

    @precondition(lambda self: not self.reconciled)
    @rule()
    def reconcile(self) -> None:
        """What differs is just what the person did: asked once on the way, and in the end."""
        self.reconciled = True
        self.assert_reconciled()

    @invariant()
    def holds(self) -> None:
        """What is in the ERP, what was heard of it, what the outbox says and what the trail tells fit each other."""
        self.world.effects.check(self.world.states())
        verified = self.world.store.verify_audit()
        assert verified.ok, verified.problems
        told = self.world.told()
        for key, state in self.world.states().items():
            assert state in {"approved", "sending", told.get(key)}, (
                f"{key} is {state}, and the trail says {told.get(key)}"
            )

    def teardown(self) -> None:
        """Whatever happened, one clean run settles everything."""
        try:
            if sys.exc_info()[0] is None and hasattr(self, "world"):
                self.settle()
        finally:
            self.end()

    def go(
        self,
        which: int | list[str],
        batch_size: int,
        trouble: Trouble | None = None,
        pause: Pause | None = None,
        drained_after: int | None = None,
    ) -> None:
        """Let a run apply a plan, or make one of some actions first, have it approved, and wait until nobody runs."""
        if isinstance(which, list):
            self.sync()
            self.plan(which)
            self.say(0, which, "carl", Verdict.APPROVED, unsent=True)
            self.world.now += timedelta(minutes=2)
            which = 0
        plan, asked = self.plan_of(which), iter(range(100))
        run = self.run(plan, trouble, pause)
        run.go(
            lambda store, target: apply_plan(
                plan,
                store=store,
                target=target,
                current_snapshot=run.snapshot,
                owner=run.name,
                batch_size=batch_size,
                sleep=lambda _seconds: None,
                stopping=lambda: drained_after is not None and next(asked) >= drained_after,
            )
        )
        self.after(run)

    def settle(self) -> None:
        """Wake who sleeps, wait until no lease is held, plan all there is, approve it, apply it; and once more."""
        while self.sleepers:
            self.wake(0, kill=False)
        self.world.now = max(self.world.now, self.world.leased_until) + timedelta(hours=1)
        self.recover(None)
        self.sync()
        self.plan(list(KEYS))
        for checker in ("carl", "cora"):  # the first lifts what was rejected
            self.say(0, list(KEYS), checker, Verdict.APPROVED, unsent=True)
        plan = self.plan_of(0)
        predicted = self.clean(plan, dry_run=True)
        self.holds()
        done = self.clean(plan)
        self.holds()
        assert done == {key: {"would_create": "created"}.get(told, told) for key, told in predicted.items()}
        assert set(done.values()) <= {"created", "exists", "already_applied", "stale", "refused", "conflict"}
        assert not set(self.world.states().values()) & {"approved", "sending", "in_doubt"}
        effects = dict(self.world.books.erp.effects)
        again = self.clean(plan)
        assert again == {
            key: "already_applied" if told in {"created", "exists"} else told for key, told in done.items()
        }
        assert effects == dict(self.world.books.erp.effects)
        self.assert_reconciled()

    def clean(self, plan: Plan, *, dry_run: bool = False) -> dict[str, str]:
        """Outcomes of an apply without trouble."""
        run = self.run(plan, None, None)
        target = MemoryTarget(self.world.books.erp) if dry_run else None
        current = self.world.books.snapshot
        run.go(lambda store, line: apply_plan(
            plan, store=store, target=target or line, current_snapshot=current, owner=run.name, dry_run=dry_run
        ))  # fmt: skip
        assert run.error is None, run.error
        run.end() if dry_run else self.after(run)
        return {one.key: str(one.outcome) for one in run.result.actions}

    def end(self) -> None:
        """Leave nothing behind."""
        for run in self.sleepers:
            run.wake(kill=True)
            run.end()
        if hasattr(self, "world"):
            self.world.close()
            self.logs.__exit__(None, None, None)

    def plan_of(self, which: int) -> Plan:
        """A plan, counted from the newest."""
        return self.plans[-1 - which % len(self.plans)]

    def run(self, plan: Plan | None, trouble: Trouble | None, pause: Pause | None) -> Run:
        """Make ready a run of a plan, or of recovery."""
        self.runs += 1
        return Run(self.world, f"run {self.runs}", plan, trouble, pause)

    def say(self, which: int, keys: list[str] | None, checker: str, verdict: Verdict, *, unsent: bool = False) -> None:
        """Say a word on some actions of a plan; with `unsent`, on those that did not leave yet."""
        plan, states, store = self.plan_of(which), self.world.states(), self.world.store
        sent = {key for key, state in states.items() if state in {"sending", "in_doubt", "done", "conflict"}}
        if keys is not None:
            keys = [action.key for action in plan.actions if action.key in keys and not (unsent and action.key in sent)]
        verb: Callable[..., tuple[str, ...]] = {
            Verdict.APPROVED: store.approve,
            Verdict.REJECTED: store.reject,
            Verdict.REVOKED: store.revoke,
        }[verdict]
        try:
            new = verb(plan, keys, checker)
        except ApprovalError:
            about = [action.key for action in plan.actions] if keys is None else keys
            assert sent.intersection(about), "nothing of it was sent, and no word is taken"
            return
        self.world.words.say(plan, new, verdict, self.world.now)
        for key in keys or ():
            may = self.world.words.may_send(plan, key, self.world.now)
            assert may == (verdict is Verdict.APPROVED) or verdict is Verdict.REVOKED, (
                f"{verdict} does nothing to {key}"
            )

    def after(self, run: Run) -> None:
        """Hold how a run ended against what may be."""
        if run.asleep:
            self.sleepers.append(run)
            return
        failed = run.failed
        run.end()
        error, world = run.error, self.world
        if error is None and not run.was_overtaken:
            self.assert_reported(run.result)
        elif isinstance(error, LeaseHeld):
            held = any(one.may_hold_lease for one in self.sleepers) or world.leased_until > world.now
            assert run.was_overtaken or (run.fencing is None and held), f"nobody has the lease: {error}"
        elif isinstance(error, Killed):
            assert failed
        elif isinstance(error, PlanError):
            assert run.plan is not None
            assert run.plan.snapshot != run.snapshot
        elif isinstance(error, StateError):
            assert failed, f"nothing happened to the state database: {error}"
        elif error is not None:
            raise error
        if world.holder is run:
            world.holder = None

    def assert_reported(self, report: Any) -> None:
        """The outbox has what was reported, and no later action of an account overtook one that was left."""
        states, waiting = self.world.states(), set()
        for one in getattr(report, "actions", ()):
            assert states.get(one.key) in REPORTED[one.outcome], f"{one} is {states.get(one.key)}"
            assert one.account_id not in waiting or one.outcome not in {"created", "exists"}, f"{one} came too early"
            waiting |= {one.account_id} if one.outcome in {"left", "in_doubt"} else set()

    def assert_reconciled(self) -> None:
        """What a reconciliation tells is what the person did."""
        world, folder, paths = self.world, processes()[1].parent, {}
        for name in ("adjustments", "holds", "notes", "customers"):
            paths[name] = [folder / f"{name}.parquet"]
            batch = make_batch(ENTITIES[name], world.books.erp.table(name))
            assert not batch.rejects.num_rows, batch.rejects.to_pylist()
            pq.write_table(pa.Table.from_batches([batch.rows]), paths[name][0])
        with Reconciliation(Read(paths), sent_rows(world.store.outbox.all_rows(), None)) as found:  # type: ignore[arg-type]
            told = {(row["what"], row["key"] or "") for row in found.rows()}
        assert told == differences(world.books, world.states())


class Read:
    """What a reconciliation needs of a snapshot."""

    def __init__(self, paths: dict[str, list[Path]]) -> None:
        self.tables = lambda: paths


TestWriteBack = WriteBack.TestCase
TestWriteBack.settings = settings(randomly(SHARE), stateful_step_count=STEPS)

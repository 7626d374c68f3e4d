"""Runs of apply and recover that fail, sleep and are killed: each a process with connections of its own."""

import gc
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import OperationalError
from typing import Any

from failing_driver import FailingDriver, Killed, hurry
from sqlalchemy import select
from write_back_desk import CATALOGUE, Books
from write_back_model import EXPIRY, Effects, Words

from erp_ar_ext.errors import RejectedWriteError, TransientWriteError, UnknownOutcomeError
from erp_ar_ext.limits import Approvals
from erp_ar_ext.plan.document import Plan
from erp_ar_ext.spi import Intent, Outcome, WriteResult
from erp_ar_ext.store import Store
from erp_ar_ext.store.tables import AUDIT
from erp_ar_ext.store.tables import LEASE as LEASE_ROWS
from erp_ar_ext.testing import Fault, Moment
from erp_ar_ext.testing.memory import MemoryTarget

LIMITS = Approvals(expires_after_hours=EXPIRY // timedelta(hours=1))
START = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
STEPS = ("queue", "begin_sending", "settle")
"""Steps of the outbox before and after which a run may fall asleep."""
LEASE = timedelta(seconds=60)
UNSETTLED = {"sending", "in_doubt"}

ERRORS: dict[str, Callable[[], BaseException]] = {
    "transient": lambda: TransientWriteError("row locked"),
    "rejected": lambda: RejectedWriteError("the period is closed"),
    "unknown": lambda: UnknownOutcomeError("the answer is lost"),
    "connection": lambda: ConnectionError("broken pipe"),
    "kill": Killed,
    "disk": lambda: OperationalError("disk I/O error"),
}


@dataclass(frozen=True)
class Trouble:
    """Which call of a run fails, to the `state` database or to the `erp`, when, and how."""

    where: str
    call: int
    moment: str
    error: str
    lasting: bool


@dataclass(frozen=True)
class Pause:
    """Before or after which step a run falls asleep, the first time it comes there."""

    step: str
    moment: str


class Process:
    """A process that uses the state database: its connections, and the driver through which they go."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.driver = FailingDriver(store.database.engine)


class Processes:
    """Those who use one state database.

    One that has ended stands up again as the next one: it connects anew, and knows how its statements are written.
    """

    def __init__(self, url: str) -> None:
        self.url, self.now = url, START
        self._ended: list[Process] = []

    def begin(self) -> Process:
        """Begin a process."""
        if self._ended:
            return self._ended.pop()
        return Process(hurry(Store.open(self.url, Path(), clock=lambda: self.now, limits=LIMITS)))

    def end(self, process: Process) -> None:
        """End one: its connections are gone."""
        process.driver.heal()
        process.store.close()
        self._ended.append(process)


class World:
    """What all runs share: the state database, the ERP, the clock, and what must hold."""

    def __init__(self, processes: Processes, *, trusting: bool) -> None:
        self.processes = processes
        self.now = START
        self.books = Books.open(trusting=trusting)
        self.words, self.effects = Words(), Effects(self.books)
        self._process = processes.begin()
        self.store = self._process.store
        self.holder: Run | None = None
        self.leased_until = self.now
        """Until when a lease may be held that nobody let go of."""

    @property
    def now(self) -> datetime:
        """What the clock says, to everybody."""
        return self.processes.now

    @now.setter
    def now(self, moment: datetime) -> None:
        self.processes.now = moment

    def states(self) -> dict[str, str]:
        """State of each row of the outbox, by key."""
        return {row.key: str(row.state) for row in self.store.outbox.all_rows()}

    def told(self) -> dict[str, str]:
        """What the audit trail tells last of each action's way through the outbox."""
        query = (
            select(AUDIT.c.action_key, AUDIT.c.event).where(AUDIT.c.event.startswith("outbox.")).order_by(AUDIT.c.seq)
        )
        with self.store.database.reading() as connection:
            return {row.action_key: row.event.removeprefix("outbox.") for row in connection.execute(query)}

    def fencing(self) -> int | None:
        """Number of the last run that took the lease."""
        with self.store.database.reading() as connection:
            return connection.scalar(select(LEASE_ROWS.c.fencing))

    def close(self) -> None:
        """Close the state database."""
        self.processes.end(self._process)


class Run:
    """One run: it begins, may sleep and be woken, and ends with what it returned or raised."""

    def __init__(
        self, world: World, name: str, plan: Plan | None, trouble: Trouble | None, pause: Pause | None
    ) -> None:
        self.world, self.name, self.plan, self.pause = world, name, plan, pause
        self.snapshot = world.books.snapshot
        self.since = world.now
        self.moment = world.now
        """When it last marked actions as being sent."""
        self.said = 0
        """How many words were said by then."""
        self.offered: list[str] = []
        self.fencing: int | None = None
        """The number of its lease; None before it has one."""
        self.result: Any = None
        self.error: BaseException | None = None
        self.broken: AssertionError | None = None
        self._process = world.processes.begin()
        self.store, self.driver = self._process.store, self._process.driver
        if trouble and trouble.where == "state":
            self.driver.arm(trouble.call, trouble.moment, ERRORS[trouble.error], trouble.lasting)
        self.target = Line(self, trouble if trouble and trouble.where == "erp" else None)
        self._watch()
        self._work: Callable[[], Any] | None = None
        self._rest, self._woken, self._die = threading.Event(), threading.Event(), False
        self.asleep = False

    @property
    def was_overtaken(self) -> bool:
        """Whether another run has taken the lease since."""
        return self.fencing is not None and self.fencing != self.world.fencing()

    @property
    def failed(self) -> bool:
        """Whether the state database failed it, or it was killed: then nobody knows whether it let go of the lease."""
        return bool(self.driver.struck)

    @property
    def may_hold_lease(self) -> bool:
        """Whether its lease has neither run out nor, since the clock was set back, ends later than any may."""
        return self.in_time and not self.was_overtaken

    @property
    def in_time(self) -> bool:
        """Whether a lease that it took or renewed when it last was awake would still be good."""
        return self.world.now < self.since + LEASE <= self.world.now + 2 * LEASE

    def go(self, work: Callable[[Store, Any], Any]) -> None:
        """Run until the end, or until it falls asleep."""
        self._work = lambda: work(self.store, self.target)
        if self.pause is None:
            self._live()
        else:
            threading.Thread(target=self._live, daemon=True).start()
            self._rest.wait()
        self._raise_broken_laws()

    def wake(self, *, kill: bool = False) -> None:
        """Go on where it fell asleep, or die there."""
        self._rest.clear()
        self._die, self.asleep, self.since = kill, False, self.world.now
        self._woken.set()
        self._rest.wait()
        self._raise_broken_laws()

    def at(self, step: str, moment: str) -> None:
        """Fall asleep here, if this is where it is to sleep."""
        if self.pause == Pause(step, moment):
            self.pause, self.asleep = None, True
            self._rest.set()
            self._woken.wait()
            if self._die:
                raise self.killed()

    def killed(self) -> Killed:
        """Let nothing of this run reach the state database any more."""
        self.driver.die()
        return Killed()

    def began(self) -> None:
        """Be the one that has the lease, from when it first asks the ERP something: nobody else may have it."""
        if self.fencing is not None:
            return
        before, self.fencing = self.world.holder, self.world.fencing() or 0
        if before is not None and before.asleep and before.fencing == self.fencing - 1:  # it was taken from this one
            assert not before.in_time, f"{self.name} runs while {before.name} has the lease"
        self.world.holder = self

    def _live(self) -> None:
        try:
            self.result = self._work() if self._work else None
        except BaseException as error:  # noqa: BLE001 - a kill is none that is caught elsewhere
            self.error = error.with_traceback(None) if not isinstance(error, AssertionError) else error
            self.error.__context__ = self.error.__cause__ = None
        if self.failed:
            self.world.leased_until = max(self.world.leased_until, self.world.now + LEASE)
            gc.collect(1)  # a dead process keeps no cursor, and so no lock
        self._rest.set()

    def end(self) -> None:
        """Leave the process."""
        for step in STEPS:
            delattr(self.store.outbox, step)
        self.world.processes.end(self._process)

    def _raise_broken_laws(self) -> None:
        broken = self.broken or (self.error if isinstance(self.error, AssertionError) else None)
        if broken is not None:
            raise broken

    def _watch(self) -> None:
        outbox = self.store.outbox
        for step in STEPS:
            setattr(outbox, step, self._watched(step, getattr(outbox, step)))

    def _watched(self, step: str, ask: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any) -> Any:
            self.at(step, "before")
            if step == "begin_sending":
                self.moment, self.said = self.world.now, len(self.world.words.said)
            answer = ask(*arguments)
            self.at(step, "after")
            return answer

        return watched


class Line:
    """The line to the ERP: where it fails, where a run sleeps, and where what is sent is looked at."""

    def __init__(self, run: Run, trouble: Trouble | None) -> None:
        self._run, self._world = run, run.world
        self._target = MemoryTarget(run.world.books.erp)
        self._calls = 0
        self._trouble = trouble

    def identity(self) -> Any:
        """Whoever asks this has the lease."""
        self._run.began()
        return self._target.identity()

    def write(self, intents: Sequence[Intent]) -> Sequence[WriteResult]:
        """Write, and remember what was heard."""
        run, effects, keys = self._run, self._world.effects, [intent.key for intent in intents]
        run.at("write", "before")
        try:
            self._inspect(keys)
        except AssertionError as error:
            run.broken = error  # whatever a target raises, the product takes for a lost answer
            raise
        before = {key: self._world.books.present(key) for key in keys}
        answers: Sequence[WriteResult] | None = None
        try:
            answers = self._call(self._target.write, intents)
        except TransientWriteError:
            answers = [WriteResult(key, Outcome.LEFT) for key in keys]  # nothing was written
            raise
        except RejectedWriteError:
            answers = [WriteResult(key, Outcome.REFUSED) for key in keys]
            raise
        finally:
            if run.was_overtaken:
                effects.late |= {key for key in keys if self._world.books.present(key) > before[key]}
            elif answers is None:
                effects.hear_nothing(keys)
            else:
                effects.hear(answers)
        run.at("write", "after")
        return answers

    def look_up(self, intents: Sequence[Intent]) -> Sequence[WriteResult | None]:
        """Look up, and remember what was found."""
        self._run.at("look_up", "before")
        results = self._call(self._target.look_up, intents)
        if not self._run.was_overtaken:
            self._world.effects.look_up([intent.key for intent in intents], results)
        self._run.at("look_up", "after")
        return results

    def _call(self, ask: Callable[..., Any], intents: Sequence[Intent]) -> Any:
        erp, trouble = self._world.books.erp, self._trouble
        erp.calls = self._calls
        if trouble:
            erp.fault = Fault(trouble.call, Moment(trouble.moment), ERRORS[trouble.error](), trouble.lasting)
        try:
            return ask(intents)
        except Killed:
            raise self._run.killed() from None
        finally:
            self._calls, erp.fault = erp.calls, None

    def _inspect(self, keys: Sequence[str]) -> None:
        """Hold what is sent against the words that were said, and against what the outbox has committed."""
        run, world, plan = self._run, self._world, self._run.plan
        assert plan is not None, "recovery sends something"
        words = Words()
        words.said = world.words.said[: run.said]
        for key in keys:
            assert words.may_send(plan, key, run.moment), f"{key} is sent, and may not be"
        assert plan.snapshot == run.snapshot, "a plan from an older snapshot is sent"
        if run.was_overtaken:
            return
        states = world.states()
        for key in keys:
            assert states.get(key) == "sending", f"{key} is sent, and the outbox says {states.get(key)}"
        for key, state in states.items():
            waits = state in UNSETTLED or (key in run.offered and state == "approved")
            before = waits and key not in keys and _account(key) in {_account(one) for one in keys}
            assert not before, f"{keys} are sent before {key} of the same account, which is {state}"
        run.offered += keys


def _account(key: str) -> str:
    return str(CATALOGUE[key]["account_id"])

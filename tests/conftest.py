"""What tests of several rooms share: plans, a clock, state databases."""

import gc
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import structlog

from erp_ar_ext.apply import apply_plan
from erp_ar_ext.engine import instances
from erp_ar_ext.plan.document import FORMAT, Action, Plan, plan_digest
from erp_ar_ext.spi import ActionKind
from erp_ar_ext.store import Store
from erp_ar_ext.testing import COMPANY, MemoryErp
from erp_ar_ext.testing.memory import MemoryTarget

pytest.register_assert_rewrite("erp_ar_ext.testing.conformance")

pytest_plugins = [
    "small_ledgers",
    "small_plans",
    "company_in_files",
    "postgresql_servers",
    "oracle_backends",
    "oracle_books",
    "oracle_package",
    "state_databases",
    "state_sql",
    "demanded_events",
]
"""Fixtures and hooks of `tests/fixtures`, which all folders of tests share."""

SNAPSHOT = "sha256:" + "5" * 64


MEMORY, ROOM = Path("/dev/shm"), 4 << 30  # noqa: S108 - each file there is in a private folder, as in TMPDIR


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    """Give the random tests of each run a seed of their own, unless one is asked for: with it, they are the same."""
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(secrets.randbelow(2**32))
    if "TMPDIR" not in os.environ and _may_hold_files(MEMORY):
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # it is asked for anew


def _may_hold_files(folder):
    """Whether temporary files and databases fit into memory, where no commit waits for a disk."""
    if not os.access(folder, os.W_OK | os.X_OK) or os.statvfs(folder).f_flag & os.ST_NOEXEC:
        return False
    return shutil.disk_usage(folder).free > ROOM


EFFORT = int(os.environ.get("ERP_AR_TEST_EFFORT", "1"))


@pytest.fixture
def effort():
    """How much effort this run is to make: with 2 or more it leaves nothing out."""
    return EFFORT


def pytest_collection_modifyitems(items):
    """Leave what takes long to the runs that ask for more effort."""
    if EFFORT < 2:
        why = pytest.mark.skip(reason="takes long: runs with ERP_AR_TEST_EFFORT=2 or more")
        for item in items:
            if item.get_closest_marker("thorough"):
                item.add_marker(why)


def pytest_sessionstart():
    """Let an engine in this process keep one core busy: the tests run on all of them already."""
    instances.SETTINGS["threads"] = "1"


def pytest_collection_finish():
    """What was imported and collected stays to the end: no collection of garbage need look at it again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure():
    """Let the end of the process find everything that it has to let go of."""
    gc.unfreeze()


def pytest_report_header(config):
    """Say the seed before the tests."""
    return f"random tests: --hypothesis-seed={config.option.hypothesis_seed}"


def pytest_terminal_summary(terminalreporter, config):
    """Say it again where one failed, as a quiet run has no header, and how many faults were tried."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    points = [count for report in reports for name, count in report.user_properties if name == "fault points"]
    if points:
        terminalreporter.line(f"fault points: {sum(points):,} calls went wrong, each in its way")
    if terminalreporter.stats.get("failed"):
        terminalreporter.line(f"The same random tests again: --hypothesis-seed={config.option.hypothesis_seed}")


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self):
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self):
        """Tell the moment."""
        return self.now

    def forward(self, **step):
        """Let time pass."""
        self.now += timedelta(**step)


@pytest.fixture(autouse=True)
def logging_as_it_was():
    """A command that was run in this process leaves no logging behind for the next test."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def make_action():
    """A note on an account of the example company, unless told otherwise."""

    def make(key, **changes):
        values = {
            "key": key,
            "kind": ActionKind.NOTE,
            "org_id": "081",
            "account_id": "0007",
            "rule": "reminder",
            "reason": "overdue",
            "facts": {"overdue_amount": "100.00"},
            "payload": {"text": f"Reminder {key}.", "note_kind": "dunning"},
            "approval": "auto",
        }
        return Action(**(values | changes))

    return make


@pytest.fixture
def make_write_off(make_action):
    """A write-off of 4.50 USD, which needs approval, on the first schedule of the example company."""

    def make(key, **changes):
        values = {
            "kind": ActionKind.ADJUSTMENT,
            "schedule_id": "S101",
            "amount": Decimal("-4.50"),
            "currency": "USD",
            "payload": {"type": "LINE", "reason": "small balance"},
            "guard": {"amount_original": "120.00", "amount_remaining": "100.00"},
            "approval": "required",
        }
        return make_action(key, **(values | changes))

    return make


@pytest.fixture
def make_plan():
    """A plan that mary made from the current snapshot of the memory ERP, with its true digest."""

    def make(*actions, snapshot=SNAPSHOT, erp=None, maker="mary"):
        document = {
            "format": FORMAT,
            "as_of": date(2026, 3, 2),
            "snapshot": snapshot,
            "policy": {"name": "default", "digest": "sha256:" + "7" * 64},
            "erp": erp or {"adapter": "memory", "name": "memory"},
            "maker": maker,
            "totals": {},
            "tie_out": {},
            "actions": [action.model_dump(mode="json") for action in actions],
            "findings": [],
        }
        return Plan.model_validate({**document, "plan_id": plan_digest(document)})

    return make


@dataclass
class Desk:
    """A collections desk: an ERP in memory that holds the example company, and a state database."""

    store: Store
    erp: MemoryErp
    target: MemoryTarget

    def apply(self, plan, **changes):
        """Apply a plan as the command would; tries again without waiting."""
        arguments = {
            "store": self.store,
            "target": self.target,
            "current_snapshot": SNAPSHOT,
            "owner": "run",
            "sleep": lambda _seconds: None,
        }
        return apply_plan(plan, **(arguments | changes))

    def outcomes(self, report):
        """Outcome of each action of a report, by key."""
        return {one.key: str(one.outcome) for one in report.actions}

    def states(self):
        """State of each outbox row, by key."""
        return {row.key: str(row.state) for row in self.store.outbox.all_rows()}


@pytest.fixture
def make_desk():
    """A desk with a fresh ERP, on a given state database."""

    def make(store):
        erp = MemoryErp.of(COMPANY)
        return Desk(store, erp, MemoryTarget(erp))

    return make


@pytest.fixture
def desk(sqlite_store, make_desk):
    """A desk whose state database is on SQLite."""
    return make_desk(sqlite_store)

"""What runs out, is locked, or jumps: each ends in words and a next step, and one clean run afterwards in each once."""

import atexit
import contextlib
import csv
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from erp_ar_ext_csv import append

from erp_ar_ext.apply import ActionOutcome
from erp_ar_ext.errors import LeaseHeld
from erp_ar_ext.store import Store, database
from erp_ar_ext.store.leases import LEASE_TTL

DAY = "2026-01-31"


@dataclass(frozen=True)
class SmallDisk:
    """A file system of its own that holds little."""

    path: Path

    def fill(self, leave=0):
        """Leave so many bytes free."""
        ballast = self.path / "ballast"
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(4096)):
                pass
        if leave:
            os.truncate(ballast, max(0, ballast.stat().st_size - leave))

    def clear(self):
        """Make room."""
        (self.path / "ballast").unlink()

    def remount(self, how):
        """Mount it anew, `ro` or `rw`."""
        subprocess.run(["mount", "-o", f"remount,{how}", str(self.path)], check=True)


@pytest.fixture
def small_disk():
    """Mount small disks; only root may."""
    mounted = []

    def mount(path, size="256k"):
        path.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(path)]
        if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("this user may mount no file system")
        mounted.append(path)
        return SmallDisk(path)

    yield mount
    for path in mounted:
        subprocess.run(["umount", "-l", str(path)], check=True)


class Job:
    """The main job of a company in files, with a plan that is approved and not applied yet."""

    def __init__(self, company, state="state/state.db"):
        self.company, self.state, self.plan = company, company.folder / state, company.folder / "plan.json"
        config = company.folder / "erp-ar.toml"
        company.write("erp-ar.toml", config.read_text() + f'\n[state]\nurl = "sqlite:///{state}"\n')
        (company.data / "writeback").mkdir(exist_ok=True)

    made = None

    def approved(self):
        """Sync, plan, approve: once, and then as it was kept of the first time."""
        if Job.made is None:
            Job.made = Path(tempfile.mkdtemp(prefix="approved-"))
            atexit.register(shutil.rmtree, Job.made, ignore_errors=True)
            self.prepare()
            for path in (self.company.folder / ".erp-ar", self.state.parent):
                shutil.copytree(path, Job.made / path.name)
            shutil.copy(self.plan, Job.made)
        else:
            shutil.copytree(Job.made, self.company.folder, dirs_exist_ok=True)
        return self

    def prepare(self):
        """Sync, plan, approve."""
        for command in (["sync"], ["plan", "--as-of", DAY, "--as", "mary", "--out", self.plan]):
            assert self.company.erp_ar(*command).code in (0, 2)
        assert self.company.erp_ar("approve", self.plan, "--as", "bob").code == 0

    def apply(self):
        """Apply the plan."""
        return self.company.erp_ar("apply", self.plan, "--json")

    def apply_again(self):
        """Apply when the lease of the run that could not even let go of it has run out."""
        with contextlib.closing(sqlite3.connect(self.state)) as database, database:
            database.execute("UPDATE lease SET expires_at = '2000-01-01T00:00:00.000000Z'")
        assert self.apply().code == 0

    def written(self):
        """How often each reference stands in the write-back files."""
        found = Counter()
        for path in (self.company.data / "writeback").glob("*.csv"):
            with path.open(newline="", encoding="utf-8") as file:
                found.update(row["external_ref"] for row in csv.DictReader(file))
        return found

    def assert_each_once(self):
        """All of the plan is done, once, nothing is left half written, and the trail verifies."""
        with Store.open(f"sqlite:///{self.state}", self.company.folder) as store:
            rows = store.outbox.all_rows()
        assert rows
        assert {str(row.state) for row in rows} == {"done"}
        assert self.written() == {row.intent.external_ref: 1 for row in rows}
        assert self.company.erp_ar("audit", "verify").code == 0
        assert [name for name in self.company.files() if name.endswith(".tmp")] == []


def assert_worded(answer, *words):
    """An error with its next step, that shows no trace."""
    error = answer.json["error"]
    assert error["hint"]
    assert not error["message"].startswith("unexpected")
    assert any(word in error["message"] + error["hint"] for word in words), error


@pytest.mark.parametrize("leave", [0, 8, 24, 40])
def test_a_full_disk_under_the_state_database(company, small_disk, leave):
    """However little room is left when apply begins, it ends in words; with room it ends with each action once."""
    disk = small_disk(company.folder / "state")
    job = Job(company).approved()
    disk.fill(leave * 1024)
    full = job.apply()
    assert full.code in ((1,) if leave < 8 else (0, 1, 4))
    if full.code == 1:
        assert_worded(full, "disk is full", "make room")
    assert set(job.written().values()) <= {1}
    disk.clear()
    job.apply_again()
    job.assert_each_once()


def test_a_full_disk_under_the_write_back_folder(company, small_disk):
    """Nothing was written, the actions are left with the reason, and a later apply ends it."""
    job = Job(company)
    disk = small_disk(company.data / "writeback")
    job.approved()
    disk.fill()
    full = job.apply()
    assert full.code == 3
    assert {(one["outcome"], "No space left" in one["message"]) for one in full.json["actions"]} == {("left", True)}
    disk.clear()
    job.apply_again()
    job.assert_each_once()


@pytest.mark.parametrize("leave", [0, 48])
def test_a_full_disk_under_the_snapshots(company, small_disk, leave):
    """A sync that finds no room ends in words, leaves no snapshot and no scratch, and the next one succeeds."""
    disk = small_disk(company.folder / ".erp-ar", "512k")
    job = Job(company)
    disk.fill(leave * 1024)
    full = company.erp_ar("sync", "--json")
    assert full.code == 1
    assert_worded(full, "No space left", "disk has room", "free")
    assert [path for path in disk.path.rglob("*") if path.is_file() and path.name != "ballast"] == []
    disk.clear()
    job.prepare()
    job.apply_again()
    job.assert_each_once()


@pytest.mark.parametrize("command", ["plan", "report", "aging"])
def test_a_full_disk_where_an_output_goes(company, small_disk, command):
    """No half of a plan, a report or an export is left, and what was there before still is."""
    disk = small_disk(company.folder / "out")
    job = Job(company).approved()
    arguments = {
        "plan": ["plan", "--as-of", DAY, "--as", "mary", "--out", disk.path / "new.json"],
        "report": ["report", job.plan, "--out", disk.path / "new.html"],
        "aging": ["aging", "--as-of", DAY, "--out", disk.path / "new.csv"],
    }[command]
    before = disk.path / arguments[-1].name
    before.write_text("before")
    disk.fill()
    full = company.erp_ar(*arguments, "--json")
    assert full.code in (1, 64)
    assert_worded(full, "No space left", "room")
    assert sorted(path.name for path in disk.path.iterdir()) == ["ballast", before.name]
    assert before.read_text() == "before"
    disk.clear()
    assert company.erp_ar(*arguments).code in (0, 2)


def test_a_state_database_that_cannot_be_written(company, small_disk):
    """On a file system that is mounted to be read, apply sends nothing and says what is wrong."""
    disk = small_disk(company.folder / "state")
    job = Job(company).approved()
    disk.remount("ro")
    answer = job.apply()
    assert answer.code == 1
    assert_worded(answer, "Read-only", "readonly")
    assert job.written() == {}
    disk.remount("rw")
    job.apply_again()
    job.assert_each_once()


def test_a_state_database_that_another_process_keeps_locked(company, monkeypatch):
    """Locked for longer than we wait: exit 1 with the advice to try again, nothing sent; then each action once."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    job = Job(company).approved()
    with contextlib.closing(sqlite3.connect(job.state)) as other:
        other.execute("BEGIN EXCLUSIVE")
        answer = job.apply()
        other.rollback()
    assert answer.code == 1
    assert_worded(answer, "try again")
    assert job.written() == {}
    job.apply_again()
    job.assert_each_once()


def test_a_lock_that_comes_while_the_erp_answers(company, monkeypatch):
    """What was sent and could not be recorded is looked up by the next run, not sent again."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    job, others = Job(company).approved(), []

    def locked(folder, rows, real=append.append):
        real(folder, rows)
        others.append(sqlite3.connect(job.state))
        others[-1].execute("BEGIN EXCLUSIVE")

    with monkeypatch.context() as patched:
        patched.setattr("erp_ar_ext_csv.target.append", locked)
        answer = job.apply()
    for other in others:
        other.close()
    assert (answer.code, len(others)) == (1, 1)
    assert_worded(answer, "try again")
    job.apply_again()
    job.assert_each_once()


@pytest.mark.parametrize("hours", [5, 24 * 400])
def test_a_clock_that_jumps_back_between_runs(sqlite_store, make_desk, full_plan, clock, hours):
    """Lease, last word, current snapshot and audit trail go by their order, not by a clock that was set back."""
    store = sqlite_store
    desk = make_desk(store)
    store.history.add("sha256:old", {"adapter": "memory"})
    store.approve(full_plan, None, "carl")
    clock.forward(hours=-hours)
    store.history.add("sha256:new", {"adapter": "memory"})
    store.reject(full_plan, ["write-off"], "carl")
    report = desk.apply(full_plan)
    outcomes = desk.outcomes(report)
    assert outcomes.pop("write-off") == str(ActionOutcome.REJECTED)
    assert set(outcomes.values()) == {"created"}
    assert store.current_snapshot() == "sha256:new"
    store.approve(full_plan, ["write-off"], "carl")
    assert desk.outcomes(desk.apply(full_plan))["write-off"] == "created"
    assert set(desk.erp.effects.values()) == {1}
    assert store.verify_audit().problems == ()


def test_a_clock_that_jumps_back_while_a_run_writes(sqlite_store, make_desk, full_plan, clock):
    """The runner keeps its lease and records what it did."""
    store = sqlite_store
    desk = make_desk(store)
    store.approve(full_plan, None, "carl")
    real = desk.target.write

    def write(intents):
        clock.forward(hours=-5)
        return real(intents)

    desk.target.write = write
    assert desk.apply(full_plan).exit_code == 0
    assert set(desk.erp.effects.values()) == {1}
    assert store.verify_audit().problems == ()


@pytest.mark.demands("lease.clock_set_back")
def test_a_dead_runners_lease_does_not_last_until_the_clock_has_caught_up(sqlite_store, clock):
    """A lease that ends later than any runner could have set it was set before the clock jumped: it may be taken."""
    store = sqlite_store
    dead = store.lease("dead")
    dead.__enter__()
    clock.forward(seconds=-LEASE_TTL.total_seconds() / 2)
    with pytest.raises(LeaseHeld), store.lease("next"):
        pass
    clock.forward(hours=-5)
    with store.lease("next") as lease:
        assert lease.fencing == 2
    dead.__exit__(None, None, None)


def test_a_commit_outlives_a_power_cut(sqlite_store):
    """SQLite waits for the disk at each commit, and for the folder when it removes the journal."""
    with sqlite_store.database.reading() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("synchronous", "journal_mode")]
    assert found == [3, "delete"]


def test_sending_is_on_the_disk_before_the_first_byte_leaves(company, monkeypatch):
    """Whoever looks while the folder is being written finds what is being sent, committed."""
    job, seen = Job(company).approved(), []

    def looking(folder, rows, real=append.append):
        with contextlib.closing(sqlite3.connect(job.state)) as other:
            seen.extend(other.execute("SELECT state FROM outbox").fetchall())
        real(folder, rows)

    monkeypatch.setattr("erp_ar_ext_csv.target.append", looking)
    assert job.apply().code == 0
    assert set(seen) == {("sending",)}


def test_a_new_write_back_folder_outlives_a_power_cut(company, monkeypatch):
    """Files are flushed before they are named, then the folder, and before all that the folder that it is in."""
    job = Job(company).approved()
    shutil.rmtree(company.data / "writeback")
    flushed = []

    def fsync(handle, real=os.fsync):
        flushed.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        real(handle)

    monkeypatch.setattr(append.os, "fsync", fsync)
    assert job.apply().code == 0
    ours = [name for name in flushed if name in {"data", "writeback"} or ".csv" in name or name.endswith(".tmp")]
    assert ours[0] == "data"
    assert ours[-1] == "writeback"
    assert all(name.endswith(".tmp") for name in ours[1:-1])

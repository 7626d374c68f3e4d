"""A write happens whole or not at all, and says which."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
import textwrap
from datetime import date
from pathlib import Path

import pytest
from erp_ar_ext_csv import append, engine

from erp_ar_ext.errors import TransientWriteError, UnknownOutcomeError
from erp_ar_ext.spi import ActionKind, Intent, Outcome


def note(key):
    payload = {"text": "Please pay."}
    return Intent(key, f"erp-ar:{key}", ActionKind.NOTE, "0007", date(2026, 3, 2), payload=payload)


def hold(key):
    payload = {"name": "credit-overdue", "scope": "account"}
    return Intent(key, f"erp-ar:{key}", ActionKind.HOLD, "0007", date(2026, 3, 2), payload=payload)


def failing_from(call, real, number):
    """Make a call fail with a full disk from its n-th use on."""
    uses = []

    def fail(*args, **kwargs):
        uses.append(call)
        if len(uses) >= number:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*args, **kwargs)

    return fail


def names(folder):
    return sorted(path.name for path in (folder.path / "writeback").iterdir())


@pytest.mark.parametrize(("owner", "call"), [(os, "fsync"), (Path, "replace")])
@pytest.mark.demands("csv.write_undone")
def test_a_failure_before_the_first_file_is_in_place_writes_nothing(folder, monkeypatch, owner, call):
    """A full disk before anything is in place is transient: no row, no temporary file, and a next step."""
    folder.write(note("before"))
    monkeypatch.setattr(owner, call, failing_from(call, getattr(owner, call), 1))
    with pytest.raises(TransientWriteError, match="No space left on device") as caught:
        folder.write(note("n1"))
    monkeypatch.undo()
    assert "disk space" in caught.value.hint
    assert [row["external_ref"] for row in folder.read("notes").rows] == ["erp-ar:before"]
    assert names(folder) == [".lock", "notes.csv"]
    assert [one.outcome for one in folder.write(note("n1"))] == [Outcome.CREATED]


@pytest.mark.parametrize(("owner", "call", "number"), [(Path, "replace", 2), (os, "fsync", 4)])
@pytest.mark.demands("csv.write_in_doubt")
def test_a_failure_between_two_files_is_in_doubt(folder, monkeypatch, owner, call, number):
    """When one file of two is in place nobody may say that nothing was written; a look-up tells."""
    intents = [note("n1"), hold("h1")]
    monkeypatch.setattr(owner, call, failing_from(call, getattr(owner, call), number))
    with pytest.raises(UnknownOutcomeError):
        folder.write(*intents)
    monkeypatch.undo()
    with folder.target() as target:
        found = [one is not None for one in target.look_up(intents)]
    assert found == ([True, False] if call == "replace" else [True, True])
    assert [name for name in names(folder) if name.endswith(".tmp")] == []


@pytest.mark.demands("csv.left_over_removed")
def test_a_killed_writer_leaves_nothing_behind(folder):
    """A process killed between writing and putting in place has written nothing; the next write cleans up."""
    folder.write(note("before"))
    script = f"""
        import os, signal
        from datetime import date
        from pathlib import Path
        from erp_ar_ext.spi import ActionKind, Intent, ReadContext
        from erp_ar_ext_csv import ADAPTER
        Path.replace = lambda *args: os.kill(os.getpid(), signal.SIGKILL)
        context = ReadContext(Path({str(folder.context.base_dir)!r}), Path({str(folder.context.work_dir)!r}))
        target = ADAPTER.open_target({folder.settings!r}, context)
        payload = {{"text": "Please pay."}}
        target.write([Intent("n1", "erp-ar:n1", ActionKind.NOTE, "0007", date(2026, 3, 2), payload=payload)])
    """
    assert subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False).returncode == -9
    assert any(name.endswith(".tmp") for name in names(folder))
    assert [row["external_ref"] for row in folder.read("notes").rows] == ["erp-ar:before"]
    assert [one.outcome for one in folder.write(note("n1"))] == [Outcome.CREATED]
    assert names(folder) == [".lock", "notes.csv"]


def test_one_writer_at_a_time(folder, monkeypatch):
    """While another process holds the lock nothing is written, and the answer says so."""
    monkeypatch.setattr(append, "LOCK_WAIT_SECONDS", 0.0)
    with append.exclusive(folder.path / "writeback"), pytest.raises(TransientWriteError, match="keeps the lock"):
        folder.write(note("n1"))
    assert [one.outcome for one in folder.write(note("n1"))] == [Outcome.CREATED]


@pytest.mark.demands("csv.waits_for_lock")
def test_a_lock_that_is_given_back_in_time_is_waited_for(folder, monkeypatch):
    """Where the other process is done between two looks at the lock, this one writes."""
    other = append.exclusive(folder.path / "writeback")
    other.__enter__()
    monkeypatch.setattr(append.time, "sleep", lambda _seconds: other.__exit__(None, None, None))
    assert [one.outcome for one in folder.write(note("n1"))] == [Outcome.CREATED]


@pytest.mark.demands("csv.scratch_let_go")
def test_a_full_disk_does_not_keep_a_target_from_closing(tmp_path):
    """What the scratch database still had to write goes with it: a file that cannot grow is let go of all the same."""
    connection = engine.file_session(tmp_path / "books.duckdb")
    connection.execute("CREATE TABLE kept AS SELECT hash(range) AS a FROM range(300000)")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, before[1]))
    try:
        engine.end_file_session(connection)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_folder_that_cannot_be_written(folder):
    """Where the write-back folder cannot be made, nothing was written and the hint names the leave to write."""
    folder.put("writeback", "a file in the way")
    with pytest.raises(TransientWriteError) as caught:
        folder.write(note("n1"))
    assert "leave to write" in caught.value.hint


def test_checks_and_look_ups_make_no_folder(folder):
    """Asking leaves no trace."""
    with folder.target() as target:
        target.check([note("n1")])
        target.look_up([note("n1")])
    assert not (folder.path / "writeback").exists()


@pytest.mark.parametrize("torn", [1, 2, 30])
def test_a_file_that_ends_within_a_row_is_not_added_to(folder, torn):
    """A new row must not be glued to a last row without its line break: nothing is written until a person looked."""
    folder.write(note("before"), hold("h0"))
    path = folder.path / "writeback/notes.csv"
    before = path.read_bytes()[:-torn]
    path.write_bytes(before)
    with pytest.raises(TransientWriteError) as caught:
        folder.write(note("n1"), hold("h1"))
    assert (caught.value.place, bool(caught.value.hint)) == ("writeback/notes.csv", True)
    assert path.read_bytes() == before
    assert len((folder.path / "writeback/holds.csv").read_bytes().splitlines()) == 2


def test_broken_files_of_the_target_leave_no_doubt(folder):
    """Columns or a mapping that cannot be used stop a write before it begins: it was not written, for certain."""
    good = (folder.path / "customers.csv").read_text()
    folder.put("customers.csv", good.replace("status", "state"))
    with pytest.raises(TransientWriteError, match="unknown column 'state'"):
        folder.write(note("n1"))
    folder.put("customers.csv", good)
    columns = {name: {"column": name} for name in ("account_id", "account_number", "name")}
    folder.map("customers", columns={**columns, "status": {"constant": "A"}, "credit_hold": {"constant": "maybe"}})
    with pytest.raises(TransientWriteError, match="the constant 'maybe'") as caught:
        folder.write(note("n1"))
    assert caught.value.hint
    del folder.settings["files"]
    assert [one.outcome for one in folder.write(note("n1"))] == [Outcome.CREATED]


def test_a_link_in_the_folder_leads_nowhere(folder):
    """Whoever else may write into the folder cannot have another file written through a link of a name of ours."""
    victim = folder.put("victim", "untouched")
    written = folder.path / "writeback"
    written.mkdir()
    (written / ".lock").symlink_to(victim)
    with pytest.raises(TransientWriteError, match="nothing was"):
        folder.write(note("n1"))
    (written / ".lock").unlink()
    temporary = written / f".notes.{os.getpid()}.tmp"
    temporary.symlink_to(victim)
    assert [one.outcome for one in folder.write(note("n1"))] == [Outcome.CREATED]
    assert victim.read_text() == "untouched"
    assert not temporary.is_symlink()

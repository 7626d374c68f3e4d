"""What an installation goes on from: the cursor in the state database, the sweep when it is due, and after a crash."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta

import pytest

from erp_ar_ext.cli.main import run
from erp_ar_ext.config import load_config
from erp_ar_ext.errors import SourceError
from erp_ar_ext.spi import registry
from erp_ar_ext.store import Store
from erp_ar_ext.store.history import History
from erp_ar_ext.testing import COMPANY, MemoryAdapter, MemoryErp
from erp_ar_ext.workspace import Workspace

CONFIG = '[source]\nadapter = "memory"\n'
HOUR = timedelta(hours=1)


class Office:
    """A workspace on the ERP in memory, and the clocks of both."""

    def __init__(self, folder, clock):
        self.folder, self.clock = folder, clock
        self.erp = MemoryErp.of(COMPANY)
        registry.register(MemoryAdapter(self.erp))
        self.configure("")

    def configure(self, more):
        """Open the installation anew, with these settings beside its source."""
        (self.folder / "erp-ar.toml").write_text(CONFIG + more)
        self.desk = Workspace(load_config(self.folder / "erp-ar.toml"))
        self.desk.__dict__["store"] = Store.open("sqlite:///state.db", self.folder, clock=self.clock)

    def pass_time(self, step):
        """Let the clocks of both go on."""
        self.erp.now += step
        self.clock.forward(seconds=step.total_seconds())

    def later(self, step=HOUR, **options):
        """Sync after some time."""
        self.pass_time(step)
        return self.desk.sync(**options)

    def change(self, amount):
        """Change an amount of the first schedule."""
        [row] = [row for row in self.erp.table("schedules") if row["schedule_id"] == "S101"]
        self.erp.put("schedules", {**row, "amount_remaining": amount})

    def is_right(self):
        """Whether the current snapshot is the one that reading everything gives."""
        current = self.desk.store.current_snapshot()
        return current == self.desk.sync(full=True).snapshot.snapshot_id


@pytest.fixture
def office(tmp_path, clock):
    made = Office(tmp_path, clock)
    yield made
    made.desk.close()
    registry._registered.pop("memory")


@pytest.mark.demands("sync.entity", "sync.done")
def test_a_sync_goes_on_from_the_cursor_less_the_overlap(office):
    """The window begins where the last sync's clock stood, less the overlap, and ends where it stands now."""
    started = office.erp.now
    first = office.desk.sync()
    second = office.later(5 * HOUR)
    third = office.later(HOUR)
    assert (first.mode, second.mode, third.mode) == ("full", "incremental", "incremental")
    assert (second.window.since, second.window.until) == (started - 2 * HOUR, started + 5 * HOUR)
    assert third.window.since == started + 3 * HOUR


def test_the_overlap_is_a_setting(office):
    """Where transactions last longer, more is read again."""
    office.configure("[sync]\noverlap_minutes = 600\n")
    started = office.erp.now
    office.desk.sync()
    assert office.later().window.since == started - 10 * HOUR


def test_keys_are_compared_when_the_last_time_is_long_ago(office):
    """A day after the last sweep the next sync is one, however many came between; a full sync counts as one."""
    office.desk.sync()
    assert [office.later(8 * HOUR).swept for _ in range(7)] == [False, False, True, False, False, True, False]
    office.later(8 * HOUR, full=True)
    assert [office.later(8 * HOUR).swept for _ in range(3)] == [False, False, True]


def test_keys_are_compared_each_time_where_that_is_wanted(office):
    """Nought hours between two sweeps means with every sync."""
    office.configure("[sync]\nsweep_hours = 0\n")
    office.desk.sync()
    assert [(result.mode, result.swept) for result in (office.later(), office.later())] == [("incremental", True)] * 2


def test_everything_is_read_where_that_is_wanted(office):
    """`full` reads all rows once, and the setting reads them always."""
    office.desk.sync()
    assert office.later(full=True).mode == "full"
    assert office.later().mode == "incremental"
    office.configure('[sync]\nmode = "full"\n')
    assert office.later().mode == "full"


def test_a_source_that_is_read_otherwise_is_read_whole(office, monkeypatch):
    """After the adapter or its settings changed, what was read before is not gone on from."""
    office.desk.sync()
    monkeypatch.setattr(office.desk, "_reading", lambda: "sha256:other")
    assert office.later().mode == "full"
    assert office.later().mode == "incremental"


def test_a_crash_before_the_state_is_written_repeats_the_window(office, monkeypatch):
    """Killed after its snapshot stood but before the state knew: the old one is current, and the next sync is right."""
    first = office.desk.sync().snapshot.snapshot_id
    cursor = office.desk.store.history.current().cursor
    office.pass_time(3 * HOUR)
    office.change("90.00")
    with monkeypatch.context() as patch:
        patch.setattr(History, "add", _killed)
        with pytest.raises(KeyboardInterrupt):
            office.later()
    assert (office.desk.store.current_snapshot(), office.desk.store.history.current().cursor) == (first, cursor)
    office.pass_time(5 * HOUR)
    office.change("80.00")
    result = office.later()
    assert result.window.since == cursor - 2 * HOUR
    assert office.is_right()


def _killed(*_arguments, **_options):
    raise KeyboardInterrupt


def test_a_source_that_fails_half_way_moves_nothing(office, monkeypatch):
    """When the ERP stops answering in the middle, snapshot and cursor stay, and nothing half built is left."""
    office.desk.sync()
    before = office.desk.store.history.current()
    files = sorted(office.desk.snapshots.root.iterdir())
    office.change("90.00")
    with monkeypatch.context() as patch:
        patch.setattr("erp_ar_ext.testing.memory.MemorySource.changes", _broken_at_schedules)
        with pytest.raises(SourceError):
            office.later()
    assert office.desk.store.history.current() == before
    assert sorted(office.desk.snapshots.root.iterdir()) == files
    office.later()
    assert office.is_right()


def _broken_at_schedules(_source, entity, _window):
    if entity.entity == "schedules":
        raise SourceError("the ERP does not answer")
    return iter(())


@pytest.mark.parametrize("damage", ["removed", "torn", "changed"])
@pytest.mark.demands("sync.base_not_usable")
def test_a_snapshot_that_is_damaged_is_not_gone_on_from(office, damage):
    """A snapshot that is gone or torn, or found changed when everything is compared, is made anew from the ERP."""
    office.configure("[sync]\nsweep_hours = 0\n")
    folder = office.desk.sync().snapshot.folder
    file = next(folder.glob("schedules*.parquet"))
    if damage == "removed":
        shutil.rmtree(folder)
    else:
        content = file.read_bytes()
        file.write_bytes(content[:-9] if damage == "torn" else content.replace(b"S101", b"S999"))
    result = office.later()
    assert result.mode == "full"
    result.snapshot.verify()
    assert office.is_right()


def test_another_erp_has_its_own_cursor(office):
    """A source that is another ERP is read whole; back at the first, its own cursor is gone on from."""
    office.desk.sync()
    office.erp.name = "other"
    assert office.later().mode == "full"
    office.erp.name = "memory"
    result = office.later()
    assert result.mode == "incremental"
    assert result.window.until - result.window.since == 4 * HOUR


def test_what_is_written_back_is_read_with_the_next_sync(office):
    """A hold that we placed ourselves is a change like any other."""
    office.desk.sync()
    hold = {"account_id": "0007", "hold_id": "W9", "scope": "account", "name": "limit", "applied_on": "2026-03-02"}
    office.pass_time(HOUR)
    office.erp.put("holds", {"org_id": "081", **hold})
    assert office.later().changed == {"holds": {"new": 1, "gone": 0}}


def test_the_quarantine_is_that_of_the_last_sync(office):
    """Rows that cannot be taken are shown as they are now, also where the snapshot is the one before."""
    broken = {**office.erp.table("schedules")[0], "schedule_id": "S9"}
    for number in (1, 2):
        office.erp.put("schedules", {**broken, "schedule_id": f"S9{number}", "instalment": "first"})
    first = office.desk.sync()
    office.erp.put("schedules", {**broken, "schedule_id": "S92", "instalment": "second"})
    second = office.later(full=True)
    assert (second.new, second.snapshot.snapshot_id) == (False, first.snapshot.snapshot_id)
    assert "second" in (second.quarantine / "schedules.csv").read_text()


def test_the_command_says_how_it_read(office, capsys):
    """For people in words, for programs by `mode`, `window` and `swept`; `--full` reads all of it."""
    command = ["--config", str(office.folder / "erp-ar.toml"), "sync"]
    assert run(command) == 0
    office.erp.now += HOUR
    capsys.readouterr()
    assert run(command) == 0
    assert "changes since 2026-03-02 07:00:00; keys were not compared this time" in capsys.readouterr().out
    assert run([*command, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["mode"], answer["swept"]) == ("incremental", False)
    assert answer["window"] == ["2026-03-02T08:00:00", "2026-03-02T10:00:00"]
    assert run([*command, "--full", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["mode"], answer["window"], answer["swept"]) == ("full", None, True)

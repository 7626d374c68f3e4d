"""Each way in which an incremental reader is known to lose rows, tried on a database with real transactions.

After every "next sync" the mirror must be, to the byte, what reading everything anew gives.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest
from sql_erp import ServerErp, SqlSource

CUSTOMER = {"account_number": "1", "name": "Acme", "status": "A"}
SCHEDULE = {
    "org_id": "1", "class": "INV", "instalment": "1", "due_date": "2026-02-01", "gl_date": "2026-01-02",
    "currency": "USD",
}  # fmt: skip
TRANSACTION = {"org_id": "1", "class": "INV", "trx_date": "2026-01-02", "currency": "USD"}
DAY = "2026-03-31"


def customer(account, **more):
    return {**CUSTOMER, "account_id": account, **more}


def schedule(name, account="A1", amount="100.00", **more):
    return {
        **SCHEDULE,
        "schedule_id": name,
        "trx_id": f"T{name}",
        "account_id": account,
        "amount_original": amount,
        **more,
    }


def transaction(name, account="A1", amount="100.00", **more):
    own = {"trx_id": f"T{name}", "trx_number": f"I-{name}", "account_id": account, "amount": amount}
    return {**TRANSACTION, **own, **more}


COMPANY = {
    "customers": [customer("A1"), customer("A2")],
    "transactions": [transaction("S1"), transaction("S2", "A2")],
    "schedules": [schedule("S1"), schedule("S2", "A2")],
    "notes": [{"note_id": "N1", "account_id": "A1", "created_on": "2026-01-05", "text": "Called."}],
}


each_database = pytest.mark.parametrize(
    "erp", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


@pytest.fixture
def erp(make_sql_erp, request):
    """Two customers with an invoice each, all entered at nine o'clock."""
    return make_sql_erp(COMPANY, getattr(request, "param", "sqlite"))


@pytest.fixture
def mirror(erp, make_mirror):
    """A mirror that was synced at noon: by then nothing is within the overlap that was entered before."""
    erp.now += timedelta(hours=3)
    made = make_mirror(lambda: SqlSource(erp))
    made.sync()
    return made


def at(hour, minute=0, second=0, day=2):
    return datetime(2026, 3, day, hour, minute, second)  # noqa: DTZ001 - the ERP's time has no zone


def test_nothing_changed_is_nothing_new(erp, mirror):
    """A sync of an ERP in which nothing happened reads no row, and its snapshot is the one before."""
    erp.now = at(15)
    result = mirror.sync()
    assert (result.mode, result.new, result.changed, result.swept) == ("incremental", False, {}, False)
    assert sum(entry.rows_in for entry in result.snapshot.manifest.entities.values()) == 0
    assert mirror.is_right()


def test_only_what_changed_is_read(erp, mirror):
    """A new invoice is read, one row each of two tables, and the ledger has it."""
    erp.now = at(14)
    with erp.session() as session:
        session.put("transactions", transaction("S3", amount="7.00"))
        session.put("schedules", schedule("S3", amount="7.00"))
    erp.now = at(15)
    result = mirror.sync()
    assert {name: entry.rows_in for name, entry in result.snapshot.manifest.entities.items()} == {
        "customers": 0, "transactions": 1, "schedules": 1, "notes": 0,
    }  # fmt: skip
    assert mirror.open(DAY) == {"S1": "100.00", "S2": "100.00", "S3": "7.00"}
    assert mirror.is_right()


@pytest.mark.edge_case(70)
@each_database
@pytest.mark.parametrize(("overlap", "seen"), [(timedelta(hours=2), True), (timedelta(0), False)])
def test_a_row_committed_late_is_seen_within_the_overlap(erp, mirror, overlap, seen):
    """A transaction that stamps a row at eleven and commits it at one is read at three, unless there is no overlap.

    Without one the row is lost to every later window, until a sweep compares the keys.
    """
    mirror.overlap = overlap
    erp.now = at(11)
    with erp.session() as late:
        late.put("schedules", schedule("LATE", amount="9.00"))
        erp.now = at(12, 30)
        assert "LATE" not in mirror_after(mirror)
        erp.now = at(13)
        late.commit()
    erp.now = at(14)
    assert ("LATE" in mirror_after(mirror)) is seen
    assert mirror.is_right() is seen
    erp.now = at(20)
    assert ("LATE" in mirror_after(mirror)) is seen
    mirror.sync(sweep=True)
    assert mirror.is_right()


def mirror_after(mirror):
    mirror.sync()
    return mirror.open(DAY)


@pytest.mark.edge_case(70)
@pytest.mark.postgresql
@pytest.mark.parametrize(("overlap", "seen"), [(timedelta(hours=2), True), (timedelta(0), False)])
def test_a_row_committed_late_by_the_servers_own_clock(make_sql_erp, make_mirror, overlap, seen):
    """The same with nothing staged: a transaction that is open while a sync reads commits rows of before it."""
    erp = make_sql_erp(COMPANY, "postgresql", ServerErp)
    mirror = make_mirror(lambda: SqlSource(erp), overlap=overlap)
    with erp.session() as late:
        late.put("schedules", schedule("LATE"))
        stamped = late.stamp()
        _wait_until(lambda: erp.clock() > stamped)
        mirror.sync()
        late.commit()
    assert ("LATE" in mirror_after(mirror)) is seen
    mirror.sync(sweep=True)
    assert mirror.is_right()


def _wait_until(true):
    while not true():
        time.sleep(0.05)


@each_database
def test_rows_of_the_second_at_the_edge_are_all_read(erp, mirror):
    """Of rows stamped in the very second of a sync, all are in the next, those before it and those after it."""
    mirror.overlap = timedelta(0)
    erp.now = at(13, 0, 7)
    with erp.session() as session:
        session.put("schedules", schedule("BEFORE"))
    mirror.sync()
    with erp.session() as session:
        session.put("schedules", schedule("AFTER"))
    erp.now = at(14)
    assert {"BEFORE", "AFTER"} <= mirror_after(mirror).keys()
    assert mirror.is_right()


def test_a_row_is_read_as_it_is_by_then(erp, mirror):
    """Of several changes in a window the last counts, and one that is taken back is no change."""
    erp.now = at(13)
    with erp.session() as session:
        session.put("schedules", schedule("S1", amount="1.00"))
    with erp.session() as session:
        session.put("schedules", schedule("S1", amount="2.00"))
        session.put("schedules", schedule("S2", "A2", amount="3.00"))
        session.put("schedules", schedule("S2", "A2"))
    erp.now = at(14)
    result = mirror.sync()
    assert mirror.open(DAY) == {"S1": "2.00", "S2": "100.00"}
    assert result.changed == {"schedules": {"new": 1, "gone": 1}}
    assert mirror.is_right()


@pytest.mark.edge_case(71)
@pytest.mark.demands("sync.sweep_found")
def test_a_change_without_a_stamp_is_found_by_the_sweep(erp, mirror):
    """A data fix that leaves the stamp alone is in no window; the sweep sees that an amount differs."""
    erp.now = at(13)
    with erp.session() as session:
        session.put("schedules", schedule("S1", amount="55.00"), stamped=False)
    erp.now = at(14)
    assert mirror_after(mirror)["S1"] == "100.00"
    result = mirror.sync(sweep=True)
    assert (result.swept, mirror.open(DAY)["S1"]) == (True, "55.00")
    assert mirror.is_right()


@pytest.mark.edge_case(71)
def test_a_silent_change_of_a_text_waits_for_a_full_sync(erp, mirror):
    """What a source does not give with the keys is not compared: only reading everything finds such a change."""
    note = {**COMPANY["notes"][0], "text": "Called twice."}
    with erp.session() as session:
        session.put("notes", note, stamped=False)
    erp.now = at(14)
    mirror.sync(sweep=True)
    assert not mirror.is_right()
    result = mirror.sync(full=True)
    assert result.mode == "full"
    assert mirror.is_right()


@pytest.mark.edge_case(72)
@pytest.mark.demands("sync.sweep_found")
def test_a_row_that_is_deleted_is_found_by_the_sweep(erp, mirror):
    """Nothing tells of a deletion but that the key is gone: the balance goes with it."""
    with erp.session() as session:
        session.delete("schedules", schedule("S1"))
        session.delete("transactions", transaction("S1"))
    erp.now = at(14)
    assert mirror_after(mirror) == {"S1": "100.00", "S2": "100.00"}
    result = mirror.sync(sweep=True)
    assert mirror.open(DAY) == {"S2": "100.00"}
    assert result.changed == {"transactions": {"new": 0, "gone": 1}, "schedules": {"new": 0, "gone": 1}}
    assert mirror.is_right()


@pytest.mark.edge_case(72)
def test_a_deleted_row_that_is_entered_again_stays(erp, mirror):
    """A row that was deleted and entered anew under its key is the new one, with a sweep and without."""
    erp.now = at(13)
    with erp.session() as session:
        session.delete("schedules", schedule("S1"))
        session.put("schedules", schedule("S1", amount="8.00"))
    erp.now = at(14)
    assert mirror_after(mirror)["S1"] == "8.00"
    mirror.sync(sweep=True)
    assert mirror.is_right()


@pytest.mark.edge_case(72)
def test_all_rows_of_an_entity_may_go(erp, mirror):
    """An entity without any row left is empty, not forgotten."""
    with erp.session() as session:
        session.delete("notes", COMPANY["notes"][0])
    erp.now = at(14)
    mirror.sync(sweep=True)
    assert mirror.base.manifest.entities["notes"].rows == 0
    assert mirror.is_right()


@pytest.mark.edge_case(39)
def test_a_merge_of_customers_moves_what_they_owe(erp, mirror):
    """A merge that rewrites ids in bulk, and one that only marks the customer, both move the balance."""
    erp.now = at(13)
    with erp.session() as session:
        session.change("customers", {"account_id": "A2"}, status="I", merged_into="A1")
    erp.now = at(14)
    mirror.sync()
    assert mirror.owed(DAY) == {"A1": "200.00"}
    with erp.session() as session:
        for entity in ("transactions", "schedules"):
            session.change(entity, {"account_id": "A2"}, account_id="A1")
    erp.now = at(15)
    mirror.sync()
    assert mirror.owed(DAY) == {"A1": "200.00"}
    assert mirror.is_right()


def test_a_merge_that_is_undone_gives_the_balance_back(erp, mirror):
    """What was folded for the survivor is folded back."""
    erp.now = at(13)
    with erp.session() as session:
        session.put("customers", customer("A2", merged_into="A1"))
    erp.now = at(14)
    mirror.sync()
    erp.now = at(17)
    with erp.session() as session:
        session.put("customers", customer("A2"))
    erp.now = at(18)
    mirror.sync()
    assert mirror.owed(DAY) == {"A1": "100.00", "A2": "100.00"}
    assert mirror.is_right()


def test_a_row_that_cannot_be_taken_leaves_with_the_sweep(erp, mirror):
    """A row whose amount becomes unreadable goes to the quarantine; by the next sweep its old amount is gone too."""
    erp.now = at(13)
    with erp.session() as session:
        session.put("schedules", schedule("S1", amount="a lot"))
    erp.now = at(14)
    assert mirror.sync().quarantined == 1
    assert mirror.sync(sweep=True).quarantined == 1
    assert mirror.open(DAY) == {"S2": "100.00"}
    assert mirror.is_right()
    erp.now = at(15)
    with erp.session() as session:
        session.put("schedules", schedule("S1", amount="6.00"))
    erp.now = at(16)
    assert mirror.sync(sweep=True).quarantined == 0
    assert mirror.is_right()


@pytest.mark.edge_case(70)
@pytest.mark.parametrize("back", [timedelta(minutes=30), timedelta(days=1)])
@pytest.mark.demands("sync.clock_set_back")
def test_a_clock_that_was_set_back_loses_nothing(erp, mirror, back):
    """When the ERP's clock stands earlier than at the last sync, no window can be trusted: everything is read."""
    erp.now = at(12, 5) - back
    with erp.session() as session:
        session.put("schedules", schedule("S3"))
    erp.now += timedelta(minutes=5)
    result = mirror.sync()
    assert result.mode == "full"
    assert mirror.is_right()
    erp.now += timedelta(hours=1)
    assert mirror.sync().mode == "incremental"
    assert mirror.is_right()


@pytest.mark.edge_case(70)
@pytest.mark.parametrize("ours", [timedelta(days=-1000), timedelta(days=1000)])
def test_only_the_erps_own_clock_counts(erp, make_mirror, ours):
    """An ERP whose clock is years off loses nothing: the window is told by it alone."""
    erp.now += ours
    mirror = make_mirror(lambda: SqlSource(erp))
    mirror.sync()
    erp.now += timedelta(hours=5)
    with erp.session() as session:
        session.put("schedules", schedule("S3"))
    erp.now += timedelta(hours=1)
    assert mirror.sync().mode == "incremental"
    assert mirror.is_right()


@pytest.mark.edge_case(33)
@pytest.mark.parametrize(("overlap", "seen"), [(timedelta(hours=2), True), (timedelta(minutes=30), False)])
def test_the_hour_that_comes_twice_in_autumn_is_read_whole(erp, mirror, overlap, seen):
    """A row stamped 02:10 the second time, after a sync at 02:50 the first time, is read if the overlap is longer."""
    mirror.overlap = overlap
    erp.now = datetime(2026, 10, 25, 2, 50)  # noqa: DTZ001
    mirror.sync()
    erp.now = datetime(2026, 10, 25, 2, 10)  # noqa: DTZ001 - twenty minutes later
    with erp.session() as session:
        session.put("schedules", schedule("S3"))
    erp.now = datetime(2026, 10, 25, 3, 40)  # noqa: DTZ001
    assert ("S3" in mirror_after(mirror)) is seen
    mirror.sync(sweep=True)
    assert mirror.is_right()


def test_an_entity_that_appears_is_read_whole(erp, make_mirror):
    """A table that the ERP did not have before is read from its first row, whatever the stamps say."""
    few = {name: rows for name, rows in COMPANY.items() if name != "notes"}

    class Narrow(SqlSource):
        def entities(self):
            return list(few)

    source = Narrow
    mirror = make_mirror(lambda: source(erp))
    mirror.sync()
    source = SqlSource
    erp.now = at(20)
    mirror.sync()
    assert mirror.base.manifest.entities["notes"].rows == 1
    assert mirror.is_right()

"""The lease: one runner at a time, and a number that only grows."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from erp_ar_ext.errors import LeaseHeld, StateError
from erp_ar_ext.store import Lease, Store, leases
from erp_ar_ext.store.store import WRITE_BACK


def test_a_second_runner_is_told_who_runs(store):
    """While one runs, the next is refused with exit code 75 and the name of the one."""
    with store.lease("first"), pytest.raises(LeaseHeld, match="first") as caught, store.lease("second"):
        pytest.fail("two runners at once")
    assert caught.value.exit_code == 75


def test_the_next_runner_starts_when_the_first_has_ended(store):
    """Ending gives the lease back at once, also when the run ends with an error; numbers only grow."""
    numbers = []

    def run_and_fail():
        with store.lease("run") as lease:
            numbers.append(lease.fencing)
            raise RuntimeError

    for _ in range(3):
        with pytest.raises(RuntimeError):
            run_and_fail()
    assert numbers == [1, 2, 3]


@pytest.mark.demands("lease.taken_over")
def test_a_dead_runners_lease_runs_out(store, clock):
    """Who died without giving it back keeps others waiting no longer than the lease's time."""
    dead = store.lease("dead", ttl=timedelta(seconds=60))
    dead.__enter__()
    clock.forward(seconds=59)
    with pytest.raises(LeaseHeld), store.lease("next"):
        pytest.fail("too early")
    clock.forward(seconds=2)
    with store.lease("next") as lease:
        assert lease.fencing == 2
    dead.__exit__(None, None, None)


@pytest.mark.demands("lease.lost")
def test_ending_late_does_not_take_the_lease_from_another(store, clock):
    """A runner that was overtaken gives nothing back when it ends."""
    with store.lease("paused", ttl=timedelta(seconds=1)):
        clock.forward(seconds=2)
        running = store.lease("next")
        running.__enter__()
    with pytest.raises(LeaseHeld), store.lease("third"):
        pytest.fail("two runners at once")
    running.__exit__(None, None, None)


def test_a_running_runner_renews(state_url, tmp_path):
    """However long the ERP takes to answer, a living runner keeps its lease."""
    with Store.open(state_url, tmp_path) as store, store.lease("slow", ttl=timedelta(seconds=0.3)):
        threading.Event().wait(0.7)
        with pytest.raises(LeaseHeld), store.lease("next"):
            pytest.fail("two runners at once")


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(hours=-1)], ids=["ahead", "behind"])
def test_machines_whose_clocks_differ_go_by_the_servers(server_state_url, tmp_path, monkeypatch, ahead):
    """A machine whose clock is wrong neither takes a lease that is held nor waits for one that has run out."""
    with Store.open(server_state_url, tmp_path) as store, Store.open(server_state_url, tmp_path) as other:
        with store.lease("right"):
            monkeypatch.setattr(other.database, "_clock", lambda: datetime.now(UTC) + ahead)
            with pytest.raises(LeaseHeld), other.lease("wrong"):
                pytest.fail("two runners at once")
        with other.lease("wrong"), pytest.raises(LeaseHeld), store.lease("right"):
            pytest.fail("two runners at once")
        leases.acquire(other.database, Lease(WRITE_BACK, "dead", 0, ttl=timedelta(seconds=-1)))
        with store.lease("right"):
            pass


def test_of_many_runners_at_once_one_gets_it(state_url, tmp_path):
    """Many that ask at the same moment, the first time there is a lease at all: one runs, the others are refused."""
    Store.open(state_url, tmp_path).close()
    start, leave = threading.Barrier(4), threading.Event()
    got, refused = [], []

    def run(name):
        with Store.open(state_url, tmp_path) as store:
            start.wait()
            try:
                with store.lease(name) as lease:
                    got.append(lease.fencing)
                    leave.wait(10)
            except LeaseHeld:
                refused.append(name)
                if len(refused) == 3:
                    leave.set()

    threads = [threading.Thread(target=run, args=(f"run {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (got, len(refused)) == ([1], 3)


@pytest.mark.demands("lease.lost")
def test_a_renewal_that_finds_the_lease_taken_is_logged(store, clock):
    """A runner that learns it was overtaken says so by name."""
    with store.lease("paused", ttl=timedelta(seconds=1)) as old:
        clock.forward(seconds=2)
        with store.lease("next"), pytest.raises(LeaseHeld, match="overtaken"):
            store.outbox.settle([], old)


@pytest.mark.demands("lease.not_renewed")
def test_a_renewal_that_fails_is_logged_and_tried_again(sqlite_store, monkeypatch):
    """While the state database does not answer, a runner says so by name, and goes on trying."""
    failed = threading.Semaphore(0)

    def fail(*_arguments):
        failed.release()
        raise StateError("disk full")

    monkeypatch.setattr(leases, "renew", fail)
    with sqlite_store.lease("run", ttl=timedelta(seconds=0.03)):
        for _ in range(3):
            assert failed.acquire(timeout=10)

"""Two processes that plan, approve and apply at once, killed and paused at random: nothing twice, nothing lost."""

import contextlib
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from desk_processes import SNAPSHOT, TTL, CarelessErp, Desks, Target, make_plan
from sqlalchemy import select

from erp_ar_ext.apply import apply_plan
from erp_ar_ext.errors import LeaseHeld
from erp_ar_ext.store import Store
from erp_ar_ext.store.tables import APPROVALS

EFFORT = int(os.environ.get("ERP_AR_TEST_EFFORT", "1"))
SECONDS = 60 if EFFORT > 1 else 2.5
KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture
def url(request, tmp_path):
    """A state database of a kind."""
    url = (
        request.getfixturevalue("postgresql_url") if request.param == "postgresql" else f"sqlite:///{tmp_path}/state.db"
    )
    Store.open(url, tmp_path).close()
    return url


@pytest.fixture
def erp():
    """An ERP that does not keep two who write at once from writing twice."""
    with contextlib.closing(CarelessErp(thinks_for=0.02)) as opened:
        yield opened


def work(url, erp, seconds, luck, *, leases_kept=True):
    """Let two processes work for a while; one is killed, or sleeps for longer than its lease, now and then."""
    done = Counter()
    with Desks(url, erp.address, leases_kept=leases_kept) as desks:
        running = [desks.begin() for _ in range(2)]
        try:
            begun = time.monotonic()
            while not erp.heard and time.monotonic() < begun + 60:
                time.sleep(0.05)
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                time.sleep(luck.uniform(0.1, 0.6))
                at = luck.randrange(2)
                if luck.random() < 0.4:
                    os.kill(running[at], signal.SIGSTOP)
                    time.sleep(TTL.total_seconds() + luck.uniform(0.3, 0.8))
                    os.kill(running[at], signal.SIGCONT)
                    done["pauses"] += 1
                else:
                    os.kill(running[at], signal.SIGKILL)
                    running[at] = desks.begin()
                    done["kills"] += 1
        finally:
            for one in running:
                os.kill(one, signal.SIGKILL)
    return done


def settle(url, erp):
    """Apply all that was ever approved or begun, once, without trouble; returns what that is."""
    with Store.open(url, Path()) as store:
        target = Target(lambda name, argument: getattr(erp, name)(argument))
        apply = {"store": store, "target": target, "current_snapshot": SNAPSHOT, "owner": "last"}
        for _try in range(100):  # the lease of who was killed runs out
            with contextlib.suppress(LeaseHeld):
                apply_plan(make_plan([], maker="mary"), **apply)
                break
            time.sleep(0.1)
        states = {row.key: str(row.state) for row in store.outbox.all_rows()}
        with store.database.reading() as connection:
            wanted = sorted({*connection.scalars(select(APPROVALS.c.action_key)), *states})
        plan = make_plan(wanted, maker="mary")
        store.approve(plan, [key for key in wanted if states.get(key) != "done"], "carla")
        report = apply_plan(plan, **apply)
        assert report.exit_code == 0
        assert {str(row.state) for row in store.outbox.all_rows()} == {"done"}
        verified = store.verify_audit()
        assert verified.ok, verified.problems
    return wanted


@pytest.mark.parametrize("url", KINDS, indirect=True)
def test_two_processes_write_each_intent_once(url, erp, request, record_property):
    """However they are killed and paused, each intent that was approved is in the ERP once, and the trail verifies."""
    number = int(request.config.option.hypothesis_seed)
    done = work(url, erp, SECONDS, random.Random(number))  # noqa: S311 - nothing secret
    approved = settle(url, erp)
    record_property("what happened", dict(done | erp.heard | {"actions": len(approved)}))
    assert [key for key, count in erp.effects.items() if count > 1] == []
    assert sorted(erp.effects) == approved
    assert approved


def test_without_the_lease_they_write_twice(tmp_path):
    """The same two processes, when everybody gets the lease, write something twice: it would be seen."""
    url = f"sqlite:///{tmp_path}/state.db"
    Store.open(url, tmp_path).close()
    with contextlib.closing(CarelessErp(thinks_for=0.1)) as erp, Desks(url, erp.address, leases_kept=False) as desks:
        running = [desks.begin() for _ in range(2)]
        until = time.monotonic() + 20
        while max(erp.effects.values(), default=0) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        for one in running:
            os.kill(one, signal.SIGKILL)
        assert max(erp.effects.values()) > 1

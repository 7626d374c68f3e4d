"""Every call to a driver or to a file goes wrong in turn, in every way: in the end each intent is in the ERP once.

A point is the n-th call of an apply, in one way, once or from then on. Each apply is a process of its own: kills and
signals are real.
"""

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from fault_points import Fault, Way
from fault_runs import FaultRuns, Job
from swept_erps import opened_erp

from erp_ar_ext.spi import ActionKind
from erp_ar_ext.store import Store
from erp_ar_ext.store.records import UNSETTLED

STEPS = {1: {"csv": 24, "memory": 24, "oracle": 24}, 2: {"csv": 6, "memory": 3}}
"""By effort, every which call is tried, beginning with one that the run's seed chooses; else all are.

Calls to the state database are the same for all ERPs: only an effort of 3 tries them with each."""


@pytest.fixture(scope="module")
def runs():
    """The process from which all others are forked."""
    with FaultRuns() as started:
        yield started


@pytest.fixture
def erp(request):
    """The ERP of a name."""
    with opened_erp(request.param, request) as made:
        yield made


@pytest.fixture
def sweep(  # noqa: PLR0917 - fixtures
    runs, make_plan, make_action, clock, tmp_path, effort, request
):
    """Let the fault of one way strike at call after call; returns which were tried, and which ended wrongly."""

    def go(erp, way, *, lasting, step=None):
        plan = make_plan(*(_action(make_action, one) for one in erp.intents()), erp=erp.identity(tmp_path))
        with Store.open(f"sqlite:///{tmp_path}/ready.db", tmp_path, clock=clock) as store:
            store.approve(plan, None, "carl")
        job = Job(erp.adapter, erp.settings(tmp_path), tmp_path, plan, clock(), erp.batch_size, erp.double)
        job = replace(job, watches_state=effort > 2 or erp.adapter == "memory")
        _begin(erp, tmp_path)
        calls = runs.run(replace(job, warming=True)).calls
        step = step or STEPS.get(effort, {}).get(erp.adapter, 1)
        tried = range(1 + int(request.config.option.hypothesis_seed) % step, calls + 1, step)
        wrong = {}
        for call in tried:
            _begin(erp, tmp_path)
            faulty = replace(job, fault=Fault(call, way, lasting))
            ending = runs.run(faulty)
            erp.heal()
            found = _wrong(runs, erp, faulty, ending)
            if found:
                wrong[call] = found
        return tried, wrong

    return go


def _begin(erp, folder):
    shutil.copy(folder / "ready.db", folder / "state.db")
    erp.renew(folder)


def _action(make_action, intent):
    kept = ("kind", "org_id", "account_id", "schedule_id", "amount", "currency", "payload", "guard")
    approval = "required" if intent.kind is ActionKind.ADJUSTMENT else "auto"
    return make_action(intent.key, approval=approval, **{name: getattr(intent, name) for name in kept})


def _wrong(runs, erp, job, ending):
    """Run clean, once, and say what is not as it must be; after a kill that lasts, the run before is killed too."""
    twice = [key for key, count in erp.effects(job.folder).items() if count > 1]
    if twice:
        return f"{twice} written twice by the faulty run ({ending})"
    if job.fault.way is Way.SIGTERM and not job.fault.lasting and (said := _undrained(job, ending)):
        return said
    job = _later(job)
    if ending.killed and job.fault.lasting:
        runs.run(job)
        job = _later(job)
    clean = runs.run(replace(job, fault=None))
    if clean.exit_code != 0:
        return f"the clean run ended with {clean}, after {ending}"
    if erp.effects(job.folder) != {action.key: 1 for action in job.plan.actions}:
        return f"in the ERP is {erp.effects(job.folder)}, after {ending}"
    with _store(job) as store:
        states = {row.key: str(row.state) for row in store.outbox.all_rows()}
        if states != {action.key: "done" for action in job.plan.actions}:
            return f"the outbox says {states}, after {ending}"
        verified = store.verify_audit()
    return None if verified.ok else f"the audit trail says {verified.problems}, after {ending}"


def _undrained(job, ending):
    """A run that is told to stop once ends as it should: by itself, and with nothing in doubt."""
    with _store(job) as store:
        unsettled = store.outbox.in_state(UNSETTLED)
    if ending.exit_code not in {0, 3} or unsettled:
        return f"told to stop, it ended with {ending} and left {unsettled}"
    return None


def _later(job):
    return replace(job, moment=job.moment + timedelta(hours=1))


def _store(job):
    return closing(Store.open(job.url, job.folder))


ERPS = ["csv", "memory", pytest.param("oracle", marks=pytest.mark.oracle)]
POINTS = [(way, lasting) for way in Way for lasting in (False, True)]


@pytest.mark.sweep
@pytest.mark.parametrize("erp", ERPS, indirect=True)
@pytest.mark.parametrize(("way", "lasting"), POINTS, ids=[f"{way}{' and on' * on}" for way, on in POINTS])
def test_whatever_call_goes_wrong_each_intent_is_written_once(sweep, erp, way, lasting, record_property):
    """After one clean run each intent is in the ERP once, the outbox is settled and the audit trail verifies."""
    tried, wrong = sweep(erp, way, lasting=lasting)
    record_property("fault points", len(tried))
    assert wrong == {}
    assert tried.stop > 15, "so few calls: is the adapter watched at all?"


@pytest.mark.parametrize("erp", ["naive"], indirect=True)
@pytest.mark.parametrize("way", [Way.FAIL_AFTER, Way.KILL_AFTER])
def test_a_naive_writer_is_found_out(sweep, erp, way):
    """A target that writes what it is given, and looks nothing up, writes something twice."""
    _, wrong = sweep(erp, way, lasting=False, step=4)
    assert any("twice" in said or "in the ERP is" in said for said in wrong.values())

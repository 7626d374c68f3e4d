"""Every call to the ERP fails, one after the other, in every way: each intent takes effect exactly once."""

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erp_ar_ext.errors import ErpArError, TransientWriteError, UnknownOutcomeError
from erp_ar_ext.testing import Fault, Moment

WAYS = [
    pytest.param(Moment.BEFORE, TransientWriteError, id="transient"),
    *(
        pytest.param(moment, error, id=f"{error.__name__}-{moment}")
        for error in (UnknownOutcomeError, ConnectionError)
        for moment in Moment
    ),
]


def _apply(scene, batch_size):
    """Apply as a process that may die on the way; an error of ours is what a command would print."""
    with contextlib.suppress(ErpArError):
        scene.desk.apply(scene.plan, batch_size=batch_size)


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize(("moment", "error"), WAYS)
def test_any_call_to_the_erp_may_fail(make_scene, moment, error, lasting):
    """Whichever call fails, once or from then on, one clean apply later all is done, exactly once."""
    call, struck = 0, True
    while struck:
        call += 1
        scene = make_scene()
        scene.desk.erp.fault = Fault(call, moment, error("fault"), lasting)
        _apply(scene, batch_size=2)
        struck = scene.desk.erp.calls >= call
        assert set(scene.desk.erp.effects.values()) <= {1}
        scene.desk.erp.fault = None
        assert scene.desk.apply(scene.plan).exit_code == 0
        scene.assert_each_exactly_once()
    assert call > 2


@pytest.mark.edge_case(76)
@pytest.mark.parametrize("moment", list(Moment))
def test_the_process_may_be_killed_in_any_call_to_the_erp(make_scene, make_desk, killed, moment):
    """A process that is killed before, in or after a write leaves nothing that the next run cannot settle."""
    call, struck = 0, True
    while struck:
        call += 1
        scene = make_scene()
        scene.desk.erp.fault = Fault(call, moment, killed())
        with contextlib.suppress(killed):
            _apply(scene, batch_size=2)
        struck = scene.desk.erp.calls >= call
        scene.desk.erp.fault = None
        scene.reopen(make_desk)
        assert scene.desk.apply(scene.plan).exit_code == 0
        scene.assert_each_exactly_once()
    assert call > 2


FAULTS = st.builds(
    Fault,
    call=st.integers(1, 12),
    moment=st.sampled_from(list(Moment)),
    error=st.sampled_from([UnknownOutcomeError("fault"), ConnectionError("fault"), SystemExit(9)]),
    lasting=st.booleans(),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=st.lists(FAULTS, min_size=2, max_size=5), batch_size=st.integers(1, 4))
def test_faults_on_faults_never_write_twice(make_scene, make_desk, faults, batch_size):
    """However many runs break, one upon the other, nothing is ever written twice, and a clean run ends it."""
    scene = make_scene()
    for fault in faults:
        scene.desk.erp.calls, scene.desk.erp.fault = 0, fault
        with contextlib.suppress(SystemExit):
            _apply(scene, batch_size)
        assert set(scene.desk.erp.effects.values()) <= {1}
        scene.reopen(make_desk)
    scene.desk.erp.fault = None
    assert scene.desk.apply(scene.plan).exit_code == 0
    scene.assert_each_exactly_once()

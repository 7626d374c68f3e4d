"""The random write-backs can fail: each of some typical mistakes in the product is found by them."""

from contextlib import contextmanager
from unittest.mock import patch

import pytest
import test_write_back  # not its names: the tests in it would run here too
from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import true

from erp_ar_ext.apply import recovery, run, sending
from erp_ar_ext.apply.report import ActionOutcome, ActionReport
from erp_ar_ext.spi import Outcome, WriteResult
from erp_ar_ext.store import OutboxState, Settlement, Store, leases, outbox, words
from erp_ar_ext.store.outbox import Outbox


def nothing_found(_target, intents):
    """A recovery that looks nothing up."""
    return {intent.key: None for intent in intents}


def all_found(_target, intents):
    """A recovery that takes for written what was sent."""
    return {intent.key: WriteResult(intent.key, Outcome.EXISTS) for intent in intents}


def mark_nothing(self, _plan, keys, lease, settlements=()):
    """Sending that is written down only when it is over."""
    self.settle(settlements, lease)
    return list(keys)


def leave(self, actions, message):
    """A lost answer that is taken for none."""
    self.store.outbox.settle(
        [Settlement(one.key, OutboxState.APPROVED, message=message) for one in actions], self.lease
    )
    return {one.key: ActionReport.of(one, ActionOutcome.LEFT, message) for one in actions}


def settle_untold(*arguments):
    """Settling of which the trail hears nothing."""
    _settle(*arguments)
    return []


_settle = Outbox._settle
DONE, STALE = (sending._ENDS[one] for one in (Outcome.CREATED, Outcome.STALE))


@contextmanager
def rejections_ignored():
    """Whatever was said, everything may be sent."""
    with patch.object(Store, "stopped", lambda *_: {}), patch.object(outbox, "stopped_among", lambda *_: {}):
        yield


AS_BY_DEFAULT = settings(
    test_write_back.TestWriteBack.settings,
    max_examples=test_write_back.SHARE,
    stateful_step_count=35,
    phases=[Phase.generate],
    database=None,
    report_multiple_bugs=False,
    print_blob=False,
)
MISTAKES = {
    "recovery resends without a look-up": (1, lambda: patch.object(recovery, "_answers", nothing_found)),
    "recovery believes what was sent": (1, lambda: patch.object(recovery, "_answers", all_found)),
    "sending is not committed first": (1, lambda: patch.object(Outbox, "begin_sending", mark_nothing)),
    "a lost answer means that nothing was written": (5, lambda: patch.object(sending.Sender, "_doubt", leave)),
    "settling ignores who has the lease": (4, lambda: patch.object(outbox, "renew", lambda *_: None)),
    "every run gets the lease": (5, lambda: patch.object(leases, "_is_over", lambda *_: true())),
    "a rejection while an apply runs is ignored": (5, lambda: patch.object(outbox, "stopped_among", lambda *_: {})),
    "what the ERP left is settled as done": (1, lambda: patch.dict(sending._ENDS, {Outcome.LEFT: DONE})),
    "what the ERP left is settled as stale": (1, lambda: patch.dict(sending._ENDS, {Outcome.LEFT: STALE})),
    "what the ERP refused is settled as stale": (1, lambda: patch.dict(sending._ENDS, {Outcome.REFUSED: STALE})),
    "rejected words are ignored": (5, rejections_ignored),
    "approvals never expire": (5, lambda: patch.object(words, "expiry", lambda *_: None)),
    "an account's order is not kept": (1, lambda: patch.object(sending, "_HOLDS_UP_ACCOUNT", ())),
    "a plan from an older snapshot is sent": (1, lambda: patch.object(run, "_refuse_if_outdated", lambda *_: None)),
    "the trail is not told of the end": (1, lambda: patch.object(Outbox, "_settle", settle_untold)),
}
"""The seed with which each is found, and how it is made."""


SOON = (
    "recovery resends without a look-up",
    "sending is not committed first",
    "a lost answer means that nothing was written",
    "settling ignores who has the lease",
    "every run gets the lease",
    "a rejection while an apply runs is ignored",
    "the trail is not told of the end",
)


@pytest.mark.parametrize(
    "mistake", [one if one in SOON else pytest.param(one, marks=pytest.mark.thorough) for one in MISTAKES]
)
def test_a_mistake_is_found(mistake):
    """With the mistake in the product, something that must hold of write-backs does not."""
    number, make = MISTAKES[mistake]
    with make(), pytest.raises(BaseException) as caught:  # noqa: PT011 - one law or several are broken
        run_state_machine_as_test(
            seed(number)(type("Mistaken", (test_write_back.WriteBack,), {})), settings=AS_BY_DEFAULT
        )
    assert all(isinstance(one, AssertionError) for one in getattr(caught.value, "exceptions", [caught.value]))

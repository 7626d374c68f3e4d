"""Where the files say nothing of what remains open, a write-off stands on the files themselves."""

from __future__ import annotations

import contextlib
from datetime import date
from decimal import Decimal

import pytest
from erp_ar_ext_csv import ADAPTER

from erp_ar_ext.model import ENTITIES
from erp_ar_ext.spi import ActionKind, InputFile, Intent, Outcome, inputs_digest

ADJUSTMENTS = "org_id,adjustment_id,schedule_id,type,amount,apply_date,gl_date,status,external_ref\n"
RECEIPTS = "org_id,receipt_id,receipt_number,account_id,receipt_date,currency,amount\n"


def read_all(folder):
    """Sync: the inputs of everything the source offers, and the adjustments of the one schedule."""
    with contextlib.closing(ADAPTER.open_source(folder.settings, folder.context)) as source:
        rows = {
            name: [row for batch in source.read(ENTITIES[name]) for row in batch.rows.to_pylist()]
            for name in source.entities()
        }
        return list(source.inputs()), len(rows.get("adjustments", []))


def planned(folder, key="a1"):
    """Plan a write-off from what is read now."""
    inputs, adjustments = read_all(folder)
    guard = {"amount_original": "100.00", "amount_remaining": None}
    return Intent(
        key,
        f"erp-ar:{key}",
        ActionKind.ADJUSTMENT,
        "0007",
        date(2026, 3, 2),
        "081",
        schedule_id="T1",
        amount=Decimal("-3.00"),
        currency="USD",
        payload={"type": "INVOICE", "reason": "small balance"},
        guard={**guard, "inputs": inputs_digest(inputs), "adjustments": adjustments},
    )


def outcomes(results):
    return [result.outcome for result in results]


def test_an_extract_that_stood_still_takes_the_write_off(folder):
    """Nothing changed since the plan: it is written, and what we wrote does not spoil a plan made after it."""
    assert outcomes(folder.write(planned(folder))) == [Outcome.CREATED]
    assert outcomes(folder.write(planned(folder, "a2"))) == [Outcome.CREATED]


@pytest.mark.parametrize("name", ["receipts.csv", "transactions.csv", "adjustments.csv"])
def test_a_payment_after_the_plan_makes_it_stale(folder, name):
    """A file that came, or that was appended to, may hold the payment of what was to be written off."""
    folder.put("adjustments.csv", ADJUSTMENTS)
    before = planned(folder)
    with folder.target() as target:
        assert outcomes(target.check([before])) == [Outcome.CREATED]
        path = folder.path / name
        folder.put(name, (path.read_text() if path.exists() else RECEIPTS) + "\n")
        [answer] = target.write([before])
    assert (answer.outcome, answer.message) == (
        Outcome.STALE,
        "the files changed since the snapshot, and say nothing of what remains open",
    )


def test_a_second_write_off_of_one_schedule_is_stale(folder):
    """Two write-offs planned on one balance: the second is stale, in the same batch and in a later one."""
    first, second = planned(folder), planned(folder, "a2")
    assert outcomes(folder.write(first, second)) == [Outcome.CREATED, Outcome.STALE]
    [answer] = folder.write(second)
    assert (answer.outcome, answer.message) == (Outcome.STALE, "the schedule's adjustments number 1, the plan saw 0")


@pytest.mark.parametrize("status", ["A", "W", "R"])
def test_adjustments_of_any_status_and_either_place_are_counted_once(folder, status):
    """Ours that the extract holds by now is one adjustment, not two, for the plan and for the target."""
    folder.write(planned(folder))
    row = "081,{},T1,INVOICE,-3.00,2026-03-02,2026-03-02,{},{}\n"
    folder.put("adjustments.csv", ADJUSTMENTS + row.format(77, "A", "erp-ar:a1") + row.format(78, status, ""))
    now = planned(folder, "a2")
    assert now.guard["adjustments"] == 2
    assert outcomes(folder.write(now)) == [Outcome.CREATED]


def test_a_file_read_is_guarded_and_our_own_is_not(folder):
    """What this program writes back into is no part of the digest; every file of the extract is, in any order."""
    folder.write(planned(folder))
    inputs, _ = read_all(folder)
    assert [(one.name, one.guarded) for one in inputs] == [
        ("customers.csv", True),
        ("transactions.csv", True),
        ("writeback/adjustments.csv", False),
    ]
    assert inputs_digest(reversed(inputs)) == inputs_digest(inputs[:2])
    assert inputs_digest(inputs) != inputs_digest([*inputs[:1], InputFile("transactions.csv", "sha256:00")])

"""What we wrote is held against what the ERP holds: each way in which the two can differ is told, and nothing else."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from erp_ar_ext.reconcile import Reconciliation, sent_rows
from erp_ar_ext.spi import ActionKind, Intent
from erp_ar_ext.store.records import OutboxRow, OutboxState

READ_FROM, BEFORE, SINCE = "2026-03-02T09:00:00.000000Z", "2026-03-02T08:59:59.999999Z", "2026-03-02T09:00:00.000000Z"

INTENTS = {
    "w": Intent(
        "w", "erp-ar:w", ActionKind.ADJUSTMENT, "A1", date(2026, 3, 1), org_id="1", schedule_id="S1",
        amount=Decimal("-4.5"), currency="USD", payload={"type": "LINE"},
    ),
    "h": Intent("h", "erp-ar:h", ActionKind.HOLD, "A1", date(2026, 3, 1), payload={"name": "credit-overdue"}),
    "n": Intent("n", "erp-ar:n", ActionKind.NOTE, "A1", date(2026, 3, 1), payload={"text": "due", "note_kind": "dun"}),
    "r": Intent("r", "erp-ar:r", ActionKind.RELEASE, "A1", date(2026, 3, 1), payload={"hold_id": "H9"}),
}  # fmt: skip

ADJUSTMENT = "adjustments: adjustment_id schedule_id amount type status gl_date external_ref\n"
HOLD = "holds: hold_id account_id name applied_on released_on external_ref\n"
NOTE = "notes: note_id account_id created_on kind text external_ref\n"
LEDGER = """
    customers: account_id merged_into
        A1 -
        A2 -
    transactions: trx_id account_id amount
        T1 A1 100
    schedules: schedule_id trx_id account_id amount_original
        S1 T1 A1 100
    """

CASES = {
    "all as we wrote it": ("w", ADJUSTMENT + "J1 S1 -4.50 LINE A 2026-03-01 erp-ar:w", []),
    "an adjustment that is gone": ("w", "", [("missing", "w", None, None, None)]),
    "an adjustment that a person changed": (
        "w",
        ADJUSTMENT + "J1 S1 -5.00 LINE A 2026-03-01 erp-ar:w",
        [("changed", "w", "amount", "-4.50", "-5.00")],
    ),
    "an adjustment that waits for approval there": (
        "w",
        ADJUSTMENT + "J1 S1 -4.50 LINE W 2026-03-01 erp-ar:w",
        [("changed", "w", "status", "A", "W")],
    ),
    "an adjustment that is there twice": (
        "w",
        ADJUSTMENT + "J1 S1 -4.50 LINE A 2026-03-01 erp-ar:w\nJ2 S1 -4.50 LINE A 2026-03-01 erp-ar:w",
        [("twice", "w", None, "1", "2")],
    ),
    "a hold that somebody lifted": (
        "h",
        HOLD + "H1 A1 credit-overdue 2026-03-01 2026-03-02 erp-ar:h",
        [("lifted", "h", "released_on", None, "2026-03-02")],
    ),
    "a hold under another name": (
        "h",
        HOLD + "H1 A1 dispute 2026-03-01 - erp-ar:h",
        [("changed", "h", "name", "credit-overdue", "dispute")],
    ),
    "a note with other words": (
        "n",
        NOTE + "N1 A1 2026-03-01 dun paid erp-ar:n",
        [("changed", "n", "text", "due", "paid")],
    ),
    "a note on another account": (
        "n",
        NOTE + "N1 A2 2026-03-01 dun due erp-ar:n",
        [("changed", "n", "account_id", "A1", "A2")],
    ),
    "a release that holds": ("r", HOLD + "H9 A1 credit-overdue 2026-02-01 2026-03-01 -", []),
    "a release that was undone": (
        "r",
        HOLD + "H9 A1 credit-overdue 2026-02-01 - -",
        [("missing", "r", "released_on", "2026-03-01", None)],
    ),
    "a row with our mark that nobody wrote here": (
        "",
        NOTE + "N1 A1 2026-03-01 dun due erp-ar:x",
        [("foreign", None, None, None, None)],
    ),
    "a row without our mark": ("", NOTE + "N1 A1 2026-03-01 dun due REF-7", []),
}  # fmt: skip
"""Which action was done, what the ERP holds, and the differences: what, key, column, ours, theirs."""


def outbox(keys, state=OutboxState.DONE, moment=BEFORE):
    """Rows of an outbox."""
    return [OutboxRow(INTENTS[key], "sha256:0", state, None, "", 1, moment) for key in keys]


@pytest.fixture
def reconciled(books):
    """The differences between an outbox and a ledger of text."""
    opened = []

    def reconcile(rows, held="", ledger=LEDGER):
        snapshot = books(ledger + held).snapshot
        found = Reconciliation(snapshot, sent_rows(rows, READ_FROM))
        opened.append(found)
        return found

    yield reconcile
    for found in opened:
        found.close()


def told(found):
    return [tuple(row[name] for name in ("what", "key", "column", "ours", "theirs")) for row in found.rows()]


@pytest.mark.parametrize("case", CASES)
def test_each_difference_is_told(reconciled, case):
    """What is missing, changed, twice, lifted or foreign is named with both sides; what is as it was is not."""
    keys, held, expected = CASES[case]
    found = reconciled(outbox(keys), held)
    assert told(found) == expected
    assert found.exit_code == (4 if expected else 0)


def test_what_was_written_since_the_last_sync_is_not_judged(reconciled):
    """An action written after the sync began is counted as not read yet, not as missing."""
    found = reconciled(outbox("wn", moment=SINCE))
    assert told(found) == []
    assert found.actions() == {"compared": 0, "not_read_yet": 2, "in_doubt": 0}
    assert found.exit_code == 0


def test_what_is_in_doubt_is_left_to_recovery(reconciled):
    """An action in doubt is neither missing nor foreign, and the exit code says that a person must look."""
    found = reconciled(outbox("n", OutboxState.IN_DOUBT), NOTE + "N1 A1 2026-03-01 dun due erp-ar:n")
    assert told(found) == []
    assert found.exit_code == 4


@pytest.mark.parametrize("state", [OutboxState.REFUSED, OutboxState.STALE, OutboxState.APPROVED])
def test_what_is_there_and_should_not_be_is_unexpected(reconciled, state):
    """A row that we know as refused, stale or still to be sent, and that is there all the same, is told."""
    found = reconciled(outbox("n", state), NOTE + "N1 A1 2026-03-01 dun due erp-ar:n")
    assert told(found) == [("unexpected", "n", None, str(state), None)]


def test_a_merger_of_customers_changes_nothing_of_ours(reconciled):
    """A note that went with its account to the survivor is as we wrote it."""
    merged = LEDGER.replace("A1 -", "A1 A2")
    assert told(reconciled(outbox("n"), NOTE + "N1 A2 2026-03-01 dun due erp-ar:n", merged)) == []


def test_a_hold_that_we_lifted_ourselves_is_no_difference(reconciled):
    """A hold of ours with a release of ours is as we wrote it."""
    release = replace(INTENTS["r"], payload={"hold_id": "H1"})
    rows = [*outbox("h"), OutboxRow(release, "sha256:0", OutboxState.DONE, None, "", 1, BEFORE)]
    assert told(reconciled(rows, HOLD + "H1 A1 credit-overdue 2026-02-01 2026-03-01 erp-ar:h")) == []

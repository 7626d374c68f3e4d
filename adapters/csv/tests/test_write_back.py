"""What is written back is read as the ERP's own, until the extract holds it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from erp_ar_ext_csv import ADAPTER
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erp_ar_ext.errors import TransientWriteError
from erp_ar_ext.spi import ActionKind, Intent, Outcome

DAY = date(2026, 3, 2)
TEXTS = st.one_of(
    st.text(st.sampled_from("\"',;=+-@\n\r\t ax\u00a0"), min_size=1, max_size=5),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], include_characters="\n\r\t"), min_size=1),
)


def note(key="n1", text="Please pay.", **more):
    payload = {"text": text, "note_kind": "dunning"}
    return Intent(key, f"erp-ar:{key}", ActionKind.NOTE, "0007", DAY, "081", author="maker", payload=payload, **more)


def hold(key="h1", name="credit-overdue", **more):
    payload = {"name": name, "scope": "account", "scope_id": None, "reason": "late"}
    return Intent(key, f"erp-ar:{key}", ActionKind.HOLD, "0007", DAY, None, author="maker", payload=payload, **more)


def release(hold_id, key="r1", day=date(2026, 3, 9)):
    return Intent(key, f"erp-ar:{key}", ActionKind.RELEASE, "0007", day, payload={"hold_id": hold_id, "name": "x"})


def write_off(key="a1", amount="-10.00", **guard):
    return Intent(
        key,
        f"erp-ar:{key}",
        ActionKind.ADJUSTMENT,
        "0007",
        DAY,
        "081",
        schedule_id="S1",
        amount=Decimal(amount),
        currency="USD",
        payload={"type": "INVOICE", "reason": "small balance"},
        guard=guard or {"amount_original": "100.00", "amount_remaining": "60.00"},
    )


def outcomes(results):
    return [result.outcome for result in results]


def test_a_note_is_read_back(ledger):
    """A note that was written is a row of notes, though the extract has no such file."""
    [created] = ledger.write(note(schedule_id="S1"))
    [row] = ledger.read("notes").rows
    assert row == {
        "org_id": "081",
        "note_id": created.erp_id,
        "account_id": "0007",
        "schedule_id": "S1",
        "created_on": DAY,
        "author": "maker",
        "kind": "dunning",
        "text": "Please pay.",
        "external_ref": "erp-ar:n1",
        "_file": "writeback/notes.csv",
        "_row": 2,
    }


def test_entities_written_back_are_offered(folder):
    """A source offers holds as soon as one was written."""
    folder.write(hold())
    assert ADAPTER.open_source(folder.settings, folder.context).entities() == ["customers", "transactions", "holds"]


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-5", "@SUM(A1)", "\tx", "'quoted'", "''", "\n=2", "＝1"])  # noqa: RUF001
def test_no_cell_is_a_formula(folder, text):
    """A note that a spreadsheet would run is harmless in the file and the same when read back."""
    folder.write(note(text=text))
    assert folder.read("notes").rows[0]["text"] == text
    content = (folder.path / "writeback/notes.csv").read_text(encoding="utf-8")
    assert f"'{text}" in content


@settings(deadline=None, max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(texts=st.lists(TEXTS, min_size=5, max_size=40))
def test_any_text_is_read_back_as_written(make_folder, tmp_path, texts):
    """Quotes, commas, line breaks and blanks at either end of a note all survive."""
    folder = make_folder(f"erp{len(list(tmp_path.iterdir()))}")
    notes = [note(f"n{number}", text) for number, text in enumerate(texts)]
    assert set(outcomes(folder.write(*notes))) == {Outcome.CREATED}
    assert [row["text"] for row in folder.read("notes").rows] == texts
    assert set(outcomes(folder.write(*notes))) == {Outcome.EXISTS}


def test_our_row_gives_way_to_the_extract(folder):
    """Once the ERP has taken a note over, its row is read and ours is not; a finding says so."""
    folder.write(note(), note("n2", "Second."))
    folder.put(
        "notes.csv", "note_id,account_id,created_on,text,external_ref\n900,0007,2026-03-02,Please pay.,erp-ar:n1\n"
    )
    reading = folder.read("notes")
    assert [(row["note_id"][:4], row["text"]) for row in reading.rows] == [("900", "Please pay."), ("ext-", "Second.")]
    assert [(one.code, one.count) for one in reading.findings] == [("csv-imported", 1)]
    assert outcomes(folder.write(note(), note("n2", "Second."))) == [Outcome.EXISTS, Outcome.EXISTS]


def test_a_release_is_the_last_word_on_a_hold(folder):
    """A hold and its release are two rows of the log, and one row of the ledger."""
    [placed] = folder.write(hold())
    [lifted] = folder.write(release(placed.erp_id))
    [row] = folder.read("holds").rows
    assert (row["released_on"], row["applied_on"], row["external_ref"]) == (date(2026, 3, 9), DAY, "erp-ar:h1")
    assert lifted.erp_id == placed.erp_id
    assert len((folder.path / "writeback/holds.csv").read_text().splitlines()) == 3


@pytest.mark.parametrize("hold_id", ["H7", None])
def test_a_release_reaches_the_hold_in_the_extract(folder, hold_id):
    """A hold that the ERP has taken over, under our id or its own, is read as lifted once we lifted it."""
    [placed] = folder.write(hold())
    base_id = hold_id or placed.erp_id
    header = "hold_id,account_id,scope,name,applied_on,external_ref\n"
    folder.put("holds.csv", f"{header}{base_id},0007,account,credit-overdue,2026-03-02,erp-ar:h1\n")
    assert outcomes(folder.write(release(base_id))) == [Outcome.CREATED]
    assert [(row["hold_id"], row["released_on"]) for row in folder.read("holds").rows] == [(base_id, date(2026, 3, 9))]


def test_a_hold_taken_over_after_its_release_is_lifted(folder):
    """The ERP took over the hold under an id of its own, but not yet the release we wrote before: it is lifted."""
    [placed] = folder.write(hold())
    folder.write(release(placed.erp_id))
    header = "hold_id,account_id,scope,name,applied_on,external_ref\n"
    folder.put("holds.csv", f"{header}H7,0007,account,credit-overdue,2026-03-02,erp-ar:h1\n")
    assert [(row["hold_id"], row["released_on"]) for row in folder.read("holds").rows] == [("H7", date(2026, 3, 9))]


def test_a_write_off_lowers_what_is_open(ledger):
    """The extract was taken before the write-off: what it says is open is lowered by it, in its own company only."""
    ledger.write(write_off())
    assert [row["amount_remaining"] for row in ledger.read("schedules").rows] == [Decimal("50.00"), Decimal("7.00")]
    [row] = ledger.read("adjustments").rows
    assert (row["amount"], row["status"], row["apply_date"], row["gl_date"]) == (Decimal(-10), "A", DAY, DAY)


def test_a_write_off_that_the_erp_posted_is_not_counted_twice(ledger):
    """An adjustment that the extract holds under our reference is in its balances already."""
    ledger.write(write_off())
    header = "org_id,adjustment_id,schedule_id,type,amount,apply_date,gl_date,status,external_ref\n"
    ledger.put("adjustments.csv", f"{header}081,77,S1,INVOICE,-10.00,2026-03-02,2026-03-02,A,erp-ar:a1\n")
    assert ledger.read("schedules").rows[0]["amount_remaining"] == Decimal("60.00")
    assert outcomes(ledger.write(write_off("a2"))) == [Outcome.CREATED]
    assert [row["adjustment_id"][:4] for row in ledger.read("adjustments").rows] == ["77", "ext-"]


def test_a_spoilt_write_back_file_stops_writing(folder):
    """A row of ours that cannot be read may hide what was written: nothing is written until it is repaired."""
    folder.write(note())
    path = folder.path / "writeback/notes.csv"
    path.write_text(path.read_text().replace("2026-03-02", "soon"))
    with pytest.raises(TransientWriteError, match="created_on is not a date"):
        folder.write(note())
    assert folder.read("notes").rejects[0]["file"] == "writeback/notes.csv"


def test_a_foreign_write_back_file_is_refused(folder):
    """A file that this program does not write is not taken for its own."""
    folder.put("writeback/notes.csv", "a,b\n1,2\n")
    with pytest.raises(TransientWriteError, match="does not have the columns"):
        folder.write(note())


@pytest.mark.parametrize(
    ("guard", "outcome"),
    [
        ({"amount_original": "100", "amount_remaining": "60.0000"}, Outcome.CREATED),
        ({"amount_original": "100.00", "amount_remaining": "60.01"}, Outcome.STALE),
        ({"amount_original": "99.00", "amount_remaining": "60.00"}, Outcome.STALE),
        ({"amount_original": "100.00", "amount_remaining": None}, Outcome.STALE),
        ({"amount_original": "much", "amount_remaining": "60.00"}, Outcome.STALE),
    ],
)
def test_a_write_off_stands_on_what_the_plan_saw(ledger, guard, outcome):
    """A schedule whose amounts are not those of the plan is left alone."""
    assert outcomes(ledger.write(write_off(**guard))) == [outcome]


def test_a_second_write_off_sees_the_first(ledger):
    """Two write-offs planned on one balance: the second is stale, in the same batch and in a later one."""
    assert outcomes(ledger.write(write_off(), write_off("a2"))) == [Outcome.CREATED, Outcome.STALE]
    assert outcomes(ledger.write(write_off("a3"))) == [Outcome.STALE]
    later = write_off("a4", amount_original="100", amount_remaining="50")
    assert outcomes(ledger.write(later)) == [Outcome.CREATED]


def test_a_new_extract_is_seen_by_an_open_target(ledger):
    """A target that stays open compares with the extract as it is now, not as it was."""
    with ledger.target() as target:
        assert outcomes(target.check([write_off()])) == [Outcome.CREATED]
        content = (ledger.path / "schedules.csv").read_text()
        ledger.put("schedules.csv", content.replace("60.00", "55.00"))
        assert outcomes(target.check([write_off()])) == [Outcome.STALE]


def test_without_schedules_the_transaction_is_compared(folder):
    """Where each transaction is a schedule, its amount is the guard."""
    intent = replace(write_off(amount_original="100.00", amount_remaining=None), schedule_id="T1")
    changed = replace(intent, guard={"amount_original": "90.00", "amount_remaining": None})
    assert outcomes(folder.write(changed, intent)) == [Outcome.STALE, Outcome.CREATED]


def test_a_hold_is_placed_once(folder):
    """An active hold of the name makes another stale; one of another name, or after the release, does not."""
    [placed, same, other] = folder.write(hold(), hold("h2"), hold("h3", "limit"))
    assert outcomes([placed, same, other]) == [Outcome.CREATED, Outcome.STALE, Outcome.CREATED]
    again = replace(hold("h4"), business_date=date(2026, 4, 1))
    assert outcomes(folder.write(release(placed.erp_id), again)) == [Outcome.CREATED, Outcome.CREATED]
    assert outcomes(folder.write(release(placed.erp_id, "r2"))) == [Outcome.STALE]


def test_only_our_holds_are_lifted(folder):
    """A hold that a person placed is not ours to lift."""
    header = "hold_id,account_id,scope,name,applied_on,external_ref\n"
    folder.put("holds.csv", f"{header}H1,0007,account,credit-overdue,2026-03-02,\n")
    [answer] = folder.write(release("H1"))
    assert (answer.outcome, "somebody else" in answer.message) == (Outcome.REFUSED, True)
    assert outcomes(folder.write(hold())) == [Outcome.STALE]


@pytest.mark.parametrize(
    "intent",
    [
        note(text=""),
        note(text="bell\x07"),
        note(text="half \ud800"),
        note(text="x" * 100_001),
        replace(note(), external_ref="other:1"),
        hold(name=None),
        release(None),
        write_off(amount="0"),
        write_off(amount="1.00001"),
        write_off(amount="100000000000000"),
        replace(write_off(), org_id=None),
        replace(write_off(), org_id="082x"),
        replace(write_off(), amount=None),
        replace(write_off(), payload={"type": "ALL"}),
    ],
    ids=lambda intent: f"{intent.kind}-{intent.key}",
)
def test_what_could_not_be_read_back_is_refused(ledger, intent):
    """An effect that would make a bad row is refused with a reason, and nothing is written."""
    [answer] = ledger.write(intent)
    assert (answer.outcome, bool(answer.message)) == (Outcome.REFUSED, True)
    assert sorted(path.name for path in (ledger.path / "writeback").iterdir()) == [".lock"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [("note first", [Outcome.CREATED, Outcome.CREATED]), ("adjustment first", [Outcome.CREATED, Outcome.STALE])],
)
def test_a_later_intent_of_a_batch_is_guarded_against_an_earlier_one(ledger, order, expected):
    """What one intent changes of a balance, the next of the same batch finds changed; in a plan's order nothing is."""
    guard = {"account_status": "A", "merged_into": None, "due": {"USD": "60.00"}}
    intents = [note(currency="USD", guard=guard), write_off()]
    assert outcomes(ledger.write(*(intents if order == "note first" else intents[::-1]))) == expected

"""A fingerprint is the same exactly as long as reading would give the same."""

from __future__ import annotations

import contextlib
import gzip
import os
from datetime import date
from decimal import Decimal

import pytest
from erp_ar_ext_csv import ADAPTER

from erp_ar_ext.errors import SourceError
from erp_ar_ext.model import ENTITIES
from erp_ar_ext.spi import ActionKind, FingerprintedSource, Intent

ADJUSTMENTS = (
    "org_id,adjustment_id,schedule_id,type,amount,apply_date,gl_date,status,external_ref\n"
    "081,E1,S1,INVOICE,-10.00,2026-03-02,2026-03-02,A,erp-ar:a1\n"
)

NOTE = {"text": "Please pay.", "note_kind": "dunning"}
HOLD = {"name": "credit-overdue", "scope": "account", "scope_id": None, "reason": "late"}
WRITE_OFF = {"type": "INVOICE", "reason": "small balance"}


def intent(kind, key, payload, **more):
    day = date(2026, 3, 2)
    return Intent(key, f"erp-ar:{key}", kind, "0007", day, "081", author="maker", payload=payload, **more)


def note():
    return intent(ActionKind.NOTE, "n1", NOTE)


def hold():
    return intent(ActionKind.HOLD, "h1", HOLD)


def write_off():
    return intent(ActionKind.ADJUSTMENT, "a1", WRITE_OFF, schedule_id="S1", amount=Decimal("-10.00"), currency="USD")


def fingerprints(folder):
    with contextlib.closing(ADAPTER.open_source(folder.settings, folder.context)) as source:
        return {name: source.fingerprint(ENTITIES[name]) for name in source.entities()}


@pytest.fixture
def differing(ledger):
    """Entities whose fingerprint is another one than before, or which are new or gone."""
    before = fingerprints(ledger)

    def changed():
        now = fingerprints(ledger)
        return {name for name in {*before, *now} if before.get(name) != now.get(name)}

    return changed


def test_the_source_meets_the_protocol(ledger):
    """The core asks by the protocol, so the source must be one."""
    assert isinstance(ADAPTER.open_source(ledger.settings, ledger.context), FingerprintedSource)


def test_an_untouched_folder_keeps_its_fingerprints(ledger, differing):
    """Neither a new time stamp nor a copy of the same bytes makes another fingerprint."""
    path = ledger.path / "schedules.csv"
    os.utime(path, (1, 1))
    content = (ledger.path / "customers.csv").read_bytes()
    (ledger.path / "customers.csv").unlink()
    ledger.put("customers.csv", content)
    assert differing() == set()


def test_a_changed_file_changes_its_entity_only(ledger, differing):
    """One byte more, though size and time might be the same, and the entity has another fingerprint."""
    path = ledger.path / "schedules.csv"
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"60.00", b"61.00"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert differing() == {"schedules"}


def test_a_file_by_another_name_changes_its_entity(ledger, differing):
    """Rejects and findings name the file: the same rows under another name are not the same reading."""
    path = ledger.path / "schedules.csv"
    (ledger.path / "schedules.csv.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    assert differing() == {"schedules"}


def test_a_mapping_changes_its_entity_only(ledger, differing):
    """How one entity is mapped is part of its fingerprint, and of no other's."""
    ledger.map("schedules", null_values=["-"])
    assert differing() == {"schedules"}


def test_a_setting_of_all_files_changes_all(ledger, differing):
    """How all files are written is part of every fingerprint; where they are, and what they are called, of none."""
    ledger.settings["name"] = "other"
    assert differing() == set()
    ledger.settings["decimal_mark"] = ","
    assert differing() == {"customers", "transactions", "schedules"}


def test_another_version_of_the_adapter_changes_all(differing, monkeypatch):
    """Another release may read the same bytes otherwise."""
    monkeypatch.setattr("erp_ar_ext_csv.fingerprint.VERSION", "0.0.9")
    assert differing() == {"customers", "transactions", "schedules"}


def test_what_is_written_back_changes_what_it_is_laid_over(ledger, differing):
    """A note changes notes, a hold changes holds, and a write-off also the schedules whose balance it lowers."""
    ledger.write(note())
    assert differing() == {"notes"}
    ledger.write(hold())
    assert differing() == {"notes", "holds"}
    ledger.write(write_off())
    assert differing() == {"notes", "holds", "adjustments", "schedules"}


def test_an_extract_that_holds_a_write_off_changes_the_schedules(ledger):
    """Once the extract has our adjustment, the schedules are read without it: their file alone does not tell."""
    ledger.write(write_off())
    before, [lowered] = fingerprints(ledger), ledger.read("schedules").rows[:1]
    ledger.put("adjustments.csv", ADJUSTMENTS)
    [taken_over] = ledger.read("schedules").rows[:1]
    assert (str(lowered["amount_remaining"]), str(taken_over["amount_remaining"])) == ("50.0000", "60.0000")
    assert fingerprints(ledger)["schedules"] != before["schedules"]


def test_files_told_by_fingerprint_are_inputs(ledger):
    """A plan's guard is the digest of all inputs, whether they were read this time or not."""
    ledger.write(write_off())
    with contextlib.closing(ADAPTER.open_source(ledger.settings, ledger.context)) as source:
        for name in source.entities():
            source.fingerprint(ENTITIES[name])
        told = {file.name: (file.digest, file.guarded) for file in source.inputs()}
        for name in source.entities():
            list(source.read(ENTITIES[name]))
        assert {file.name: (file.digest, file.guarded) for file in source.inputs()} == told
        assert all(file.rows for file in source.inputs())


def test_a_file_that_changes_after_its_fingerprint_is_refused(ledger):
    """Rows of other bytes than the fingerprint says are not taken."""
    with contextlib.closing(ADAPTER.open_source(ledger.settings, ledger.context)) as source:
        source.fingerprint(ENTITIES["schedules"])
        ledger.put("schedules.csv", (ledger.path / "schedules.csv").read_text() + "\n")
        with pytest.raises(SourceError, match="changed while it was read"):
            list(source.read(ENTITIES["schedules"]))

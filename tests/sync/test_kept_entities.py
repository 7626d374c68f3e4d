"""Files that did not change are not read again, and nothing of what they hold is forgotten for that."""

from __future__ import annotations

import pytest

NOTES = """\
note_id,account_id,created_on,text,colour
N1,A1,2026-01-05,Called.,red
N2,A1,2026-01-0x,Called.,red
N3,A1,=1+1,Called.,red

N4,,2026-01-05,Called.,red
"""
CONFIG = """\
[source]
adapter = "csv"
path = "data"

[source.files.notes]
distinct = true
columns = {note_id = "note_id", account_id = "account_id", created_on = "created_on", text = "text"}

[policy]
file = "policy.yaml"
"""


@pytest.fixture
def noted(company):
    """A company with notes that give cause for findings and for a quarantine."""
    (company.data / "notes.csv").write_text(NOTES)
    company.write("erp-ar.toml", CONFIG)
    return company


def read(answer):
    """How each entity was read."""
    return {name: entry["read"] for name, entry in answer.json["entities"].items()}


def test_what_did_not_change_is_not_read(noted):
    """A second sync reads nothing, and says the very same."""
    first = noted.erp_ar("sync", "--json")
    second = noted.erp_ar("sync", "--json")
    assert set(read(first).values()) == {"whole"}
    assert set(read(second).values()) == {"kept"}
    assert (first.code, second.code, second.json["new"]) == (3, 3, False)
    same = ("snapshot", "findings", "tie_out")
    assert {name: first.json[name] for name in same} == {name: second.json[name] for name in same}
    assert {"quarantined", "csv-blank-rows"} <= {finding["code"] for finding in second.json["findings"]}
    assert any("colour" in finding["message"] for finding in second.json["findings"])


def test_one_changed_file_is_read(noted):
    """The snapshot after a change of one file is the one that reading all files gives, quarantine included."""
    noted.erp_ar("sync")
    with (noted.data / "schedules.csv").open("a") as file:
        file.write("1,S6,T1,A1,INV,2,2026-02-05,2026-01-01,USD,1.00,1.00\n")
    changed = noted.erp_ar("sync", "--json")
    quarantine = (noted.folder / ".erp-ar/quarantine/notes.csv").read_bytes()
    whole = noted.erp_ar("sync", "--full", "--json")
    assert read(changed) == dict.fromkeys(read(changed), "kept") | {"schedules": "whole"}
    assert changed.json["changed"] == {"schedules": {"new": 1, "gone": 0}}
    assert set(read(whole).values()) == {"whole"}
    assert (whole.json["snapshot"], whole.json["new"]) == (changed.json["snapshot"], False)
    assert (noted.folder / ".erp-ar/quarantine/notes.csv").read_bytes() == quarantine
    assert quarantine.count(b"\n") == 4


def test_a_finding_goes_with_its_cause(noted):
    """Once the file is in order, its findings are gone, also when the others are not read."""
    noted.erp_ar("sync")
    (noted.data / "notes.csv").write_text("note_id,account_id,created_on,text\nN1,A1,2026-01-05,Called.\n")
    assert noted.erp_ar("sync", "--json").json["findings"] == []
    assert noted.erp_ar("sync", "--json").json["findings"] == []


def test_a_file_that_goes_away_takes_its_rows_along(noted):
    """An entity without a file any more is no part of the next snapshot."""
    noted.erp_ar("sync")
    company_config = CONFIG.replace("[source.files.notes]", "[source.files.holds]")
    noted.write("erp-ar.toml", company_config.split("[source.files")[0] + '[policy]\nfile = "policy.yaml"\n')
    (noted.data / "notes.csv").unlink()
    answer = noted.erp_ar("sync", "--json")
    assert (answer.code, "notes" in answer.json["entities"]) == (0, False)


def test_a_write_off_is_not_stale_because_nothing_was_read(noted):
    """A plan from a snapshot whose files were not read again guards the same extract, and can be applied."""
    noted.erp_ar("sync")
    noted.erp_ar("sync")
    plan = noted.folder / "plan.json"
    assert noted.erp_ar("plan", "--as-of", "2026-01-31", "--as", "anna", "--out", plan).code == 2
    assert noted.erp_ar("approve", plan, "--as", "ben").code == 0
    assert set(noted.erp_ar("apply", plan, "--json").json["counts"]) == {"created"}
    answer = noted.erp_ar("sync", "--json")
    assert {name for name, how in read(answer).items() if how == "whole"} == {
        "notes", "holds", "adjustments", "schedules",
    }  # fmt: skip
    assert noted.erp_ar("sync", "--full", "--json").json["snapshot"] == answer.json["snapshot"]


def test_a_table_tells_what_was_read(noted):
    """For people: what was read of each entity, and how many rows there are."""
    noted.erp_ar("sync")
    shown = noted.erp_ar("sync").out
    assert "not needed" in shown
    assert "nothing new since it was made" in shown

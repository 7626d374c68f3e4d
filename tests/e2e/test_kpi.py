"""Key figures, as a user types the command."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime

import pytest

from erp_ar_ext.kpi import FORMULAS

DAY = "2026-01-31"
SECTIONS = """\
kpi: {months: 1, over_days: [20]}
provision:
  segments:
    - {name: all, rates: {not_due: 0.5, 1-30: 2, 31-60: 10, 61-90: 25, 91+: 50}}
"""


def values(answer, currency):
    return {(k["id"], k["part"]): k["value"] for k in answer.json["kpis"] if k["currency"] == currency}


def test_key_figures_are_told_with_formula_inputs_and_tie_out(synced):
    """800 + 50 - 20 - 30 owed on 950 sold in the 92 days of three months: 77.47 days; nothing else is asked for."""
    answer = synced.erp_ar("kpi", "--as-of", DAY, "--kpi", "DSO_SIMPLE", "--currency", "USD", "--json")
    assert answer.code == 0, answer.err
    [figure] = answer.json["kpis"]
    assert (figure["value"], figure["unit"], figure["undefined"]) == ("77.47", "days", None)
    assert figure["formula"] == "receivables / sales x days of the period"
    assert [(told["name"], told["value"]) for told in figure["inputs"]] == [
        ("receivables", "800.00"),
        ("sales", "950.00"),
        ("days", 92),
    ]
    assert answer.json["tie_out"]["ok"]
    assert {"items_equal_control", "kpi_open_equals_control"} <= {
        check["name"] for check in answer.json["tie_out"]["checks"]
    }


def test_people_see_every_key_figure_with_its_words(synced):
    """Formula, inputs, and why there is no value: nothing was sold in EUR in January."""
    answer = synced.erp_ar("kpi", "--as-of", DAY, "--months", "1")
    assert answer.code == 0, answer.err
    for formula in FORMULAS.values():
        assert f"{formula.id}: {formula.words}"[:100] in answer.out
    assert "sales of the period are zero: receivables 3.50; sales 0.00; days 31" in answer.out
    assert "ties out" in answer.out


def test_the_parameters_are_those_of_the_policy(synced):
    """A month, 20 days and rates: 800.00 of Acme is 26 days past due, at 2%; 50.00 is not due, at 0.5%.

    A credit memo of 20.00 is as old as the 800.00.
    """
    synced.write("policy.yaml", (synced.folder / "policy.yaml").read_text() + SECTIONS)
    answer = synced.erp_ar("kpi", "--as-of", DAY, "--json")
    assert answer.json["period"] == {"from": "2026-01-01", "to": DAY, "days": 31, "months": 1}
    usd = values(answer, "USD")
    assert usd["AR_OVER", "over 20 days"] == "780.00"
    assert usd["IFRS9_PROVISION", None] == "16.25"
    assert values(answer, "JPY")["IFRS9_PROVISION", None] == "200"
    assert answer.json["policy"]["name"] == "house-rules"
    shown = synced.erp_ar("kpi", "--as-of", DAY, "--kpi", "IFRS9_PROVISION", "--currency", "USD").out
    assert "matrix, USD" in shown
    assert "16.00" in shown


def test_key_figures_need_no_policy(synced):
    """Without one the parameters are the defaults."""
    synced.write("erp-ar.toml", '[source]\nadapter = "csv"\npath = "data"\n')
    answer = synced.erp_ar("kpi", "--as-of", DAY, "--json")
    assert (answer.code, answer.json["policy"]) == (0, None)
    assert answer.json["period"]["months"] == 3


def test_the_key_figures_of_a_close_are_told_as_they_were_known_then(synced):
    """A receipt of January that came to be known later moves January's figures, and not those known at the close."""
    closed_at = datetime.now(UTC).isoformat()
    receipts = (synced.data / "receipts.csv").read_text()
    synced.write("data/receipts.csv", receipts + "1,R4,TRF-4,A1,2026-01-30,USD,800.00\n")
    assert synced.erp_ar("sync").code == 0
    asked = ("kpi", "--as-of", DAY, "--kpi", "DSO_SIMPLE", "--json")
    now, then = synced.erp_ar(*asked), synced.erp_ar(*asked, "--known-at", closed_at)
    assert values(then, "USD")["DSO_SIMPLE", None] == "77.47"
    assert values(now, "USD")["DSO_SIMPLE", None] == "0.00"
    assert then.json["snapshot"] != now.json["snapshot"]


@pytest.mark.parametrize("suffix", ["json", "csv"])
def test_key_figures_go_into_a_file(synced, suffix):
    """All of them, whole, with the snapshot that they are of."""
    out = synced.folder / f"january.{suffix}"
    answer = synced.erp_ar("kpi", "--as-of", DAY, "--from", "2026-01-10", "--out", out)
    assert (answer.code, answer.out) == (0, "")
    if suffix == "json":
        document = json.loads(out.read_text(encoding="utf-8"))
        found = {each["id"]: each["value"] for each in document["kpis"] if each["currency"] == "USD"}
        assert document["period"] == {"from": "2026-01-10", "to": DAY, "days": 22, "months": None}
    else:
        with out.open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["currency"] == "USD"]
        found = {row["id"]: row["value"] for row in rows}
        [cei] = [row for row in rows if row["id"] == "CEI"]
        assert (cei["value"], cei["undefined"]) == ("", "the period is not of whole months")
        assert json.loads(cei["inputs"])["sales"] == "50.00"
        assert cei["snapshot"].startswith("sha256:")
    assert found["DSO_SIMPLE"] == "352.00"  # 800 / 50 x 22
    assert set(found) == set(FORMULAS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--kpi", "DS0_SIMPLE"), "did you mean 'DSO_SIMPLE'?"),
        (("--from", "2026-02-01"), "has no days"),
        (("--from", "2026-01-01", "--months", "1"), "--from and --months"),
        (("--currency", "CHF"), "currencies are EUR, JPY, USD"),
        (("--out", "january.xlsx"), "neither .csv nor .json"),
        (("--out", "nowhere/january.csv"), "its folder does not exist"),
        (("--axis", "due_date"), "--axis 'due_date' is not one of gl_date, trx_date"),
        (("--months", "30000"), "the calendar had not begun"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_the_next_step(synced, arguments, message):
    """Wrong usage, told before or instead of any figure."""
    answer = synced.erp_ar("kpi", "--as-of", DAY, *arguments)
    assert (answer.code, answer.out) == (64, "")
    assert message in answer.err

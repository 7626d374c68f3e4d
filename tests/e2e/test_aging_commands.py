"""`aging` with declared treatments, and `roll-forward`, as a user types them."""

import csv

import pytest

DAY = "2026-01-31"


def test_treatments_change_where_amounts_stand_and_are_named(synced):
    """Credits set off, disputes apart, another axis and other bounds: the JSON names each, and it ties out."""
    usual = synced.erp_ar("aging", "--as-of", DAY, "--json").json
    assert usual["treatments"] == {"credits": "own_age", "unapplied": "apart", "disputed": "in_buckets"}
    assert (usual["axis"], usual["unit"], usual["apart"]) == ("gl_date", "days", [])
    options = ("--credits", "oldest_first", "--unapplied", "oldest_first", "--disputed", "apart", "--axis", "trx_date")
    answer = synced.erp_ar("aging", "--as-of", DAY, "--json", "--buckets", "30,60,90,120,180,360", *options).json
    assert answer["tie_out"]["ok"], answer["tie_out"]
    assert answer["axis"] == "trx_date"
    assert answer["apart"] == ["disputed", "set_off"]
    assert answer["buckets"][-2:] == ["181-360", "361+"]
    acme = next(row for row in answer["rows"] if row["account_id"] == "A1")
    before = next(row for row in usual["rows"] if row["account_id"] == "A1")
    assert (before["buckets"]["1-30"], acme["buckets"]["1-30"]) == ("780.00", "750.00"), "800 - 20 credit - 30 cash"
    assert (acme["set_off"], acme["open_amount"]) == ("30.00", "830.00")


def test_months_have_buckets_of_their_own(synced):
    """Age in months shows as current, 1 month and so on, on a terminal as in JSON."""
    answer = synced.erp_ar("aging", "--as-of", DAY, "--months", "--json").json
    assert answer["buckets"] == ["current", "1 month", "2 months", "3 months", "4+ months"]
    shown = synced.erp_ar("aging", "--as-of", DAY, "--months", "--buckets", "1,12").out
    assert "in calendar months" in shown
    assert "2-12 months" in shown


def test_the_policys_own_aging_is_asked_for(synced):
    """With --policy the section aging holds, but for what an option says."""
    ranges = "buckets: [{name: young, to: 0}, {name: old, from: 1}], credits: apart"
    text = (
        (synced.folder / "policy.yaml")
        .read_text()
        .replace("settings:", f"aging: {{basis: trx_date, {ranges}}}\nsettings:")
    )
    synced.write("policy.yaml", text)
    answer = synced.erp_ar("aging", "--as-of", DAY, "--policy", "--json").json
    assert (answer["basis"], answer["buckets"], answer["apart"]) == ("trx_date", ["young", "old"], ["credits"])
    answer = synced.erp_ar("aging", "--as-of", DAY, "--policy", "--basis", "due_date", "--buckets", "5", "--json").json
    assert (answer["basis"], answer["buckets"]) == ("due_date", ["not_due", "1-5", "6+"])
    assert answer["treatments"]["credits"] == "apart"
    assert synced.erp_ar("aging", "--as-of", DAY, "--json").json["buckets"][1] == "1-30"


def test_a_policy_with_buckets_that_leave_a_gap_is_refused_with_file_and_line(synced):
    """Nothing is aged or planned by buckets that do not hold every day; the message leads to the line."""
    text = (synced.folder / "policy.yaml").read_text()
    gap = "aging:\n  buckets:\n    - {name: young, to: 0}\n    - {name: old, from: 31}\n"
    path = synced.write("policy.yaml", text.replace("settings:", gap + "settings:"))
    answer = synced.erp_ar("policy", "check", path)
    assert answer.code == 1
    assert f"{path}:6:25: no bucket holds 1 to 30" in answer.out + answer.err
    assert synced.erp_ar("aging", "--as-of", DAY, "--policy").code == 1
    assert synced.erp_ar("aging", "--as-of", DAY).code == 0


@pytest.mark.parametrize(
    "options",
    [
        ("--credits", "youngest"),
        ("--unapplied", "same_document"),
        ("--disputed", "outside"),
        ("--buckets", "60,30"),
        ("--months", "--buckets", "0,1"),
        ("--axis", "due_date"),
    ],
    ids=" ".join,
)
def test_values_that_an_option_does_not_have_are_wrong_usage(synced, options):
    """What no treatment is called, and bounds that do not rise, exit 64 with the values there are."""
    answer = synced.erp_ar("aging", "--as-of", DAY, *options)
    assert answer.code == 64
    assert answer.err


ROLL = ("roll-forward", "--from", "2025-11-30", "--to", DAY)


def test_roll_forward_leads_from_one_day_to_another(synced):
    """The euro item of November aged over 60 days after it was paid but for a rest; the yen item was old already."""
    answer = synced.erp_ar(*ROLL, "--json").json
    assert answer["tie_out"]["ok"], answer["tie_out"]
    assert answer["over"] == [60, 360]
    shown = {
        (row["over_days"], row["currency"]): {name: row[name] for name in ("opening", "aged_in", "closing", "residual")}
        for row in answer["totals"]
    }
    assert shown == {
        (60, "EUR"): {"opening": "0.00", "aged_in": "3.50", "closing": "3.50", "residual": "0.00"},
        (60, "JPY"): {"opening": "400", "aged_in": "0", "closing": "400", "residual": "0"},
    }
    assert answer["rows"] == answer["totals"]


def test_roll_forward_by_account_with_a_forecast_goes_into_a_file(synced):
    """A file has a row per account, with what will be old by the forecast's day."""
    out = synced.folder / "rolled.csv"
    options = ("--over", "30", "--by", "account", "--forecast-to", "2026-02-28", "--out", out)
    assert synced.erp_ar(*ROLL, *options).code == 0
    with out.open(newline="") as file:
        rows = {row["account_id"]: row for row in csv.DictReader(file)}
    assert (rows["A1"]["closing"], rows["A1"]["will_age_in"], rows["A1"]["unpaid"]) == ("0.00", "780.00", "780.00")
    assert rows["A3"]["at_pace"] == "400"


def test_roll_forward_shows_tables_for_people(synced):
    """A terminal shows totals per number of days, the forecast, the largest accounts, and that it ties out."""
    shown = synced.erp_ar(*ROLL, "--by", "account", "--forecast-to", "2026-02-28")
    assert shown.code == 0
    assert "over 60 days past due (61 or more), from the end of 2025-11-30 to the end of 2026-01-31" in shown.out
    assert "forecast to 2026-02-28" in shown.out
    assert "Castor" in shown.out
    assert "ties out" in shown.out


@pytest.mark.parametrize(
    "options",
    [
        ("--from", DAY, "--to", DAY),
        ("--from", DAY, "--to", "2025-01-01"),
        ("--from", "2025-12-31", "--to", DAY, "--forecast-to", DAY),
        ("--from", "2025-12-31", "--to", DAY, "--over", "-1"),
        ("--from", "2025-12-31", "--to", DAY, "--by", "schedule"),
        ("--from", "2025-12-31", "--to", "31.1.2026"),
    ],
    ids=" ".join,
)
def test_a_roll_forward_that_goes_nowhere_is_wrong_usage(synced, options):
    """Days in no order, a forecast that looks back, or less than no days exit 64 and say what they should be."""
    answer = synced.erp_ar("roll-forward", *options)
    assert (answer.code, bool(answer.err)) == (64, True)

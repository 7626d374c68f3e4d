"""`erp-ar collectible` and `erp-ar exposure`, as a user types them; and a plan that is refused."""

from __future__ import annotations

import csv

DAY = "2026-01-31"


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_collectible_is_printed_told_as_json_and_written(synced):
    """Due less its deductions, in every form the same amounts, by the rules of the policy."""
    told = synced.erp_ar("collectible", "--as-of", DAY, "--json")
    assert told.code == 0
    a1 = next(row for row in told.json["rows"] if row["account_id"] == "A1")
    assert (a1["due_amount"], a1["usable_credits"], a1["collectible_amount"]) == ("800.00", "50.00", "750.00")
    assert (told.json["policy"]["name"], told.json["not_due"], told.json["tie_out"]["ok"]) == (
        "house-rules",
        False,
        True,
    )

    out = synced.folder / "collectible.csv"
    written = synced.erp_ar("collectible", "--as-of", DAY, "--by", "schedule", "--out", out)
    assert (written.code, written.out) == (0, "")
    assert [(row["schedule_id"], row["collectible_amount"]) for row in rows_of(out)] == [
        ("S1", "750.00"), ("S2", "3.50"), ("S4", "400"),
    ]  # fmt: skip

    shown = synced.erp_ar("collectible", "--as-of", DAY)
    assert "750.00" in shown.out
    assert "ties out" in shown.out


def test_the_policy_says_what_is_due(synced):
    """A policy that counts what is not yet due, and no credits, changes the amounts and is named with its digest."""
    synced.write("policy.yaml", (synced.folder / "policy.yaml").read_text(encoding="utf-8") + POLICY_MORE)
    told = synced.erp_ar("collectible", "--as-of", DAY, "--json").json
    assert next(row["collectible_amount"] for row in told["rows"] if row["account_id"] == "A1") == "850.00"
    exposure = synced.erp_ar("exposure", "--as-of", DAY, "--json").json
    assert next(row["exposure_amount"] for row in exposure["rows"] if row["account_id"] == "A1") == "830.00"


POLICY_MORE = """\
collectible: {not_due: true, credits: false}
exposure: {unapplied_cash: false}
"""


def test_exposure_is_printed_told_as_json_and_written(company):
    """Exposure, limit and headroom agree in every form; a currency without a rate is named."""
    with (company.data / "transactions.csv").open("a", encoding="utf-8") as file:
        file.write("1,T5,I-5,INV,2026-01-20,A1,EUR,10.00\n")
    with (company.data / "schedules.csv").open("a", encoding="utf-8") as file:
        file.write("1,S6,T5,A1,INV,1,2026-01-20,2026-01-20,EUR,10.00,10.00\n")
    company.erp_ar("sync")
    unknown = company.erp_ar("exposure", "--as-of", DAY, "--json")
    [line] = [line for line in unknown.json["rows"][0]["lines"] if line["problem"]]
    assert (unknown.code, line["currency"], line["problem"]) == (0, "EUR", "no_rate")
    assert unknown.json["rows"][0]["limit_state"] == "unknown"
    shown = company.erp_ar("exposure", "--as-of", DAY)
    assert "no rate" in shown.out
    assert "a rate is missing" in shown.err

    company.write("data/rates.csv", "from_currency,to_currency,rate_date,rate\nEUR,USD,2026-01-30,1.10\n")
    company.erp_ar("sync")
    a1 = company.erp_ar("exposure", "--as-of", DAY, "--json").json["rows"][0]
    assert (a1["exposure_amount"], a1["headroom"], a1["utilisation"]) == ("811.00", "-711.00", "8.11")
    out = company.folder / "lines.csv"
    assert company.erp_ar("exposure", "--as-of", DAY, "--by", "line", "--out", out).code == 0
    assert [(row["currency"], row["rate"], row["converted"]) for row in rows_of(out) if row["account_id"] == "A1"] == [
        ("EUR", "1.1", "11"), ("USD", "1", "800"),
    ]  # fmt: skip
    assert "811.00" in company.erp_ar("exposure", "--as-of", DAY).out


def test_what_cannot_be_written_or_is_no_choice_is_said_before_any_work(synced):
    """A wrong ending, folder or choice is a wrong command line, and nothing is written."""
    before = synced.files()
    for command in ("collectible", "exposure"):
        for wrong in (["--out", "list.xlsx"], ["--out", "no/such/folder.csv"], ["--by", "customer"], ["--basis", "x"]):
            assert synced.erp_ar(command, "--as-of", DAY, *wrong).code == 64, (command, wrong)
    assert synced.files() == before


def test_a_plan_on_data_that_is_too_old_is_refused_and_nothing_is_written(synced):
    """The refusal is an error with its place in the policy, the newest receipt and the next step; no file is left."""
    synced.write(
        "policy.yaml", (synced.folder / "policy.yaml").read_text(encoding="utf-8") + "data: {max_age_days: 10}\n"
    )
    before = synced.files()
    refused = synced.erp_ar("plan", "--as-of", "2026-02-15", "--as", "anna", "--json")
    told = refused.json["error"]
    assert (refused.code, told["code"], told["place"]) == (1, "ERPAR-0600", "policy house-rules, data.max_age_days")
    assert "the newest receipt is of 2026-01-12" in told["message"]
    assert "sync" in told["hint"]
    assert synced.files() == before
    assert synced.erp_ar("plan", "--as-of", "2026-01-20", "--as", "anna").code == 2

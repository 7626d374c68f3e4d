"""Sync, plan, approve, apply, report, as a user types them."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from erp_ar_ext.cli import output

DAY = "2026-01-31"


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.demands("apply.progress")
def test_the_main_job_ends_with_every_effect_in_the_write_back_folder(planned):
    """Notes, a hold and an adjustment are written once, and a second apply does nothing."""
    company, plan = planned
    assert company.erp_ar("approve", plan, "--as", "ben").code == 0
    first = company.erp_ar("apply", plan, "--json")
    assert (first.code, first.json["counts"]) == (0, {"created": 6})

    written = company.data / "writeback"
    assert [row["name"] for row in rows_of(written / "holds.csv")] == ["credit-limit"]
    assert [(row["schedule_id"], row["amount"]) for row in rows_of(written / "adjustments.csv")] == [
        ("S2", "-3.50"),
        ("S4", "-400"),
    ]
    assert len(rows_of(written / "notes.csv")) == 3

    before = {path.name: path.read_bytes() for path in written.glob("*.csv")}
    again = company.erp_ar("apply", plan, "--json")
    assert (again.code, again.json["already_applied"]) == (0, True)
    assert {path.name: path.read_bytes() for path in written.glob("*.csv")} == before


def test_what_was_written_comes_back_as_the_erps_own(planned):
    """After the next sync the written-off items are closed, the books tie out, and there is nothing left to plan."""
    company, plan = planned
    company.erp_ar("approve", plan, "--as", "ben")
    company.erp_ar("apply", plan)
    assert company.erp_ar("sync").code == 0
    aging = company.erp_ar("aging", "--as-of", DAY, "--json").json
    assert aging["tie_out"]["ok"], aging["tie_out"]
    assert [(row["account_id"], row["open_amount"], row["unapplied"]) for row in aging["rows"]] == [
        ("A1", "830.00", "-30.00")
    ]
    again = company.erp_ar("plan", "--as-of", DAY, "--as", "anna", "--json")
    assert (again.code, again.json["actions"]) == (0, [])
    reconciled = company.erp_ar("reconcile", "--json")
    assert (reconciled.code, reconciled.json["differences"]) == (0, [])
    assert reconciled.json["actions"]["compared"] > 0
    audit = company.erp_ar("audit", "verify", "--json")
    assert (audit.code, audit.json["ok"], audit.json["found"]) == (0, True, True)
    assert audit.json["entries"] > reconciled.json["actions"]["compared"]
    assert company.erp_ar("audit", "verify", "--head", "sha256:0").code == 1


def test_a_hold_of_ours_is_lifted_when_its_reason_is_gone(planned):
    """A payment brings the account under its limit: the next plan lifts our hold, and only ours."""
    company, plan = planned
    company.write(
        "data/holds.csv",
        "org_id,hold_id,account_id,scope,name,applied_on,applied_by\n1,H9,A1,account,fraud,2026-01-01,maria\n",
    )
    company.erp_ar("sync")
    company.erp_ar("plan", "--as-of", DAY, "--as", "anna", "--out", plan)
    company.erp_ar("approve", plan, "--as", "ben")
    assert company.erp_ar("apply", plan).code == 0
    with (company.data / "receipts.csv").open("a", encoding="utf-8") as file:
        file.write("1,R4,TRF-4,A1,2026-02-01,USD,800.00\n")
    company.erp_ar("sync")
    later = company.erp_ar("plan", "--as-of", "2026-02-01", "--as", "anna", "--json").json
    assert [(a["kind"], a["payload"]["name"]) for a in later["actions"] if a["kind"] == "release"] == [
        ("release", "credit-limit")
    ]


def test_the_plan_is_a_function_of_snapshot_policy_day_and_maker(planned):
    """The same four give the same bytes."""
    company, plan = planned
    other = company.folder / "again.json"
    company.erp_ar("plan", "--as-of", DAY, "--as", "anna", "--out", other)
    assert other.read_bytes() == plan.read_bytes()


def test_sync_of_nothing_new_gives_the_same_snapshot(company):
    """A second sync finds the snapshot that is there."""
    first, second = (company.erp_ar("sync", "--json").json for _ in range(2))
    assert first["snapshot"] == second["snapshot"]
    assert (first["new"], second["new"]) == (True, False)


def test_aging_counts_what_is_open_on_the_day(synced):
    """Buckets hold debits and credit memos; unapplied cash stands apart; currencies are never added."""
    answer = synced.erp_ar("aging", "--as-of", DAY, "--json").json
    assert answer["buckets"] == ["not_due", "1-30", "31-60", "61-90", "91+"]
    by_account = {(row["account_id"], row["currency"]): row for row in answer["rows"]}
    acme = by_account["A1", "USD"]
    assert acme["buckets"] == {"not_due": "50.00", "1-30": "780.00", "31-60": "0.00", "61-90": "0.00", "91+": "0.00"}
    assert (acme["open_amount"], acme["credits"], acme["unapplied"]) == ("830.00", "-20.00", "-30.00")
    assert by_account["A3", "JPY"]["buckets"]["91+"] == "400"


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_aging_goes_into_a_file(synced, suffix):
    """Every row, under the same names as in the JSON."""
    out = synced.folder / f"aging.{suffix}"
    assert synced.erp_ar("aging", "--as-of", DAY, "--by", "schedule", "--out", out).code == 0
    if suffix == "csv":
        rows = rows_of(out)
        assert {row["schedule_id"] for row in rows} >= {"S1", "S2", "S3", "S4", "S5"}
        assert {"account_id", "currency", "days_past_due", "open_amount", "not_due", "91+", "unapplied"} <= set(rows[0])
    assert out.stat().st_size > 0


def test_show_and_explain_say_why(planned):
    """An action tells its rule, the facts it saw, and the condition that kept the rule before it from firing."""
    company, plan = planned
    actions = json.loads(plan.read_text())["actions"]
    reminder = next(action for action in actions if action["rule"] == "first-reminder")
    assert company.erp_ar("show", plan).code == 0
    told = company.erp_ar("explain", plan, reminder["key"][:10]).out
    assert "oldest_overdue_days > 30" in told
    assert "780.00" in told or "800.00" in told
    assert reminder["passed_over"] == [{"rule": "second-reminder", "unmet": "oldest_overdue_days > 30"}]


def test_without_approval_only_what_needs_none_is_sent(planned):
    """Exit 5 says that approvals are missing; the notes, which need none, are written."""
    company, plan = planned
    answer = company.erp_ar("apply", plan, "--json")
    assert (answer.code, answer.json["counts"]) == (5, {"approval_missing": 3, "created": 3})


def test_a_dry_run_changes_nothing(planned):
    """It tells what would be created, and writes neither to the folder nor to the outbox."""
    company, plan = planned
    company.erp_ar("approve", plan, "--as", "ben")
    assert company.erp_ar("apply", plan, "--dry-run", "--json").json["counts"] == {"would_create": 6}
    assert not list((company.data / "writeback").glob("*.csv"))
    assert company.erp_ar("apply", plan, "--json").json["counts"] == {"created": 6}


def test_one_may_not_approve_ones_own_plan(planned):
    """Four eyes: the maker is refused."""
    company, plan = planned
    answer = company.erp_ar("approve", plan, "--as", "anna")
    assert answer.code == 1
    assert "anna" in answer.err


def test_a_report_is_written_for_a_plan(planned):
    """One file of HTML."""
    company, plan = planned
    out = company.folder / "report.html"
    assert company.erp_ar("report", plan, "--out", out).code == 0
    page = out.read_text(encoding="utf-8")
    assert "Bergmann, Söhne" in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_a_report_is_written_for_a_run(planned):
    """Apply tells the run's id, and the run knows its plan, wherever its file went since."""
    company, plan = planned
    run_id = company.erp_ar("apply", plan, "--json").json["run"]
    plan.unlink()
    answer = company.erp_ar("report", run_id, "--json")
    assert answer.code == 0, answer.err
    assert "Acme" in Path(answer.json["report"]).read_text(encoding="utf-8")


def test_the_doctor_finds_a_healthy_company_healthy(synced):
    """Every line is ok once there is a snapshot."""
    answer = synced.erp_ar("doctor", "--json").json
    assert answer["ok"], answer
    assert {check["status"] for check in answer["checks"]} == {"ok"}


def test_the_demo_runs_the_main_job_in_a_process_of_its_own(tmp_path):
    """It ends by naming its report, with nothing but PATH in its environment; a second run finds nothing left to do."""
    for plan in ("36 note", "nothing to do"):
        done = subprocess.run(
            [sys.executable, "-m", "erp_ar_ext.cli", "demo", "--dir", str(tmp_path / "company")],
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"},
        )
        assert done.returncode == 0, done.stderr
        assert plan in next(line for line in done.stdout.splitlines() if line.startswith("plan "))
        report = done.stdout.strip().splitlines()[-1].removeprefix("report: ")
        assert (tmp_path / "company" / ".erp-ar" / "reports").samefile(os.path.dirname(report))  # noqa: PTH120
        assert "Traceback" not in done.stderr


@pytest.mark.demands("error", "finding", "next", "quarantine", "wrote")
def test_stderr_is_json_lines_where_nobody_sits_before_it(company):
    """Findings, next steps, files written and errors are log events, so that one log can be read by one program."""
    path = company.data / "transactions.csv"
    path.write_text(path.read_text(encoding="utf-8") + "1,T9,I-9,INV,today,A1,USD,10.00\n", encoding="utf-8")
    out = company.folder / "aging.csv"
    events = []
    for command in (
        ["sync"],
        ["aging", "--as-of", DAY, "--out", out],
        ["plan", "--as-of", DAY],
        ["show"],
        ["frobnicate"],
    ):
        events += [json.loads(line) for line in company.erp_ar(*command).err.splitlines()]
    assert {"sync.done", "finding", "quarantine", "next", "wrote", "error"} <= {event["event"] for event in events}
    assert next(event["file"] for event in events if event["event"] == "wrote") == str(out)
    quarantined = next(event for event in events if event.get("code") == "quarantined")
    assert (quarantined["level"], quarantined["place"]) == ("error", "transactions.csv, row 7")
    assert all({"event", "level", "timestamp"} <= event.keys() for event in events)


def test_a_terminal_is_told_in_words(company, monkeypatch):
    """A person is told the same without braces."""
    monkeypatch.setattr(output, "to_people", lambda: True)
    told = company.erp_ar("show", "nowhere.json").err
    assert told.startswith("error ERPAR-0600 nowhere.json: cannot be read")
    assert "\n  next: erp-ar plan" in told


def test_sums_of_a_sync_have_the_digits_of_their_currency(company):
    """As every other amount that is told: two for the euro, none for the yen."""
    sums = company.erp_ar("sync", "--json").json["entities"]["schedules"]["sums"]
    assert (sums["EUR"]["amount_original"], sums["JPY"]["amount_original"]) == ("1000.00", "700")

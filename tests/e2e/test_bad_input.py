"""What bad input gets: a message that names the place and the next step, an exit code, nothing half written."""

from __future__ import annotations

import csv
import json
import os
import shutil
from dataclasses import replace

import pytest
from company_in_files import CONFIG

from erp_ar_ext.cli.main import run
from erp_ar_ext.plan.document import plan_digest

DAY = "2026-01-31"


def refused(answer, code, *words):
    """Check a refusal: its exit code, its words, a next step, and no traceback."""
    assert answer.code == code, (answer.out, answer.err)
    told = json.loads(answer.err.splitlines()[-1])
    assert (told["event"], told["level"]) == ("error", "error")
    assert told["next"]
    for word in words:
        assert word in f"{told['place']}: {told['message']} {told['next']}", (word, told)
    assert "Traceback" not in answer.err + answer.out


def test_a_missing_folder(company):
    """The folder that was looked for is named."""
    company.write("erp-ar.toml", '[source]\nadapter = "csv"\npath = "nowhere"\n')
    refused(company.erp_ar("sync"), 1, "nowhere")


def test_an_empty_folder(company):
    """An empty folder is not an empty ledger."""
    for path in company.data.iterdir():
        path.unlink()
    refused(company.erp_ar("sync"), 1, "customers")


def test_a_missing_file(company):
    """Without customers nothing can run."""
    (company.data / "customers.csv").unlink()
    before = company.files()
    refused(company.erp_ar("sync"), 1, "customers")
    assert {name for name in company.files() - before if not name.startswith(".erp-ar/state.db")} == set()


def test_an_unknown_column(company):
    """A misspelt column is named with the nearest known one."""
    text = (company.data / "customers.csv").read_text(encoding="utf-8")
    company.write("data/customers.csv", text.replace("account_number", "acount_number", 1))
    refused(company.erp_ar("sync"), 1, "customers.csv", "acount_number", "account_number")


UNTAKEABLE = (
    ("1,T9,I-9,INV,31/31/2020,A1,USD,10.00", "trx_date", "31/31/2020"),
    ("1,T10,I-9,INV,2026-02-30,A1,USD,10.00", "trx_date", "2026-02-30"),
    ('1,T11,I-9,INV,2026-01-01,A1,USD,"1.234,5"', "amount", "1.234,5"),
    ("1,T12,I-9,INV,2026-01-01,A1,USD,ten", "amount", "ten"),
    ("1,T13,I-9,INV,2026-01-01,A1,usd,10.00", "currency", "usd"),
    ("1,T14,I-9,INV,2026-01-01,,USD,10.00", "account_id", ""),
    ("1,T1,I-9,INV,2026-01-01,A1,USD,10.00", "org_id, trx_id", "1 T1"),
)


def test_rows_that_cannot_be_taken(company):
    """Each goes to the quarantine with file, row, column, value and rule; every other row is taken; exit 3."""
    path = company.data / "transactions.csv"
    rows = "".join(f"{row}\n" for row, _column, _value in UNTAKEABLE)
    path.write_text(path.read_text(encoding="utf-8") + rows, encoding="utf-8")
    answer = company.erp_ar("sync", "--json")
    assert answer.code == 3
    counts = answer.json["entities"]["transactions"]
    assert (counts["rows_in"], counts["rows_taken"], counts["rows_quarantined"]) == (12, 5, 7)
    with (company.folder / ".erp-ar/quarantine/transactions.csv").open(encoding="utf-8", newline="") as file:
        kept = [(one["file"], one["row"], one["column"], one["value"]) for one in csv.DictReader(file)]
    assert kept == [
        ("transactions.csv", str(at), column, value) for at, (_row, column, value) in enumerate(UNTAKEABLE, start=7)
    ]


def test_a_policy_with_a_misspelt_fact(synced):
    """File, line and the nearest name; nothing is read before that."""
    text = (synced.folder / "policy.yaml").read_text(encoding="utf-8")
    synced.write("policy.yaml", text.replace("over_limit_amount > 0", "over_limt_amount > 0"))
    answer = synced.erp_ar("plan", "--as-of", DAY, "--as", "anna")
    refused(answer, 1, "policy.yaml:24", "over_limt_amount", "over_limit_amount")
    assert synced.erp_ar("policy", "check", synced.folder / "policy.yaml").code == 1


def test_a_missing_policy(synced):
    """The file that was looked for is named."""
    (synced.folder / "policy.yaml").unlink()
    refused(synced.erp_ar("plan", "--as-of", DAY, "--as", "anna"), 1, "policy.yaml")


def test_a_plan_before_any_sync(company):
    """There is nothing to plan from."""
    refused(company.erp_ar("plan", "--as-of", DAY, "--as", "anna"), 1, "snapshot", "erp-ar sync")


@pytest.mark.parametrize("command", ["show", "approve", "apply", "report"])
def test_a_plan_edited_by_hand(planned, command):
    """A changed amount is found before anything is done with it."""
    company, plan = planned
    plan.write_text(plan.read_text(encoding="utf-8").replace('"-3.50"', '"-350.00"'), encoding="utf-8")
    refused(company.erp_ar(command, plan), 1, "plan.json", "changed")
    assert not (company.data / "writeback").exists() or not list((company.data / "writeback").glob("*.csv"))


@pytest.mark.parametrize("text", ["", "{}", "[1]", "not json", '{"format": 1}', '{"format": 2, "actions": []}'])
def test_a_file_that_is_no_plan(company, text):
    """Any other file is refused by name."""
    refused(company.erp_ar("show", company.write("other.json", text)), 1, "other.json")


def test_a_plan_for_another_snapshot(planned):
    """A plan made from data that has changed since is not applied."""
    company, plan = planned
    company.erp_ar("approve", plan, "--as", "ben")
    with (company.data / "transactions.csv").open("a", encoding="utf-8") as file:
        file.write("1,T8,I-8,INV,2026-01-20,A1,USD,10.00\n")
    company.erp_ar("sync")
    refused(company.erp_ar("apply", plan), 1, "snapshot", "erp-ar plan")
    assert not list((company.data / "writeback").glob("*.csv"))


def test_a_plan_written_by_hand_with_a_digest_that_fits(planned):
    """Anybody can compute a digest: only a plan that was made here is decided on or applied."""
    company, plan = planned
    document = json.loads(plan.read_text(encoding="utf-8"))
    for action in document["actions"]:
        action["approval"] = "auto"
    plan.write_text(json.dumps({**document, "plan_id": plan_digest(document)}), encoding="utf-8")
    for command in ("approve", "apply"):
        refused(
            company.erp_ar(command, plan, *(["--as", "ben"] if command == "approve" else [])), 1, "not made by this"
        )
    assert not list((company.data / "writeback").glob("*.csv"))


@pytest.mark.edge_case(60)
def test_a_plan_of_another_policy(planned):
    """A plan that was decided under a policy that has changed since is not applied."""
    company, plan = planned
    company.erp_ar("approve", plan, "--as", "ben")
    text = (company.folder / "policy.yaml").read_text(encoding="utf-8")
    company.write("policy.yaml", text.replace("oldest_overdue_days > 30", "oldest_overdue_days > 300"))
    refused(company.erp_ar("apply", plan), 1, "policy has changed", "erp-ar plan")


def test_a_rejected_action_stays_rejected_in_the_next_plan(planned):
    """Ben says no to a reminder; tomorrow's plan means the same reminder, and does not send it either."""
    company, plan = planned
    actions = json.loads(plan.read_text(encoding="utf-8"))["actions"]
    key = next(action["key"] for action in actions if action["rule"] == "first-reminder")
    company.erp_ar("reject", plan, "--action", key, "--as", "ben")
    company.erp_ar("plan", "--as-of", "2026-02-01", "--as", "anna", "--out", plan)
    counts = company.erp_ar("apply", plan, "--json").json["counts"]
    assert (counts["rejected"], counts["created"]) == (1, 2)


def test_a_payment_after_the_plan_makes_a_write_off_stale_without_a_remaining_amount(planned):
    """The files say nothing of what remains open, so that any change of them since the snapshot counts."""
    company, plan = planned
    path = company.data / "schedules.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",3.50", ",").replace(",400\n", ",\n"), encoding="utf-8")
    company.erp_ar("sync")
    company.erp_ar("plan", "--as-of", DAY, "--as", "anna", "--out", plan)
    company.erp_ar("approve", plan, "--as", "ben")
    with (company.data / "receipts.csv").open("a", encoding="utf-8") as file:
        file.write("1,R9,TRF-9,A2,2026-01-30,EUR,3.50\n")
    answer = company.erp_ar("apply", plan, "--json")
    assert (answer.code, answer.json["counts"]) == (3, {"created": 2, "stale": 4})


@pytest.mark.edge_case(77)
def test_data_that_changed_after_the_plan_makes_an_action_stale(planned):
    """Of what was paid between plan and apply neither write-off nor reminder is written, the rest is; exit 3."""
    company, plan = planned
    company.erp_ar("approve", plan, "--as", "ben")
    path = company.data / "schedules.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("1000.00,3.50", "1000.00,0.00"), encoding="utf-8")
    answer = company.erp_ar("apply", plan, "--json")
    assert (answer.code, answer.json["counts"]) == (3, {"created": 4, "stale": 2})


def test_a_target_that_cannot_be_written(planned):
    """A dry run sees it as an apply does: nothing is written, why, and the very next step."""
    company, plan = planned
    company.erp_ar("approve", plan, "--as", "ben")
    blocked = company.write("data/writeback", "in the way")
    for arguments, why in ((["--dry-run"], "it is no folder"), ([], "File exists")):
        [message] = {one["message"] for one in company.erp_ar("apply", plan, "--json", *arguments).json["actions"]}
        assert message == f"{blocked}: the write-back folder cannot be written: {why}; nothing was"
        answer = company.erp_ar("apply", plan, *arguments)
        assert answer.code == 3
        assert f"then erp-ar apply {plan}" in answer.err
        assert "erp-ar report" not in answer.err
    blocked.unlink()
    assert company.erp_ar("apply", plan, "--json").json["counts"] == {"created": 6}


def test_after_a_stale_action_the_next_step_is_a_new_plan(planned):
    """The customer paid: a report would show nothing that is still to be done."""
    company, plan = planned
    company.erp_ar("approve", plan, "--as", "ben")
    path = company.data / "schedules.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("1000.00,3.50", "1000.00,0.00"), encoding="utf-8")
    assert "erp-ar sync, then erp-ar plan" in company.erp_ar("apply", plan).err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["aging"], "as-of"),
        (["aging", "--as-of", "31/01/2026"], "31/01/2026"),
        (["aging", "--as-of", "9999-12-31"], "9999-12-31"),
        (["aging", "--as-of", "2026-W05-1"], "2026-W05-1"),
        (["aging", "--as-of", DAY, "--by", "planet"], "planet"),
        (["aging", "--as-of", DAY, "--basis", "feeling"], "feeling"),
        (["aging", "--as-of", DAY, "--buckets", "30,30"], "30,30"),
        (["aging", "--as-of", DAY, "--buckets", "x"], "'x'"),
        (["aging", "--as-of", DAY, "--out", "aging.doc"], "aging.doc"),
        (["frobnicate"], "frobnicate"),
        (["simulate", "--policy", "a", "--against", "b"], "release"),
    ],
)
def test_wrong_usage(company, arguments, words):
    """Exit 64, and the word that was wrong."""
    refused(company.erp_ar(*arguments), 64, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "source"),
        ('[source]\nadapter = "cvs"\n', "cvs"),
        ("[source\n", "TOML"),
        ('[source]\nadapter = "csv"\npath = "data"\n[polcy]\nfile = "x"\n', "polcy"),
        ('[source]\nadapter = "csv"\npth = "data"\n', "pth"),
        ('[source]\nadapter = "oracle"\ndsn = "x"\nuser = "y"\n', "password is missing"),
        ('[source]\nadapter = "csv"\npath = "data"\n[company]\ntime_zone = "Mars/Olympus"\n', "Mars/Olympus"),
        ('[source]\nadapter = "csv"\npath = "data"\n[engine]\nmemory_limit = "much"\n', "engine.memory_limit: 'much'"),
        ('[source]\nadapter = "csv"\npath = "data"\n[engine]\nmemory_limit = "2KB"\n', "memory_limit"),
        ('[source]\nadapter = "csv"\npath = "data"\ndelimiter = "¦"\n', "delimiter: '¦'"),
    ],
)
def test_a_wrong_configuration(company, text, words):
    """The file and the setting are named."""
    company.write("erp-ar.toml", text)
    refused(company.erp_ar("sync"), 1, words)


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        ("ERP_AR__NOPE__X", "no section 'nope'"),
        ("erp_ar__polcy__file", "no section 'polcy'"),
        ("ERP_AR__", "no section ''"),
        ("ERP_AR__SOURCE", "not one of its values"),
        ("ERP_AR__COMPANY__NAM", "is not a setting"),
        ("ERP_AR__SNAPSHOT__RETENTION", "integer"),
        ("ERP_AR__SOURCE__PTH", "pth is not a setting"),
    ],
)
def test_a_variable_that_overrides_nothing(company, monkeypatch, variable, words):
    """It is named, as a setting of the file is: else nobody would notice that it is not heard."""
    monkeypatch.setenv(variable, "x")
    refused(company.erp_ar("sync"), 1, words, *([] if words.startswith("pth") else [variable]))


def test_an_empty_variable_names_no_configuration(company, monkeypatch):
    """A variable that is set to nothing, as in a service's unit, is as if it were not set."""
    monkeypatch.chdir(company.folder)
    monkeypatch.setenv("ERP_AR_CONFIG", "")
    assert run(["sync"]) == 0


def test_no_configuration_lists_what_was_tried(company):
    """Every place that was looked at is named."""
    (company.folder / "erp-ar.toml").unlink()
    refused(company.erp_ar("sync"), 1, "erp-ar.toml does not exist")


def test_errors_are_json_where_json_was_asked_for(company):
    """A program that asked for JSON gets the error as JSON too."""
    answer = company.erp_ar("plan", "--as-of", DAY, "--json")
    assert answer.code == 1
    error = json.loads(answer.out)["error"]
    assert error["hint"]
    assert error["code"].startswith("ERPAR-")


@pytest.mark.parametrize("command", [["plan", "--as-of", DAY, "--as", "anna"], ["aging", "--as-of", DAY], ["report"]])
@pytest.mark.parametrize(
    ("out", "words"),
    [("folder.csv", "is a folder"), ("nowhere/out.csv", "does not exist"), ("/dev/null.csv/x.csv", "does not exist"),
     ("/proc/out.csv", "cannot be written"), ("fifo.csv", "is no plain file")],
)  # fmt: skip
def test_a_place_that_takes_no_output(planned, command, out, words):
    """It is refused before any work, and nothing is put in its place."""
    company, plan = planned
    (company.folder / "folder.csv").mkdir()
    os.mkfifo(company.folder / "fifo.csv")
    before = company.files()
    arguments = [*command, *([plan] if command == ["report"] else []), "--out", company.folder / out]
    refused(company.erp_ar(*arguments), 64, "--out", out, words)
    assert company.files() == before
    assert (company.folder / "fifo.csv").is_fifo()


@pytest.mark.parametrize("command", ["plan", "approve", "reject"])
@pytest.mark.parametrize("name", ["", " ", "\t"])
def test_a_blank_name_is_nobodys(planned, command, name):
    """It would stand in the audit trail as the maker or checker."""
    company, plan = planned
    refused(
        company.erp_ar(command, *(["--as-of", DAY] if command == "plan" else [plan]), "--as", name), 64, "blank", "--as"
    )


def test_a_plan_for_another_folder(planned, monkeypatch):
    """A plan of one extract is not written back beside another one, also where neither has a name."""
    company, plan = planned
    company.erp_ar("approve", plan, "--as", "ben")
    other = shutil.copytree(company.data, company.folder / "other")
    monkeypatch.setenv("ERP_AR__SOURCE__PATH", "other")
    refused(company.erp_ar("apply", plan), 1, "another ERP (adapter 'csv', name 'data')", "name 'other'")
    assert not (other / "writeback").exists()


def test_an_installation_that_was_moved_goes_on(planned, tmp_path_factory):
    """Its data folder is the one it was: what was planned before the move is applied after it."""
    company, plan = planned
    company.erp_ar("approve", plan, "--as", "ben")
    moved = replace(company, folder=tmp_path_factory.mktemp("elsewhere") / "company")
    shutil.move(company.folder, moved.folder)
    assert moved.erp_ar("apply", moved.folder / plan.name, "--json").json["counts"] == {"created": 6}


def test_a_blank_name_in_the_environment_is_nobodys(synced, monkeypatch):
    """Nor is one that only looks set."""
    monkeypatch.setenv("ERP_AR_USER", " ")
    refused(synced.erp_ar("plan", "--as-of", DAY), 64, "blank", "ERP_AR_USER")


@pytest.mark.parametrize("offset", [0, 8192], ids=["its head", "a page"])
def test_a_damaged_state_database(synced, offset):
    """The doctor finds it, and says what to do rather than to ask the doctor."""
    with (synced.folder / ".erp-ar/state.db").open("r+b") as file:
        file.seek(offset)
        file.write(b"\x07" * 4096)
    answer = synced.erp_ar("doctor", "--json")
    state = next(check for check in answer.json["checks"] if check["name"].startswith("state"))
    assert (answer.code, state["status"]) == (1, "failed")
    assert state["hint"].startswith("restore it from a backup")


def test_a_state_database_that_is_none(company):
    """Any command says what to do."""
    company.write(".erp-ar/state.db", "a shopping list, long enough to be taken for a header" * 9)
    refused(company.erp_ar("recover"), 1, "state.db", "restore it from a backup")


def test_a_demo_that_cannot_be_written(company):
    """The folder is named."""
    refused(company.erp_ar("demo", "--dir", "/proc/example"), 64, "--dir /proc/example")


@pytest.mark.parametrize("name", ["a?", "a*", "a[bc]"])
def test_a_folder_whose_name_is_a_pattern(company, name):
    """The engine would read its neighbours' files too."""
    company.write(f"{name}/erp-ar.toml", CONFIG)
    refused(replace(company, folder=company.folder / name).erp_ar("sync"), 1, name, "other folders")
    company.write("erp-ar.toml", f'{CONFIG}\n[snapshot]\npath = "{name}"\n')
    refused(company.erp_ar("sync"), 1, name, "other folders")


def test_the_demo_overwrites_nobodys_company(company):
    """A folder with a configuration or a policy of somebody's own is refused, and stays as it is."""
    before = {name: (company.folder / name).read_bytes() for name in company.files()}
    refused(company.erp_ar("demo", "--dir", company.folder), 64, "holds something else")
    assert {name: (company.folder / name).read_bytes() for name in company.files()} == before


def test_approving_all_does_not_overturn_a_rejection(planned):
    """Cy said no to one action; ben, who names none, approves the others, and that one only by its key."""
    company, plan = planned
    actions = json.loads(plan.read_text(encoding="utf-8"))["actions"]
    key = next(action["key"] for action in actions if action["kind"] == "adjustment")
    company.erp_ar("reject", plan, "--action", key, "--as", "cy")
    assert key not in company.erp_ar("approve", plan, "--as", "ben", "--json").json["actions"]
    assert company.erp_ar("approve", plan, "--action", key, "--as", "ben", "--json").json["actions"] == [key]

"""Files that come twice, torn or damaged; effects that are written whole, once, in the right company, or not at all."""

import codecs
import csv
import io

import pytest

from erp_ar_ext.errors import PlanError
from erp_ar_ext.spi import Outcome

DAY = "2026-01-31"


def rewritten(path, order):
    """Rewrite a file with its columns in another order, a byte order mark and the line ends of Windows."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=order(list(rows[0])), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(codecs.BOM_UTF8 + out.getvalue().encode())


@pytest.mark.edge_case(73)
def test_an_extract_that_saw_half_of_a_payment_does_not_tie_out(decide):
    """Edge case 73: an application that was read before its schedule was written again shows as a difference."""
    text = """
        customers: account_id
            A1
        transactions: trx_id account_id trx_date amount
            T1 A1 2026-01-01 100
        schedules: schedule_id trx_id account_id due_date amount_original amount_remaining
            S1 T1 A1 2026-01-10 100 {remaining}
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-01-20 60
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 S1 60 2026-01-20
    """
    policy = """
data: {must_tie_out: true}
rules:
  - {id: remind, for_each: account, when: overdue_amount > 0, action: note, note_kind: r, text: "{overdue_amount}"}
"""
    (reminder,) = decide(text.format(remaining=40), policy, DAY)["actions"]
    assert reminder["payload"]["text"] == "40.00"
    with pytest.raises(PlanError, match=r"derived_equals_erp USD differs by 60\.00"):
        decide(text.format(remaining=100), policy, DAY)


@pytest.mark.edge_case(74)
def test_a_delivery_that_comes_again_in_another_shape_is_the_same_snapshot(company):
    """Edge case 74: rows delivered again, in another order of columns or with a byte order mark, change nothing."""
    first = company.erp_ar("sync", "--json").json["snapshot"]
    assert company.erp_ar("sync", "--json").json["snapshot"] == first
    before = company.erp_ar("aging", "--as-of", DAY, "--by", "schedule", "--json").json["rows"]
    for path in company.data.glob("*.csv"):
        rewritten(path, order=lambda names: names[::-1])
    answer = company.erp_ar("sync", "--json")
    assert (answer.code, answer.json["snapshot"]) == (0, first)
    assert company.erp_ar("aging", "--as-of", DAY, "--by", "schedule", "--json").json["rows"] == before


def differences(answer):
    return {f"{check['name']} {check['currency']}" for check in answer.json["tie_out"] if check["items"]}


@pytest.mark.edge_case(74)
@pytest.mark.parametrize("cut", [10, 53], ids=["within a row", "between rows"])
def test_a_file_that_was_cut_short_is_told(company, cut):
    """Edge case 74: a file that ends too early is told, by its torn row or by balances that do not add up any more."""
    assert not differences(company.erp_ar("sync", "--json"))
    path = company.data / "applications.csv"
    whole = path.read_bytes()
    last = whole.splitlines(keepends=True)[-1]
    path.write_bytes(whole[: -cut if cut < len(last) else -len(last)])
    answer = company.erp_ar("sync", "--json")
    told = answer.json
    quarantined = told["entities"]["applications"]["rows_quarantined"]
    assert (answer.code, quarantined) == ((3, 1) if cut < len(last) else (0, 0))
    assert differences(answer) == {"derived_equals_erp JPY"}
    assert "differs-from-erp" in {finding["code"] for finding in told["findings"]}


DAMAGED = (
    ("1,1.93057E+09,I-9,INV,2026-01-01,A1,USD,10.00", "trx_id", "is a number that a spreadsheet cut short"),
    ("1,T9,I-9,INV,2026-01-01,2e+05,USD,10.00", "account_id", "is a number that a spreadsheet cut short"),
    ("1,T10,I-9,INV,46023,A1,USD,10.00", "trx_date", "is not a date of the form YYYY-MM-DD"),
    ("1,T11,I-9,INV,Jan-26,A1,USD,10.00", "trx_date", "is not a date of the form YYYY-MM-DD"),
    (
        '1,T12,I-9,INV,2026-01-01,A1,USD,"1,234.50"',
        "amount",
        "is not an amount (decimal mark '.', no thousands mark)",
    ),
)


def with_transactions(company, rows):
    path = company.data / "transactions.csv"
    path.write_text(path.read_text(encoding="utf-8") + "".join(f"{row}\n" for row in rows), encoding="utf-8")


@pytest.mark.edge_case(74)
def test_what_a_spreadsheet_damaged_is_put_aside(company):
    """Edge case 74: an id, a date or an amount that a spreadsheet changed is put aside with its place and the rule."""
    with_transactions(company, [row for row, _column, _rule in DAMAGED])
    assert company.erp_ar("sync").code == 3
    with (company.folder / ".erp-ar/quarantine/transactions.csv").open(encoding="utf-8", newline="") as file:
        kept = [(one["row"], one["column"], one["rule"]) for one in csv.DictReader(file)]
    assert kept == [(str(at), column, rule) for at, (_row, column, rule) in enumerate(DAMAGED, start=7)]


@pytest.mark.edge_case(74)
def test_an_id_that_only_looks_like_a_number_is_taken(company):
    """Edge case 74: an id with an E in it that no spreadsheet would write is an id."""
    ids = ("00E5", "E+5", "1E5", "12E+5", "A1.5E+09")
    with_transactions(company, [f"1,{identifier},I-9,CM,2026-01-01,A1,USD,-10.00" for identifier in ids])
    read = company.erp_ar("sync", "--json").json["entities"]["transactions"]
    assert (read["rows_in"], read["rows_taken"]) == (10, 10)


LONG = "催促お支払い독촉" * 600


@pytest.mark.edge_case(79)
def test_a_note_of_many_bytes_is_written_whole(synced):
    """Edge case 79: a note in letters of three bytes each is in the ERP with every one of them, however long it is."""
    text = (synced.folder / "policy.yaml").read_text(encoding="utf-8")
    synced.write("policy.yaml", text.replace("are overdue.", LONG))
    plan = synced.folder / "plan.json"
    synced.erp_ar("plan", "--as-of", DAY, "--as", "anna", "--out", plan)
    assert synced.erp_ar("apply", plan, "--json").json["counts"]["created"] == 3
    with (synced.data / "writeback/notes.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    assert len(texts) == 3
    assert all(text.endswith(LONG) for text in texts)


@pytest.mark.edge_case(79)
def test_a_note_that_an_erp_has_no_room_for_is_refused_and_not_cut(desk, make_plan, make_action):
    """Edge case 79: where the ERP has no room for a note, it is refused with the ERP's words and never cut."""
    judge = desk.erp._judge

    def narrow(intent):
        size = len(intent.payload["text"].encode())
        return (Outcome.REFUSED, f"a note has 2000 bytes, not {size}") if size > 2000 else judge(intent)

    desk.erp._judge = narrow
    text = {"note_kind": "dunning"}
    plan = make_plan(
        make_action("long", payload=text | {"text": "催" * 667}),
        make_action("fits", payload=text | {"text": "催" * 666}),
    )
    report = desk.apply(plan)
    assert desk.outcomes(report) == {"long": "refused", "fits": "created"}
    assert (report.exit_code, report.actions[0].message) == (3, "a note has 2000 bytes, not 2001")
    assert [row["text"] for row in desk.erp.table("notes") if "催" in row["text"]] == ["催" * 666]


@pytest.mark.edge_case(84)
def test_no_reminder_goes_out_on_cash_that_is_not_up_to_date(decide):
    """Edge case 84: where the last event is older than the policy allows, no plan is made of it."""
    text = """
        customers: account_id
            A1
        transactions: trx_id account_id trx_date amount due_date
            T1 A1 2026-01-05 100 2026-01-10
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-01-26 10
    """
    policy = """
data: {max_age_days: 3}
rules:
  - {id: remind, for_each: account, when: overdue_amount > 0, action: note, note_kind: r, text: "{overdue_amount}"}
"""
    assert len(decide(text, policy, "2026-01-29")["actions"]) == 1
    with pytest.raises(PlanError, match="4 days before, and the policy allows 3: the newest receipt is of 2026-01-26"):
        decide(text, policy, "2026-01-30")

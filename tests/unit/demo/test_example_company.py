"""The example company ties out, and shows each situation that it promises."""

from decimal import Decimal

import pytest

from erp_ar_ext.demo import COMPANY, DEMO_AS_OF, STORIES, write_company
from erp_ar_ext.ledger import Aging
from erp_ar_ext.plan.build import build_plan


def facts(ledger, account_id, *names, currency=None):
    """Facts of an account, of one currency where it owes in several."""
    of_currency = f"AND currency = '{currency}'" if currency else ""
    query = f"SELECT {', '.join(names)} FROM account_facts WHERE account_id = '{account_id}' {of_currency}"
    return ledger.engine.rows(query)[0]


def held(ledger, table, condition):
    """Whether a table of the snapshot has a row like that."""
    return ledger.engine.rows(f"SELECT count(*) > 0 FROM {table} WHERE {condition}")[0][0]


def test_every_row_of_the_example_is_taken_and_nothing_looks_odd(synced):
    """The example is clean: no row is quarantined and no finding is raised."""
    assert synced.quarantined == 0
    assert synced.snapshot.manifest.findings == []


def test_the_example_ties_out_to_the_cent(ledger):
    """Open items, accounts, buckets, the control account and the ERP's own balances agree in all four currencies."""
    tie_out = Aging(ledger).tie_out
    assert tie_out.failed == ()
    assert {check["currency"] for check in tie_out.checks if check["name"] == "derived_equals_erp"} == {
        "EUR", "JPY", "KWD", "USD",
    }  # fmt: skip


def test_every_schedule_says_what_remains_open(synced, ledger):
    """The check against the ERP's balances covers the whole ledger, not a part of it."""
    assert not held(ledger, "schedules", "amount_remaining IS NULL")
    assert synced.snapshot.manifest.entities["schedules"].rows > 1000


def test_the_example_is_of_a_size_to_look_at(synced):
    """About sixty customers and some hundreds of documents, over a year and a month."""
    entities = synced.snapshot.manifest.entities
    assert 55 <= entities["customers"].rows <= 70
    assert 600 <= entities["transactions"].rows <= 900


def test_the_example_is_the_same_on_every_run(company_folder, tmp_path):
    """Writing it again gives the same bytes, file by file."""
    write_company(tmp_path)
    files = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert len(files) == 19
    assert all((tmp_path / name).read_bytes() == (company_folder / name).read_bytes() for name in files)


def test_nothing_in_the_example_happens_after_its_day(ledger):
    """The books are read at the end of their last day: no document, receipt or application is later."""
    for table, day in (("transactions", "trx_date"), ("receipts", "receipt_date"), ("applications", "gl_date")):
        assert not held(ledger, table, f"{day} > DATE '{DEMO_AS_OF}'")


def test_account_numbers_keep_their_leading_zeros(ledger):
    """An account number is text."""
    assert facts(ledger, "1002", "account_number") == ("0001002",)


@pytest.mark.parametrize(
    ("account_id", "state"),
    [
        ("1002", "on_track"), ("1003", "late"), ("1004", "broken"), ("1005", "completed"), ("1006", "on_track"),
        ("1030", "on_track"), ("1001", "none"),
    ],
)  # fmt: skip
def test_payment_plans_stand_where_their_story_says(ledger, account_id, state):
    """One plan is kept, one late within its grace, one broken, one completed, one promised, one renewed."""
    assert facts(ledger, account_id, "plan_state") == (state,)


def test_holds_are_ours_or_a_persons(ledger):
    """A hold that a person placed is not taken for ours."""
    assert facts(ledger, "1002", "our_active_holds", "other_active_holds") == (1, 0)
    assert facts(ledger, "1026", "our_active_holds", "overdue_amount") == (1, 0)
    assert facts(ledger, "1008", "our_active_holds", "other_active_holds") == (0, 1)
    assert facts(ledger, "1004", "our_active_holds") == (0,)


def test_special_customers_are_told_apart(ledger):
    """Insolvency, a dunning block, an employee, the group, a public body and an inactive account are facts."""
    assert facts(ledger, "1009", "insolvent") == (True,)
    assert facts(ledger, "1010", "dunning_blocked") == (True,)
    assert facts(ledger, "1013", "account_kind") == ("employee",)
    assert facts(ledger, "1027", "account_kind") == ("intercompany",)
    assert facts(ledger, "1020", "account_kind", "limit_state") == ("government", "none")
    assert facts(ledger, "1028", "account_status") == ("I",)


def test_a_merged_account_owes_through_its_survivor(ledger):
    """The items of an account that was merged away are the survivor's."""
    assert facts(ledger, "1011", "open_amount") == (Decimal("18435.0000"),)
    assert not held(ledger, "account_facts", "account_id = '1012'")


def test_credit_limits_come_in_every_state(ledger):
    """A limit is set, zero, missing or cannot be compared for want of a rate; open orders can exceed it."""
    assert facts(ledger, "1019", "limit_state", "over_limit_amount") == ("zero", Decimal("4275.0000"))
    assert facts(ledger, "1021", "limit_state", "over_limit_amount") == ("unknown", None)
    assert facts(ledger, "1025", "limit_state", "overdue_amount", "over_limit_amount") == (
        "amount", 0, Decimal("18150.0000"),
    )  # fmt: skip


def test_disputes_leave_the_undisputed_part_due(ledger):
    """One customer disputes a part of what is overdue, another all of it."""
    assert facts(ledger, "1015", "overdue_amount", "net_overdue_amount") == (Decimal(36900), Decimal(22700))
    assert facts(ledger, "1016", "overdue_amount", "net_overdue_amount") == (Decimal(22350), 0)


def test_cash_is_on_account_unapplied_or_of_nobody(ledger):
    """Cash that pays no document is known apart, also where nobody knows who paid."""
    assert facts(ledger, "1022", "unapplied_amount", "net_overdue_amount") == (Decimal(-12000), 0)
    assert facts(ledger, "1023", "unapplied_amount") == (Decimal(-7500),)
    assert held(ledger, "open_items", "account_id IS NULL AND unapplied < 0")
    assert facts(ledger, "1024", "credits_amount") == (Decimal(-1450),)


def test_a_returned_cheque_opens_what_it_paid(ledger):
    """After the return the invoice is open in full, and the receipt owes us nothing."""
    assert held(ledger, "receipts", "account_id = '1014' AND reversal_reason = 'NSF'")
    assert facts(ledger, "1014", "overdue_amount", "unapplied_amount") == (Decimal("5310.2000"), 0)


def test_amounts_have_the_digits_of_their_currency(ledger):
    """Yen have no decimals and dinars three, in instalments and part payments too."""
    assert facts(ledger, "1017", "overdue_amount") == (Decimal(12462000),)
    assert facts(ledger, "1018", "open_amount") == (Decimal("11467.2000"),)
    assert not held(ledger, "schedules", "currency = 'JPY' AND amount_remaining <> round(amount_remaining, 0)")


def test_one_account_owes_in_two_currencies(ledger):
    """Amounts of two currencies are two rows, never one sum."""
    assert facts(ledger, "1029", "overdue_amount", currency="USD") == (Decimal(17980),)
    assert facts(ledger, "1029", "overdue_amount", currency="EUR") == (Decimal(23150),)


def test_the_policy_of_the_example_acts_on_its_stories(ledger, policy):
    """The plan pauses a hold, brings one back, spares the exempt, leaves a person's hold, writes small balances off."""
    actions = build_plan(ledger, policy, maker="maker", company=COMPANY).document["actions"]
    done = {(action["kind"], action["account_id"]) for action in actions}
    assert {("release", "1002"), ("release", "1026"), ("hold", "1004"), ("hold", "1001")} <= done
    assert not {("hold", "1002"), ("hold", "1006"), ("hold", "1007"), ("release", "1008")} & done
    assert not {("note", "1009"), ("note", "1010"), ("note", "1016"), ("note", "1022")} & done
    written_off = {action["currency"] for action in actions if action["kind"] == "adjustment"}
    assert written_off == {"USD", "EUR", "KWD"}


def test_every_story_is_of_a_customer(ledger):
    """What is promised of an account is promised of one that exists."""
    known = {row[0] for row in ledger.engine.rows("SELECT account_id FROM customers")}
    assert known >= STORIES.keys()

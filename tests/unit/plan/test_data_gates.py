"""A policy can refuse to act: on books that do not tie out, on old data, and on findings that it names."""

from __future__ import annotations

import pytest

from erp_ar_ext.errors import PlanError
from erp_ar_ext.ledger import balance_tie_out
from erp_ar_ext.ledger.checks import BALANCE_CHECKS

RULES = """
rules:
  - {id: late, for_each: account, when: oldest_overdue_days > 0, action: note, note_kind: late, text: "pay"}
"""
UNTIED = """
    customers: account_id
        A1
    transactions: trx_id account_id amount
        T1 A1 100
    schedules: schedule_id trx_id account_id due_date amount_original amount_remaining
        S1 T1 A1 2026-01-05 100 90
"""
LAST_EVENTS = """
    customers: account_id
        A1
    transactions: trx_id account_id trx_date amount
        T1 A1 2026-01-02 100
        T2 A1 2026-03-20 100
    receipts: receipt_id account_id receipt_date amount
        R1 A1 2026-01-07 60
    applications: application_id source_schedule_id target_schedule_id amount gl_date
        P1 R1 T1 60 2026-01-10
"""
FOUND = """
    customers: account_id credit_limit credit_limit_currency parent_account_id
        A1 100 - A2
        A2 100 EUR A1
    transactions: trx_id account_id amount
        T1 A1 100
        T2 A2 100
        T3 A9 1
        T4 A8 1
"""


@pytest.fixture
def plan(build):
    """Plan a day of some books under a policy's demands on the data."""
    return lambda text, data, day="2026-01-31": build(text, f"data: {data}\n{RULES}", day)


@pytest.fixture
def refuse(plan):
    """Place and message of the refusal; it is an error with a next step."""

    def make(*arguments):
        with pytest.raises(PlanError) as refusal:
            plan(*arguments)
        assert refusal.value.exit_code == 1
        assert refusal.value.hint
        return str(refusal.value)

    return make


def test_books_that_do_not_tie_out_are_refused_where_the_policy_demands_it(plan, refuse) -> None:
    """The refusal names the check, the currency and the difference; without the demand there is a plan."""
    refused = refuse(UNTIED, "{must_tie_out: true}")
    assert refused.startswith("policy tested, data.must_tie_out: the ledger does not tie out")
    assert "derived_equals_erp USD differs by 10.00" in refused
    assert plan(UNTIED, "{must_tie_out: false}").document


def test_only_the_checks_that_are_listed_must_hold(plan, refuse) -> None:
    """A policy that names checks acts on books in which only others have a difference."""
    assert "derived_equals_erp" in refuse(UNTIED, "{must_tie_out: true, checks: [derived_equals_erp]}")
    assert plan(UNTIED, "{must_tie_out: true, checks: [documents_equal_schedules]}").document


def test_every_check_that_is_made_can_be_listed(books) -> None:
    """The names that a policy may list are those of the tie-out."""
    with books(UNTIED).on("2026-01-31") as ledger:
        made = {check["name"] for check in balance_tie_out(ledger).checks}
    assert made <= set(BALANCE_CHECKS)
    assert {"derived_equals_erp", "items_equal_control"} <= made


@pytest.mark.parametrize(
    ("day", "allowed", "planned"),
    [
        ("2026-01-15", 5, True),
        ("2026-01-16", 5, False),
        ("2026-01-10", 0, True),
        ("2026-03-19", 30, False),
        ("2026-03-20", 0, True),
    ],
    ids=["on the last day allowed", "a day later", "on the day itself", "before what comes later", "when it has come"],
)
def test_data_that_is_too_old_on_the_as_of_date_is_refused(plan, refuse, day, allowed, planned) -> None:
    """Age is the days from the last event up to the as-of date to that date; later events do not make it younger."""
    assert (plan if planned else refuse)(LAST_EVENTS, f"{{max_age_days: {allowed}}}", day)


def test_the_refusal_of_old_data_names_the_last_event_and_the_newest_receipt(refuse) -> None:
    """Somebody must see at a glance how far the cash reaches."""
    assert refuse(LAST_EVENTS, "{max_age_days: 5}", "2026-01-20") == (
        "policy tested, data.max_age_days: the last event up to 2026-01-20 is of 2026-01-10, 10 days before, and the "
        "policy allows 5: the newest receipt is of 2026-01-07, so that cash may not be up to date"
    )
    nothing_yet = refuse(LAST_EVENTS, "{max_age_days: 5}", "2025-12-31")
    assert "there is no event up to 2025-12-31" in nothing_yet
    assert "there is no receipt" in nothing_yet


def test_findings_that_the_policy_names_are_refused(plan, refuse) -> None:
    """Of the snapshot as of the plan: each that is refused is told with its count and an example."""
    of_snapshot = refuse(FOUND, "{on_findings: [unknown-account, no-account]}")
    assert of_snapshot.startswith("policy tested, data.on_findings: ")
    assert "unknown-account: schedules: a row belongs to an account that is not among the customers" in of_snapshot
    assert "(2 rows, such as T3)" in of_snapshot
    assert "missing-rate" in refuse(FOUND, "{on_findings: [no-account, missing-rate]}")
    assert plan(FOUND, "{on_findings: [no-account]}").document["findings"]

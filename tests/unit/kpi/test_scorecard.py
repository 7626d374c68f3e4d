"""What a scorecard is of: which customers, currencies and days, and what proves it."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erp_ar_ext.errors import UsageError
from erp_ar_ext.kpi import FORMULAS
from erp_ar_ext.ledger import Aging, Ledger
from erp_ar_ext.ledger.roll_forward import RollForward

DAY = "2026-01-31"
ONE_INVOICE = """
    customers: account_id kind
        A1 -
        A2 employee
        A3 intercompany
        A4 government
    transactions: trx_id account_id trx_date due_date amount
        T1 A1 2026-01-01 2026-02-01 100
        T2 A2 2026-01-01 2026-01-20 1000
        T3 A3 2026-01-01 2026-01-20 10000
        T4 A4 2026-01-01 2026-02-01 50
"""


def test_customers_who_are_not_in_trade_are_left_out(kpi) -> None:
    """Employees and companies of the group by default, of receivables and of sales; the policy says which."""
    figures = kpi(ONE_INVOICE, DAY, "DSO_SIMPLE", "AR_OVER", over_days=(0,))
    assert figures.inputs("DSO_SIMPLE") == {"receivables": "150.00", "sales": "150.00", "days": 92}
    assert figures["AR_OVER of over 0 days"] == "0.00"
    everybody = kpi(ONE_INVOICE, DAY, "DSO_SIMPLE", outside_kinds=())
    assert everybody.inputs("DSO_SIMPLE")["receivables"] == "11150.00"
    no_state = kpi(ONE_INVOICE, DAY, "DSO_SIMPLE", outside_kinds=("government",))
    assert no_state.inputs("DSO_SIMPLE")["sales"] == "11100.00"


def test_currencies_are_never_added(kpi) -> None:
    """One row per currency, in the digits of each; a currency can be asked for alone."""
    text = """
        customers: account_id
            A1
        transactions: trx_id account_id trx_date due_date amount currency
            T1 A1 2026-01-01 2026-02-01 100 USD
            T2 A1 2026-01-01 2026-02-01 7000 JPY
            T3 A1 2026-01-01 2026-01-30 1.125 KWD
    """
    figures = kpi(text, DAY, "DSO_SIMPLE", "AR_OVER", over_days=(0,))
    assert figures.values() == {
        "DSO_SIMPLE JPY": "92.00", "DSO_SIMPLE KWD": "92.00", "DSO_SIMPLE USD": "92.00",
        "AR_OVER JPY of over 0 days": "0", "AR_OVER KWD of over 0 days": "1.125", "AR_OVER USD of over 0 days": "0.00",
    }  # fmt: skip
    assert figures.inputs("DSO_SIMPLE", "JPY")["receivables"] == "7000"
    assert kpi(text, DAY, "DSO_SIMPLE", currency="KWD").values() == {"DSO_SIMPLE": "92.00"}
    with pytest.raises(UsageError, match="nothing in EUR") as error:
        kpi(text, DAY, currency="EUR")
    assert error.value.hint == "currencies are JPY, KWD, USD"


@pytest.mark.edge_case(69)
def test_every_key_figure_is_undefined_where_nothing_was_sold(kpi) -> None:
    """An old debt alone: what has sales below the line has no value, and what has not is told."""
    text = """
        customers: account_id
            A1
        transactions: trx_id account_id trx_date due_date amount
            T1 A1 2024-01-01 2024-02-01 100
    """
    values = kpi(text, DAY).values()
    assert values["DSO_SIMPLE"] == "undefined: sales of the period are zero"
    assert values["BPDSO"] == values["ADD"] == values["DSO_SIMPLE"]
    assert values["DSO_CONV_ORACLE"] == "undefined: sales of the prior month are zero"
    # 24 months without sales from January 2026 back to February 2024, 730 days and a leap day, then all of January 2024
    assert values["DSO_COUNTBACK"] == "762.00"
    assert values["DSO_TRUE"] == "761.00"  # days from January 1, 2024
    assert values["AR_OVER of over 360 days"] == "100.00"
    assert values["CEI"] == "0.00"  # (100 + 0 - 100) / (100 + 0 - 0)
    assert values["WAP"] == "undefined: payments of the period on documents are zero"
    assert values["ON_TIME_IN_FULL"] == "undefined: items that fell due in the period are zero"


def test_negative_receivables_are_told(kpi) -> None:
    """More cash on account than debt: (100 - 150) / 100 x 92, and 15.5 days of January the wrong way."""
    text = """
        customers: account_id
            A1
        transactions: trx_id account_id trx_date due_date amount
            T1 A1 2026-01-01 2026-02-01 100
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-01-20 150
    """
    values = kpi(text, DAY, "DSO_SIMPLE", "DSO_COUNTBACK").values()
    assert values == {"DSO_SIMPLE": "-46.00", "DSO_COUNTBACK": "-15.50"}


@pytest.mark.parametrize(("day", "expected"), [("2024-02-29", "10.00"), ("2023-02-28", "9.66"), ("2024-02-10", "3.45")])
def test_february_has_its_own_days(kpi, day, expected) -> None:
    """100 owed on 290 of February: 29 days in a leap year, 28 in another, 10 by the tenth."""
    year = day[:4]
    text = f"""
        customers: account_id
            A1
        transactions: trx_id account_id trx_date due_date amount
            T1 A1 {year}-02-01 {year}-03-01 100
            T2 A1 {year}-02-01 {year}-03-01 190
        receipts: receipt_id account_id receipt_date amount
            R1 A1 {year}-02-05 190
    """
    assert kpi(text, day, "DSO_COUNTBACK")["DSO_COUNTBACK"] == expected


def test_guarantees_are_no_receivables(kpi) -> None:
    """Nobody can be asked to pay one: neither owed, nor sold, nor overdue, nor due; the tie-out still knows of it."""
    text = """
        customers: account_id
            A1
        transactions: trx_id account_id class trx_date due_date amount
            T1 A1 INV 2026-01-01 2026-02-01 100
            G1 A1 GUAR 2025-12-01 2025-12-31 5000
    """
    figures = kpi(text, DAY)
    assert figures.inputs("DSO_SIMPLE") == {"receivables": "100.00", "sales": "100.00", "days": 92}
    assert figures.inputs("COVERAGE_AMOUNT")["overdue"] == "0.00"
    assert figures.inputs("ON_TIME_IN_FULL")["items_due"] == 0
    assert figures.inputs("CURE_RATE_COHORT")["items_past_due_before"] == 0


PAST = """
    customers: account_id
        A1
    transactions: trx_id account_id trx_date due_date amount
        T1 A1 2025-11-10 2025-12-10 900
        T2 A1 2025-12-05 2026-01-04 600
        T3 A1 2026-01-15 2026-02-14 300
        {documents}
    receipts: receipt_id account_id receipt_date amount reversed_date
        R1 A1 2025-12-20 500 -
        R2 A1 2026-01-04 600 {reversed}
        {receipts}
    applications: application_id source_schedule_id target_schedule_id amount gl_date
        P1 R1 T1 500 2025-12-20
        P2 R2 T2 600 2026-01-04
        {applications}
    adjustments: adjustment_id schedule_id amount gl_date
        {adjustments}
    disputes: dispute_id schedule_id amount opened_on closed_on
        D1 T1 100 2025-12-15 {settled}
"""
NOTHING_SINCE = dict.fromkeys(("documents", "receipts", "applications"), "") | {
    "reversed": "-", "settled": "-", "adjustments": "J0 T3 1 2026-01-20",
}  # fmt: skip
SINCE = {
    "documents": "T4 A1 2026-02-03 2026-03-03 5000",
    "receipts": "R3 A1 2026-02-05 400 -",
    "applications": "P3 R3 T1 400 2026-02-05",
    "reversed": "2026-02-10",
    "settled": "2026-02-12",
    "adjustments": "J0 T3 1 2026-01-20\n        J1 T3 -301 2026-02-20",
}


def test_what_happens_later_does_not_move_the_key_figures_of_a_past_day(kpi) -> None:
    """Documents, payments, a returned payment, a write-off and a settlement of February leave January as it was."""
    then, since = (kpi(PAST.format(**rows), DAY).document["kpis"] for rows in (NOTHING_SINCE, SINCE))
    assert then == since
    later = kpi(PAST.format(**SINCE), "2026-02-28").document["kpis"]
    assert [each["value"] for each in later] != [each["value"] for each in then]


def test_a_document_that_is_booked_later_is_neither_owed_nor_sold_yet(kpi) -> None:
    """Dated in January and booked in February: the books of January know nothing of it; the customer does."""
    text = """
        customers: account_id
            A1
        transactions: trx_id account_id trx_date gl_date due_date amount
            T1 A1 2026-01-10 2026-01-10 2026-02-10 100
            T2 A1 2026-01-30 2026-02-02 2026-03-01 40
    """
    assert kpi(text, DAY, "DSO_SIMPLE").inputs("DSO_SIMPLE") == {
        "receivables": "100.00", "sales": "100.00", "days": 92,
    }  # fmt: skip
    assert kpi(text, DAY, "DSO_SIMPLE", axis="trx_date").inputs("DSO_SIMPLE") == {
        "receivables": "140.00", "sales": "140.00", "days": 92,
    }  # fmt: skip


def test_each_key_figure_says_what_it_is(kpi) -> None:
    """Id, words, currency, unit, day, period where it has one, inputs; and the document says by which parameters."""
    document = kpi(ONE_INVOICE, DAY, months=2).document
    assert {each["id"] for each in document["kpis"]} == set(FORMULAS)
    by_id = {each["id"]: each for each in document["kpis"]}
    cei, countback, cure = by_id["CEI"], by_id["DSO_COUNTBACK"], by_id["CURE_RATE_AMOUNT"]
    assert (cei["as_of"], cei["from"], cei["unit"], cei["currency"]) == (DAY, "2025-12-01", "percent", "USD")
    assert (countback["from"], cure["from"]) == (None, "2026-01-01")
    assert cei["inputs"][2] == {"name": "months", "unit": "months", "value": 2}
    assert document["period"] == {"from": "2025-12-01", "to": DAY, "days": 62, "months": 2}
    assert document["parameters"]["outside_kinds"] == ["employee", "intercompany"]
    assert document["snapshot"].startswith("sha256:")


def test_the_tie_out_proves_the_sums_on_every_day_that_was_looked_at(kpi) -> None:
    """Opening, a month before and now: all that is open is the control total; only what was asked for is looked at."""
    checks = kpi(ONE_INVOICE, DAY).document["tie_out"]["checks"]
    days = [check["day"] for check in checks if check["name"] == "kpi_open_equals_control"]
    assert days == ["2025-10-31", "2025-12-31", DAY]
    names = {check["name"] for check in kpi(ONE_INVOICE, DAY, "WAP").document["tie_out"]["checks"]}
    assert "wap_equals_wat_plus_wadl" in names
    assert "items_equal_control" in names
    assert "kpi_open_equals_control" not in names


def test_an_unknown_id_is_refused_with_the_nearest(kpi) -> None:
    """Before anything is measured."""
    with pytest.raises(UsageError, match="unknown key figure 'DSO_CUONTBACK'") as error:
        kpi(ONE_INVOICE, DAY, "DSO_CUONTBACK")
    assert error.value.hint == "did you mean 'DSO_COUNTBACK'?"


PAYMENTS = st.lists(
    st.tuples(st.integers(1, 10**6), st.integers(-60, 120), st.integers(0, 90), st.integers(0, 91)),
    min_size=1,
    max_size=20,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PAYMENTS)
def test_any_payments_are_weighed_as_a_naive_reckoning_weighs_them(kpi, payments) -> None:
    """Terms, lateness and days of a quarter's payments, by fractions, to the last digit that is shown."""
    first = date(2025, 11, 1)
    rows = [
        (amount, (received := first + timedelta(days=came)) - timedelta(days=waited), terms, received)
        for amount, waited, terms, came in payments
    ]
    text = "\n".join((
        "customers: account_id", "A1",
        "transactions: trx_id account_id trx_date due_date amount",
        *(f"T{at} A1 {made} {made + timedelta(days=net)} {amount}" for at, (amount, made, net, _) in enumerate(rows)),
        "receipts: receipt_id account_id receipt_date amount",
        *(f"R{at} A1 {received} {amount}" for at, (amount, _, _, received) in enumerate(rows)),
        "applications: application_id source_schedule_id target_schedule_id amount gl_date",
        *(f"P{at} R{at} T{at} {amount} 2026-01-31" for at, (amount, *_) in enumerate(rows)),
    ))  # fmt: skip
    values = kpi(text, DAY, "WAP", "WADL", "WAT").values()
    paid = sum(amount for amount, *_ in rows)
    for formula, days in {
        "WAP": [(received - made).days for _, made, _, received in rows],
        "WAT": [terms for _, _, terms, _ in rows],
        "WADL": [(received - made).days - terms for _, made, terms, received in rows],
    }.items():
        exact = Fraction(sum(row[0] * each for row, each in zip(rows, days, strict=True)), paid)
        assert abs(Fraction(Decimal(values[formula])) - exact) <= Fraction(1, 200)


def test_receivables_over_days_are_those_of_the_aging_and_its_roll_forward(books, kpi) -> None:
    """With what is outside, to the cent: debits, a credit memo of its own age, an employee's debt and a guarantee.

    Over 60 days: 100 + 30 - 20 of trade; 7 of the employee and 500 guaranteed beside it; the cash is in neither.
    """
    text = """
        customers: account_id kind
            A1 -
            A2 employee
        transactions: trx_id account_id class trx_date due_date amount
            T1 A1 INV 2025-10-01 2025-11-01 100
            T2 A1 DM 2025-10-01 2025-12-01 30
            T3 A1 INV 2025-12-01 2025-12-02 900
            C1 A1 CM 2025-11-30 - -20
            E1 A2 INV 2025-10-01 2025-11-01 7
            G1 A1 GUAR 2025-10-01 2025-11-01 500
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2025-11-01 9
            R2 A2 2025-11-01 4
    """
    figures = kpi(text, DAY, "AR_OVER", over_days=(60,))
    assert figures["AR_OVER of over 60 days"] == "110.00"
    outside = figures.inputs("AR_OVER", part="over 60 days")["outside_for_longer"]
    assert outside == "507.00"
    snapshot = books(text).snapshot
    with Ledger(snapshot, date(2026, 1, 31)) as closing, Ledger(snapshot, date(2025, 12, 31)) as opening:
        [aged] = Aging(closing, bounds=(60,)).totals()
        [rolled] = RollForward(opening, closing, over=(60,)).totals()
    assert aged.buckets["61+"] == rolled["closing"] == Decimal("110.00") + Decimal(outside)

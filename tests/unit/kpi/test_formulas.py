"""The published vectors of each formula, computed by the formula alone."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp_ar_ext.kpi import FORMULAS, Undefined, Unit
from erp_ar_ext.kpi.catalogue import chosen
from erp_ar_ext.kpi.coverage import coverage_by_account, coverage_by_amount
from erp_ar_ext.kpi.disputes import SettledAfter, median_days, ninetieth_percentile_days
from erp_ar_ext.kpi.dso import (
    MonthOfOpenInvoices,
    MonthOfSales,
    average_days_delinquent,
    bpdso,
    dso_conv_oracle,
    dso_countback,
    dso_simple,
    dso_true,
    months_to_count,
)
from erp_ar_ext.kpi.effectiveness import collection_effectiveness
from erp_ar_ext.kpi.formula import rounded
from erp_ar_ext.kpi.inputs import INPUTS
from erp_ar_ext.kpi.payments import average_days_late, average_days_paid, average_terms, on_time_in_full, self_check
from erp_ar_ext.kpi.promises import kept_by_amount, kept_by_count
from erp_ar_ext.kpi.rolls import cure_rate_by_amount, cure_rate_by_cohort, roll_rate_by_amount, roll_rate_by_cohort

AMOUNTS = st.decimals(min_value=Decimal("0.0001"), max_value=Decimal(10) ** 14, places=4)
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31))


def shown(value, unit=Unit.DAYS):
    """Value as it is printed, or why there is none."""
    return value.reason if isinstance(value, Undefined) else f"{rounded(value, unit):f}"


def months(*sales_and_days):
    return [
        MonthOfSales(date(2026, 12 - at, 1), Decimal(sales), days) for at, (sales, days) in enumerate(sales_and_days)
    ]


def test_dso_simple_is_receivables_by_sales_times_days() -> None:
    """120,000 owed, 400,000 sold in 90 days: 27 days."""
    assert shown(dso_simple(Decimal(120000), Decimal(400000), 90)) == "27.00"


def test_dso_countback_of_the_published_example_is_73_71() -> None:
    """212,000 over months of 30 days with 100,000, 80,000 and 70,000: 30 + 30 + 32,000 / 70,000 x 30."""
    counted = months((100000, 30), (80000, 30), (70000, 30))
    assert shown(dso_countback(Decimal(212000), counted)) == "73.71"


@pytest.mark.parametrize(
    ("receivables", "sales", "expected"),
    [
        (100000, [(100000, 31)], "31.00"),  # the month is used up to the day
        (50000, [(100000, 31)], "15.50"),
        (50000, [(0, 31), (100000, 28)], "45.00"),  # a month without sales counts whole: 31 + 14
        (50000, [(-10000, 31), (120000, 28)], "45.00"),  # a month of credit memos leaves more to the one before
        (-50000, [(100000, 31)], "-15.50"),  # we owe: told, not hidden
        (0, [(100000, 31)], "0.00"),
        (1, [(0, 31), (0, 28)], "the sales of the whole history do not add up to the receivables"),
        (1, [], "there are no sales"),
        (-1, [(0, 31)], "sales of 2026-12 are zero"),
        (-1, [(-5, 31)], "sales of 2026-12 are below zero"),
    ],
)
def test_dso_countback_at_its_edges(receivables, sales, expected) -> None:
    """Months are used up one after the other; a negative balance is counted into the last month alone."""
    assert shown(dso_countback(Decimal(receivables), months(*sales))) == expected


def test_a_count_back_looks_at_no_more_months_than_it_needs() -> None:
    """Months before the one that covers the rest are not told, and their sales change nothing."""
    everything = months((100000, 30), (80000, 30), (70000, 30), (9, 31))
    assert months_to_count(Decimal(212000), everything) == everything[:3]
    assert dso_countback(Decimal(212000), everything) == dso_countback(Decimal(212000), everything[:3])


def test_dso_true_weighs_each_invoice_by_the_sales_of_its_month() -> None:
    """40 days old, 5,000 of a month of 20,000; 10 days old, 6,000 of 30,000: 40/4 + 10/5 = 12."""
    open_invoices = [
        MonthOfOpenInvoices(date(2026, 1, 1), Decimal(5000), Decimal(5000 * 40), Decimal(20000)),
        MonthOfOpenInvoices(date(2026, 2, 1), Decimal(6000), Decimal(6000 * 10), Decimal(30000)),
    ]
    assert shown(dso_true(open_invoices)) == "12.00"


def test_dso_true_is_undefined_where_a_month_of_open_invoices_has_no_sales() -> None:
    """The month is named."""
    month = MonthOfOpenInvoices(date(2026, 1, 1), Decimal(5), Decimal(50), Decimal(0))
    assert shown(dso_true([month])) == "sales of 2026-01 are zero"
    assert shown(dso_true([])) == "there are no open invoices"


def test_conventional_dso_takes_thirty_days_and_the_prior_month() -> None:
    """90,000 owed, 60,000 sold in the prior month: 45 days."""
    assert shown(dso_conv_oracle(Decimal(90000), Decimal(60000))) == "45.00"


def test_best_possible_dso_and_days_delinquent_add_up_to_dso() -> None:
    """100,000 owed, 70,000 of it current, 300,000 sold in 90 days: 30 = 21 + 9."""
    owed, current, sales = Decimal(100000), Decimal(70000), Decimal(300000)
    best, late = bpdso(current, sales, 90), average_days_delinquent(owed, current, sales, 90)
    assert (shown(best), shown(late), shown(dso_simple(owed, sales, 90))) == ("21.00", "9.00", "30.00")


@pytest.mark.parametrize("sales", [0, -100])
def test_without_sales_days_of_sales_are_undefined(sales) -> None:
    """Neither zero nor without end; and a negative base says nothing."""
    for value in (
        dso_simple(Decimal(100), Decimal(sales), 90),
        bpdso(Decimal(100), Decimal(sales), 90),
        average_days_delinquent(Decimal(100), Decimal(50), Decimal(sales), 90),
    ):
        assert shown(value) == f"sales of the period are {'below ' if sales else ''}zero"


def test_negative_receivables_give_negative_days() -> None:
    """More cash than debt is told as it is."""
    assert shown(dso_simple(Decimal(-50), Decimal(100), 90)) == "-45.00"


def test_cei_of_the_published_example_is_55_93() -> None:
    """(6,200 + 10,890 / 3 - 6,340) / (6,200 + 10,890 / 3 - 3,590) = 3,490 / 6,240."""
    value = collection_effectiveness(Decimal(6200), Decimal(10890), 3, Decimal(6340), Decimal(3590))
    assert shown(value, Unit.PERCENT) == "55.93"


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ((0, 900, 3, 0, 0), "100.00"),
        ((0, 900, 3, 400, 0), "-33.33"),  # the debt grew by more than a month's sales
        ((0, 0, 3, 0, 0), "collectible amounts are zero"),
        ((100, 300, 3, 500, 400), "collectible amounts are below zero"),
        ((100, 300, None, 100, 50), "the period is not of whole months"),
    ],
)
def test_cei_at_its_edges(figures, expected) -> None:
    """What cannot be measured is said, what is negative is told."""
    opening, sales, periods, owed, current = figures
    value = collection_effectiveness(Decimal(opening), Decimal(sales), periods, Decimal(owed), Decimal(current))
    assert shown(value, Unit.PERCENT) == expected


@given(st.lists(st.tuples(AMOUNTS, DAYS, DAYS, DAYS), min_size=1, max_size=30))
def test_days_paid_are_terms_and_days_late(payments) -> None:
    """WAP = WAT + WADL, exactly, whatever the amounts and dates, early payments and odd due dates included."""
    paid = sum((Fraction(amount) for amount, *_ in payments), Fraction(0))
    sums = {
        "paid_days": sum(Fraction(amount) * (received - made).days for amount, made, _, received in payments),
        "late_days": sum(Fraction(amount) * (received - due).days for amount, _, due, received in payments),
        "term_days": sum(Fraction(amount) * (due - made).days for amount, made, due, _ in payments),
    }
    exact = {name: _decimal(value) for name, value in sums.items()}
    assert self_check(**exact) == 0
    weights = _decimal(paid)
    wap, wadl = average_days_paid(weights, exact["paid_days"]), average_days_late(weights, exact["late_days"])
    wat = average_terms(weights, exact["term_days"])
    assert abs(Fraction(wap) - Fraction(wat) - Fraction(wadl)) < Fraction(1, 10**50)
    assert abs(Fraction(wap) - sums["paid_days"] / paid) < Fraction(1, 10**50)


def _decimal(value):
    """Fraction of ten thousandths as a Decimal, digit by digit."""
    return Decimal(f"{int(value * 10000)}E-4")


@given(st.lists(AMOUNTS, min_size=1), st.lists(AMOUNTS, min_size=1), st.integers(1, 400))
def test_days_delinquent_are_what_is_left_of_dso(current, late, days) -> None:
    """DSO_SIMPLE = BPDSO + ADD before rounding, to the fiftieth digit."""
    sales = Decimal(777)
    now, owed = sum(current), sum(current) + sum(late)
    parts = Fraction(bpdso(now, sales, days)) + Fraction(average_days_delinquent(owed, now, sales, days))
    assert abs(Fraction(dso_simple(owed, sales, days)) - parts) < Fraction(1, 10**35)


def test_without_payments_the_weighted_days_are_undefined() -> None:
    """All three, for the same reason."""
    for formula in (average_days_paid, average_days_late, average_terms):
        assert shown(formula(Decimal(0), Decimal(0))) == "payments of the period on documents are zero"


def test_promises_are_kept_by_amount_and_by_count() -> None:
    """Of 300 promised 160 came in time; of 4 judged promises one was kept."""
    assert shown(kept_by_amount(Decimal(300), Decimal(160)), Unit.PERCENT) == "53.33"
    assert shown(kept_by_count(1, 1, 2), Unit.PERCENT) == "25.00"
    assert "promises" in shown(kept_by_amount(Decimal(0), Decimal(0)))
    assert "promises" in shown(kept_by_count(0, 0, 0))


def test_shares_are_percents() -> None:
    """Coverage, on time in full, roll and cure rates, by amount and by number."""
    shares = [
        coverage_by_account(9, 5),
        coverage_by_amount(Decimal(3710), Decimal(1900)),
        on_time_in_full(8, 3),
        roll_rate_by_amount(Decimal(300), Decimal(120)),
        roll_rate_by_cohort(8, 6),
        cure_rate_by_amount(Decimal(400), Decimal(100)),
        cure_rate_by_cohort(4, 1),
    ]
    assert [shown(share, Unit.PERCENT) for share in shares] == [
        "55.56", "51.21", "37.50", "40.00", "75.00", "75.00", "75.00",
    ]  # fmt: skip


def test_a_debt_that_grew_has_a_negative_cure_rate() -> None:
    """It is not taken for nothing cured."""
    assert shown(cure_rate_by_amount(Decimal(100), Decimal(110)), Unit.PERCENT) == "-10.00"


@pytest.mark.parametrize(
    ("settled", "median", "p90"),
    [
        ([(7, 1)], "7.00", "7.00"),
        ([(2, 1), (5, 1)], "3.50", "5.00"),
        ([(20, 1), (2, 1), (4, 1), (10, 1)], "7.00", "20.00"),
        ([(1, 9), (100, 1)], "1.00", "1.00"),  # nine of ten are within a day
        ([(1, 9), (100, 2)], "1.00", "100.00"),  # the tenth of eleven is not
        ([], "no dispute was settled in the period", "no dispute was settled in the period"),
    ],
)
def test_dispute_days_are_those_of_a_ranked_list(settled, median, p90) -> None:
    """The middle one, or half the sum of the middle two; and the nearest rank at nine tenths."""
    listed = [SettledAfter(days, count) for days, count in settled]
    assert (shown(median_days(listed)), shown(ninetieth_percentile_days(listed))) == (median, p90)


@pytest.mark.parametrize(("value", "expected"), [("2.005", "2.01"), ("-2.005", "-2.01"), ("2.00499", "2.00")])
def test_rounding_is_half_up_once(value, expected) -> None:
    """Half away from zero, at two digits; an amount is not rounded at all."""
    assert shown(Decimal(value)) == expected
    assert rounded(Decimal(value), Unit.AMOUNT) == Decimal(value)


def test_every_input_of_every_formula_is_described_and_nothing_else_is() -> None:
    """What a formula takes or tells beside it is in the list of inputs, and all of the list is used."""
    used = {name for formula in FORMULAS.values() for name in (*formula.takes, *formula.beside)}
    assert used == set(INPUTS)


def test_formulas_are_chosen_by_id_in_the_order_of_the_catalogue() -> None:
    """Small letters do as well; none named means all."""
    assert [formula.id for formula in chosen(["cei", "DSO_SIMPLE"])] == ["DSO_SIMPLE", "CEI"]
    assert [formula.id for formula in chosen([])] == list(FORMULAS)

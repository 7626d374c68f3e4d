"""Each key figure on a small ledger, with the number worked out by hand."""

import pytest

# Three invoices, a credit memo, two payments that were applied and one that was not; as of January 31, three months:
#   T1  900 of November 10, due December 10: 500 paid on December 20, 400 open and 52 days past due
#   T2  600 of December 5, due January 4: paid on that day
#   T3  300 of January 15, due February 14: open
#   C1  -50 of January 20, open
#   R3  40 received on January 25, not applied
# Owed: 400 + 300 - 50 - 40 = 610. Sold: 1,800 in 92 days.
TRADE = """
    customers: account_id
        A1
        A2
    transactions: trx_id account_id class trx_date due_date amount
        T1 A1 INV 2025-11-10 2025-12-10 900
        T2 A1 INV 2025-12-05 2026-01-04 600
        T3 A2 DM 2026-01-15 2026-02-14 300
        C1 A2 CM 2026-01-20 - -50
    receipts: receipt_id account_id receipt_date amount
        R1 A1 2025-12-20 500
        R2 A1 2026-01-04 600
        R3 A2 2026-01-25 40
    applications: application_id source_schedule_id target_schedule_id amount gl_date
        P1 R1 T1 500 2025-12-20
        P2 R2 T2 600 2026-01-04
"""
DAY = "2026-01-31"


def test_days_of_sales(kpi) -> None:
    """610 owed and 300 current on 1,800 of 92 days, counted back, by invoice, and by the convention."""
    values = kpi(TRADE, DAY).values()
    assert values["DSO_SIMPLE"] == "31.18"  # 610 / 1,800 x 92 = 31.177...
    assert values["DSO_COUNTBACK"] == "47.02"  # 610 - 300 of January, 31 days; 310 / 600 of December x 31 = 16.016...
    assert values["DSO_TRUE"] == "52.44"  # T1: 82 days x 400 / 900 = 36.444...; T3: 16 days x 300 / 300
    assert values["DSO_CONV_ORACLE"] == "30.50"  # 610 x 30 / 600 of December
    assert values["BPDSO"] == "15.33"  # 300 / 1,800 x 92 = 15.333...
    assert values["ADD"] == "15.84"  # 310 / 1,800 x 92 = 15.844...


def test_the_inputs_are_told_with_the_value(kpi) -> None:
    """Whoever has them can compute the value again."""
    figures = kpi(TRADE, DAY, "DSO_SIMPLE", "DSO_COUNTBACK")
    assert figures.inputs("DSO_SIMPLE") == {"receivables": "610.00", "sales": "1800.00", "days": 92}
    assert figures.inputs("DSO_COUNTBACK") == {
        "receivables": "610.00",
        "months_back": [
            {"month": "2026-01-01", "sales": "300.00", "days": 31},
            {"month": "2025-12-01", "sales": "600.00", "days": 31},
        ],
    }


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"less_credit_memos": True}, "32.07"),  # 610 / 1,750 x 92 = 32.068...
        ({"count_unapplied": False}, "33.22"),  # 650 / 1,800 x 92 = 33.222...
    ],
)
def test_what_counts_as_sales_and_receivables_is_the_policys(kpi, parameters, expected) -> None:
    """Credit memos taken off the sales, or cash not taken off the receivables."""
    assert kpi(TRADE, DAY, "DSO_SIMPLE", **parameters)["DSO_SIMPLE"] == expected


def test_current_days_move_what_is_current(kpi) -> None:
    """Up to 52 days past due count as current: 300 + 400 - 50 = 650, and 650 / 1,800 x 92 = 33.22."""
    assert kpi(TRADE, DAY, "BPDSO", current_days=52)["BPDSO"] == "33.22"
    assert kpi(TRADE, DAY, "BPDSO", current_days=51)["BPDSO"] == "12.78"  # without T1: 250 / 1,800 x 92


def test_collection_effectiveness(kpi) -> None:
    """Nothing owed on October 31: (0 + 600 - 610) / (0 + 600 - 300); from November 30, with 900 owed, 58.62."""
    assert kpi(TRADE, DAY, "CEI")["CEI"] == "-3.33"
    # two months: opening 900, sales 900 / 2 = 450: (1,350 - 610) / (1,350 - 300) = 70.476...
    assert kpi(TRADE, DAY, "CEI", months=2)["CEI"] == "70.48"


def test_days_to_pay(kpi) -> None:
    """500 after 40 days and 600 after 30, the first 10 days late, both on terms of 30 days."""
    values = kpi(TRADE, DAY, "WAP", "WADL", "WAT").values()
    assert values == {"WAP": "34.55", "WADL": "4.55", "WAT": "30.00"}  # 38,000, 5,000 and 33,000 / 1,100


def test_only_payments_of_the_period_are_weighed(kpi) -> None:
    """In January alone there is the one that came on its day."""
    values = kpi(TRADE, DAY, "WAP", "WADL", "WAT", months=1).values()
    assert values == {"WAP": "30.00", "WADL": "0.00", "WAT": "30.00"}


def test_rolls_and_cures(kpi) -> None:
    """On December 31 T1 was 21 days past due and T2 not due; a month later T1 is 52 days past due and T2 is paid."""
    values = kpi(TRADE, DAY).values()
    assert values["ROLL_RATE_AMOUNT of not_due to 1-30"] == "0.00"  # 0 / 600
    assert values["ROLL_RATE_AMOUNT of 1-30 to 31-60"] == "100.00"  # 400 / 400
    assert values["ROLL_RATE_COHORT of not_due to 1-30"] == "0.00"
    assert values["ROLL_RATE_COHORT of 1-30 to 31-60"] == "100.00"
    assert values["ROLL_RATE_COHORT of 31-60 to 61-90"] == "undefined: items in the bucket a month before are zero"
    assert values["CURE_RATE_AMOUNT"] == "0.00"
    assert values["CURE_RATE_COHORT"] == "0.00"


def test_the_forms_of_a_roll_rate_differ(kpi) -> None:
    """By amount what is new in the next bucket counts too; by cohort only what was in the bucket before.

    On December 31: T1 100 and T2 100 past due by 10 days, T3 100 by 45. On January 31: T1 is half paid and 41 days past
    due, T2 is paid, T3 is 76 days past due. T4, of January but due on December 1, is 61 days past due.
    """
    text = """
        customers: account_id
            A1
        transactions: trx_id account_id trx_date due_date amount
            T1 A1 2025-12-01 2025-12-21 100
            T2 A1 2025-12-01 2025-12-21 100
            T3 A1 2025-11-01 2025-11-16 100
            T4 A1 2026-01-02 2025-12-01 30
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-01-10 150
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 T1 50 2026-01-10
            P2 R1 T2 100 2026-01-10
    """
    figures = kpi(text, DAY)
    assert figures["ROLL_RATE_AMOUNT of 1-30 to 31-60"] == "25.00"  # 50 / 200
    assert figures["ROLL_RATE_COHORT of 1-30 to 31-60"] == "50.00"  # one of two
    assert figures["ROLL_RATE_AMOUNT of 31-60 to 61-90"] == "130.00"  # (100 + 30) / 100
    assert figures["ROLL_RATE_COHORT of 31-60 to 61-90"] == "100.00"  # one of one
    assert figures.inputs("ROLL_RATE_COHORT", part="1-30 to 31-60") == {
        "items_before": 2, "items_rolled": 1, "items_settled": 1, "items_elsewhere": 0,
    }  # fmt: skip
    assert figures["CURE_RATE_AMOUNT"] == "50.00"  # 300 past due, 150 of it left
    assert figures["CURE_RATE_COHORT"] == "33.33"  # one of three


def test_receivables_over_days_begin_on_the_day_after(kpi) -> None:
    """T1 is 52 days past due: over 51 and not over 52."""
    values = kpi(TRADE, DAY, "AR_OVER", over_days=(52, 51)).values()
    assert values == {"AR_OVER of over 51 days": "400.00", "AR_OVER of over 52 days": "0.00"}


def test_on_time_in_full(kpi) -> None:
    """Paid whole by the day and without deduction: two of the seven items that fell due; a cancelled one is none.

    T1 on its day; T2 in two parts before it. Not: T3 a day late; T4 less a discount; T5 in part a credit memo; T6 by a
    receipt that came back; T7 not at all. T8 was credited whole before it fell due. T9 falls due later.
    """
    text = """
        customers: account_id
            A1
        transactions: trx_id account_id class trx_date due_date amount
            T1 A1 INV 2025-12-01 2026-01-10 100
            T2 A1 INV 2025-12-01 2026-01-10 100
            T3 A1 INV 2025-12-01 2026-01-10 100
            T4 A1 INV 2025-12-01 2026-01-10 100
            T5 A1 INV 2025-12-01 2026-01-10 100
            T6 A1 INV 2025-12-01 2026-01-10 100
            T7 A1 INV 2025-12-01 2026-01-31 100
            T8 A1 INV 2025-12-01 2026-01-10 100
            T9 A1 INV 2025-12-01 2026-02-01 100
            C5 A1 CM 2025-12-20 - -40
            C8 A1 CM 2025-12-20 - -100
        receipts: receipt_id account_id receipt_date amount reversed_date
            R1 A1 2026-01-10 100 -
            R2 A1 2025-12-15 60 -
            R22 A1 2026-01-05 40 -
            R3 A1 2026-01-11 100 -
            R4 A1 2026-01-05 98 -
            R5 A1 2026-01-05 60 -
            R6 A1 2026-01-05 100 2026-01-20
        applications: application_id source_schedule_id target_schedule_id amount discount gl_date
            P1 R1 T1 100 - 2026-01-10
            P2 R2 T2 60 - 2025-12-15
            P22 R22 T2 40 - 2026-01-05
            P3 R3 T3 100 - 2026-01-11
            P4 R4 T4 98 2 2026-01-05
            P5 R5 T5 60 - 2026-01-05
            P55 C5 T5 40 - 2025-12-20
            P6 R6 T6 100 - 2026-01-05
            P8 C8 T8 100 - 2025-12-21
    """
    figures = kpi(text, DAY, "ON_TIME_IN_FULL")
    assert figures.inputs("ON_TIME_IN_FULL") == {"items_due": 7, "items_in_full": 2, "items_cancelled": 1}
    assert figures["ON_TIME_IN_FULL"] == "28.57"
    # as of the 19th the receipt had not come back, and T7 had not fallen due
    assert kpi(text, "2026-01-19", "ON_TIME_IN_FULL").inputs("ON_TIME_IN_FULL")["items_in_full"] == 3


def test_money_applied_after_the_due_date_counts_from_the_day_it_came(kpi) -> None:
    """The customer paid in time; that we applied it later is not the customer's fault."""
    text = """
        customers: account_id
            A1
        transactions: trx_id account_id trx_date due_date amount
            T1 A1 2025-12-01 2026-01-10 100
        receipts: receipt_id account_id receipt_date amount
            R1 A1 2026-01-09 100
        applications: application_id source_schedule_id target_schedule_id amount gl_date
            P1 R1 T1 100 2026-01-20
    """
    figures = kpi(text, DAY, "ON_TIME_IN_FULL", "WADL")
    assert figures.values() == {"ON_TIME_IN_FULL": "100.00", "WADL": "-1.00"}


def test_an_item_booked_after_it_fell_due_was_not_cancelled(kpi) -> None:
    """It was not open on its due date because it was not in the books, and nobody paid it."""
    text = """
        customers: account_id
            A1
        transactions: trx_id account_id trx_date gl_date due_date amount
            T1 A1 2026-01-05 2026-01-15 2026-01-10 100
    """
    figures = kpi(text, DAY, "ON_TIME_IN_FULL")
    assert figures.inputs("ON_TIME_IN_FULL") == {"items_due": 1, "items_in_full": 0, "items_cancelled": 0}


def test_dispute_days(kpi) -> None:
    """Settled after 2, 4, 10 and 20 days: the middle is 7, nine in ten are within 20; open ones are not counted."""
    text = """
        customers: account_id
            A1
        transactions: trx_id account_id trx_date due_date amount
            T1 A1 2025-10-01 2025-10-31 100
        disputes: dispute_id schedule_id amount opened_on closed_on
            D1 T1 10 2026-01-01 2026-01-03
            D2 T1 10 2026-01-01 2026-01-05
            D3 T1 10 2026-01-01 2026-01-11
            D4 T1 10 2026-01-01 2026-01-21
            D5 T1 10 2025-10-01 2025-10-31
            D6 T1 10 2025-12-01 2026-02-01
            D7 T1 10 2025-12-01 -
    """
    figures = kpi(text, DAY, "DISPUTE_DAYS_MEDIAN", "DISPUTE_DAYS_P90")
    assert figures.values() == {"DISPUTE_DAYS_MEDIAN": "7.00", "DISPUTE_DAYS_P90": "20.00"}
    assert figures.inputs("DISPUTE_DAYS_P90") == {
        "settled": [{"days": days, "disputes": 1} for days in (2, 4, 10, 20)],
    }

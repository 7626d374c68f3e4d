"""The provision matrix: published rates, segments, overlay, what stands apart, and that nothing is lost."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erp_ar_ext.kpi import Undefined
from erp_ar_ext.kpi.provision import MatrixCell, matrix_cell, out_of_balance, provision

DAY = "2026-01-31"
ONE = Decimal(1)
PUBLISHED = [("15000000", "0.3"), ("7500000", "1.6"), ("4000000", "3.6"), ("2500000", "6.6"), ("1000000", "10.6")]

SECTION = """
provision:
  segments:
    - name: nordics
      when: country in ('SE', 'NO')
      rates: {not_due: 0.1, 1-30: 1, 31-60: 2, 61-90: 4, 91+: 8}
    - name: others
      rates: {not_due: 0.5, 1-30: 2, 31-60: 5, 61-90: 10, 91+: 50}
  individual_when: profile_class = 'LEGAL'
  overlay: {factor: 1.10, approved_by: cfo, reason: the outlook worsens}
"""
# Accounts: S in Sweden, U elsewhere, I insolvent, L with the lawyers, E an employee. As of January 31:
#   S: 1,000 not due; 500.05 past due by 10 days; a credit memo of 30
#   U: 2,000 past due by 40 days; 20 of cash not applied
#   I: 700 past due and 100 of cash; L: 300; E: 50; G: a guarantee of 5,000
LEDGER = """
    customers: account_id country insolvency_date kind profile_class
        S SE - - -
        U US - - -
        I US 2026-01-10 - -
        L US - - LEGAL
        E US - employee -
    transactions: trx_id account_id class trx_date due_date amount
        S1 S INV 2026-01-15 2026-02-14 1000
        S2 S INV 2025-12-22 2026-01-21 500.05
        S3 S CM 2026-01-20 - -30
        U1 U INV 2025-11-22 2025-12-22 2000
        I1 I INV 2025-11-01 2025-12-01 700
        L1 L INV 2025-11-01 2025-12-01 300
        E1 E INV 2025-11-01 2025-12-01 50
        G1 U GUAR 2026-01-01 2026-12-31 5000
    receipts: receipt_id account_id receipt_date amount
        RU U 2026-01-10 20
        RI I 2026-01-05 100
"""


def cells(published, overlay=ONE):
    return [
        matrix_cell("all", f"bucket {at}", Decimal(gross), Decimal(rate), overlay, 2)
        for at, (gross, rate) in enumerate(published)
    ]


def test_the_published_example_gives_580_000() -> None:
    """15m x 0.3% + 7.5m x 1.6% + 4m x 3.6% + 2.5m x 6.6% + 1m x 10.6% = 45k + 120k + 144k + 165k + 106k."""
    matrix = cells(PUBLISHED)
    assert [cell.provision for cell in matrix] == [45000, 120000, 144000, 165000, 106000]
    assert provision(matrix) == 580000


def test_an_overlay_is_a_factor_of_its_own() -> None:
    """Ten percent on top of 580,000, the rates beside it as they were."""
    matrix = cells(PUBLISHED, Decimal("1.1"))
    assert provision(matrix) == 638000
    assert (matrix[0].rate_percent, matrix[0].at_historic_rate, matrix[0].provision) == (Decimal("0.3"), 45000, 49500)


@pytest.mark.parametrize(
    ("gross", "digits", "expected"),
    [
        ("0.50", 2, "0.01"),
        ("0.49", 2, "0.00"),
        ("150", 0, "2"),
        ("149", 0, "1"),
        ("0.150", 3, "0.002"),
        ("-99", 2, "0"),
    ],
)
def test_a_cell_is_rounded_half_up_to_the_minor_unit(gross, digits, expected) -> None:
    """At one percent; a balance in the customer's favour needs no provision."""
    assert matrix_cell("all", "1-30", Decimal(gross), ONE, ONE, digits).provision == Decimal(expected)


def test_segments_overlay_and_buckets_of_a_ledger(kpi, settings_of) -> None:
    """Each cell by hand, at the historic rate times 1.1; accounts insolvent or with the lawyers are listed instead.

    nordics: 1,000 x 0.1% x 1.1 = 1.10; 500.05 x 1% x 1.1 = 5.50055. others: 2,000 x 5% x 1.1 = 110.
    """
    figures = kpi(LEDGER, DAY, "IFRS9_PROVISION", settings=settings_of(SECTION))
    assert figures["IFRS9_PROVISION"] == "116.60"
    told = figures.inputs("IFRS9_PROVISION")
    filled = [tuple(cell.values()) for cell in told["matrix"] if cell["gross"] != "0.00"]
    assert filled == [
        ("nordics", "not_due", "1000.00", "0.10", "1.00", "1.10"),
        ("nordics", "1-30", "500.05", "1.00", "5.00", "5.50"),
        ("others", "31-60", "2000.00", "5.00", "100.00", "110.00"),
    ]
    assert len(told["matrix"]) == 10
    assert told["at_historic_rates"] == "106.00"
    assert told["overlay"] == [{"factor": "1.10", "approved_by": "cfo", "reason": "the outlook worsens"}]
    assert {name: told[name] for name in told if name.startswith("provision_")} == {
        "provision_individual": "900.00", "provision_credits": "-30.00", "provision_cash": "-20.00",
        "provision_guarantees": "5000.00", "provision_outside": "50.00",
    }  # fmt: skip
    assert [(each["account_id"], each["open_amount"], each["unapplied"]) for each in told["assessed_individually"]] == [
        ("I", "700.00", "-100.00"),
        ("L", "300.00", "0.00"),
    ]
    # 1,000 + 500.05 + 2,000 in the matrix, 900 - 30 - 20 + 5,000 + 50 apart
    assert told["aging_total"] == "9400.05"
    assert figures.checks("provision_equals_aging") == ["0.00"]


def test_credits_can_be_netted_in_their_bucket(kpi, settings_of) -> None:
    """The credit memo of January 20 lowers Sweden's 1-30: 470.05 x 1% x 1.1 = 5.17; nothing stands apart."""
    figures = kpi(LEDGER, DAY, "IFRS9_PROVISION", settings=settings_of(SECTION + "  credits: netted\n"))
    assert figures["IFRS9_PROVISION"] == "116.27"
    assert figures.inputs("IFRS9_PROVISION")["provision_credits"] == "0.00"
    assert figures.checks("provision_equals_aging") == ["0.00"]


def test_an_account_becomes_an_individual_one_with_its_insolvency(kpi, settings_of) -> None:
    """The day before, its 700 are in the matrix, past due by 39 days: 700 x 5% x 1.1 = 38.50."""
    told = kpi(LEDGER, "2026-01-09", "IFRS9_PROVISION", settings=settings_of(SECTION)).inputs("IFRS9_PROVISION")
    assert [each["account_id"] for each in told["assessed_individually"]] == ["L"]
    [cell] = [cell for cell in told["matrix"] if (cell["segment"], cell["bucket"]) == ("others", "31-60")]
    assert (cell["gross"], cell["provision"]) == ("700.00", "38.50")


def test_a_condition_may_hold_any_text(kpi, settings_of) -> None:
    """Braces and colons in a name are a name: nobody is called so, and the rest is as ever."""
    section = SECTION.replace("country in ('SE', 'NO')", "account_name = 'a :day {individual} {axis}'")
    told = kpi(LEDGER, DAY, "IFRS9_PROVISION", settings=settings_of(section)).inputs("IFRS9_PROVISION")
    assert {cell["gross"] for cell in told["matrix"] if cell["segment"] == "nordics"} == {"0.00"}


def test_without_rates_there_is_no_provision(kpi) -> None:
    """A policy without the section says nothing of losses; that is not a provision of zero."""
    assert kpi(LEDGER, DAY, "IFRS9_PROVISION").values() == {
        "IFRS9_PROVISION": "undefined: the policy has no section 'provision'"
    }
    assert isinstance(provision(None), Undefined)


AMOUNTS = st.decimals(min_value=Decimal(-(10**9)), max_value=Decimal(10**9), places=2)


@given(st.lists(st.tuples(AMOUNTS, st.decimals(0, 100, places=4))), st.lists(AMOUNTS))
def test_a_matrix_and_what_stands_apart_reconcile_to_their_total(gross_and_rates, apart) -> None:
    """Exactly; and a cent that is lost anywhere shows."""
    matrix = [matrix_cell("all", "b", gross, rate, ONE, 2) for gross, rate in gross_and_rates]
    whole = sum((cell.gross for cell in matrix), Decimal(0)) + sum(apart, Decimal(0))
    assert out_of_balance(matrix, apart, whole) == 0
    assert out_of_balance(matrix, apart, whole + Decimal("0.01")) == Decimal("-0.01")
    assert provision(matrix) == sum((cell.provision for cell in matrix), Decimal(0)) >= 0
    assert all(isinstance(cell, MatrixCell) for cell in matrix)


ITEMS = st.lists(
    st.tuples(
        st.sampled_from(["S", "U", "I", "L", "E"]),
        st.sampled_from(["INV", "DM", "CM", "GUAR"]),
        st.integers(-120, 120),
        st.integers(1, 10**6),
        st.sampled_from(["USD", "JPY", "KWD"]),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ITEMS)
def test_the_provision_of_any_ledger_reconciles_to_its_aging(kpi, settings_of, items) -> None:
    """Whatever is open, of whatever age and standing: the tie-out of every currency is zero, and so are all others."""
    customers = LEDGER.split("transactions:", maxsplit=1)[0]
    rows = [
        f"T{at} {account} {kind} 2025-06-01 {_day(days)} {-amount if kind == 'CM' else amount} {currency}"
        for at, (account, kind, days, amount, currency) in enumerate(items)
    ]
    text = "\n".join([customers, "transactions: trx_id account_id class trx_date due_date amount currency", *rows])
    figures = kpi(text, DAY, "IFRS9_PROVISION", settings=settings_of(SECTION))
    checks = figures.checks("provision_equals_aging")
    assert len(checks) == len({currency for *_, currency in items})
    assert not any(Decimal(check) for check in checks)


def _day(days):
    return (date(2026, 1, 31) - timedelta(days=days)).isoformat()


def test_the_matrix_has_the_buckets_of_the_policy(kpi, settings_of) -> None:
    """By calendar months: due on December 31 is a month past due all January, due on January 1 is current.

    600 at 1% and 400 at 10%. The cohort of December 31 steps from current to 1 month.
    """
    section = """
aging: {unit: months, buckets: [1, 2]}
provision:
  segments:
    - {name: all, rates: {current: 1, 1 month: 10, 2 months: 20, 3+ months: 50}}
"""
    text = """
        customers: account_id
            A1
        transactions: trx_id account_id trx_date due_date amount
            T1 A1 2025-12-01 2025-12-31 400
            T2 A1 2025-12-15 2026-01-01 600
    """
    figures = kpi(text, DAY, settings=settings_of(section))
    assert figures["IFRS9_PROVISION"] == "46.00"
    assert figures["ROLL_RATE_COHORT of current to 1 month"] == "50.00"

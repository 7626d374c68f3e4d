"""Rows that contradict each other: each question told once, with its example."""

from decimal import Decimal

import pytest

SOUND = """
    customers: account_id
        A1
    transactions: trx_id class account_id currency amount
        T1 INV A1 USD 100
        T2 CM A1 USD -40
        T3 INV A1 {second} 100
    schedules: schedule_id trx_id class account_id currency amount_original due_date
        S1 T1 INV A1 USD 100 2026-01-31
        S2 T2 CM A1 USD {memo} 2026-01-31
        S3 T3 INV A1 {third} 100 2026-01-31
    receipts: receipt_id account_id receipt_date amount reversed_date
        R1 A1 2026-02-01 50 -
        R2 A1 2026-02-01 10 2026-02-20
    applications: application_id source_schedule_id target_schedule_id status amount gl_date reversal_gl_date
        P1 R1 S1 APP {paid} 2026-02-01 -
        P2 S2 {target} APP {credited} 2026-02-01 -
        P3 R2 S1 APP 10 2026-02-01 {taken_back}
        U1 R1 - UNAPP 50 2026-02-01 -
        U2 R1 - UNAPP {used} 2026-02-01 -
        U3 R1 - ACC {on_account} 2026-02-01 -
"""
USUAL = {
    "second": "USD", "third": "USD", "memo": -40, "target": "S1", "paid": 20, "credited": 15,
    "taken_back": "2026-02-20", "used": -25, "on_account": 5,
}  # fmt: skip


def test_a_sound_ledger_has_no_findings(books) -> None:
    """Nothing is told where nothing is wrong: cash on account is part of what is left of its receipt."""
    assert books(SOUND.format(**USUAL)).findings == {}


@pytest.mark.parametrize(
    ("change", "code", "example"),
    [
        ({"second": "EUR", "third": "EUR", "target": "S3"}, "currency-differs", "P2"),
        ({"second": "EUR"}, "currency-differs", "S3"),
        ({"credited": -15}, "wrong-sign", "P2"),
        ({"memo": 40}, "wrong-sign", "S2"),
        ({"credited": Decimal("40.01")}, "over-applied", "S2"),
        ({"paid": 51, "used": -56}, "over-applied", "R1"),
        ({"used": -20}, "unapplied-differs", "R1"),
        ({"taken_back": "-"}, "reversal-not-applied", "R2"),
    ],
)
def test_what_contradicts_is_told(books, change, code, example) -> None:
    """Currencies, signs, rests and reversals that do not agree are each a finding that names the row, and no other."""
    findings = books(SOUND.format(**(USUAL | change))).findings
    assert {key: finding["example"] for key, finding in findings.items()} == {code: example}

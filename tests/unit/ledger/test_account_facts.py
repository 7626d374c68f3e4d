"""Facts of an account: which accounts have any, and what each amount and date holds."""

DISPUTED_ITEMS = """
    customers: account_id
        A1
    transactions: trx_id account_id amount
        T1 A1 0
    schedules: schedule_id account_id due_date amount_original
        S1 A1 2026-01-05 100
        S2 A1 2026-01-10 50
        S3 A1 2026-02-20 70
    disputes: dispute_id schedule_id amount opened_on
        D1 S1 {first} 2026-01-20
        D2 S2 {second} 2026-01-20
"""


def oldest_undisputed(ledger, day: str) -> str:
    return str(ledger.facts(day)["A1"]["oldest_undisputed_due_date"])


def test_the_oldest_undisputed_item_skips_what_is_wholly_disputed(books) -> None:
    """An item disputed in part still counts; one disputed in full does not, nor one that is not past due."""
    ledger = books(DISPUTED_ITEMS.format(first=100, second=49))
    assert oldest_undisputed(ledger, "2026-01-05") == "None", "due today is not overdue"
    assert oldest_undisputed(ledger, "2026-01-19") == "2026-01-05", "the dispute is not raised yet"
    assert oldest_undisputed(ledger, "2026-01-20") == "2026-01-10"
    assert str(ledger.facts("2026-01-20")["A1"]["oldest_due_date"]) == "2026-01-05"
    assert oldest_undisputed(books(DISPUTED_ITEMS.format(first=100, second=50)), "2026-01-20") == "None"

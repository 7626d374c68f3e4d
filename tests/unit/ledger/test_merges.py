"""Merged customers: whose items are they now."""

TWO_ITEMS = """
    transactions: trx_id account_id amount
        T1 A1 0
    schedules: schedule_id account_id amount_original
        S1 A1 10
        S2 A2 20
        S3 A3 30
"""


def test_items_go_to_the_end_of_a_chain_of_merges(books) -> None:
    """An account merged into one that was merged itself gives its items to the last one."""
    ledger = books(
        TWO_ITEMS
        + """
        customers: account_id merged_into
            A1 A2
            A2 A3
            A3 -
        holds: hold_id account_id applied_on
            H1 A1 2026-01-05
        """
    )
    assert ledger.owners("2026-02-01") == {"S1": "A3", "S2": "A3", "S3": "A3"}
    facts = ledger.facts("2026-02-01")
    assert (list(facts), facts["A3"]["open_amount"]) == (["A3"], 60)
    assert facts["A3"]["other_active_holds"] == 1, "a hold goes with the account it was placed on"


def test_a_circle_of_merges_moves_nothing_and_is_reported(books) -> None:
    """Accounts merged in a circle, or into themselves, keep their items and what is known of them."""
    ledger = books(
        TWO_ITEMS
        + """
        customers: account_id merged_into insolvency_date
            A1 A2 2026-01-01
            A2 A1 -
            A3 A3 -
        """
    )
    assert ledger.owners("2026-02-01") == {"S1": "A1", "S2": "A2", "S3": "A3"}
    assert ledger.findings["circular-merge"]["count"] == 3
    assert ledger.facts("2026-02-01")["A1"]["insolvent"], "an insolvent customer stays protected"


def test_an_account_that_leads_into_a_circle_keeps_its_items(books) -> None:
    """A chain that never ends at a living account leaves the items where they are."""
    ledger = books(
        TWO_ITEMS
        + """
        customers: account_id merged_into
            A1 A2
            A2 A3
            A3 A2
        """
    )
    assert ledger.owners("2026-02-01") == {"S1": "A1", "S2": "A2", "S3": "A3"}
    assert ledger.findings["circular-merge"]["count"] == 3

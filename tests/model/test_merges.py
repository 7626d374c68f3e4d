"""Random histories whose customers are merged: balances move to the survivors, and no total changes."""

from pathlib import Path
from tempfile import TemporaryDirectory

from every_day import EveryDay, synced
from histories import ACCOUNTS, EVENTS, History, randomly
from hypothesis import given
from hypothesis import strategies as st
from identities import sums

from erp_ar_ext.ledger import AXES

CHAINS = st.lists(st.integers(1, len(ACCOUNTS) - 1), min_size=1, unique=True)
"""Accounts, by number, that are merged into the one before them."""


@randomly(share=3)
@given(EVENTS, CHAINS, st.integers(0, 999))
def test_a_merge_changes_no_total(events, merged, sample) -> None:
    """Before and after a merge, each day's items and totals are the same, and nothing is left where it was."""
    rows = History([event for event in events if event.kind != "merge"]).rows
    days = History(events).days()
    with TemporaryDirectory() as folder:
        before = synced(rows, Path(folder)).snapshot
        for at in merged:
            rows["customers"][at]["merged_into"] = ACCOUNTS[at - 1]
        after = synced(rows, Path(folder)).snapshot
        gone = {ACCOUNTS[at] for at in merged}
        for axis in AXES:
            with (
                EveryDay(before, days, axis, days[sample % len(days)]) as then,
                EveryDay(after, days, axis, days[sample % len(days)]) as now,
            ):
                for table, by in (("open_items", ("org_id", "schedule_id")), ("aging", ("currency",))):
                    for amount in ("open_amount", "unapplied", "disputed"):
                        key = ("asked_day", *by)
                        assert sums(then.rows(table), key, amount) == sums(now.rows(table), key, amount)
                for table in ("open_items", "account_balances", "aging", "collectible_items"):
                    assert not {row["account_id"] for row in now.rows(table)} & gone, table

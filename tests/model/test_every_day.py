"""Random histories: the product beside a naive ledger, on every day and axis, for every account and currency."""

from pathlib import Path
from tempfile import TemporaryDirectory

import identities
from comparison import assert_product_equals_reference
from every_day import EveryDay, synced
from histories import EVENTS, History, randomly
from hypothesis import given
from hypothesis import strategies as st
from naive_ledger import NaiveLedger

from erp_ar_ext.ledger import AXES


@randomly(share=10)
@given(EVENTS, st.integers(0, 999))
def test_every_day_equals_the_naive_ledger(events, sample) -> None:
    """Balances, buckets, cash and disputes are equal by item and by account, on every day; all identities hold."""
    history = History(events)
    days = history.days()
    with TemporaryDirectory() as folder:
        snapshot = synced(history.rows, Path(folder)).snapshot
        for axis in AXES:
            books = NaiveLedger(history.rows, axis)
            with EveryDay(snapshot, days, axis, days[sample % len(days)]) as product:
                assert_product_equals_reference(product, books)
                identities.buckets_equal_open(product)
                identities.items_equal_accounts(product)
                identities.items_equal_control_total(product)
                identities.balances_roll_forward(product, books)
                identities.the_end_equals_the_erp(product, history.rows)
                assert product.aging.tie_out.ok, product.aging.tie_out.failed
                assert_one_day_is_as_recorded(product)


def assert_one_day_is_as_recorded(product: EveryDay) -> None:
    """The ledger that was opened on a day has the rows that were found for it among all days."""
    day = product.ledger.as_of
    for table in sorted(product.tables):
        columns = f"SELECT * FROM {table} ORDER BY ALL"
        every = f"SELECT * EXCLUDE asked_day FROM every_{table} WHERE asked_day = DATE '{day}' ORDER BY ALL"
        assert product.engine.rows(columns) == product.engine.rows(every), table

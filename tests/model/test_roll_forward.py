"""Random histories: what led from one day's AR>N to another's is accounted for, and every treatment ties out."""

from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from every_day import synced
from histories import EVENTS, History, randomly
from hypothesis import given
from hypothesis import strategies as st

from erp_ar_ext.ledger import AXES, BASES, Aging, Ledger
from erp_ar_ext.ledger.aging_rules import CREDITS, DISPUTED, UNAPPLIED, AgingRules
from erp_ar_ext.ledger.buckets import make_buckets
from erp_ar_ext.ledger.roll_forward import MOVEMENTS, RollForward

CUTS = st.lists(st.integers(0, 999), min_size=3, max_size=3, unique=True)


@randomly(share=6)
@given(EVENTS, CUTS, st.sampled_from(BASES), st.lists(st.sampled_from([0, 1, 30, 60, 90]), min_size=1, unique=True))
def test_nothing_is_left_over_between_any_two_days(events, cuts, basis, over) -> None:
    """Balances of both days and events between them agree for every account; so do the agings; spans add up."""
    history = History(events)
    days = sorted({history.days()[cut % len(history.days())] for cut in cuts})
    if len(days) < 3:
        return
    with TemporaryDirectory() as folder:
        snapshot = synced(history.rows, Path(folder)).snapshot
        for axis in AXES:
            opened = [Ledger(snapshot, day, basis=basis, axis=axis) for day in days]
            first, second, whole = (_rolled(opened[since], opened[to], over) for since, to in ((0, 1), (1, 2), (0, 2)))
            for key in first.keys() | second.keys() | whole.keys():
                for movement in MOVEMENTS:
                    parts = [span[key][movement] for span in (first, second) if key in span]
                    assert sum(parts) == (whole[key][movement] if key in whole else 0), (key, movement)
            for ledger in opened:
                ledger.close()


@randomly(share=4)
@given(EVENTS, st.integers(0, 999), st.sampled_from(AXES))
def test_every_treatment_ties_out_on_any_day(events, cut, axis) -> None:
    """By account and by schedule, in days and in months, buckets and columns apart are what is open in every row."""
    history = History(events)
    day = history.days()[cut % len(history.days())]
    with TemporaryDirectory() as folder, Ledger(synced(history.rows, Path(folder)).snapshot, day, axis=axis) as ledger:
        for treatment in product(CREDITS, UNAPPLIED, DISPUTED):
            months = AgingRules(make_buckets((1, 2), "months"), "months", *treatment)
            by_account = Aging(ledger, rules=months)
            by_schedule = Aging(ledger, by="schedule", rules=AgingRules(make_buckets((30, 60)), "days", *treatment))
            assert by_account.tie_out.ok, (treatment, by_account.tie_out.failed)
            assert by_schedule.tie_out.ok, (treatment, by_schedule.tie_out.failed)


def _rolled(opening, closing, over):
    """Totals of a span that ties out, by number of days and currency."""
    rolling = RollForward(opening, closing, over=over)
    assert rolling.tie_out.ok, rolling.tie_out.failed
    return {(row["over_days"], row["currency"]): row for row in rolling.totals()}

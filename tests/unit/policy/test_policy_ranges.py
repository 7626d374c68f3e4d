"""Which values satisfy conditions: the logic behind unreachable and never-true rules, against trying every value."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from erp_ar_ext.ledger.facts import CATALOGUE, Fact, FactType, Grain
from erp_ar_ext.policy.ranges import compared, complement, possible

DAYS = Fact("days", FactType.INTEGER, "Days.")
SMALL = [Decimal(value) for value in range(-2, 9)]
OPERATORS = {
    "=": lambda value, bound: value == bound,
    "<>": lambda value, bound: value != bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
}
BOUNDS = st.sampled_from([Decimal(half) / 2 for half in range(13)])
CONDITIONS = st.lists(st.tuples(st.sampled_from(sorted(OPERATORS)), BOUNDS), min_size=1, max_size=4)


def met(conditions):
    """Values that meet all conditions, by trying each."""
    return {value for value in SMALL if all(OPERATORS[name](value, bound) for name, bound in conditions)}


def range_of(conditions):
    """The range of all conditions together."""
    first, *rest = [compared(DAYS, name, bound) for name, bound in conditions]
    for other in rest:
        first = first.intersect(other)
    return first


@given(CONDITIONS)
def test_a_range_admits_what_its_conditions_admit(conditions):
    """A value is in the range just when it meets every condition."""
    found = range_of(conditions)
    assert {value for value in SMALL if found.admits(value)} == met(conditions)


@given(CONDITIONS)
def test_an_empty_range_is_met_by_nothing(conditions):
    """What is called never true is met by no value."""
    if range_of(conditions).is_empty:
        assert met(conditions) == set()


@given(CONDITIONS, CONDITIONS)
def test_a_range_within_another_implies_it(narrow, wide):
    """What is called unreachable really meets the earlier rule's conditions, whatever the value."""
    if range_of(narrow).within(range_of(wide)):
        assert met(narrow) <= met(wide)


def test_whole_numbers_have_nothing_between_neighbours():
    """More than 30 days and at least 31 days are the same."""
    more, at_least = compared(DAYS, ">", Decimal(30)), compared(DAYS, ">=", Decimal(31))
    assert more == at_least
    assert more.intersect(compared(DAYS, "<", Decimal(31))).is_empty
    assert not more.intersect(compared(DAYS, "<", Decimal(32))).is_empty


def test_amounts_and_dates_are_dense():
    """Between two amounts there is always another; equal open bounds leave nothing."""
    amount = CATALOGUE[Grain.ACCOUNT]["overdue_amount"]
    above, below = compared(amount, ">", Decimal(30)), compared(amount, "<", Decimal(31))
    assert not above.intersect(below).is_empty
    assert above.intersect(compared(amount, "<=", Decimal(30))).is_empty
    due = CATALOGUE[Grain.ACCOUNT]["oldest_due_date"]
    assert compared(due, "<", date(2026, 1, 1)).within(compared(due, "<=", date(2026, 1, 1)))


def test_a_fact_that_may_be_negative_or_nothing_is_not_limited():
    """Credits lower what is open, an item not yet due is so many days before: neither has a least value."""
    catalogue = CATALOGUE[Grain.SCHEDULE]
    for name in ("open_amount", "days_past_due"):
        assert not compared(catalogue[name], "<", Decimal(0)).intersect(possible(catalogue[name])).is_empty
    disputed = catalogue["disputed_amount"]
    assert compared(disputed, "<", Decimal(0)).intersect(possible(disputed)).is_empty
    assert not compared(disputed, "<=", Decimal(0)).intersect(possible(disputed)).is_empty


def test_the_contrary_of_a_code_is_every_other_code():
    """Not broken is one of the other states; of free text, only the named value is left out."""
    state, country = CATALOGUE[Grain.ACCOUNT]["plan_state"], CATALOGUE[Grain.ACCOUNT]["country"]
    rest = complement(state, compared(state, "=", "broken"))
    assert rest.values == {"none", "on_track", "late", "completed"}
    elsewhere = complement(country, compared(country, "=", "SE"))
    assert elsewhere.admits("NO")
    assert not elsewhere.admits("SE")

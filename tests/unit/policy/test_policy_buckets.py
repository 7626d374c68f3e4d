"""The aging section of a policy: buckets as bounds or as ranges, the unit of age, and what stands apart."""

import pytest

from erp_ar_ext.errors import PolicyError
from erp_ar_ext.ledger.aging_rules import AgingRules
from erp_ar_ext.ledger.buckets import make_buckets
from erp_ar_ext.policy import check_policy

RULES = "rules: [{id: a, for_each: account, when: insolvent, action: note, note_kind: n, text: x}]\n"


def test_a_policy_that_says_nothing_ages_as_the_product_does(load):
    """Without an aging section the rules are those of the command without options."""
    assert load(RULES).aging.rules() == AgingRules()


def test_ranges_are_the_buckets_that_bounds_would_make(load):
    """Ranges from the youngest to the oldest give the same buckets as their last days, and each its own name."""
    ranges = """
aging:
  buckets:
    - {name: not_due, to: 0}
    - {name: 1-30, from: 1, to: 30}
    - {name: 31-60, from: 31, to: 60}
    - {name: 61+, from: 61}
"""
    assert load(ranges + RULES).aging.rules().buckets == make_buckets((30, 60))
    assert load("aging: {buckets: [30, 60]}\n" + RULES).aging.rules().buckets == make_buckets((30, 60))


def test_what_is_not_due_may_have_buckets_of_its_own(load):
    """Ranges below 1 split what is not due; only the others are past due."""
    rules = load(
        "aging: {buckets: [{name: later, to: -31}, {name: soon, from: -30, to: 0}, {name: due, from: 1}]}\n" + RULES
    )
    assert [bucket.name for bucket in rules.aging.rules().past_due] == ["due"]


def test_the_treatments_of_a_policy_are_those_of_the_aging(load):
    """Unit, credits, cash and disputes are taken over as they are written."""
    text = "aging: {unit: months, buckets: [1, 6], credits: same_document, unapplied: oldest_first, disputed: apart}\n"
    rules = load(text + RULES).aging.rules()
    assert (rules.unit, rules.credits, rules.unapplied, rules.disputed) == (
        "months",
        "same_document",
        "oldest_first",
        "apart",
    )
    assert [bucket.name for bucket in rules.buckets] == ["current", "1 month", "2-6 months", "7+ months"]


@pytest.mark.parametrize(
    "buckets",
    [
        "[{name: a, to: 0}, {name: b, from: 2}]",
        "[{name: a, to: 0}, {name: b, from: 1}, {name: c, from: 1}]",
        "[{name: a, to: 0}, {name: b, from: 1, to: 9999999}]",
        "[{name: a, to: 0}, {name: b, from: 30, to: 1}, {name: c, from: 31}]",
        "[{name: a, to: 0}]",
        "[9999999]",
        "[]",
        "[{}]",
        "{name: a}",
        "[30, {name: a, from: 31}]",
        "[{name: due_date, to: 0}, {name: b, from: 1}]",
        "[{name: 'a\"b', to: 0}, {name: b, from: 1}]",
        "[{name: '-30', to: 0}, {name: b, from: 1}]",
        "[{name: a, to: 0}, {name: b, from: true}]",
    ],
)
def test_buckets_that_are_not_sound_are_told_with_their_line(buckets, policy_file, load):
    """A gap, an overlap, an end too early, a name that cannot be: an error in line 3, and no policy."""
    text = f"aging: {{buckets: {buckets}}}\n" + RULES
    _, problems = check_policy(policy_file(text))
    assert {(problem.line, problem.is_error) for problem in problems} == {(3, True)}
    with pytest.raises(PolicyError):
        load(text)

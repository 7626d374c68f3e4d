"""How overdue items move on in a month: into the next bucket, or out of the books."""

from __future__ import annotations

from decimal import Decimal

from erp_ar_ext.kpi.formula import Formula, Parts, Span, Unit, Value, exact, percent

_EMPTY = "items in the bucket a month before"
_NOT_OVERDUE = "items past due a month before"


@exact
def roll_rate_by_amount(bucket_before: Decimal, next_bucket_now: Decimal) -> Value:
    """Balance of the next bucket now, in percent of the bucket's balance a month before, whatever items are in it."""
    return percent(next_bucket_now, bucket_before, _EMPTY)


@exact
def roll_rate_by_cohort(items_before: int, items_rolled: int) -> Value:
    """Items of the bucket a month before that are in the next one now, in percent."""
    return percent(Decimal(items_rolled), Decimal(items_before), _EMPTY)


@exact
def cure_rate_by_amount(past_due_before: Decimal, past_due_left: Decimal) -> Value:
    """Part of what was past due a month before that is no longer open, in percent; negative where it grew."""
    return percent(past_due_before - past_due_left, past_due_before, _NOT_OVERDUE)


@exact
def cure_rate_by_cohort(items_past_due_before: int, items_past_due_left: int) -> Value:
    """Items past due a month before that are no longer open, in percent."""
    cured = items_past_due_before - items_past_due_left
    return percent(Decimal(cured), Decimal(items_past_due_before), _NOT_OVERDUE)


_SOURCE = "flow rates of portfolio reporting; open debits by due date, buckets of the policy's aging"

FORMULAS = (
    Formula(
        "ROLL_RATE_AMOUNT",
        "amount form: balance of the next bucket now / balance of the bucket a month before x 100",
        Unit.PERCENT,
        roll_rate_by_amount,
        _SOURCE,
        span=Span.MONTH,
        parts=Parts.BUCKET_STEPS,
    ),
    Formula(
        "ROLL_RATE_COHORT",
        "cohort form: items that were in the bucket a month before and are in the next one now / items that were in "
        "the bucket x 100",
        Unit.PERCENT,
        roll_rate_by_cohort,
        _SOURCE,
        span=Span.MONTH,
        parts=Parts.BUCKET_STEPS,
        beside=("items_settled", "items_elsewhere"),
    ),
    Formula(
        "CURE_RATE_AMOUNT",
        "(past due a month before - what is left of those items now) / past due a month before x 100",
        Unit.PERCENT,
        cure_rate_by_amount,
        _SOURCE,
        span=Span.MONTH,
    ),
    Formula(
        "CURE_RATE_COHORT",
        "items past due a month before that are no longer open / items past due a month before x 100",
        Unit.PERCENT,
        cure_rate_by_cohort,
        _SOURCE,
        span=Span.MONTH,
    ),
)

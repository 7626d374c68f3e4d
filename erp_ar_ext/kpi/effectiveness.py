"""How much of what could be collected was collected."""

from __future__ import annotations

from decimal import Decimal

from erp_ar_ext.kpi.formula import Formula, Undefined, Unit, Value, exact, percent


@exact
def collection_effectiveness(
    opening_receivables: Decimal,
    sales: Decimal,
    months: int | None,
    receivables: Decimal,
    current_receivables: Decimal,
) -> Value:
    """Collected part of what could have been collected, in percent.

    Both sides are multiplied by the number of months, so that nothing is divided but once.
    """
    if not months:
        return Undefined("the period is not of whole months")
    owed = opening_receivables * months + sales
    return percent(owed - receivables * months, owed - current_receivables * months, "collectible amounts")


FORMULAS = (
    Formula(
        "CEI",
        "(opening receivables + sales / months - receivables) / (opening receivables + sales / months - current "
        "receivables) x 100",
        Unit.PERCENT,
        collection_effectiveness,
        "collection effectiveness index of the Credit Research Foundation; current is what is not past due, "
        "or up to `current_days` of the policy",
    ),
)

"""Expected credit loss by a provision matrix: the simplified approach of IFRS 9."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from erp_ar_ext.kpi.formula import Formula, Span, Undefined, Unit, Value, exact, total


@dataclass(frozen=True)
class MatrixCell:
    """One bucket of one segment: gross balance, historic loss rate in percent, loss without and with the overlay."""

    segment: str
    bucket: str
    gross: Decimal
    rate_percent: Decimal
    at_historic_rate: Decimal
    provision: Decimal


@exact
def matrix_cell(  # noqa: PLR0913, PLR0917 - one argument per column of the matrix
    segment: str, bucket: str, gross: Decimal, rate_percent: Decimal, overlay: Decimal, minor_unit: int
) -> MatrixCell:
    """Gross balance x rate x overlay, half up to the currency's minor unit; a credit balance needs no provision.

    A cell is what is posted: so cells are rounded, and their sum is not.
    """
    loss, cent = max(gross, Decimal(0)) * rate_percent / 100, Decimal(1).scaleb(-minor_unit)
    historic, provided = (amount.quantize(cent, ROUND_HALF_UP) for amount in (loss, loss * overlay))
    return MatrixCell(segment, bucket, gross, rate_percent, historic, provided)


def provision(matrix: Sequence[MatrixCell] | None) -> Value:
    """Sum of the matrix."""
    if matrix is None:
        return Undefined("the policy has no section 'provision'")
    return total(cell.provision for cell in matrix)


def out_of_balance(matrix: Sequence[MatrixCell], apart: Sequence[Decimal], aging_total: Decimal) -> Decimal:
    """What the matrix and all that stands apart from it differ from the aging total by: zero, or something is lost."""
    return total((*(cell.gross for cell in matrix), *apart, -aging_total))


APART = ("provision_individual", "provision_credits", "provision_cash", "provision_guarantees", "provision_outside")
"""Inputs that stand apart from the matrix; with it they add up to the aging total."""

FORMULAS = (
    Formula(
        "IFRS9_PROVISION",
        "sum over segments and buckets of: gross balance x loss rate x overlay, each rounded to the minor unit",
        Unit.AMOUNT,
        provision,
        "IFRS 9 B5.5.35, provision matrix; rates, segments and overlay of the policy; accounts assessed individually "
        "are not in the matrix and are listed",
        span=Span.DAY,
        beside=("at_historic_rates", "overlay", *APART, "aging_total", "assessed_individually"),
    ),
)

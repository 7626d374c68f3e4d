"""Key figures of receivables: published formulas over a ledger as of any day."""

from erp_ar_ext.kpi.catalogue import FORMULAS
from erp_ar_ext.kpi.formula import Formula, Undefined, Unit
from erp_ar_ext.kpi.inputs import INPUTS, Input
from erp_ar_ext.kpi.period import Period
from erp_ar_ext.kpi.scorecard import KeyFigure, Scorecard, measure, plain
from erp_ar_ext.kpi.settings import Settings

__all__ = [
    "FORMULAS",
    "INPUTS",
    "Formula",
    "Input",
    "KeyFigure",
    "Period",
    "Scorecard",
    "Settings",
    "Undefined",
    "Unit",
    "measure",
    "plain",
]

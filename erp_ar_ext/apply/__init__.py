"""Write-back: apply a plan once, or tell a person; recover what is in doubt."""

from erp_ar_ext.apply.approvals import Approval, approvals_of, outcomes_of
from erp_ar_ext.apply.discreet import DiscreetTarget
from erp_ar_ext.apply.recovery import recover
from erp_ar_ext.apply.report import ActionOutcome, ActionReport, ApplyReport, Recovered, RecoverReport
from erp_ar_ext.apply.run import apply_plan

__all__ = [
    "ActionOutcome",
    "ActionReport",
    "ApplyReport",
    "Approval",
    "DiscreetTarget",
    "RecoverReport",
    "Recovered",
    "apply_plan",
    "approvals_of",
    "outcomes_of",
    "recover",
]

"""Plans: decided, written, read and verified."""

from erp_ar_ext.plan.build import BuiltPlan, build_plan
from erp_ar_ext.plan.document import Action, Plan, PlanHead, read_plan

__all__ = ["Action", "BuiltPlan", "Plan", "PlanHead", "build_plan", "read_plan"]

"""Policy: data, not code. A YAML file of rules over facts, checked without data and compiled to SQL.

`check_policy` and `load_policy` read a file; a `Policy` gives its rules as `CompiledRule`s whose conditions
and texts are DuckDB expressions over the facts of `erp_ar_ext.ledger.facts`. No data is read here.
"""

from erp_ar_ext.policy.catalogue import facts_catalogue
from erp_ar_ext.policy.compiled import CompiledRule, Policy
from erp_ar_ext.policy.ledger_rules import fact_rules
from erp_ar_ext.policy.loading import check_policy, load_policy
from erp_ar_ext.policy.predicates import Predicate
from erp_ar_ext.policy.problems import Problem
from erp_ar_ext.policy.schema import policy_schema
from erp_ar_ext.policy.templates import Template, compile_template

__all__ = [
    "CompiledRule",
    "Policy",
    "Predicate",
    "Problem",
    "Template",
    "check_policy",
    "compile_template",
    "fact_rules",
    "facts_catalogue",
    "load_policy",
    "policy_schema",
]

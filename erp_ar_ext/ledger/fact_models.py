"""The models behind plans, collectible amounts and exposure, defined in an engine that holds a day's balances."""

from __future__ import annotations

from collections.abc import Sequence

from erp_ar_ext.ledger.axes import on_axis
from erp_ar_ext.ledger.fact_rules import FactRules
from erp_ar_ext.ledger.ledger import Ledger
from erp_ar_ext.ledger.library import model

PLAN_MODELS = ("plan_money", "plan_legs", "plan_states", "account_identity")
COLLECTIBLE_MODELS = ("collectible_promises", "collectible_credits", "collectible_items", "collectible_accounts")
EXPOSURE_MODELS = ("open_orders", "exposure_groups", "exposure_components", "exposure_lines", "exposure_accounts")


def define_fact_models(ledger: Ledger, names: Sequence[str], rules: FactRules) -> None:
    """Make models tables of a ledger's engine, each after those it stands on, by the rules and on the ledger's day."""
    parameters = rules.parameters(ledger.as_of)
    for found in map(model, names):
        sql = on_axis(found.sql, ledger.axis).replace("{amount_tolerance}", rules.amount_tolerance_sql)
        ledger.engine.define(found.name, sql, parameters, materialized=found.materialized)

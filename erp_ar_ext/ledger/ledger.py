"""The ledger as of a day: open items, balances and facts, each a table of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Self

from erp_ar_ext.engine import DuckDBEngine, Parameter
from erp_ar_ext.ledger.axes import AXIS_VIEWS, on_axis
from erp_ar_ext.ledger.fact_rules import FactRules
from erp_ar_ext.ledger.library import model
from erp_ar_ext.model import OUR_REFERENCE
from erp_ar_ext.snapshot import Snapshot

BASES = ("due_date", "trx_date", "gl_date")
"""Dates an item can age by."""

BALANCES = ("disputes_then", "cash_then", "open_items", "account_balances")
FACTS = (
    *("plan_money", "plan_legs", "plan_states", "account_plans", "account_identity"),
    *("collectible_promises", "collectible_credits", "collectible_items", "collectible_accounts"),
    *("open_orders", "exposure_groups", "exposure_components", "exposure_lines", "exposure_accounts"),
    *("holds_then", "account_holds", "account_facts", "schedule_facts"),
)


class Ledger:
    """A snapshot's ledger at the end of one day, on one axis of dates; items age by the basis date.

    Tables after `Ledger(...)`: `open_items`, `account_balances`; after `define_facts`: `account_facts`,
    `schedule_facts` and what they stand on.
    """

    def __init__(  # noqa: PLR0913 - what a balance is asked by, and two limits
        self,
        snapshot: Snapshot,
        as_of: date,
        *,
        basis: str = "due_date",
        axis: str = "gl_date",
        memory_limit: str = "1GB",
        spill_dir: Path | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.as_of = as_of
        self.basis = basis
        self.axis = axis
        self.engine = DuckDBEngine(snapshot.tables(), memory_limit=memory_limit, spill_dir=spill_dir)
        for name in (*AXIS_VIEWS, *BALANCES):
            self._define(name, {"as_of": as_of, "basis": basis})

    def define_facts(self, rules: FactRules | None = None) -> None:
        """Define the facts a policy may ask about, by the rules that it declares."""
        chosen = rules or FactRules()
        parameters = {**chosen.parameters(self.as_of), "our_reference": OUR_REFERENCE}
        for name in FACTS:
            self._define(name, parameters, model(name).sql.replace("{amount_tolerance}", chosen.amount_tolerance_sql))

    def close(self) -> None:
        """Let go of the engine."""
        self.engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _define(self, name: str, parameters: Mapping[str, Parameter], sql: str | None = None) -> None:
        found = model(name)
        self.engine.define(name, on_axis(sql or found.sql, self.axis), parameters, materialized=found.materialized)

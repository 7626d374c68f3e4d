"""The ledger as of a day: open items, balances and facts, each a table of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Self

from erp_ar_ext.engine import DuckDBEngine, Parameter
from erp_ar_ext.ledger.axes import AXIS_VIEWS, on_axis
from erp_ar_ext.ledger.library import model
from erp_ar_ext.model import OUR_REFERENCE
from erp_ar_ext.snapshot import Snapshot

BASES = ("due_date", "trx_date", "gl_date")
"""Dates an item can age by."""

BALANCES = ("disputes_then", "cash_then", "open_items", "account_balances")
FACTS = (
    *("plan_money", "plan_legs", "plan_states", "account_plans"),
    *("open_orders", "exposures", "holds_then", "account_holds", "account_identity"),
    *("account_facts", "schedule_facts"),
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

    def define_facts(self, *, grace_days: int = 0, amount_tolerance_sql: str = "NULL") -> None:
        """Define the facts a policy may ask about.

        `amount_tolerance_sql` is an expression over `currency`: how much of a payment plan's leg may be missing.
        """
        parameters: dict[str, Parameter] = {
            "as_of": self.as_of,
            "grace_days": grace_days,
            "our_reference": OUR_REFERENCE,
        }
        for name in FACTS:
            sql = model(name).sql.replace("{amount_tolerance}", amount_tolerance_sql)
            self._define(name, parameters, sql)

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

"""The collectible amount: what is due less all that nobody should be asked for today, each deduction apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import orjson

from erp_ar_ext.ledger.checks import run_checks
from erp_ar_ext.ledger.fact_models import COLLECTIBLE_MODELS, PLAN_MODELS, define_fact_models
from erp_ar_ext.ledger.fact_rules import FactRules
from erp_ar_ext.ledger.ledger import Ledger
from erp_ar_ext.ledger.table_file import write_table
from erp_ar_ext.ledger.table_json import table_json
from erp_ar_ext.ledger.tie_out import TieOut, output_tie_out

DEDUCTIONS = ("no_account", "insolvent", "blocked", "disputed", "promised", "usable_credits")
"""Columns that due_amount less collectible_amount is made of, in the order in which they are taken."""

_TABLES = {"account": "collectible_accounts", "schedule": "collectible_items"}
_ORDERS = {
    "account": "account_id NULLS LAST, currency",
    "schedule": "account_id NULLS LAST, currency, org_id, schedule_id",
}
_AMOUNTS = ("due_amount", *DEDUCTIONS, "collectible_amount")

_DUE = "CASE WHEN class <> 'GUAR' AND open_amount > 0 AND (days_past_due > 0 OR {not_due}) THEN open_amount ELSE 0 END"
_CHECKS = f"""
WITH
items AS (
    SELECT currency, sum(collectible_amount) AS amount,
           sum(greatest(0, -least(collectible_amount, {", ".join(DEDUCTIONS)}))) AS below_zero
    FROM collectible_items GROUP BY currency
),
accounts AS (SELECT currency, sum(collectible_amount) AS amount FROM collectible_accounts GROUP BY currency),
used AS (
    SELECT org_id, account_id, currency, sum(usable_credits) AS amount, sum(usable_credits + collectible_amount) AS owed
    FROM collectible_items GROUP BY org_id, account_id, currency
)
SELECT 'no_deduction_below_zero', currency, below_zero FROM items
UNION ALL
SELECT 'collectible_accounts_equal_items', currency, abs(coalesce(items.amount, 0) - coalesce(accounts.amount, 0))
FROM items FULL JOIN accounts USING (currency)
UNION ALL
SELECT 'credits_used_once', used.currency, sum(abs(used.amount - least(used.owed, coalesce(c.amount, 0))))
FROM used
LEFT JOIN collectible_credits AS c
    ON c.org_id = used.org_id AND c.account_id = used.account_id AND c.currency = used.currency
GROUP BY used.currency
ORDER BY 1, 2
"""


class Collectible:
    """What can be collected of a ledger on its day, kept as the engine's tables `collectible_items` and `_accounts`.

    Amounts are in the row's currency; in every row `due_amount` = the deductions + `collectible_amount`, none of them
    below zero. The models' headers say in which order the deductions are taken, and why.
    """

    def __init__(
        self, ledger: Ledger, rules: FactRules | None = None, *, by: Literal["account", "schedule"] = "account"
    ) -> None:
        self.ledger = ledger
        self.rules = rules or FactRules()
        self.by = by
        define_fact_models(ledger, (*PLAN_MODELS, *COLLECTIBLE_MODELS), self.rules)
        self.tie_out = self._tie_out()

    def totals(self) -> list[dict[str, Any]]:
        """One total per currency, in the order of the codes: `currency` and the sums of all amounts, Decimal."""
        sums = ", ".join(f"sum({amount}) AS {amount}" for amount in _AMOUNTS)
        return self._listed(f"SELECT currency, {sums} FROM collectible_accounts GROUP BY currency ORDER BY currency")

    def largest(self, count: int) -> list[dict[str, Any]]:
        """For each currency, the rows with the largest collectible amount; amounts of two currencies do not compare."""
        order = f"collectible_amount DESC, {_ORDERS[self.by]}"
        return self._listed(
            f"""
            SELECT t.*, c.name AS account_name
            FROM (
                SELECT *, row_number() OVER (PARTITION BY currency ORDER BY {order}) AS place
                FROM {_TABLES[self.by]} WHERE collectible_amount > 0
            ) AS t
            LEFT JOIN customers AS c ON c.account_id = t.account_id
            WHERE place <= {count}
            ORDER BY t.currency, place"""
        )

    def as_json(self, policy: dict[str, str] | None = None) -> bytes:
        """Every row with its deductions, amounts as decimal text; `policy` says whose rules they are."""
        ledger, rules = self.ledger, self.rules
        head = {
            "as_of": ledger.as_of, "basis": ledger.basis, "axis": ledger.axis, "by": self.by,
            "snapshot": ledger.snapshot.snapshot_id, "policy": policy,
            "not_due": rules.collectible.not_due, "credits": rules.collectible.credits, "grace_days": rules.grace_days,
            "deductions": DEDUCTIONS,
        }  # fmt: skip
        return b"".join((
            orjson.dumps(head).removesuffix(b"}"), b',\n"rows": ',
            table_json(ledger.engine, _TABLES[self.by], order=_ORDERS[self.by]),
            b',\n"tie_out": ', self.tie_out.as_json(), b"}\n",
        ))  # fmt: skip

    def write(self, path: Path) -> None:
        """Write all rows to a .csv or .parquet file, as `write_table` does. Raises UsageError."""
        write_table(self.ledger.engine, _TABLES[self.by], path, order=_ORDERS[self.by])

    def _listed(self, query: str) -> list[dict[str, Any]]:
        return list(self.ledger.engine.arrow(query).to_pylist())

    def _tie_out(self) -> TieOut:
        """Deductions + collectible = due in every row; due = open items; credits are used as far as both sides go."""
        ledger = self.ledger
        own = run_checks(ledger.engine, _CHECKS, {})
        shown = output_tie_out(
            ledger,
            _TABLES[self.by],
            sums={"due_amount": _DUE.format(not_due=self.rules.collectible.not_due)},
            parts={"due_amount": (*DEDUCTIONS, "collectible_amount")},
        )
        return TieOut((*own, *shown.checks))

"""Exposure against the credit limit by a declared formula, with every component and every conversion shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import orjson

from erp_ar_ext.engine import DuckDBEngine
from erp_ar_ext.ledger.checks import run_checks
from erp_ar_ext.ledger.fact_models import EXPOSURE_MODELS, define_fact_models
from erp_ar_ext.ledger.fact_rules import FactRules
from erp_ar_ext.ledger.ledger import Ledger
from erp_ar_ext.ledger.money_sql import money_text_sql
from erp_ar_ext.ledger.rows_out import exact_text_sql
from erp_ar_ext.ledger.table_file import write_table
from erp_ar_ext.ledger.table_json import table_json
from erp_ar_ext.ledger.tie_out import TieOut, balance_tie_out
from erp_ar_ext.model import Finding, Severity

COMPONENTS = ("overdue", "not_due", "disputed", "credit_memos", "guarantees", "unapplied_cash", "open_orders")
"""Columns that add up to the exposure, with `rounding`."""

_TABLES = {"account": "exposure_accounts", "line": "exposure_lines"}
_ORDERS = {"account": "account_id", "line": "account_id, currency"}
_CURRENCIES = {"account": "limit_currency", "line": "currency"}

_ROWS = f"""
SELECT e.*, coalesce(l.lines, []) AS lines
FROM exposure_accounts AS e
LEFT JOIN (
    SELECT account_id, list({{
        'currency': currency, 'amount': {money_text_sql("amount", "currency")}, 'rate': {exact_text_sql("rate")},
        'rate_date': rate_date, 'converted': {exact_text_sql("converted")}, 'problem': problem
    }} ORDER BY currency) AS lines
    FROM exposure_lines
    GROUP BY account_id
) AS l ON l.account_id = e.account_id
"""

_CHECKS = f"""
WITH
items AS (
    SELECT currency, CASE
        WHEN class = 'PMT' THEN CASE WHEN :expose_unapplied_cash THEN unapplied ELSE 0 END
        WHEN class = 'GUAR' THEN CASE WHEN :expose_guarantees THEN open_amount ELSE 0 END
        WHEN open_amount < 0 THEN CASE WHEN :expose_credit_memos THEN open_amount ELSE 0 END
        WHEN days_past_due > 0 OR :expose_not_due
            THEN open_amount - CASE WHEN :expose_disputed THEN 0 ELSE disputed END
        ELSE 0 END AS amount
    FROM open_items WHERE account_id IS NOT NULL
    UNION ALL
    SELECT currency, open_amount FROM orders WHERE :expose_open_orders AND ordered_on <= :as_of
),
open AS (SELECT currency, sum(amount) AS amount FROM items GROUP BY currency),
lines AS (SELECT currency, sum(amount) AS amount FROM exposure_lines GROUP BY currency),
converted AS (SELECT account_id, round(sum(converted), 4) AS amount FROM exposure_lines GROUP BY account_id)
SELECT 'exposure_lines_equal_items', currency, abs(coalesce(open.amount, 0) - coalesce(lines.amount, 0))
FROM open FULL JOIN lines USING (currency)
UNION ALL
SELECT 'exposure_equals_lines', e.limit_currency, sum(abs(e.exposure_amount - coalesce(converted.amount, 0)))
FROM exposure_accounts AS e LEFT JOIN converted ON converted.account_id = e.account_id
WHERE e.exposure_amount IS NOT NULL GROUP BY e.limit_currency
UNION ALL
SELECT 'components_equal_exposure', limit_currency, sum(abs(exposure_amount - rounding - ({" + ".join(COMPONENTS)})))
FROM exposure_accounts WHERE exposure_amount IS NOT NULL GROUP BY limit_currency
ORDER BY 1, 2
"""

_QUESTIONS = (
    (
        "missing-rate", "rates",
        "an account's exposure cannot be converted to the currency of its limit: a rate is missing",
        "SELECT account_id AS example FROM exposure_lines WHERE problem IN ('no_rate', 'too_large')",
    ),
    (
        "old-rate", "rates",
        "an account's exposure cannot be converted to the currency of its limit: the newest rate is too old",
        "SELECT account_id AS example FROM exposure_lines WHERE problem = 'old_rate'",
    ),
    (
        "circular-parent", "customers",
        "an account's parents have no end within 20 steps, because they run in a circle; its exposure is its own",
        "SELECT account_id AS example FROM exposure_groups WHERE top_account_id IS NULL",
    ),
)  # fmt: skip


class Exposure:
    """The exposure of a ledger's accounts on its day, kept as the engine's tables `exposure_accounts` and `_lines`.

    Amounts of an account are in the currency of its limit, and the components + `rounding` = `exposure`; a line is in
    its own currency, with what it was converted at. The models' headers say what makes an exposure unknown.
    """

    def __init__(self, ledger: Ledger, rules: FactRules | None = None) -> None:
        self.ledger = ledger
        self.rules = rules or FactRules()
        define_fact_models(ledger, EXPOSURE_MODELS, self.rules)
        self.findings = exposure_findings(ledger.engine)
        own = run_checks(ledger.engine, _CHECKS, self.rules.parameters(ledger.as_of))
        self.tie_out = TieOut((*own, *balance_tie_out(ledger).checks))

    def totals(self) -> list[dict[str, Any]]:
        """One row per currency of limits: how many accounts are within and above theirs, and the sums; Decimal."""
        return self._listed(
            "SELECT limit_currency, count(*) AS accounts, count(*) FILTER (over_limit_amount > 0) AS over, "
            "sum(credit_limit) AS credit_limit, sum(exposure_amount) AS exposure_amount, "
            "sum(over_limit_amount) AS over_limit_amount "
            "FROM exposure_accounts WHERE exposure_amount IS NOT NULL GROUP BY limit_currency ORDER BY limit_currency"
        )

    def states(self) -> dict[str, int]:
        """How many accounts are in each state of limit."""
        rows = self.ledger.engine.rows("SELECT limit_state, count(*) FROM exposure_accounts GROUP BY ALL ORDER BY ALL")
        return dict(rows)

    def largest(self, count: int) -> list[dict[str, Any]]:
        """For each currency, the accounts with the least headroom; amounts of two currencies do not compare."""
        return self._listed(
            f"""
            SELECT e.*, c.name AS account_name
            FROM (
                SELECT *, row_number() OVER (PARTITION BY limit_currency ORDER BY headroom, account_id) AS place
                FROM exposure_accounts WHERE exposure_amount IS NOT NULL
            ) AS e
            LEFT JOIN customers AS c ON c.account_id = e.account_id
            WHERE place <= {count}
            ORDER BY e.limit_currency, place"""
        )

    def unconverted(self, count: int) -> list[dict[str, Any]]:
        """The first lines that cannot be converted, each with its problem."""
        return self._listed(
            f"SELECT * FROM exposure_lines WHERE problem IS NOT NULL ORDER BY account_id, currency LIMIT {count}"
        )

    def as_json(self, policy: dict[str, str] | None = None) -> bytes:
        """Every account with its components and lines, amounts as decimal text; `policy` says whose rules they are."""
        engine, rules = self.ledger.engine, self.rules.exposure
        head = {
            "as_of": self.ledger.as_of, "basis": self.ledger.basis, "axis": self.ledger.axis,
            "snapshot": self.ledger.snapshot.snapshot_id, "policy": policy,
            "components": COMPONENTS, "counted": rules.counted(), "group": rules.group,
            "rate_date": rules.rate_date or self.ledger.as_of, "rate_max_age_days": rules.rate_max_age_days,
        }  # fmt: skip
        tail = {"findings": [finding.as_dict() for finding in self.findings], "tie_out": self.tie_out.as_dict()}
        engine.define("exposure_rows", _ROWS)
        return b"".join((
            orjson.dumps(head).removesuffix(b"}"), b',\n"rows": ',
            table_json(engine, "exposure_rows", order="account_id", currency="limit_currency"), b",\n",
            orjson.dumps(tail).removeprefix(b"{"), b"\n",
        ))  # fmt: skip

    def write(self, path: Path, *, by: Literal["account", "line"] = "account") -> None:
        """Write all accounts, or all lines, to a .csv or .parquet file, as `write_table` does. Raises UsageError."""
        write_table(self.ledger.engine, _TABLES[by], path, order=_ORDERS[by], currency=_CURRENCIES[by])

    def _listed(self, query: str) -> list[dict[str, Any]]:
        return list(self.ledger.engine.arrow(query).to_pylist())


def exposure_findings(engine: DuckDBEngine) -> list[Finding]:
    """What is wrong with rates and parents, told once per kind with a count of accounts and an example."""
    findings = []
    for code, entity, message, query in _QUESTIONS:
        count, example = engine.rows(f"SELECT count(DISTINCT example), min(example) FROM ({query})")[0]
        if count:
            findings.append(Finding(code, Severity.WARNING, message, entity, count=count, example=example))
    return findings

"""What is wrong with invoices, row by row: numbers, duplicates, amounts, dates and statuses that cannot be right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from erp_ar_ext.engine import literal
from erp_ar_ext.errors import UsageError
from erp_ar_ext.ledger.ledger import Ledger
from erp_ar_ext.ledger.library import define_models
from erp_ar_ext.ledger.money_sql import define_money_functions
from erp_ar_ext.ledger.table_file import write_table
from erp_ar_ext.ledger.table_json import table_json
from erp_ar_ext.ledger.tie_out import TieOut, balance_tie_out, define_untied_lines
from erp_ar_ext.model import Severity


@dataclass(frozen=True)
class Check:
    """One check of the invoices: how much a row of it matters, and what it means."""

    severity: Severity
    meaning: str


CHECKS: Mapping[str, Check] = {
    "interface-duplicate": Check(Severity.ERROR, "the same source reference, date and amount came in twice"),
    "header-lines": Check(Severity.ERROR, "the lines add up to another amount than the document has"),
    "header-schedules": Check(Severity.ERROR, "the schedules add up to another amount than the document has"),
    "over-applied": Check(Severity.ERROR, "a receipt or credit memo paid more than it had"),
    "closed-with-balance": Check(Severity.ERROR, "the ERP calls it closed, and something of it is left"),
    "date-out-of-range": Check(Severity.ERROR, "a date that no document of this company can have"),
    "duplicate-document": Check(Severity.WARNING, "account, amount and a reference are those of an earlier document"),
    "number-gap": Check(Severity.WARNING, "numbers are missing from a sequence"),
    "overpaid": Check(Severity.WARNING, "more was put to the item than it was for: a refund, or a wrong application"),
    "open-without-balance": Check(Severity.WARNING, "the ERP calls it open, and nothing of it is left"),
    "net-zero": Check(Severity.WARNING, "the document is of no amount, and its parts are not: they cancel out"),
    "due-date-missing": Check(Severity.WARNING, "no due date; it ages from the date of the document"),
    "due-before-document": Check(Severity.WARNING, "due before the document's own date"),
    "gl-before-document": Check(Severity.WARNING, "accounted for long before the document's own date"),
    "zero-amount": Check(Severity.INFO, "the document is of no amount"),
    "number-not-sequential": Check(Severity.INFO, "numbers that do not follow each other: no gap can be told"),
}
"""Every check by its id, the weightiest first."""

_MODELS = ("integrity_documents", "integrity_credited")
_LISTS = (
    *("integrity_number_gaps", "integrity_duplicates", "integrity_headers", "integrity_dates"),
    *("integrity_over_applied", "integrity_statuses", "integrity_zero_amounts"),
)
_ORDER = "{0}.check_id, {0}.org_id, {0}.number, {0}.trx_id, {0}.schedule_id"


@dataclass(frozen=True)
class IntegrityRules:
    """What counts as wrong. Raises UsageError for a limit below zero, or dates that leave no day between them."""

    duplicate_days: int = 30
    """Days within which a document can repeat another."""

    largest_gap: int = 1000
    """Numbers that may be missing at once; more begin a new sequence."""

    gl_days: int = 31
    """Days that the accounting date may come before the document's date."""

    earliest: date = date(1990, 1, 1)
    """First day that a document of this company can have."""

    latest: date = date(2100, 12, 31)
    """Last day that a document of this company can have, its due date included."""

    def __post_init__(self) -> None:
        """Refuse rules that no document could keep."""
        for name in ("duplicate_days", "largest_gap", "gl_days"):
            if getattr(self, name) < 0:
                raise UsageError(f"{name} cannot be less than 0", hint=f"for example --{name.replace('_', '-')} 30")
        if self.earliest > self.latest:
            raise UsageError(f"{self.earliest} is after {self.latest}", hint="--earliest comes before --latest")


class Integrity:
    """What is wrong with a ledger's invoices at the end of its day, as the engine's table `integrity`.

    One row per document or schedule and check; `amount` is in the row's currency, and each model says what it is of.
    """

    def __init__(self, ledger: Ledger, rules: IntegrityRules | None = None) -> None:
        self.ledger = ledger
        self.rules = rules or IntegrityRules()
        engine = ledger.engine
        define_money_functions(engine)
        define_untied_lines(ledger)
        define_models(engine, ledger.axis, (*_MODELS, *_LISTS), {**asdict(self.rules), "as_of": ledger.as_of})
        engine.define("integrity", _all_lists(), materialized=True)
        self.tie_out: TieOut = balance_tie_out(ledger)

    def summary(self) -> list[dict[str, Any]]:
        """Each check with its severity, how many rows it has, and what it means; the weightiest first."""
        counts = dict(self.ledger.engine.rows("SELECT check_id, count(*) FROM integrity GROUP BY check_id"))
        return [
            {"check_id": name, "severity": str(check.severity), "rows": counts.get(name, 0), "meaning": check.meaning}
            for name, check in CHECKS.items()
        ]

    def first(self, count: int) -> list[dict[str, Any]]:
        """For each check, the rows with the largest amounts."""
        table = self.ledger.engine.arrow(
            "SELECT * FROM integrity QUALIFY row_number() OVER (PARTITION BY check_id "
            f"ORDER BY abs(amount) DESC NULLS LAST, {_ORDER.format('integrity')}) <= {count}"
        )
        places = {name: place for place, name in enumerate(CHECKS)}
        rows: list[dict[str, Any]] = table.to_pylist()
        return sorted(rows, key=lambda row: (places[row["check_id"]], -abs(row["amount"] or 0), row["number"] or ""))

    def as_json(self) -> bytes:
        """The document of `integrity --json`: rules, summary, every row, amounts as decimal text."""
        ledger = self.ledger
        head = {
            "as_of": ledger.as_of, "snapshot": ledger.snapshot.snapshot_id, "rules": asdict(self.rules),
            "summary": self.summary(),
        }  # fmt: skip
        rows = table_json(ledger.engine, "integrity", order=_ORDER.format("integrity"))
        return b"".join((
            orjson.dumps(head).removesuffix(b"}"), b',\n"rows": ', rows,
            b',\n"tie_out": ', self.tie_out.as_json(), b"}\n",
        ))  # fmt: skip

    def write(self, path: Path) -> None:
        """Write all rows to a .csv or .parquet file. Raises UsageError where it cannot be written."""
        write_table(self.ledger.engine, "integrity", path, order=_ORDER.format("integrity"))


def _all_lists() -> str:
    severities = " ".join(f"WHEN {literal(name)} THEN {literal(str(check.severity))}" for name, check in CHECKS.items())
    lists = " UNION ALL BY NAME ".join(f"SELECT * FROM {name}" for name in _LISTS)
    return f"SELECT check_id, CASE check_id {severities} END AS severity, * EXCLUDE (check_id) FROM ({lists})"

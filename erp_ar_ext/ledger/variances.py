"""Why the books differ from what the ERP says of itself: every difference with a cause that explains it to the cent.

The ERP's amount is the check and never the source: a variance changes no balance, it tells where to look.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from erp_ar_ext.engine import literal
from erp_ar_ext.ledger.aging import Aging
from erp_ar_ext.ledger.ledger import Ledger
from erp_ar_ext.ledger.library import define_models
from erp_ar_ext.ledger.money_sql import define_money_functions
from erp_ar_ext.ledger.table_file import write_table
from erp_ar_ext.ledger.table_json import table_json
from erp_ar_ext.ledger.tie_out import LINES_CHECK, TieOut, define_untied_lines
from erp_ar_ext.model import amount_text

CAUSES: Mapping[str, str] = {
    "adjustment_pending": "the ERP has counted adjustments that wait for approval",
    "reversed_receipt": "a receipt is reversed, and the ERP still counts it; or the other way round",
    "reversed_application": "the ERP still counts applications that were reversed",
    "schedule_not_there": "an application pays, or is paid from, a schedule that is not there",
    "row_in_quarantine": "rows that could not be taken are the difference",
    "parts_missing": "schedules or lines of the document are missing",
    "part_twice": "a schedule or line of the document is there twice",
    "other_currency": "an application between two currencies, or parts in another currency than the document",
    "discount_not_taken": "the ERP has not taken the discount",
    "wrong_sign": "a credit, an application or an adjustment has its sign turned round",
    "status_unknown": "rows of a status that is not known are counted by the ERP and not here",
    "later_than_the_day": "the ERP counts nothing that is dated after the day",
    "changed_after_the_read": "the ERP's balance was read before the last thing that happened to it",
    "not_in_the_erp": "one application or adjustment is not counted by the ERP",
    "application_missing": "the ERP takes as much off a debit as off a credit: an application was not read",
    "rounding": "less than the smallest unit of the currency",
    "unexplained": "nothing that was read explains it",
}
"""Every cause; for a schedule, and for a document, tried in this order: the first that fits to the cent is taken."""

ORDER = "check_id, currency, cause, org_id, schedule_id, trx_id"
SUM_CHECK = "variances_equal_checks"
_MODELS = (
    *("variance_movements", "variance_evidence", "variance_lost_payments", "variance_causes", "variance_documents"),
    "variances",
)
_SOURCE_CHECKS = ("derived_equals_erp", "documents_equal_schedules", LINES_CHECK)
_COUNTED = "reversal IS NULL AND status IN ('APP', 'ACTIVITY')"
_EFFECTS = {
    "applications": (
        {"names": "target_schedule_id", "part": "schedule_id", "effect": "-(amount + discount)", "counts": _COUNTED},
        {"names": "source_schedule_id", "part": "schedule_id", "effect": "amount", "counts": _COUNTED},
    ),
    "adjustments": ({"names": "schedule_id", "part": "schedule_id", "effect": "amount", "counts": "status = 'A'"},),
    "schedules": ({"names": "trx_id", "part": "trx_id", "effect": "original", "counts": "TRUE"},),
    "transaction_lines": ({"names": "trx_id", "part": "trx_id", "effect": "amount", "counts": "TRUE"},),
}
"""What a row in quarantine would have added, had it been taken: the column that names to what, and the amount."""

_WITHHELD = """
SELECT '{kind}' AS kind, org_id, CASE WHEN '{part}' = 'schedule_id' THEN named END AS schedule_id,
    CASE WHEN '{part}' = 'trx_id' THEN named END AS trx_id, id, CAST({effect} AS DECIMAL(38, 4)) AS effect
FROM (
    SELECT
        told ->> 'org_id' AS org_id, told ->> '{names}' AS named, told ->> 'status' AS status,
        nullif(told ->> 'reversal_gl_date', '') AS reversal, id,
        TRY_CAST(told ->> 'amount' AS DECIMAL(18, 4)) AS amount,
        coalesce(TRY_CAST(told ->> 'discount' AS DECIMAL(18, 4)), 0) AS discount,
        TRY_CAST(told ->> 'amount_original' AS DECIMAL(18, 4)) AS original
    FROM (SELECT TRY_CAST(record AS JSON) AS told, file || ', row ' || row AS id FROM {rows})
)
WHERE named <> '' AND {effect} IS NOT NULL AND {counts}
"""
_NOTHING_WITHHELD = """
SELECT NULL::VARCHAR AS kind, NULL::VARCHAR AS org_id, NULL::VARCHAR AS schedule_id, NULL::VARCHAR AS trx_id,
    NULL::VARCHAR AS id, NULL::DECIMAL(38, 4) AS effect
WHERE FALSE
"""


class Variances:
    """The differences of a ledger's source, one by one, as the engine's table `variances`; `tie_out` is all checks.

    `quarantine` is the folder of rows that the snapshot's sync could not take; they explain differences where they are
    as many as the snapshot says.
    """

    def __init__(self, ledger: Ledger, quarantine: Path | None = None) -> None:
        self.ledger = ledger
        engine = ledger.engine
        define_money_functions(engine)
        define_untied_lines(ledger)
        engine.define("variance_quarantine", _quarantined(ledger, quarantine), materialized=True)
        define_models(engine, ledger.axis, _MODELS, {"as_of": ledger.as_of})
        checks = Aging(ledger).tie_out.checks
        self.tie_out = TieOut((*checks, *self._sum_checks(checks)))

    def totals(self) -> list[dict[str, Any]]:
        """By check, cause and currency: how many differ, by how much without their signs, and net of them."""
        rows = self.ledger.engine.rows(
            "SELECT check_id, cause, currency, count(*), sum(abs(difference)), sum(difference) "
            "FROM variances GROUP BY check_id, cause, currency"
        )
        places = {name: place for place, name in enumerate(CAUSES)}
        return [
            {
                "check_id": check, "cause": cause, "currency": currency, "items": items,
                "difference": amount_text(difference, currency), "net": amount_text(net, currency),
                "meaning": CAUSES[cause],
            }
            for check, cause, currency, items, difference, net in sorted(
                rows, key=lambda row: (row[0], places[row[1]], row[2])
            )
        ]  # fmt: skip

    def largest(self, count: int) -> list[dict[str, Any]]:
        """For each check and currency, the largest differences."""
        table = self.ledger.engine.arrow(
            "SELECT * FROM variances QUALIFY row_number() OVER (PARTITION BY check_id, currency "
            f"ORDER BY abs(difference) DESC, org_id, schedule_id, trx_id) <= {count} "
            "ORDER BY check_id, currency, abs(difference) DESC, org_id, schedule_id, trx_id"
        )
        return list(table.to_pylist())

    def as_json(self) -> bytes:
        """The document of `tie-out --json`: checks, findings, totals by cause, every difference; amounts as text."""
        ledger = self.ledger
        head = {
            "as_of": ledger.as_of, "axis": ledger.axis, "snapshot": ledger.snapshot.snapshot_id,
            "tie_out": self.tie_out.as_dict(), "findings": ledger.snapshot.manifest.findings, "totals": self.totals(),
        }  # fmt: skip
        rows = table_json(ledger.engine, "variances", order=ORDER)
        return b"".join((orjson.dumps(head).removesuffix(b"}"), b',\n"rows": ', rows, b"}\n"))

    def write(self, path: Path) -> None:
        """Write every difference to a .csv or .parquet file. Raises UsageError where it cannot be written."""
        order = ", ".join(f"variances.{column}" for column in ORDER.split(", "))
        write_table(self.ledger.engine, "variances", path, order=order)

    def _sum_checks(self, checks: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
        """The list against the checks: what is told one by one must be all that differs."""
        told: dict[str, Decimal] = {}
        for check in checks:
            if check["name"] in _SOURCE_CHECKS:
                told[check["currency"]] = told.get(check["currency"], Decimal(0)) + Decimal(check["difference"])
        listed = dict(self.ledger.engine.rows("SELECT currency, sum(abs(difference)) FROM variances GROUP BY currency"))
        return [
            {
                "name": SUM_CHECK,
                "currency": currency,
                "difference": amount_text(listed.get(currency, Decimal(0)) - told.get(currency, Decimal(0)), currency),
            }
            for currency in sorted(told.keys() | listed.keys())
        ]


def _quarantined(ledger: Ledger, folder: Path | None) -> str:
    """SELECT of what the rows in quarantine would have moved, had they been taken."""
    selects = [_NOTHING_WITHHELD]
    for entity, effects in _EFFECTS.items():
        file = folder / f"{entity}.csv" if folder else None
        entry = ledger.snapshot.manifest.entities.get(entity)
        if file is None or entry is None or not file.is_file():
            continue
        rows = f"read_csv({literal(str(file))}, all_varchar = true, header = true)"
        if ledger.engine.rows(f"SELECT count(*) FROM {rows}") == [(entry.quarantined,)]:
            selects += [_WITHHELD.format(rows=rows, kind=entity, **effect) for effect in effects]
    return " UNION ALL ".join(selects)

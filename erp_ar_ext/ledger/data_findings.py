"""What is odd about a snapshot's rows, found set-based and told once per kind with a count and an example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from erp_ar_ext.engine import DuckDBEngine, Parameter, literal
from erp_ar_ext.model import ENTITIES, Finding, Severity


@dataclass(frozen=True)
class _Scan:
    """A question about each row of a table by itself; all of one table are asked in one statement."""

    table: str
    example: str
    where: str


_SHARED = (
    "SELECT org_id, receipt_id, currency FROM every_schedule "
    "WHERE receipt_id IS NOT NULL AND schedule_id = 'receipt:' || receipt_id"
)
"""Receipts that got a schedule of another name because theirs was taken."""


def _moving(where: str) -> _Scan:
    return _Scan("moving_applications", "application_id", f"status IN ('APP', 'ACTIVITY') AND {where}")


def _schedules(where: str) -> _Scan:
    return _Scan("every_schedule", "schedule_id", where)


_QUESTIONS: tuple[tuple[str, Severity, str, str, str | _Scan], ...] = (
    (
        "unknown-account", Severity.WARNING, "schedules", "belongs to an account that is not among the customers",
        ("SELECT s.schedule_id AS example FROM every_schedule AS s ANTI JOIN customers AS c "
        "ON c.account_id = s.account_id WHERE s.account_id IS NOT NULL"),
    ),
    (
        "unknown-target", Severity.ERROR, "applications", "pays a schedule that does not exist",
        _moving("target_schedule_id IS NOT NULL AND target_currency IS NULL"),
    ),
    (
        "unknown-source", Severity.ERROR, "applications", "is paid from a schedule that does not exist",
        _moving("source_currency IS NULL"),
    ),
    (
        "unknown-schedule", Severity.ERROR, "adjustments", "corrects a schedule that does not exist",
        ("SELECT a.adjustment_id AS example FROM adjustments AS a ANTI JOIN every_schedule AS s "
        "ON s.org_id = a.org_id AND s.schedule_id = a.schedule_id"),
    ),
    (
        "missing-due-date", Severity.WARNING, "schedules", "has no due date; its document's date is used",
        _schedules(
            "due_date_from NOT IN ('schedule', 'document') AND class NOT IN ('PMT', 'CM') AND NOT :each_document"
        ),
    ),
    (
        "document-without-schedule", Severity.WARNING, "transactions", "has no schedule, so that nothing of it is owed",
        _Scan("untied_documents", "trx_id", "schedules = 0"),
    ),
    (
        "shared-id", Severity.WARNING, "receipts",
        "has the id of another schedule: as a source it means the receipt only where that is a debit",
        f"SELECT receipt_id AS example FROM ({_SHARED})",
    ),
    (
        "shared-id", Severity.ERROR, "applications",
        "is paid from an id that both a receipt and a schedule with credit have; it was taken for the schedule",
        f"""
        WITH shared AS MATERIALIZED (
            SELECT r.org_id, r.receipt_id FROM ({_SHARED}) AS r
            JOIN every_schedule AS s ON s.org_id = r.org_id AND s.schedule_id = r.receipt_id
            WHERE s.class IN ('PMT', 'CM') OR s.amount_original < 0
        )
        SELECT a.application_id AS example FROM applications AS a SEMI JOIN shared AS r
            ON r.org_id = a.org_id AND r.receipt_id = a.source_schedule_id
        WHERE a.status IN ('APP', 'ACTIVITY')
        """,
    ),
    (
        "no-account", Severity.ERROR, "schedules", "has no account, nor has its document: nobody is asked to pay it",
        _schedules("class <> 'PMT' AND account_id IS NULL"),
    ),
    (
        "bad-rate", Severity.ERROR, "rates", "is zero or less, which is no rate; it was left out",
        _Scan("rates", "from_currency || ' ' || to_currency || ' ' || rate_date", "rate <= 0"),
    ),
    (
        "limit-without-currency", Severity.WARNING, "customers",
        "has a credit limit but no currency to read it in; its exposure is unknown",
        _Scan(
            "customers", "account_id",
            "credit_limit IS NOT NULL AND credit_limit_currency IS NULL AND currency IS NULL AND merged_into IS NULL",
        ),
    ),
    (
        "circular-merge", Severity.ERROR, "customers", "was merged in a circle; its items stay where they are",
        ("SELECT c.account_id AS example FROM customers AS c ANTI JOIN survivors AS s ON s.account_id = c.account_id "
        "WHERE c.merged_into IS NOT NULL"),
    ),
    (
        "unknown-plan-item", Severity.ERROR, "plan_items", "names a schedule that does not exist",
        ("SELECT i.schedule_id AS example FROM plan_items AS i ANTI JOIN every_schedule AS s "
        "ON s.schedule_id = i.schedule_id"),
    ),
    (
        "plan-without-instalments", Severity.WARNING, "payment_plans", "has no instalments and is never in force",
        "SELECT p.plan_id AS example FROM payment_plans AS p ANTI JOIN plan_instalments AS i ON i.plan_id = p.plan_id",
    ),
    (
        "plan-in-another-currency", Severity.ERROR, "payment_plans",
        "has only items in another currency than its own: no payment on them can keep it",
        ("SELECT p.plan_id AS example FROM payment_plans AS p JOIN plan_items AS i ON i.plan_id = p.plan_id "
        "JOIN every_schedule AS s ON s.schedule_id = i.schedule_id "
        "GROUP BY p.plan_id HAVING bool_and(s.currency <> p.currency)"),
    ),
    (
        "currency-differs", Severity.ERROR, "applications", "puts an amount of one currency to a schedule in another",
        _moving("source_currency <> target_currency"),
    ),
    (
        "currency-differs", Severity.ERROR, "schedules", "is in another currency than its document",
        _schedules("document_currency <> currency"),
    ),
    (
        "wrong-sign", Severity.ERROR, "applications", "has a negative amount: it takes where it should give",
        _moving("amount < 0"),
    ),
    (
        "wrong-sign", Severity.ERROR, "schedules", "is of a credit memo and has a positive amount: it counts as owed",
        _schedules("class = 'CM' AND amount_original > 0"),
    ),
    (
        "over-applied", Severity.ERROR, "schedules", "is of a receipt or credit memo that paid more than it has",
        ("SELECT schedule_id AS example FROM periods_by_gl_date WHERE valid_to = DATE '9999-12-31' "
        "AND class IN ('PMT', 'CM') AND amount_original <= 0 AND balance > 0"),
    ),
    (
        "unapplied-differs", Severity.WARNING, "receipts",
        "has rows of unapplied cash that add up to another amount than is left of it; what is left was taken",
        _Scan("untied_receipts", "receipt_id", "TRUE"),
    ),
    (
        "reversal-not-applied", Severity.WARNING, "receipts",
        "was reversed but not its applications; what they paid is open again from the day of the receipt's reversal",
        """
        WITH paid AS MATERIALIZED (
            SELECT DISTINCT org_id, source_schedule_id FROM moving_applications
            WHERE ended_by_receipt AND status IN ('APP', 'ACTIVITY')
        )
        SELECT s.receipt_id AS example FROM every_schedule AS s
        SEMI JOIN paid ON paid.org_id = s.org_id AND paid.source_schedule_id = s.schedule_id
        """,
    ),
    (
        "differs-from-erp", Severity.ERROR, "schedules", "adds up to another balance than the ERP says remains",
        _Scan("untied_schedules", "schedule_id", "TRUE"),
    ),
    (
        "no-schedules", Severity.ERROR, "schedules", "is missing: there are none, and each document was taken as one",
        _Scan("transactions", "trx_id", ":each_document AND :schedules_read"),
    ),
)  # fmt: skip
"""Each asks for one column, `example`. All but the tables of what does not tie are scans, or joins with few rows: they
are asked of the whole snapshot at every sync, however little of it was read."""


_UNKNOWN_CODE = "unknown-code"
DATA_FINDINGS = frozenset((_UNKNOWN_CODE, *(code for code, *_ in _QUESTIONS)))
"""Codes of the findings that stand on nothing but the snapshot's rows."""


def data_findings(engine: DuckDBEngine) -> list[Finding]:
    """Ask every question of a snapshot whose history is folded."""
    parameters = {"schedules_read": "schedules" in engine.given, "each_document": not has_rows(engine, "schedules")}
    asked = [question for question in _QUESTIONS if question[2] in {"schedules", *engine.given}]
    scanned = _scanned(engine, [query for *_, query in asked if isinstance(query, _Scan)], parameters)
    findings = _unknown_codes(engine)
    for code, severity, entity, message, query in asked:
        count, example = scanned[query] if isinstance(query, _Scan) else _answer(engine, query, parameters)
        if count:
            findings.append(Finding(code, severity, f"{entity}: a row {message}", entity, count=count, example=example))
    return findings


_Answer = tuple[int, str | None]


def _answer(engine: DuckDBEngine, query: str, parameters: Mapping[str, Parameter]) -> _Answer:
    count, example = engine.rows(f"SELECT count(*), min(example) FROM ({query})", parameters)[0]
    return count, example


def _scanned(engine: DuckDBEngine, scans: Sequence[_Scan], parameters: Mapping[str, Parameter]) -> dict[_Scan, _Answer]:
    """Go through each table once, whatever is asked of it."""
    answers: dict[_Scan, _Answer] = {}
    for table in dict.fromkeys(scan.table for scan in scans):
        of_table = [scan for scan in scans if scan.table == table]
        columns = ", ".join(
            f"count(*) FILTER ({scan.where}), min({scan.example}) FILTER ({scan.where})" for scan in of_table
        )
        row = engine.rows(f"SELECT {columns} FROM {table}", parameters)[0]
        answers |= zip(of_table, zip(row[::2], row[1::2], strict=True), strict=True)
    return answers


def has_rows(engine: DuckDBEngine, table: str) -> bool:
    """Whether a table has a row."""
    return bool(engine.rows(f"SELECT 1 FROM {table} LIMIT 1"))


def _unknown_codes(engine: DuckDBEngine) -> list[Finding]:
    coded = [
        (name, column)
        for name, entity in ENTITIES.items() if name in engine.given
        for column in entity.columns() if column.codes
    ]  # fmt: skip
    asked = [
        f'SELECT {at} AS nth, "{column.name}" AS code, count(*) AS rows FROM {name} '
        f"WHERE code NOT IN ({', '.join(map(literal, column.codes))}) GROUP BY code"
        for at, (name, column) in enumerate(coded)
    ]
    rows = engine.rows(f"{' UNION ALL '.join(asked)} ORDER BY nth, code") if asked else []
    found = [(coded[at][0], coded[at][1].name, code, count) for at, code, count in rows]
    return [_unknown_code(entity, f"{entity}.{column}", code, count) for entity, column, code, count in found]


def _unknown_code(entity: str, where: str, code: str, count: int) -> Finding:
    message = f"{where}: {code!r} is not a code this program knows; it was taken as it is"
    return Finding(_UNKNOWN_CODE, Severity.WARNING, message, entity, count=count, example=code)

"""What is odd about a snapshot's rows, found set-based and told once per kind with a count and an example."""

from __future__ import annotations

from erp_ar_ext.engine import DuckDBEngine, literal
from erp_ar_ext.model import ENTITIES, Finding, Severity

_SHARED = (
    "SELECT org_id, receipt_id, currency FROM every_schedule "
    "WHERE receipt_id IS NOT NULL AND schedule_id = 'receipt:' || receipt_id"
)
"""Receipts that got a schedule of another name because theirs was taken."""

_MOVING = "SELECT application_id AS example FROM moving_applications WHERE status IN ('APP', 'ACTIVITY') AND "

_QUESTIONS: tuple[tuple[str, Severity, str, str, str], ...] = (
    (
        "unknown-account", Severity.WARNING, "schedules", "belongs to an account that is not among the customers",
        ("SELECT s.schedule_id AS example FROM every_schedule AS s ANTI JOIN customers AS c "
        "ON c.account_id = s.account_id WHERE s.account_id IS NOT NULL"),
    ),
    (
        "unknown-target", Severity.ERROR, "applications", "pays a schedule that does not exist",
        f"{_MOVING} target_schedule_id IS NOT NULL AND target_currency IS NULL",
    ),
    (
        "unknown-source", Severity.ERROR, "applications", "is paid from a schedule that does not exist",
        f"{_MOVING} source_currency IS NULL",
    ),
    (
        "unknown-schedule", Severity.ERROR, "adjustments", "corrects a schedule that does not exist",
        ("SELECT a.adjustment_id AS example FROM adjustments AS a ANTI JOIN every_schedule AS s "
        "ON s.org_id = a.org_id AND s.schedule_id = a.schedule_id"),
    ),
    (
        "missing-due-date", Severity.WARNING, "schedules", "has no due date; its document's date is used",
        ("SELECT schedule_id AS example FROM every_schedule WHERE due_date_from NOT IN ('schedule', 'document') "
        "AND class NOT IN ('PMT', 'CM') AND NOT :each_document"),
    ),
    (
        "document-without-schedule", Severity.WARNING, "transactions", "has no schedule, so that nothing of it is owed",
        "SELECT trx_id AS example FROM untied_documents WHERE schedules = 0",
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
        "SELECT schedule_id AS example FROM every_schedule WHERE class <> 'PMT' AND account_id IS NULL",
    ),
    (
        "bad-rate", Severity.ERROR, "rates", "is zero or less, which is no rate; it was left out",
        "SELECT from_currency || ' ' || to_currency || ' ' || rate_date AS example FROM rates WHERE rate <= 0",
    ),
    (
        "limit-without-currency", Severity.WARNING, "customers",
        "has a credit limit but no currency to read it in; its exposure is unknown",
        ("SELECT account_id AS example FROM customers WHERE credit_limit IS NOT NULL "
        "AND credit_limit_currency IS NULL AND currency IS NULL AND merged_into IS NULL"),
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
        f"{_MOVING} source_currency <> target_currency",
    ),
    (
        "currency-differs", Severity.ERROR, "schedules", "is in another currency than its document",
        "SELECT schedule_id AS example FROM every_schedule WHERE document_currency <> currency",
    ),
    (
        "wrong-sign", Severity.ERROR, "applications", "has a negative amount: it takes where it should give",
        f"{_MOVING} amount < 0",
    ),
    (
        "wrong-sign", Severity.ERROR, "schedules", "is of a credit memo and has a positive amount: it counts as owed",
        "SELECT schedule_id AS example FROM every_schedule WHERE class = 'CM' AND amount_original > 0",
    ),
    (
        "over-applied", Severity.ERROR, "schedules", "is of a receipt or credit memo that paid more than it has",
        ("SELECT schedule_id AS example FROM periods_by_gl_date WHERE valid_to = DATE '9999-12-31' "
        "AND class IN ('PMT', 'CM') AND amount_original <= 0 AND balance > 0"),
    ),
    (
        "unapplied-differs", Severity.WARNING, "receipts",
        "has rows of unapplied cash that add up to another amount than is left of it; what is left was taken",
        "SELECT receipt_id AS example FROM untied_receipts",
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
        "SELECT schedule_id AS example FROM untied_schedules",
    ),
    (
        "no-schedules", Severity.ERROR, "schedules", "is missing: there are none, and each document was taken as one",
        "SELECT trx_id AS example FROM transactions WHERE :each_document AND :schedules_read",
    ),
)  # fmt: skip
"""Each asks for one column, `example`. All but the tables of what does not tie are scans, or joins with few rows: they
are asked of the whole snapshot at every sync, however little of it was read."""


_UNKNOWN_CODE = "unknown-code"
DATA_FINDINGS = frozenset((_UNKNOWN_CODE, *(code for code, *_ in _QUESTIONS)))
"""Codes of the findings that stand on nothing but the snapshot's rows."""


def data_findings(engine: DuckDBEngine) -> list[Finding]:
    """Ask every question of a snapshot whose history is folded."""
    findings = _unknown_codes(engine)
    parameters = {"schedules_read": "schedules" in engine.given, "each_document": not has_rows(engine, "schedules")}
    for code, severity, entity, message, query in _QUESTIONS:
        count, example = engine.rows(f"SELECT count(*), min(example) FROM ({query})", parameters)[0]
        if count:
            findings.append(Finding(code, severity, f"{entity}: a row {message}", entity, count=count, example=example))
    return findings


def has_rows(engine: DuckDBEngine, table: str) -> bool:
    """Whether a table has a row."""
    return bool(engine.rows(f"SELECT 1 FROM {table} LIMIT 1"))


def _unknown_codes(engine: DuckDBEngine) -> list[Finding]:
    findings = []
    for entity in (entity for name, entity in ENTITIES.items() if name in engine.given):
        for column in (column for column in entity.columns() if column.codes):
            known = ", ".join(literal(code) for code in column.codes)
            rows = engine.rows(
                f'SELECT "{column.name}" AS code, count(*) FROM {entity.entity} WHERE code NOT IN ({known}) '
                "GROUP BY code ORDER BY code"
            )
            where = f"{entity.entity}.{column.name}"
            findings += [_unknown_code(entity.entity, where, code, count) for code, count in rows]
    return findings


def _unknown_code(entity: str, where: str, code: str, count: int) -> Finding:
    message = f"{where}: {code!r} is not a code this program knows; it was taken as it is"
    return Finding(_UNKNOWN_CODE, Severity.WARNING, message, entity, count=count, example=code)

"""What is odd about a snapshot's rows, found set-based and told once per kind with a count and an example."""

from __future__ import annotations

from erp_ar_ext.engine import DuckDBEngine, literal
from erp_ar_ext.model import ENTITIES, Finding, Severity

_SHARED = (
    "SELECT org_id, receipt_id FROM ledger_schedules "
    "WHERE receipt_id IS NOT NULL AND schedule_id = 'receipt:' || receipt_id"
)
"""Receipts that got a schedule of another name because theirs was taken."""

_QUESTIONS: tuple[tuple[str, Severity, str, str, str], ...] = (
    (
        "unknown-account", Severity.WARNING, "schedules", "belongs to an account that is not among the customers",
        ("SELECT s.schedule_id AS example FROM ledger_schedules AS s ANTI JOIN customers AS c "
        "ON c.account_id = s.account_id WHERE s.account_id IS NOT NULL"),
    ),
    (
        "unknown-target", Severity.ERROR, "applications", "pays a schedule that does not exist",
        ("SELECT a.application_id AS example FROM counted_applications AS a ANTI JOIN ledger_schedules AS s "
        "ON s.org_id = a.org_id AND s.schedule_id = a.target_schedule_id WHERE a.target_schedule_id IS NOT NULL"),
    ),
    (
        "unknown-source", Severity.ERROR, "applications", "is paid from a schedule that does not exist",
        ("SELECT a.application_id AS example FROM counted_applications AS a ANTI JOIN ledger_schedules AS s "
        "ON s.org_id = a.org_id AND s.schedule_id = a.source_schedule_id"),
    ),
    (
        "unknown-schedule", Severity.ERROR, "adjustments", "corrects a schedule that does not exist",
        ("SELECT a.adjustment_id AS example FROM adjustments AS a ANTI JOIN ledger_schedules AS s "
        "ON s.org_id = a.org_id AND s.schedule_id = a.schedule_id"),
    ),
    (
        "missing-due-date", Severity.WARNING, "schedules", "has no due date; its document's date is used",
        ("SELECT s.schedule_id AS example FROM schedules AS s LEFT JOIN transactions AS t USING (org_id, trx_id) "
        "WHERE s.due_date IS NULL AND t.due_date IS NULL AND s.class NOT IN ('PMT', 'CM')"),
    ),
    (
        "document-without-schedule", Severity.WARNING, "transactions", "has no schedule, so that nothing of it is owed",
        ("SELECT t.trx_id AS example FROM transactions AS t ANTI JOIN ledger_schedules AS s "
        "ON s.org_id = t.org_id AND s.trx_id = t.trx_id WHERE coalesce(t.complete, TRUE)"),
    ),
    (
        "shared-id", Severity.WARNING, "receipts",
        "has the id of another schedule: as a source it means the receipt only where that is a debit",
        f"SELECT receipt_id AS example FROM ({_SHARED})",
    ),
    (
        "shared-id", Severity.ERROR, "applications",
        "is paid from an id that both a receipt and a schedule with credit have; it was taken for the schedule",
        (f"SELECT a.application_id AS example FROM applications AS a SEMI JOIN ({_SHARED}) AS r "
        "ON r.org_id = a.org_id AND r.receipt_id = a.source_schedule_id "
        "JOIN ledger_schedules AS s ON s.org_id = a.org_id AND s.schedule_id = a.source_schedule_id "
        "WHERE a.status IN ('APP', 'ACTIVITY') AND (s.class IN ('PMT', 'CM') OR s.amount_original < 0)"),
    ),
    (
        "no-account", Severity.ERROR, "schedules", "has no account, nor has its document: nobody is asked to pay it",
        "SELECT schedule_id AS example FROM ledger_schedules WHERE class <> 'PMT' AND account_id IS NULL",
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
        ("SELECT i.schedule_id AS example FROM plan_items AS i ANTI JOIN ledger_schedules AS s "
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
        "JOIN ledger_schedules AS s ON s.schedule_id = i.schedule_id "
        "GROUP BY p.plan_id HAVING bool_and(s.currency <> p.currency)"),
    ),
    (
        "currency-differs", Severity.ERROR, "applications", "puts an amount of one currency to a schedule in another",
        ("SELECT a.application_id AS example FROM counted_applications AS a "
        "JOIN ledger_schedules AS source ON source.org_id = a.org_id AND source.schedule_id = a.source_schedule_id "
        "JOIN ledger_schedules AS target ON target.org_id = a.org_id AND target.schedule_id = a.target_schedule_id "
        "WHERE source.currency <> target.currency"),
    ),
    (
        "currency-differs", Severity.ERROR, "schedules", "is in another currency than its document",
        ("SELECT s.schedule_id AS example FROM schedules AS s JOIN transactions AS t "
        "ON t.org_id = s.org_id AND t.trx_id = s.trx_id WHERE t.currency <> s.currency"),
    ),
    (
        "wrong-sign", Severity.ERROR, "applications", "has a negative amount: it takes where it should give",
        "SELECT application_id AS example FROM counted_applications WHERE amount < 0",
    ),
    (
        "wrong-sign", Severity.ERROR, "schedules", "is of a credit memo and has a positive amount: it counts as owed",
        "SELECT schedule_id AS example FROM ledger_schedules WHERE class = 'CM' AND amount_original > 0",
    ),
    (
        "over-applied", Severity.ERROR, "schedules", "is of a receipt or credit memo that paid more than it has",
        ("SELECT schedule_id AS example FROM balance_periods WHERE valid_to = DATE '9999-12-31' "
        "AND class IN ('PMT', 'CM') AND amount_original <= 0 AND balance > 0"),
    ),
    (
        "unapplied-differs", Severity.WARNING, "receipts",
        "has rows of unapplied cash that add up to another amount than is left of it; what is left was taken",
        """
        SELECT s.receipt_id AS example
        FROM (
            SELECT org_id, source_schedule_id, sum(amount) AS amount
            FROM applications
            WHERE status IN ('UNAPP', 'ACC', 'UNID') AND reversal_gl_date IS NULL
            GROUP BY ALL HAVING count(*) FILTER (status = 'UNAPP') > 0
        ) AS rest
        JOIN ledger_schedules AS s ON s.org_id = rest.org_id AND s.class = 'PMT' AND rest.source_schedule_id
            = CASE WHEN s.schedule_id = 'receipt:' || s.receipt_id THEN s.receipt_id ELSE s.schedule_id END
        ANTI JOIN (SELECT * FROM receipts WHERE reversed_date IS NOT NULL) AS r
            ON r.org_id = s.org_id AND r.receipt_id = s.receipt_id
        LEFT JOIN (SELECT * FROM balance_periods WHERE valid_to = DATE '9999-12-31') AS b
            ON b.org_id = s.org_id AND b.schedule_id = s.schedule_id
        WHERE rest.amount <> -coalesce(b.balance, 0)
        """,
    ),
    (
        "reversal-not-applied", Severity.WARNING, "receipts",
        "was reversed but not its applications; what they paid is open again from the day of the receipt's reversal",
        """
        WITH reversed AS MATERIALIZED ( -- step by step: joined at once, everything of a company meets everything
            SELECT s.org_id, s.schedule_id, r.receipt_id
            FROM receipts AS r
            JOIN ledger_schedules AS s ON s.org_id = r.org_id AND s.receipt_id = r.receipt_id
            WHERE r.reversed_date IS NOT NULL
        ),
        paid AS MATERIALIZED (
            SELECT c.org_id, c.application_id, reversed.receipt_id
            FROM counted_applications AS c
            JOIN reversed ON reversed.org_id = c.org_id AND reversed.schedule_id = c.source_schedule_id
        )
        SELECT DISTINCT paid.org_id, paid.receipt_id AS example
        FROM paid
        JOIN applications AS a ON a.org_id = paid.org_id AND a.application_id = paid.application_id
        WHERE a.reversal_gl_date IS NULL
        """,
    ),
    (
        "differs-from-erp", Severity.ERROR, "schedules", "adds up to another balance than the ERP says remains",
        ("SELECT s.schedule_id AS example FROM ledger_schedules AS s LEFT JOIN (SELECT * FROM balance_periods "
        "WHERE valid_to = DATE '9999-12-31') AS b USING (org_id, schedule_id) "
        "WHERE s.amount_remaining IS NOT NULL AND s.amount_remaining <> coalesce(b.balance, 0)"),
    ),
)  # fmt: skip


def data_findings(engine: DuckDBEngine) -> list[Finding]:
    """Ask every question of a snapshot whose history is defined."""
    findings = _unknown_codes(engine)
    for code, severity, entity, message, query in _QUESTIONS:
        count, example = engine.rows(f"SELECT count(*), min(example) FROM ({query})")[0]
        if count:
            findings.append(Finding(code, severity, f"{entity}: a row {message}", entity, count=count, example=example))
    return findings


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
    return Finding("unknown-code", Severity.WARNING, message, entity, count=count, example=code)

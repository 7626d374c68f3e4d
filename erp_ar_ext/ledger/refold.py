"""Fold only what a change touches: the cost of a day's sync is that of the day, not of the ledger.

The schedules that a change can have touched are found, with all that their history needs; the very models of `fold` run
over this small ledger, and their rows take the place of the old ones. That the result is the same as folding everything
is what `tests/model` proves, file by file.
"""

from __future__ import annotations

from pathlib import Path

from erp_ar_ext.engine import DuckDBEngine
from erp_ar_ext.ledger.fold import FOLDED, LAST_CLEANED, PERIODS, SLICE, folded_sql, write_folded
from erp_ar_ext.ledger.library import model
from erp_ar_ext.snapshot.builder import SnapshotBuilder

_MOVED_BY = ("transactions", "schedules", "receipts", "applications", "adjustments")
"""Entities whose rows make balances."""

_SELF = "coalesce(receipt_id, CASE WHEN class = 'PMT' THEN schedule_id END)"
"""The receipt that a schedule is the balance of."""

_STEPS = (
    (
        # Ids of schedules whose own row can have changed. A receipt without a schedule lends its id to one, and takes
        # it back when it gets one; a document without schedules is its own. So ids of receipts and documents count.
        "named",
        f"""
        SELECT DISTINCT org_id, id FROM (
            SELECT org_id, schedule_id AS id FROM changed_schedules
            UNION ALL SELECT org_id, {_SELF} FROM changed_schedules
            UNION ALL SELECT org_id, receipt_id FROM changed_receipts
            UNION ALL SELECT org_id, trx_id FROM changed_transactions
            UNION ALL SELECT org_id, schedule_id FROM changed_adjustments
            UNION ALL SELECT s.org_id, s.schedule_id FROM all_schedules AS s
                SEMI JOIN changed_receipts AS r ON r.org_id = s.org_id AND r.receipt_id = s.receipt_id
            UNION ALL SELECT s.org_id, s.schedule_id FROM all_schedules AS s
                SEMI JOIN changed_transactions AS t ON t.org_id = s.org_id AND t.trx_id = s.trx_id
        ) WHERE id IS NOT NULL""",
    ),
    (
        "named_applications",
        """
        SELECT org_id, application_id, source_schedule_id, target_schedule_id FROM changed_applications
        UNION
        SELECT a.org_id, a.application_id, a.source_schedule_id, a.target_schedule_id FROM all_applications AS a
        SEMI JOIN named AS n ON n.org_id = a.org_id AND n.id = a.source_schedule_id""",
    ),
    (
        # What these pay changes too; and what pays may have the name of a receipt whose id another schedule has.
        "affected",
        """
        WITH ids AS (
            SELECT org_id, id FROM named
            UNION SELECT org_id, source_schedule_id FROM named_applications
            UNION SELECT org_id, target_schedule_id FROM named_applications WHERE target_schedule_id IS NOT NULL
        )
        SELECT org_id, id AS schedule_id FROM ids UNION SELECT org_id, 'receipt:' || id FROM ids""",
    ),
    (
        "applications",
        """
        SELECT a.* FROM all_applications AS a
        SEMI JOIN affected AS x ON x.org_id = a.org_id AND x.schedule_id = a.source_schedule_id
        UNION
        SELECT a.* FROM all_applications AS a
        SEMI JOIN affected AS x ON x.org_id = a.org_id AND x.schedule_id = a.target_schedule_id""",
    ),
    (
        # The other ends of the applications: not touched, but asked for their currency and their receipt.
        "around",
        """
        WITH ids AS (
            SELECT org_id, schedule_id AS id FROM affected
            UNION SELECT org_id, source_schedule_id FROM applications
            UNION SELECT org_id, target_schedule_id FROM applications WHERE target_schedule_id IS NOT NULL
        )
        SELECT org_id, id FROM ids""",
    ),
    (
        "affected_documents",
        """
        SELECT org_id, trx_id FROM changed_transactions
        UNION SELECT org_id, trx_id FROM changed_schedules WHERE trx_id IS NOT NULL""",
    ),
    (
        "schedules",
        f"""
        SELECT s.* FROM all_schedules AS s
        SEMI JOIN around AS x ON x.org_id = s.org_id AND x.id = s.schedule_id
        UNION
        SELECT s.* FROM all_schedules AS s
        SEMI JOIN around AS x ON x.org_id = s.org_id AND x.id = {_SELF.replace("receipt_id,", "s.receipt_id,")}
        UNION
        SELECT s.* FROM all_schedules AS s
        SEMI JOIN affected_documents AS x ON x.org_id = s.org_id AND x.trx_id = s.trx_id""",
    ),
    (
        "receipts",
        f"""
        SELECT r.* FROM all_receipts AS r SEMI JOIN (
            SELECT org_id, id FROM around UNION SELECT org_id, {_SELF} FROM schedules
        ) AS x ON x.org_id = r.org_id AND x.id = r.receipt_id""",
    ),
    (
        "transactions",
        """
        SELECT t.* FROM all_transactions AS t SEMI JOIN (
            SELECT org_id, trx_id FROM schedules UNION SELECT org_id, id FROM around
            UNION SELECT org_id, trx_id FROM affected_documents
        ) AS x ON x.org_id = t.org_id AND x.trx_id = t.trx_id""",
    ),
    (
        "adjustments",
        """
        SELECT a.* FROM all_adjustments AS a
        SEMI JOIN affected AS x ON x.org_id = a.org_id AND x.schedule_id = a.schedule_id""",
    ),
)

_TOUCHED = {
    "every_schedule": "SELECT org_id, schedule_id FROM affected",
    "moving_applications": "SELECT org_id, application_id FROM changed_applications "
    "UNION SELECT org_id, application_id FROM applications",
    **dict.fromkeys(PERIODS, "SELECT org_id, schedule_id FROM affected"),
    "untied_schedules": "SELECT org_id, schedule_id FROM affected",
    "untied_documents": "SELECT org_id, trx_id FROM affected_documents",
    "untied_receipts": f"""
        SELECT org_id, schedule_id AS receipt_id FROM affected
        UNION SELECT org_id, receipt_id FROM changed_receipts
        UNION SELECT org_id, {_SELF} FROM changed_schedules
        UNION SELECT s.org_id, s.receipt_id FROM every_schedule AS s
            SEMI JOIN affected AS x ON x.org_id = s.org_id AND x.schedule_id = s.schedule_id""",
}
"""What of each derived table is made anew; what is not named here is small, or a sum, and made anew as a whole."""


def refold(engine: DuckDBEngine, builder: SnapshotBuilder, *, schedules_given: bool, spill_dir: Path) -> None:
    """Write the derived tables from those of the snapshot before and what changed since, and make them tables.

    `engine` has the entities of the new snapshot, and the changes that `builder` noted.
    """
    if not any(builder.changed_rows(name) for name in ("customers", "payment_plans", "plan_items", *_MOVED_BY)):
        for name in FOLDED:
            builder.keep_derived(name)
            engine.add_files(name, builder.paths(name))
        return
    with DuckDBEngine({}, spill_dir=spill_dir) as small, engine.joins_as_written():
        _cut_out(engine, builder, small)
        for name in FOLDED:
            select = folded_sql(name, schedules_given=schedules_given)
            if name in _TOUCHED:
                _merge(small, builder, name, select)
                engine.add_files(name, builder.paths(name))
            else:
                write_folded(engine, builder, name, select)
            if name == LAST_CLEANED:
                small.define("balance_events", model("balance_events").sql)


def _cut_out(engine: DuckDBEngine, builder: SnapshotBuilder, small: DuckDBEngine) -> None:
    """Make a small ledger of the affected schedules and all that their history needs."""
    for name in _MOVED_BY:
        change = builder.changes.get(name)
        nothing = f"SELECT * FROM {name} WHERE FALSE"
        rows = f"SELECT * FROM {change.gone} UNION ALL SELECT * FROM {change.new}" if change else nothing
        small.add_rows(f"changed_{name}", engine.arrow(rows))
        if name in engine.given:
            small.add_files(f"all_{name}", builder.paths(name))
        else:
            small.add_rows(f"all_{name}", engine.arrow(nothing))
    for name, select in _STEPS:
        small.define(name, select, materialized=True)


def _merge(small: DuckDBEngine, builder: SnapshotBuilder, name: str, select: str) -> None:
    """Make the touched rows of a derived table anew from the small ledger, and put them in the place of the old."""
    layout = FOLDED[name]
    same = " AND ".join(f"now.{column} = t.{column}" for column in layout.replaced_by)
    small.define(name, select.replace(SLICE, "TRUE"), materialized=True)
    small.define("touched", _TOUCHED[name], materialized=True)
    small.define("incoming", f"SELECT * FROM {name} AS now SEMI JOIN touched AS t ON {same}")
    writer = builder.writer(small.connection)
    builder.derived[name], _ = writer.merge(name, layout, builder.before[name], touched="touched", incoming="incoming")

"""The tables of the state database; the constraints keep the promises, whoever writes.

Portable on purpose (SQLite, PostgreSQL, Oracle): names of at most 30 characters, every length given, no vendor's
features. An empty text is never stored, for Oracle takes it for NULL, and what is compared is no large object there.
A moment is UTC text of fixed width, `2026-01-31T12:00:00.000000Z`, so that the order of the text is the order of
time. Amounts are decimal text. Documents are canonical JSON.

The tables are made by `migrations/`; a test holds the two together.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from erp_ar_ext.store.records import OutboxState, Verdict

MOMENT = String(27)
NAME = String(200)
DIGEST = String(80)
KEY = String(100)
SHORT_DOCUMENT = Text().with_variant(String(1000), "oracle")
"""A document that is looked up by its text: Oracle compares no large objects."""

DETAIL_LENGTH = 1000
"""Characters of an audit entry's detail; a longer one is kept as its digest."""

MESSAGE_LENGTH = 1000
"""Characters of a message that are kept: in any script they fit into 4,000 bytes, the most that a column holds."""


def _one_of(column: str, values: type[OutboxState | Verdict]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


METADATA = MetaData()

RUNS = Table(
    "runs",
    METADATA,
    Column("run_id", KEY, primary_key=True),
    Column("command", NAME, nullable=False),
    Column("started_at", MOMENT, nullable=False),
    Column("finished_at", MOMENT),
    Column("exit_code", Integer),
    Column("detail", Text),
    CheckConstraint(
        "(finished_at IS NULL AND exit_code IS NULL) OR (finished_at IS NOT NULL AND exit_code IS NOT NULL)",
        name="ck_runs_finished",
    ),
)
"""One row per command that was run."""

SNAPSHOTS = Table(
    "snapshots",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("snapshot_id", DIGEST, nullable=False),
    Column("identity", SHORT_DOCUMENT, nullable=False),
    Column("reading", DIGEST),
    Column("run_id", KEY, ForeignKey("runs.run_id", name="fk_snapshots_run")),
    Column("known_at", MOMENT, nullable=False),
    Column("cursor_at", String(40)),
    Column("swept_at", MOMENT),
)
"""One row per time that a content became the current one; the greatest `seq` is current.

`known_at` is when that was, and never earlier than in the row before. `cursor_at` is the ERP's own clock at the last
sync that found this content, as ISO text with or without a zone; `swept_at` when every key was last compared;
`reading` a digest of how it was read. They stand in the row of the snapshot they are true of: a cursor that moved
without its rows, or rows without their cursor, cannot be.
"""

PLANS = Table(
    "plans",
    METADATA,
    Column("plan_id", DIGEST, primary_key=True),
    Column("snapshot_id", DIGEST, nullable=False),
    Column("policy_name", NAME, nullable=False),
    Column("policy_digest", DIGEST, nullable=False),
    Column("erp", SHORT_DOCUMENT, nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("maker", NAME, nullable=False),
    Column("registered_at", MOMENT, nullable=False),
    UniqueConstraint("plan_id", "maker", name="uq_plans_maker"),
)
"""One row per plan that somebody approved or applied."""

APPROVALS = Table(
    "approvals",
    METADATA,
    Column("plan_id", DIGEST, primary_key=True),
    Column("action_key", KEY, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("decision", String(10), nullable=False),
    Column("maker", NAME, nullable=False),
    Column("checker", NAME, nullable=False),
    Column("decided_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT),
    Column("account_id", NAME),
    Column("kind", String(20)),
    Column("amount", String(40)),
    Column("currency", String(3)),
    ForeignKeyConstraint(["plan_id", "maker"], ["plans.plan_id", "plans.maker"], name="fk_approvals_plan"),
    CheckConstraint("lower(maker) <> lower(checker)", name="ck_approvals_four_eyes"),
    CheckConstraint(_one_of("decision", Verdict), name="ck_approvals_decision"),
    Index("ix_approvals_action", "action_key"),
    Index("ix_approvals_decided", "decided_at", "checker"),
)
"""A checker's words, all of them: rows are only added, and the greatest `seq` of an action is in force.

The action's account, kind and amount are kept with the word, for the plan is a file: limits are held against them.
They are empty in words of before 0.4 whose action was never queued.
"""

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("action_key", KEY, primary_key=True),
    Column("plan_id", DIGEST, ForeignKey("plans.plan_id", name="fk_outbox_plan"), nullable=False),
    Column("account_id", NAME, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("amount", String(40)),
    Column("currency", String(3)),
    Column("external_ref", String(120), nullable=False),
    Column("intent", Text, nullable=False),
    Column("intent_digest", DIGEST, nullable=False),
    Column("state", String(10), nullable=False),
    Column("erp_id", NAME),
    Column("message", String(2000)),
    Column("attempts", Integer, nullable=False),
    Column("fencing", Integer, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("updated_at", MOMENT, nullable=False),
    Column("sent_at", MOMENT),
    UniqueConstraint("external_ref", name="uq_outbox_reference"),
    CheckConstraint(_one_of("state", OutboxState), name="ck_outbox_state"),
    CheckConstraint("attempts >= 0", name="ck_outbox_attempts"),
)
"""One row per intent that was ever to be sent. `fencing` is the number of the runner that wrote the row last."""

LEASE = Table(
    "lease",
    METADATA,
    Column("name", String(30), primary_key=True),
    Column("owner", NAME),
    Column("fencing", Integer, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    CheckConstraint("fencing > 0", name="ck_lease_fencing"),
)
"""Who may write to the ERP, or sync, now; `owner` is empty when nobody does. `fencing` only grows."""

AUDIT = Table(
    "audit_trail",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", MOMENT, nullable=False),
    Column("event", String(30), nullable=False),
    Column("plan_id", DIGEST),
    Column("action_key", KEY),
    Column("who", NAME, nullable=False),
    Column("detail", String(DETAIL_LENGTH)),
    Column("previous", DIGEST),
    Column("digest", DIGEST, nullable=False),
    CheckConstraint("seq > 0", name="ck_audit_trail_seq"),
)
"""Who did what: rows are only added, and each has the digest of the one before in its own (`audit.py`)."""

AUDIT_HEAD = Table(
    "audit_head",
    METADATA,
    Column("name", String(30), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("digest", DIGEST),
    CheckConstraint("name = 'audit'", name="ck_audit_head_only"),
)
"""Its only row is the last entry of the trail; it is locked while entries are added."""

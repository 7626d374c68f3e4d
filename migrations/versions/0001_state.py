"""The first schema: runs, snapshots, plans, approvals, outbox, lease."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.String(27)
NAME = sa.String(200)
DIGEST = sa.String(80)
KEY = sa.String(100)
SHORT_DOCUMENT = sa.Text().with_variant(sa.String(1000), "oracle")


def upgrade():
    _history()
    _approvals()
    _outbox()
    op.create_table(
        "lease",
        sa.Column("name", sa.String(30), primary_key=True),
        sa.Column("owner", NAME),
        sa.Column("fencing", sa.Integer, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.CheckConstraint("fencing > 0", name="ck_lease_fencing"),
    )


def downgrade():
    for table in ("lease", "outbox", "approvals", "plans", "snapshots", "runs"):
        op.drop_table(table)


def _history():
    op.create_table(
        "runs",
        sa.Column("run_id", KEY, primary_key=True),
        sa.Column("command", NAME, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("exit_code", sa.Integer),
        sa.Column("detail", sa.Text),
        sa.CheckConstraint(
            "(finished_at IS NULL AND exit_code IS NULL) OR (finished_at IS NOT NULL AND exit_code IS NOT NULL)",
            name="ck_runs_finished",
        ),
    )
    op.create_table(
        "snapshots",
        sa.Column("snapshot_id", DIGEST, primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("identity", SHORT_DOCUMENT, nullable=False),
        sa.Column("run_id", KEY, sa.ForeignKey("runs.run_id", name="fk_snapshots_run")),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.UniqueConstraint("seq", name="uq_snapshots_seq"),
    )


def _approvals():
    op.create_table(
        "plans",
        sa.Column("plan_id", DIGEST, primary_key=True),
        sa.Column("snapshot_id", DIGEST, nullable=False),
        sa.Column("policy_name", NAME, nullable=False),
        sa.Column("policy_digest", DIGEST, nullable=False),
        sa.Column("erp", SHORT_DOCUMENT, nullable=False),
        sa.Column("as_of", sa.String(10), nullable=False),
        sa.Column("maker", NAME, nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.UniqueConstraint("plan_id", "maker", name="uq_plans_maker"),
    )
    op.create_table(
        "approvals",
        sa.Column("plan_id", DIGEST, primary_key=True),
        sa.Column("action_key", KEY, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("decision", sa.String(10), nullable=False),
        sa.Column("maker", NAME, nullable=False),
        sa.Column("checker", NAME, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["plan_id", "maker"], ["plans.plan_id", "plans.maker"], name="fk_approvals_plan"),
        sa.CheckConstraint("lower(maker) <> lower(checker)", name="ck_approvals_four_eyes"),
        sa.CheckConstraint("decision IN ('approved', 'rejected')", name="ck_approvals_decision"),
    )


def _outbox():
    op.create_table(
        "outbox",
        sa.Column("action_key", KEY, primary_key=True),
        sa.Column("plan_id", DIGEST, sa.ForeignKey("plans.plan_id", name="fk_outbox_plan"), nullable=False),
        sa.Column("account_id", NAME, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("amount", sa.String(40)),
        sa.Column("currency", sa.String(3)),
        sa.Column("external_ref", sa.String(120), nullable=False),
        sa.Column("intent", sa.Text, nullable=False),
        sa.Column("intent_digest", DIGEST, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("erp_id", NAME),
        sa.Column("message", sa.String(2000)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("fencing", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.UniqueConstraint("external_ref", name="uq_outbox_reference"),
        sa.CheckConstraint(
            "state IN ('approved', 'sending', 'done', 'refused', 'stale', 'in_doubt', 'conflict')",
            name="ck_outbox_state",
        ),
        sa.CheckConstraint("attempts >= 0", name="ck_outbox_attempts"),
    )

"""The audit trail, and the row of its last entry: what happened before is not told in it."""

import sqlalchemy as sa
from alembic import context, op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.String(27)
NAME = sa.String(200)
DIGEST = sa.String(80)
KEY = sa.String(100)


def upgrade():
    op.create_table(
        "audit_trail",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("event", sa.String(30), nullable=False),
        sa.Column("plan_id", DIGEST),
        sa.Column("action_key", KEY),
        sa.Column("who", NAME, nullable=False),
        sa.Column("detail", sa.String(1000)),
        sa.Column("previous", DIGEST),
        sa.Column("digest", DIGEST, nullable=False),
        sa.CheckConstraint("seq > 0", name="ck_audit_trail_seq"),
    )
    op.create_table(
        "audit_head",
        sa.Column("name", sa.String(30), primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("digest", DIGEST),
        sa.CheckConstraint("name = 'audit'", name="ck_audit_head_only"),
    )
    if context.is_offline_mode() or not op.get_bind().scalar(sa.text("SELECT count(*) FROM audit_head")):
        op.execute("INSERT INTO audit_head (name, seq) VALUES ('audit', 0)")


def downgrade():
    op.drop_table("audit_head")
    op.drop_table("audit_trail")

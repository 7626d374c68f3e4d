"""Snapshots as a history: one row per time that a content became the current one, with the sync's cursor in it.

The primary key changes, which not every database can alter: the rows wait in a plain table while `snapshots` is
made anew. Every name stays what it was. Where DDL commits by itself, an
upgrade that was cut off goes on where it ended.
"""

import sqlalchemy as sa
from alembic import context, op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.String(27)
DIGEST = sa.String(80)
KEY = sa.String(100)
SHORT_DOCUMENT = sa.Text().with_variant(sa.String(1000), "oracle")


def upgrade():
    if _is_there("snapshots", "known_at") and not _is_there("snapshots_before", "seq"):
        return  # only the note of the revision was lost
    _set_aside("snapshot_id, seq, identity, run_id, taken_at")
    op.create_table(
        "snapshots",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("snapshot_id", DIGEST, nullable=False),
        sa.Column("identity", SHORT_DOCUMENT, nullable=False),
        sa.Column("reading", DIGEST),
        sa.Column("run_id", KEY, sa.ForeignKey("runs.run_id", name="fk_snapshots_run")),
        sa.Column("known_at", MOMENT, nullable=False),
        sa.Column("cursor_at", sa.String(40)),
        sa.Column("swept_at", MOMENT),
    )
    _bring_back("seq, snapshot_id, identity, run_id, known_at", "seq, snapshot_id, identity, run_id, taken_at", "")


def downgrade():
    _set_aside("snapshot_id, seq, identity, run_id, known_at")
    op.create_table(
        "snapshots",
        sa.Column("snapshot_id", DIGEST, primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("identity", SHORT_DOCUMENT, nullable=False),
        sa.Column("run_id", KEY, sa.ForeignKey("runs.run_id", name="fk_snapshots_run")),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.UniqueConstraint("seq", name="uq_snapshots_seq"),
    )
    last = "WHERE seq IN (SELECT max(seq) FROM snapshots_before GROUP BY snapshot_id)"
    _bring_back("snapshot_id, seq, identity, run_id, taken_at", "snapshot_id, seq, identity, run_id, known_at", last)


def _is_there(table, column):
    if context.is_offline_mode():
        return False
    inspector = sa.inspect(op.get_bind())
    return inspector.has_table(table) and column in {one["name"] for one in inspector.get_columns(table)}


def _set_aside(columns):
    if not _is_there("snapshots_before", "seq"):
        op.execute(f"CREATE TABLE snapshots_before AS SELECT {columns} FROM snapshots")
    op.drop_table("snapshots")


def _bring_back(columns, before, which):
    op.execute(f"INSERT INTO snapshots ({columns}) SELECT {before} FROM snapshots_before {which}")
    op.drop_table("snapshots_before")

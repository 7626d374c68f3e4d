"""Approvals with amounts and an end, a word that takes one back, and when an intent was last sent.

The list of words is a constraint, which not every database can alter: the rows wait in a plain table while
`approvals` is made anew. Of what was queued, the outbox knows the amount. Where DDL commits by itself, an upgrade that
was cut off goes on where it ended.
"""

import sqlalchemy as sa
from alembic import context, op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.String(27)
NAME = sa.String(200)
DIGEST = sa.String(80)
KEY = sa.String(100)

BEFORE = ("plan_id", "action_key", "seq", "decision", "maker", "checker", "decided_at")
OF_OUTBOX = ("account_id", "kind", "amount", "currency")
INDEXES = {"ix_approvals_action": ["action_key"], "ix_approvals_decided": ["decided_at", "checker"]}


def upgrade():
    if not _is_there("outbox", "sent_at"):
        op.add_column("outbox", sa.Column("sent_at", MOMENT))
    op.execute(
        "UPDATE outbox SET sent_at = updated_at "
        "WHERE sent_at IS NULL AND state IN ('sending', 'done', 'in_doubt', 'conflict')"
    )
    if not _is_there("approvals", "expires_at") or _is_there("approvals_before", "seq"):
        _set_aside()
        _make("'approved', 'rejected', 'revoked'", _weight())
        _bring_back()
    for name, columns in INDEXES.items():
        if not _has_index(name):
            op.create_index(name, "approvals", columns)


def downgrade():
    op.execute("DELETE FROM approvals WHERE decision = 'revoked'")
    for name in INDEXES:
        op.drop_index(name, table_name="approvals")
    _set_aside()
    _make("'approved', 'rejected'", ())
    op.execute(f"INSERT INTO approvals ({_list('', BEFORE)}) SELECT {_list('', BEFORE)} FROM approvals_before")
    op.drop_table("approvals_before")
    with op.batch_alter_table("outbox") as batch:
        batch.drop_column("sent_at")


def _weight():
    return (
        sa.Column("expires_at", MOMENT),
        sa.Column("account_id", NAME),
        sa.Column("kind", sa.String(20)),
        sa.Column("amount", sa.String(40)),
        sa.Column("currency", sa.String(3)),
    )


def _make(words, further):
    op.create_table(
        "approvals",
        sa.Column("plan_id", DIGEST, primary_key=True),
        sa.Column("action_key", KEY, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("decision", sa.String(10), nullable=False),
        sa.Column("maker", NAME, nullable=False),
        sa.Column("checker", NAME, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        *further,
        sa.ForeignKeyConstraint(["plan_id", "maker"], ["plans.plan_id", "plans.maker"], name="fk_approvals_plan"),
        sa.CheckConstraint("lower(maker) <> lower(checker)", name="ck_approvals_four_eyes"),
        sa.CheckConstraint(f"decision IN ({words})", name="ck_approvals_decision"),
    )


def _set_aside():
    if not _is_there("approvals_before", "seq"):
        op.execute(f"CREATE TABLE approvals_before AS SELECT {_list('', BEFORE)} FROM approvals")
    op.drop_table("approvals")


def _bring_back():
    op.execute(
        f"INSERT INTO approvals ({_list('', BEFORE + OF_OUTBOX)}) "
        f"SELECT {_list('b.', BEFORE)}, {_list('o.', OF_OUTBOX)} FROM approvals_before b "
        "LEFT JOIN outbox o ON o.action_key = b.action_key AND o.plan_id = b.plan_id"
    )
    op.drop_table("approvals_before")


def _list(prefix, columns):
    return ", ".join(prefix + column for column in columns)


def _is_there(table, column):
    if context.is_offline_mode():
        return False
    inspector = sa.inspect(op.get_bind())
    return inspector.has_table(table) and column in {one["name"] for one in inspector.get_columns(table)}


def _has_index(name):
    if context.is_offline_mode():
        return False
    return name in {one["name"] for one in sa.inspect(op.get_bind()).get_indexes("approvals")}

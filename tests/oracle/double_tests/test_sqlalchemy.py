"""SQLAlchemy and Alembic over the wire: definitions, reflection, the ORM, reconnects, migrations."""

import importlib.util
import textwrap
from datetime import datetime
from decimal import Decimal

import alembic.command
import alembic.config
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

# ruff: noqa: DTZ001 - a TIMESTAMP has no zone

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*unclosed.*socket:ResourceWarning",
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning",
)

metadata = sa.MetaData()
batch = sa.Table(
    "ar_batch",
    metadata,
    sa.Column("id", sa.Integer, sa.Identity(always=False), primary_key=True),
    sa.Column("ext_id", sa.String(64), nullable=False),
    sa.Column("status", sa.String(20), server_default="NEW"),
    sa.Column("amount", sa.Numeric(15, 2)),
    sa.Column("created", sa.DateTime, server_default=sa.text("SYSDATE")),
    sa.Column("ts", sa.TIMESTAMP),
    sa.Column("payload", sa.Text),
    sa.Column("flag", sa.Boolean),
    sa.UniqueConstraint("ext_id", name="ar_batch_u1"),
    sa.CheckConstraint("status in ('NEW','DONE','ERROR')", name="ar_batch_c1"),
    comment="batches",
)
line = sa.Table(
    "ar_line",
    metadata,
    sa.Column("id", sa.Integer, sa.Sequence("ar_line_s"), primary_key=True),
    sa.Column("batch_id", sa.ForeignKey("ar_batch.id", name="ar_line_fk", ondelete="CASCADE")),
    sa.Column("descr", sa.Unicode(100)),
    sa.Column("raw_", sa.LargeBinary),
    sa.Index("ar_line_n1", "batch_id"),
)


class Base(DeclarativeBase):
    """Where the objects' table is defined."""

    metadata = metadata


class Customer(Base):
    """An object with a table."""

    __tablename__ = "ar_cust"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(50))
    balance: Mapped[Decimal] = mapped_column(sa.Numeric(12, 2))


@pytest.fixture
def engine(scott):
    """An engine on a user who has the tables, on each version."""
    made = sa.create_engine(scott.url)
    metadata.create_all(made)
    yield made
    made.dispose()


@pytest.fixture
def session(engine):
    """A connection in a transaction."""
    with engine.begin() as opened:
        yield opened


def test_tables_are_made_once_and_dropped(engine):
    """What is there is seen, and not made again; what is dropped is gone."""
    metadata.create_all(engine)
    assert {"ar_batch", "ar_line", "ar_cust"} <= set(sa.inspect(engine).get_table_names())
    metadata.drop_all(engine)
    assert sa.inspect(engine).get_table_names() == []


def test_keys_and_defaults_come_back(session):
    """Identities, sequences and defaults of the server come back from an insert."""
    moment = datetime(2026, 1, 2, 3, 4, 5, 678901)
    values = {"ext_id": "a", "amount": Decimal("12.34"), "payload": "p" * 5000, "ts": moment, "flag": True}
    assert session.execute(batch.insert().values(**values)).inserted_primary_key == (1,)
    assert session.execute(line.insert().values(batch_id=1, descr="é", raw_=b"\0\1")).inserted_primary_key == (1,)
    row = session.execute(batch.insert().values(ext_id="b").returning(batch.c.id, batch.c.status)).one()
    assert row == (2, "NEW")
    found = session.execute(sa.select(batch).where(batch.c.id == 1)).one()
    assert {key: getattr(found, key) for key in values} == values
    assert isinstance(found.created, datetime)
    assert session.execute(sa.select(line.c.raw_, line.c.descr)).one() == (b"\0\1", "é")


def test_many_rows(session):
    """Arrays, limits, offsets, locks and ordered keys of many inserts."""
    rows = [{"ext_id": f"x{i:03}", "amount": Decimal(i)} for i in range(300)]
    session.execute(batch.insert(), rows)
    page = sa.select(batch.c.ext_id).where(batch.c.amount >= 10).order_by(batch.c.amount).limit(3).offset(2)
    assert session.scalars(page).all() == ["x012", "x013", "x014"]
    locked = sa.select(batch.c.id).where(batch.c.id < 5).with_for_update(skip_locked=True)
    assert len(session.scalars(locked).all()) == 4
    insert = batch.insert().returning(batch.c.ext_id, sort_by_parameter_order=True)
    assert session.scalars(insert, [{"ext_id": f"y{i}"} for i in range(50)]).all() == [f"y{i}" for i in range(50)]
    streamed = session.execution_options(yield_per=40).execute(sa.select(batch.c.id))
    assert sum(1 for _ in streamed) == 350


def test_integrity(engine):
    """Violated keys are IntegrityErrors that name the constraint."""
    with engine.begin() as opened:
        opened.execute(batch.insert().values(ext_id="a"))
    with pytest.raises(sa.exc.IntegrityError, match=r"ORA-00001.*AR_BATCH_U1"), engine.begin() as opened:
        opened.execute(batch.insert().values(ext_id="a"))
    with pytest.raises(sa.exc.IntegrityError, match="ORA-02291"), engine.begin() as opened:
        opened.execute(line.insert().values(batch_id=99999))


def test_orm(engine):
    """Objects are written, changed, added up and deleted."""
    with Session(engine) as session:
        session.add_all([Customer(id=i, name=f"c{i}", balance=Decimal("1.10")) for i in range(1, 40)])
        session.commit()
        session.get(Customer, 5).balance += 1
        session.delete(session.get(Customer, 6))
        session.commit()
        assert session.scalar(sa.select(sa.func.sum(Customer.balance))) == Decimal("42.80")


def test_savepoint(session):
    """A nested transaction is taken back alone."""
    session.execute(batch.insert().values(ext_id="a", status="DONE"))
    nested = session.begin_nested()
    session.execute(batch.update().values(status="ERROR"))
    nested.rollback()
    assert session.scalar(sa.select(batch.c.status)) == "DONE"


def test_reflection(engine, scott):
    """The dictionary tells tables as they were defined."""
    seen = sa.inspect(engine)
    columns = {one["name"]: one for one in seen.get_columns("ar_batch")}
    assert [str(columns[name]["type"]) for name in ("ext_id", "created", "ts", "payload")] == [
        "VARCHAR(64)", "DATE", "TIMESTAMP", "CLOB",
    ]  # fmt: skip
    assert (columns["amount"]["type"].precision, columns["amount"]["type"].scale) == (15, 2)
    assert columns["id"].get("identity")
    assert (columns["ext_id"]["nullable"], columns["status"]["nullable"]) == (False, True)
    assert seen.get_pk_constraint("ar_batch")["constrained_columns"] == ["id"]
    assert [one["name"] for one in seen.get_unique_constraints("ar_batch")] == ["ar_batch_u1"]
    assert [one["name"] for one in seen.get_check_constraints("ar_batch")] == ["ar_batch_c1"]
    (key,) = seen.get_foreign_keys("ar_line")
    assert (key["referred_table"], key["options"]["ondelete"]) == ("ar_batch", "CASCADE")
    assert [one["name"] for one in seen.get_indexes("ar_line")] == ["ar_line_n1"]
    assert seen.get_table_comment("ar_batch")["text"] == "batches"
    assert seen.get_sequence_names() == ["ar_line_s"]
    assert scott.name.lower() in seen.get_schema_names()


def test_a_pool_replaces_what_was_killed(scott):
    """A pool that pings finds that its connection is dead, and opens another."""
    engine = sa.create_engine(scott.url, pool_pre_ping=True, pool_size=1)
    with engine.connect() as opened:
        opened.execute(sa.text("SELECT 1 FROM dual"))
    scott.double.kill_sessions()
    with engine.connect() as opened:
        assert opened.scalar(sa.text("SELECT 1 FROM dual")) == 1
    engine.dispose()


def test_a_lost_commit_invalidates_the_connection(engine, scott):
    """A connection that is lost at commit counts as disconnected, though the commit took effect."""
    scott.double.fault("commit", "after", "drop", skip=0)
    with pytest.raises(sa.exc.DBAPIError) as caught, engine.begin() as opened:
        opened.execute(batch.insert().values(ext_id="a"))
    assert caught.value.connection_invalidated
    with engine.connect() as opened:
        assert opened.scalar(sa.select(sa.func.count()).select_from(batch)) == 1


FIRST = """
    import sqlalchemy as sa
    from alembic import op
    revision, down_revision = "r1", None
    def upgrade():
        op.create_table("mig_a", sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
                        sa.Column("n", sa.String(10), nullable=False), comment="x")
        op.create_index("mig_a_n1", "mig_a", ["n"])
    def downgrade():
        op.drop_table("mig_a")
"""
SECOND = """
    import sqlalchemy as sa
    from alembic import op
    revision, down_revision = "r2", "r1"
    def upgrade():
        op.add_column("mig_a", sa.Column("amt", sa.Numeric(15, 2), server_default=sa.text("0")))
        op.alter_column("mig_a", "n", existing_type=sa.String(10), type_=sa.String(40), nullable=True)
        op.alter_column("mig_a", "n", new_column_name="nm")
        op.create_unique_constraint("mig_a_u", "mig_a", ["nm"])
        op.execute("INSERT INTO mig_a (nm) VALUES ('z')")
    def downgrade():
        op.drop_constraint("mig_a_u", "mig_a")
        op.drop_column("mig_a", "amt")
        op.alter_column("mig_a", "nm", new_column_name="n")
"""
ENVIRONMENT = """
    from alembic import context
    from sqlalchemy import create_engine
    engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()
"""


@pytest.fixture
def migrations(scott, tmp_path):
    """Two migrations of a user's schema."""
    (tmp_path / "versions").mkdir()
    for name, text in (("env.py", ENVIRONMENT), ("versions/1.py", FIRST), ("versions/2.py", SECOND)):
        (tmp_path / name).write_text(textwrap.dedent(text))
    (tmp_path / "script.py.mako").write_text("")
    config = alembic.config.Config()
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(tmp_path))
    config.set_main_option("sqlalchemy.url", scott.url)
    return config


def test_migrations_go_up_and_down(migrations, scott):
    """Alembic upgrades, finds nothing to add, and downgrades."""
    alembic.command.upgrade(migrations, "head")
    engine = sa.create_engine(scott.url)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT nm, amt FROM mig_a")).one() == ("z", 0)
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == "r2"
        wanted = sa.MetaData()
        columns = [sa.Column("id", sa.Integer, sa.Identity(), primary_key=True), sa.Column("nm", sa.String(40))]
        columns += [sa.Column("amt", sa.Numeric(15, 2)), sa.Index("mig_a_n1", "nm")]
        sa.Table("mig_a", wanted, *columns, sa.UniqueConstraint("nm", name="mig_a_u"), comment="x")
        only = {"include_name": lambda name, kind, _parents: kind != "table" or name == "mig_a"}
        assert compare_metadata(MigrationContext.configure(connection, opts=only), wanted) == []
    alembic.command.downgrade(migrations, "base")
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


@pytest.mark.skipif(importlib.util.find_spec("greenlet") is None, reason="SQLAlchemy's asyncio needs greenlet")
def test_the_asynchronous_engine(engine, scott):
    """The asynchronous engine reads the same."""
    import asyncio  # noqa: PLC0415 - with the engine that needs it

    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415

    with engine.begin() as opened:
        opened.execute(batch.insert().values(ext_id="a"))

    async def count():
        made = create_async_engine(scott.url.replace("oracledb:", "oracledb_async:"))
        async with made.connect() as opened:
            found = (await opened.execute(sa.select(sa.func.count()).select_from(batch))).scalar()
        await made.dispose()
        return found

    assert asyncio.run(count()) == 1

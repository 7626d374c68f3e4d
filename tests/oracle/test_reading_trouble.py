"""What goes wrong while the database is read, and how it ends: read again, or refused in words that say what to do."""

from contextlib import closing, contextmanager

import pytest
from ebs_rows import EbsRows
from erp_ar_ext_oracle import ADAPTER
from oracle_books import OracleBooks

from erp_ar_ext.errors import ConfigError, ContractError, SourceError
from erp_ar_ext.model import ENTITIES
from erp_ar_ext.spi import ReadContext

pytestmark = [pytest.mark.oracle, pytest.mark.usefixtures("ebs")]

SCHEDULES, ADJUSTMENTS = ENTITIES["schedules"], ENTITIES["adjustments"]


@pytest.fixture
def ebs(ebs_schema):
    """Five schedules and an adjustment."""
    OracleBooks(ebs_schema.connection).clear()
    rows = EbsRows(ebs_schema.connection)
    each = {"customer_trx_id": 1, "amount_due_original": 100}
    rows.put("ar_payment_schedules_all", *({"payment_schedule_id": number, **each} for number in range(1, 6)))
    rows.put("ar_adjustments_all", {"adjustment_id": 1, "payment_schedule_id": 1, "amount": -1})
    return rows


@pytest.fixture
def opened(ebs_schema, tmp_path):
    """How a source is opened; two rows a batch, and little patience."""

    @contextmanager
    def open_source(**settings):
        given = {**ebs_schema.settings, "batch_rows": 2, "retries": 2, **settings}
        with closing(ADAPTER.open_source(given, ReadContext(tmp_path, tmp_path))) as source:
            source.entities()
            yield source

    return open_source


def ids(batches, column="schedule_id"):
    """Ids of the rows taken."""
    return [row[column] for batch in batches for row in batch.rows.to_pylist()]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("consistency", ["read_only", "statement"])
@pytest.mark.demands("oracle.read_again")
def test_a_connection_lost_before_any_row_is_made_again(opened, oracle_faults, when, consistency):
    """Nothing was handed over, so that a new session reads the same."""
    with opened(consistency=consistency) as source:
        oracle_faults.fault("execute", when=when, match="ar_payment_schedules_all")
        assert sorted(ids(source.read(SCHEDULES))) == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    "code", [60, 1555, 8103, 8177, pytest.param(4068, marks=pytest.mark.demands("oracle.package_replaced"))]
)
def test_an_error_that_another_try_may_cure_is_tried_again(opened, oracle_faults, code):
    """Old snapshots, moved tables, replaced packages: while nothing was handed over, the reading begins anew."""
    with opened() as source:
        oracle_faults.fault("execute", action="error", code=code, match="ar_payment_schedules_all")
        assert sorted(ids(source.read(SCHEDULES))) == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("consistency", ["read_only", "statement"])
def test_a_connection_lost_between_two_pages_ends_the_reading(opened, oracle_faults, consistency):
    """What was handed over cannot be taken back: the error says that the session was lost, and what to do."""
    with opened(consistency=consistency) as source:
        reading = source.read(SCHEDULES)
        assert len(ids([next(reading)])) == 2
        oracle_faults.fault("fetch")
        with pytest.raises(SourceError, match="connection was lost") as caught:
            list(reading)
    assert caught.value.hint
    assert caught.value.place == "oracle AR_PAYMENT_SCHEDULES_ALL"


def test_between_two_entities_only_statements_may_be_read_in_a_new_session(opened, oracle_faults):
    """Rows of one moment do not go with rows of a later one; where each statement has its own, they do."""
    with opened() as source:
        ids(source.read(SCHEDULES))
        oracle_faults.fault("execute", match="ar_adjustments_all")
        with pytest.raises(SourceError, match="connection was lost"):
            list(source.read(ADJUSTMENTS))
    with opened(consistency="statement") as source:
        ids(source.read(SCHEDULES))
        oracle_faults.fault("execute", match="ar_adjustments_all")
        assert ids(source.read(ADJUSTMENTS), "adjustment_id") == ["1"]


def test_all_entities_are_of_one_moment(ebs, opened):
    """What is committed while schedules are read is in no later entity; a statement at a time sees it."""
    with opened() as source:
        ids(source.read(SCHEDULES))
        ebs.put("ar_adjustments_all", {"adjustment_id": 2, "payment_schedule_id": 1, "amount": -1})
        assert ids(source.read(ADJUSTMENTS), "adjustment_id") == ["1"]
    with opened(consistency="statement") as source:
        ids(source.read(SCHEDULES))
        ebs.put("ar_adjustments_all", {"adjustment_id": 3, "payment_schedule_id": 1, "amount": -1})
        assert sorted(ids(source.read(ADJUSTMENTS), "adjustment_id")) == ["1", "2", "3"]


def test_a_row_updated_while_read_is_as_it_was(ebs, opened):
    """The second page is of the same moment as the first."""
    with opened() as source:
        reading = source.read(SCHEDULES)
        first = [next(reading)]
        ebs.run("UPDATE ar_payment_schedules_all SET amount_due_original = 7")
        amounts = {row["amount_original"] for batch in [*first, *reading] for row in batch.rows.to_pylist()}
    assert amounts == {100}


def test_a_call_that_takes_too_long_is_told(opened, oracle_faults):
    """The time it was given, and the setting that gives it more; no secret."""
    with opened(call_timeout_seconds=4, retries=0) as source:
        oracle_faults.fault("execute", action="stall", match="ar_payment_schedules_all")
        with pytest.raises(SourceError, match="did not answer in time") as caught:
            list(source.read(SCHEDULES))
    assert "call_timeout_seconds" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("code", "words", "hint"),
    [
        (1555, "snapshot too old", "UNDO_RETENTION"),
        (8177, "another session changed", "run it again"),
        (54, "another session holds", "run it again"),
        (4031, "answered with an error", "manuals"),
    ],
)
def test_an_error_that_stays_is_worded(opened, oracle_faults, code, words, hint):
    """After the tries that the settings allow, the error says what happened and what to do."""
    with opened(retries=1) as source:
        oracle_faults.fault("execute", action="error", code=code, match="ar_payment_schedules_all", times=9)
        with pytest.raises(SourceError, match=words) as caught:
            list(source.read(SCHEDULES))
    assert hint in (caught.value.hint or "")
    assert f"ORA-{code:05}" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "WRONG-secret"}, "user or password is wrong"),
        ({"user": "NOBODY"}, "user or password is wrong"),
        ({"dsn": "127.0.0.1:1/nothing"}, "cannot be reached"),
        ({"dsn": "no-such-host.invalid/x"}, "cannot be resolved"),
        ({"dsn": "an_alias"}, "cannot be resolved"),
    ],
)
def test_what_cannot_be_opened_says_why(opened, change, words):
    """In words, with a hint, and never with the password."""
    with pytest.raises((ConfigError, SourceError), match=words) as caught, opened(retries=0, **change):
        pass
    assert caught.value.hint
    assert "WRONG-secret" not in f"{caught.value!r} {caught.value} {caught.value.hint} {caught.value.__cause__}"


def test_a_service_that_the_listener_does_not_know_is_named(ebs_schema, opened):
    """The dsn is the place of the error."""
    dsn = ebs_schema.schema.dsn.rpartition("/")[0] + "/nope"
    with pytest.raises(SourceError, match="does not know the service") as caught, opened(dsn=dsn, retries=0):
        pass
    assert caught.value.place == f"oracle {dsn}"


@pytest.mark.parametrize(("state", "words"), [("expired", "password has expired"), ("locked", "user is locked")])
def test_a_user_who_may_not_come_in_is_told_apart(oracle_faults, opened, state, words):
    """Expired and locked are the DBA's to mend, and say so."""
    oracle_faults.add_user(f"SHUT_{state}".upper(), "pw", state)
    with pytest.raises(ConfigError, match=words) as caught, opened(user=f"SHUT_{state}".upper(), password="pw"):
        pass
    assert "DBA" in (caught.value.hint or "")


def test_a_listener_that_is_back_in_time_is_waited_for(opened, oracle_faults):
    """A connection that is refused once is tried again."""
    oracle_faults.fault("connect", action="drop")
    with opened() as source:
        assert "schedules" in source.entities()


class TestAbsentTables:
    """Tables that are missing in a schema of its own; what is missing stays so."""

    @pytest.fixture
    def own(self, oracle_server):
        """A schema with the tables, for one test."""
        from oracle_books import create_tables  # noqa: PLC0415

        schema = oracle_server.new_schema()
        try:
            with schema.connect() as connection:
                create_tables(connection)
                yield schema, EbsRows(connection)
        finally:
            schema.drop()

    def test_an_optional_table_leaves_columns_empty_and_an_optional_entity_out(self, own, opened):
        """Both are told; the rest is read as before; what is required is refused with the grant it needs."""
        schema, ebs = own
        lead = {"dsn": schema.dsn, "user": schema.user, "password": schema.password}
        ebs.put("hz_cust_accounts", {"cust_account_id": 1, "account_number": "1", "account_name": "N"})
        for table in ("iex_bankruptcies", "jtf_notes_tl", "iex_promise_details", "xxar_ext_plan_items"):
            ebs.run(f"DROP TABLE {table}")
        with opened(**lead) as source:
            (row,) = [row for batch in source.read(ENTITIES["customers"]) for row in batch.rows.to_pylist()]
            assert (row["name"], row["insolvency_date"]) == ("N", None)
            assert set(ENTITIES) - set(source.entities()) == {"notes", "plan_items"}
            told = {(one.code, one.place) for one in source.findings()}
            assert ("oracle-table-absent", "IEX_BANKRUPTCIES") in told
            assert ("oracle-entity-left-out", "JTF_NOTES_TL") in told
            with pytest.raises(SourceError, match="notes cannot be read here"):
                list(source.read(ENTITIES["notes"]))
        ebs.run("ALTER TABLE ar_adjustments_all DROP COLUMN gl_date")
        with pytest.raises(ContractError, match="AR_ADJUSTMENTS_ALL does not have all columns"), opened(**lead):
            pass
        ebs.run("DROP TABLE ar_payment_schedules_all")
        with pytest.raises(SourceError, match="AR_PAYMENT_SCHEDULES_ALL") as caught, opened(**lead):
            pass
        assert "GRANT SELECT ON AR_PAYMENT_SCHEDULES_ALL" in (caught.value.hint or "")

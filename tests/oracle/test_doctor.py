"""`erp-ar doctor` says of an Oracle database what is there, what is missing, and what to run."""

from pathlib import Path

import pytest
from erp_ar_ext_oracle import ADAPTER
from erp_ar_ext_oracle.checks import needed_tables, run_checks, run_target_checks
from oracle_package import install

from erp_ar_ext.spi import ChecksTarget, CheckStatus, ReadContext

pytestmark = pytest.mark.oracle
OK, WARNING, FAILED = CheckStatus.OK, CheckStatus.WARNING, CheckStatus.FAILED


@pytest.fixture(scope="module")
def settings(ebs_schema):
    """Settings of a user that owns the tables."""
    return {**ebs_schema.settings, "retries": 0}


@pytest.fixture(scope="module")
def package(ebs_schema):
    """The package, with its standalone body."""
    with ebs_schema.schema.connect() as connection:
        install(connection, ebs_schema.schema.user)


@pytest.fixture
def ask(settings, tmp_path):
    """The lines of the doctor by name, with changed settings."""

    def asked(checks=run_checks, **changes):
        found = checks({**settings, **changes}, ReadContext(Path(tmp_path), Path(tmp_path)))
        return {one.name: one for one in found}

    return asked


@pytest.fixture
def without(ebs_schema):
    """Take a table away for a while."""
    renamed = []

    def hide(table):
        with ebs_schema.schema.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} RENAME TO hidden_{table}")
        renamed.append(table)

    yield hide
    with ebs_schema.schema.connect() as connection, connection.cursor() as cursor:
        for table in renamed:
            cursor.execute(f"ALTER TABLE hidden_{table} RENAME TO {table}")


def test_a_whole_installation_is_healthy(ask):
    """Database, session, tables and clock are ok, and the tables are all that the reader names."""
    found = ask()
    assert {one.status for name, one in found.items() if not name.startswith("org_id")} == {OK}
    count = len(needed_tables())
    assert found["tables"].detail.startswith(f"{count} of {count} have the columns")
    assert "thin driver" in found["database"].detail


def test_a_wrong_password_is_told_and_not_shown(ask):
    """The line says what to correct, and nothing of the password."""
    [line] = ask(password="Wr0ng-secret").values()
    assert (line.status, line.name) == (FAILED, "connection")
    assert "user or password is wrong" in line.detail
    assert "Wr0ng" not in repr(line)


def test_a_table_that_everything_needs_fails(ask, without):
    """A required table that is missing fails, and its line is the GRANT to run."""
    without("ar_payment_schedules_all")
    line = ask(schema=None)["table AR_PAYMENT_SCHEDULES_ALL"]
    assert line.status is FAILED
    assert line.hint.startswith("as a DBA: GRANT SELECT ON APPS.AR_PAYMENT_SCHEDULES_ALL TO ")


def test_a_table_of_another_product_only_warns(ask, without):
    """Without promises, everything else is read; the line says what stays empty."""
    without("iex_promise_details")
    found = ask()
    assert found["table IEX_PROMISE_DETAILS"].status is WARNING
    assert found["table IEX_PROMISE_DETAILS"].detail.endswith("what comes from it is empty")
    assert FAILED not in {one.status for one in found.values()}


def test_a_missing_column_is_named(ask, ebs_schema):
    """A table that lacks a column fails with the column's name, not with the table's."""
    with ebs_schema.schema.connect() as connection, connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ar_adjustments_all RENAME COLUMN reason_code TO old_code")
    try:
        line = ask()["table AR_ADJUSTMENTS_ALL"]
    finally:
        with ebs_schema.schema.connect() as connection, connection.cursor() as cursor:
            cursor.execute("ALTER TABLE ar_adjustments_all RENAME COLUMN old_code TO reason_code")
    assert line.status is FAILED
    assert "REASON_CODE" in line.detail.upper()


def test_an_operating_unit_without_schedules_warns(ask):
    """An operating unit that shows no schedule may be the wrong one, or secured: a warning."""
    line = ask(org_ids=[424242])["org_id 424242"]
    assert line.status is WARNING
    assert "_ALL" in line.hint


@pytest.mark.usefixtures("package")
def test_the_package_is_held_against_what_is_called(ask):
    """Version, validity and parameters of the package are those of this release."""
    found = ask(run_target_checks)
    assert found["write: package"].status is OK
    assert found["write: package"].detail.endswith("standalone")
    assert FAILED not in {one.status for one in found.values()}


def test_the_doctor_of_an_installation_asks_about_writing():
    """The adapter offers its checks of the target to the command."""
    assert isinstance(ADAPTER, ChecksTarget)


def test_who_may_not_call_the_package_can_still_read(ask):
    """A reader without the package is warned that plans can be made and not applied."""
    line = ask(run_target_checks, package="NOBODY")["write: package"]
    assert line.status is WARNING
    assert "plans can be made, and not applied" in line.detail

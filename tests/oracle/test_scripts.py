"""The scripts for a DBA, run as they are printed: once, and once more."""

import re
from contextlib import closing

import pytest
from oracle_books import EbsSchema
from oracle_intents import intent
from oracle_package import SMALL, OracleErp, small

from erp_ar_ext.errors import UsageError
from erp_ar_ext.model import ENTITIES
from erp_ar_ext.spi import ActionKind, Outcome, ReadContext
from erp_ar_ext.spi.registry import load

pytestmark = pytest.mark.oracle

FOUND = "SELECT object_name, object_type FROM all_objects WHERE owner = :o AND object_name LIKE 'XXAR%' ORDER BY 1, 2"


def run(connection, statements):
    """Run statements; returns the errors, by number and text."""
    import oracledb  # noqa: PLC0415 - only where Oracle is tested

    errors = []
    with connection.cursor() as cursor:
        for statement in statements:
            try:
                cursor.execute(statement)
            except oracledb.DatabaseError as error:
                errors.append((error.args[0].code, str(error)))
            assert not cursor.warning, statement
    return errors


def test_a_second_run_changes_nothing(oracle_schema):
    """Every guarded block finds what is there; only the Oracle-style tables say that they are there already."""
    from erp_ar_ext_oracle.package import Site, ddl, split  # noqa: PLC0415

    scripts = dict(ddl(Site("standalone", oracle_schema.user)))
    tables = [one for name, text in scripts.items() if name.startswith("standalone/") for one in split(text)]
    ours = [one for name, text in scripts.items() if not name.startswith("standalone/") for one in split(text)]
    with oracle_schema.connect() as connection, connection.cursor() as cursor:
        assert run(connection, [*tables, *ours]) == []
        before = cursor.execute(FOUND, o=oracle_schema.user).fetchall()
        assert ("XXAR_EXT_REQUESTS", "TABLE") in before
        assert {code for code, _ in run(connection, tables)} == {955}
        assert run(connection, ours) == []
        assert cursor.execute(FOUND, o=oracle_schema.user).fetchall() == before


SITES = {
    "standalone": (
        {"body": "standalone", "owner": "ERP"},
        ["010_tables", "020_api_spec", "030_effects_spec", "040_effects_standalone", "050_api_body", "090_check"],
    ),
    "the suite": (
        {"body": "ebs", "owner": "xxar", "reader": "R", "writer": "W"},
        [
            "010_tables",
            "015_owner_grants",
            "020_api_spec",
            "030_effects_spec",
            "040_effects_ebs",
            "050_api_body",
            "060_reader",
            "070_writer",
            "090_check",
        ],
    ),
    "the suite, 12.2": (
        {"body": "ebs", "owner": "XXAR", "writer": "W", "editioned": True},
        [
            "010_tables",
            "012_editioning",
            "020_api_spec",
            "030_effects_spec",
            "040_effects_ebs",
            "050_api_body",
            "070_writer",
            "090_check",
        ],
    ),
    "staging tables in one schema": (
        {"body": "interface", "owner": "XXAR", "apps": "XXAR"},
        ["010_tables", "020_api_spec", "030_effects_spec", "040_effects_interface", "050_api_body", "090_check"],
    ),
}


@pytest.mark.parametrize(("options", "wanted"), SITES.values(), ids=SITES)
def test_a_site_gets_its_scripts(options, wanted):
    """Each site is given what it needs, in order, with its own names and no mark left."""
    from erp_ar_ext_oracle.package import Site, ddl  # noqa: PLC0415

    scripts = {name: text for name, text in ddl(Site(**options)) if not name.startswith("standalone/")}
    assert list(scripts) == [f"{name}.sql" for name in wanted]
    assert not [name for name, text in scripts.items() if "{{" in text or "&" in text]
    assert f"CREATE OR REPLACE PACKAGE {Site(**options).packages_in().upper()}." in scripts["020_api_spec.sql"]
    assert ("AD_ZD.GRANT_PRIVS" in scripts.get("070_writer.sql", "")) == options.get("editioned", False)


def test_the_writer_is_granted_the_package_alone():
    """The user of the target can execute the package, and touches no table."""
    from erp_ar_ext_oracle.package import Site, ddl  # noqa: PLC0415

    text = dict(ddl(Site("ebs", "XXAR", writer="ERP_W")))["070_writer.sql"]
    assert "'EXECUTE'" in text
    assert "'XXAR_EXT_API'" in text
    assert not {"SELECT", "INSERT", "UPDATE", "DELETE"} & set(text.split())


def test_the_reader_is_granted_each_table_it_reads():
    """What the reader's statements name is what the script grants, and nothing more than the units beside it."""
    from erp_ar_ext_oracle.checks import needed_tables  # noqa: PLC0415
    from erp_ar_ext_oracle.package import Site, ddl  # noqa: PLC0415

    text = dict(ddl(Site("ebs", "XXAR", reader="ERP_R")))["060_reader.sql"]
    granted = {line.strip().rstrip(",").strip("'") for line in text.splitlines() if line.startswith("         '")}
    read = {needed.table for needed in needed_tables()}
    assert granted - {"HR_OPERATING_UNITS", "XXAR_EXT_REQUESTS"} == read - {"HR_OPERATING_UNITS", "XXAR_EXT_REQUESTS"}


def test_uninstalling_keeps_the_table_of_requests():
    """Without the requests, what was written could be written again: they stay until somebody drops them by hand."""
    from erp_ar_ext_oracle.package import Site, ddl  # noqa: PLC0415

    [(name, text)] = ddl(Site("ebs", "XXAR"), uninstall=True)
    assert name == "900_uninstall.sql"
    statements = [line for line in text.splitlines() if not line.startswith("--")]
    assert not any("XXAR_EXT_REQUESTS" in line for line in statements)


@pytest.mark.parametrize(
    "options",
    [
        {"body": "other"},
        {"owner": "a b"},
        {"writer": "W; DROP USER X"},
        {"apps": ""},
        {"fnd_user": "O'Neill"},
        {"responsibility": ""},
        {"release_reason": "x\ny"},
    ],
)
def test_a_name_that_is_none_is_refused(options):
    """Names go into the scripts as they are, so only plain ones are taken."""
    from erp_ar_ext_oracle.package import Site, ddl  # noqa: PLC0415

    with pytest.raises(UsageError):
        list(ddl(Site(**{"body": "ebs", "owner": "XXAR", **options})))


def test_the_writer_writes_through_the_package_alone(oracle_server, package_schema, tmp_path):
    """A user who was granted the package writes notes with it, and can neither read nor change a table beside it."""
    import oracledb  # noqa: PLC0415
    from erp_ar_ext_oracle.package import Site, ddl, split  # noqa: PLC0415

    writer = oracle_server.new_schema()
    owner = package_schema.schema.user
    small(package_schema.connection)
    scripts = dict(ddl(Site("standalone", owner, writer=writer.user)))
    oracle_server.execute(*split(scripts["070_writer.sql"]), *split(scripts["070_writer.sql"]))
    erp = OracleErp(EbsSchema(writer, package_schema.connection), tmp_path)
    with erp.target() as target:
        assert [one.outcome for one in target.write([intent(ActionKind.NOTE)])] == [Outcome.CREATED]
    with writer.connect() as connection, connection.cursor() as cursor:
        for table in ("jtf_notes_b", "xxar_ext_requests", "ar_adjustments_all"):
            with pytest.raises(oracledb.DatabaseError, match=r"ORA-(00942|01031)"):
                cursor.execute(f"SELECT COUNT(*) FROM {owner}.{table}")
    writer.drop()


def test_the_reader_reads_with_the_grants_of_its_script(oracle_server, package_schema, tmp_path):
    """A user with SELECT on what the script names, where it is there, reads every entity and can change nothing."""
    import oracledb  # noqa: PLC0415
    from erp_ar_ext_oracle.package import Site, ddl  # noqa: PLC0415

    reader = oracle_server.new_schema()
    owner = package_schema.schema.user
    small(package_schema.connection)
    script = dict(ddl(Site("standalone", owner, reader=reader.user)))["060_reader.sql"]
    with package_schema.connection.cursor() as cursor:
        there = {name for (name,) in cursor.execute("SELECT object_name FROM user_objects").fetchall()}
    granted = sorted(there & set(re.findall(r"'(\w+)'", script)))
    oracle_server.execute(*(f"GRANT SELECT ON {owner}.{name} TO {reader.user}" for name in granted))
    settings = {**EbsSchema(reader, None).settings, "schema": owner}
    context = ReadContext(tmp_path, tmp_path)
    with closing(load("oracle").open_source(settings, context)) as source:
        batches = {name: list(source.read(ENTITIES[name])) for name in source.entities()}
        assert [one.message for one in source.findings() if "grant" in one.message.lower()] == []
    customers = sum(batch.rows.num_rows + batch.rejects.num_rows for batch in batches["customers"])
    assert customers == len(SMALL["hz_cust_accounts"])
    assert batches.keys() >= ENTITIES.keys() - {"transaction_lines"}
    with reader.connect() as connection, connection.cursor() as cursor:
        for statement in (f"UPDATE {owner}.hz_cust_accounts SET status = 'I'", f"DELETE FROM {owner}.jtf_notes_b"):
            with pytest.raises(oracledb.DatabaseError, match=r"ORA-(00942|01031)"):
                cursor.execute(statement)
    reader.drop()

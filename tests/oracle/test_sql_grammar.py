"""Every statement that the project can send to Oracle, through the gate and through an independent grammar.

The list is complete by construction: it is made from the SQL files, the adapter's functions and the store's own tests,
and a file or a function that is not among it fails here.
"""

import emitted
import pytest
import schema_names
from erp_ar_ext_oracle import package, statements
from erp_ar_ext_oracle.contract import needs
from gate import check, dangers, grammar

from erp_ar_ext.model import ENTITIES

OF_THE_SUITE = {
    "AR_ADJUSTMENTS": set(),
    "FND_LOOKUP_VALUES": {"LOOKUP_TYPE", "LOOKUP_CODE", "ENABLED_FLAG"},
    "FND_RESPONSIBILITY": {"RESPONSIBILITY_ID", "RESPONSIBILITY_KEY", "APPLICATION_ID"},
}
"""Objects of E-Business Suite that only its body of the package needs: no table of ours stands for them."""


@pytest.fixture(scope="module")
def everything():
    """Each statement by its name, `part: what it is`."""
    return emitted.everything()


def of(part, everything):
    found = {name: sql for name, sql in everything.items() if name.startswith(f"{part}:")}
    assert found, f"no statement of {part}"
    return found


PARTS = ["read", "probed", "session", "constants", "called", "installed", "state_tables", "state_changes"]


@pytest.mark.parametrize("version", [12.1, 23])
@pytest.mark.parametrize("part", PARTS)
def test_no_statement_is_refused(part, version, everything):
    """On 12.1 as on 23ai; nor is any one that Oracle takes and hardly means, or that translators misread."""
    by_text = {sql: name for name, sql in of(part, everything).items()}
    found = {name: check(sql, version) + dangers(sql, version) for sql, name in by_text.items()}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.fixture(scope="module")
def verdicts():
    """What the independent grammar says of each statement; kept verdicts are taken where a statement is known."""
    judged = emitted.for_the_grammar()
    try:
        found = grammar.verdicts(judged.values())
    except grammar.NoGrammarError as error:
        pytest.skip(f"statements are new to the grammar: {error}")
    return {name: found[sql] for name, sql in judged.items()}


@pytest.mark.parametrize("part", PARTS)
def test_every_statement_parses(part, verdicts):
    """The grammar is another hand's than the gate, the driver and the translator."""
    assert {name: found for name, found in of(part, verdicts).items() if found} == {}


def test_the_kept_verdicts_are_the_grammar_s_own(verdicts):
    """Asked anew, the grammar says what is kept."""
    kept = grammar.kept()
    judged = {name: grammar.digest(sql) for name, sql in emitted.for_the_grammar().items()}
    known = {name: key for name, key in judged.items() if key in kept}
    assert {name: kept[key] for name, key in known.items()} == {name: verdicts[name] for name in known}


def test_every_sql_file_of_the_reader_is_among_them():
    """A file of no entity would never be read."""
    files = {path.stem for path in (emitted.ADAPTER / "sql").glob("*.sql")}
    assert files == set(ENTITIES)


def test_every_script_is_among_them():
    """Each file for a DBA is printed for some body and option."""
    folder = emitted.ADAPTER / "migrations"
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.sql")}
    printed = {
        name
        for site in emitted.SITES.values()
        for what in (False, True)
        for name, _ in package.ddl(site, uninstall=what)
    }
    assert printed == files


def test_every_function_that_builds_a_statement_is_known():
    """One more needs a part of its own in the list of everything."""
    assert emitted.built() == {
        "contract.probe",
        "connection._set_up",
        "package.call",
        "package.version_query",
        "queries.Queries",
    }


@pytest.mark.parametrize("entity", list(ENTITIES))
def test_the_reader_names_only_columns_that_the_tables_have(entity):
    """The Oracle-style tables have every column under the suite's own name."""
    tables = schema_names.defined()
    wrong = {
        table: set(named) - tables.get(table, set()) for table, named in needs(statements.statement(entity)).items()
    }
    assert {table: columns for table, columns in wrong.items() if columns} == {}


@pytest.mark.parametrize("site", list(emitted.SITES))
def test_the_package_names_only_columns_that_the_tables_have(site):
    """PL/SQL is compiled in the database only: what it reads and changes is looked up here."""
    tables = schema_names.defined() | OF_THE_SUITE
    wrong = set()
    for sql in package.statements(emitted.SITES[site], tables=False):
        for table, column in schema_names.named(sql):
            known = table in tables and (not column or column in tables[table] | schema_names.PSEUDO_COLUMNS)
            if not known and not table.startswith("ALL_"):
                wrong.add(f"{table}.{column}")
    assert wrong == set()

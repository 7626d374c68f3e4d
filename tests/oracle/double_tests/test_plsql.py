"""PL/SQL in the double: what is kept of translations is what ora2pg makes of the sources today."""

import shutil

import psycopg
import pytest
from double import keep_translations, plsql

BODIES = ("ebs", "interface", "standalone")


@pytest.mark.parametrize("body", BODIES)
def test_the_kept_translation_is_of_todays_sources(body):
    """A changed source needs a new translation, which one command writes."""
    assert keep_translations.kept(body).exists(), (
        f"stale translation of {body}: run `python -m double.keep_translations` in tests/oracle, where ora2pg is"
    )


@pytest.mark.skipif(shutil.which("ora2pg") is None, reason="ora2pg is not installed")
@pytest.mark.parametrize("body", BODIES)
def test_ora2pg_makes_the_same_again(body):
    """The kept translation is the tool's own, mended as the code says, and not by hand."""
    assert plsql.Translation.load(keep_translations.kept(body).read_text(encoding="utf-8")) == keep_translations.anew(
        body
    )


def test_nothing_is_kept_that_nobody_asks_for():
    """A translation of sources that are gone would only mislead."""
    assert set(plsql.TRANSLATIONS.glob("*.sql")) == {keep_translations.kept(body) for body in BODIES}


SPECIFICATION = "CREATE OR REPLACE PACKAGE {}p AS\n  PROCEDURE a;\nEND p;\n"
BODY = "CREATE OR REPLACE EDITIONABLE PACKAGE BODY {}p AS\n  PROCEDURE a IS BEGIN NULL; END a;\nEND p;\n"


def test_a_set_of_packages_is_known_whoever_owns_it():
    """The schema before a name, slashes and the order say nothing about what a package is."""
    one = plsql.packages(SPECIFICATION.format("") + "/\n" + BODY.format(""))
    other = plsql.packages(BODY.format("scott.") + "\n/\n" + SPECIFICATION.format('"SCOTT".') + "/")
    assert [(part.name, part.is_body) for part in one] == [("P", False), ("P", True)]
    assert plsql.digest(one) == plsql.digest(other)
    assert plsql.digest(one) != plsql.digest(plsql.packages(SPECIFICATION.format("") + BODY.format("").lower()))


@pytest.mark.parametrize(
    ("source", "complete"),
    [
        ("", False),
        (SPECIFICATION, False),
        (BODY, False),
        (SPECIFICATION + BODY, True),
        (SPECIFICATION + BODY + SPECIFICATION.replace("p ", "q ").replace("p;", "q;"), False),
    ],
)
def test_a_set_is_deployed_once_it_is_complete(source, complete):
    """Each package needs both of its halves."""
    assert plsql.is_complete(plsql.packages(source.format("", "", ""))) == complete


def test_the_last_of_a_name_wins():
    """CREATE OR REPLACE replaces."""
    again = SPECIFICATION.replace("PROCEDURE a", "PROCEDURE b")
    [part] = plsql.packages(SPECIFICATION.format("") + "/\n" + again.format(""))
    assert "PROCEDURE b" in part.text


@pytest.mark.oracle
def test_plpgsql_check_finds_nothing_in_the_package(package_schema, oracle_server):
    """The translated package passes a static check of every statement against the tables, where that is installed."""
    if oracle_server.double is None:
        pytest.skip("the package is translated for the double alone")
    with psycopg.connect(oracle_server.double.postgresql, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'plpgsql_check'").fetchone():
            pytest.skip("plpgsql_check is not installed")
        connection.execute("CREATE EXTENSION IF NOT EXISTS plpgsql_check WITH SCHEMA public")
        owner = package_schema.schema.user.lower()
        connection.execute(f'SET search_path = "{owner}", plsql, sys, public')
        found = connection.execute(
            "SELECT p.proname, c.message FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace "
            "JOIN pg_language AS l ON l.oid = p.prolang, "
            "LATERAL plpgsql_check_function_tb(p.oid, extra_warnings => false) AS c "
            "WHERE l.lanname = 'plpgsql' AND n.nspname LIKE %s AND c.level = 'error'",
            (f"{owner}$%",),
        ).fetchall()
    assert found == []

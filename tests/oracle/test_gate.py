"""The gate refuses what Oracle refuses, and takes what Oracle takes, for each of its versions."""

import pytest
from gate import RULES, check, dangers
from gate.listed import listed

LISTED = list(listed())
VERSIONS = (12.1, 12.2, 18, 19, 21, 23)


def codes(refusals):
    return {line.split()[0] for line in refusals}


@pytest.mark.parametrize("statement", LISTED, ids=lambda one: one.name)
def test_a_listed_statement_is_taken_from_its_version_on(statement):
    """Before that, the error is the documented one."""
    taken = [version for version in VERSIONS if not check(statement.sql, version)]
    assert taken == [version for version in VERSIONS if version >= statement.since]
    if statement.since > VERSIONS[0]:
        assert statement.code in codes(check(statement.sql, VERSIONS[0]))


def test_each_rule_refuses_some_listed_statement():
    """A rule that no statement breaks is not tested."""
    lines = [line for statement in LISTED for line in check(statement.sql, VERSIONS[0])]
    told = {
        rule.name for rule in RULES.values() if any(line.startswith(f"{rule.code} {rule.reason} (") for line in lines)
    }
    assert {name for name, rule in RULES.items() if not rule.hazard} == told


def test_a_refusal_says_code_reason_and_place():
    """One line each, which begins with Oracle's code."""
    (line,) = check("SELECT a\nFROM t\nLIMIT 10")
    assert line.startswith("ORA-00933 LIMIT is no clause")
    assert line.endswith("(line 3, at LIMIT)")


def test_longer_texts_with_extended_strings():
    """MAX_STRING_SIZE = EXTENDED takes 32,767 bytes."""
    wide = "CREATE TABLE n (a VARCHAR2(32767))"
    assert codes(check(wide)) == {"ORA-00910"}
    assert check(wide, max_string=32767) == []


@pytest.mark.parametrize(
    ("sql", "hazard"),
    [
        ("SELECT a FROM t WHERE b = ''", "EMPTY-TEXT"),
        ("SELECT a FROM t WHERE '' <> b", "EMPTY-TEXT"),
        ("UPDATE t SET b = '' WHERE a = 1", None),
        ("SELECT NVL(b, '') FROM t WHERE b IS NULL", None),
        ("SELECT x.a FROM t x, u y WHERE x.a = y.a (+)", "OUTER-MARK"),
        ("UPDATE t SET a = 1 RETURNING a, b INTO :x, :y", "RETURNING-MANY"),
        ("UPDATE t SET a = 1 RETURNING a INTO :x", None),
        ("SELECT a FROM t WHERE a NOT IN (1, NULL)", "NULL-IN-LIST"),
    ],
)
def test_what_oracle_takes_but_hardly_means_is_a_danger(sql, hazard):
    """Dangers are told apart from refusals: the double runs them as Oracle does."""
    assert check(sql) == []
    assert codes(dangers(sql)) == ({hazard} if hazard else set())


@pytest.mark.parametrize("sql", ["", "-- nothing", "SELECT (a FROM t", "SELECT a) FROM t"])
def test_what_is_no_statement_is_refused(sql):
    """Nothing at all, and a parenthesis without its other half."""
    assert check(sql)

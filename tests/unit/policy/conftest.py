"""A policy file from a few lines, its problems, and a table of facts to try conditions on."""

import re
from pathlib import Path

import duckdb
import pytest

from erp_ar_ext.ledger.facts import CATALOGUE, FactType, Grain
from erp_ar_ext.policy import check_policy, load_policy

HEAD = "policy: 1\nname: tested\n"
SQL_TYPES = {
    FactType.TEXT: "VARCHAR",
    FactType.MONEY: "DECIMAL(18, 4)",
    FactType.INTEGER: "INTEGER",
    FactType.DATE: "DATE",
    FactType.BOOLEAN: "BOOLEAN",
}
MARK = re.compile(r"\s+#! (.*)$")


@pytest.fixture
def policy_file(tmp_path: Path):
    """Write a policy file; its first two lines are added."""

    def write(text: str) -> Path:
        path = tmp_path / "policy.yaml"
        path.write_text(HEAD + text.lstrip("\n"), encoding="utf-8")
        return path

    return write


@pytest.fixture
def marked_problems():
    """Check a policy file whose faulty lines end in `#!` and the problem: (problems expected, problems found)."""

    def check(path: Path) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
        lines = path.read_text(encoding="utf-8").splitlines()
        marked = ((number, MARK.search(line)) for number, line in enumerate(lines, start=1))
        expected = [(number, told) for number, mark in marked if mark for told in mark[1].split(" #! ")]
        _, problems = check_policy(path)
        return sorted(expected), sorted((problem.line, str(problem).split(": ", 1)[1]) for problem in problems)

    return check


@pytest.fixture
def load(policy_file):
    """Load a policy from a few lines."""
    return lambda text: load_policy(policy_file(text))


def _create(connection: duckdb.DuckDBPyConnection, grain: Grain) -> None:
    columns = ", ".join(f'"{fact.name}" {SQL_TYPES[fact.type]}' for fact in CATALOGUE[grain].values())
    connection.execute(f"CREATE TABLE {grain}_facts ({columns})")


@pytest.fixture
def facts():
    """Select an expression from rows of facts; a fact that a row does not name is empty."""
    connection = duckdb.connect()
    for grain in Grain:
        _create(connection, grain)

    def select(expression: str, *rows: dict, grain: Grain = Grain.ACCOUNT) -> list:
        connection.execute(f"DELETE FROM {grain}_facts")
        for row in rows:
            names = ", ".join(f'"{name}"' for name in row)
            connection.execute(
                f"INSERT INTO {grain}_facts ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values())
            )
        found = connection.execute(f"SELECT {expression} FROM {grain}_facts ORDER BY rowid").fetchall()
        return [value for (value,) in found]

    yield select
    connection.close()

#!/usr/bin/env python3
"""The main job against a stand-in for Oracle: .venv/bin/python scripts/demo_oracle.py [FOLDER].

Starts a PostgreSQL server and, in front of it, the wire double of the tests; makes the tables of E-Business Suite and
the PL/SQL package with its standalone body; loads the example company; and runs the real commands, each shown as a user
types it. Whatever it started is stopped at its end, also when it is interrupted.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "fixtures"), str(ROOT / "tests" / "oracle")]  # what stands in for Oracle

AS_OF, USER = "2026-01-31", "AR_DEMO"
PLAN, REPORT = "plan.json", "report.html"

COMMANDS = (
    "doctor",
    "sync",
    f"plan --as-of {AS_OF} --as demo-analyst --out {PLAN}",
    f"show {PLAN}",
    f"approve {PLAN} --as demo-manager",
    f"apply {PLAN}",
    "sync",
    "reconcile",
    f"report {PLAN} --out {REPORT}",
)
GOOD = {"plan": 2, "reconcile": 4}
"""Exit codes that a command should end with, where that is not 0: a plan that holds actions says so, and reconcile
finds what the note below tells of."""

NOTES = {
    "reconcile": "The three foreign holds are the example's own, from an installation before this one; what this one "
    "wrote is there, once each."
}
"""What a command's output does not say by itself."""

CONFIGURATION = """\
# The example company in an Oracle-shaped schema. Each setting can come from the environment: ERP_AR__SOURCE__DSN=...

[source]
adapter = "oracle"
name = "demo"
dsn = "{dsn}"
user = "{user}"
password = {{ file = "password" }}   # a file that nobody else may read, or the keyring
org_ids = [{orgs}]

[policy]
file = "policy.yaml"

[company]
name = "Aldermoor Instruments"
functional_currency = "USD"
time_zone = "America/New_York"
"""


def main(folder: Path) -> int:
    """Run it all in a folder, which is made; returns 0 when every command ended as it should."""
    signal.signal(signal.SIGTERM, _end)
    _say("No Oracle is here: a wire double stands in for it. The driver, the SQL, the transactions and the package's")
    _say("logic are exercised; what only a real Oracle can prove is listed in docs/testing.md.")
    with ExitStack() as stack:
        dsn, password = stack.enter_context(_stand_in())
        orgs = _install_and_load(dsn, password)
        _configure(folder, dsn=dsn, password=password, orgs=orgs)
        _say(f"\n$ cd {folder}")
        for command in COMMANDS:
            code = _run(folder, command)
            if code != GOOD.get(command.split()[0], 0):
                _say(f"erp-ar {command} ended with {code}")
                return 1
            if note := NOTES.get(command.split()[0]):
                _say(note)
    _say(f"\nreport: {folder / REPORT}")
    return 0


@contextmanager
def _stand_in() -> Iterator[tuple[str, str]]:
    """Start PostgreSQL and the double; gives the address and the password of a user with an empty schema."""
    import postgresql_servers  # noqa: PLC0415 - found beside the tests
    from double.handle import Double  # noqa: PLC0415

    password = secrets.token_hex(12)
    with postgresql_servers.running() as url, Double.start(url, users={USER: password}) as double:
        _say(f"double of Oracle at {double.dsn}, on {url.partition(':')[0]}")
        yield double.dsn, password


def _install_and_load(dsn: str, password: str) -> list[int]:
    """Make tables and package, and put the example company into them; returns its operating units."""
    import oracledb  # noqa: PLC0415 - an adapter's driver
    from as_kept import as_kept  # noqa: PLC0415
    from erp_ar_ext_oracle.package import Site, statements  # noqa: PLC0415
    from oracle_books import Numbers, OracleBooks  # noqa: PLC0415

    from erp_ar_ext.demo import book_company  # noqa: PLC0415

    records = book_company().records()
    company = {name: [one.model_dump(by_alias=True) for one in table] for name, table in records.items()}
    ledger = as_kept(Numbers().rows(company))
    with oracledb.connect(user=USER, password=password, dsn=dsn) as connection:
        with connection.cursor() as cursor:
            for statement in statements(Site("standalone", owner=USER), plain=True):
                cursor.execute(statement)
        OracleBooks(connection).become(ledger)
    rows = sum(map(len, ledger.values()))
    _say(f"tables of E-Business Suite, package XXAR_EXT_API (standalone body), example company: {rows:,} rows")
    return sorted({int(row["org_id"]) for row in ledger["transactions"]})


def _configure(folder: Path, *, dsn: str, password: str, orgs: list[int]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = CONFIGURATION.format(dsn=dsn, user=USER, orgs=", ".join(map(str, orgs)))
    (folder / "erp-ar.toml").write_text(text, encoding="utf-8")
    (folder / "policy.yaml").write_bytes((files("erp_ar_ext.demo") / "policy.yaml").read_bytes())
    (folder / "password").touch(mode=0o600)
    (folder / "password").write_text(password, encoding="utf-8")


def _run(folder: Path, command: str) -> int:
    """Run a command in the folder as a user would."""
    _say(f"\n$ erp-ar {command}")
    arguments = [sys.executable, "-m", "erp_ar_ext.cli", *command.split()]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ERP_AR_")}
    return subprocess.run(arguments, cwd=folder, env=environment, check=False).returncode  # noqa: S603 - our own


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - what a demonstration is for


def _end(_number: int, _frame: Any) -> NoReturn:
    raise SystemExit(130)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo-oracle")))

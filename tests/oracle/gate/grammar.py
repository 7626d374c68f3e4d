"""Independent grammars of Oracle's SQL and PL/SQL: two ANTLR ones, generated for JavaScript, run by Node.

They learn as they go and are slow, so that their verdicts are kept in `verdicts.json` by the digest of the statement:
only what is new is parsed. `ERP_AR_TEST_GRAMMAR=anew` parses everything and compares, `=sample` a twelfth by chance,
`=update` writes the file.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

PARSER = Path(__file__).parent / "parser"
VERDICTS = Path(__file__).with_name("verdicts.json")
AT_ONCE = 40
"""New statements that a plain run parses; more would take it minutes."""


class NoGrammarError(Exception):
    """The grammar cannot be asked here, and why."""


def mode() -> str:
    """Empty, `anew`, `sample` or `update`."""
    return os.environ.get("ERP_AR_TEST_GRAMMAR", "")


def digest(sql: str) -> str:
    """Name of a statement among the kept verdicts; another release of the grammar judges anew."""
    lock = json.loads((PARSER / "package.json").read_text(encoding="utf-8"))["dependencies"]
    return hashlib.sha256(f"{json.dumps(lock, sort_keys=True)}\n{sql}".encode()).hexdigest()[:32]


def kept() -> dict[str, list[str]]:
    """The verdicts that are kept, by digest."""
    return json.loads(VERDICTS.read_text(encoding="utf-8")) if VERDICTS.exists() else {}


def verdicts(statements: Iterable[str]) -> dict[str, list[str]]:
    """What the grammar refuses of each statement, as "line 1:7 ..."; raises NoGrammarError where it must be asked."""
    known = {} if mode() == "anew" else kept()
    if mode() == "sample":
        drawn = {key for key in known if secrets.randbelow(12) == 0}
        known = {key: known[key] for key in known.keys() - drawn}
    wanted = list(dict.fromkeys(statements))
    new = [sql for sql in wanted if digest(sql) not in known]
    if len(new) > AT_ONCE and not mode():
        raise NoGrammarError(f"{len(new)} statements are new: ERP_AR_TEST_GRAMMAR=update parses them")
    known |= dict(zip(map(digest, new), _parsed(new), strict=True))
    found = {sql: known[digest(sql)] for sql in wanted}
    if mode() == "update":
        by_digest = {digest(sql): told for sql, told in found.items()}
        VERDICTS.write_text(json.dumps(dict(sorted(by_digest.items())), indent=0) + "\n", encoding="utf-8")
    return found


def why_not() -> str:
    """Why the grammar cannot be asked here; nothing where it can."""
    if shutil.which("node") is None:
        return "node is not installed"
    if not (PARSER / "node_modules" / "antlr4").exists():
        return f"its packages are missing: npm ci in {PARSER}"
    return ""


def _parsed(statements: list[str]) -> list[list[str]]:
    """Ask one process about all: the grammar's first statement costs seconds, later ones little."""
    if not statements:
        return []
    if reason := why_not():
        raise NoGrammarError(reason)
    lines = "".join(f"{json.dumps(sql)}\n" for sql in statements)
    command = ["node", "parse.mjs"]
    done = subprocess.run(command, cwd=PARSER, input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]

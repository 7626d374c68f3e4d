"""What a spreadsheet opens runs nothing, whatever the source's texts are, and its numbers are numbers."""

from __future__ import annotations

import csv
import re

import pytest
from typer.main import get_command

from erp_ar_ext.cli.app import app

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\uff1dHYPERLINK(1)",
    "\uff0b1",
    "\uff0d1",
    "\uff20A1",
    '=1","=2',
]
RUNS = re.compile("\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
NUMBER = re.compile(r"-?\d+(\.\d+)?")

COMMANDS = {
    "aging": [["--as-of", "2026-01-31"], ["--as-of", "2026-01-31", "--by", "schedule"]],
    "collectible": [["--as-of", "2026-01-31"], ["--as-of", "2026-01-31", "--by", "schedule"]],
    "exposure": [["--as-of", "2026-01-31"], ["--as-of", "2026-01-31", "--by", "line"]],
    "integrity": [["--as-of", "2026-01-31"]],
    "kpi": [["--as-of", "2026-01-31"]],
    "restated": [["--as-of", "2026-01-31", "--known-at", "2126-01-01"]],
    "roll-forward": [["--from", "2025-12-31", "--to", "2026-01-31", "--by", "account"]],
    "tie-out": [["--as-of", "2026-01-31"]],
}
NO_TABLES = {"plan", "report"}
"""Commands whose file is no table: their own tests say what it holds."""


def exporting():
    """Commands that write a file for people."""
    commands = get_command(app).commands
    return {name for name, command in commands.items() if any("--out" in one.opts for one in command.params)}


def test_every_export_is_among_these():
    """A command that comes to write a table is tried here too."""
    assert exporting() == COMMANDS.keys() | NO_TABLES


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


@pytest.fixture
def hostile(company):
    """Customers and documents whose texts a spreadsheet would run."""
    names = [f"A{place},{quoted(text)},{quoted(text)},A" for place, text in enumerate(HOSTILE)]
    company.write("data/customers.csv", "account_id,account_number,name,status\n" + "\n".join(names) + "\n")
    rows = [
        f"1,T{place},{quoted(text)},INV,2025-12-01,A{place},USD,10.00,2025-12-15,{quoted(text)}"
        for place, text in enumerate(HOSTILE)
    ]
    credit = "1,C1,C-1,CM,2026-01-05,A1,USD,-20.00,,"
    heads = "org_id,trx_id,trx_number,class,trx_date,account_id,currency,amount,due_date,po_number\n"
    company.write("data/transactions.csv", heads + "\n".join([*rows, credit]) + "\n")
    for entity in ("schedules", "receipts", "applications"):
        (company.data / f"{entity}.csv").unlink()
    assert company.erp_ar("sync").code in (0, 3)
    return company


def test_no_cell_of_an_export_is_a_formula(hostile):
    """Over every command: a text that would run has an apostrophe before it; a negative amount has none."""
    names, numbers = set(), set()
    for command, variants in COMMANDS.items():
        for place, arguments in enumerate(variants):
            out = hostile.folder / f"{command}-{place}.csv"
            answer = hostile.erp_ar(command, *arguments, "--out", out)
            assert out.exists(), (command, arguments, answer.err)
            with out.open(newline="", encoding="utf-8") as file:
                cells = [cell for row in csv.reader(file) for cell in row]
            assert [cell for cell in cells if RUNS.match(cell) and not NUMBER.fullmatch(cell)] == [], command
            names |= {cell for cell in cells if cell.startswith("'")}
            numbers |= {cell for cell in cells if NUMBER.fullmatch(cell) and cell.startswith("-")}
    assert names >= {f"'{text.strip()}" for text in HOSTILE if not text[0].isspace()}
    assert "-20.00" in numbers

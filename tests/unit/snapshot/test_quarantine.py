"""The quarantine is read by people, in spreadsheets."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from erp_ar_ext.snapshot.quarantine import Quarantine
from erp_ar_ext.spi import REJECT_SCHEMA

TEXTS = ("column", "value", "more", "record")


def kept(folder: Path, row: dict[str, object]) -> dict[str, str]:
    """Put a row in quarantine, and read it as a program reads CSV."""
    quarantine = Quarantine(folder)
    given = {"file": "a.csv", "row": 2, "rule": "is not an amount", **row}
    quarantine.add("transactions", pa.RecordBatch.from_pylist([given], schema=REJECT_SCHEMA))
    quarantine.close()
    with (folder / "transactions.csv").open(newline="", encoding="utf-8") as file:
        [line] = csv.DictReader(file)
    return line


BEGINNINGS = ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "-", "@SUM(A1)", " =1", "\uff1d1", "\uff20A1"]
FORMULAS = [*BEGINNINGS, "\t=1", "\r=1", "\n=1", "=a\nb"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_of_the_source_is_a_formula(tmp_path, text) -> None:
    """Whatever the source holds, a spreadsheet shows it and does not run it."""
    line = kept(tmp_path, dict.fromkeys(TEXTS, text))
    assert {name: line[name] for name in TEXTS} == dict.fromkeys(TEXTS, f"'{text}")


@pytest.mark.parametrize("text", ["-5.00001", "-1.234,56", "-7", "Acme = 1", "a\n=1", "'=1", "12", " a-1"])
def test_amounts_and_plain_texts_stay_as_read(tmp_path, text) -> None:
    """A negative amount is told as the file has it, and so is any harmless text."""
    line = kept(tmp_path, {"value": text, "column": "amount"})
    assert (line["value"], line["column"], line["more"], line["row"]) == (text, "amount", "", "2")

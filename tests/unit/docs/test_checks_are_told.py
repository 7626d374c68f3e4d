"""The how-to pages of the checks name every check and every cause, in the order of the code."""

import re
from pathlib import Path

import pytest

from erp_ar_ext.ledger.integrity import CHECKS
from erp_ar_ext.ledger.variances import CAUSES

HOW_TO = Path(__file__).resolve().parents[3] / "docs" / "how-to"


def rows(page, heading):
    """First cells of the table under a heading."""
    text = (HOW_TO / page).read_text(encoding="utf-8").split(f"## {heading}\n", maxsplit=1)[1].split("\n## ")[0]
    return re.findall(r"^\| `([\w-]+)` \| (.+?) \|", text, re.MULTILINE)


def test_every_check_of_invoices_is_told_with_its_severity():
    """A check that is not on the page, or stands there with another severity, would be looked up in vain."""
    told = rows("check-invoice-integrity.md", "The checks")
    assert told == [(name, str(check.severity)) for name, check in CHECKS.items()]


@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause_is_told(cause):
    """Each cause of a variance has its line, and the page names no other."""
    told = [name for name, _ in rows("find-why-it-does-not-tie-out.md", "The causes")]
    assert cause in told
    assert len(told) == len(CAUSES)

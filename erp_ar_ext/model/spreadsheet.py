"""Which texts a spreadsheet would run as a formula: exports for people put an apostrophe before them.

Columns of numbers are no texts and stay as they are, negative ones too. What is data rather than an export - snapshots,
plans, the write-back files of the csv adapter - holds its texts unchanged.
"""

from __future__ import annotations

import re
from typing import Any

FORMULA_PATTERN = "^(\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])"
"""Regular expression, RE2's and Python's, of texts that begin a formula, or hide the beginning of one behind blanks.

The full-width forms of the four signs are read as the signs themselves where a spreadsheet's language is Chinese,
Japanese or Korean.
"""

_FORMULA = re.compile(FORMULA_PATTERN)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


def harmless(cell: Any) -> Any:
    """Put an apostrophe before a text that a spreadsheet would run; a number, also as text, is left alone.

    >>> harmless("=1+1"), harmless("-1.50"), harmless(None)
    ("'=1+1", '-1.50', None)
    """
    runs = isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if runs else cell

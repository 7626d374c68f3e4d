"""Which texts a spreadsheet would run as a formula: exports for people put an apostrophe before them."""

from __future__ import annotations

FORMULA_PATTERN = r"^[=+\-@\t\r]"
"""Regular expression (RE2) of texts that begin a formula, or hide the beginning of one behind a blank."""

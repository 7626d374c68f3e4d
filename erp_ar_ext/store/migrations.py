"""Where the migrations are, and what they lead to."""

from __future__ import annotations

from pathlib import Path

import erp_ar_ext

REVISIONS = ("0001", "0002", "0003", "0004")
"""Revisions of the schema, oldest first; a test holds them against the migrations themselves."""


def migrations_folder() -> Path:
    """Find the migrations: inside an installed package, or at the top of a clone."""
    package = Path(erp_ar_ext.__file__).parent
    shipped = package / "_migrations"
    return shipped if shipped.is_dir() else package.parent / "migrations"

"""The adapter: its description, and how its two sides are opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from erp_ar_ext.spi import AdapterInfo, Capability, Check, ReadContext, Support
from erp_ar_ext_csv.checks import run_checks
from erp_ar_ext_csv.settings import CsvSettings, parse
from erp_ar_ext_csv.source import CsvSource
from erp_ar_ext_csv.target import CsvTarget
from erp_ar_ext_csv.version import VERSION


class CsvAdapter:
    """Files as an ERP."""

    info = AdapterInfo(
        name="csv",
        version=VERSION,
        summary="CSV, Parquet and spreadsheet files, canonical or mapped; writes back into a folder beside them",
        settings=CsvSettings,
        capabilities={
            Capability.READ: Support.FULL,
            Capability.READ_INCREMENTAL: Support.IMPOSSIBLE,  # files tell no changes
            Capability.READ_CONSISTENT: Support.PARTIAL,  # a file changed between two reads is noticed, not held
            Capability.WRITE_NOTE: Support.FULL,
            Capability.WRITE_HOLD: Support.FULL,
            Capability.WRITE_RELEASE: Support.FULL,
            Capability.WRITE_ADJUSTMENT: Support.FULL,
            Capability.LOOK_UP: Support.FULL,
            Capability.GUARD: Support.PARTIAL,  # against the folder: the ERP behind it may have moved on
            Capability.SERVER_CLOCK: Support.IMPOSSIBLE,
        },
    )

    def open_source(self, settings: Mapping[str, Any], context: ReadContext) -> CsvSource:
        """Open for reading. Raises ConfigError for unusable settings, SourceError for missing files."""
        return CsvSource(parse(settings), context)

    def open_target(self, settings: Mapping[str, Any], context: ReadContext) -> CsvTarget:
        """Open for writing. Raises ConfigError for unusable settings."""
        return CsvTarget(parse(settings), context)

    def checks(self, settings: Mapping[str, Any], context: ReadContext) -> list[Check]:
        """Check settings, folder, headers and write-back for `erp-ar doctor`; never raises."""
        return run_checks(settings, context)


ADAPTER = CsvAdapter()

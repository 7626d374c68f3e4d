"""The adapter: its description, and how its two sides are opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from erp_ar_ext.spi import AdapterInfo, Capability, Check, ReadContext, Support
from erp_ar_ext_oracle.checks import run_checks, run_target_checks
from erp_ar_ext_oracle.settings import OracleSettings, parse
from erp_ar_ext_oracle.source import OracleSource
from erp_ar_ext_oracle.target import OracleTarget
from erp_ar_ext_oracle.version import VERSION


class OracleAdapter:
    """Oracle E-Business Suite, or tables in its shape."""

    info = AdapterInfo(
        name="oracle",
        version=VERSION,
        summary="Oracle E-Business Suite 12.1 and 12.2 receivables; writes through the PL/SQL package XXAR_EXT_API",
        settings=OracleSettings,
        capabilities={
            Capability.READ: Support.FULL,
            Capability.READ_INCREMENTAL: Support.FULL,
            Capability.READ_CONSISTENT: Support.FULL,  # unless the settings say a statement at a time
            Capability.WRITE_NOTE: Support.FULL,
            Capability.WRITE_HOLD: Support.FULL,
            Capability.WRITE_RELEASE: Support.FULL,
            Capability.WRITE_ADJUSTMENT: Support.FULL,
            Capability.LOOK_UP: Support.FULL,
            Capability.GUARD: Support.FULL,
            Capability.SERVER_CLOCK: Support.FULL,
        },
    )

    def open_source(self, settings: Mapping[str, Any], context: ReadContext) -> OracleSource:
        """Open for reading. Raises ConfigError for unusable settings, SourceError where no session can be had."""
        return OracleSource(parse(settings), context)

    def open_target(self, settings: Mapping[str, Any], context: ReadContext) -> OracleTarget:
        """Open for writing. Raises ConfigError for unusable settings."""
        return OracleTarget(parse(settings), context)

    def checks(self, settings: Mapping[str, Any], context: ReadContext) -> list[Check]:
        """Check connection, grants, columns and clock for `erp-ar doctor`; never raises."""
        return run_checks(settings, context)

    def target_checks(self, settings: Mapping[str, Any], context: ReadContext) -> list[Check]:
        """Check package, parameters and service for `erp-ar doctor`; never raises."""
        return run_target_checks(settings, context)


ADAPTER = OracleAdapter()

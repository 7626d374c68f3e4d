"""The adapter's description. Reading and writing arrive with release 0.3; until then both say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Never

from erp_ar_ext.errors import AdapterError
from erp_ar_ext.spi import AdapterInfo, Capability, Check, CheckStatus, ReadContext, Support
from erp_ar_ext_oracle.settings import OracleSettings

ARRIVES_IN = "0.3"


class OracleAdapter:
    """Describes itself, and refuses to open."""

    info = AdapterInfo(
        name="oracle",
        version="0.1.0",
        summary="Oracle E-Business Suite 12.1 and 12.2 receivables (reads and writes from release 0.3)",
        settings=OracleSettings,
        capabilities=dict.fromkeys(Capability, Support.PLANNED),
    )

    def open_source(self, settings: Mapping[str, Any], context: ReadContext) -> Never:  # noqa: ARG002
        """Raise AdapterError: reading is not in this release."""
        self._not_yet("read")

    def open_target(self, settings: Mapping[str, Any], context: ReadContext) -> Never:  # noqa: ARG002
        """Raise AdapterError: writing is not in this release."""
        self._not_yet("write")

    def checks(self, settings: Mapping[str, Any], context: ReadContext) -> list[Check]:  # noqa: ARG002
        """Say in `erp-ar doctor` what this release can do."""
        detail = f"this release describes the adapter only; it reads and writes from release {ARRIVES_IN}"
        return [Check("oracle adapter", CheckStatus.FAILED, detail, 'use adapter = "csv" on extracted files')]

    def _not_yet(self, what: str) -> Never:
        raise AdapterError(
            f"the oracle adapter does not {what} yet; release {ARRIVES_IN} brings it",
            hint='extract to files and use adapter = "csv"',
        )


ADAPTER = OracleAdapter()

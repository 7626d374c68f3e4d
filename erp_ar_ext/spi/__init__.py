"""All that an adapter author reads: protocols, capabilities, answers. See docs/how-to/write-an-adapter.md."""

from erp_ar_ext.spi.adapter import SPI_VERSION, Adapter, AdapterInfo, Check, ChecksTarget, CheckStatus
from erp_ar_ext.spi.capabilities import Capability, Support
from erp_ar_ext.spi.changes import FingerprintedSource, IncrementalSource, Window
from erp_ar_ext.spi.events import Event, Level
from erp_ar_ext.spi.reading import (
    PLACE_SCHEMA,
    REJECT_SCHEMA,
    Batch,
    InputFile,
    ReadContext,
    Source,
    inputs_digest,
)
from erp_ar_ext.spi.writing import ActionKind, Intent, Outcome, Target, WriteResult

__all__ = [
    "PLACE_SCHEMA",
    "REJECT_SCHEMA",
    "SPI_VERSION",
    "ActionKind",
    "Adapter",
    "AdapterInfo",
    "Batch",
    "Capability",
    "Check",
    "CheckStatus",
    "ChecksTarget",
    "Event",
    "FingerprintedSource",
    "IncrementalSource",
    "InputFile",
    "Intent",
    "Level",
    "Outcome",
    "ReadContext",
    "Source",
    "Support",
    "Target",
    "Window",
    "WriteResult",
    "inputs_digest",
]

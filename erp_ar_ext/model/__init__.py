"""The canonical model of accounts receivable: entities, column types, currencies, findings."""

from erp_ar_ext.model.canonical_json import bytes_digest, canonical_bytes, digest, short
from erp_ar_ext.model.currencies import ISO_4217, amount_text, grouped_amount_text, minor_unit
from erp_ar_ext.model.entities import ENTITIES, OUR_REFERENCE, REQUIRED_ENTITIES
from erp_ar_ext.model.entity import Column, Entity
from erp_ar_ext.model.findings import Finding, Severity
from erp_ar_ext.model.types import ColumnType, Kind

__all__ = [
    "ENTITIES",
    "ISO_4217",
    "OUR_REFERENCE",
    "REQUIRED_ENTITIES",
    "Column",
    "ColumnType",
    "Entity",
    "Finding",
    "Kind",
    "Severity",
    "amount_text",
    "bytes_digest",
    "canonical_bytes",
    "digest",
    "grouped_amount_text",
    "minor_unit",
    "short",
]

"""Checks of the aging's buckets: every whole number of days or months is in exactly one."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from erp_ar_ext.errors import UsageError
from erp_ar_ext.ledger.aging_rules import REUSED, reused_names
from erp_ar_ext.ledger.buckets import DEFAULT_BOUNDS, FURTHEST, Bucket, faults, make_buckets
from erp_ar_ext.policy.report import Report
from erp_ar_ext.policy.shape import value_at
from erp_ar_ext.policy.yaml_document import KeyPath

_AT: KeyPath = ("aging", "buckets")


def check_buckets(report: Report) -> None:
    """Buckets neither overlap nor leave a gap; what is no bucket at all is told with the shape."""
    written = value_at(report.document, _AT)
    if written is None and _unit(report) == "months":
        message = "an aging by months needs buckets of its own: 30, 60 and 90 are days"
        report.error(("aging", "unit"), message, "for example buckets: [1, 2, 3, 6, 12]")
    if not isinstance(written, list):
        return
    if all(type(bound) is int for bound in written):
        _check_bounds(report, written)
    elif all(_is_range(one) for one in written):
        _check_ranges(report, [_range(one) for one in written])


def bucket_names(report: Report) -> list[str]:
    """Names of the aging's buckets; none where the buckets are faulty."""
    written = value_at(report.document, _AT)
    if isinstance(written, list) and written and all(_is_range(one) for one in written):
        return [one["name"] for one in written]
    try:
        return [bucket.name for bucket in make_buckets(DEFAULT_BOUNDS if written is None else written, _unit(report))]
    except (TypeError, UsageError):
        return []


def _unit(report: Report) -> Any:
    return "months" if value_at(report.document, ("aging", "unit")) == "months" else "days"


def _check_bounds(report: Report, bounds: list[int]) -> None:
    for at, (before, bound) in enumerate(pairwise((0, *bounds))):
        if bound < 1:
            report.error((*_AT, at), f"bucket bound {bound} is not a positive number of {_unit(report)}")
        elif bound >= FURTHEST:
            report.error((*_AT, at), f"bucket bound {bound} lies beyond the calendar", "the last bucket has no end")
        elif bound <= before:
            report.error((*_AT, at), f"bucket bound {bound} does not lie above {before}", "buckets must not overlap")


def _check_ranges(report: Report, buckets: list[Bucket]) -> None:
    for fault in faults(buckets):
        report.error((*_AT, fault.at, fault.end), fault.message, fault.hint)
    for at in reused_names([bucket.name for bucket in buckets]):
        report.error((*_AT, at, "name"), f"bucket {buckets[at].name!r}: {REUSED}", "give it another name")


def _is_range(value: Any) -> bool:
    """Whether a value has the shape of a bucket."""
    if not isinstance(value, Mapping) or not isinstance(value.get("name"), str):
        return False
    return all(value.get(end) is None or type(value[end]) is int for end in ("from", "to"))


def _range(value: Mapping[str, Any]) -> Bucket:
    return Bucket(value["name"], value.get("from"), value.get("to"))

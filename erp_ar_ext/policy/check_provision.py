"""Checks of key figures and the provision matrix that go beyond their shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from erp_ar_ext.policy.logic import contradiction
from erp_ar_ext.policy.predicates import compile_predicate
from erp_ar_ext.policy.problems import did_you_mean
from erp_ar_ext.policy.report import Report
from erp_ar_ext.policy.scope import layer_scope
from erp_ar_ext.policy.shape import described, value_at
from erp_ar_ext.policy.yaml_document import KeyPath

_PATH: KeyPath = ("provision", "segments")


def check_provision(report: Report, buckets: Sequence[str]) -> None:
    """Every account has one segment, and every bucket of every segment one rate; an overlay lowers nothing below zero.

    `buckets` are the names of the aging's buckets; none where those are faulty themselves.
    """
    _check_condition(report, ("provision", "individual_when"), "section provision")
    factor = value_at(report.document, ("provision", "overlay", "factor"))
    if _is_number(factor) and factor < 0:
        report.error(("provision", "overlay", "factor"), "the factor of the overlay is below zero")
    segments = list(_segments(report))
    names: dict[str, int] = {}
    for number, (path, segment) in enumerate(segments):
        name, owner = segment.get("name"), described(report.document, path)
        if isinstance(name, str) and name in names:
            report.error((*path, "name"), f"duplicate segment name {name!r}: it stands on line {names[name]} too")
        if isinstance(name, str):
            names.setdefault(name, report.document.place((*path, "name"))[0])
        _check_order(report, path, owner, is_last=number == len(segments) - 1)
        _check_condition(report, (*path, "when"), owner)
        _check_rates(report, path, owner, buckets)


def _segments(report: Report) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
    listed = value_at(report.document, _PATH)
    for index, segment in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(segment, Mapping):
            yield (*_PATH, index), segment


def _check_order(report: Report, path: KeyPath, owner: str, *, is_last: bool) -> None:
    """The last segment takes the rest, so that no account is without one; no other does."""
    has_condition = value_at(report.document, (*path, "when")) is not None
    if is_last and has_condition:
        report.error((*path, "when"), f"{owner} is the last and has a condition: who it is not for has no segment",
                     "leave out its 'when', or put a segment without one after it")  # fmt: skip
    if not is_last and not has_condition:
        report.error(path, f"{owner} has no condition: the segments after it are for nobody", "put it last")


def _check_condition(report: Report, path: KeyPath, owner: str) -> None:
    text = value_at(report.document, path)
    if not isinstance(text, str) or not text:
        return
    compiled = compile_predicate(text, layer_scope())
    report.issues(path, owner, compiled.issues)
    reason = contradiction(compiled.parts)
    if reason:
        report.error(path, f"{path[-1]!r} of {owner} can never be true: {reason}")


def _check_rates(report: Report, path: KeyPath, owner: str, buckets: Sequence[str]) -> None:
    rates = value_at(report.document, (*path, "rates"))
    if not isinstance(rates, Mapping):
        return
    for name, rate in rates.items():
        at = (*path, "rates", name)
        if buckets and name not in buckets:
            known = f"the aging has {', '.join(buckets)}"
            report.error_at_key(at, f"unknown bucket {name!r} in {owner}", did_you_mean(name, buckets, otherwise=known))
        if _is_number(rate) and not 0 <= rate <= 100:
            report.error(at, f"rate {rate} of bucket {name!r} in {owner} is not between 0 and 100 percent")
    missing = [name for name in buckets if name not in rates]
    if missing:
        report.error_at_key((*path, "rates"), f"no rate for {', '.join(missing)} in {owner}", "every bucket has one")


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)

"""Amounts of a policy held against the digits of their currencies: a tolerance of 0.10 means nothing in won."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from erp_ar_ext.model import minor_unit
from erp_ar_ext.policy.check_layers import layers, mapping_at
from erp_ar_ext.policy.report import Report
from erp_ar_ext.policy.yaml_document import KeyPath


def check_amounts(report: Report) -> None:
    """Warn of an amount that is finer than its currency is written."""
    for path in _amounts_per_currency(report):
        for currency, amount in mapping_at(report, path).items():
            digits = minor_unit(str(currency))
            if isinstance(amount, Decimal) and amount != round(amount, digits):
                has = f"has {digits} decimals" if digits else "has no decimals"
                report.warning_at_key(
                    (*path, currency), f"{amount} {currency} is no amount: {currency} {has}", "round it"
                )


def _amounts_per_currency(report: Report) -> Iterator[KeyPath]:
    yield ("payment_plans", "amount_tolerance")
    for at in ((), *(path for path, _ in layers(report))):
        for name in mapping_at(report, (*at, "settings")):
            yield (*at, "settings", name)

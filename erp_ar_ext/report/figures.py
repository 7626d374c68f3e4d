"""What the report says of the ledger: figures per currency, the largest debtors, the tie-out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from erp_ar_ext.ledger import Aging, Ledger
from erp_ar_ext.report.chart import Columns, Segment, age_profile, colours, columns, length
from erp_ar_ext.report.wording import APART, bucket_wording, check_wording, share

DEBTORS_SHOWN = 8
"""Customers named per currency."""


@dataclass(frozen=True)
class BucketLine:
    """One bucket of one currency, as the table beside the chart has it."""

    name: str
    amount: Decimal
    share: str
    colour: str


@dataclass(frozen=True)
class Debtor:
    """A customer with an overdue balance; `bar` is the bar's length in percent of the longest."""

    account_id: str
    account_number: str
    name: str
    days_past_due: int
    open_amount: Decimal
    overdue: Decimal
    bar: Decimal


@dataclass(frozen=True)
class CurrencyFigures:
    """All that is said of one currency; amounts are in it and never added to another's.

    `apart` names what is open outside the buckets.
    """

    currency: str
    open_amount: Decimal
    overdue: Decimal
    overdue_share: str
    credits: Decimal
    unapplied: Decimal
    disputed: Decimal
    buckets: tuple[BucketLine, ...]
    apart: tuple[tuple[str, Decimal], ...]
    chart: Columns
    profile: tuple[Segment, ...]
    debtors: tuple[Debtor, ...]
    overdue_accounts: int


@dataclass(frozen=True)
class CheckLine:
    """One check of the tie-out: its difference per currency, None where the check has nothing in it."""

    title: str
    differences: tuple[tuple[str, Decimal | None], ...]


def currency_figures(ledger: Ledger, aging: Aging) -> list[CurrencyFigures]:
    """Figures of every currency of an aging by account, in the order of the codes."""
    debtors = _debtors(ledger, aging)
    figures = []
    for total in aging.totals():
        named = {bucket_wording(name): amount for name, amount in total.buckets.items()}
        fresh = len(aging.buckets) - len(aging.rules.past_due)
        lines = zip(named.items(), colours(len(named), fresh), strict=True)
        overdue = sum((total.buckets[bucket.name] for bucket in aging.rules.past_due), Decimal(0))
        count, largest = debtors.get(total.currency, (0, ()))
        figures.append(
            CurrencyFigures(
                currency=total.currency,
                open_amount=total.open_amount,
                overdue=overdue,
                overdue_share=share(overdue, total.open_amount),
                credits=total.credits,
                unapplied=total.unapplied,
                disputed=total.disputed,
                buckets=tuple(
                    BucketLine(name, amount, share(amount, total.open_amount), colour)
                    for (name, amount), colour in lines
                ),
                apart=tuple((APART[name], getattr(total, name)) for name in aging.rules.apart),
                chart=columns(named, total.currency, fresh),
                profile=age_profile(named, fresh),
                debtors=largest,
                overdue_accounts=count,
            )
        )
    return figures


def tie_out_lines(checks: Sequence[dict[str, Any]]) -> list[CheckLine]:
    """Checks as lines of a table with a column per currency, both in the order given."""
    currencies = sorted({check["currency"] for check in checks})
    found = {(check["name"], check["currency"]): Decimal(check["difference"]) for check in checks}
    return [
        CheckLine(check_wording(name), tuple((currency, found.get((name, currency))) for currency in currencies))
        for name in dict.fromkeys(check["name"] for check in checks)
    ]


def _debtors(ledger: Ledger, aging: Aging) -> dict[str, tuple[int, tuple[Debtor, ...]]]:
    """Per currency: how many accounts are overdue, and the largest of them."""
    rows = ledger.engine.rows(f"""
WITH overdue AS (
    SELECT a.currency, a.account_id, a.days_past_due, a.open_amount, {aging.past_due_sql("a")} AS amount FROM aging AS a
),
ranked AS (
    SELECT *,
        row_number() OVER (PARTITION BY currency ORDER BY amount DESC, account_id) AS place,
        count(*) OVER (PARTITION BY currency) AS accounts
    FROM overdue WHERE amount > 0 AND account_id IS NOT NULL
)
SELECT r.currency, r.accounts, r.account_id, c.account_number, c.name, r.days_past_due, r.open_amount, r.amount
FROM ranked AS r
LEFT JOIN customers AS c ON c.account_id = r.account_id
WHERE r.place <= {DEBTORS_SHOWN}
ORDER BY r.currency, r.place""")
    debtors: dict[str, tuple[int, tuple[Debtor, ...]]] = {}
    for currency, accounts, account_id, number, name, days, open_amount, amount in rows:
        listed = debtors.get(currency, (accounts, ()))[1]
        bar = length(amount, listed[0].overdue if listed else amount)
        debtor = Debtor(account_id, number or account_id, name or account_id, days, open_amount, amount, bar)
        debtors[currency] = (accounts, (*listed, debtor))
    return debtors

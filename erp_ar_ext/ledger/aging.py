"""Aging: open balances by how long they are past due, with the tie-out that proves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from erp_ar_ext.engine import literal
from erp_ar_ext.ledger.aging_rules import AgingRules
from erp_ar_ext.ledger.buckets import DEFAULT_BOUNDS, make_buckets, quoted
from erp_ar_ext.ledger.ledger import Ledger
from erp_ar_ext.ledger.library import model
from erp_ar_ext.ledger.money_sql import money_text_sql
from erp_ar_ext.ledger.table_file import write_table
from erp_ar_ext.ledger.tie_out import TieOut, aging_tie_out
from erp_ar_ext.model import amount_text

_GRAINS = {
    "account": ("account_id", "currency"),
    "schedule": ("account_id", "currency", "org_id", "schedule_id", "trx_number", "class", "due_date"),
}
_POOLS = {
    "oldest_first": "account_pools", "same_document": "document_pools", "cash oldest_first": "cash_pools",
}  # fmt: skip
"""Model of what is set off, by treatment of credits and of cash."""


@dataclass(frozen=True)
class CurrencyTotal:
    """Totals of one currency; `buckets` by bucket name."""

    currency: str
    open_amount: Decimal
    buckets: dict[str, Decimal]
    credits: Decimal
    unapplied: Decimal
    disputed: Decimal
    set_off: Decimal = Decimal(0)


class Aging:
    """The aged open balance of a ledger, by account or by schedule, kept as the engine's table `aging`.

    `open_amount` holds debits and credit memos; `unapplied` is cash apart. All amounts are in the row's currency.
    In every row, the buckets and the columns that the rules put apart add up to the open amount. `days_past_due` of an
    account is that of its oldest open debit, or credit where it has no debit.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        by: str = "account",
        bounds: Sequence[int] = DEFAULT_BOUNDS,
        rules: AgingRules | None = None,
    ) -> None:
        self.ledger = ledger
        self.by = by
        self.rules = rules or AgingRules(make_buckets(bounds))
        self.buckets = self.rules.buckets
        self._columns = _GRAINS[by]
        self._amounts = (
            *("open_amount", *(bucket.name for bucket in self.buckets), "credits", "unapplied", "disputed"),
            *(("set_off",) if self.rules.sets_off else ()),
        )
        if self.rules.sets_off:
            _define_set_offs(ledger, self.rules)
        ledger.engine.define("aging", self._select(), materialized=True)
        checks = _set_off_checks(ledger) if self.rules.sets_off else ()
        self.tie_out = TieOut((*checks, *aging_tie_out(ledger, self.rules).checks))

    def totals(self) -> list[CurrencyTotal]:
        """One total per currency, in the order of the codes."""
        sums = ", ".join(f"sum({quoted(column)}) AS {quoted(column)}" for column in self._amounts)
        rows = self.ledger.engine.arrow(f"SELECT currency, {sums} FROM aging GROUP BY currency ORDER BY currency")
        names = {bucket.name for bucket in self.buckets}
        return [
            CurrencyTotal(
                buckets={name: amount for name, amount in row.items() if name in names},
                **{name: amount for name, amount in row.items() if name not in names},
            )
            for row in rows.to_pylist()
        ]

    def largest(self, count: int) -> list[dict[str, Any]]:
        """For each currency, the rows with the largest past-due part; amounts of two currencies do not compare."""
        order = ", ".join(("overdue DESC", *(f"a.{column}" for column in self._columns)))
        table = self.ledger.engine.arrow(
            f"SELECT a.*, c.name AS account_name, {self.past_due_sql('a')} AS overdue FROM aging AS a "
            "LEFT JOIN customers AS c ON c.account_id = a.account_id "
            f"QUALIFY row_number() OVER (PARTITION BY a.currency ORDER BY {order}) <= {count} "
            f"ORDER BY a.currency, {order}"
        )
        return list(table.to_pylist())

    def past_due_sql(self, alias: str) -> str:
        """SQL of the past-due part of a row of the table `aging`, which goes by an alias."""
        return " + ".join(f"{alias}.{quoted(bucket.name)}" for bucket in self.rules.past_due)

    def as_json(self) -> bytes:
        """The document of CONTRACT `aging --json`: every row, amounts as decimal text."""
        ledger, rules = self.ledger, self.rules
        head: dict[str, Any] = {
            "as_of": ledger.as_of.isoformat(), "basis": ledger.basis, "axis": ledger.axis, "by": self.by,
            "snapshot": ledger.snapshot.snapshot_id, "unit": rules.unit,
            "treatments": {"credits": rules.credits, "unapplied": rules.unapplied, "disputed": rules.disputed},
            "buckets": [bucket.name for bucket in self.buckets], "apart": rules.apart,
        }  # fmt: skip
        names = {bucket.name for bucket in self.buckets}
        own = ", ".join(f"{literal(c)}: {c}" for c in (*self._columns, "days_past_due"))
        amounts = ", ".join(f"{literal(c)}: {_text(c)}" for c in self._amounts if c not in names)
        buckets = ", ".join(f"{literal(c)}: {_text(c)}" for c in self._amounts if c in names)
        row = f"to_json({{{own}, {amounts}, 'buckets': {{{buckets}}}}})::VARCHAR"
        rows = ledger.engine.rows(f"SELECT {row} FROM aging ORDER BY {self._order()}")
        return b"".join((
            orjson.dumps(head).removesuffix(b"}"), b',\n"rows": [', ",\n".join(row[0] for row in rows).encode(),
            b'],\n"tie_out": ', self.tie_out.as_json(), b"}\n",
        ))  # fmt: skip

    def write(self, path: Path) -> None:
        """Write all rows to a .csv or .parquet file. Raises UsageError where it cannot be written."""
        write_table(self.ledger.engine, "aging", path, order=self._order())

    def _order(self) -> str:
        order = "aging.account_id NULLS LAST, aging.currency"
        return order + (", aging.org_id, aging.schedule_id" if self.by == "schedule" else "")

    def _select(self) -> str:
        grain = ", ".join(self._columns)
        per_bucket = ",\n".join(
            f"    coalesce(sum(aged) FILTER ({bucket.condition('age')}), 0) AS {quoted(bucket.name)}"
            for bucket in self.buckets
        )
        set_off = ",\n    sum(set_off) AS set_off" if self.rules.sets_off else ""
        return f"""
SELECT {grain},
    coalesce(max(days_past_due) FILTER (open_amount > 0),
             max(days_past_due) FILTER (open_amount < 0)) AS days_past_due,
    sum(open_amount) AS open_amount,
{per_bucket},
    coalesce(sum(open_amount) FILTER (open_amount < 0), 0) AS credits,
    sum(unapplied) AS unapplied,
    sum(disputed) AS disputed{set_off}
FROM ({self._items()})
GROUP BY {grain}"""

    def _items(self) -> str:
        """Open items with their age and the part of each that stands in a bucket, less what is set off of it."""
        ledger, rules = self.ledger, self.rules
        age = "days_past_due"
        if rules.unit == "months":  # counts the turns of the month between the two days
            age = f"date_diff('month', {ledger.basis}, {literal(ledger.as_of)})"
        aged = "greatest(open_amount, 0)" if rules.credits == "apart" else "open_amount"
        aged += " - disputed" if rules.disputed == "apart" else ""
        items = f"SELECT *, {age} AS age, {aged} AS aged FROM open_items"
        if not rules.sets_off:
            return items
        return f"""SELECT *, 0 AS set_off FROM ({items}) UNION ALL BY NAME
SELECT *, {age} AS age, -amount AS aged, amount AS set_off FROM set_offs WHERE class <> 'PMT'"""


def _define_set_offs(ledger: Ledger, rules: AgingRules) -> None:
    """Set credits off first, then cash, each once; `set_offs` holds what of each item both set off."""
    engine, parameters = ledger.engine, {"disputed_apart": rules.disputed == "apart"}
    pools = {"credit_set_offs": _POOLS.get(rules.credits), "cash_set_offs": _POOLS.get(f"cash {rules.unapplied}")}
    for name, found in pools.items():
        sql = model(found).sql if found else f"SELECT * FROM ({model('account_pools').sql}) WHERE false"
        engine.define("set_off_pools", sql, parameters, materialized=True)
        engine.define(name, model("set_offs").sql, materialized=True)
    engine.define("set_offs", "SELECT * FROM credit_set_offs UNION ALL SELECT * FROM cash_set_offs")


_SET_OFF_CHECK = """
SELECT currency, sum(abs(amount))
FROM (SELECT currency, sum(amount) AS amount FROM set_offs GROUP BY org_id, account_id, currency, document)
GROUP BY currency ORDER BY currency"""


def _set_off_checks(ledger: Ledger) -> list[dict[str, Any]]:
    """What is set off of debits is set off of credits and cash of the same pool, no more and no less."""
    return [
        {"name": "set_offs_cancel", "currency": currency, "difference": amount_text(difference, currency)}
        for currency, difference in ledger.engine.rows(_SET_OFF_CHECK)
    ]


def _text(column: str) -> str:
    return money_text_sql(quoted(column), "currency")

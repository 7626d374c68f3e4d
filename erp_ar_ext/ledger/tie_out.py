"""The tie-out: sums of the same money, taken along different ways, that must agree to the cent.

Every output that shows money carries one. `balance_tie_out(ledger)` is that of the ledger itself; an output that keeps
its rows as a table of the engine proves them too with `output_tie_out(ledger, table, sums=..., parts=...)`:

>>> output_tie_out(  # doctest: +SKIP
...     ledger, "collectible",
...     sums={"open_amount": "open_amount", "unapplied": "unapplied"},         # a column: what it sums of open_items
...     parts={"open_amount": ["disputed", "promised", "blocked", "rest"]},    # a column: the columns that add up to it
... ).as_dict()
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from erp_ar_ext.ledger.aging_rules import AgingRules
from erp_ar_ext.ledger.buckets import quoted
from erp_ar_ext.ledger.data_findings import has_rows
from erp_ar_ext.ledger.ledger import Ledger
from erp_ar_ext.ledger.library import define_models
from erp_ar_ext.model import amount_text

LINES_CHECK = "documents_equal_lines"


@dataclass(frozen=True)
class TieOut:
    """Checks with their differences; each is of one currency."""

    checks: tuple[dict[str, Any], ...]

    @property
    def ok(self) -> bool:
        """Whether every difference is zero."""
        return not self.failed

    @property
    def failed(self) -> tuple[dict[str, Any], ...]:
        """Checks that have a difference."""
        return tuple(check for check in self.checks if check["difference"].strip("-0."))

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"ok": self.ok, "checks": list(self.checks)}

    def as_json(self) -> bytes:
        """JSON text."""
        return orjson.dumps(self.as_dict())


_BALANCE_CHECKS = """
WITH
items AS (SELECT currency, sum(open_amount + unapplied) AS amount FROM open_items GROUP BY currency),
accounts AS (SELECT currency, sum(open_amount + unapplied) AS amount FROM account_balances GROUP BY currency),
parts AS (SELECT currency, sum(abs(not_due + overdue + credits + guarantees - open_amount)) AS difference
          FROM account_balances GROUP BY currency),
control AS (SELECT currency, sum(amount) AS amount FROM daily_totals WHERE day <= :as_of GROUP BY currency)
SELECT 'accounts_equal_items', currency, coalesce(accounts.amount, 0) - coalesce(items.amount, 0)
FROM accounts FULL JOIN items USING (currency)
UNION ALL
SELECT 'account_parts_equal_open', currency, difference FROM parts
UNION ALL
SELECT 'items_equal_control', currency, coalesce(items.amount, 0) - coalesce(control.amount, 0)
FROM items FULL JOIN control USING (currency)
ORDER BY 1, 2
"""

_PARTS_CHECK = """
SELECT '{check}', currency, sum(abs({parts} - ({whole}))) FROM {table} GROUP BY currency ORDER BY currency
"""

_ROWS_CHECK = """
WITH
shown AS (SELECT currency, {shown} FROM {table} GROUP BY currency),
items AS (SELECT currency, {items} FROM open_items GROUP BY currency)
SELECT 'rows_equal_items', currency, {difference}
FROM shown FULL JOIN items USING (currency)
ORDER BY currency
"""

_LINES_CHECK = f"""
WITH compared AS (SELECT DISTINCT currency FROM transactions WHERE coalesce(complete, TRUE))
SELECT '{LINES_CHECK}', c.currency, coalesce(sum(abs(u.difference)), 0), count(u.difference)
FROM compared AS c
LEFT JOIN untied_lines AS u ON u.currency = c.currency
GROUP BY c.currency ORDER BY c.currency
"""


def balance_tie_out(ledger: Ledger) -> TieOut:
    """Open items = accounts = control total, on the ledger's day; and what the source says of itself.

    The source's checks are of all it holds, whatever the day: documents = their lines = their schedules, and what
    history adds up to = what the ERP says remains. A check of the source has `items`, how many differ.
    """
    return TieOut((*_run(ledger, _BALANCE_CHECKS), *ledger.snapshot.manifest.tie_out, *_lines_checks(ledger)))


def aging_tie_out(ledger: Ledger, rules: AgingRules) -> TieOut:
    """Buckets = open amounts = items, and the checks of `balance_tie_out`, for the engine's table `aging`.

    Parts of the open amount that the rules put into columns apart count with the buckets.
    """
    names = [*(bucket.name for bucket in rules.buckets), *rules.apart]
    buckets = _parts(ledger, "buckets_equal_open", "aging", ["open_amount"], names)
    rows = _rows(ledger, "aging", {"open_amount": "open_amount", "unapplied": "unapplied"})
    return TieOut((*buckets, *rows, *balance_tie_out(ledger).checks))


def output_tie_out(
    ledger: Ledger, table: str, *, sums: Mapping[str, str], parts: Mapping[str, Sequence[str]] | None = None
) -> TieOut:
    """Prove a table of the engine, and the ledger under it.

    `table` has a column `currency` and amounts in it. `sums` names amounts that must add up, per currency, to an
    expression over `open_items`; `parts` names amounts that must equal the sum of others in every single row.
    """
    checks = [
        check
        for whole, names in (parts or {}).items()
        for check in _parts(ledger, f"parts_equal_{whole}", table, [whole], names)
    ]
    return TieOut((*checks, *_rows(ledger, table, sums), *balance_tie_out(ledger).checks))


def define_untied_lines(ledger: Ledger) -> None:
    """Make `untied_lines` a table of the engine: documents that are not the sum of their lines."""
    lines_given = {"lines_given": has_rows(ledger.engine, "transaction_lines")}
    define_models(ledger.engine, ledger.axis, ["untied_lines"], lines_given)


def _parts(ledger: Ledger, check: str, table: str, wholes: Sequence[str], names: Sequence[str]) -> list[dict[str, Any]]:
    parts, whole = (" + ".join(map(quoted, columns)) for columns in (names, wholes))
    return _run(ledger, _PARTS_CHECK.format(check=check, table=table, whole=whole, parts=parts))


def _rows(ledger: Ledger, table: str, sums: Mapping[str, str]) -> list[dict[str, Any]]:
    return _run(
        ledger,
        _ROWS_CHECK.format(
            table=table,
            shown=", ".join(f'sum("{column}") AS "{column}"' for column in sums),
            items=", ".join(f'sum({of_items}) AS "{column}"' for column, of_items in sums.items()),
            difference=" + ".join(f'abs(coalesce(shown."{one}", 0) - coalesce(items."{one}", 0))' for one in sums),
        ),
    )


def _lines_checks(ledger: Ledger) -> list[dict[str, Any]]:
    """Documents against their lines, where the source gives lines and the snapshot does not tell of them."""
    told = any(check["name"] == LINES_CHECK for check in ledger.snapshot.manifest.tie_out)
    if told or not has_rows(ledger.engine, "transaction_lines"):
        return []
    define_untied_lines(ledger)
    return [
        {"name": name, "currency": currency, "difference": amount_text(difference, currency), "items": items}
        for name, currency, difference, items in ledger.engine.rows(_LINES_CHECK)
    ]


def _run(ledger: Ledger, query: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "currency": currency, "difference": amount_text(difference, currency)}
        for name, currency, difference in ledger.engine.rows(query, {"as_of": ledger.as_of})
    ]

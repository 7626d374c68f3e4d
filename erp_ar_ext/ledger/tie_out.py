"""The tie-out: sums of the same money, taken along different ways, that must agree to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from erp_ar_ext.ledger.ledger import Ledger
from erp_ar_ext.model import amount_text


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


_AGING_CHECKS = """
WITH
rows AS (
    SELECT currency, sum(open_amount) AS open_amount, sum(unapplied) AS unapplied,
           sum(abs({buckets} - open_amount)) AS outside
    FROM aging GROUP BY currency
),
items AS (
    SELECT currency, sum(open_amount) AS open_amount, sum(unapplied) AS unapplied FROM open_items GROUP BY currency
)
SELECT 'buckets_equal_open', currency, outside FROM rows
UNION ALL
SELECT 'rows_equal_items', currency,
       abs(coalesce(rows.open_amount, 0) - coalesce(items.open_amount, 0))
       + abs(coalesce(rows.unapplied, 0) - coalesce(items.unapplied, 0))
FROM rows FULL JOIN items USING (currency)
ORDER BY 1, 2
"""

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


def balance_tie_out(ledger: Ledger) -> TieOut:
    """Open items = accounts = control total, on the ledger's day; and what the source says of itself."""
    return TieOut((*_run(ledger, _BALANCE_CHECKS), *ledger.snapshot.manifest.tie_out))


def aging_tie_out(ledger: Ledger, bucket_names: Sequence[str]) -> TieOut:
    """Buckets = open amounts = items, and the checks of `balance_tie_out`, for the engine's table `aging`."""
    buckets = " + ".join(f'"{name}"' for name in bucket_names)
    return TieOut((*_run(ledger, _AGING_CHECKS.format(buckets=buckets)), *balance_tie_out(ledger).checks))


def _run(ledger: Ledger, query: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "currency": currency, "difference": amount_text(difference, currency)}
        for name, currency, difference in ledger.engine.rows(query, {"as_of": ledger.as_of})
    ]

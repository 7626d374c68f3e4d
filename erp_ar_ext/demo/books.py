"""A small bookkeeper: it books documents and money the way a sub-ledger does, so that an example always ties out.

Every balance follows from what was booked; the amount that "the ERP says remains" is taken from the books at the
end, never written down by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from erp_ar_ext.model import ENTITIES, Entity, minor_unit
from erp_ar_ext.model.entities import (
    Adjustment,
    Application,
    Customer,
    Dispute,
    Receipt,
    Schedule,
    Transaction,
    TransactionLine,
)

TERMS: Mapping[str, tuple[tuple[int, int], ...]] = {
    "IMMEDIATE": ((0, 100),),
    "NET 14": ((14, 100),),
    "NET 30": ((30, 100),),
    "NET 45": ((45, 100),),
    "NET 60": ((60, 100),),
    "2/10 NET 30": ((30, 100),),
    "50% 30, 50% 60": ((30, 50), (60, 50)),
    "1/3 30, 60, 90": ((30, 33), (60, 33), (90, 34)),
}
"""Payment terms: for each instalment, days from the document's date and percent of its amount."""


@dataclass
class _Item:
    """A schedule and what is open on it."""

    schedule: Schedule
    balance: Decimal


class Books:
    """Books of one company. Amounts are given as Decimals or as text, in units of the currency."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Entity]] = {name: [] for name in ENTITIES}
        self._items: dict[str, _Item] = {}
        self._accounts: dict[str, tuple[str, Customer]] = {}
        self._receipts: dict[str, Receipt] = {}
        self._applications: list[Application] = []
        self._counted: Counter[str] = Counter()

    def open_account(self, customer: Customer, org_id: str) -> None:
        """Add a customer whose documents belong to an operating unit."""
        self._accounts[customer.account_id] = (org_id, customer)
        self.add(customer)

    def customer(self, account_id: str) -> Customer:
        """Return a customer that was added."""
        return self._accounts[account_id][1]

    def org_of(self, account_id: str) -> str:
        """Operating unit that an account's documents belong to."""
        return self._accounts[account_id][0]

    def add(self, record: Entity) -> None:
        """Add a record that moves no balance."""
        self._rows[record.entity].append(record)

    def bill(  # noqa: PLR0913 - a document has that many particulars
        self,
        account_id: str,
        day: date,
        amount: Decimal | str,
        *,
        terms: str = "NET 30",
        currency: str | None = None,
        class_: str = "INV",
        original: str | None = None,
    ) -> list[str]:
        """Book a document and its instalments; a credit memo's amount is negative. Returns the schedules' ids."""
        org_id, customer = self._accounts[account_id]
        currency = currency or customer.currency or "USD"
        total = Decimal(amount)
        trx_id = self._next("trx", 700_001)
        self.add(
            Transaction(
                org_id=org_id, trx_id=trx_id, trx_number=self._document_number(class_, day), class_=class_,
                trx_date=day, gl_date=day, account_id=account_id, currency=currency, amount=total, terms=terms,
                due_date=day + timedelta(days=TERMS[terms][-1][0]), po_number=self._next("po", 45_100_017),
                original_trx_id=self._items[original].schedule.trx_id if original else None, complete=True,
            )
        )  # fmt: skip
        self.add(
            TransactionLine(
                org_id=org_id, line_id=f"{trx_id}-1", trx_id=trx_id, line_number=1, type="LINE", amount=total,
                description="Goods as delivered" if total > 0 else "Credit",
            )
        )  # fmt: skip
        parts = zip(TERMS[terms], split(total, [share for _, share in TERMS[terms]], currency), strict=True)
        return [
            self._open_item(
                org_id=org_id, trx_id=trx_id, account_id=account_id, class_=class_, instalment=number,
                due_date=day + timedelta(days=days), gl_date=day, currency=currency, amount_original=part,
            )
            for number, ((days, _), part) in enumerate(parts, start=1)
        ]  # fmt: skip

    def receive(  # noqa: PLR0913 - a receipt has that many particulars
        self,
        account_id: str | None,
        day: date,
        amount: Decimal | str,
        *,
        currency: str | None = None,
        org_id: str | None = None,
        remittance: str | None = None,
    ) -> str:
        """Book a receipt; without an account, `org_id` and `currency` are needed. Returns its schedule's id."""
        org_id = org_id or self.org_of(account_id or "")
        currency = currency or self.customer(account_id or "").currency or "USD"
        receipt_id = self._next("receipt", 880_001)
        schedule_id = self._open_item(
            org_id=org_id, receipt_id=receipt_id, account_id=account_id, class_="PMT", instalment=1, due_date=day,
            gl_date=day, currency=currency, amount_original=-Decimal(amount),
        )  # fmt: skip
        self._receipts[schedule_id] = Receipt(
            org_id=org_id, receipt_id=receipt_id, receipt_number=f"EFT-{self._next('eft', 51_203)}",
            account_id=account_id, receipt_date=day, gl_date=day, currency=currency, amount=Decimal(amount),
            remittance=remittance,
        )  # fmt: skip
        return schedule_id

    def apply(
        self, source: str, target: str, day: date, amount: Decimal | str | None = None, discount: Decimal | str = "0"
    ) -> None:
        """Pay a schedule out of a receipt or credit memo: all that is open on it, unless an amount is given."""
        taken = Decimal(discount)
        paid = self._items[target].balance - taken if amount is None else Decimal(amount)
        self._apply(source, day, "APP", paid, target=target, discount=taken or None)
        self._items[target].balance -= paid + taken
        self._items[source].balance += paid

    def set_aside(self, source: str, day: date, status: str) -> None:
        """Say where a receipt's rest stands: on account (ACC), unapplied (UNAPP) or unidentified (UNID)."""
        self._apply(source, day, status, -self._items[source].balance)

    def pay(self, account_id: str, day: date, targets: Sequence[str]) -> str:
        """Receive exactly what is open on some schedules of one currency, and apply it. Returns the receipt's id."""
        currency = self._items[targets[0]].schedule.currency
        source = self.receive(
            account_id, day, sum((self.balance(one) for one in targets), Decimal(0)), currency=currency
        )
        for target in targets:
            self.apply(source, target, day)
        return source

    def reverse(self, source: str, day: date, reason: str) -> None:
        """Take a receipt back, as when a cheque is returned: what it paid is open again."""
        self._receipts[source] = self._receipts[source].model_copy(
            update={"reversed_date": day, "reversal_reason": reason}
        )
        for place, application in enumerate(self._applications):
            if application.source_schedule_id == source and application.target_schedule_id:
                self._items[application.target_schedule_id].balance += application.amount + (
                    application.discount or Decimal(0)
                )
                self._applications[place] = application.model_copy(update={"reversal_gl_date": day})
        self._items[source].balance = Decimal(0)

    def adjust(self, schedule_id: str, day: date, amount: Decimal | str, reason: str, status: str = "A") -> None:
        """Correct a schedule by a signed amount; one that waits for approval (W) changes nothing yet."""
        item = self._items[schedule_id]
        self.add(
            Adjustment(
                org_id=item.schedule.org_id, adjustment_id=self._next("adjustment", 33_001), schedule_id=schedule_id,
                type="LINE", amount=Decimal(amount), apply_date=day, gl_date=day, status=status, reason=reason,
            )
        )  # fmt: skip
        if status == "A":
            item.balance += Decimal(amount)

    def dispute(  # noqa: PLR0913 - a dispute has that many particulars
        self,
        schedule_id: str,
        day: date,
        amount: Decimal | str,
        reason: str,
        *,
        closed_on: date | None = None,
        outcome: str | None = None,
    ) -> None:
        """Book an objection to part or all of a schedule."""
        self.add(
            Dispute(
                org_id=self._items[schedule_id].schedule.org_id, dispute_id=self._next("dispute", 6_001),
                schedule_id=schedule_id, amount=Decimal(amount), opened_on=day, closed_on=closed_on, reason=reason,
                team="Customer service", outcome=outcome,
            )
        )  # fmt: skip

    def balance(self, schedule_id: str) -> Decimal:
        """What is open on a schedule, after everything that was booked."""
        return self._items[schedule_id].balance

    def records(self) -> dict[str, list[Entity]]:
        """All rows by entity; each schedule says what remains open on it."""
        schedules: list[Entity] = [
            item.schedule.model_copy(
                update={"amount_remaining": item.balance, "status": "OP" if item.balance else "CL"}
            )
            for item in self._items.values()
        ]
        booked: dict[str, list[Entity]] = {"schedules": schedules, "receipts": [*self._receipts.values()]}
        return {**self._rows, **booked, "applications": [*self._applications]}

    def _apply(  # noqa: PLR0913 - an application has that many particulars
        self,
        source: str,
        day: date,
        status: str,
        amount: Decimal,
        *,
        target: str | None = None,
        discount: Decimal | None = None,
    ) -> None:
        self._applications.append(
            Application(
                org_id=self._items[source].schedule.org_id, application_id=self._next("application", 920_001),
                source_schedule_id=source, target_schedule_id=target, status=status, amount=amount, discount=discount,
                apply_date=day, gl_date=day,
            )
        )  # fmt: skip

    def _open_item(self, **columns: object) -> str:
        schedule = Schedule.model_validate({"schedule_id": self._next("schedule", 510_001), **columns})
        self._items[schedule.schedule_id] = _Item(schedule, schedule.amount_original)
        return schedule.schedule_id

    def _document_number(self, class_: str, day: date) -> str:
        return f"{class_}-{day.year}-{self._next(f'{class_}{day.year}', 1):0>5}"

    def _next(self, series: str, first: int) -> str:
        self._counted[series] += 1
        return str(first + self._counted[series] - 1)


def split(total: Decimal, shares: Sequence[int], currency: str) -> list[Decimal]:
    """Split an amount by percent, in whole minor units; the last part takes what rounding left over.

    >>> split(Decimal("100.00"), [33, 33, 34], "JPY")
    [Decimal('33'), Decimal('33'), Decimal('34.00')]
    """
    unit = Decimal(1).scaleb(-minor_unit(currency))
    parts = [(total * share / 100).quantize(unit, rounding=ROUND_DOWN) for share in shares[:-1]]
    return [*parts, total - sum(parts, Decimal(0))]

"""Ordinary trade: invoices at a steady pace, paid in two payment runs a month."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from erp_ar_ext.demo.books import TERMS, Books
from erp_ar_ext.demo.cast import TRADERS, Trader, customer, org_for
from erp_ar_ext.model import minor_unit
from erp_ar_ext.model.entities import Customer

FIRST_DAY, LAST_DAY = date(2025, 1, 2), date(2026, 1, 31)

_FIRST_TRADER = 2001
_SHORT_PAID = {"USD": "3.40", "EUR": "2.75", "JPY": "330", "KWD": "1.150"}
"""What a customer now and then leaves unpaid: too little to chase."""

_LAST_CLEAN_UP = date(2025, 9, 15)
"""Day on which somebody last wrote small balances off by hand."""


class Dice:
    """Numbers that look random and are the same on every machine."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._thrown = 0

    def between(self, low: int, high: int) -> int:
        """Throw a whole number from `low` to `high`, both included."""
        self._thrown += 1
        thrown = hashlib.sha256(f"{self._seed}:{self._thrown}".encode()).digest()
        return low + int.from_bytes(thrown[:8]) % (high - low + 1)


def book_traders(books: Books) -> None:
    """Book a year and a month of trade with every customer that has no story."""
    for number, trader in enumerate(TRADERS):
        one = _customer_of(trader, str(_FIRST_TRADER + number))
        books.open_account(one, org_for(one))
        Trade(books, one, trader).run(FIRST_DAY, LAST_DAY)


def book_history(  # noqa: PLR0913 - a background has that many particulars
    books: Books, account_id: str, invoice: int, until: date, *, terms: str = "NET 30", days_late: int = 2
) -> None:
    """Book ordinary trade from the first day on, all of it paid, as the background of a story."""
    one = books.customer(account_id)
    trader = Trader(one.name, one.country or "", "", invoice, terms, days_late)
    Trade(books, one, trader, tidy=True).run(FIRST_DAY, until)


class Trade:
    """Trade with one customer; `tidy` trade leaves no small balances and takes nothing back."""

    def __init__(self, books: Books, one: Customer, trader: Trader, *, tidy: bool = False) -> None:
        self._books = books
        self._customer = one
        self._trader = trader
        self._tidy = tidy
        self._dice = Dice(one.account_id)
        self._waiting: list[tuple[date, date, str]] = []

    def run(self, first: date, last: date) -> None:
        """Bill from `first` to `last`, and pay what comes up for payment by the last day of the books."""
        day = weekday(first + timedelta(days=self._dice.between(0, 20)))
        while day <= last:
            self._bill(day)
            day = weekday(day + timedelta(days=self._dice.between(16, 30)))
        for run_day in _payment_runs():
            self._pay_run(run_day)

    def _bill(self, day: date) -> None:
        currency = self._customer.currency or "USD"
        unit = Decimal(1).scaleb(-minor_unit(currency))
        amount = Decimal(self._trader.invoice * self._dice.between(400, 1700)) / 1000 + self._dice.between(0, 99) * unit
        amount = amount.quantize(unit, rounding=ROUND_HALF_UP)
        schedules = self._books.bill(self._customer.account_id, day, amount, terms=self._trader.terms)
        for (days, _), schedule in zip(TERMS[self._trader.terms], schedules, strict=True):
            late = self._trader.days_late + self._dice.between(-9, 4)
            self._waiting.append((day + timedelta(days=days + late), day, schedule))
        if not self._tidy and self._dice.between(1, 17) == 1:
            self._credit(day + timedelta(days=9), amount, schedules[0])

    def _credit(self, day: date, billed: Decimal, schedule: str) -> None:
        """Take goods back: a credit memo for a tenth, settled against the invoice at once."""
        if day > LAST_DAY:
            return
        unit = Decimal(1).scaleb(-minor_unit(self._customer.currency))
        amount = (billed / 10).quantize(unit, rounding=ROUND_HALF_UP)
        memo = self._books.bill(
            self._customer.account_id, weekday(day), -amount, terms="IMMEDIATE", class_="CM", original=schedule
        )
        self._books.apply(memo[0], schedule, weekday(day), amount)

    def _pay_run(self, day: date) -> None:
        due = [one for one in self._waiting if one[0] <= day]
        self._waiting = [one for one in self._waiting if one[0] > day]
        if not due:
            return
        parts = [(schedule, *self._part(schedule, billed, day)) for _, billed, schedule in due]
        total = sum((paid for _, paid, _ in parts), Decimal(0))
        source = self._books.receive(self._customer.account_id, day, total)
        for schedule, paid, discount in parts:
            self._books.apply(source, schedule, day, paid, discount)
            left = self._books.balance(schedule)
            if left and day < _LAST_CLEAN_UP:
                self._books.adjust(schedule, _LAST_CLEAN_UP, -left, "Small balance")

    def _part(self, schedule: str, billed: date, day: date) -> tuple[Decimal, Decimal]:
        """What is paid of a schedule, and the discount for paying early."""
        open_amount = self._books.balance(schedule)
        if self._trader.terms.startswith("2/10") and day <= billed + timedelta(days=10):
            discount = (open_amount / 50).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
            return open_amount - discount, discount
        # Only those that pay in time: elsewhere a few cents would make a young debt look old.
        if not self._tidy and self._trader.days_late <= 0 and self._dice.between(1, 5) == 1:
            return open_amount - Decimal(_SHORT_PAID[self._customer.currency or "USD"]), Decimal(0)
        return open_amount, Decimal(0)


def weekday(day: date) -> date:
    """Return the day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day


def _payment_runs() -> list[date]:
    """Days on which customers pay: four a month, as far as the books go."""
    months = [(2025, month) for month in range(1, 13)] + [(2026, 1)]
    days = [weekday(date(year, month, day)) for year, month in months for day in (6, 13, 20, 27)]
    return [day for day in days if day <= LAST_DAY]


def _customer_of(trader: Trader, account_id: str) -> Customer:
    kind = "government" if trader.profile_class == "public" else "trade"
    # Ten average invoices: enough for steady trade, so that limits tell something about the others.
    limit = None if trader.profile_class == "public" else Decimal(trader.invoice * 10)
    return customer(account_id, trader.name, trader.country, trader.profile_class, kind=kind, credit_limit=limit)

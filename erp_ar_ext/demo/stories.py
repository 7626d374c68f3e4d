"""The situations that the example is there to show, each on a customer of its own: money, disputes and credit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from erp_ar_ext.demo.books import Books
from erp_ar_ext.demo.cast import EUROPE
from erp_ar_ext.demo.trade import book_history
from erp_ar_ext.model.entities import Order

MONEY_STORIES: Mapping[str, str] = {
    "1001": "a key customer whose oldest items are far overdue",
    "1009": "insolvent since December: not chased",
    "1010": "dunning is blocked until the end of February",
    "1011": "took over 1012, whose items are now its own",
    "1013": "an employee's advance, not settled",
    "1014": "a cheque came back, and what it paid is open again",
    "1015": "disputes a part of one invoice",
    "1016": "disputes all that is overdue",
    "1017": "pays by three instalments, and two are overdue, in a currency without decimals",
    "1018": "is overdue in a currency with three decimals",
    "1019": "has a credit limit of zero and owes",
    "1020": "a public body: slow, and without a credit limit",
    "1021": "its exposure cannot be told, for want of a rate",
    "1022": "holds cash on account that covers what is overdue",
    "1023": "paid without saying what for: unapplied cash",
    "1024": "has a credit memo that was used in part",
    "1025": "is above its credit limit only with its open orders",
    "1027": "a company of the same group",
    "1028": "an inactive account that still owes",
    "1029": "owes in two currencies",
    "1031": "a branch of 1025, in good standing",
}
"""What is to be seen on which account."""


def book_money_stories(books: Books) -> None:
    """Book them all."""
    for tell in (
        _long_overdue, _insolvent_and_blocked, _merged, _employee, _returned_cheque, _disputes, _instalments,
        _three_decimals, _limits, _missing_rate, _cash, _credit_memo, _group_and_inactive, _two_currencies,
        _small_balances, _orders,
    ):  # fmt: skip
        tell(books)


def _long_overdue(books: Books) -> None:
    book_history(books, "1001", 41_000, date(2025, 8, 20))
    books.bill("1001", date(2025, 9, 8), "84250.00")
    partly = books.bill("1001", date(2025, 9, 29), "61480.00")[0]
    books.bill("1001", date(2025, 11, 17), "47915.50")
    books.bill("1001", date(2026, 1, 12), "39200.00")
    source = books.receive("1001", date(2025, 12, 11), "25000.00", remittance="part payment, rest to follow")
    books.apply(source, partly, date(2025, 12, 12), "25000.00")


def _insolvent_and_blocked(books: Books) -> None:
    book_history(books, "1009", 16_500, date(2025, 7, 25))
    books.bill("1009", date(2025, 8, 19), "33870.00")
    books.bill("1009", date(2025, 10, 6), "18240.75")
    book_history(books, "1010", 9_400, date(2025, 10, 10))
    books.bill("1010", date(2025, 11, 10), "15620.00")


def _merged(books: Books) -> None:
    book_history(books, "1011", 12_800, date(2025, 10, 30))
    books.bill("1011", date(2025, 12, 8), "13475.00")
    books.bill("1012", date(2025, 11, 3), "4960.00")


def _employee(books: Books) -> None:
    books.bill("1013", date(2025, 11, 12), "640.00", class_="DM", terms="NET 14")


def _returned_cheque(books: Books) -> None:
    book_history(books, "1014", 3_900, date(2025, 10, 10))
    owed = books.bill("1014", date(2025, 11, 6), "5310.20")
    source = books.pay("1014", date(2026, 1, 6), owed)
    books.reverse(source, date(2026, 1, 14), "NSF")


def _disputes(books: Books) -> None:
    book_history(books, "1015", 15_000, date(2025, 10, 1), terms="NET 45")
    faulty = books.bill("1015", date(2025, 10, 27), "36900.00", terms="NET 45")[0]
    books.dispute(faulty, date(2025, 12, 18), "14200.00", "two of five probes out of tolerance")
    book_history(books, "1016", 13_100, date(2025, 9, 20))
    priced = books.bill("1016", date(2025, 11, 3), "22350.00")[0]
    books.dispute(priced, date(2025, 12, 1), "22350.00", "price differs from quotation")
    settled = books.bill("1016", date(2026, 1, 5), "11780.00")[0]
    books.dispute(
        settled, date(2026, 1, 12), "1780.00", "short delivery", closed_on=date(2026, 1, 21), outcome="goods delivered"
    )


def _instalments(books: Books) -> None:
    book_history(books, "1017", 2_900_000, date(2025, 7, 15), terms="NET 60")
    first, *_ = books.bill("1017", date(2025, 10, 14), "18600000", terms="1/3 30, 60, 90")
    books.pay("1017", date(2025, 11, 14), [first])
    books.bill("1017", date(2026, 1, 9), "3450000", terms="NET 60")


def _three_decimals(books: Books) -> None:
    book_history(books, "1018", 4_100, date(2025, 9, 10))
    partly = books.bill("1018", date(2025, 10, 15), "9845.750")[0]
    source = books.receive("1018", date(2025, 12, 24), "3500.125")
    books.apply(source, partly, date(2025, 12, 24), "3500.125")
    books.bill("1018", date(2025, 12, 22), "5120.375")


def _limits(books: Books) -> None:
    books.bill("1019", date(2026, 1, 6), "1875.00", terms="NET 14")
    _order(books, "1019", "2400.00", date(2026, 1, 26))
    book_history(books, "1020", 19_300, date(2025, 8, 1), terms="NET 60", days_late=20)
    books.bill("1020", date(2025, 9, 22), "27450.00", terms="NET 60")
    books.bill("1020", date(2025, 12, 15), "21900.00", terms="NET 60")
    book_history(books, "1025", 24_000, date(2025, 11, 5))
    books.bill("1025", date(2026, 1, 8), "71350.00")
    _order(books, "1025", "46800.00", date(2026, 1, 21))
    book_history(books, "1031", 8_200, date(2025, 12, 20))


def _missing_rate(books: Books) -> None:
    book_history(books, "1021", 17_500, date(2025, 11, 20))
    books.bill("1021", date(2026, 1, 5), "28640.00")
    _order(books, "1021", "11250.500", date(2026, 1, 15), currency="KWD")


def _cash(books: Books) -> None:
    book_history(books, "1022", 9_900, date(2025, 10, 20))
    books.bill("1022", date(2025, 12, 2), "10480.00")
    on_account = books.receive("1022", date(2025, 12, 19), "12000.00", remittance="deposit for the season")
    books.set_aside(on_account, date(2025, 12, 19), "ACC")
    book_history(books, "1023", 7_100, date(2025, 10, 20))
    books.bill("1023", date(2025, 12, 10), "14835.00")
    partly = books.bill("1023", date(2025, 11, 24), "6120.00")[0]
    source = books.receive("1023", date(2026, 1, 20), "9500.00")
    books.apply(source, partly, date(2026, 1, 21), "2000.00")
    books.set_aside(source, date(2026, 1, 21), "UNAPP")
    unknown = books.receive(None, date(2026, 1, 27), "4310.55", currency="EUR", org_id=EUROPE, remittance="RF 88 2041")
    books.set_aside(unknown, date(2026, 1, 27), "UNID")


def _credit_memo(books: Books) -> None:
    book_history(books, "1024", 8_800, date(2025, 10, 25))
    owed = books.bill("1024", date(2025, 12, 4), "19760.00")[0]
    memo = books.bill("1024", date(2025, 12, 16), "-4200.00", terms="IMMEDIATE", class_="CM", original=owed)[0]
    books.apply(memo, owed, date(2025, 12, 17), "2750.00")


def _group_and_inactive(books: Books) -> None:
    book_history(books, "1027", 26_000, date(2025, 10, 1), terms="NET 60")
    books.bill("1027", date(2025, 11, 14), "31400.00", terms="NET 60")
    books.bill("1028", date(2025, 6, 10), "2735.40")


def _two_currencies(books: Books) -> None:
    book_history(books, "1029", 14_600, date(2025, 11, 10))
    books.bill("1029", date(2025, 12, 15), "23150.00")
    books.bill("1029", date(2025, 12, 1), "17980.00", currency="USD")


def _small_balances(books: Books) -> None:
    """Leave a little unpaid in each currency, long enough ago to be written off."""
    for account_id, amount, unpaid in (
        ("1008", "7350.00", "4.15"), ("1031", "5205.80", "0.80"), ("1021", "9120.00", "2.60"),
        ("1018", "3015.500", "1.200"),
    ):  # fmt: skip
        item = books.bill(account_id, date(2025, 8, 12), amount)[0]
        day = date(2025, 9, 16)
        paid = Decimal(amount) - Decimal(unpaid)
        books.apply(books.receive(account_id, day, paid), item, day, paid)
    waiting = books.bill("1028", date(2025, 9, 2), "48.90")[0]
    books.adjust(waiting, date(2026, 1, 22), "-48.90", "Account closed", status="W")


def _orders(books: Books) -> None:
    """Book open orders on accounts whose limits have room for them."""
    for account_id, amount in (
        ("1001", "52300.00"), ("1007", "18900.00"), ("1011", "7450.00"), ("1015", "26400.00"), ("1017", "5200000"),
        ("1018", "4150.250"), ("1023", "3980.00"), ("1026", "9150.00"), ("1029", "12600.00"),
    ):  # fmt: skip
        _order(books, account_id, amount, date(2026, 1, 23))


def _order(books: Books, account_id: str, amount: str, day: date, currency: str | None = None) -> None:
    books.add(
        Order(
            org_id=books.org_of(account_id), order_id=f"SO-{account_id}", account_id=account_id,
            currency=currency or books.customer(account_id).currency or "USD", open_amount=Decimal(amount),
            ordered_on=day,
        )
    )  # fmt: skip

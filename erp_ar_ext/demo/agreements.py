"""The situations around agreements: payment plans, holds, exemptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from erp_ar_ext.demo.books import Books
from erp_ar_ext.demo.trade import book_history
from erp_ar_ext.model import OUR_REFERENCE, digest
from erp_ar_ext.model.entities import Exemption, Hold, PaymentPlan, PlanInstalment, PlanItem

AGREEMENT_STORIES: Mapping[str, str] = {
    "1002": "keeps its payment plan: its hold is lifted while it does",
    "1003": "paid an instalment two days late, within the days of grace",
    "1004": "broke its payment plan: the hold comes back",
    "1005": "completed its payment plan",
    "1006": "promised to pay in February: no hold until then",
    "1007": "would be held, but for an exemption",
    "1008": "is held by a person for reasons of their own: left alone",
    "1026": "paid what it was held for: its hold is lifted",
    "1030": "made a new payment plan in place of an old one",
}
"""What is to be seen on which account."""

OVERDUE_HOLD = "credit-overdue"
"""Name of the hold that the example's policy places on overdue accounts."""


def book_agreement_stories(books: Books) -> None:
    """Book them all."""
    for tell in (_kept, _late, _broken, _completed, _promise, _exempt, _held_by_a_person, _paid_up, _renegotiated):
        tell(books)


def _kept(books: Books) -> None:
    book_history(books, "1002", 18_000, date(2025, 7, 10))
    items = [books.bill("1002", date(2025, 9, 9), "36000.00")[0], books.bill("1002", date(2025, 10, 2), "18000.00")[0]]
    _hold(books, "1002", date(2025, 12, 2), ours=True)
    _plan(books, "1002", date(2025, 12, 10), items, ("2025-12-15", "2026-01-15", "2026-02-16"), "18000.00")
    _pay_part(books, "1002", date(2025, 12, 12), items[0], "18000.00")
    _pay_part(books, "1002", date(2026, 1, 14), items[0], "18000.00")


def _late(books: Books) -> None:
    book_history(books, "1003", 13_900, date(2025, 8, 15))
    item = books.bill("1003", date(2025, 10, 1), "27000.00")[0]
    _plan(books, "1003", date(2025, 12, 9), [item], ("2025-12-19", "2026-01-15", "2026-02-20"), "9000.00")
    _pay_part(books, "1003", date(2025, 12, 18), item, "9000.00")
    _pay_part(books, "1003", date(2026, 1, 17), item, "9000.00")


def _broken(books: Books) -> None:
    book_history(books, "1004", 11_700, date(2025, 8, 1))
    item = books.bill("1004", date(2025, 9, 15), "31500.00")[0]
    _hold(books, "1004", date(2025, 11, 4), ours=True, released_on=date(2025, 11, 20))
    _plan(books, "1004", date(2025, 11, 19), [item], ("2025-12-05", "2026-01-05", "2026-02-05"), "10500.00")
    _pay_part(books, "1004", date(2025, 12, 4), item, "10500.00")


def _completed(books: Books) -> None:
    book_history(books, "1005", 8_600, date(2025, 8, 20))
    item = books.bill("1005", date(2025, 9, 22), "16400.00")[0]
    _plan(books, "1005", date(2025, 11, 12), [item], ("2025-12-01", "2026-01-12"), "8200.00")
    _pay_part(books, "1005", date(2025, 11, 28), item, "8200.00")
    _pay_part(books, "1005", date(2026, 1, 9), item, "8200.00")
    books.bill("1005", date(2026, 1, 19), "9350.00")


def _promise(books: Books) -> None:
    book_history(books, "1006", 5_200, date(2025, 9, 1))
    item = books.bill("1006", date(2025, 10, 9), "12480.00")[0]
    _plan(books, "1006", date(2026, 1, 22), [item], ("2026-02-06",), "12480.00")


def _exempt(books: Books) -> None:
    book_history(books, "1007", 30_500, date(2025, 8, 20))
    books.bill("1007", date(2025, 10, 13), "42600.00")
    books.bill("1007", date(2026, 1, 8), "35150.00")
    books.add(
        Exemption(
            exemption_id="EX-17", account_id="1007", hold_name=OVERDUE_HOLD, requested_by="b.lindner",
            approved_by="cfo.office", amount_cap=Decimal(60_000), expires_on=date(2026, 3, 31),
        )
    )  # fmt: skip


def _held_by_a_person(books: Books) -> None:
    book_history(books, "1008", 7_700, date(2025, 11, 20))
    books.bill("1008", date(2026, 1, 13), "6890.00")
    _hold(books, "1008", date(2025, 12, 22), name="ownership change", applied_by="m.ortega")


def _paid_up(books: Books) -> None:
    book_history(books, "1026", 12_100, date(2025, 8, 1))
    item = books.bill("1026", date(2025, 9, 10), "20900.00")
    _hold(books, "1026", date(2025, 12, 16), ours=True)
    books.pay("1026", date(2026, 1, 22), item)
    books.bill("1026", date(2026, 1, 20), "14300.00")


def _renegotiated(books: Books) -> None:
    book_history(books, "1030", 4_800, date(2025, 8, 1))
    item = books.bill("1030", date(2025, 10, 20), "15000.00")[0]
    new = "PP-1030-2"
    _plan(books, "1030", date(2025, 12, 1), [item], ("2025-12-15", "2026-01-02"), "7500.00", replaced_by=new)
    due_on = ("2026-01-20", "2026-02-20", "2026-03-20")
    _plan(books, "1030", date(2026, 1, 7), [item], due_on, "5000.00", plan_id=new)
    _pay_part(books, "1030", date(2026, 1, 19), item, "5000.00")


def _plan(  # noqa: PLR0913, PLR0917 - an agreement has that many particulars
    books: Books,
    account_id: str,
    agreed_on: date,
    items: Sequence[str],
    due_on: Sequence[str],
    instalment: str,
    *,
    plan_id: str | None = None,
    replaced_by: str | None = None,
) -> None:
    """Agree on equal instalments for some schedules."""
    plan_id = plan_id or f"PP-{account_id}"
    currency = books.customer(account_id).currency or "USD"
    books.add(
        PaymentPlan(
            plan_id=plan_id, account_id=account_id, currency=currency, agreed_on=agreed_on, replaced_by=replaced_by
        )
    )  # fmt: skip
    for item in items:
        books.add(PlanItem(plan_id=plan_id, schedule_id=item))
    for seq, day in enumerate(due_on, start=1):
        books.add(
            PlanInstalment(plan_id=plan_id, seq=seq, due_on=date.fromisoformat(day), amount=Decimal(instalment))
        )  # fmt: skip


def _pay_part(books: Books, account_id: str, day: date, item: str, amount: str) -> None:
    books.apply(books.receive(account_id, day, amount, remittance="instalment"), item, day, amount)


def _hold(  # noqa: PLR0913 - a hold has that many particulars
    books: Books,
    account_id: str,
    day: date,
    *,
    name: str = OVERDUE_HOLD,
    ours: bool = False,
    applied_by: str | None = None,
    released_on: date | None = None,
) -> None:
    """Place a hold; one of ours carries the mark of this program."""
    books.add(
        Hold(
            org_id=books.org_of(account_id), hold_id=f"H-{account_id}", account_id=account_id, scope="account",
            name=name, applied_on=day, applied_by="erp-ar" if ours else applied_by, released_on=released_on,
            external_ref=OUR_REFERENCE + digest({"hold": account_id}).removeprefix("sha256:") if ours else None,
        )
    )  # fmt: skip

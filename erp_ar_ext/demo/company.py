"""Write the example company: its files, its configuration, its policy."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

from erp_ar_ext.config import FILE_NAME
from erp_ar_ext.demo.agreements import AGREEMENT_STORIES, book_agreement_stories
from erp_ar_ext.demo.books import Books
from erp_ar_ext.demo.cast import STORY_CUSTOMERS, org_for
from erp_ar_ext.demo.files import csv_bytes
from erp_ar_ext.demo.stories import MONEY_STORIES, book_money_stories
from erp_ar_ext.demo.trade import FIRST_DAY, LAST_DAY, book_traders
from erp_ar_ext.model import ENTITIES
from erp_ar_ext.model.entities import Contact, ExchangeRate, Note
from erp_ar_ext.snapshot.files import write_whole

COMPANY = "Aldermoor Instruments"
"""Name of the example company."""

DEMO_AS_OF = LAST_DAY
"""Day on which the example's books were read."""

STORIES = {**AGREEMENT_STORIES, **MONEY_STORIES}
"""What is to be seen on which account: a sentence per account id."""

DATA_FOLDER, POLICY_FILE = "data", "policy.yaml"

_CONFIGURATION = f"""\
# Configuration of the example company. Every value can be overridden from the environment: ERP_AR__SOURCE__PATH=...

[source]
adapter = "csv"            # the files in the folder below; `erp-ar adapters` lists what is installed
path = "{DATA_FOLDER}"              # relative to this file

[policy]
file = "{POLICY_FILE}"       # who is reminded, held, written off; `erp-ar policy check {POLICY_FILE}`

[company]                  # optional, as is everything below [policy]
name = "{COMPANY}"
functional_currency = "USD"
time_zone = "America/New_York"
"""

_RATES = {
    ("EUR", "USD"): (Decimal("1.0400"), Decimal("0.0045")),
    ("USD", "EUR"): (Decimal("0.9615"), Decimal("-0.0038")),
    ("JPY", "USD"): (Decimal("0.006400"), Decimal("0.000015")),
    ("USD", "JPY"): (Decimal("156.25"), Decimal("-0.35")),
    ("KWD", "USD"): (Decimal("3.2400"), Decimal("0.0020")),
    ("USD", "KWD"): (Decimal("0.3086"), Decimal("-0.0002")),
}
"""Rate at the beginning, and what is added to it each month. There is none from KWD to EUR, on purpose."""


def write_company(folder: Path) -> None:
    """Write `data/*.csv`, `erp-ar.toml` and `policy.yaml` into a folder, which is made if need be.

    The files are the same on every run and every machine. Raises OSError where they cannot be written.
    """
    for name, records in book_company().records().items():
        write_whole(folder / DATA_FOLDER / f"{name}.csv", csv_bytes(ENTITIES[name], records))
    write_whole(folder / FILE_NAME, _CONFIGURATION.encode())
    write_whole(folder / POLICY_FILE, (files(__package__) / POLICY_FILE).read_bytes())


def is_example(folder: Path) -> bool:
    """Whether a folder holds the example as it was written: configuration and policy of nobody else's."""
    ours = {FILE_NAME: _CONFIGURATION.encode(), POLICY_FILE: (files(__package__) / POLICY_FILE).read_bytes()}
    return all((folder / name).is_file() and (folder / name).read_bytes() == text for name, text in ours.items())


def book_company() -> Books:
    """Book the whole company, up to and including `DEMO_AS_OF`."""
    books = Books()
    for one in STORY_CUSTOMERS:
        books.open_account(one, org_for(one))
    book_agreement_stories(books)
    book_money_stories(books)
    book_traders(books)
    _add_rates(books)
    _add_contacts(books)
    _add_notes(books)
    return books


def _add_rates(books: Books) -> None:
    for (from_currency, to_currency), (first, monthly) in _RATES.items():
        day, month = FIRST_DAY, 0
        while day <= DEMO_AS_OF:
            books.add(
                ExchangeRate(
                    from_currency=from_currency, to_currency=to_currency, rate_date=day, rate=first + month * monthly
                )
            )  # fmt: skip
            day, month = day + timedelta(days=30), month + 1


def _add_contacts(books: Books) -> None:
    for number, one in enumerate(STORY_CUSTOMERS, start=1):
        books.add(
            Contact(
                contact_id=f"C-{number:03d}", account_id=one.account_id, role="payer", name="Accounts payable",
                email=one.email, language=one.language, opted_out=one.account_id == "1028",
            )
        )  # fmt: skip


def _add_notes(books: Books) -> None:
    said = (
        ("1001", date(2026, 1, 14), "d.marsh", "Controller says a payment run is planned for early February."),
        ("1004", date(2026, 1, 8), "d.marsh", "January instalment did not come; no answer by telephone."),
        ("1007", date(2025, 12, 16), "k.ebner", "Sales asks not to hold deliveries while the new framework is signed."),
        ("1009", date(2025, 12, 3), "d.marsh", "Administrator appointed; claim filed."),
        ("1015", date(2025, 12, 18), "s.onda", "Returned two probes for recalibration; rest is accepted."),
        ("1016", date(2025, 12, 2), "s.onda", "견적 단가와 다르다고 함. Price list of October applies."),
    )
    for number, (account_id, day, author, text) in enumerate(said, start=1):
        books.add(
            Note(
                org_id=books.org_of(account_id), note_id=f"N-{number:03d}", account_id=account_id, created_on=day,
                author=author, kind="call", text=text,
            )
        )  # fmt: skip

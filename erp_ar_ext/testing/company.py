"""A small company in canonical rows, as text: what the conformance kit loads into an ERP before each test.

Ids have leading zeros, amounts have two, none and three digits (USD, JPY, KWD), a name holds a comma, a quote and
letters beyond ASCII: what files and drivers like to lose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Rows = Mapping[str, Sequence[Mapping[str, str]]]
"""Rows of entities by the entity's name; every value as text, as in CSV; a missing column is empty."""

ORG = "081"


def _invoice(number: str, account: str, currency: str, amount: str, remaining: str) -> tuple[dict[str, str], ...]:
    """Make a transaction of 2 January 2026, due in 30 days, and its only schedule."""
    transaction = {
        "org_id": ORG,
        "trx_id": f"00{number}",
        "trx_number": f"INV-{number}",
        "class": "INV",
        "trx_date": "2026-01-02",
        "account_id": account,
        "currency": currency,
        "amount": amount,
        "due_date": "2026-02-01",
    }
    schedule = {
        "org_id": ORG,
        "schedule_id": f"S{number}",
        "trx_id": f"00{number}",
        "account_id": account,
        "class": "INV",
        "instalment": "1",
        "due_date": "2026-02-01",
        "gl_date": "2026-01-02",
        "currency": currency,
        "amount_original": amount,
        "amount_remaining": remaining,
    }
    return transaction, schedule


_RECEIPT = (
    {
        "org_id": ORG,
        "receipt_id": "0900",
        "receipt_number": "R-900",
        "account_id": "0007",
        "receipt_date": "2026-01-20",
        "gl_date": "2026-01-20",
        "currency": "USD",
        "amount": "50.00",
        "remittance": "INV-100 / invoice 100; thank you",
    },
    {
        "org_id": ORG,
        "schedule_id": "S900",
        "receipt_id": "0900",
        "account_id": "0007",
        "class": "PMT",
        "instalment": "1",
        "gl_date": "2026-01-20",
        "currency": "USD",
        "amount_original": "-50.00",
        "amount_remaining": "-50.00",
    },
)

_INVOICES = (
    _invoice("101", "0007", "USD", "120.00", "100.00"),
    _invoice("102", "0007", "JPY", "5000", "5000"),
    _invoice("103", "0042", "KWD", "31.750", "31.750"),
)

COMPANY: Rows = {
    "customers": [
        {
            "account_id": "0007",
            "account_number": "C-0007",
            "name": 'Müller & Søn, "Nordwind"',
            "status": "A",
            "credit_limit": "10000.00",
            "credit_limit_currency": "USD",
        },
        {"account_id": "0042", "account_number": "C-0042", "name": "Gulf Supplies", "status": "A", "currency": "KWD"},
    ],
    "transactions": [transaction for transaction, _ in _INVOICES],
    "schedules": [*(schedule for _, schedule in _INVOICES), _RECEIPT[1]],
    "receipts": [_RECEIPT[0]],
    "applications": [
        {
            "org_id": ORG,
            "application_id": "P1",
            "source_schedule_id": "S900",
            "status": "UNAPP",
            "amount": "50.00",
            "apply_date": "2026-01-20",
            "gl_date": "2026-01-20",
        }
    ],
    "disputes": [
        {"org_id": ORG, "dispute_id": "D1", "schedule_id": "S103", "amount": "1.750", "opened_on": "2026-02-05"}
    ],
    "exemptions": [
        {
            "exemption_id": "E1",
            "account_id": "0007",
            "hold_name": "credit-overdue",
            "requested_by": "sales",
            "approved_by": "finance",
            "amount_cap": "0.00",
            "expires_on": "2026-01-31",
        }
    ],
    "payment_plans": [{"plan_id": "PP1", "account_id": "0042", "currency": "KWD", "agreed_on": "2026-02-06"}],
    "plan_items": [{"plan_id": "PP1", "schedule_id": "S103"}],
    "plan_instalments": [
        {"plan_id": "PP1", "seq": "1", "due_on": "2026-03-01", "amount": "15.875"},
        {"plan_id": "PP1", "seq": "2", "due_on": "2026-04-01", "amount": "15.875"},
    ],
    "orders": [
        {
            "org_id": ORG,
            "order_id": "O-1",
            "account_id": "0007",
            "currency": "JPY",
            "open_amount": "70000",
            "ordered_on": "2026-02-20",
        }
    ],
    "contacts": [{"contact_id": "K1", "account_id": "0007", "role": "payer", "name": "Åse", "opted_out": "Y"}],
    "rates": [{"from_currency": "KWD", "to_currency": "USD", "rate_date": "2026-01-30", "rate": "3.257328990228"}],
    "holds": [
        {
            "org_id": ORG,
            "hold_id": "H1",
            "account_id": "0042",
            "scope": "account",
            "name": "credit-overdue",
            "applied_on": "2026-02-10",
            "external_ref": "erp-ar:an-earlier-hold",
        },
        {
            "org_id": ORG,
            "hold_id": "H2",
            "account_id": "0042",
            "scope": "account",
            "name": "limit-exceeded",
            "applied_on": "2026-01-10",
            "released_on": "2026-01-20",
            "external_ref": "erp-ar:a-lifted-hold",
        },
    ],
    "notes": [
        {
            "org_id": ORG,
            "note_id": "N1",
            "account_id": "0007",
            "created_on": "2026-02-03",
            "author": "jo",
            "text": "Called: pays on Friday.",
        }
    ],
    "adjustments": [
        {
            "org_id": ORG,
            "adjustment_id": "J1",
            "schedule_id": "S101",
            "type": "LINE",
            "amount": "-20.00",
            "apply_date": "2026-01-15",
            "gl_date": "2026-01-15",
            "status": "A",
        }
    ],
}
"""Two customers, three open invoices and a receipt, an active hold of ours and one that was lifted, and at least
one row of every other entity."""

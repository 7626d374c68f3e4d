"""Who is in the example: the customers of an invented maker of measuring instruments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from erp_ar_ext.model.entities import Customer

US, EUROPE = "101", "204"
"""Operating units."""

_LANGUAGES = {"US": "en", "DE": "de", "SE": "sv", "JP": "ja", "KW": "en", "KR": "ko", "CN": "zh"}
_CURRENCIES = {"DE": "EUR", "SE": "EUR", "JP": "JPY", "KW": "KWD"}
_COLLECTORS = {"US": "d.marsh", "DE": "k.ebner", "SE": "k.ebner", "JP": "s.onda", "KW": "d.marsh"}


def customer(account_id: str, name: str, country: str, profile_class: str = "standard", **columns: object) -> Customer:
    """Make a customer of a country with that country's currency, language and collector unless told otherwise."""
    given = {
        "account_id": account_id,
        "account_number": f"000{account_id}",
        "name": name,
        "status": "A",
        "kind": "trade",
        "country": country,
        "language": _LANGUAGES[country],
        "currency": _CURRENCIES.get(country, "USD"),
        "profile_class": profile_class,
        "collector": _COLLECTORS.get(country, "s.onda"),
        "email": f"payables@{account_id}.example",
        **columns,
    }
    if given.get("credit_limit") is not None:
        given.setdefault("credit_limit_currency", given["currency"])
    return Customer.model_validate(given)


def org_for(one: Customer) -> str:
    """Operating unit that sells to a customer."""
    return EUROPE if one.country in ("DE", "SE") else US


STORY_CUSTOMERS = (
    customer("1001", "Tallow Creek Mills, Inc.", "US", "key", account_number="1001", credit_limit=Decimal(400_000)),
    customer("1002", "Marrowby Bearing Works", "US", credit_limit=Decimal(150_000)),
    customer("1003", "Grünwäldle Messtechnik GmbH", "DE", credit_limit=Decimal(120_000)),
    customer("1004", "Corvane Packaging LLC", "US", credit_limit=Decimal(120_000)),
    customer("1005", "Åsbrinkens Mätteknik AB", "SE", credit_limit=Decimal(90_000)),
    customer("1006", "Whitlow Ridge Fasteners", "US", "small", credit_limit=Decimal(60_000)),
    customer("1007", "Odderholt Feinpapier GmbH & Co. KG", "DE", "key", credit_limit=Decimal(250_000)),
    customer("1008", "Pellucid Ridge Optics", "US", credit_limit=Decimal(80_000)),
    customer("1009", "Kestrelmoor Foundry, Inc.", "US", insolvency_date=date(2025, 12, 1)),
    customer("1010", "Norrvallens Sågverk AB", "SE", dunning_block_until=date(2026, 2, 28)),
    customer("1011", "Quillbrook Assay Laboratories", "US", credit_limit=Decimal(200_000)),
    customer("1012", "Quillbrook Sampling Services", "US", "small", status="I", merged_into="1011"),
    customer("1013", "Whitfield, Dana (travel advance)", "US", "employee", kind="employee"),
    customer("1014", "Juniper Hollow Dairy", "US", "small", credit_limit=Decimal(40_000)),
    customer("1015", "云栖岭仪表有限公司", "CN", credit_limit=Decimal(180_000)),
    customer("1016", "가온들정밀기계 주식회사", "KR", credit_limit=Decimal(160_000)),
    customer("1017", "霧ヶ沢計測株式会社", "JP", "key", credit_limit=Decimal(40_000_000)),
    customer("1018", "Al Dhirwa Instrumentation W.L.L.", "KW", credit_limit=Decimal(45_000)),
    customer("1019", "Burrfield Auto Salvage", "US", "cash in advance", credit_limit=Decimal(0)),
    customer("1020", "Tarn Hollow County Water District", "US", "public", kind="government"),
    customer("1021", "Lückendorfer Anlagenbau GmbH", "DE", credit_limit=Decimal(200_000)),
    customer("1022", "Fennimore Vale Growers Cooperative", "US", credit_limit=Decimal(90_000)),
    customer("1023", "Sablewood Mill Textiles", "US", credit_limit=Decimal(70_000)),
    customer("1024", "Hollins Reach Marine Supply", "US", credit_limit=Decimal(95_000)),
    customer("1025", "Brightsill Elevator Company", "US", "key", credit_limit=Decimal(100_000)),
    customer("1026", "Redmarsh Ceramics", "US", credit_limit=Decimal(110_000)),
    customer("1027", "Aldermoor Instruments Nordic AB", "SE", "group", kind="intercompany"),
    customer("1028", "Oxcart Lane Printing", "US", "small", status="I"),
    customer("1029", "Zeltinger Flusslogistik GmbH", "DE", credit_limit=Decimal(140_000)),
    customer("1030", "Copperline Sign Works", "US", "small", credit_limit=Decimal(50_000)),
    customer("1031", "Brightsill Elevator West", "US", parent_account_id="1025"),
)  # fmt: skip
"""Customers with a story; see `erp_ar_ext.demo.stories`."""


class Trader(NamedTuple):
    """A customer without a story: what one invoice comes to (in its currency), its terms, and how late it pays."""

    name: str
    country: str
    profile_class: str
    invoice: int
    terms: str
    days_late: int


TRADERS = (
    Trader("Harrowgate Pump & Valve", "US", "standard", 14_200, "NET 30", 6),
    Trader("Larkspur Basin Utilities", "US", "key", 38_500, "NET 45", 3),
    Trader("Muddy Fork Aggregates", "US", "standard", 9_800, "NET 30", 24),
    Trader("Ostrander Heat Treating", "US", "standard", 12_650, "2/10 NET 30", -21),
    Trader("Pinfeather Aerostructures", "US", "key", 46_900, "NET 60", 9),
    Trader("Rookwell Dental Supply", "US", "small", 2_950, "NET 30", 12),
    Trader("Sawtooth Bend Plastics", "US", "standard", 17_300, "50% 30, 50% 60", 15),
    Trader("Thistlewood Brewing", "US", "small", 3_400, "NET 30", 41),
    Trader("Umberfield Paint & Coatings", "US", "standard", 11_100, "NET 45", 8),
    Trader("Vantrell Glassworks", "US", "standard", 15_750, "NET 30", 2),
    Trader("Wexcombe Community Hospital", "US", "public", 21_800, "NET 60", 34),
    Trader("Yarrow Point Shipyard", "US", "key", 52_400, "1/3 30, 60, 90", 11),
    Trader("Ashlar Stone & Tile", "US", "small", 4_150, "NET 30", 55),
    Trader("Beaverdam Orchard Foods", "US", "standard", 8_700, "NET 30", 18),
    Trader("Bärenklauer Prüfgeräte GmbH", "DE", "standard", 13_400, "NET 30", 5),
    Trader("Dünenfelder Schiffsbau AG", "DE", "key", 41_200, "1/3 30, 60, 90", 13),
    Trader("Eichenrode Kältetechnik GmbH", "DE", "standard", 9_950, "NET 14", 7),
    Trader("Föhrental Maschinenbau KG", "DE", "standard", 18_600, "NET 30", 22),
    Trader("Hinterzartner Uhrenteile GmbH", "DE", "small", 3_850, "NET 30", 47),
    Trader("Mühlgrund Getränke GmbH", "DE", "standard", 7_700, "2/10 NET 30", -20),
    Trader("Überlohe Sensorik GmbH", "DE", "standard", 16_250, "50% 30, 50% 60", 10),
    Trader("Björkhälla Kraftverk AB", "SE", "key", 29_900, "NET 30", 4),
    Trader("Dalsjöns Mekaniska AB", "SE", "standard", 8_300, "NET 30", 26),
    Trader("Fjällbäckens Gruva AB", "SE", "standard", 22_700, "NET 45", 16),
    Trader("Östervåla Trävaror AB", "SE", "small", 3_100, "NET 30", 38),
    Trader("青葉ヶ原製作所株式会社", "JP", "standard", 1_850_000, "NET 60", 0),
    Trader("波戸見精機株式会社", "JP", "standard", 2_400_000, "NET 30", 14),
    Trader("Safwan Bay Desalination K.S.C.", "KW", "key", 5_480, "NET 45", 19),
    Trader("Jahra Gate Calibration W.L.L.", "KW", "small", 1_270, "NET 30", 33),
    Trader("해솔마루 계측 주식회사", "KR", "standard", 13_900, "NET 30", 9),
    Trader("沧澜湾自动化设备有限公司", "CN", "standard", 16_400, "NET 60", 21),
)
"""Customers that make up the rest of the ledger."""

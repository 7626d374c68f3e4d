"""Minor units of currencies, and amounts as text.

Digits after the point come from ISO 4217 (list one, as amended): two unless listed here. An amount with more
digits than its currency has keeps them when printed - nothing is rounded on the way out.
"""

from __future__ import annotations

from decimal import Decimal

_NO_MINOR_UNIT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DIGITS = "CLF UYW"

_CODES = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP "
    "LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB "
    "PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB "
    "TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER "
    "ZAR ZMW ZWG"
)

ISO_4217 = frozenset(_CODES.split())
"""Codes of currencies in use, and of the funds beside them; metals and test codes are no money."""

MINOR_UNITS: dict[str, int] = (
    dict.fromkeys(_NO_MINOR_UNIT.split(), 0)
    | dict.fromkeys(_THREE_DIGITS.split(), 3)
    | dict.fromkeys(_FOUR_DIGITS.split(), 4)
)
"""Currencies whose minor unit is not two digits."""


def minor_unit(currency: str | None) -> int:
    """Digits after the point for a currency: 2 for USD, 0 for JPY, 3 for KWD."""
    return MINOR_UNITS.get(currency or "", 2)


def amount_text(amount: Decimal, currency: str | None) -> str:
    """Amount as plain text with the currency's digits, more only where the amount has more.

    >>> amount_text(Decimal("31.7500"), "USD"), amount_text(Decimal("1E+3"), "JPY")
    ('31.75', '1000')
    """
    exponent = amount.normalize().as_tuple().exponent
    digits = max(minor_unit(currency), -exponent if isinstance(exponent, int) else 0)
    text = f"{amount:.{digits}f}"
    return text.removeprefix("-") if not amount else text


def grouped_amount_text(amount: Decimal, currency: str | None) -> str:
    """Amount as `amount_text` writes it, with thousands separators, for people.

    >>> grouped_amount_text(Decimal("-1234567.5000"), "USD")
    '-1,234,567.50'
    """
    return f"{Decimal(amount_text(amount, currency)):,}"

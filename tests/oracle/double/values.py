"""Values on the wire: numbers, dates, doubles and texts.

What goes out starts from PostgreSQL's own text of a value, so that no Python object is made of a cell; what comes in
becomes a Python value. Encoders work on whole columns and remember what they have encoded: ids, dates and amounts
repeat a lot.
"""

import datetime as dt
import struct
from binascii import unhexlify
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from . import wire
from .wire import counted

Raw = bytes | None
Encoder = Callable[[Sequence[Raw]], list[bytes]]

SIZES = [bytes((size,)) for size in range(256)]
MEMORY = 100_000
"""Encoded values that an encoder keeps at most."""


def _table(of: Callable[[int], int]) -> bytes:
    """Translation of pairs of decimal digits, each in one byte as hexadecimal digits would be."""
    made = bytearray(256)
    for pair in range(100):
        made[int(str(pair), 16)] = of(pair)
    return bytes(made)


POSITIVE, NEGATIVE = _table(lambda pair: pair + 1), _table(lambda pair: 101 - pair)
CENTURIES, DAYS = _table(lambda pair: pair + 100), _table(lambda pair: pair)


def number_image(text: bytes) -> bytes:
    """NUMBER of a decimal text: an exponent to the base 100 and up to 20 digits to that base.

    Two decimal digits read as hexadecimal make a byte, which a table makes a digit to the base 100.
    """
    negative = text[0] == 45
    whole, _, fraction = (text[1:] if negative else text).partition(b".")
    if len(whole) & 1:
        whole = b"0" + whole
    if len(fraction) & 1:
        fraction += b"0"
    try:
        pairs = unhexlify(whole + fraction).lstrip(b"\0")
    except ValueError:  # an exponent, as doubles have
        return number_image(format(Decimal(text.decode()), "f").encode())
    exponent = len(pairs) - len(fraction) // 2 + 192
    pairs = pairs.rstrip(b"\0")
    if not pairs:
        return b"\x80"
    if len(pairs) > 20:
        return number_image(_rounded(text, 40 if pairs[0] > 15 else 39))
    if not negative:
        return SIZES[exponent] + pairs.translate(POSITIVE)
    return SIZES[~exponent & 0xFF] + pairs.translate(NEGATIVE) + (b"\x66" if len(pairs) < 20 else b"")


def _rounded(text: bytes, digits: int) -> bytes:
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(text.decode())
    return format(rounded, "f").encode()


def number(image: bytes) -> Decimal:
    """Decimal of a NUMBER."""
    if image == b"\x80":
        return Decimal(0)
    positive = bool(image[0] & 0x80)
    exponent = (image[0] if positive else ~image[0] & 0xFF) - 192
    body = image[1:]
    if not positive:
        body = bytes(102 - byte for byte in body.removesuffix(b"\x66"))
    digits = "".join(f"{byte - 1:02d}" for byte in body)
    places = len(digits) - 2 * exponent
    value = Decimal(("" if positive else "-") + digits).scaleb(-places, Context(prec=60))
    return Decimal(format(value, "f").rstrip("0").rstrip(".")) if places > 0 else Decimal(format(value, "f"))


def date_image(text: bytes, size: int) -> bytes:
    """DATE (7 bytes) or TIMESTAMP (11, with a zone 13) of PostgreSQL's text, which is in UTC."""
    moment, _, zone = text.partition(b"+")
    if zone not in (b"", b"00") or moment[4:5] != b"-" or moment.endswith(b"BC"):
        raise ValueError(f"not a date of the years 1 to 9999 in UTC: {text!r}")
    moment = moment.ljust(19, b"0")
    digits = moment[:4] + moment[5:7] + moment[8:10] + moment[11:13] + moment[14:16] + moment[17:19]
    pairs = unhexlify(digits)
    image = pairs[:2].translate(CENTURIES) + pairs[2:4].translate(DAYS) + pairs[4:].translate(POSITIVE)
    if size == 7:
        return image
    nanoseconds = int(moment[20:].ljust(9, b"0"))
    if size == 11:
        return image + struct.pack(">I", nanoseconds) if nanoseconds else image
    return image + struct.pack(">I", nanoseconds) + bytes((20, 60))


def date(image: bytes) -> dt.datetime:
    """Moment of a DATE or TIMESTAMP."""
    fraction = struct.unpack(">I", image[7:11])[0] // 1000 if len(image) >= 11 else 0
    year = (image[0] - 100) * 100 + image[1] - 100
    return dt.datetime(year, image[2], image[3], image[4] - 1, image[5] - 1, image[6] - 1, fraction)  # noqa: DTZ001


def double_image(text: bytes) -> bytes:
    """BINARY_DOUBLE of a text."""
    image = struct.pack(">d", float(text))
    return bytes((image[0] | 0x80,)) + image[1:] if not image[0] & 0x80 else bytes(~byte & 0xFF for byte in image)


def double(image: bytes) -> float:
    """Float of a BINARY_DOUBLE or BINARY_FLOAT."""
    plain = bytes((image[0] & 0x7F,)) + image[1:] if image[0] & 0x80 else bytes(~byte & 0xFF for byte in image)
    value: float = struct.unpack(">d" if len(plain) == 8 else ">f", plain)[0]
    return value


def boolean_image(text: bytes) -> bytes:
    """BOOLEAN of t or f."""
    return b"\x01\x01" if text in (b"t", b"true", b"1") else b"\x00"


def raw_image(text: bytes) -> bytes:
    r"""RAW of PostgreSQL's \x text."""
    return bytes.fromhex(text[2:].decode()) if text.startswith(b"\\x") else text


IMAGES: dict[int, Callable[[bytes], bytes]] = {
    wire.NUMBER: number_image,
    wire.BINARY_INTEGER: number_image,
    wire.DATE: lambda text: date_image(text, 7),
    wire.TIMESTAMP: lambda text: date_image(text, 11),
    wire.TIMESTAMP_LTZ: lambda text: date_image(text, 11),
    wire.TIMESTAMP_TZ: lambda text: date_image(text, 13),
    wire.BINARY_DOUBLE: double_image,
    wire.BOOLEAN: boolean_image,
    wire.RAW: raw_image,
    wire.LONG_RAW: raw_image,
}


def texts(values: Sequence[Raw]) -> list[bytes]:
    """Encode a column of texts."""
    return [SIZES[len(value)] + value if value and len(value) <= wire.SHORT else counted(value) for value in values]


def national_texts(values: Sequence[Raw]) -> list[bytes]:
    """Encode a column of texts in the national character set."""
    return [counted(value.decode().encode("utf-16-be") if value else None) for value in values]


def encoder(kind: int, form: int) -> Encoder:
    """Give an encoder of columns of a type; `form` 2 is the national character set."""
    if kind in wire.TEXTS:
        return national_texts if form == 2 else texts
    image = IMAGES[kind]

    def short(made: bytes) -> bytes:
        return SIZES[len(made)] + made if 0 < len(made) <= wire.SHORT else counted(made)

    known: dict[Raw, bytes] = {None: b"\0"}

    def encode(values: Sequence[Raw]) -> list[bytes]:
        different = set(values)
        if len(different) * 2 > len(values):  # ids: remembering them costs more than it saves
            return [b"\0" if value is None else short(image(value)) for value in values]
        if len(known) > MEMORY:
            known.clear()
            known[None] = b"\0"
        for value in different.difference(known):
            known[value] = short(image(value or b""))
        return [known[value] for value in values]

    return encode


def raw(value: Any) -> Raw:
    """PostgreSQL's text of a Python value."""
    if value is None or value == "":
        return None
    if isinstance(value, bytes | bytearray | memoryview):
        return b"\\x" + bytes(value).hex().encode()
    if isinstance(value, bool):
        return b"t" if value else b"f"
    if isinstance(value, Decimal):
        return format(value, "f").encode()
    return str(value).encode()


DECODERS: dict[int, Callable[[bytes], Any]] = {
    wire.NUMBER: number,
    wire.BINARY_INTEGER: number,
    wire.DATE: date,
    wire.TIMESTAMP: date,
    wire.TIMESTAMP_TZ: date,
    wire.TIMESTAMP_LTZ: date,
    wire.BINARY_DOUBLE: double,
    wire.BINARY_FLOAT: double,
}


def decoded(image: bytes | None, kind: int, form: int) -> Any:
    """Python value of what a client sent."""
    if image is None:
        return None
    if kind in wire.TEXTS:
        return image.decode("utf-16-be" if form == 2 else "utf-8")
    return DECODERS.get(kind, bytes)(image)


def literal(value: Any, kind: int = wire.VARCHAR) -> str:  # noqa: PLR0911 - a table
    """SQL text of a bound value; an empty string is the NULL."""
    if value is None or value == "":
        cast = NULLS.get(kind)
        return f"NULL::{cast}" if cast else "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | Decimal):
        return f"({format(value, 'f')})::numeric"
    if isinstance(value, float):
        return f"'{value!r}'::double precision"
    if isinstance(value, dt.datetime):
        return f"'{value.isoformat(' ')}'::{'timestamp(0)' if kind == wire.DATE else 'timestamp'}"
    if isinstance(value, bytes | bytearray):
        return f"'\\x{bytes(value).hex()}'::bytea"
    return quoted(str(value)) + "::text"


def quoted(text: str) -> str:
    """SQL text of a string."""
    return "'" + text.replace("'", "''") + "'"


NULLS = {
    wire.NUMBER: "numeric",
    wire.DATE: "timestamp(0)",
    wire.TIMESTAMP: "timestamp",
    wire.TIMESTAMP_TZ: "timestamptz",
    wire.RAW: "bytea",
    wire.BLOB: "bytea",
}

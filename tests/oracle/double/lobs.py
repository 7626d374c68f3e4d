"""LOBs: a client holds a locator, the session the value; a locator that is freed forgets its value."""

import secrets
from dataclasses import dataclass
from typing import Any

from . import wire
from .errors import OraError
from .requests import LobCall
from .values import raw_image
from .wire import Writer

READ, WRITE, TRIM, LENGTH, CHUNK_SIZE, IS_OPEN, CREATE = 0x02, 0x40, 0x20, 0x01, 0x4000, 0x11000, 0x0110
CHUNK = 8132
LOCATOR = 40


@dataclass
class Lob:
    """A value behind a locator: a text or bytes."""

    is_text: bool
    value: Any

    @property
    def unit(self) -> int:
        """Bytes of one unit of length: a letter is UTF-16 on the wire."""
        return 2 if self.is_text else 1

    @property
    def image(self) -> bytes:
        """Value on the wire."""
        return bytes(self.value.encode("utf-16-be") if self.is_text else self.value)

    @image.setter
    def image(self, image: bytes) -> None:
        self.value = image.decode("utf-16-be") if self.is_text else image


class Lobs(dict[bytes, Lob]):
    """LOBs of a session, by locator."""

    def new(self, value: Any, *, is_text: bool) -> bytes:
        """Keep a value, give its locator: one of a temporary LOB, which the client frees."""
        locator = bytearray(LOCATOR)
        locator[0:2] = b"\x00\x26"
        locator[4] = 0 if is_text else 1
        locator[5] = 0x08
        locator[6] = 0x80 if is_text else 0
        locator[7] = 1
        locator[10:18] = secrets.token_bytes(8)
        self[bytes(locator)] = Lob(is_text, value)
        return bytes(locator)

    def free(self, locators: bytes) -> None:
        """Forget the values of locators."""
        for start in range(0, len(locators), LOCATOR):
            self.pop(locators[start : start + LOCATOR], None)

    def write_value(self, writer: Writer, text: bytes | None, kind: int) -> None:
        """Write a locator with the lengths that the driver wants to know."""
        if text is None or text == b"":
            writer.ub(0)
            return
        is_text = kind == wire.CLOB
        locator = self.new(text.decode() if is_text else raw_image(text), is_text=is_text)
        lob = self[locator]
        writer.ub(LOCATOR, len(lob.image) // lob.unit, CHUNK).bytes_(locator)

    def answer(self, call: LobCall, writer: Writer) -> None:
        """Do what a call on a LOB asks."""
        if call.operation == CREATE:
            is_text = call.destination == wire.CLOB
            writer.u8(8).raw(self.new("" if is_text else b"", is_text=is_text)).ub(873).u8(0)
            return
        lob = self.get(call.locator)
        if lob is None:
            raise OraError(22922, "nonexistent LOB value")
        amount = self._do(lob, call, writer)
        writer.u8(8).raw(call.locator)
        if call.has_amount:
            writer.ub(amount)
        if call.operation == IS_OPEN:
            writer.u8(0)

    @staticmethod
    def _do(lob: Lob, call: LobCall, writer: Writer) -> int:
        image, start = lob.image, (call.source - 1) * lob.unit
        if call.operation == READ:
            part = image[start : start + call.amount * lob.unit]
            if part:
                writer.u8(14).bytes_(part)
            return len(part) // lob.unit
        if call.operation == WRITE:
            data = call.data or b""
            lob.image = image[:start].ljust(start, b"\0") + data + image[start + len(data) :]
        elif call.operation == TRIM:
            lob.image = image[: call.amount * lob.unit]
        elif call.operation == LENGTH:
            return len(image) // lob.unit
        elif call.operation == CHUNK_SIZE:
            return CHUNK
        return call.amount

"""Packets of Oracle Net: a head with length and kind, then a body."""

import asyncio
import socket
import struct
from collections.abc import Sequence

from .faults import Fault, cut
from .profiles import Profile
from .wire import Reader, Writer

CONNECT, ACCEPT, REFUSE, DATA, MARKER = 1, 2, 4, 6, 12
BREAK, RESET = (1, 3), 2
END_OF_FILE = 0x40
END_OF_RESPONSE = 0x2000
SIZE = 8192


class Packets:
    """Reads and writes the packets of a connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, faults: Sequence[Fault]) -> None:
        self._reader, self.writer, self._faults = reader, writer, faults
        self._long = False
        self.end_of_response = False

    async def read(self) -> tuple[int, bytes]:
        """Read a packet; gives its kind and its body."""
        head = await self._reader.readexactly(8)
        size = int.from_bytes(head[:4] if self._long else head[:2], "big")
        return head[4], await self._reader.readexactly(size - 8)

    def write(self, kind: int, body: bytes) -> None:
        """Write a packet."""
        size = len(body) + 8
        head = struct.pack(">I", size) if self._long else struct.pack(">HH", size, 0)
        packet = head + bytes((kind, 0, 0, 0)) + body
        cut(self._faults, lambda: self.writer.write(packet[: size // 2]))
        self.writer.write(packet)

    async def send(self, message: Writer) -> None:
        """Send a message, in as many packets as it takes."""
        if self.end_of_response:
            message.u8(29)
        body, step = bytes(message.data), SIZE - 10
        for start in range(0, max(len(body), 1), step):
            last = start + step >= len(body)
            flags = END_OF_RESPONSE if self.end_of_response and last else 0
            self.write(DATA, struct.pack(">H", flags) + body[start : start + step])
        await self.writer.drain()

    def marker(self, kind: int) -> None:
        """Send a marker."""
        self.write(MARKER, bytes((1, 0, kind)))

    async def connect(self) -> tuple[int, str]:
        """Read the first packet; gives the protocol's version and the connect descriptor."""
        kind, body = await self.read()
        if kind != CONNECT:
            raise ConnectionError("no CONNECT")
        reader = Reader(body)
        wanted = reader.u16()
        reader.raw(14)
        size, offset = reader.u16(), reader.u16() - 8
        if offset + size > len(body):  # one that is long comes in a packet of its own
            _, more = await self.read()
            return wanted, more[2 : 2 + size].decode(errors="replace")
        return wanted, body[offset : offset + size].decode(errors="replace")

    async def refuse(self, code: int) -> None:
        """Refuse the connection, as a listener does."""
        told = f"(DESCRIPTION=(TMP=)(VSNNUM=0)(ERR={code})(ERROR_STACK=(ERROR=(CODE={code})(EMFI=4))))".encode()
        self.write(REFUSE, b"\x22\x00" + struct.pack(">H", len(told)) + told)
        await self.writer.drain()

    def accept(self, protocol: int, profile: Profile) -> None:
        """Accept the connection; from here on lengths have four bytes."""
        flags = (0x10000000 if profile.fast_auth else 0) | (0x02000000 if profile.end_of_response else 0)
        body = struct.pack(">HHHHHHH", protocol, 0x0001, SIZE, SIZE, 1, 0, 45) + bytes((0x04, 0x04)) + bytes(8)
        self.write(ACCEPT, body + struct.pack(">II", SIZE, SIZE) + bytes(1) + struct.pack(">I", flags))
        self._long = True

    def drop(self, *, with_reset: bool) -> None:
        """End the connection without a word; a reset lets the client's next read fail."""
        if with_reset:
            found = self.writer.get_extra_info("socket")
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.writer.transport.abort()
        else:
            self.writer.close()

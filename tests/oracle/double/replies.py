"""What the double answers: TTC messages, and the packets that carry them."""

from collections.abc import Sequence
from itertools import repeat

from . import wire
from .engine import Bind, Result
from .errors import OraError
from .lobs import Lobs
from .requests import OpenStatement
from .types import Column
from .values import Encoder, Raw, encoder
from .wire import Writer

NO_DATA = 1403
WARNING = 0x20


class Replies:
    """Writes a session's answers."""

    def __init__(self, lobs: Lobs) -> None:
        self.lobs = lobs
        self.field_version = 0
        self.in_transaction = False
        self._encoders: dict[tuple[int, int], Encoder] = {}

    def protocol(self, writer: Writer) -> None:
        """Tell what the server can do."""
        capabilities = bytearray(55)
        capabilities[0], capabilities[7] = 6, self.field_version
        capabilities[15], capabilities[23], capabilities[27] = 0x29, 0xCF, 1
        at_run = bytearray(13)
        at_run[0], at_run[6] = 2, 0x04
        writer.u8(1, 6, 0).raw(b"x86_64/Linux 2.4.xx\0").u16le(873).u8(1).u16le(0)
        sets = bytearray(12)
        sets[9:11] = (2000).to_bytes(2, "big")
        writer.u16(len(sets)).raw(bytes(sets)).bytes_(bytes(capabilities)).bytes_(bytes(at_run))

    @staticmethod
    def data_types(writer: Writer) -> None:
        """Agree to the client's types."""
        writer.u8(2).u16(0)

    def status(
        self,
        writer: Writer,
        error: OraError | None = None,
        number: int = 0,
        rowcount: int = 0,
        failed: Sequence[tuple[int, OraError]] = (),
        *,
        warning: bool = False,
    ) -> None:
        """End of an answer: how it went."""
        code = error.code if error else 0
        writer.u8(4).ub(2 if self.in_transaction else 0, 0, rowcount, code & 0xFFFF, 0, 0, number)
        writer.ub(error.position if error else 0).u8(0, 0, 0, 0, 0, WARNING if warning else 0)
        some = 1 if rowcount else 0
        writer.ub(some, some).u8(0).ub(rowcount, 0)  # a rowid
        writer.ub(0).u8(0, 0).ub(0, 0, 0)
        self._failed(writer, failed)
        writer.ub(code, rowcount)
        if self.field_version >= 14:
            writer.ub(0, 0)
        if error:
            writer.bytes_((error.text + "\n").encode())

    @staticmethod
    def _failed(writer: Writer, failed: Sequence[tuple[int, OraError]]) -> None:
        """Tell which rows of many failed: codes, places, texts."""
        if not failed:
            writer.ub(0, 0, 0)
            return
        writer.ub(len(failed)).u8(0).ub(*(error.code for _, error in failed))
        writer.ub(len(failed)).u8(0).ub(*(at for at, _ in failed))
        writer.ub(len(failed)).u8(0)
        for _, error in failed:
            writer.text(error.text).u8(0, 0)

    def describe(self, writer: Writer, columns: Sequence[Column]) -> None:
        """Describe the columns of a query."""
        writer.u8(16, 0).ub(0, len(columns))
        if columns:
            writer.u8(0)
        for at, column in enumerate(columns):
            form = column.form
            writer.u8(column.kind, 0, column.precision, column.scale)
            writer.ub(column.size, 0, 0, 0, 0, 873 if form == 1 else 2000 if form else 0).u8(form).ub(column.size)
            if self.field_version >= 8:
                writer.ub(0)
            writer.u8(1, len(column.name)).text(column.name).ub(0, 0, at + 1, 0)
            if self.field_version >= 17:
                writer.ub(0, 0)
            if self.field_version >= 20:
                writer.ub(0)
            if self.field_version >= 24:
                writer.ub(0).u8(0, 0)
        writer.ub(0, 0, 0, 0, 0, 0)

    def rows(
        self, writer: Writer, columns: Sequence[Column], defines: Sequence[Bind], values_of: Sequence[Sequence[Raw]]
    ) -> None:
        """Write rows: encoded column by column, then dealt out."""
        size = len(values_of[0])
        if not size:
            return
        writer.u8(6, 0).ub(size, 0, 0, 0, 0, 0)
        encoded: list[Sequence[bytes]] = []
        for at, values in enumerate(values_of):
            column = columns[at]
            kind, form = column.kind, column.form
            if defines and kind in wire.LOBS:  # of all types, only LOBs change by a define
                kind, form = defines[at].kind, defines[at].form
            encoded.append(self._column(values, kind, form))
            if kind in (wire.LONG, wire.LONG_RAW):
                encoded.append([b"\0\0"] * size)
        writer.raw(b"".join([b"".join(row) for row in zip(repeat(b"\x07"), *encoded, strict=False)]))

    def _column(self, values: Sequence[Raw], kind: int, form: int) -> list[bytes]:
        if kind in wire.LOBS:
            return [self._lob(value, kind) for value in values]
        known = self._encoders.get((kind, form))
        if known is None:
            known = self._encoders[kind, form] = encoder(kind, form)
        return known(values)

    def _lob(self, value: Raw, kind: int) -> bytes:
        writer = Writer()
        self.lobs.write_value(writer, value, kind)
        return bytes(writer.data)

    def _value(self, writer: Writer, value: Raw, bind: Bind) -> None:
        writer.raw(self._column([value], bind.kind, bind.form)[0])

    def outs(self, writer: Writer, sent: OpenStatement, result: Result) -> None:
        """Write the directions of a block's binds, and what came out."""
        ways = result.directions
        writer.u8(11, 0).ub(len(ways) % 256, len(ways) // 256, 0, 0, 0, 0).u8(*ways)
        if result.outs:
            writer.u8(7)
        for at in sorted(result.outs):
            self._value(writer, result.outs[at], sent.binds[at])
            writer.ub(0)

    def returning(self, writer: Writer, sent: OpenStatement, result: Result) -> None:
        """Write what RETURNING gave, for each row of binds."""
        for row in result.returning or []:
            writer.u8(7)
            for at, values in zip(sent.statement.return_binds, row, strict=True):
                writer.ub(len(values))
                for value in values:
                    self._value(writer, value, sent.binds[at])
                    writer.ub(0)

    @staticmethod
    def counts(writer: Writer, result: Result) -> None:
        """Write the number of rows of each row of binds."""
        writer.u8(8).ub(0, 0, 0, 0).ub(len(result.rowcounts), *result.rowcounts)

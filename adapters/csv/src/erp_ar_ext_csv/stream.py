"""A file as one stream of UTF-8: unpacked, decoded, digested, and marked at its end."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import zlib
from pathlib import Path
from typing import Any

from erp_ar_ext.errors import SourceError

CHUNK = 1 << 20
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Utf8Stream(io.RawIOBase):
    """Readable stream of a text file in UTF-8, whatever its encoding, without a byte order mark.

    `ending` follows the last byte, on a line of its own: a parser that does not meet it as a line is inside a
    quote that was never closed. `digest` is that of the file as stored, complete once everything is read.
    Reading raises SourceError with byte offset and line where bytes do not fit the encoding.
    """

    def __init__(self, path: Path, name: str, encoding: str, *, ending: bytes = b"") -> None:
        super().__init__()
        self._name = name
        self._encoding = encoding
        self._ending: bytes | None = ending
        self._digest = hashlib.sha256()
        self._stored = _open(path, name)
        counted = io.BufferedReader(_Digesting(self._stored, self._digest), CHUNK)
        packed = path.suffix.lower() == ".gz"
        self._file: io.BufferedIOBase = gzip.GzipFile(fileobj=counted) if packed else counted
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._ready = bytearray()
        self._bytes_seen = 0
        self._lines_seen = 1
        self._last = b"\n"

    @property
    def digest(self) -> str:
        """SHA-256 of the stored bytes read so far, as `sha256:<hex>`."""
        return f"sha256:{self._digest.hexdigest()}"

    def readable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read exactly `size` bytes unless the end comes first; all for a negative size."""
        while (size < 0 or len(self._ready) < size) and self._ending is not None:
            self._fill()
        size = len(self._ready) if size < 0 else size
        taken = bytes(self._ready[:size])
        del self._ready[:size]
        return taken

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            self._file.close()
            self._stored.close()
        super().close()

    def _fill(self) -> None:
        try:
            chunk = self._file.read(CHUNK)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise SourceError(
                f"is not a whole gzip file: {error}", place=self._name, hint="copy or compress the file again"
            ) from error
        text = self._decode(chunk)
        piece = chunk if self._is_utf8 else text.encode("utf-8")
        if not self._bytes_seen:
            piece = piece.removeprefix(codecs.BOM_UTF8)
        self._bytes_seen += len(chunk)
        self._lines_seen += chunk.count(b"\n")
        if piece:
            self._ready += piece
            self._last = piece[-1:]
        if not chunk:
            self._ready += (b"" if self._last in b"\r\n" else b"\n") + (self._ending or b"")
            self._ending = None

    @property
    def _is_utf8(self) -> bool:
        return codecs.lookup(self._encoding).name == "utf-8"

    def _decode(self, chunk: bytes) -> str:
        kept = len(self._decoder.getstate()[0])
        try:
            return self._decoder.decode(chunk, final=not chunk)
        except UnicodeError as error:
            start = getattr(error, "start", 0)
            offset = self._bytes_seen - kept + start
            line = self._lines_seen + chunk.count(b"\n", 0, max(start - kept, 0))
            raise SourceError(
                f"byte {offset} (line {line}) is not {self._encoding}: {getattr(error, 'reason', error)}",
                place=self._name,
                hint=_encoding_hint(chunk if not self._bytes_seen else b""),
            ) from error


class _Digesting(io.RawIOBase):
    """Reads through, adding all it sees to a digest."""

    def __init__(self, file: io.BufferedReader, digest: hashlib._Hash) -> None:
        super().__init__()
        self._file = file
        self._digest = digest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._file.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self._digest.update(chunk)
        return len(chunk)


def file_digest(path: Path, name: str) -> str:
    """SHA-256 of a file, as `sha256:<hex>`. Raises SourceError where it cannot be read."""
    with _open(path, name) as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _open(path: Path, name: str) -> io.BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise SourceError(
            f"cannot be opened: {error.strerror}", place=name, hint="check the file and this user's leave to read it"
        ) from error


def _encoding_hint(head: bytes) -> str:
    if head.startswith(_BOMS[1:]):
        return 'the file begins like UTF-16: set encoding = "utf-16" for it in erp-ar.toml'
    return 'set encoding for it in erp-ar.toml, as in encoding = "cp1252", "gbk" or "euc-kr"'

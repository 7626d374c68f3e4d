"""Logon with a 12c verifier: both sides prove that they know the password, and neither says it."""

import hashlib
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .catalogue import Account
from .errors import OraError
from .wire import Writer

ROUNDS, SESSION_ROUNDS = 4096, 3
VERIFIER_12C = 0x4815


def _cipher(key: bytes, data: bytes, *, encrypt: bool) -> bytes:
    cipher = Cipher(algorithms.AES(key), modes.CBC(bytes(16)))
    worker = cipher.encryptor() if encrypt else cipher.decryptor()
    return worker.update(data) + worker.finalize()


def _padded(data: bytes) -> bytes:
    size = 16 - len(data) % 16
    return data + bytes((size,)) * size


def _hex(data: bytes) -> str:
    return data.hex().upper()


class Verifier:
    """The server's side of one logon."""

    def __init__(self, account: Account | None) -> None:
        self._account = account
        self._password = (account.password if account else secrets.token_hex(8)).encode()
        self._salt = secrets.token_bytes(16)
        self._session_salt = secrets.token_bytes(16)
        self._server_part = secrets.token_bytes(32)
        key = hashlib.pbkdf2_hmac("sha512", self._password, self._salt + b"AUTH_PBKDF2_SPEEDY_KEY", ROUNDS, 64)
        self._hash = hashlib.sha512(key + self._salt).digest()[:32]

    def challenge(self, writer: Writer) -> None:
        """Answer the first call: the server's part of the session key, encrypted with the verifier."""
        _pairs(
            writer,
            [
                ("AUTH_SESSKEY", _hex(_cipher(self._hash, self._server_part, encrypt=True)), 0),
                ("AUTH_VFR_DATA", _hex(self._salt), VERIFIER_12C),
                ("AUTH_PBKDF2_CSK_SALT", _hex(self._session_salt), 0),
                ("AUTH_PBKDF2_VGEN_COUNT", str(ROUNDS), 0),
                ("AUTH_PBKDF2_SDER_COUNT", str(SESSION_ROUNDS), 0),
            ],
        )

    def session_key(self, values: dict[str, str]) -> bytes:
        """Check the second call; gives the session's key. Raises ORA-01017, 28000, 28001."""
        client_part = _cipher(self._hash, bytes.fromhex(values["AUTH_SESSKEY"]), encrypt=False)
        both = _hex(client_part[:32] + self._server_part).encode()
        key = hashlib.pbkdf2_hmac("sha512", both, self._session_salt, SESSION_ROUNDS, 32)
        told = _cipher(key, bytes.fromhex(values["AUTH_PASSWORD"]), encrypt=False)[16:]
        told = told[: -told[-1]] if 0 < told[-1] <= 16 else told
        if self._account is None or not secrets.compare_digest(told, self._password):
            raise OraError(1017, "invalid username/password; logon denied")
        if self._account.state == "locked":
            raise OraError(28000, "The account is locked.")
        if self._account.state == "expired":
            raise OraError(28001, "the password has expired")
        return key


def welcome(writer: Writer, key: bytes, *, session: int, service: str, version: int) -> None:
    """Answer the second call: the server's own proof, and what the driver asks to know."""
    _pairs(
        writer,
        [
            ("AUTH_VERSION_STRING", "- Production", 0),
            ("AUTH_VERSION_NO", str(version), 0),
            ("AUTH_SESSION_ID", str(session), 0),
            ("AUTH_SERIAL_NUM", str(session % 60000 + 1), 0),
            ("AUTH_SC_DBUNIQUE_NAME", "DOUBLE", 0),
            ("AUTH_SC_REAL_DBUNIQUE_NAME", "double", 0),
            ("AUTH_SC_SERVICE_NAME", service.lower(), 0),
            ("AUTH_INSTANCENAME", "DOUBLE", 0),
            ("AUTH_MAX_OPEN_CURSORS", "300", 0),
            ("AUTH_MAX_IDEN_LENGTH", "128", 0),
            (
                "AUTH_SVR_RESPONSE",
                _hex(_cipher(key, _padded(secrets.token_bytes(16) + b"SERVER_TO_CLIENT"), encrypt=True)),
                0,
            ),
        ],
    )


def _pairs(writer: Writer, pairs: list[tuple[str, str, int]]) -> None:
    writer.u8(8).ub(len(pairs))
    for key, value, flags in pairs:
        writer.text(key).text(value).ub(flags)

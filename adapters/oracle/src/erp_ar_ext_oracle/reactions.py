"""What to do about an error of Oracle or of its driver: our own table, as neither says what to do.

The driver's `isrecoverable` and SQLAlchemy's `is_disconnect` are no lists of what is worth another try: a deadlock is
one, and neither says so. Above the table stands one rule: whatever comes out of a commit, and whatever costs the
connection or the answer after the first write of a unit of work, leaves the outcome in doubt.
"""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from enum import StrEnum

from oracledb import exceptions
from sqlalchemy.exc import DBAPIError

from erp_ar_ext.errors import ErpArError

_CODE = re.compile(r"\b(?:ORA|DPY|DPI|PLS|TNS)-(\d{3,5})\b")
_SIMILAR = re.compile(r"Similar to ORA-(\d+)")
_HELP = re.compile(r"^(?:Help:|https?://docs\.oracle\.com).*$", re.MULTILINE)


class Reaction(StrEnum):
    """What to do."""

    RETRY_READ = "retry_read"
    """The session stands; the same read may be made again."""
    RETRY_UNIT = "retry_unit"
    """The session stands; roll back and do the whole unit of work again."""
    RECONNECT = "reconnect"
    """The session is gone, or never came to be; a new one may serve."""
    IN_DOUBT = "in_doubt"
    """It may have been written: look it up by its request key before anything else."""
    REFUSE = "refuse"
    """The database will not take it, now or later."""
    CONFIGURATION = "configuration"
    """A person must change a setting, a grant or the installation first."""


@dataclass(frozen=True)
class Known:
    """An error in our own words, and what whoever reads it does about it."""

    reaction: Reaction
    words: str
    hint: str


_LOST = Known(
    Reaction.RECONNECT, "the connection was lost", "run it again; ask the DBA what ended the session, if it stays so"
)
_STARTING = Known(
    Reaction.RECONNECT, "the database is starting or stopping", "wait until it is open, then run it again"
)
_BUSY = Known(Reaction.RETRY_UNIT, "another session holds the row", "run it again when that session is done")
_CHANGED_CODE = Known(
    Reaction.RETRY_UNIT,
    "the package was replaced while it was in use",
    "run it again; if it stays so, the database is being patched: wait for the end",
)
_NO_GRANT = Known(
    Reaction.CONFIGURATION,
    "a table, view or package is not there, or is not granted to this user",
    "erp-ar doctor names each missing grant",
)
_NO_PACKAGE = Known(
    Reaction.CONFIGURATION,
    "the package is missing, does not compile, or has other parameters",
    "erp-ar oracle ddl prints the scripts of migrations/oracle; erp-ar doctor compares the installed version",
)
_NO_ADDRESS = Known(
    Reaction.CONFIGURATION, "the address of the database cannot be resolved", "correct dsn, or config_dir of its alias"
)
_FULL = Known(Reaction.RECONNECT, "the database takes no further session now", "run it again later, or ask the DBA")
_UNREACHABLE = Known(
    Reaction.RECONNECT, "the database cannot be reached", "check host and port of dsn, the listener and the firewall"
)
_NO_SERVICE = Known(
    Reaction.RECONNECT,
    "the listener does not know the service",
    "correct the service in dsn (lsnrctl services lists them), or wait until the database is open",
)
_BAD_ROW = Known(Reaction.REFUSE, "a constraint of the table refuses the row", "the message names the constraint")
_TOO_OLD = Known(
    Reaction.CONFIGURATION,
    "the thin driver does not speak to this server",
    "set thick = true, or the folder of an Oracle client of release 19 or later",
)

TABLE: dict[str, Known] = {
    "ORA-00001": _BAD_ROW,
    "ORA-00018": _FULL,
    "ORA-00020": _FULL,
    "ORA-00051": _BUSY,
    "ORA-00054": _BUSY,
    "ORA-00060": Known(
        Reaction.RETRY_UNIT, "two sessions waited for each other and this one gave way (deadlock)", "run it again"
    ),
    "ORA-00376": _STARTING,
    "ORA-00904": Known(
        Reaction.CONFIGURATION, "a column is not there", "erp-ar doctor compares each table with what is read"
    ),
    "ORA-00942": _NO_GRANT,
    "ORA-00980": _NO_GRANT,
    "ORA-01013": Known(Reaction.RETRY_READ, "the statement was cancelled", "run it again"),
    "ORA-01017": Known(Reaction.CONFIGURATION, "user or password is wrong", "correct user and password"),
    "ORA-01031": _NO_GRANT,
    "ORA-01033": _STARTING,
    "ORA-01034": _STARTING,
    "ORA-01045": Known(
        Reaction.CONFIGURATION, "the user may not open a session", "the DBA runs GRANT CREATE SESSION TO the user"
    ),
    "ORA-01090": _STARTING,
    "ORA-01109": _STARTING,
    "ORA-01115": Known(Reaction.RETRY_READ, "the database could not read its files", "tell the DBA, then run it again"),
    "ORA-01400": _BAD_ROW,
    "ORA-01407": _BAD_ROW,
    "ORA-01435": Known(Reaction.CONFIGURATION, "the schema does not exist", "correct schema"),
    "ORA-01438": _BAD_ROW,
    "ORA-01456": Known(
        Reaction.REFUSE, "a read-only transaction was asked to write", "report it: reading must not write"
    ),
    "ORA-01466": Known(
        Reaction.RETRY_UNIT, "a table was altered after the read began", "run it again when the DDL is done"
    ),
    "ORA-01555": Known(
        Reaction.RETRY_UNIT,
        "the database no longer has the rows as they were when the read began (snapshot too old)",
        'read outside the busy hours, ask the DBA for a longer UNDO_RETENTION, or set consistency = "statement"',
    ),
    "ORA-01722": Known(Reaction.REFUSE, "a text is not a number", "find the row; ids must be whole numbers"),
    "ORA-02290": _BAD_ROW,
    "ORA-02291": _BAD_ROW,
    "ORA-02292": _BAD_ROW,
    "ORA-02391": _FULL,
    "ORA-02399": _LOST,
    "ORA-04021": _BUSY,
    "ORA-04061": _CHANGED_CODE,
    "ORA-04063": Known(
        Reaction.CONFIGURATION,
        "a view or package does not compile",
        "the DBA runs ALTER VIEW or ALTER PACKAGE ... COMPILE, or ends the patching that left it so",
    ),
    "ORA-04065": _CHANGED_CODE,
    "ORA-04068": _CHANGED_CODE,
    "ORA-06502": Known(Reaction.REFUSE, "a value does not fit where the database keeps it", "shorten it"),
    "ORA-06508": _NO_PACKAGE,
    "ORA-06550": _NO_PACKAGE,
    "ORA-06575": _NO_PACKAGE,
    "ORA-08103": Known(Reaction.RETRY_READ, "a table was truncated or moved while it was read", "run it again"),
    "ORA-08177": Known(
        Reaction.RETRY_UNIT, "another session changed what this transaction had read", "run it again; nothing is kept"
    ),
    "ORA-12154": _NO_ADDRESS,
    "ORA-12170": _UNREACHABLE,
    "ORA-12505": _NO_SERVICE,
    "ORA-12514": _NO_SERVICE,
    "ORA-12516": _FULL,
    "ORA-12518": _FULL,
    "ORA-12519": _FULL,
    "ORA-12520": _FULL,
    "ORA-12528": _STARTING,
    "ORA-12535": _UNREACHABLE,
    "ORA-12541": _UNREACHABLE,
    "ORA-12543": _UNREACHABLE,
    "ORA-12545": _UNREACHABLE,
    "ORA-12571": _LOST,
    "ORA-12660": _TOO_OLD,
    "ORA-12757": _FULL,
    "ORA-12899": Known(Reaction.REFUSE, "a text is longer than its column", "shorten it"),
    "ORA-16456": _STARTING,
    "ORA-25408": _LOST,
    "ORA-28000": Known(Reaction.CONFIGURATION, "the user is locked", "the DBA runs ALTER USER ... ACCOUNT UNLOCK"),
    "ORA-28001": Known(Reaction.CONFIGURATION, "the password has expired", "the DBA sets a new one; change it here"),
    "ORA-28040": _TOO_OLD,
    "ORA-30006": _BUSY,
    "ORA-38802": Known(Reaction.CONFIGURATION, "the edition does not exist", "correct edition, or leave it out"),
    "DPY-1001": _LOST,
    "DPY-3001": _TOO_OLD,
    "DPY-3010": _TOO_OLD,
    "DPY-3015": Known(
        Reaction.CONFIGURATION,
        "the thin driver does not know how this user's password is kept (a 10G verifier)",
        "the DBA sets the password anew on a server that keeps 11G or 12C verifiers, or set thick = true",
    ),
    "DPY-3016": Known(
        Reaction.CONFIGURATION, "the thin driver needs the package cryptography", "pip install cryptography"
    ),
    "DPY-4000": _NO_ADDRESS,
    "DPY-4005": _FULL,
    "DPY-4011": _LOST,
    "DPY-4017": _NO_ADDRESS,
    "DPY-4018": _NO_ADDRESS,
    "DPY-4024": Known(
        Reaction.RETRY_READ,
        "the database did not answer in time",
        "raise call_timeout_seconds, or ask the DBA what the session waited for",
    ),
    "DPY-4026": _NO_ADDRESS,
    "DPY-4027": _NO_ADDRESS,
    "DPY-4033": _LOST,
    "DPY-6000": Known(Reaction.RECONNECT, "the listener refuses the connection", "run it again later, or ask the DBA"),
    "DPY-6001": _NO_SERVICE,
    "DPY-6003": _NO_SERVICE,
    "DPY-6005": _UNREACHABLE,
    "DPI-1047": Known(
        Reaction.CONFIGURATION, "the Oracle client libraries cannot be loaded", "set thick to their folder"
    ),
}
"""What we know, by the driver's full code."""

_UNKNOWN = Known(Reaction.REFUSE, "the database answered with an error", "the code is explained in Oracle's manuals")
_RAISED = Known(Reaction.REFUSE, "the database's own code refused", "the message says why")
_ENDS_SESSION = (Reaction.RECONNECT, Reaction.IN_DOUBT)


def full_code(error: BaseException) -> str:
    """The error's code as `ORA-00060` or `DPY-4011`; empty where it is none of the driver's.

    A refusal by the listener is told by the code that the listener gave.
    """
    inner = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(inner, exceptions.Error) or not inner.args:
        return ""
    code = str(getattr(inner.args[0], "full_code", ""))
    if code in ("DPY-6000", "DPY-6005"):
        similar = _SIMILAR.search(str(inner))
        listener = f"ORA-{int(similar[1]):05}" if similar else ""
        return listener if listener in TABLE else code
    return code


def known(error: BaseException) -> Known:
    """What the table has of an error; one it does not have is refused, as no one knows what another try does."""
    if isinstance(error, OSError):  # the driver lets the resolver's own error through
        return _NO_ADDRESS if isinstance(error, socket.gaierror) else _LOST
    code = full_code(error)
    if found := TABLE.get(code):
        return found
    if getattr(_driver_error(error), "isrecoverable", False):
        return _LOST
    number = _CODE.fullmatch(code)
    return _RAISED if number and code.startswith("ORA-") and 20_000 <= int(number[1]) < 21_000 else _UNKNOWN


def reaction(error: BaseException, *, wrote: bool = False, committing: bool = False) -> Reaction:
    """What to do, by the table and by the rule above it.

    `wrote` says that the unit of work had sent its first write; `committing`, that the error came out of its commit.
    """
    entry = known(error)
    silent = entry.reaction in _ENDS_SESSION or full_code(error) == "DPY-4024"
    if committing or (wrote and silent):
        return Reaction.IN_DOUBT
    return entry.reaction


def was_replaced(error: BaseException) -> bool:
    """Whether the package was replaced while it was in use: where that stays so, the database is being patched."""
    return known(error) is _CHANGED_CODE


def facts(error: BaseException) -> dict[str, str]:
    """What a log tells of an error: its code, and our own words for it; those of the database may hold values."""
    cause = error.__cause__ if isinstance(error, ErpArError) and error.__cause__ is not None else error
    return {"code": full_code(cause) or type(cause).__name__, "words": known(cause).words}


def worded(error: BaseException) -> str:
    """The error in our words, then its first line in the driver's own: never a statement, a bind or a password."""
    inner = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    lines = [line.strip() for line in _HELP.sub("", str(inner)).splitlines() if line.strip()]
    return f"{known(error).words} ({lines[0]})" if lines else known(error).words


def _driver_error(error: BaseException) -> object:
    inner = error.orig if isinstance(error, DBAPIError) else error
    return inner.args[0] if isinstance(inner, exceptions.Error) and inner.args else None

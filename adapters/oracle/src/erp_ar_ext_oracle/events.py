"""Every event that this adapter can tell in the log: what it means, and what to do.

Their facts are the code of an error and our own words for it: what the database says may hold more than a log should.
"""

from __future__ import annotations

from erp_ar_ext.spi import Event, Level

_IF_OFTEN = "Nothing, unless it is told again and again: then ask the DBA about `code`."

SESSION_RENEWED = Event(
    "oracle.session_renewed",
    Level.INFO,
    "A session that was kept open was found to be gone; another one is opened in its place.",
    _IF_OFTEN,
)
CONNECT_AGAIN = Event(
    "oracle.connect_again", Level.WARNING, "No session could be had; after a pause it is tried again.", _IF_OFTEN
)
READ_AGAIN = Event(
    "oracle.read_again",
    Level.WARNING,
    "A statement failed before anything of it was used; after a pause it is run again, on a new session if need be.",
    _IF_OFTEN,
)
LOOK_UP_AGAIN = Event(
    "oracle.look_up_again",
    Level.WARNING,
    "Looking up requests failed; after a pause they are looked up again, over a new session.",
    _IF_OFTEN,
)
CALL_AGAIN = Event(
    "oracle.call_again",
    Level.WARNING,
    "A call was undone - a deadlock, a row that another session holds - and is made again after a pause.",
    _IF_OFTEN,
)
PACKAGE_REPLACED = Event(
    "oracle.package_replaced",
    Level.WARNING,
    "The package was replaced while a session used it; what was asked is undone, and asked again after a pause.",
    "If it stays so, the database is being patched: wait for the end, then apply again.",
)
CALL_FAILED = Event(
    "oracle.call_failed",
    Level.WARNING,
    "A call failed, and nothing was written; the session is given up.",
    "What `code` asks for, by the words beside it; then apply again.",
)
CALL_IN_DOUBT = Event(
    "oracle.call_in_doubt",
    Level.WARNING,
    "The answer to a commit was lost, or the session was after one: some of the batch may have been written.",
    "Nothing where an `outbox.recovered` event follows that settles it; else `erp-ar recover`.",
)

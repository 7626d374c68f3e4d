"""What is done about each error, by our own table and by the rule above it."""

import re
import socket
from dataclasses import dataclass

import oracledb
import pytest
from erp_ar_ext_oracle.reactions import TABLE, Reaction, full_code, known, reaction, worded
from sqlalchemy.exc import DBAPIError


@dataclass(frozen=True)
class Told:
    """What the driver's exceptions carry."""

    full_code: str
    message: str = ""
    isrecoverable: bool = False

    def __str__(self):
        return f"{self.full_code}: {self.message}"


def error(code, text="", *, recoverable=False):
    """Make an error as the driver raises it."""
    return oracledb.DatabaseError(Told(code, text, recoverable))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ORA-00060", Reaction.RETRY_UNIT),
        ("ORA-08177", Reaction.RETRY_UNIT),
        ("ORA-00054", Reaction.RETRY_UNIT),
        ("ORA-04068", Reaction.RETRY_UNIT),
        ("ORA-01555", Reaction.RETRY_UNIT),
        ("DPY-4011", Reaction.RECONNECT),
        ("DPY-4024", Reaction.RETRY_READ),
        ("DPY-6005", Reaction.RECONNECT),
        ("ORA-12514", Reaction.RECONNECT),
        ("ORA-28001", Reaction.CONFIGURATION),
        ("DPY-3010", Reaction.CONFIGURATION),
        ("ORA-00942", Reaction.CONFIGURATION),
        ("ORA-00001", Reaction.REFUSE),
        ("ORA-20001", Reaction.REFUSE),
        ("ORA-99999", Reaction.REFUSE),
    ],
)
def test_each_error_has_its_reaction(code, expected):
    """The table decides, not the driver's word on what is recoverable."""
    assert reaction(error(code)) is expected


@pytest.mark.parametrize("code", [*TABLE, "ORA-99999"])
def test_whatever_comes_out_of_a_commit_is_in_doubt(code):
    """A deadlock or a duplicate there may have been told after the commit took hold."""
    assert reaction(error(code), wrote=True, committing=True) is Reaction.IN_DOUBT


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("DPY-4011", Reaction.IN_DOUBT),
        ("DPY-4024", Reaction.IN_DOUBT),
        ("DPY-1001", Reaction.IN_DOUBT),
        ("ORA-00060", Reaction.RETRY_UNIT),
        ("ORA-00001", Reaction.REFUSE),
    ],
)
def test_silence_after_the_first_write_is_in_doubt(code, expected):
    """An error that the database told undid its statement; a lost connection or answer told nothing."""
    assert reaction(error(code), wrote=True) is expected


def test_what_the_driver_calls_recoverable_is_a_lost_connection():
    """For codes that the table does not have."""
    assert reaction(error("ORA-16999", recoverable=True)) is Reaction.RECONNECT


def test_a_refusal_by_the_listener_is_told_by_its_code():
    """The driver says DPY-6000 or DPY-6005 for all of them, and the listener's code in words."""
    full = error("DPY-6000", "Listener refused connection. (Similar to ORA-12516)")
    assert full_code(full) == "ORA-12516"
    starting = error("DPY-6000", "Listener refused connection. (Similar to ORA-12528)")
    assert "starting" in known(starting).words
    assert full_code(error("DPY-6005", "cannot connect")) == "DPY-6005"


def test_an_error_is_found_within_sqlalchemys():
    """And told without the statement and its binds."""
    inner = error("ORA-12899", "value too large for column\nHelp: https://docs.oracle.com/x")
    outer = DBAPIError("INSERT INTO t VALUES (:secret)", {"secret": "s3cret"}, inner)
    assert full_code(outer) == "ORA-12899"
    assert worded(outer) == "a text is longer than its column (ORA-12899: value too large for column)"


def test_an_address_that_nobody_knows_is_the_configurations():
    """The driver lets the resolver's error through as it is; any other of the network's is a lost connection."""
    assert reaction(socket.gaierror("Name or service not known")) is Reaction.CONFIGURATION
    assert reaction(ConnectionResetError("reset by peer"), wrote=True) is Reaction.IN_DOUBT


def test_every_entry_says_what_to_do():
    """Words and a hint; the codes are as the driver writes them."""
    for code, entry in TABLE.items():
        assert re.fullmatch(r"(ORA-\d{5}|DPY-\d{4}|DPI-\d{4})", code)
        assert entry.words
        assert entry.hint

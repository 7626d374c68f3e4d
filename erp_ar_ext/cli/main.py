"""The entry point: run a command, and turn what goes wrong into a message, a hint and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from functools import cache
from typing import Any, Never

import duckdb
import typer
from typer.main import get_command

from erp_ar_ext import events
from erp_ar_ext.cli import output
from erp_ar_ext.cli.app import app
from erp_ar_ext.cli.signals import Ended, end_in_good_order
from erp_ar_ext.errors import EngineError, ErpArError, FileError, LimitError, UsageError
from erp_ar_ext.secrets import masked

BROKEN_PIPE = 141
"""What a shell says of a program that SIGPIPE ended: 128 and the signal's number."""


def main(arguments: Sequence[str] | None = None) -> Never:
    """Run `erp-ar` and exit with one of the codes of docs/reference/exit-codes.md."""
    output.open_closed_streams()
    end_in_good_order()
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run `erp-ar` with some arguments and return the exit code. Never raises; ERP_AR_DEBUG tells where a fault was."""
    output.configure_logging(verbose=False)  # a wrong option is met before the command can say how it logs
    try:
        code = _run(arguments)
        output.flush_stdout()
    except (output.NobodyReadsError, BrokenPipeError):
        output.discard(sys.stdout, sys.stderr)
        return BROKEN_PIPE
    except FileError as error:  # the answer could not be given: what is told in its place goes to stderr alone
        output.say_error(error)
        return error.exit_code
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        code = _command()(list(arguments), prog_name="erp-ar", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except (output.NobodyReadsError, BrokenPipeError):
        raise
    except Ended as ended:
        output.say(events.ENDED, f"ended by {ended}", signal=str(ended))
        return ended.exit_code
    except Exception as error:  # noqa: BLE001 - all of it is told, in words
        told = _in_words(error)
        if os.environ.get("ERP_AR_DEBUG") and told is not error:
            sys.stderr.write(masked("".join(traceback.format_exception(error))))
    output.say_error(told)
    if "--json" in arguments:
        as_json = {"code": told.code, "message": told.message, "place": told.place, "hint": told.hint}
        beyond = {"beyond": [one.as_dict() for one in told.beyond]} if isinstance(told, LimitError) else {}
        output.print_json({"error": {**masked(as_json), **beyond, "exit_code": told.exit_code}})
    return told.exit_code


@cache
def _command() -> Any:
    """Build the commands from their functions' signatures: once for a process that runs many."""
    return get_command(app)


def _in_words(error: Exception) -> ErpArError:
    """Word what a person can do something about; all else is a fault of this program, and says so."""
    match error:
        case ErpArError():
            return error
        case typer.TyperException():
            return UsageError(error.format_message(), hint="erp-ar --help lists the commands")
        case duckdb.OutOfMemoryException():
            return EngineError(_first_line(error), hint="raise [engine] memory_limit, or free memory and disk")
        case duckdb.IOException():
            return FileError(_first_line(error), hint=_CHECK_THE_PATH)
        case OSError():
            place = error.filename2 or error.filename
            return FileError(error.strerror or str(error), place=str(place) if place else None, hint=_CHECK_THE_PATH)
        case _:
            message = f"unexpected: {type(error).__name__}: {error}"
            return ErpArError(message, hint="set ERP_AR_DEBUG=1 to see where, and report it")


_CHECK_THE_PATH = "check that it is there, that this user may read or write it, and that the disk has room"


def _first_line(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0]

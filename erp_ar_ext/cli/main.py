"""The entry point: run a command, and turn what goes wrong into a message, a hint and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Never

import typer
from rich.markup import escape
from typer.main import get_command

from erp_ar_ext.cli import output
from erp_ar_ext.cli.app import app
from erp_ar_ext.errors import ErpArError, UsageError

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> Never:
    """Run `erp-ar` and exit with one of the codes of docs/reference/exit-codes.md."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(run(arguments))


def run(arguments: Sequence[str]) -> int:
    """Run `erp-ar` with some arguments and return the exit code. Never raises, unless ERP_AR_DEBUG is set."""
    try:
        code = get_command(app)(list(arguments), prog_name="erp-ar", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except typer.TyperException as error:
        return _tell(UsageError(error.format_message(), hint="erp-ar --help lists the commands"), arguments)
    except ErpArError as error:
        return _tell(error, arguments)
    except (KeyboardInterrupt, typer.Abort):
        output.stderr().print("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains at exit
        return 1
    except Exception as error:
        if os.environ.get("ERP_AR_DEBUG"):
            raise
        message = f"unexpected: {type(error).__name__}: {error}"
        return _tell(ErpArError(message, hint="set ERP_AR_DEBUG=1 to see where, and report it"), arguments)


def _tell(error: ErpArError, arguments: Sequence[str]) -> int:
    console = output.stderr()
    console.print(f"[red bold]error[/] [dim]{error.code}[/] {escape(str(error))}", soft_wrap=True)
    if error.hint:
        console.print(f"  [dim]next:[/] {escape(error.hint)}", soft_wrap=True)
    if "--json" in arguments:
        told = {"code": error.code, "message": error.message, "place": error.place, "hint": error.hint}
        output.print_json({"error": {**told, "exit_code": error.exit_code}})
    return error.exit_code

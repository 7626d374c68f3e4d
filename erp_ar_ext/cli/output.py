"""How the command speaks: results on stdout, everything else on stderr.

Tables are for people; `--json` prints one JSON document instead. On a terminal, stderr holds words and progress bars;
elsewhere it holds log lines, each a JSON object, that say the same.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

import orjson
import structlog
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from erp_ar_ext import events
from erp_ar_ext.errors import ErpArError, FileError
from erp_ar_ext.ledger import TieOut
from erp_ar_ext.model import grouped_amount_text
from erp_ar_ext.secrets import masked
from erp_ar_ext.spi import Event, Level

PLAIN_WIDTH = 160
"""Columns of a table that goes to a file or a pipe."""

_MARKS = {"error": "[red]error[/]", "warning": "[yellow]warning[/]", "info": "[blue]info[/]"}
"""How a finding is marked on a terminal, by its severity."""


class NobodyReadsError(Exception):
    """Whoever read the output has seen enough and closed the pipe."""


class _Results(Console):
    """Console of stdout, whose faults are told apart from those of every other file."""

    def print(self, *objects: Any, **options: Any) -> None:
        with _answering():
            super().print(*objects, **options)

    def on_broken_pipe(self) -> None:
        raise NobodyReadsError


def stdout() -> Console:
    """Console for results; made anew so that a redirected stdout is respected."""
    return _Results(width=None if sys.stdout.isatty() else PLAIN_WIDTH, highlight=False)


def _terminal() -> Console:
    """Console of stderr, for progress and words on a terminal."""
    return Console(stderr=True, highlight=False)


def to_people() -> bool:
    """Whether stderr is read by somebody who waits for it, rather than kept as a log."""
    return sys.stderr.isatty()


def print_json(document: object) -> None:
    """Print one JSON document."""
    print_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2, default=str) + b"\n")


def print_bytes(text: bytes) -> None:
    """Print text that is JSON already."""
    with _answering():
        sys.stdout.flush()
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()


def flush_stdout() -> None:
    """Give out what is left. Raises FileError where stdout takes no more."""
    with _answering():
        sys.stdout.flush()


@contextmanager
def _answering() -> Iterator[None]:
    """Say of stdout that it cannot be written, and write nothing more to it."""
    try:
        yield
    except BrokenPipeError as error:
        raise NobodyReadsError from error
    except OSError as error:
        discard(sys.stdout)
        message = f"cannot be written: {error.strerror}"
        raise FileError(
            message, place="standard output", hint="make room where the output goes, and ask again"
        ) from error


def discard(*streams: TextIO) -> None:
    """Send what is still to come nowhere, or the interpreter complains when it flushes at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(nowhere, stream.fileno())


def open_closed_streams() -> None:
    """Give the program a stdout and a stderr where it was started without: else the next file it opens becomes one."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open to the end


def show_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *, right: Sequence[str] = ()
) -> None:
    """Print a titled table of plain texts; columns named in `right` hold numbers."""
    made = Table(box=SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False)
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    console = stdout()
    console.print(f"[bold]{escape(title)}[/]", soft_wrap=True)
    console.print(made)
    console.print()


def money(amount: Decimal | str | None, currency: str | None) -> str:
    """Amount with thousands marks, for people: 12,345.60."""
    if amount is None:
        return ""
    return grouped_amount_text(Decimal(amount), currency)


def show_checks(checks: Sequence[dict[str, Any]]) -> None:
    """Print the checks of a tie-out with their differences."""
    rows = [
        (check["name"].replace("_", " "), check["currency"], money(check["difference"], check["currency"]))
        for check in checks
    ]
    show_table("tie-out", ("check", "currency", "difference"), rows, right=("difference",))


def say_tie_out(tie_out: TieOut) -> None:
    """Tell whether amounts tie out, and print the checks that fail."""
    told = "ties out" if tie_out.ok else "does NOT tie out"
    stdout().print(f"{told}: {len(tie_out.checks)} checks, {len(tie_out.failed)} with a difference")
    if not tie_out.ok:
        show_checks(tie_out.failed)


def say(event: Event, words: str, **facts: object) -> None:
    """Tell something on stderr: its words, which may hold markup, on a terminal, else a log line with its facts."""
    if to_people():
        _terminal().print(masked(words), soft_wrap=True)
    else:
        event.tell(**facts)


def say_error(error: ErpArError) -> None:
    """Tell what went wrong, where, and what to do next."""
    words = f"[red bold]error[/] [dim]{error.code}[/] {escape(masked(str(error)))}"
    if error.hint:
        words += f"\n  [dim]next:[/] {escape(masked(error.hint))}"
    facts = {"code": error.code, "message": error.message, "place": error.place, "next": error.hint}
    say(events.ERROR, words, **facts)


def say_findings(findings: Sequence[dict[str, Any]]) -> None:
    """Tell what was found."""
    for finding in findings:
        mark, as_severe = _MARKS[finding["severity"]], replace(events.FINDING, level=Level(finding["severity"]))
        times = f" ({finding['count']:,} rows)" if finding["count"] > 1 else ""
        place = f"{finding['place']}: " if finding.get("place") else ""
        example = f", for example {finding['example']}" if finding.get("example") else ""
        say(as_severe, mark + escape(f" {place}{finding['message']}{times}{example}"), **finding)


def say_next(command: str) -> None:
    """Tell the next command to type."""
    say(events.NEXT, f"[dim]next:[/] {escape(command)}", next=command)


def say_wrote(path: Path) -> None:
    """Tell which file was written."""
    say(events.WROTE, f"wrote {escape(str(path))}", file=str(path))


@contextmanager
def reading_progress() -> Iterator[Callable[[str, int], None]]:
    """Count rows per entity, on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _entity, _rows: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:,} rows"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=_terminal(), transient=True) as progress:
        tasks: dict[str, Any] = {}

        def advance(entity: str, rows: int) -> None:
            if entity not in tasks:
                tasks[entity] = progress.add_task(f"reading {entity}", total=None)
            progress.advance(tasks[entity], rows)

        yield advance


@contextmanager
def sending_progress() -> Iterator[Callable[[int, int], None]]:
    """Show a bar of actions, on a terminal."""
    if not sys.stderr.isatty():
        yield lambda settled, total: events.APPLY_PROGRESS.tell(settled=settled, total=total)
        return
    columns = (TextColumn("writing back"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_terminal(), transient=True) as progress:
        task = progress.add_task("writing back", total=None)
        yield lambda settled, total: progress.update(task, completed=settled, total=total)


def configure_logging(*, verbose: bool, quiet: bool = False) -> None:
    """Log to stderr: JSON lines when it is not a terminal; on one, or where quiet, only warnings unless verbose."""
    level = logging.DEBUG if verbose else logging.WARNING if to_people() or quiet else logging.INFO
    renderer: Any = structlog.dev.ConsoleRenderer() if to_people() else structlog.processors.JSONRenderer(_json_line)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
            _masked_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_arguments: structlog.PrintLogger(sys.stderr),  # the stderr of the moment
        cache_logger_on_first_use=False,
    )


def _json_line(event: object, **_options: object) -> str:
    return orjson.dumps(event, default=str).decode()


def _masked_line(_logger: object, _method: str, line: Any) -> str:
    """Mask the finished line: whatever an event holds, an exception or a nested text, is text by now."""
    return str(masked(line))

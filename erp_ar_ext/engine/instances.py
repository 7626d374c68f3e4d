"""Instances of DuckDB, used one after the other: opening one costs more than a small ledger's answer."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

import duckdb

from erp_ar_ext import events

_WAITING: defaultdict[int, list[duckdb.DuckDBPyConnection]] = defaultdict(list)
"""Instances that nobody uses, by process: in one that was forked, the threads of its parent's are not there."""

SETTINGS: dict[str, str | bool | int | float | list[str]] = {"enable_external_file_cache": "false"}
"""What a new instance begins with."""

_TABLES = "scratch"
_WITHOUT_LOG = "RECOVERY_MODE no_wal_writes"  # a file that is not to outlive a crash waits for no disk
_USUAL_SPILL_DIR = Path(".tmp")


class Instance:
    """An instance that one user has to itself, with its own limits, until it is closed.

    Temporary tables and views belong to `session` alone; other tables are in a database that is let go of with it: in
    the file `database`, or in memory.
    """

    def __init__(self, *, memory_limit: str, spill_dir: Path | None, database: Path | None) -> None:
        waiting = _WAITING[os.getpid()]
        self._instance = waiting.pop() if waiting else duckdb.connect(config=SETTINGS)
        self._spill_dir = spill_dir or _USUAL_SPILL_DIR
        self._closed = False
        self.session = self._instance.cursor()
        self.session.execute(f"SET memory_limit = '{memory_limit}'")
        self.session.execute(f"SET temp_directory = {_quoted(self._spill_dir)}")
        self.session.execute(f"ATTACH {_quoted(database or ':memory:')} AS {_TABLES} ({_WITHOUT_LOG})")
        self.session.execute(f"USE {_TABLES}")

    def close(self) -> None:
        """End the session; the instance waits for its next user, if it is as good as a new one.

        One that spilled is not: it keeps that folder to its end. Nor is one that an error of its own has broken.
        """
        if self._closed:
            return
        self._closed = True
        self.session.close()
        spilled = self._spill_dir.is_dir() and any(self._spill_dir.iterdir())
        if not spilled and self._is_sound():
            _WAITING[os.getpid()].append(self._instance)
        else:
            events.ENGINE_NOT_REUSED.tell(spilled=spilled)
            self._instance.close()

    def _is_sound(self) -> bool:
        """Let go of the tables; whether DuckDB still answers."""
        try:
            self._instance.execute(f"DETACH {_TABLES}")
        except duckdb.Error:
            return False
        return True


def _quoted(path: Path | str) -> str:
    return "'" + str(path).replace("'", "''") + "'"

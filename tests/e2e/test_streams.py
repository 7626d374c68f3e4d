"""What becomes of the command when nobody takes what it says: started as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

DAY = "2026-01-31"


@pytest.fixture
def start(synced):
    """Start the command in the company's folder, through a shell that hands it its streams."""

    def run(arguments, streams, **environment):
        command = f'"{sys.executable}" -m erp_ar_ext.cli {" ".join(arguments)} {streams}'
        environment = {**os.environ, **environment}
        return subprocess.run(
            ["bash", "-c", command], cwd=synced.folder, env=environment, capture_output=True, text=True, check=False
        )

    return run


@pytest.mark.parametrize(
    ("arguments", "unbuffered"),
    [(["aging", "--as-of", DAY], "1"), (["policy", "schema"], ""), (["show", "nowhere", "--json"], "")],
)
def test_an_output_without_room(start, arguments, unbuffered):
    """It is an error that names the output: an answer that is lost must not look like one that was given."""
    done = start(arguments, ">/dev/full", PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 1
    assert "standard output" in done.stderr
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize("arguments", [["aging", "--as-of", DAY], ["policy", "schema"]])
def test_a_reader_that_has_seen_enough(start, arguments):
    """As any program in a pipe: ended by the closed pipe, without a word about it."""
    done = start(arguments, "| true; exit ${PIPESTATUS[0]}", PYTHONUNBUFFERED="")
    assert done.returncode == 141
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_streams_that_were_never_opened(start, company):
    """No file that the command opens becomes its stdout or stderr."""
    done = start(["aging", "--as-of", DAY, "--out", "aging.csv"], ">&- 2>&-")
    assert done.returncode == 0
    written = (company.folder / "aging.csv").read_text(encoding="utf-8")
    assert written.startswith("account_id")
    assert "aging.csv" not in written

"""Signals, to the command as a process of its own."""

import signal
import subprocess
import sys

import pytest

from erp_ar_ext import workspace
from erp_ar_ext.cli.signals import Ended

_IN = """
import os, signal
from erp_ar_ext_csv.target import CsvTarget
from erp_ar_ext import workspace
from erp_ar_ext.cli.main import main

def told(*arguments, **named):
    for _ in range({times}):
        os.kill(os.getpid(), signal.{name})
    return before(*arguments, **named)

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may have it ignored
before = {where}
{where} = told
main({arguments})
"""


@pytest.fixture
def told(company):
    """Run a command that gets a signal when it comes to a function."""

    def run(name, where, *arguments, times=1):
        script = _IN.format(where=where, name=name, times=times, arguments=arguments)
        return subprocess.run(
            [sys.executable, "-c", script], cwd=company.folder, capture_output=True, text=True, check=False
        )

    return run


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_command_that_is_ended_leaves_nothing_held(synced, told, name):
    """It ends with the code that a shell expects, and the next one need not wait for a lease to run out."""
    done = told(name, "workspace.sync", "sync")
    assert done.returncode == 128 + getattr(signal, name)
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert synced.erp_ar("sync").code == 0


def test_apply_finishes_what_it_is_at(planned, told):
    """Told to stop while it writes, apply writes and records that, and nothing is in doubt."""
    company, plan = planned
    done = told("SIGTERM", "CsvTarget.write", "apply", "plan.json", "--json")
    assert done.returncode == 5, done.stderr  # only what nobody approved is missing
    assert company.erp_ar("recover", "--json").json["settled"] == []
    assert company.erp_ar("apply", plan, "--json").json["counts"].keys() == {"already_applied", "approval_missing"}


def test_a_second_signal_stops_at_once(planned, told):
    """Told twice, apply stops where it is; the next one looks up what was being sent, and goes on."""
    company, plan = planned
    done = told("SIGTERM", "CsvTarget.write", "apply", "plan.json", times=2)
    assert done.returncode == 143, done.stderr
    again = company.erp_ar("apply", plan, "--json").json
    assert again["recovered"]["counts"].keys() == {"requeued"}
    assert again["counts"].keys() == {"created", "approval_missing"}


@pytest.mark.demands("ended")
def test_a_log_says_which_signal_ended_a_command(company, monkeypatch):
    """So that it is told from one that was killed, of which the log says nothing."""

    def end(*_arguments, **_options):
        raise Ended(signal.SIGTERM)

    monkeypatch.setattr(workspace, "sync", end)
    done = company.erp_ar("sync")
    assert (done.code, '"signal":"SIGTERM"' in done.err) == (143, True)

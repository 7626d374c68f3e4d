"""`make demo-oracle`: the main job against the stand-in for Oracle, and nothing left running."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "demo_oracle.py"
STEPS = ["doctor", "sync", "plan", "show", "approve", "apply", "sync", "reconcile", "report"]

pytestmark = pytest.mark.oracle


@pytest.fixture
def demo(request, postgresql_server, tmp_path):
    """How the script is started, on the server of the tests."""
    if request.config.getoption("--oracle") != "double":
        pytest.skip("the demonstration is of the wire double; another Oracle is tested on here")
    environment = {**os.environ, "ERP_AR_TEST_POSTGRESQL": postgresql_server}
    command = [sys.executable, str(SCRIPT), str(tmp_path / "demo")]
    return command, {"env": environment, "text": True, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}


def answers(told):
    """Whether anybody still listens where the double said it would."""
    port = int(re.search(r"127\.0\.0\.1:(\d+)", told)[1])
    with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False


@pytest.mark.thorough
def test_the_demonstration_runs_from_doctor_to_report(demo, tmp_path):
    """Each command is shown as typed; the plan is written whole and once; the last line names the report."""
    command, how = demo
    done = subprocess.run(command, check=False, **how)
    assert done.returncode == 0, done.stdout
    assert re.findall(r"^\$ erp-ar (\w+)", done.stdout, flags=re.MULTILINE) == STEPS
    assert "a wire double stands in for it" in done.stdout
    assert done.stdout.splitlines()[-1] == f"report: {tmp_path / 'demo' / 'report.html'}"
    assert "Aldermoor" in (tmp_path / "demo" / "report.html").read_text(encoding="utf-8")
    assert not answers(done.stdout)
    found = subprocess.run(
        [sys.executable, "-m", "erp_ar_ext.cli", "reconcile", "--json"],
        cwd=tmp_path / "demo",
        check=False,
        capture_output=True,
        text=True,
    )
    reconciled, plan = json.loads(found.stdout), json.loads((tmp_path / "demo" / "plan.json").read_text())
    assert reconciled["actions"] == {"compared": len(plan["actions"]), "not_read_yet": 0, "in_doubt": 0}
    assert reconciled["counts"] == {"foreign": 3}


def test_a_demonstration_that_is_ended_leaves_nothing_running(demo):
    """The double goes with it."""
    command, how = demo
    with subprocess.Popen(command, **how) as process:
        told = next(line for line in process.stdout if "127.0.0.1:" in line)
        process.send_signal(signal.SIGTERM)
        process.stdout.read()
    assert process.returncode == 130
    assert not answers(told)

"""Handle on a double that runs as a process of its own.

Of its own, because a driver's clean-up of a forgotten connection may run on any thread of the test process, and would
then wait for the very thread that has to answer it.
"""

import json
import select
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

START_SECONDS = 60
STOP_SECONDS = 15


@dataclass(frozen=True)
class Call:
    """One call that reached the double."""

    session: int
    user: str
    call: str
    sql: str = ""
    detail: str = ""


class Control:
    """Tells a running double, in this process's charge or not, what is to go wrong."""

    def __init__(self, control: int) -> None:
        self.control = control
        """The port on which it listens to tests."""

    def fault(  # noqa: PLR0917 - the fields of a fault
        self,
        call: str,
        when: str = "before",
        action: str = "drop",
        match: str = "",
        times: int = 1,
        skip: int = 0,
        code: int | None = None,
        seconds: float = 0.0,
    ) -> None:
        """Let something go wrong; see `faults.Fault`."""
        self._ask(
            "fault",
            call=call,
            when=when,
            action=action,
            match=match,
            times=times,
            skip=skip,
            code=code,
            seconds=seconds,
        )

    def clear_faults(self) -> None:
        """Forget the faults that have not struck yet, and go on where a call stalls."""
        self._ask("clear_faults")

    def kill_sessions(self) -> None:
        """Cut every connection, as a database that goes down does."""
        self._ask("kill_sessions")

    def add_user(self, name: str, password: str, state: str = "open") -> None:
        """Make a user with a schema; `state` is open, expired or locked."""
        self._ask("add_user", name=name, password=password, state=state)

    def drop_user(self, name: str) -> None:
        """Drop a user with all that it owns, and end its sessions."""
        self._ask("drop_user", name=name)

    def trace(self) -> list[Call]:
        """Calls so far, oldest first; only the last 20,000 are kept."""
        return [Call(**one) for one in self._ask("trace")]

    def clear_trace(self) -> None:
        """Forget the calls so far."""
        self._ask("clear_trace")

    def _ask(self, do: str, **arguments: object) -> Any:
        request = json.dumps({"do": do, **arguments}) + "\n"
        with socket.create_connection(("127.0.0.1", self.control), timeout=30) as channel:
            channel.sendall(request.encode())
            with channel.makefile() as answers:
                answer = json.loads(answers.readline())
        if "error" in answer:
            raise RuntimeError(f"the double: {answer['error']}")
        return answer["answer"]


class Double(Control):
    """A running double; `start` makes one, `stop` ends it, and so does the end of the process that started it."""

    def __init__(self, process: subprocess.Popen[str], told: dict[str, Any]) -> None:
        super().__init__(told["control"])
        self._process = process
        self.port: int = told["port"]
        self.dsn = f"127.0.0.1:{self.port}/{told['service']}"
        self.postgresql: str = told["postgresql"]
        """Connection string of the database behind it, for a test that looks behind the wire."""

    @classmethod
    def start(
        cls,
        postgresql_url: str,
        users: Mapping[str, str] | None = None,
        profile: str = "19",
        *,
        log: str | None = None,
        arguments: tuple[str, ...] = (),
    ) -> Self:
        """Start the process and wait until it listens.

        `postgresql_url` names the server on which the double makes a database of its own. `log` is a file for what
        the process has to say; without one it speaks on this process's standard error.
        """
        command = [sys.executable, "-m", "double", "--end-with-input", "--postgresql", postgresql_url]
        for name, password in (users or {"APP": "app"}).items():
            command += ["--user", f"{name}:{password}"]
        command += ["--profile", profile, *arguments]
        out = Path(log).open("a") if log else None  # noqa: SIM115 - the child keeps it
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=out,
            text=True,
            cwd=Path(__file__).parent.parent,
        )
        if out:
            out.close()
        try:
            told = json.loads(_first_line(process))
        except BaseException:
            process.kill()
            _reap(process)
            raise
        return cls(process, told)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process; waits until it has dropped its database."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        _reap(self._process)


def _first_line(process: subprocess.Popen[str]) -> str:
    out: IO[str] | None = process.stdout
    if out is None or not select.select([out], [], [], START_SECONDS)[0]:
        raise TimeoutError(f"the double did not start in {START_SECONDS} seconds")
    line = out.readline()
    if not line:
        raise RuntimeError(f"the double ended as it started, with status {process.wait(STOP_SECONDS)}")
    return line


def _reap(process: subprocess.Popen[str]) -> None:
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()

"""Run the double as a process of its own: `python -m double --postgresql URL --user APP:app --profile 19`."""

import argparse
import asyncio
import contextlib
import json
import signal
import sys

from . import control, database
from .listener import Listener
from .profiles import PROFILES


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m double", description=__doc__)
    parser.add_argument("--postgresql", required=True, help="URL of the PostgreSQL server that does the work")
    parser.add_argument("--user", action="append", default=[], metavar="NAME:PASSWORD", help="may be given often")
    parser.add_argument("--service", action="append", default=[], help="service name; FREEPDB1 unless given")
    parser.add_argument("--profile", choices=sorted(PROFILES), default="19", help="version of Oracle to play")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--end-with-input", action="store_true", help="end when standard input closes")
    parser.add_argument("--ready", help="what to print once it listens, instead of where")
    parser.add_argument("--verbose", action="store_true", help="write every call to standard error")
    return parser.parse_args()


async def _ended(end_with_input: bool) -> None:  # noqa: FBT001
    """Wait for a signal, or for the end of the process that holds the other end of standard input."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    if end_with_input:
        reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        waiting = [asyncio.ensure_future(reader.read()), asyncio.ensure_future(ended.wait())]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
    else:
        await ended.wait()


async def run(asked: argparse.Namespace) -> None:
    """Listen until told to end; says where on standard output."""
    with database.of_its_own(asked.postgresql) as conninfo:
        listener = Listener(conninfo, PROFILES[asked.profile], asked.service or ["FREEPDB1"], verbose=asked.verbose)
        for user in asked.user or ["APP:app"]:
            name, _, password = user.partition(":")
            await listener.add_user(name, password)
        port = await listener.listen(asked.host, asked.port)
        channel = await asyncio.start_server(lambda r, w: control.serve(listener, r, w), "127.0.0.1", 0)
        told = {
            "port": port,
            "control": channel.sockets[0].getsockname()[1],
            "service": listener.services[0],
            "postgresql": conninfo,
        }
        print(asked.ready or json.dumps(told), flush=True)  # noqa: T201 - how the starting process learns it
        await _ended(asked.end_with_input)
        channel.close()
        await listener.close()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(arguments()))

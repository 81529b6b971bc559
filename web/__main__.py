"""Serve a database: `python -m web [--db URL] [--port N]`; a worker for long jobs runs beside it and stops with it."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import waitress

from gridplan.services.desk import Desk, database_url
from web import create_app


@contextmanager
def worker(url: str) -> Iterator[None]:
    """Run a worker process for the time of the block."""
    process = subprocess.Popen([sys.executable, "-m", "gridplan.worker", "--db", url])
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def serve(url: str, *, host: str, port: int) -> None:
    """Serve pages until stopped; the worker takes the long jobs."""
    # A polite kill ends like Ctrl-C: the worker must not outlive its server.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    desk = Desk.open(url, create=True)
    with worker(url):
        waitress.serve(create_app(desk), host=host, port=port, threads=8, asyncore_use_poll=True, _quiet=True)


def main() -> int:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m web", description=__doc__)
    parser.add_argument("--db", default=None)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    args = parser.parse_args()
    print(f"http://{args.host}:{args.port}", flush=True)
    with suppress(KeyboardInterrupt):
        serve(database_url(args.db), host=args.host, port=args.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Serve a database: `python -m web [--db URL] [--port N]`; a worker for long jobs runs beside it and stops with it."""

from __future__ import annotations

import argparse
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress

import waitress

from gridplan.model.settings import setting
from gridplan.services.desk import Desk, database_url
from gridplan.services.logs import start_log
from web import create_app

LOOPBACK = "127.0.0.1"
MOST_CONNECTIONS, OTHER_FILES = 8000, 200


def connections() -> int:
    """Return how many connections may be open at once: as many as the system lets this process have files, but for our own."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else max(100, min(MOST_CONNECTIONS, soft - OTHER_FILES))


@contextmanager
def worker(url: str) -> Iterator[None]:
    """Run a worker process for the time of the block."""
    process = subprocess.Popen([sys.executable, "-m", "gridplan.worker", "--db", url])
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def serve(url: str, *, host: str, port: int, work: bool = True) -> None:
    """Serve pages until stopped; with `work` a worker beside it takes the long jobs."""
    # A polite kill ends like Ctrl-C: the worker must not outlive its server.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    start_log()
    desk = Desk.open(url, create=True)
    with worker(url) if work else nullcontext():
        waitress.serve(
            create_app(desk),
            host=host,
            port=port,
            threads=8,
            # By default a hundred: the phones of a morning would be turned away one by one.
            connection_limit=connections(),
            backlog=2048,
            asyncore_use_poll=True,
            _quiet=True,
        )


def main() -> int:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m web", description=__doc__)
    parser.add_argument("--db", default=None)
    parser.add_argument("--host", default=setting("GRIDPLAN_HOST") or LOOPBACK)
    parser.add_argument("--port", type=int, default=int(setting("PORT") or 8000))
    parser.add_argument("--no-worker", action="store_true", help="the workers run as services of their own")
    args = parser.parse_args()
    print(f"http://{args.host}:{args.port}", flush=True)
    with suppress(KeyboardInterrupt):
        serve(database_url(args.db), host=args.host, port=args.port, work=not args.no_worker)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Serve a database: `python -m web [--db URL] [--port N]`; a worker for long jobs runs beside it and stops with it."""

from __future__ import annotations

import argparse
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

import waitress

from gridplan.model.circles import settle
from gridplan.model.settings import setting
from gridplan.services.desk import Desk, database_url
from gridplan.services.operation.logs import start_log
from web import create_app

PROXY: Mapping[str, Any] = {
    "trusted_proxy": "127.0.0.1",
    "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
    "clear_untrusted_proxy_headers": True,
}
"""Only a server on this machine is believed."""
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


def serve(url: str, *, host: str, port: int, work: bool = True, behind_proxy: bool = False) -> None:
    """Serve pages until stopped; with `work` a worker beside it takes the long jobs.

    `behind_proxy`: a server on this machine (nginx, Caddy) speaks https for us and says who asked and how.
    """
    # A polite kill ends like Ctrl-C: the worker must not outlive its server.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    start_log()
    desk = Desk.open(url, create=True)
    with worker(url) if work else nullcontext():
        app = create_app(desk)
        settle()
        waitress.serve(
            app,
            host=host,
            port=port,
            threads=8,
            # By default a hundred: the phones of a morning would be turned away one by one.
            connection_limit=connections(),
            backlog=2048,
            asyncore_use_poll=True,
            _quiet=True,
            **(PROXY if behind_proxy else {}),
        )


def main() -> int:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m web", description=__doc__)
    parser.add_argument("--db", default=None)
    parser.add_argument("--host", default=setting("GRIDPLAN_HOST") or LOOPBACK)
    parser.add_argument("--port", type=int, default=int(setting("PORT") or 8000))
    parser.add_argument("--no-worker", action="store_true", help="the workers run as services of their own")
    parser.add_argument("--behind-proxy", action="store_true", help="a server on this machine speaks https for us")
    args = parser.parse_args()
    print(f"http://{args.host}:{args.port}", flush=True)
    with suppress(KeyboardInterrupt):
        serve(
            database_url(args.db),
            host=args.host,
            port=args.port,
            work=not args.no_worker,
            behind_proxy=args.behind_proxy,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

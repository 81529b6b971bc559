"""Serve a database: `python -m web [--db URL] [--port N]`; a worker for long jobs runs beside it and stops with it."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import waitress

from gridplan.services.desk import Desk, database_url
from web import create_app

PROXY: Mapping[str, Any] = {
    "trusted_proxy": "127.0.0.1",
    "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
    "clear_untrusted_proxy_headers": True,
}
"""Only a server on this machine is believed."""


@contextmanager
def worker(url: str) -> Iterator[None]:
    """Run a worker process for the time of the block."""
    process = subprocess.Popen([sys.executable, "-m", "gridplan.worker", "--db", url])
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def serve(url: str, *, host: str, port: int, behind_proxy: bool = False) -> None:
    """Serve pages until stopped; the worker takes the long jobs.

    `behind_proxy`: a server on this machine (nginx, Caddy) speaks https for us and says who asked and how.
    """
    # A polite kill ends like Ctrl-C: the worker must not outlive its server.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    desk = Desk.open(url, create=True)
    with worker(url):
        waitress.serve(
            create_app(desk),
            host=host,
            port=port,
            threads=8,
            asyncore_use_poll=True,
            _quiet=True,
            **(PROXY if behind_proxy else {}),
        )


def main() -> int:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m web", description=__doc__)
    parser.add_argument("--db", default=None)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    parser.add_argument("--behind-proxy", action="store_true", help="a server on this machine speaks https for us")
    args = parser.parse_args()
    print(f"http://{args.host}:{args.port}", flush=True)
    with suppress(KeyboardInterrupt):
        serve(database_url(args.db), host=args.host, port=args.port, behind_proxy=args.behind_proxy)
    return 0


if __name__ == "__main__":
    sys.exit(main())

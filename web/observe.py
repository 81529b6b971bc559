"""For those who run the service: is it up, how it fares (loopback only), and a log of requests without anybody's data."""

from __future__ import annotations

import ipaddress
import logging
import threading
import time
from collections import Counter
from typing import Any

from flask import Flask, Response, abort, g, request

from gridplan.services.operation import metrics
from web.auth import desk

log = logging.getLogger("web.requests")
BOUNDS_S = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0)
SLOW_S = 1.0
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


class Tally:
    """Counts the requests of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: Counter[tuple[str, str, str]] = Counter()
        self._within: Counter[float] = Counter()
        self._seconds = 0.0
        self._began = time.time()

    def add(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        with self._lock:
            self._answers[endpoint, method, f"{status // 100}xx"] += 1
            self._seconds += seconds
            for bound in BOUNDS_S:
                self._within[bound] += seconds <= bound

    def note(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Count one request; write down those that change something, failed or took long. No path: it may name a site."""
        self.add(endpoint, method, status, seconds)
        if method != "GET" or status >= 400 or seconds > SLOW_S:
            fields: dict[str, Any] = {"endpoint": endpoint, "method": method, "status": status}
            log.info("request", extra={"fields": fields | {"ms": round(1000 * seconds)}})

    def text(self) -> str:
        """Return the counts as Prometheus' text."""
        with self._lock:
            answers, within, seconds = dict(self._answers), dict(self._within), self._seconds
        total = sum(answers.values())
        took = "gridplan_request_seconds"
        lines = [
            metrics.metric(
                "gridplan_requests_total",
                "counter",
                "Requests answered.",
                [
                    ({"endpoint": endpoint, "method": method, "status": status}, count)
                    for (endpoint, method, status), count in sorted(answers.items())
                ],
            ),
            metrics.metric(
                took,
                "histogram",
                "How long requests took.",
                [*(({"le": f"{bound:g}"}, within.get(bound, 0)) for bound in BOUNDS_S), ({"le": "+Inf"}, total)],
                "_bucket",
            ),
            metrics.sample(f"{took}_sum", {}, seconds) + "\n" + metrics.sample(f"{took}_count", {}, total) + "\n",
            metrics.metric("gridplan_started_seconds", "gauge", "When this process began.", [({}, self._began)]),
        ]
        return "".join(lines)


def from_this_machine() -> bool:
    """Whether the asker is a program on this machine, not somebody whom a proxy on it lets through."""
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def register(app: Flask) -> Tally:
    """Add health, metrics and the log of requests to an application; return what counts them."""
    tally = Tally()

    @app.get("/healthz")
    def health() -> Response:
        """Say that pages can be served: the database answers. Nothing else is told."""
        well = metrics.healthy(desk())
        return Response("ok\n" if well else "no\n", 200 if well else 503, mimetype="text/plain")

    @app.get("/metrics")
    def numbers() -> Response:
        """Give the figures of this process and the desk to a monitoring program on this machine."""
        if not from_this_machine():
            abort(404)
        return Response(tally.text() + metrics.desk_metrics(desk()), content_type="text/plain; version=0.0.4")

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def note(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        # A method may be anything that a stranger types.
        method = (
            request.method if request.method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS") else "-"
        )
        tally.note(request.endpoint or "-", method, response.status_code, seconds)
        return response

    def broke(error: Any) -> None:
        """Write an unforeseen error down by its kind and place; Flask's own line would name the path."""
        log.error("request broke", exc_info=error, extra={"fields": {"endpoint": request.endpoint or "-"}})

    app.log_exception = broke  # type: ignore[method-assign,assignment]
    return tally

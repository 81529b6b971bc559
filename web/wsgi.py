"""For servers that want a WSGI application: `granian --interface wsgi --factory web.wsgi:application` over GRIDPLAN_DB."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from gridplan.model.circles import settle
from gridplan.model.settings import setting
from gridplan.services.desk import Desk
from gridplan.services.operation.logs import start_log
from web import create_app


def application() -> Flask:
    """Return the application over the database that GRIDPLAN_DB names. Workers run as processes of their own.

    What the proxy at GRIDPLAN_PROXY says of who asks, and that it was over https, is believed; of nobody else.
    """
    start_log()
    app = create_app(Desk.open())
    proxy, direct = setting("GRIDPLAN_PROXY") or "127.0.0.1", app.wsgi_app
    through = ProxyFix(direct, x_for=1, x_proto=1)

    def ask(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        return (through if environ.get("REMOTE_ADDR") == proxy else direct)(environ, start)

    settle()
    app.wsgi_app = ask  # type: ignore[method-assign,assignment]
    return app

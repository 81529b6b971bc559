"""For servers that want a WSGI application: `granian --interface wsgi --factory web.wsgi:application` over GRIDPLAN_DB."""

from __future__ import annotations

from flask import Flask

from gridplan.services.desk import Desk
from gridplan.services.operation.logs import start_log
from web import create_app


def application() -> Flask:
    """Return the application over the database that GRIDPLAN_DB names. Workers run as processes of their own."""
    start_log()
    return create_app(Desk.open())

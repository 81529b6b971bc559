"""The page of the log: who changed what, filtered, a page at a time, and as CSV."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request

from gridplan.model.rights import Right
from gridplan.services.accounts import auditing as service
from gridplan.services.accounts import rights
from web.auth import desk, me, needs
from web.rail import address

pages = Blueprint("audit", __name__)
_PAGES = {"plan": ("plans.page", "plan_id"), "round": ("rounds.page", "round_id"), "user": ("people.page", "login")}


def _link(name: str) -> str:
    """Return the page of the thing that an entry names, "" where the reader has none."""
    kind, _, key = name.partition("/")
    if kind not in _PAGES or not key or (kind != "user" and not key.isdecimal()):
        return ""
    may = {"plan": Right.PLAN, "round": Right.PLAN, "user": Right.ADMIN}[kind]
    endpoint, argument = _PAGES[kind]
    return address(endpoint, **{argument: key}) if rights.may(me(), may) else ""


@pages.get("/audit")
@needs(Right.AUDIT, scoped=True)
def index() -> Any:
    """Show the newest entries that fit."""
    view = service.audit_view(desk(), service.filter_of(request.args), reader=me())
    kept = {key: value for key, value in request.args.items() if value and key != "before"}
    return render_template("audit.html", view=view, kept=kept, link=_link)


@pages.get("/audit.csv")
@needs(Right.AUDIT, scoped=True)
def export() -> Response:
    """Give what fits as a file; that it was taken is logged too."""
    body = service.audit_csv(desk(), service.filter_of(request.args), reader=me())
    headers = {"Content-Disposition": 'attachment; filename="gridplan-audit.csv"'}
    return Response(body, mimetype="text/csv", headers=headers)

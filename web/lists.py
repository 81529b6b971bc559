"""White and black lists with their dates, and what of them may be published; the leaders who stand for areas."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from gridplan.model.lead import ListKind
from gridplan.model.rights import Right
from gridplan.services.field import standing as service
from gridplan.services.folders.replanning import day_of
from web.auth import desk, me, needs

pages = Blueprint("lists", __name__)


@pages.get("/lists")
@needs(Right.PLAN)
def index() -> Any:
    """Show who stands on a list, and who did."""
    kind = request.args.get("list", "")
    view = service.lists_view(desk(), kind=kind if kind in {*ListKind} else "", today=desk().today())
    return render_template("lists.html", view=view, site=request.args.get("site", ""))


@pages.post("/lists")
@needs(Right.PLAN)
def add() -> Any:
    """Put a site on a list."""
    form = request.form
    until = form.get("until", "").strip()
    service.put_on_list(
        desk(),
        service.site_meant(desk(), form.get("site", "")),
        form.get("list", ""),
        since=day_of(form.get("since", "")),
        until=day_of(until) if until else None,
        reason=form.get("reason", ""),
        public=form.get("public") == "1",
        by=me().login,
    )
    return redirect(url_for("lists.index", list=form.get("list", "")))


@pages.post("/lists/<int:flag_id>/end")
@needs(Right.PLAN)
def end(flag_id: int) -> Any:
    """Take a site off a list after a day."""
    service.take_off_list(desk(), flag_id, day_of(request.form.get("until", "")), by=me().login)
    return redirect(url_for("lists.index", list=request.form.get("list", "")))


@pages.get("/lists/<kind>.csv")
@needs(Right.PLAN)
def public(kind: str) -> Response:
    """Give the list as it may be published."""
    body = service.public_list(desk(), kind, day=desk().today())
    headers = {"Content-Disposition": f'attachment; filename="gridplan-{kind}.csv"'}
    return Response(body, mimetype="text/csv; charset=utf-8", headers=headers)


# ---- leaders ---------------------------------------------------------------------------------------------------------


@pages.get("/leaders")
@needs(Right.PLAN)
def leaders() -> Any:
    """Show which leader stands for which area, and the townships that have none."""
    return render_template("leaders.html", view=service.leaders_view(desk()))


@pages.post("/leaders")
@needs(Right.PLAN)
def link() -> Any:
    """Say which leader stands for an area."""
    form = request.form
    service.link_leader(desk(), form.get("area", ""), form.get("person", ""), form.get("title", ""), by=me().login)
    return redirect(url_for("lists.leaders"))


@pages.post("/leaders/<int:link_id>/end")
@needs(Right.PLAN)
def unlink(link_id: int) -> Any:
    """Undo a link."""
    service.unlink_leader(desk(), link_id, by=me().login)
    return redirect(url_for("lists.leaders"))

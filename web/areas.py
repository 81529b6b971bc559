"""The page of areas: the tree beside its map, who answers for each node, checks, splits and mergers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for

from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.registry import areas_page as service
from gridplan.services.registry import regrid
from web.auth import desk, me, needs, whole
from web.frame import geojson, map_parts

pages = Blueprint("areas", __name__)


def _say(key: str, **fields: Any) -> None:
    flash(say(key, **fields).of(session.get("language", "zh")))


def _names(told: dict[str, Any]) -> str:
    return "、".join(one["name"] for one in told["after"])


def _back(code: str = "", tab: str = "") -> Any:
    return redirect(url_for("areas.index", at=code or None, tab=tab or None))


@pages.get("/areas")
@needs(Right.CHANGE_AREAS, scoped=True)
def index() -> Any:
    """Show one node with those below it, and one of the lists."""
    view = service.areas_view(desk(), request.args.get("at", ""), request.args.get("tab", ""), reader=me())
    return render_template("areas.html", view=view, map=map_parts())


@pages.get("/areas/areas.geojson")
@needs(Right.CHANGE_AREAS, scoped=True)
def areas() -> Response:
    """Return all areas for the map."""
    return geojson(service.areas_json(desk(), reader=me()))


@pages.post("/areas/owners")
@needs(Right.CHANGE_AREAS, scoped=True)
def owner() -> Any:
    """Make somebody the owner of a node, or take it from them."""
    form = request.form
    code, remove = form.get("code", ""), form.get("do") == "remove"
    service.change_owner(
        desk(),
        code,
        form.get("person", ""),
        form.get("role", ""),
        remove=remove,
        seen=form.get("seen", ""),
        by=me().login,
    )
    _say("areas.saved")
    return _back(code, form.get("tab", ""))


@pages.post("/areas/owners/import")
@needs(Right.CHANGE_AREAS)
def import_owners() -> Any:
    """Put an owners.csv aside to be compared."""
    file = request.files.get("owners")
    draft = service.put_owners_aside(desk(), file.read() if file else b"", by=me().login)
    return redirect(url_for("areas.owners_look", draft=draft))


@pages.get("/areas/owners/import/<draft>")
@needs(Right.CHANGE_AREAS)
def owners_look(draft: str) -> Any:
    """Show what an owners.csv would change."""
    return render_template("owners.html", view=service.owners_look(desk(), draft))


@pages.post("/areas/owners/import/<draft>")
@needs(Right.CHANGE_AREAS)
def owners_take(draft: str) -> Any:
    """Let it count."""
    count = service.take_owners(desk(), draft, base=request.form.get("base", ""), by=me().login)
    _say("areas.taken", count=count)
    return _back()


@pages.post("/areas/split")
@needs(Right.CHANGE_AREAS, scoped=True)
def split() -> Any:
    """Part an area by its sites."""
    code, into = request.form.get("code", ""), request.form.get("into", default=2, type=whole)
    told = regrid.split_area(desk(), code, by=me().login, into=min(max(into, 2), 9))
    _say("areas.split_done", names=_names(told))
    return _back(request.form.get("parent", ""))


@pages.post("/areas/merge")
@needs(Right.CHANGE_AREAS, scoped=True)
def merge() -> Any:
    """Make one area of several neighbours."""
    told = regrid.merge_areas(desk(), request.form.getlist("code"), by=me().login)
    _say("areas.merge_done", names=_names(told))
    return _back(request.form.get("parent", ""))


@pages.post("/areas/undo")
@needs(Right.CHANGE_AREAS)
def undo() -> Any:
    """Take the newest split or merger back."""
    told = regrid.undo_area_change(desk(), by=me().login, seen=request.form.get("seen", type=whole))
    _say("areas.undone", names=_names(told))
    return _back(tab="history")

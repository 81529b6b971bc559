"""The register's pages: the table beside its map, one site's card, what may be one site, undo, export."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for

from gridplan.model.rights import Right
from gridplan.model.site import SiteKind
from gridplan.model.words import say
from gridplan.services.registry import register, site_list
from gridplan.services.registry.duplicates import decide_pair, duplicates
from gridplan.services.registry.reviewing import review_areas
from gridplan.services.registry.site_edits import FIELDS, edit_site
from web.auth import desk, me, needs
from web.frame import geojson, map_parts

pages = Blueprint("sites", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _say(key: str, **fields: Any) -> None:
    flash(say(key, **fields).of(session.get("language", "zh")))


def filters() -> dict[str, str]:
    """Return the filters that the address holds."""
    return {name: request.args.get(name, "") for name in site_list.FILTERS}


def workbook(content: bytes, name: str) -> Response:
    """Answer with a workbook to be saved."""
    answer = Response(content, mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@pages.get("/sites")
@needs(Right.CHANGE_SITES, scoped=True)
def index() -> Any:
    """Show the register: filters, table, map."""
    view = site_list.index_view(desk(), reader=me())
    return render_template("sites.html", view=view, map=map_parts(), filters=filters(), most=site_list.MOST)


@pages.get("/sites/rows.json")
@needs(Right.CHANGE_SITES, scoped=True)
def rows() -> Response:
    """Return the lines that the filters leave."""
    answer = geojson(site_list.rows_json(desk(), filters(), session.get("language", "zh"), reader=me()))
    answer.mimetype = "application/json"
    return answer


@pages.get("/sites/areas.geojson")
@needs(Right.CHANGE_SITES, scoped=True)
def areas() -> Response:
    """Return townships and communities for the map."""
    return geojson(review_areas(desk(), reader=me()))


@pages.get("/sites/export.xlsx")
@needs(Right.CHANGE_SITES, scoped=True)
def export() -> Response:
    """Give the lines that the filters leave as a workbook."""
    return workbook(site_list.export_xlsx(desk(), filters(), by=me().login), "sites.xlsx")


@pages.get("/sites/complaints")
@needs(Right.CHANGE_SITES)
def complaints() -> Any:
    """List what the last import complained about."""
    return render_template("complaints.html", view=site_list.import_complaints(desk()), label=site_list.field_label)


@pages.get("/sites/complaints.xlsx")
@needs(Right.CHANGE_SITES)
def complaints_file() -> Response:
    """Give that list as a workbook."""
    return workbook(site_list.complaints_xlsx(site_list.import_complaints(desk())["complaints"]), "complaints.xlsx")


@pages.get("/sites/card")
@needs(Right.CHANGE_SITES, scoped=True)
def card() -> Any:
    """Show one site's card."""
    view = site_list.site_view(desk(), request.args.get("site", ""), reader=me())
    return render_template("site.html", view=view, kinds=SiteKind, map=map_parts(), kind_word=site_list.kind_word)


@pages.post("/sites/card")
@needs(Right.CHANGE_SITES, scoped=True)
def edit() -> Any:
    """Set values of a site by hand."""
    form, site = request.form, request.args.get("site", "")
    values = {field: form[field] for field in FIELDS if field in form}
    seen = {field: form.get(f"seen-{field}", "") for field in FIELDS}
    count = edit_site(desk(), site, values, seen, by=me().login)
    _say("sites.saved", count=count)
    return redirect(url_for("sites.card", site=site))


@pages.get("/sites/undo")
@needs(Right.CHANGE_SITES)
def undo() -> Any:
    """Say what taking the last import or merger back would do."""
    told = register.undo_sites(desk(), by=me().login, dry=True)
    return render_template("sites_undo.html", told=told, district=desk().district())


@pages.post("/sites/undo")
@needs(Right.CHANGE_SITES)
def undo_now() -> Any:
    """Take the last import or merger back."""
    told = register.undo_sites(desk(), by=me().login, at=request.form.get("at", ""))
    _say("sites.undone", sites=told["sites"])
    return redirect(url_for("sites.index"))


@pages.get("/sites/doubles")
@needs(Right.CHANGE_SITES)
def doubles() -> Any:
    """List the pairs that may be one site."""
    return render_template("doubles.html", pairs=duplicates(desk())[:500], district=desk().district())


@pages.post("/sites/doubles")
@needs(Right.CHANGE_SITES)
def decide() -> Any:
    """Say of a pair that it is one site, or two."""
    form = request.form
    same = form.get("same") == "1"
    decide_pair(desk(), form.get("one", ""), form.get("other", ""), same=same, by=me().login)
    return redirect(url_for("sites.doubles"))

"""The pages of an import: lists are put aside, their columns chosen, doubts answered; the last step writes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, abort, jsonify, redirect, render_template, request, session, url_for
from flask_login import current_user

from gridplan.model.rights import Right
from gridplan.services.registry import importing, importing_look, importing_run, site_list
from web.auth import desk, me, needs, whole
from web.jsons import read_json
from web.sites import workbook

pages = Blueprint("intake", __name__)
UPLOADS = ("intake.begin", "intake.add", "areas.import_owners")
"""Where a planner may send more than a form: others are refused before their bytes are read."""


def allow_uploads(app: Flask) -> None:
    """Let planners send lists. Must come before whatever reads the form."""

    @app.before_request
    def larger() -> None:
        if request.endpoint in UPLOADS and current_user.is_authenticated and current_user.role == "planner":
            request.max_content_length = importing.MOST_BYTES + 1024 * 1024


@pages.get("/sites/import")
@needs(Right.CHANGE_SITES)
def first() -> Any:
    """Show what is being prepared, and let lists be chosen."""
    return render_template("import_first.html", view=importing.imports_view(desk(), by=me().login))


def _files() -> list[tuple[str, bytes]]:
    return [(file.filename or "", file.read()) for file in request.files.getlist("lists") if file.filename]


@pages.post("/sites/import")
@needs(Right.CHANGE_SITES)
def begin() -> Any:
    """Put lists aside."""
    draft = importing.begin(desk(), _files(), by=me().login, along=request.form.getlist("along"))
    return redirect(url_for("intake.look", draft=draft))


@pages.get("/sites/import/<draft>")
@needs(Right.CHANGE_SITES)
def look(draft: str) -> Any:
    """Show what an import would do."""
    everything = request.args.get("rows") == "all"
    view = importing_look.look(desk(), draft, shown=request.args.get("doubt", ""), everything=everything)
    others = [one for one in importing.imports_view(desk(), by=me().login)["drafts"] if not one["mine"]]
    return render_template(
        "import.html",
        view=view,
        others=[one for one in others if one["id"] != draft],
        targets=importing_look.TARGETS,
        datums=importing_look.DATUMS,
        kinds=importing_look.KINDS,
        columns=importing_look.preview_columns(view),
        kind_word=site_list.kind_word,
        labels={key: site_list.column_label(key) for key in importing_look.TARGETS},
    )


@pages.post("/sites/import/<draft>/files")
@needs(Right.CHANGE_SITES)
def add(draft: str) -> Any:
    """Put more lists aside."""
    importing.begin(desk(), _files(), by=me().login, draft=draft)
    return redirect(url_for("intake.look", draft=draft))


@pages.post("/sites/import/<draft>")
@needs(Right.CHANGE_SITES)
def change(draft: str) -> Any:
    """Keep what was chosen: targets, datum, date, kinds, pairs."""
    form = request.form
    version = form.get("version", type=whole) or abort(400)
    what, _, rest = form.get("do", "").partition(":")
    if what == "remove":
        importing.remove_list(desk(), draft, rest, version=version, by=me().login)
        return redirect(url_for("intake.look", draft=draft))
    settings = importing.settings_of(desk(), draft)
    for number, (name, one) in enumerate(settings["files"].items()):
        wanted = {
            header: form[f"to-{number}-{at}"] for at, header in enumerate(one["header"]) if f"to-{number}-{at}" in form
        }
        one = importing.choose_columns(one, wanted)
        for key in ("datum", "date", "kind"):
            one = importing.choose(one, key, form.get(f"{key}-{number}", one.get(key, "")))
        given = {
            value: form.get(f"give-{number}-{at}", "") for at, value in enumerate(form.getlist(f"unknown-{number}"))
        }
        settings["files"][name] = importing.choose_kinds(one, given)
    if "stays" in form:
        settings["stay"] = [name for name in form.getlist("stay") if name in form.getlist("stays")]
    if what == "datum":
        number_text, _, datum = rest.partition(":")
        name = list(settings["files"])[int(number_text)]
        settings["files"][name] = importing.choose(settings["files"][name], "datum", datum)
    if what in ("same", "different", "back"):
        said = {"same": True, "different": False, "back": None}[what]
        settings = importing_look.decide(settings, _pair(form.get(f"pair-{rest}", "")), said)
    importing.change(desk(), draft, settings, version=version, by=me().login)
    return redirect(url_for("intake.look", draft=draft, rows=request.args.get("rows")))


def _pair(text: str) -> dict[str, Any]:
    try:
        pair = read_json(text)
        return {key: [str(pair[key][0])[:900], str(pair[key][1])[:900]] for key in ("keys", "names", "where")}
    except (ValueError, KeyError, IndexError, TypeError):
        abort(400)


@pages.post("/sites/import/<draft>/run")
@needs(Right.CHANGE_SITES)
def run(draft: str) -> Any:
    """Write: the import runs as a job."""
    version = request.form.get("version", type=whole) or abort(400)
    importing_run.start_import(desk(), draft, version=version, base=request.form.get("base", ""), by=me().login)
    return redirect(url_for("intake.look", draft=draft))


@pages.get("/sites/import/<draft>/progress.json")
@needs(Right.CHANGE_SITES)
def progress(draft: str) -> Response:
    """Tell how far the import is."""
    answer = jsonify(importing_run.progress(desk(), draft, session.get("language", "zh")))
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@pages.post("/sites/import/<draft>/cancel")
@needs(Right.CHANGE_SITES)
def cancel(draft: str) -> Any:
    """Ask the import to stop."""
    importing_run.cancel(desk(), draft, by=me().login)
    return redirect(url_for("intake.look", draft=draft))


@pages.post("/sites/import/<draft>/drop")
@needs(Right.CHANGE_SITES)
def drop(draft: str) -> Any:
    """Throw the prepared import away."""
    importing.drop(desk(), draft, by=me().login)
    return redirect(url_for("intake.first"))


@pages.get("/sites/import/<draft>/doubts.xlsx")
@needs(Right.CHANGE_SITES)
def doubts(draft: str) -> Response:
    """Give the doubts as a workbook: list, row, field, what is wrong."""
    return workbook(site_list.complaints_xlsx(importing_look.complaints(desk(), draft)), "doubts.xlsx")

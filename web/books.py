"""The office's reports: a paper whose numbers are locked, words that are typed, what was sent up; and one site's file."""

from __future__ import annotations

from datetime import date, time, timedelta
from html import escape
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for

from gridplan.model.books import ReportKind
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.accounts import rights
from gridplan.services.reporting import books as reading
from gridplan.services.reporting import exports, timeline
from gridplan.services.reporting import reports as service
from web.auth import desk, me, needs, whole

pages = Blueprint("books", __name__)


def _language() -> str:
    return str(session.get("language", "zh"))


def _made(values: Any) -> service.Made:
    return service.make_report(
        desk(),
        service.kind_of(values.get("kind", "")),
        reading.day_of(values.get("day", ""), desk().today()),
        area=values.get("area") or None,
        language=_language(),
        round_id=values.get("round", type=whole),
        reader=me(),
    )


def _day(made: service.Made) -> date:
    """Return the day that leads to the same report again."""
    span, as_of = made.report.span, made.report.as_of
    if made.report.kind is ReportKind.ROUND:
        # As of the end of a day is as of midnight.
        return as_of.date() if as_of.time() > time() else as_of.date() - timedelta(days=1)
    return span.first


def _address(made: service.Made) -> dict[str, Any]:
    return {
        "kind": made.report.kind.value,
        "day": _day(made).isoformat(),
        "area": made.report.area or None,
        "round": int(made.moment.round_id),
    }


@pages.get("/report")
@needs(Right.COVERAGE, scoped=True)
def report() -> Any:
    """Show a report as paper; who may write it types reasons and measures into it."""
    made = _made(request.args)
    writes = rights.may(me(), Right.REPORT)

    def typed(area: str, field: str, text: str) -> str:
        if not writes:
            return escape(text).replace("\n", "<br>")
        label = escape(f"{made.report.names.get(area, area)} {say(f'books.col_{field}').of(_language())}", quote=True)
        name = escape(f"{field}:{area}", quote=True)
        return f'<textarea form="notes" name="{name}" maxlength="500" aria-label="{label}">{escape(text)}</textarea>'

    return render_template(
        "report.html",
        made=made,
        report=made.report,
        paper=service.paper(made.report, typed),
        rows=service.rows(made.report),
        style=service.STYLE,
        address=_address(made),
        areas=service.choices(made, me()),
        frozen=service.frozen_reports(desk(), made),
        writes=writes,
        sealed=None,
    )


@pages.get("/report/file.<format>")
@needs(Right.COVERAGE, scoped=True)
def report_file(format: str) -> Response:
    """Return a report as Word, PDF, Excel or HTML."""
    return _file(*service.report_file(_made(request.args).report, format))


@pages.post("/report/notes")
@needs(Right.REPORT, scoped=True)
def notes() -> Any:
    """Keep reasons and measures."""
    made = _made(request.form)
    typed = {}
    for name, text in request.form.items():
        field, mark, area = name.partition(":")
        if mark:
            typed[area, field] = text
    changed = service.save_notes(desk(), made, typed, by=me().login)
    flash(say("cover.saved", n=changed).of(_language()) if changed else say("cover.saved_none").of(_language()))
    return redirect(url_for("books.report", **_address(made)))


@pages.post("/report/freeze")
@needs(Right.REPORT, scoped=True)
def freeze() -> Any:
    """Send a report up: it is kept as it is."""
    made = _made(request.form)
    kept = service.freeze(desk(), made, by=me().login)
    flash(say("cover.sent_up", number=kept.number, hash=kept.sha256[:16]).of(_language()))
    return redirect(url_for("books.sent", report_id=int(kept.id)))


@pages.get("/reports/<int:report_id>")
@needs(Right.COVERAGE, scoped=True)
def sent(report_id: int) -> Any:
    """Show a report as it was sent up."""
    head, kept = service.frozen_report(desk(), report_id, reader=me())
    return render_template(
        "report.html",
        made=None,
        report=kept,
        paper=service.paper(kept),
        rows=service.rows(kept),
        style=service.STYLE,
        address={
            "kind": kept.kind.value,
            "day": kept.span.first.isoformat(),
            "area": kept.area or None,
            "round": int(head.round),
        },
        areas=[],
        frozen=(),
        writes=False,
        sealed=head,
    )


@pages.get("/reports/<int:report_id>/file.<format>")
@needs(Right.COVERAGE, scoped=True)
def sent_file(report_id: int, format: str) -> Response:
    """Return a report as it was sent up, on paper."""
    _, kept = service.frozen_report(desk(), report_id, reader=me())
    return _file(*service.report_file(kept, format))


@pages.get("/plans/<int:plan_id>/routes.<path:kind>")
@needs(Right.PLAN, Right.LOOK_AT_PLANS, scoped=True)
def routes(plan_id: int, kind: str) -> Response:
    """Return the routes of a plan that may be seen now as calendar, GPX, GeoPackage or the platform's table."""
    return _file(*exports.routes_file(desk(), plan_id, kind, reader=me()))


@pages.get("/books/sites/<site_id>")
@needs(Right.LOOK_AT_SITES, scoped=True)
def site(site_id: str) -> Any:
    """Show one site's file (一户一档)."""
    return render_template("site_file.html", file=timeline.site_file(desk(), site_id, reader=me()))


@pages.get("/books/ledger.xlsx")
@needs(Right.LOOK_AT_SITES, scoped=True)
def ledger() -> Response:
    """Return the ledger of all sites as Excel."""
    return _file(*timeline.ledger_file(desk(), reader=me()))


def _file(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response

"""The office's findings: the list with what is overdue first, one finding with its history, and the steps a planner takes."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from gridplan.model.finding import NoticeKind
from gridplan.model.rights import Right
from gridplan.services.field import checklists
from gridplan.services.field import findings as service
from gridplan.services.field.leads import live_rounds
from gridplan.services.folders.replanning import day_of
from gridplan.services.plans import settling
from web.auth import desk, me, needs, whole

pages = Blueprint("findings", __name__)
STATES = ("", "overdue", "due", "open", "closed")


def _due() -> date | None:
    text = request.form.get("due", "").strip()
    return day_of(text) if text else None


@pages.get("/findings")
@needs(Right.COVERAGE)
def index() -> Any:
    """Show the findings that match, the counts of all, and the sites that wait for the planner's word."""
    asked = request.args
    state = asked.get("state", "") if asked.get("state", "") in STATES else ""
    category, site, round_id = asked.get("category", ""), asked.get("site", ""), asked.get("round", type=whole)
    rows = service.finding_list(
        desk(), day=desk().today(), state=state, category=category, round_id=round_id, site=site
    )
    rounds = live_rounds(desk())
    waiting = [
        one | {"round": id} for id, _ in rounds if round_id in (None, id) for one in settling.to_settle(desk(), id)
    ]
    return render_template(
        "findings.html",
        rows=rows,
        counts=service.finding_counts(desk(), day=desk().today(), round_id=round_id),
        chosen={"state": state, "category": category, "round": round_id, "site": site},
        states=STATES,
        categories=checklists.desk_categories(desk()),
        rounds=rounds,
        waiting=waiting,
    )


@pages.get("/findings/<finding_id>")
@needs(Right.COVERAGE)
def one(finding_id: str) -> Any:
    """Show one finding, every step it took, and what can be done next."""
    view = service.finding_history(desk(), finding_id, day=desk().today())
    return render_template("finding.html", view=view, kinds=list(NoticeKind))


@pages.post("/findings/<finding_id>/<step>")
@needs(Right.PLAN)
def take(finding_id: str, step: str) -> Any:
    """Take one step: notice, recheck, due, close or reopen."""
    form, by, now = request.form, me().login, desk().local_now()
    note = form.get("note", "")
    if step == "notice":
        service.give_notice(
            desk(),
            finding_id,
            form.get("kind", ""),
            due=_due(),
            to=form.get("to", ""),
            at=now,
            by=by,
            number=form.get("number", ""),
        )
    elif step == "recheck":
        passed = form.get("passed") == "1"
        service.recheck_finding(desk(), finding_id, passed=passed, at=now, by=by, note=note, due=_due())
    elif step == "close":
        service.close_finding(desk(), finding_id, at=now, by=by, note=note)
    elif step == "reopen":
        service.reopen_finding(desk(), finding_id, at=now, by=by, note=note, due=_due())
    elif step == "due":
        service.set_due(desk(), finding_id, day_of(form.get("due", "")), at=now, by=by, note=note)
    else:
        abort(404)
    return redirect(url_for("findings.one", finding_id=finding_id))


@pages.post("/findings/settle/<int:round_id>/<visit_id>")
@needs(Right.PLAN)
def settle(round_id: int, visit_id: str) -> Any:
    """Say what becomes of a site that moved or was not found."""
    gone = request.form.get("gone") == "1"
    settling.settle(
        desk(), round_id, visit_id, gone=gone, at=desk().local_now(), by=me().login, note=request.form.get("note", "")
    )
    return redirect(url_for("findings.index"))

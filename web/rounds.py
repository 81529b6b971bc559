"""The planner's pages of rounds: the list, a new round, whether it can be kept while sliding, the draft with its progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, session, url_for
from werkzeug.routing import BuildError

from gridplan.model.errors import InputError
from gridplan.model.rights import Right
from gridplan.model.words import Text, say
from gridplan.services.rounds import drafting, round_keeping, round_page, trial_job, trying
from gridplan.services.rounds.round_form import Form, from_query
from web import charts
from web.auth import desk, me, needs, whole
from web.jsons import read_json

pages = Blueprint("rounds", __name__)


@pages.get("/rounds")
@needs(Right.PLAN, scoped=True)
def all_rounds() -> Any:
    """List the rounds; for whom is bound to an area, what of them lies there."""
    if me().area is not None:
        return render_template("rounds_seen.html", rounds=round_page.rounds_seen(desk(), me()))
    rounds = round_page.list_rounds(desk())
    return render_template("rounds.html", rounds=rounds, there=None if rounds else round_page.what_there_is(desk()))


@pages.get("/rounds/new")
@needs(Right.PLAN)
def new() -> Any:
    """Show the form of a new round, like another one where it is named."""
    return _page(None, _number(request.args.get("like")))


@pages.post("/rounds")
@needs(Right.PLAN)
def create() -> Any:
    """Make a round."""
    stored = round_keeping.create(desk(), _form("form"), like=_number(request.form.get("like")), by=me().login)
    return redirect(url_for("rounds.page", round_id=stored.id, done="made"))


@pages.get("/rounds/<int:round_id>")
@needs(Right.PLAN)
def page(round_id: int) -> Any:
    """Show one round: crews and time, scope, rule, whether it can be kept, the draft."""
    return _page(round_id, None)


def _page(round_id: int | None, like: int | None) -> Any:
    view = round_page.round_view(desk(), round_id, like)
    form = from_query(request.args, view["form"])
    try:
        trial = trying.open_trial(desk(), form, round_id=round_id, like=like)
        found = trying.answer(trial)
    except InputError as error:
        if form == view["form"] and round_id is not None:
            raise
        # A field of the address, or the first day that a new round has from another, cannot be: the form says so.
        return render_template("round.html", view=view, form=form, found=None, wrong=error.text, **_drawn(view, None))
    return render_template("round.html", view=view, form=form, found=found, wrong=None, **_drawn(view, found))


def _drawn(view: Mapping[str, Any], found: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the charts of a page, and whether plans can be compared."""
    return {
        "bars": charts.bars(found["days"]) if found else None,
        "course": _course(view["job"]),
        "clock": charts.clock,
        "compare": _compare(view["plans"]),
    }


def _compare(plans: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Return for each plan the address that compares it with the one before it, where there is such a page."""
    found = {}
    for new, old in pairwise(plans):
        with suppress(BuildError):
            found[new["id"]] = url_for("plans.compare", plan_id=new["id"], other_id=old["id"])
    return found


def _course(job: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if job is None:
        return None
    limit_s = job["minutes"] * 60 if job["minutes"] else None
    return charts.course(job["course"], limit_s, job["state"] == "running")


@pages.post("/rounds/<int:round_id>")
@needs(Right.PLAN)
def change(round_id: int) -> Any:
    """Keep a changed round; where another planner was faster, show both versions."""
    try:
        round_keeping.change(desk(), round_id, _form("form"), base=_base(), version=_version(), by=me().login)
    except round_keeping.ChangedMeanwhile as error:
        return render_template("round_conflict.html", clash=error.clash, draft=None), error.http_status
    return redirect(url_for("rounds.page", round_id=round_id, done="kept"))


@pages.post("/rounds/<int:round_id>/remove")
@needs(Right.PLAN)
def remove(round_id: int) -> Any:
    """Remove a round that has no plan."""
    round_keeping.remove(desk(), round_id, version=_version(), by=me().login)
    return redirect(url_for("rounds.all_rounds"))


@pages.post("/rounds/new/try", defaults={"round_id": None})
@pages.post("/rounds/<int:round_id>/try")
@needs(Right.PLAN)
def attempt(round_id: int | None) -> Any:
    """Answer what a form would be, without keeping anything: at once, or with care where `careful` is asked for."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or not isinstance(sent.get("form"), dict):
        raise InputError(say("round_form.bad_form"))
    like = sent.get("like") if isinstance(sent.get("like"), int) else None
    trial = trying.open_trial(desk(), sent["form"], round_id=round_id, like=like)
    found = trying.careful_answer(trial) if sent.get("careful") is True else trying.answer(trial)
    drawn = {"found": found, "bars": charts.bars(found["days"]), "round_id": round_id}
    told: dict[str, Any] = {
        "verdict": {**found["verdict"], "cell": {"teams": found["crews"]["count"], "days": len(found["days"]["bars"])}},
        "crews": found["crews"],
        "figures": found["figures"],
        "span": found["span"],
        "facets": found["facets"],
        "careful": found["careful"],
        "html": {
            part: render_template(f"rounds/_{part}.html", **drawn) for part in ("verdict", "matrix", "days", "scarce")
        },
    }
    return jsonify(_said(told))


@pages.post("/rounds/<int:round_id>/draft")
@needs(Right.PLAN)
def draft(round_id: int) -> Any:
    """Start a draft as a job; the page polls it. A form that came with it is kept first."""
    minutes = request.form.get("minutes", type=float)
    if "form" not in request.form:
        drafting.start_draft(desk(), round_id, by=me().login, minutes=minutes)
        return redirect(url_for("rounds.page", round_id=round_id))
    anyway = request.form.get("anyway") == "1"
    try:
        round_keeping.draft_with(
            desk(),
            round_id,
            _form("form"),
            base=_base(),
            version=_version(),
            minutes=minutes,
            anyway=anyway,
            by=me().login,
        )
    except round_keeping.ChangedMeanwhile as error:
        return render_template("round_conflict.html", clash=error.clash, draft=minutes), error.http_status
    return redirect(url_for("rounds.page", round_id=round_id))


@pages.get("/rounds/<int:round_id>/progress")
@needs(Right.PLAN)
def progress(round_id: int) -> Response:
    """Tell how far draft and trials of a round are."""
    view = round_page.progress_view(desk(), round_id)
    drawn = {"job": view["job"], "course": _course(view["job"]), "clock": charts.clock, "trials": view["trials"]}
    job = view["job"]
    response = jsonify(
        version=view["version"],
        state=job["state"] if job else "",
        busy=bool(job and job["state"] in ("queued", "running")),
        trying=any(one["state"] in ("queued", "running") for one in view["trials"]),
        draft=render_template("rounds/_draft.html", **drawn),
        trials=render_template("rounds/_trials.html", **drawn),
    )
    response.add_etag()
    response.make_conditional(request)
    return response


@pages.post("/rounds/<int:round_id>/stop")
@needs(Right.PLAN)
def stop(round_id: int) -> Any:
    """Stop the draft of a round: keep the best plan so far, or throw it away."""
    job = drafting.latest_job(desk(), round_id)
    if job is not None:
        drafting.cancel_job(desk(), job.id, by=me().login, discard=request.form.get("keep") != "1")
    return redirect(url_for("rounds.page", round_id=round_id))


@pages.post("/rounds/<int:round_id>/trial")
@needs(Right.PLAN)
def trial(round_id: int) -> Any:
    """Plan a change for a look, as a job that keeps no plan."""
    form = _form("form")
    label = request.form.get("label", "")[:120]
    asked = _table("proposal") if request.form.get("proposal") else None
    proposal = None
    if isinstance(asked, list) and len(asked) == 2 and isinstance(asked[1], int | float):
        proposal = (str(asked[0]), asked[1])
    trial_job.start_trial(desk(), round_id, form, label=Text(label, label), proposal=proposal, by=me().login)
    return redirect(url_for("rounds.page", round_id=round_id, _anchor="trials"))


@pages.get("/jobs/<job_id>")
@needs(Right.PLAN)
def job(job_id: str) -> Response:
    """Tell how far a job is."""
    view = round_page.job_view(desk(), job_id, session.get("language", "zh"))
    response = jsonify(view)
    response.add_etag()
    response.make_conditional(request)
    return response


@pages.post("/jobs/<job_id>/cancel")
@needs(Right.PLAN)
def cancel(job_id: str) -> Any:
    """Ask a job to stop."""
    drafting.cancel_job(desk(), job_id, by=me().login)
    return jsonify(ok=True)


# ---- what was sent ---------------------------------------------------------------------------------------------------


def _number(text: str | None) -> int | None:
    try:
        return whole(text) if text else None
    except ValueError:
        return None


def _version() -> int:
    version = request.form.get("version", type=whole)
    if version is None:
        raise InputError(say("round_form.bad_form"))
    return version


def _table(name: str) -> Any:
    try:
        return read_json(request.form.get(name, ""))
    except ValueError:
        raise InputError(say("round_form.bad_form")) from None


def _form(name: str) -> Form:
    found = _table(name)
    if not isinstance(found, dict):
        raise InputError(say("round_form.bad_form"))
    return found


def _base() -> Form | None:
    return _form("base") if request.form.get("base") else None


def _said(value: Any) -> Any:
    """Return the value with every text in the reader's language."""
    if isinstance(value, Text):
        return value.of(session.get("language", "zh"))
    if isinstance(value, Mapping):
        return {key: _said(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_said(item) for item in value]
    return value

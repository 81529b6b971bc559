"""The page of jobs: what is under way and what ended; cancel, try again, fetch what a job made; export a plan as a job."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, send_file, url_for

from gridplan.model.rights import Right
from gridplan.services.operation import background, jobs_page
from web.auth import desk, me, needs, whole

pages = Blueprint("jobs", __name__)


def _view() -> jobs_page.JobsView:
    return jobs_page.jobs_view(desk(), by=me().login, skip=max(0, request.args.get("skip", 0, type=whole)))


@pages.get("/jobs")
@needs(Right.PLAN)
def index() -> Any:
    """Show the jobs."""
    return render_template("jobs.html", view=_view())


@pages.get("/jobs/table")
@needs(Right.PLAN)
def table() -> Response:
    """Give the tables anew, where anything in them has changed."""
    view = _view()
    response = make_response()
    response.set_etag(view.tag)
    response.make_conditional(request)
    if response.status_code != 304:
        response.set_data(render_template("_jobs.html", view=view))
    return response


@pages.post("/jobs/<job_id>/stop")
@needs(Right.PLAN)
def stop(job_id: str) -> Any:
    """Ask a job to stop."""
    jobs_page.cancel(desk(), job_id, by=me().login)
    return redirect(url_for("jobs.index"))


@pages.post("/jobs/<job_id>/again")
@needs(Right.PLAN)
def again(job_id: str) -> Any:
    """Do a job that failed or was cancelled once more."""
    jobs_page.try_again(desk(), job_id, by=me().login)
    return redirect(url_for("jobs.index"))


@pages.get("/jobs/<job_id>/file")
@needs(Right.PLAN)
def file(job_id: str) -> Response:
    """Give the file that an own job made."""
    name, content = background.fetch_file(desk(), job_id, by=me().login)
    return send_file(BytesIO(content), download_name=name, as_attachment=True)


@pages.post("/plans/<int:plan_id>/export")
@needs(Right.PLAN)
def export(plan_id: int) -> Any:
    """Export a plan's books as a job."""
    background.start_export(desk(), plan_id, by=me().login)
    return redirect(url_for("jobs.index"))

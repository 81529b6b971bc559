"""The street and the books for programs: results, findings, leads, reports."""

from __future__ import annotations

from datetime import date
from typing import Any

from apiflask import APIBlueprint
from flask import Response

from gridplan.model.record import RoundId, Scope
from gridplan.model.rights import Right
from gridplan.services.field import findings as finding_service
from gridplan.services.field import leads as lead_service
from gridplan.services.operation import background, listing
from gridplan.services.operation.plain import plain
from gridplan.services.reporting import reports
from web.api import schemas
from web.api.guard import allows, desk, me

api = APIBlueprint("field", __name__, tag="field")
FILE = {200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}


@api.get("/rounds/<int:round_id>/results")
@allows(Scope.READ, Right.PLAN)
@api.input(schemas.PageQuery, location="query")
@api.output(schemas.Page)
@api.doc(security="token", responses={404: {"description": "没有这一轮 / no such round"}})
def results(round_id: int, query_data: dict[str, Any]) -> Any:
    """List what was reported of a round, oldest first; where somebody stood is not told."""
    with desk().store.reading() as t:
        found = t.results.list(t.rounds.get(RoundId(round_id)).id)
    names = ("key", "visit", "outcome", "note", "by", "at")
    return listing.rows_page([{name: plain(getattr(one, name)) for name in names} for one in found], query_data, "key")


@api.get("/findings")
@allows(Scope.READ, Right.COVERAGE)
@api.input(schemas.FindingQuery, location="query")
@api.output(schemas.Page)
@api.doc(security="token")
def findings(query_data: dict[str, Any]) -> Any:
    """List the findings, overdue first."""
    rows = finding_service.finding_list(
        desk(), day=desk().today(), state=query_data["state"], round_id=query_data["round"], site=query_data["site"]
    )
    return listing.rows_page(rows, query_data, "id")


@api.get("/findings/<finding_id>")
@allows(Scope.READ, Right.COVERAGE)
@api.doc(security="token", responses=schemas.NO_FINDING)
def finding(finding_id: str) -> Any:
    """Give a finding with every step that it took."""
    return finding_service.finding_history(desk(), finding_id, day=desk().today())


@api.post("/findings/<finding_id>/steps")
@allows(Scope.FIELD, Right.PLAN)
@api.input(schemas.FindingStep, location="json")
@api.doc(security="token", responses=schemas.NO_FINDING | schemas.MOVED)
def finding_step(finding_id: str, json_data: dict[str, Any]) -> Any:
    """Give a notice, record a recheck, set the last day, close or reopen."""
    due, note, at, by = json_data["due"], json_data["note"], desk().local_now(), me().login
    match json_data["action"]:
        case "notice":
            kind, to, number = json_data["kind"], json_data["to"], json_data["number"]
            finding_service.give_notice(desk(), finding_id, kind, due=due, to=to, number=number, at=at, by=by)
        case "passed" | "failed" as said:
            finding_service.recheck_finding(
                desk(), finding_id, passed=said == "passed", at=at, by=by, note=note, due=due
            )
        case "close":
            finding_service.close_finding(desk(), finding_id, at=at, by=by, note=note)
        case "reopen":
            finding_service.reopen_finding(desk(), finding_id, at=at, by=by, note=note, due=due)
        case _:
            finding_service.set_due(desk(), finding_id, due or date.min, at=at, by=by, note=note)
    return finding_service.finding_history(desk(), finding_id, day=at.date())


@api.get("/leads")
@allows(Scope.READ, Right.PLAN)
@api.input(schemas.LeadQuery, location="query")
@api.output(schemas.Page)
@api.doc(security="token")
def leads(query_data: dict[str, Any]) -> Any:
    """List the leads, late and urgent ones first; who complained is never told."""
    rows = lead_service.lead_list(desk(), day=desk().today(), round_id=query_data["round"], state=query_data["state"])
    return listing.rows_page(rows, query_data, "id")


@api.post("/leads")
@allows(Scope.FIELD, Right.PLAN)
@api.input(schemas.LeadBody, location="json")
@api.doc(security="token", responses={201: {"content": {"application/json": {"schema": {"type": "object"}}}}})
def add_lead(json_data: dict[str, Any]) -> Any:
    """Keep a lead from another system; it is placed and planned at the desk."""
    lead = lead_service.add_lead(
        desk(),
        channel=json_data["channel"],
        what=json_data["what"],
        where=json_data["where"],
        urgent=json_data["urgent"],
        at=desk().local_now(),
        by=me().login,
        due=json_data["due"],
        number=json_data["number"],
        round_id=json_data["round"],
    )
    return lead_service.lead_json(lead, day=desk().today()), 201


@api.get("/leads/<int:lead_id>")
@allows(Scope.READ, Right.PLAN)
@api.doc(security="token", responses=schemas.NO_LEAD)
def lead(lead_id: int) -> Any:
    """Give one lead."""
    return lead_service.lead_json(lead_service.lead_of(desk(), lead_id), day=desk().today())


@api.post("/leads/<int:lead_id>/answer")
@allows(Scope.FIELD, Right.PLAN)
@api.input(schemas.AnswerBody, location="json")
@api.doc(security="token", responses=schemas.NO_LEAD | schemas.MOVED)
def answer_lead(lead_id: int, json_data: dict[str, Any]) -> Any:
    """Keep what was answered upward; a second answer is refused."""
    done = lead_service.answer_lead(desk(), lead_id, json_data["answer"], at=desk().local_now(), by=me().login)
    return lead_service.lead_json(done, day=desk().today())


@api.get("/report.<format>")
@allows(Scope.READ, Right.COVERAGE, scoped=True)
@api.input(schemas.ReportQuery, location="query")
@api.doc(security="token", responses=FILE | {404: {"description": "没有已发布的计划 / nothing is published"}})
def report(format: str, query_data: dict[str, Any]) -> Any:
    """Give the daily, weekly or round report as docx, pdf, xlsx or html, of the own area where none is named."""
    made = reports.make_report(
        desk(),
        reports.kind_of(query_data["kind"]),
        query_data["day"],
        area=query_data["area"] or None,
        round_id=query_data["round"],
        reader=me(),
    )
    return _file(*reports.report_file(made.report, format))


@api.get("/jobs/<job_id>/file")
@allows(Scope.READ, Right.PLAN)
@api.doc(security="token", responses=FILE | {404: {"description": "没有文件 / there is no file"}})
def job_file(job_id: str) -> Any:
    """Give the file that a job made for this person."""
    name, content = background.fetch_file(desk(), job_id, by=me().login)
    return _file(content, "application/zip", name)


def _file(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response

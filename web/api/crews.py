"""Crews for programs: teams with their people, absences, the days of the office."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from gridplan.model.days import read_day
from gridplan.model.errors import InputError
from gridplan.model.record import Scope
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.operation import listing
from gridplan.services.operation.plain import plain
from gridplan.services.rounds import crews_page as crews
from web.api import desk_schemas, schemas
from web.api.guard import allows, desk, me, seen, seen_mark, tagged

api = APIBlueprint("crews", __name__, tag="crews")
TEAM = "/teams/<team_id>"
ABSENCE = "/absences/<int:absence_id>"
NO_TEAM = {404: {"description": "没有这个组 / no such team"}}
MADE = {201: {"content": {"application/json": {"schema": {"type": "object"}}}}}


def _team(team_id: str) -> Any:
    view = crews.team_view(desk(), team_id)
    names = ("id", "name", "base", "base_name", "mode", "home")
    shifts = [one | {"minutes": int(one["minutes"] or 60)} for one in view["shifts"] if one["start"]]
    members = [{key: one[key] for key in one if key != "log_in"} for one in view["members"] if one["name"]]
    off = [day for day in view["off"].split(", ") if day]
    body = {name: view[name] for name in names} | {"shifts": shifts, "members": members, "off": off}
    return tagged(plain(body | {"mark": view["version"]}), view["version"])


def _form(said: dict[str, Any]) -> dict[str, Any]:
    """Return a team as the form of its page would send it."""
    lon, lat = said["base"]
    shifts = [
        {key: str(one[key]) for key in ("name", "start", "end", "to", "minutes", "days")} | {"from": one["from_"]}
        for one in said["shifts"]
    ]
    members = [
        {key: one[key] for key in ("id", "name", "department", "certificate")}
        | {"cert_until": one["cert_until"].isoformat() if one["cert_until"] else ""}
        for one in said["members"]
    ]
    plain_ = {key: said[key].strip() for key in ("name", "base_name", "mode")}
    off = ",".join(day.isoformat() for day in said["off"])
    return plain_ | {
        "lon": lon,
        "lat": lat,
        "home": said["home"],
        "off": off,
        "shifts": shifts,
        "members": members,
    }


@api.get("/teams")
@allows(Scope.READ, Right.LOOK_AT_CREWS)
@api.output(schemas.Teams)
@api.doc(security="token")
def teams() -> Any:
    """List the teams."""
    return {"items": listing.teams(desk())}


@api.get(TEAM)
@allows(Scope.REGISTER, Right.CHANGE_CREWS)
@api.doc(security="token", responses=NO_TEAM)
def team(team_id: str) -> Any:
    """Give a team with its people, as a change takes it."""
    return _team(team_id)


@api.post("/teams")
@allows(Scope.REGISTER, Right.CHANGE_CREWS)
@api.input(desk_schemas.TeamBody, location="json")
@api.doc(security="token", responses=MADE | schemas.MOVED)
def add_team(json_data: dict[str, Any]) -> Any:
    """Add a team; its number is given by the office."""
    made = _team(crews.save_team(desk(), "", _form(json_data), version="", by=me().login))
    made.status_code = 201
    return made


@api.put(TEAM)
@allows(Scope.REGISTER, Right.CHANGE_CREWS)
@api.input(desk_schemas.ChangedTeam, location="json")
@api.doc(security="token", responses=NO_TEAM | schemas.MOVED)
def change_team(team_id: str, json_data: dict[str, Any]) -> Any:
    """Put a team in the place of the one that was seen; published plans keep what they were made with."""
    version = seen_mark(json_data["mark"])
    return _team(crews.save_team(desk(), team_id, _form(json_data), version=version, by=me().login))


@api.delete(TEAM)
@allows(Scope.REGISTER, Right.CHANGE_CREWS)
@api.input(desk_schemas.Marked, location="query")
@api.output({}, status_code=204)
@api.doc(security="token", responses=NO_TEAM | schemas.MOVED)
def remove_team(team_id: str, query_data: dict[str, Any]) -> Any:
    """Take a team away; plans made before keep it."""
    crews.remove_team(desk(), team_id, version=seen_mark(query_data["mark"]), by=me().login)
    return ""


@api.get("/absences")
@allows(Scope.REGISTER, Right.CHANGE_CREWS)
@api.output(desk_schemas.Absences)
@api.doc(security="token")
def absences() -> Any:
    """List who is away when."""
    return _absences()


def _absences() -> Any:
    return {"items": [plain(one) for one in crews.absence_list(desk())]}


@api.post("/absences")
@allows(Scope.REGISTER, Right.CHANGE_CREWS)
@api.input(desk_schemas.NewAbsence, location="json")
@api.output(desk_schemas.Absences, status_code=201)
@api.doc(security="token", responses=NO_TEAM | schemas.MOVED)
def add_absence(json_data: dict[str, Any]) -> Any:
    """Keep that a member or a whole team is away."""
    first, last = _days(json_data)
    who = f"{json_data['team']}|{json_data['member']}"
    crews.add_absence(desk(), who, first, last, json_data["reason"], by=me().login)
    return _absences()


@api.put(ABSENCE)
@allows(Scope.REGISTER, Right.CHANGE_CREWS)
@api.input(desk_schemas.ChangedAbsence, location="json")
@api.output(desk_schemas.Absences)
@api.doc(security="token", responses=schemas.MOVED)
def change_absence(absence_id: int, json_data: dict[str, Any]) -> Any:
    """Change days and reason of an absence."""
    first, last = _days(json_data)
    version = seen(json_data["version"])
    crews.change_absence(desk(), absence_id, first, last, json_data["reason"], version=version, by=me().login)
    return _absences()


@api.delete(ABSENCE)
@allows(Scope.REGISTER, Right.CHANGE_CREWS)
@api.input(schemas.Versioned, location="query")
@api.output({}, status_code=204)
@api.doc(security="token", responses=schemas.MOVED)
def remove_absence(absence_id: int, query_data: dict[str, Any]) -> Any:
    """Forget an absence."""
    crews.remove_absence(desk(), absence_id, version=seen(query_data["version"]), by=me().login)
    return ""


def _days(said: dict[str, Any]) -> tuple[str, str]:
    return said["first"].isoformat(), said["last"].isoformat() if said["last"] else ""


@api.get("/calendar")
@allows(Scope.READ, Right.LOOK_AT_CREWS)
@api.input(desk_schemas.MonthQuery, location="query")
@api.output(desk_schemas.Calendar)
@api.doc(security="token")
def calendar(query_data: dict[str, Any]) -> Any:
    """Tell which days of a month the office works."""
    return _month(query_data["month"])


def _month(month: str) -> dict[str, Any]:
    view = crews.crews_view(desk(), month or desk().today().isoformat()[:7], desk().today())
    days = [{"day": one["day"].isoformat(), "kind": one["kind"]} for one in view["days"]]
    return {"items": days, "unknown": view["unknown"]}


@api.put("/calendar/<day>")
@allows(Scope.REGISTER, Right.CHANGE_CREWS)
@api.input(desk_schemas.DayBody, location="json")
@api.output(desk_schemas.CalendarDay)
@api.doc(security="token", responses=schemas.MOVED)
def set_day(day: str, json_data: dict[str, Any]) -> Any:
    """Make a day a working day or a day off of the office, or leave it to the calendar again."""
    try:
        at = read_day(day).isoformat()
    except ValueError:
        raise InputError(say("web.bad_day", value=day)) from None
    crews.set_office_day(desk(), at, json_data["what"], seen=json_data["seen"], by=me().login)
    return next(one for one in _month(at[:7])["items"] if one["day"] == at)

"""plan.json and certificate.json: the plan as a document, written for every verdict and read back by the checker without any other file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from gridplan.model.crew import Inspector, Lunch, Shift, Team, TeamId, TravelMode
from gridplan.model.errors import GridplanError, InputError
from gridplan.model.hours import clock, parse_clock, parse_hours
from gridplan.model.place import AreaCode, AreaLevel, Datum, FixLevel, LonLat
from gridplan.model.plan import (
    NO_TEXT,
    Bound,
    Certificate,
    Figures,
    Placement,
    Plan,
    PlanRound,
    PlanSite,
    Promise,
    PromiseCount,
    Remedy,
    RemedyKind,
    Route,
    RouteId,
    SampleDraw,
    Stop,
    Unplanned,
    Verdict,
    Violation,
)
from gridplan.model.round import (
    Counts,
    DayKind,
    Limits,
    Pin,
    Purpose,
    RoundRule,
    RuleDays,
    RuleUnit,
    Tail,
    Unlocated,
    Visit,
    VisitId,
    Wishes,
    WishPreset,
)
from gridplan.model.site import SiteId, SiteKind, SiteStatus, SourceRow, VisitMode
from gridplan.model.travel_document import travel_from_json, travel_to_json
from gridplan.model.words import Text, say

SCHEMA = "gridplan.plan/1"
CERTIFICATE = "gridplan.certificate/1"
WEIGHTS = ("team_day_min", "community_min", "township_min", "away_min", "uneven", "moved_min")
"""The weights among the wishes: numbers that are not negative."""
Json = dict[str, Any]
T = TypeVar("T")


# ---- writing ---------------------------------------------------------------------------------------------------------


def _text(text: Text) -> Json:
    return {"zh": text.zh, "en": text.en}


def _minutes(seconds: int) -> float:
    return round(seconds / 60, 2)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def rule_to_json(rule: RoundRule) -> Json:
    """Return the rule as plain values."""
    return {
        "min_per_day": rule.min_per_day,
        "max_days": rule.max_days,
        "unit": rule.unit.value,
        "days": rule.days.value,
        "day_kind": rule.day_kind.value,
        "counts": rule.counts.value,
        "tail": rule.tail.value,
    }


def wishes_to_json(wishes: Wishes) -> Json:
    """Return the weights as plain values."""
    return {
        "preset": wishes.preset.value,
        **{name: getattr(wishes, name) for name in WEIGHTS},
        "band_min": list(wishes.band_min),
    }


def limits_to_json(limits: Limits) -> Json:
    """Return the limits as plain values."""
    return {
        "townships_per_team_day": limits.townships_per_team_day,
        "night_visits": limits.night_visits,
        "yearly_cap": {kind.value: cap for kind, cap in limits.yearly_cap.items()},
    }


def _draw_to_json(draw: SampleDraw) -> Json:
    return {
        "seed": draw.seed,
        "list_sha256": draw.list_sha256,
        "population": list(draw.population),
        "drawn": list(draw.drawn),
    }


def figures_to_json(figures: Figures) -> Json:
    """Return the figures as plain values."""
    return {name: getattr(figures, name) for name in Figures.__dataclass_fields__}


def _site_to_json(site: PlanSite) -> Json:
    return {
        "id": site.id,
        "rows": [row.row for row in site.rows if row.file == site.rows[0].file],
        "file": site.rows[0].file,
        **_other_rows(site),
        "name": site.name,
        "kind": site.kind.value,
        "address": site.address,
        "lon": site.point.lon if site.point else None,
        "lat": site.point.lat if site.point else None,
        "datum_in": site.datum_in.value,
        "level": site.level.value,
        "score": site.score,
        "status": site.status.value,
        "reason": _text(site.reason),
        "areas": {level.value: {"code": code, "name": name} for level, (code, name) in site.areas.items()},
        "inspected": [_day(day) for day in site.inspected],
    }


def _shift_to_json(shift: Shift) -> Json:
    lunch = shift.lunch
    return {
        "name": shift.name,
        "start": clock(shift.start_s),
        "end": clock(shift.end_s),
        "lunch": {"from": clock(lunch.from_s), "to": clock(lunch.to_s), "minutes": lunch.minutes} if lunch else None,
        "weekdays": list(shift.weekdays),
    }


def _team_to_json(team: Team, speeds: Mapping[TravelMode, float]) -> Json:
    return {
        "id": team.id,
        "name": team.name,
        "members": [
            {
                "name": member.name,
                "department": member.department,
                "certified": bool(member.certificate),
                "cert_until": _day(member.cert_until),
                # Only the dates: why somebody is away is nobody's business here.
                **({"off": [_day(day) for day in sorted(member.off)]} if member.off else {}),
            }
            for member in team.members
        ],
        "base": {"name": team.base_name, "lon": team.base.lon, "lat": team.base.lat},
        "shifts": [_shift_to_json(shift) for shift in team.shifts],
        "off": [_day(day) for day in sorted(team.off)],
        "on": [_day(day) for day in sorted(team.on)],
        "mode": team.mode.value,
        "speed_kmh": speeds[team.mode],
        "home": list(team.home),
        "assumed": team.assumed,
    }


def _visit_to_json(visit: Visit) -> Json:
    pin = visit.pin
    return {
        "id": visit.id,
        "site": visit.site,
        "purpose": visit.purpose.value,
        "mode": visit.mode.value,
        "minutes": visit.minutes,
        "opening": str(visit.opening),
        "departments": sorted(visit.departments),
        "earliest": _day(visit.earliest),
        "due": _day(visit.due),
        "priority": visit.priority,
        "pin": {"team": pin.team, "day": _day(pin.day), "shift": pin.shift} if pin else None,
        "closed": [_day(day) for day in sorted(visit.closed)],
        "taken": [_day(day) for day in sorted(visit.taken)],
        "also": [purpose.value for purpose in visit.also],
    }


def _route_to_json(route: Route) -> Json:
    return {
        "id": route.id,
        "team": route.team,
        "date": _day(route.date),
        "day": route.day,
        "shift": route.shift,
        "depart": route.depart.isoformat(),
        "back": route.back.isoformat(),
        "lunch": {"start": route.lunch[0].isoformat(), "end": route.lunch[1].isoformat()} if route.lunch else None,
        "distance_m": route.distance_m,
        "travel_min": _minutes(route.travel_s),
        "back_m": route.back_m,
        "back_min": _minutes(route.back_s),
        "stops": [
            {
                "seq": stop.seq,
                "visit": stop.visit,
                "site": stop.site,
                "travel_m": stop.travel_m,
                "travel_min": _minutes(stop.travel_s),
                "set_up_min": _minutes(stop.set_up_s),
                "arrive": stop.arrive.isoformat(),
                "start": stop.start.isoformat(),
                "leave": stop.leave.isoformat(),
                "minutes": stop.minutes,
            }
            for stop in route.stops
        ],
    }


def remedy_to_json(remedy: Remedy) -> Json:
    """Return the remedy as FORMATS has it: kind, change, verified, zh, en."""
    return {
        "kind": remedy.kind.value,
        "change": remedy.change,
        "verified": remedy.verified,
        "zh": remedy.text.zh,
        "en": remedy.text.en,
    }


def plan_to_json(plan: Plan) -> Json:
    """Return the plan as a plain document. Certificate numbers and phones are left out: only whether a member is certified."""
    return {
        "schema": SCHEMA,
        "round": {
            "name": plan.round.name,
            "district": plan.round.district,
            "start": _day(plan.round.start),
            "workdays": [_day(day) for day in plan.round.workdays],
            "rule": rule_to_json(plan.round.rule),
            "datum": plan.round.datum.value,
            "unlocated": plan.round.unlocated.value,
            "wishes": wishes_to_json(plan.round.wishes),
            "limits": limits_to_json(plan.round.limits),
            "tier": plan.round.tier,
        },
        "travel": travel_to_json(plan.travel),
        "sites": [_site_to_json(site) for site in plan.sites],
        "teams": [_team_to_json(team, plan.travel.speed_kmh) for team in plan.teams],
        "visits": [_visit_to_json(visit) for visit in plan.visits],
        "routes": [_route_to_json(route) for route in plan.routes],
        "unplanned": [
            {
                "visit": item.visit,
                "site": item.site,
                "reason": item.reason,
                "text": _text(item.text),
                "remedy": _text(item.remedy),
            }
            for item in plan.unplanned
        ],
        "verdict": plan.verdict.value,
        "violations": [
            {
                "promise": item.promise.value,
                "where": item.where,
                "by": item.by,
                "unit": item.unit,
                "text": _text(item.text),
            }
            for item in plan.violations
        ],
        "remedies": [remedy_to_json(remedy) for remedy in plan.remedies],
        "figures": figures_to_json(plan.figures),
        "bound": plan.bound.cost,
        "bound_team_days": plan.bound.team_days,
        "bound_reason": _text(plan.bound.text),
        "gap": plan.gap,
        "notes": [_text(note) for note in plan.notes],
        "appointments": {visit: moment.isoformat() for visit, moment in plan.appointments.items()},
        "before": {
            visit: {"team": place.team, "date": _day(place.date), "shift": place.shift}
            for visit, place in plan.before.items()
        },
        "samples": [_draw_to_json(draw) for draw in plan.samples],
        **({"as_of": _day(plan.as_of)} if plan.as_of else {}),
    }


# ---- reading ---------------------------------------------------------------------------------------------------------


def _rule_from(data: Json) -> RoundRule:
    return RoundRule(
        min_per_day=int(data["min_per_day"]),
        max_days=int(data["max_days"]),
        unit=RuleUnit(data["unit"]),
        days=RuleDays(data["days"]),
        day_kind=DayKind(data["day_kind"]),
        counts=Counts(data["counts"]),
        tail=Tail(data["tail"]),
    )


def _weight(value: object) -> float:
    """Return a weight or count that makes sense: a number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise ValueError(f"{value!r} is no weight")
    return value


def _wishes_from(data: Json) -> Wishes:
    low, high = data["band_min"]
    return Wishes(
        preset=WishPreset(data["preset"]),
        **{name: _weight(data[name]) for name in WEIGHTS},
        band_min=(int(low), int(high)),
    )


def _limits_from(data: Json) -> Limits:
    return Limits(
        townships_per_team_day=int(_weight(data["townships_per_team_day"])),
        night_visits=int(_weight(data["night_visits"])),
        yearly_cap={SiteKind(kind): int(_weight(cap)) for kind, cap in data["yearly_cap"].items()},
    )


def _draw_from(data: Json) -> SampleDraw:
    return SampleDraw(
        seed=int(data["seed"]),
        list_sha256=str(data["list_sha256"]),
        population=tuple(SiteId(_id(site)) for site in data["population"]),
        drawn=tuple(SiteId(_id(site)) for site in data["drawn"]),
    )


def _placement_from(data: Json) -> Placement:
    return Placement(team=TeamId(_id(data["team"])), date=date.fromisoformat(data["date"]), shift=_id(data["shift"]))


def _days_from(values: list[str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(value) for value in values)


def _text_from(data: Json) -> Text:
    return Text(str(data["zh"]), str(data["en"]))


def _day_from(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo:
        raise ValueError(f"{value}: local time without an offset is meant")
    return moment


def _id(value: object) -> str:
    """Return an id or name as it is written; anything but text is no id."""
    if not isinstance(value, str) or not value:
        raise ValueError(f"{value!r} is no text")
    return value


def _seconds(minutes: float) -> int:
    return round(minutes * 60)


def _site_from(data: Json) -> PlanSite:
    return PlanSite(
        id=SiteId(_id(data["id"])),
        rows=_rows_from(data),
        name=data["name"],
        kind=SiteKind(data["kind"]),
        address=data["address"],
        point=LonLat(float(data["lon"]), float(data["lat"])) if data["lon"] is not None else None,
        datum_in=Datum(data["datum_in"]),
        level=FixLevel(data["level"]),
        score=float(data["score"]),
        status=SiteStatus(data["status"]),
        reason=_text_from(data["reason"]),
        areas={AreaLevel(level): (AreaCode(a["code"]), a["name"]) for level, a in data["areas"].items()},
        inspected=_days_from(data.get("inspected", [])),
    )


def _other_rows(site: PlanSite) -> Json:
    """Rows of further lists that are merged into the site; left out where one list has them all."""
    others = [{"file": row.file, "row": row.row} for row in site.rows if row.file != site.rows[0].file]
    return {"other_rows": others} if others else {}


def _rows_from(data: Json) -> tuple[SourceRow, ...]:
    own = [SourceRow(file=data["file"], row=int(row)) for row in data["rows"]]
    return (*own, *(SourceRow(file=one["file"], row=int(one["row"])) for one in data.get("other_rows", [])))


def _shift_from(data: Json) -> Shift:
    lunch = data["lunch"]
    return Shift(
        name=data["name"],
        start_s=parse_clock(data["start"]),
        end_s=parse_clock(data["end"]),
        lunch=Lunch(from_s=parse_clock(lunch["from"]), to_s=parse_clock(lunch["to"]), minutes=int(lunch["minutes"]))
        if lunch
        else None,
        weekdays=tuple(range(7).index(day) for day in data.get("weekdays", [])),
    )


def _team_from(data: Json, speeds: Mapping[TravelMode, float]) -> Team:
    mode = TravelMode(data["mode"])
    if data["speed_kmh"] != speeds[mode]:
        raise ValueError(f"speed_kmh {data['speed_kmh']!r} is not the {speeds[mode]!r} of {mode.value}")
    return Team(
        id=TeamId(_id(data["id"])),
        name=data["name"],
        base=LonLat(float(data["base"]["lon"]), float(data["base"]["lat"])),
        base_name=data["base"]["name"],
        home=tuple(AreaCode(code) for code in data["home"]),
        shifts=tuple(_shift_from(shift) for shift in data["shifts"]),
        off=frozenset(_days_from(data["off"])),
        on=frozenset(_days_from(data.get("on", []))),
        mode=mode,
        members=tuple(
            Inspector(
                id=f"{data['id']}-{number}",
                name=member["name"],
                department=member["department"],
                certificate="certified" if member["certified"] else "",
                cert_until=_day_from(member.get("cert_until")),
                off=frozenset(_days_from(member.get("off", []))),
            )
            for number, member in enumerate(data["members"], 1)
        ),
        assumed=bool(data["assumed"]),
    )


def _visit_from(data: Json, sites: Mapping[str, PlanSite]) -> Visit:
    site = sites[_id(data["site"])]
    if site.point is None:
        raise ValueError("site has no point")
    pin = data["pin"]
    township, community = site.areas.get(AreaLevel.TOWNSHIP), site.areas.get(AreaLevel.COMMUNITY)
    return Visit(
        id=VisitId(_id(data["id"])),
        site=site.id,
        place=site.point,
        minutes=int(data["minutes"]),
        opening=parse_hours(data["opening"]),
        purpose=Purpose(data["purpose"]),
        mode=VisitMode(data["mode"]),
        departments=frozenset(_id(name) for name in data["departments"]),
        earliest=_day_from(data["earliest"]),
        due=_day_from(data["due"]),
        priority=int(data["priority"]),
        pin=Pin(team=pin["team"], day=_day_from(pin["day"]), shift=pin["shift"]) if pin else None,
        township=township[0] if township else None,
        community=community[0] if community else None,
        closed=frozenset(_days_from(data.get("closed", []))),
        taken=frozenset(_days_from(data.get("taken", []))),
        also=tuple(Purpose(purpose) for purpose in data.get("also", [])),
    )


def _stop_from(data: Json) -> Stop:
    return Stop(
        seq=int(data["seq"]),
        visit=VisitId(_id(data["visit"])),
        site=SiteId(_id(data["site"])),
        travel_m=int(data["travel_m"]),
        travel_s=_seconds(data["travel_min"]),
        set_up_s=_seconds(data["set_up_min"]),
        arrive=_moment(data["arrive"]),
        start=_moment(data["start"]),
        leave=_moment(data["leave"]),
        minutes=int(data["minutes"]),
    )


def _route_from(data: Json) -> Route:
    lunch = data["lunch"]
    return Route(
        id=RouteId(_id(data["id"])),
        team=TeamId(_id(data["team"])),
        date=date.fromisoformat(data["date"]),
        day=int(data["day"]),
        shift=_id(data["shift"]),
        depart=_moment(data["depart"]),
        back=_moment(data["back"]),
        lunch=(_moment(lunch["start"]), _moment(lunch["end"])) if lunch else None,
        distance_m=int(data["distance_m"]),
        travel_s=_seconds(data["travel_min"]),
        back_m=int(data["back_m"]),
        back_s=_seconds(data["back_min"]),
        stops=tuple(_stop_from(stop) for stop in data["stops"]),
    )


def _each(data: Json, key: str, read: Callable[[Json], T]) -> tuple[T, ...]:
    """Read every item of a list; an error names the list and the item's number."""
    items = []
    for number, item in enumerate(data[key], 1):
        try:
            items.append(read(item))
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError, GridplanError) as error:
            raise InputError(say("model.bad_document", where=f"{key}[{number}]", problem=repr(error))) from error
    return tuple(items)


def plan_from_json(data: Json) -> Plan:
    """Read a plan document.

    Raises
    ------
    InputError
        The document is no plan or a value of it is wrong; the text names the list and the item.
    """
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise InputError(say("model.bad_document", where="schema", problem=f"≠ {SCHEMA}"))
    try:
        head, travel = data["round"], travel_from_json(data["travel"])
        speeds = travel.speed_kmh
        sites = _each(data, "sites", _site_from)
        by_id: dict[str, PlanSite] = {site.id: site for site in sites}
        return Plan(
            round=PlanRound(
                name=head["name"],
                district=head["district"],
                start=date.fromisoformat(head["start"]),
                workdays=tuple(date.fromisoformat(day) for day in head["workdays"]),
                rule=_rule_from(head["rule"]),
                datum=Datum(head["datum"]),
                unlocated=Unlocated(head["unlocated"]),
                wishes=_wishes_from(head["wishes"]) if "wishes" in head else Wishes(),
                limits=_limits_from(head["limits"]) if "limits" in head else Limits(),
                tier=str(head.get("tier", "")),
            ),
            travel=travel,
            sites=sites,
            teams=_each(data, "teams", lambda item: _team_from(item, speeds)),
            visits=_each(data, "visits", lambda item: _visit_from(item, by_id)),
            routes=_each(data, "routes", _route_from),
            unplanned=_each(
                data,
                "unplanned",
                lambda item: Unplanned(
                    visit=VisitId(_id(item["visit"])),
                    site=SiteId(_id(item["site"])),
                    reason=item["reason"],
                    text=_text_from(item["text"]),
                    remedy=_text_from(item["remedy"]),
                ),
            ),
            verdict=Verdict(data["verdict"]),
            violations=_each(
                data,
                "violations",
                lambda item: Violation(
                    promise=Promise(item["promise"]),
                    where=item["where"],
                    by=item["by"],
                    unit=item["unit"],
                    text=_text_from(item["text"]),
                ),
            ),
            remedies=_each(
                data,
                "remedies",
                lambda item: Remedy(
                    kind=RemedyKind(item["kind"]),
                    change=item["change"],
                    verified=bool(item["verified"]),
                    text=_text_from(item),
                ),
            ),
            figures=Figures(**data["figures"]),
            bound=Bound(
                cost=float(data["bound"]),
                team_days=int(data["bound_team_days"]),
                text=_text_from(data["bound_reason"]),
            ),
            gap=float(data["gap"]),
            notes=_each(data, "notes", _text_from),
            appointments={VisitId(id): _moment(moment) for id, moment in data.get("appointments", {}).items()},
            before={VisitId(id): _placement_from(place) for id, place in data.get("before", {}).items()},
            samples=_each(data, "samples", _draw_from) if "samples" in data else (),
            as_of=date.fromisoformat(data["as_of"]) if "as_of" in data else None,
        )
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise InputError(say("model.bad_document", where="plan.json", problem=repr(error))) from error


# ---- the certificate ---------------------------------------------------------------------------------------------------


def certificate_to_json(certificate: Certificate) -> Json:
    """Return the certificate as FORMATS has it."""
    return {
        "schema": CERTIFICATE,
        "inputs": dict(certificate.inputs),
        "plan_sha256": certificate.plan_sha256,
        "rule": rule_to_json(certificate.rule),
        "verdict": certificate.verdict.value,
        "promises": {
            promise.value: {"kept": count.kept, "checked": count.checked, "breaches": count.breaches}
            for promise, count in certificate.promises.items()
        },
        "figures": figures_to_json(certificate.figures),
        "bound": certificate.bound,
        "gap": certificate.gap,
        "versions": dict(certificate.versions),
        "seed": certificate.seed,
        "notes": [_text(note) for note in certificate.notes],
        "wishes": wishes_to_json(certificate.wishes),
        "limits": limits_to_json(certificate.limits),
        "samples": [_draw_to_json(draw) for draw in certificate.samples],
        "bound_team_days": certificate.bound_team_days,
        "bound_reason": _text(certificate.bound_text),
    }


def _count_from(data: Json) -> PromiseCount:
    count = PromiseCount(kept=data["kept"], checked=data["checked"], breaches=data["breaches"])
    if type(count.checked) is not int or type(count.breaches) is not int or count.kept is not (count.breaches == 0):
        raise ValueError(f"promise {data!r}")
    return count


def certificate_from_json(data: Json) -> Certificate:
    """Read a certificate, or raise InputError."""
    if not isinstance(data, dict) or data.get("schema") != CERTIFICATE:
        raise InputError(say("model.bad_document", where="certificate.json", problem=f"schema ≠ {CERTIFICATE}"))
    try:
        return Certificate(
            inputs=dict(data["inputs"]),
            plan_sha256=data["plan_sha256"],
            rule=_rule_from(data["rule"]),
            verdict=Verdict(data["verdict"]),
            promises={Promise(name): _count_from(count) for name, count in data["promises"].items()},
            figures=Figures(**data["figures"]),
            bound=float(data["bound"]),
            gap=float(data["gap"]),
            versions=dict(data["versions"]),
            seed=int(data["seed"]),
            notes=tuple(_text_from(note) for note in data["notes"]),
            wishes=_wishes_from(data["wishes"]) if "wishes" in data else Wishes(),
            limits=_limits_from(data["limits"]) if "limits" in data else Limits(),
            samples=tuple(_draw_from(draw) for draw in data.get("samples", [])),
            bound_team_days=int(data.get("bound_team_days", 0)),
            bound_text=_text_from(data["bound_reason"]) if "bound_reason" in data else NO_TEXT,
        )
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise InputError(say("model.bad_document", where="certificate.json", problem=repr(error))) from error

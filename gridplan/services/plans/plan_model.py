"""What the script of the plan's page is told: teams, days, visits, routes, breaches in the words of people, figures with differences."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from gridplan.maps.features import route_features
from gridplan.maps.ground import UNIT, pack_line
from gridplan.model.coverage import VisitState
from gridplan.model.crew import Shift, Team
from gridplan.model.days import read_day
from gridplan.model.moment import local
from gridplan.model.plan import Placement, Plan, Promise, Route, RouteId, Violation
from gridplan.model.record import PlanHead, PlanState
from gridplan.model.round import RuleUnit, VisitId
from gridplan.model.site import SiteKind, SiteStatus
from gridplan.model.words import say
from gridplan.report.states import visit_states
from gridplan.routing.replan.slots import Offer
from gridplan.services.desk import Desk
from gridplan.services.folders.folder import paths_of
from gridplan.services.plans.plan_cache import engine_for, kept_body, steps_key
from gridplan.services.plans.plan_editing import Working, describe, editors, local_time, names_of_people
from gridplan.services.plans.plan_page import team_colours

MOST_BREACHES = 200
_LETTERS = {VisitState.DONE: "d", VisitState.AHEAD: "a", VisitState.OVERDUE: "o", VisitState.UNPLANNED: "u"}
Json = dict[str, Any]


class Told:
    """A plan in one language: every text comes out as the reader reads it."""

    def __init__(self, desk: Desk, now: Working, language: str, *, by: str) -> None:
        self.desk, self.now, self.language, self.by = desk, now, language, by
        self.plan = now.plan
        self.names = {site.id: site for site in now.plan.sites}
        self.teams = {team.id: team for team in now.plan.teams}
        self.number = {visit.id: n for n, visit in enumerate(now.plan.visits)}
        self.routes = {route.id: route for route in (*now.stored.routes, *now.plan.routes)}

    def word(self, key: str, **fields: object) -> str:
        """Return a word in the reader's language."""
        return say(key, **fields).of(self.language)

    # ---- the whole -------------------------------------------------------------------------------------------------

    def body(self) -> bytes:
        """Return all that the page shows as JSON; what follows from the plan alone is made once."""
        now = self.now
        key = ("model", self.language, *_state_key(now))
        fixed = kept_body(self.desk, key, lambda: _dumped(self._fixed()))
        with self.desk.store.reading() as t:
            results = t.results.list(now.head.round_id)
        moment = local(self.desk.now())
        states = visit_states(self.plan, results, moment)
        letters = "".join(_LETTERS[states[visit.id]] for visit in self.plan.visits)
        # Two objects written into one: the first is the longer by far and need not be made again.
        return fixed[:-1] + b"," + _dumped({"states": letters, "today": moment.date().isoformat()} | self.state())[1:]

    def _fixed(self) -> Json:
        plan, colours = self.plan, team_colours(self.plan)
        with self.desk.store.reading() as t:
            certificate = json.loads(t.plans.certificate(self.now.head.id))
        return {
            "id": self.now.head.id,
            "number": self.now.head.number,
            "minimum": plan.round.rule.min_per_day,
            "unit": plan.round.rule.unit.value,
            "days": [
                {"date": day.isoformat(), "label": f"{day.month}/{day.day}", "week": day.weekday()}
                for day in plan.round.workdays
            ],
            "teams": [self._team(team, colours[team.id]) for team in plan.teams],
            "kinds": [
                self.word(f"glossary.{'community_kind' if kind is SiteKind.COMMUNITY else kind.value}")
                for kind in SiteKind
            ],
            "visits": self._visits(),
            "letters": {letter: state.value for state, letter in _LETTERS.items()},
            "checked": {name: count["checked"] for name, count in certificate["promises"].items()},
            "bound_text": plan.bound.text.of(self.language),
            "notes": [note.of(self.language) for note in plan.notes],
            "review": [
                {"name": site.name, "address": site.address, "text": site.reason.of(self.language)}
                for site in plan.sites
                if site.status is SiteStatus.REVIEW
            ],
            "routes": [self.route(route) for route in plan.routes],
            "unit_deg": UNIT,
            "lines": self._lines(),
        }

    def _lines(self) -> Mapping[RouteId, list[int]]:
        """Return the way of each route along the streets, from its base by its doors and back, packed."""
        places = {visit.id: visit.place for visit in self.plan.visits}
        found = {}
        for id, paths in paths_of(self.plan, engine_for(self.desk, self.plan)).items():
            route = self.routes[id]
            base = self.teams[route.team].base
            line = [base]
            for path, door in zip(paths, [*(places[stop.visit] for stop in route.stops), base], strict=True):
                line += [*path.line, door]
            found[id] = pack_line(line)
        return found

    def _team(self, team: Team, colour: int) -> Json:
        return {
            "id": team.id,
            "name": team.name,
            "colour": colour,
            "base": team.base_name,
            "at": [team.base.lon, team.base.lat],
            "shifts": [_shift(shift) for shift in team.shifts],
            "works": [[shift.name for shift in team.shifts_on(day)] for day in self.plan.round.workdays],
        }

    def _visits(self) -> list[list[Any]]:
        """Return [id, name, number of the kind, address, minutes, x, y] for each visit."""
        kinds = list(SiteKind)
        rows = []
        for visit in self.plan.visits:
            site, place = self.names[visit.site], visit.place
            x, y = round(place.lon / UNIT), round(place.lat / UNIT)
            rows.append([visit.id, site.name, kinds.index(site.kind), site.address, visit.minutes, x, y])
        return rows

    def route(self, route: Route) -> Json:
        """Return a route; times in seconds after midnight, a stop as [visit number, travel, set-up, arrive, start, leave]."""

        def clock(moment: datetime) -> int:
            return round((moment - midnight).total_seconds())

        midnight = datetime.combine(route.date, datetime.min.time())
        return {
            "id": route.id,
            "team": route.team,
            "date": route.date.isoformat(),
            "shift": route.shift,
            "depart": clock(route.depart),
            "back": clock(route.back),
            "back_s": route.back_s,
            "lunch": [clock(route.lunch[0]), clock(route.lunch[1])] if route.lunch else None,
            "travel": route.travel_s,
            "metres": route.distance_m,
            "stops": [
                [self.number[s.visit], s.travel_s, s.set_up_s, clock(s.arrive), clock(s.start), clock(s.leave)]
                for s in route.stops
            ],
        }

    # ---- what an edit changes ------------------------------------------------------------------------------------

    def state(self) -> Json:
        """Return what may differ after each step: breaches, figures, steps, what can be done now."""
        now, people = self.now, names_of_people(self.desk)
        before = set(now.stored.violations)
        made = len(now.made)
        steps = now.copy.steps if now.copy else now.made
        broken = [one for one in now.plan.violations if one not in before]
        return {
            "verdict": self.plan.verdict.value,
            "verdict_word": self.word(f"glossary.{self.plan.verdict.value}"),
            "dirty": now.dirty,
            "version": now.copy.version if now.copy else 0,
            "cursor": now.copy.cursor if now.copy else made,
            "made": made,
            "steps": [describe(self.plan, step).of(self.language) for step in steps],
            "violations": [self.violation(one) for one in self.plan.violations[:MOST_BREACHES]],
            "broken": [self.violation(one) for one in broken[:20]],
            "broken_count": len(broken),
            "breaches": self._breaches(),
            "figures": self.figures(),
            "unplanned": [
                {
                    "visit": self.number[item.visit],
                    "reason": item.reason,
                    "text": item.text.of(self.language),
                    "remedy": item.remedy.of(self.language),
                }
                for item in self.plan.unplanned
            ],
            "pinned": [self.number[visit.id] for visit in self.plan.visits if visit.pin is not None],
            "newer": head_json(now.newer, people) if now.newer else None,
            "editors": [
                {"who": people.get(copy.by, copy.by), "steps": copy.cursor, "at": local_time(copy.changed)}
                for copy in editors(self.desk, now.head.id, by=self.by)
            ],
            "may": {
                "edit": now.open,
                "save": now.dirty and self.plan.can_publish,
                "save_broken": now.dirty and not self.plan.can_publish and now.head.state is PlanState.DRAFT,
                "publish": not now.dirty and now.head.state is PlanState.DRAFT and self.plan.can_publish,
                "undo": now.open and (now.copy.cursor if now.copy else made) > 0,
                "redo": now.copy is not None and now.copy.cursor < len(now.copy.steps),
            },
        }

    def _breaches(self) -> dict[str, int]:
        counts = dict.fromkeys((promise.value for promise in Promise), 0)
        for one in self.plan.violations:
            counts[one.promise.value] += 1
        return counts

    def changed(self, before: Plan) -> Json:
        """Return the state, and the routes that differ from those of the plan before, with their lines."""
        was = {route.id: route for route in before.routes}
        fresh = [route for route in self.plan.routes if was.get(route.id) != route]
        gone = was.keys() - {route.id for route in self.plan.routes}
        return self.state() | {
            "routes": [self.route(route) for route in fresh],
            "gone": sorted(gone),
            "features": features_of(self.desk, self.plan, fresh),
        }

    # ---- figures -----------------------------------------------------------------------------------------------------

    def figures(self) -> list[Json]:
        """Return the figures of the strip, with what they differ from the stored version."""
        mine, was = self.plan.figures, self.now.stored.figures
        plan = self.plan

        def item(key: str, value: str, small: str = "", delta: float = 0, unit: str = "") -> Json:
            shown = f"{delta:+.0f}".replace("-", "−").replace("+", "＋") if round(delta) else ""
            return {
                "key": key,
                "label": self.word(f"planpage.fig_{key}"),
                "value": value,
                "small": small,
                "delta": shown,
                "unit": unit,
            }

        minutes = self.word("web.min")
        return [
            item("visits", f"{mine.visits:,}"),
            item("planned", f"{mine.planned:,}", delta=mine.planned - was.planned),
            item("unplanned", f"{mine.unplanned:,}", delta=mine.unplanned - was.unplanned),
            item(
                "team_days",
                f"{mine.team_days:,}",
                self.word("planpage.bound_of", bound=plan.bound.team_days),
                mine.team_days - was.team_days,
            ),
            item("travel", f"{mine.travel_min:,.0f}", minutes, mine.travel_min - was.travel_min),
            item("gap", f"≤ {100 * plan.gap:.1f} %"),
            item(
                "span",
                f"{mine.minutes_min}–{mine.minutes_max}",
                minutes,
                mine.minutes_max - was.minutes_max,
            ),
            item("split", f"{mine.communities_split:,}", delta=mine.communities_split - was.communities_split),
            item("breaches", f"{len(plan.violations):,}", delta=len(plan.violations) - len(self.now.stored.violations)),
        ]

    # ---- breaches in words -----------------------------------------------------------------------------------------

    def violation(self, one: Violation) -> Json:
        """Return a breach as people say it, and where it shows: route, visit, team or day."""
        where, shown = self._where(one.where)
        text = one.text.of(self.language)
        own = self._own_words(one)
        if own is None:
            text = text.replace(one.where, shown) if shown else text
            # Minutes are whole for a person; rounded up, since a breach is never smaller than it is told.
            own = re.sub(r"\d+\.\d+", lambda found: str(math.ceil(float(found[0]))), text)
        return {"promise": one.promise.value, "name": self.word(f"check.{one.promise.value}"), "text": own, **where}

    def _own_words(self, one: Violation) -> str | None:
        route = self.routes.get(one.where)  # type: ignore[call-overload]
        current = next((r for r in self.plan.routes if r.id == one.where), route)
        if one.promise is Promise.SHIFT and current is not None and current.team in self.teams:
            team = self.teams[current.team]
            shift = next((shift for shift in team.shifts if shift.name == current.shift), None)
            if shift is not None:
                back = current.back - datetime.combine(current.date, datetime.min.time())
                over_s = back.total_seconds() - shift.end_s
                if abs(over_s / 60 - one.by) < 0.02:
                    return self.word(
                        "planpage.late_back",
                        team=team.name,
                        day=_short(current.date),
                        back=f"{current.back:%H:%M}",
                        end=_clock(shift.end_s),
                        by=math.ceil(one.by),
                    )
        return None

    def _where(self, where: str) -> tuple[Json, str]:
        route, _, visit = where.partition("/")
        if route in self.routes:
            noun = self.routes[route]  # type: ignore[index]
            found: Json = {"route": route, "team": noun.team, "date": noun.date.isoformat()}
            name = f"{self._team_name(noun.team)} {_short(noun.date)}"
            if visit in self.number:
                found["visit"] = self.number[visit]  # type: ignore[index]
                return found, f"{name} {self._visit_name(visit)}"
            return found, name
        if where in self.number:
            return {"visit": self.number[where]}, self._visit_name(where)  # type: ignore[index]
        unit, _, day = where.rpartition(" ")
        if re.fullmatch(r"\d{4}-\d\d-\d\d", day):
            moment = read_day(day)
            found = {"date": day}
            if self.plan.round.rule.unit is RuleUnit.TEAM or unit in self.teams:
                found["team"] = unit
                return found, f"{self._team_name(unit)} {_short(moment)}"
            return found, f"{unit} {_short(moment)}".strip()
        return {}, ""

    def _team_name(self, id: str) -> str:
        return next((team.name for team in self.plan.teams if team.id == id), id)

    def _visit_name(self, id: str) -> str:
        visit = self.plan.visits[self.number[VisitId(id)]]
        return self.names[visit.site].name

    def offers(self, offers: Iterable[Offer]) -> list[Json]:
        """Return places that work, as buttons."""
        return [
            {
                "team": offer.place.team,
                "date": offer.place.date.isoformat(),
                "shift": offer.place.shift,
                "position": offer.position,
                "text": self.word(
                    "planpage.offer",
                    team=self._team_name(offer.place.team),
                    day=_short(offer.place.date),
                    number=offer.position,
                    start=f"{offer.start:%H:%M}",
                    more=f"{offer.extra_min:.0f}",
                ),
            }
            for offer in offers
        ]


def _short(day: date) -> str:
    return f"{day.month}/{day.day}"


def _clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}"


def _shift(shift: Shift) -> Json:
    return {"name": shift.name, "start": shift.start_s, "end": shift.end_s, "night": shift.night}


def head_json(head: PlanHead, people: Mapping[str, str]) -> Json:
    """Return a version: its number, who saved it and when."""
    who = people.get(head.created_by, head.created_by)
    return {"id": head.id, "number": head.number, "who": who, "at": local_time(head.created)}


def features_of(desk: Desk, plan: Plan, routes: Sequence[Route]) -> Json:
    """Return some routes of a plan as GeoJSON with their ways along the streets."""
    teams = {route.team for route in routes}
    some = replace(plan, routes=tuple(routes), teams=tuple(team for team in plan.teams if team.id in teams))
    legs = {id: [path.line for path in paths] for id, paths in paths_of(some, engine_for(desk, plan)).items()}
    return route_features(some, legs)


def _state_key(now: Working) -> tuple[int, str]:
    """Return what the plan follows from: the stored one, and the steps since."""
    return now.head.id, steps_key(now.copy.held) if now.copy and now.dirty else ""


def _dumped(data: Json) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def routes_body(desk: Desk, now: Working) -> bytes:
    """Return all routes of a plan as the planner sees it as GeoJSON bytes, made once for each state."""
    key = ("routes", *_state_key(now))

    def make() -> bytes:
        found = features_of(desk, now.plan, now.plan.routes)
        # Teams that stay in have a flag too; the order of the bases decides the colours.
        found["features"] = [one for one in found["features"] if one["properties"]["kind"] != "base"]
        found["features"] += route_features(replace(now.plan, routes=()), {})["features"]
        return _dumped(found)

    return kept_body(desk, key, make)


def places_by_visit(plan: Plan) -> Mapping[VisitId, tuple[Placement, int]]:
    """Return the first place of each planned visit with its number there."""
    found: dict[VisitId, tuple[Placement, int]] = {}
    for route in plan.routes:
        for stop in route.stops:
            place = Placement(team=route.team, date=route.date, shift=route.shift)
            found.setdefault(stop.visit, (place, stop.seq))
    return found

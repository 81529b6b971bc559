"""The crews as their page shows them: a month of each team, who is away, what that does to the rounds; a team's own page."""

from __future__ import annotations

import hashlib
import json
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit

from gridplan.intake.clean import fold
from gridplan.intake.crews import read_teams
from gridplan.model.absence import Absence, AbsenceReason, OfficeDay
from gridplan.model.crew import Shift, Team, TeamId, TravelMode
from gridplan.model.days import read_day
from gridplan.model.errors import Conflict, GridplanError, InputError, NotFound
from gridplan.model.hours import clock
from gridplan.model.place import AreaLevel
from gridplan.model.record import PlanState, Role, User
from gridplan.model.release import CHINA
from gridplan.model.rights import Right
from gridplan.model.round import Round
from gridplan.model.words import say, shift_called, shift_word
from gridplan.report.tables import unit_code, unit_name
from gridplan.services.accounts.rights import ask, holds, own_areas, round_is_own
from gridplan.services.desk import Desk
from gridplan.services.folders.planning import diagnose_round
from gridplan.services.registry.importing import name_of
from gridplan.services.rounds.calendar import kind_of, month_days
from gridplan.services.rounds.drafting import round_inputs
from gridplan.store.absences import Absences, OfficeDays
from gridplan.store.codec import encode
from gridplan.store.repositories import Transaction

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MOST_DAYS = 366
_ROUNDS = 3
_SHIFTS, _SPARE_MEMBERS = 3, 2


def _settings(desk: Desk) -> Round | None:
    try:
        return desk.settings()
    except InputError:
        return None


def month_of(text: str, fallback: date) -> tuple[int, int]:
    """Return year and month of `2026-11`; the month of `fallback` where nothing is said."""
    if not text:
        return fallback.year, fallback.month
    try:
        first = read_day(f"{text}-01")
    except ValueError:
        raise InputError(say("web.bad_day", value=text)) from None
    return first.year, first.month


def _own(t: Transaction, teams: Sequence[Team], reader: User | None) -> list[Team]:
    """Return the crews that are the reader's: for whom is bound to an area, those whose townships all lie in it."""
    if reader is None or reader.area is None:
        return list(teams)
    areas = t.areas.list()
    return [team for team in teams if holds(reader, team.home, areas)]


def crews_view(desk: Desk, month: str, today: date, *, reader: User | None = None) -> dict[str, Any]:
    """Return what the page shows for one month: a line for each team, a cell for each day, the absences beside it."""
    settings = _settings(desk)
    year, number = month_of(month, settings.start if settings and not month else today)
    days = month_days(year, number)
    with desk.store.reading() as t:
        plain, teams = _own(t, t.teams.plain(), reader), _own(t, t.teams.list(), reader)
        ours = {team.id for team in plain}
        absences = [one for one in Absences(t.connection).list() if one.team in ours]
        office = OfficeDays(t.connection).list()
        # A crew of a bound person has townships of the own area.
        may_add = any(area.level is AreaLevel.TOWNSHIP for area in own_areas(t.areas.list(), reader))
        people = {(user.team, user.member): user for user in t.users.list(Role.INSPECTOR) if user.active}
    kinds = [kind_of(day, settings, office) for day in days]
    unknown = {day.year for day, (_, known) in zip(days, kinds, strict=True) if not known}
    before, after = date(year - (number == 1), (number - 2) % 12 + 1, 1), date(year + number // 12, number % 12 + 1, 1)
    names = {team.id: team.name for team in plain}
    members = {member.id: member.name for team in plain for member in team.members}
    return {
        "district": desk.district(),
        "whole": reader is None or reader.area is None,
        "may_add": may_add or reader is None or reader.area is None,
        "month": f"{year}-{number:02d}",
        "year": year,
        "number": number,
        "before": before.isoformat()[:7],
        "after": after.isoformat()[:7],
        "unknown": sorted(unknown),
        "days": [
            {"day": day, "number": day.day, "weekday": day.weekday(), "kind": kind, "today": day == today}
            for day, (kind, _) in zip(days, kinds, strict=True)
        ],
        "teams": [_line(team, shown, days, kinds, absences, people) for team, shown in zip(plain, teams, strict=True)],
        "absences": [
            {
                "id": one.id,
                "version": one.version,
                "team": names.get(one.team, one.team),
                "member": members.get(one.member, one.member),
                "first": one.first,
                "last": one.last,
                "days": (one.last - one.first).days + 1,
                "reason": one.reason.value,
                "by": name_of(desk, one.by),
            }
            for one in absences
            if one.last >= days[0]
        ],
        "reasons": [reason.value for reason in AbsenceReason],
        "who": [
            (f"{team.id}|", team.name, [(f"{team.id}|{member.id}", member.name) for member in team.members])
            for team in plain
        ],
    }


def _line(
    team: Team,
    shown: Team,
    days: Sequence[date],
    kinds: Sequence[tuple[str, bool]],
    absences: Sequence[Absence],
    people: Mapping[tuple[TeamId | None, str | None], Any],
) -> dict[str, Any]:
    mine = [one for one in absences if one.team == team.id]
    cells = []
    for day, (kind, _) in zip(days, kinds, strict=True):
        whole = next((one for one in mine if not one.member and one.covers(day)), None)
        away = [one for one in mine if one.member and one.covers(day)]
        names = [member.name for member in team.members if any(one.member == member.id for one in away)]
        state = "works"
        if not team.works_on(day):
            state = "off"
        elif whole is not None or not shown.works_on(day):
            state = "away"
        elif not team.shifts_on(day):
            state = "rest"
        elif kind in ("office_off", "rest", "holiday"):
            state = "closed"
        elif names:
            state = "part"
        there = len(team.members) - sum(day in member.off for member in shown.members)
        cells.append(
            {
                "day": day,
                "state": state,
                "there": there,
                "names": names,
                "reason": first.reason.value if (first := whole or next(iter(away), None)) else "",
                "officers": shown.certified_on(day),
            }
        )
    return {
        "id": team.id,
        "name": team.name,
        "base": team.base_name,
        "mode": team.mode.value,
        "people": len(team.members),
        "certified": sum(bool(member.certificate) for member in team.members),
        "linked": sum((team.id, member.id) in people for member in team.members),
        "cells": cells,
    }


def rounds_capacity(desk: Desk, month: str, today: date, *, reader: User | None = None) -> list[dict[str, Any]]:
    """Return for each round that is not over how many visits each of its days can hold now, and without any absence."""
    with desk.store.reading() as t:
        areas = t.areas.list()
        rounds = [one for one in t.rounds.list() if reader is None or round_is_own(reader, one, areas)]
        published = {stored.id for stored in rounds if t.plans.published(stored.id)}
        plain = t.teams.plain()
        asked = bool(Absences(t.connection).list() or OfficeDays(t.connection).list())
    found = []
    for stored in rounds[:_ROUNDS]:
        try:
            own, sites, areas, teams = round_inputs(desk, stored.id)
            now = diagnose_round(own.round, sites, areas, teams, stored.extra)
            full = diagnose_round(stored.round, sites, areas, plain, stored.extra) if asked else now
        except GridplanError as error:
            found.append({"id": stored.id, "name": stored.round.name, "problem": error.text})
            continue
        whole = dict(zip(full.days, full.capacity, strict=True))
        days: list[dict[str, Any]] = [
            {"day": day, "now": room, "full": whole.get(day, room), "short": room < own.round.rule.min_per_day}
            for day, room in zip(now.days, now.capacity, strict=True)
        ]
        found.append(
            {
                "id": stored.id,
                "name": stored.round.name,
                "problem": None,
                "published": stored.id in published,
                "state": PlanState.PUBLISHED.value if stored.id in published else "",
                "days": days,
                "now": sum(day["now"] for day in days),
                "full": sum(full.capacity),
                "possible": now.possible,
                "text": now.text,
            }
        )
    return found


# ---- absences and the office's days ----------------------------------------------------------------------------------


def _days(first: str, last: str) -> tuple[date, date]:
    try:
        begin = read_day(first)
        end = read_day(last) if last else begin
    except ValueError:
        raise InputError(say("web.bad_day", value=f"{first} {last}".strip())) from None
    if end < begin:
        raise InputError(say("crews.wrong_order", first=begin, last=end))
    if (end - begin).days >= MOST_DAYS:
        raise InputError(say("crews.too_long", most=MOST_DAYS))
    return begin, end


def _reason(text: str) -> AbsenceReason:
    try:
        return AbsenceReason(text)
    except ValueError:
        raise InputError(say("crews.no_reason", value=text)) from None


def _who(t: Transaction, who: str) -> tuple[TeamId, str, str]:
    """Return team, member and how they are called for `TEAM|MEMBER`."""
    id_, _, member = who.partition("|")
    team = next((team for team in t.teams.plain() if team.id == id_), None)
    if team is None:
        raise NotFound(say("crews.no_team", team=id_))
    person = next((one for one in team.members if one.id == member), None)
    if member and person is None:
        raise NotFound(say("crews.no_member", member=member))
    return team.id, member, person.name if person else team.name


def _ask_team(t: Transaction, team: TeamId, by: str) -> None:
    """Make sure that the crew is the person's: all its townships are, as far as the person is bound to an area."""
    home = next((one.home for one in t.teams.plain() if one.id == team), ())
    ask(t, by, Right.CHANGE_CREWS, within=home, hidden=True)


def absence_list(desk: Desk) -> tuple[Absence, ...]:
    """Return all absences, earliest first."""
    with desk.store.reading() as t:
        return tuple(Absences(t.connection).list())


def add_absence(desk: Desk, who: str, first: str, last: str, reason: str, *, by: str) -> str:
    """Keep that a member (`TEAM|MEMBER`) or a team (`TEAM|`) is away, and return how they are called.

    Raises
    ------
    NotFound, InputError, Conflict
        There is no such team or member, the dates or the reason are wrong, they are away then already.
    """
    begin, end = _days(first, last)
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_CREWS)
        team, member, name = _who(t, who)
        _ask_team(t, team, by)
        made = Absences(t.connection).add(team, member, begin, end, _reason(reason), by=by)
        detail = {"member": member, "first": begin.isoformat(), "last": end.isoformat()}
        t.audit.add(by, "absence.add", f"team/{team}", detail | {"id": made.id})
    return name


def change_absence(desk: Desk, id_: int, first: str, last: str, reason: str, *, version: int, by: str) -> None:
    """Change an absence that nobody changed since it was shown."""
    begin, end = _days(first, last)
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_CREWS)
        absences = Absences(t.connection)
        now = absences.get(id_)
        if now is None:
            raise Conflict(say("crews.absence_moved"))
        _ask_team(t, now.team, by)
        other = next(
            (
                one
                for one in absences.list()
                if (one.team, one.member) == (now.team, now.member)
                and one.id != id_
                and one.first <= end
                and one.last >= begin
            ),
            None,
        )
        if other:
            raise Conflict(say("crews.away_already", first=other.first, last=other.last))
        absences.change(id_, version, by=by, first=begin, last=end, reason=_reason(reason).value)
        detail = {"id": id_, "first": begin.isoformat(), "last": end.isoformat()}
        t.audit.add(by, "absence.change", f"team/{now.team}", detail)


def remove_absence(desk: Desk, id_: int, *, version: int, by: str) -> None:
    """Forget an absence that nobody changed since it was shown."""
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_CREWS)
        absences = Absences(t.connection)
        now = absences.get(id_)
        if now is None:
            raise Conflict(say("crews.absence_moved"))
        _ask_team(t, now.team, by)
        absences.remove(id_, version)
        detail = {"id": id_, "member": now.member, "first": now.first.isoformat(), "last": now.last.isoformat()}
        t.audit.add(by, "absence.remove", f"team/{now.team}", detail)


def set_office_day(desk: Desk, day: str, what: str, *, seen: str, by: str) -> None:
    """Make a day a working day (`work`), a day off (`off`), or leave it to the calendar (`calendar`).

    Raises
    ------
    InputError, Conflict
        There is no such day or choice; somebody changed the day since it was shown as `seen`.
    """
    at, _ = _days(day, "")
    if what not in ("work", "off", "calendar"):
        raise InputError(say("crews.no_choice", value=what))
    settings = _settings(desk)
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_CREWS, whole=True)
        days = OfficeDays(t.connection)
        listed: Sequence[OfficeDay] = days.list()
        if kind_of(at, settings, listed)[0] != seen:
            raise Conflict(say("crews.day_moved", day=at))
        days.put(at, None if what == "calendar" else what == "work", by=by)
        t.audit.add(by, "office_day.set", f"day/{at}", {"what": what})


# ---- one team --------------------------------------------------------------------------------------------------------


def _version(team: Team) -> str:
    return hashlib.sha256(json.dumps(encode(team), ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


def team_view(desk: Desk, id_: str, *, reader: User | None = None) -> dict[str, Any]:
    """Return what the page of a team shows; "" is a new one. Raises `NotFound` where there is none, or it is another area's."""
    with desk.store.reading() as t:
        teams, areas = _own(t, t.teams.plain(), reader), own_areas(t.areas.list(), reader)
        people = {(user.team, user.member): user for user in t.users.list(Role.INSPECTOR) if user.active}
        audit = t.audit.list(object=f"team/{id_}", limit=20) if id_ else ()
    team = next((team for team in teams if team.id == id_), None)
    if id_ and team is None:
        raise NotFound(say("crews.no_team", team=id_))
    shifts = [_shift_view(shift) for shift in team.shifts] if team else [_shift_view(None)]
    members = team.members if team else ()
    lines = [
        {
            "id": member.id,
            "name": member.name,
            "department": unit_name(member.department),
            "certificate": member.certificate,
            "cert_until": member.cert_until.isoformat() if member.cert_until else "",
            "log_in": people[team.id, member.id].login if team and (team.id, member.id) in people else "",
        }
        for member in members
    ]
    spare = {"id": "", "name": "", "department": "", "certificate": "", "cert_until": "", "log_in": ""}
    return {
        "district": desk.district(),
        "id": team.id if team else "",
        "name": team.name if team else "",
        "version": _version(team) if team else "",
        "base": [team.base.lon, team.base.lat] if team else None,
        "base_name": team.base_name if team else "",
        "mode": (team.mode if team else TravelMode.CAR).value,
        "modes": [mode.value for mode in TravelMode],
        "home": list(team.home) if team else [],
        "townships": [(area.code, area.name) for area in areas if area.level is AreaLevel.TOWNSHIP],
        "shifts": [*shifts, *[_shift_view(None, empty=True)] * (_SHIFTS - len(shifts))][: max(_SHIFTS, len(shifts))],
        "members": [*lines, *[spare] * _SPARE_MEMBERS],
        "departments": sorted(
            {unit_name(member.department) for one in teams for member in one.members if member.department}
        ),
        "off": ", ".join(day.isoformat() for day in sorted(team.off)) if team else "",
        "history": [
            {
                "at": entry.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"),
                "by": name_of(desk, entry.who),
                "what": say(f"crews.did_{entry.what.replace('.', '_')}"),
            }
            for entry in audit
        ],
    }


def _shift_view(shift: Shift | None, *, empty: bool = False) -> dict[str, str]:
    if shift is None:
        usual = {
            "name": shift_word("day").zh,
            "start": "08:30",
            "end": "17:30",
            "from": "11:30",
            "to": "13:30",
            "minutes": "60",
        }
        return dict.fromkeys((*usual, "days"), "") if empty else {**usual, "days": ""}
    lunch = shift.lunch
    return {
        "name": shift_word(shift.name).zh,
        "start": clock(shift.start_s),
        "end": clock(shift.end_s),
        "from": clock(lunch.from_s) if lunch else "",
        "to": clock(lunch.to_s) if lunch else "",
        "minutes": str(lunch.minutes) if lunch else "",
        "days": ",".join(WEEKDAYS[day] for day in shift.weekdays),
    }


def save_team(desk: Desk, id_: str, form: Mapping[str, Any], *, version: str, by: str) -> str:
    """Keep a team as the form has it, "" a new one, and return its id. What teams.toml would be told is told here.

    Raises
    ------
    InputError, NotFound, Conflict
        A value cannot be used; there is no such team; somebody changed it since the page was shown; its name is taken.
    """
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_CREWS)
        teams = t.teams.plain()
        old = next((team for team in teams if team.id == id_), None)
        if id_ and old is None:
            raise NotFound(say("crews.no_team", team=id_))
        if old is not None:
            ask(t, by, Right.CHANGE_CREWS, within=old.home, hidden=True)
        if old is not None and _version(old) != version:
            raise Conflict(say("crews.team_moved", team=old.name))
        team = _read(form, old, teams)
        ask(t, by, Right.CHANGE_CREWS, within=team.home)
        known = {area.code for area in t.areas.list()}.union(old.home if old else ())
        if nowhere := next((code for code in team.home if code not in known), None):
            raise InputError(say("grid.no_area", code=nowhere))
        if twin := next((one for one in teams if one.id != team.id and fold(one.name) == fold(team.name)), None):
            raise Conflict(say("crews.same_name", name=twin.name))
        t.teams.save(team, new=old is None)
        t.audit.add(by, "team.change" if old else "team.add", f"team/{team.id}", {"members": len(team.members)})
    return team.id


def _read(form: Mapping[str, Any], old: Team | None, teams: Sequence[Team]) -> Team:
    """Write the form as a teams.toml and read it as one is read."""
    taken = {team.id for team in teams}
    id_ = old.id if old else next(name for n in range(1, 10_000) if (name := f"T{n}") not in taken)
    try:
        base = [float(form["lon"]), float(form["lat"])]
        off = [read_day(text.strip()) for text in form["off"].split(",") if text.strip()]
        people = [_person(one, id_, old) for one in form["members"] if one["name"].strip()]
        given = [one for one in form["shifts"] if one["start"].strip()]
        shifts = {shift_called(one["name"].strip()): _shift(one) for one in given}
    except (ValueError, KeyError) as error:
        raise InputError(say("crews.bad_team", why=error)) from None
    if len(shifts) < len(given):
        raise InputError(say("crews.shift_twice"))
    others = {member.id: one.name for one in teams if one.id != id_ for member in one.members}
    if strange := next((one for one in people if one["id"] in others), None):
        raise InputError(say("crews.other_teams_member", member=strange["id"], team=others[strange["id"]]))
    team = {
        "id": id_,
        "name": form["name"],
        "base": base,
        "base_name": form["base_name"] or form["name"],
        "home": list(form["home"]),
        "shifts": list(shifts),
        "off": off,
        "mode": form["mode"],
        "member": people,
    }
    if old and old.on:
        team["on"] = sorted(old.on)
    with tempfile.TemporaryDirectory(prefix="gridplan-") as folder:
        # A name that says what a person sees: errors name it.
        (Path(folder) / "teams.toml").write_text(tomlkit.dumps({"shifts": shifts, "team": [team]}), encoding="utf-8")
        try:
            return read_teams(Path(folder))[0]
        except InputError as error:
            plain = error.text._replace(zh=error.text.zh.replace("teams.toml：", "").replace("teams.toml:", ""))
            raise InputError(plain) from None


def _person(one: Mapping[str, str], team: str, old: Team | None) -> dict[str, Any]:
    person: dict[str, Any] = {"id": one["id"] or f"{team}-{uuid.uuid4().hex[:8]}", "name": one["name"].strip()}
    # Days off that the teams' file gave a member are on no form, and stay.
    if off := next((member.off for member in (old.members if old else ()) if member.id == one["id"]), None):
        person["off"] = sorted(off)
    for key in ("department", "certificate"):
        if one[key].strip():
            person[key] = unit_code(one[key].strip()) if key == "department" else one[key].strip()
    if one["cert_until"].strip():
        person["cert_until"] = read_day(one["cert_until"].strip())
    return person


def _shift(one: Mapping[str, str]) -> dict[str, Any]:
    if not one["name"].strip():
        raise ValueError(say("crews.shift_name").zh)
    made: dict[str, Any] = {"start": one["start"].strip(), "end": one["end"].strip()}
    if one["from"].strip():
        lunch = {"from": one["from"].strip(), "to": one["to"].strip(), "minutes": int(one["minutes"] or 60)}
        made["lunch"] = lunch
    if one["days"].strip():
        made["days"] = one["days"].strip()
    return made


def remove_team(desk: Desk, id_: str, *, version: str, by: str) -> None:
    """Take a team away that nobody changed since; plans made before keep it."""
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_CREWS)
        old = next((team for team in t.teams.plain() if team.id == id_), None)
        if old is None:
            raise NotFound(say("crews.no_team", team=id_))
        ask(t, by, Right.CHANGE_CREWS, within=old.home, hidden=True)
        if _version(old) != version:
            raise Conflict(say("crews.team_moved", team=old.name))
        t.teams.remove(old.id)
        t.audit.add(by, "team.remove", f"team/{id_}", {"name": old.name})


def find_base(desk: Desk, address: str) -> dict[str, Any]:
    """Return where an address is, by the office's own gazetteer; `found` is False where it is not known surely."""
    from gridplan.model.site import Site, SiteId, SiteKind, SourceRow
    from gridplan.services.folders.placing import place_sites

    with desk.store.reading() as t:
        areas, gazetteer = t.areas.list(), t.gazetteer.list()
    site = Site(
        id=SiteId("base"),
        name=address,
        kind=SiteKind.OFFICE,
        address=address[:200],
        rows=(SourceRow(file="", row=1),),
    )
    placed = place_sites(desk.settings(), (site,), areas, gazetteer)
    one = (*placed.sites, *placed.rejected)[0]
    point = one.fix.point
    return {
        "found": point is not None and one.fix.confident,
        "lon": round(point.lon, 6) if point else None,
        "lat": round(point.lat, 6) if point else None,
        "reason": say(one.fix.reason) if one.fix.reason else None,
        "level": one.fix.level.value,
    }

"""Reads the teams with their people and shifts, from teams.toml or from teams.csv."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar

from gridplan.intake.clean import clean_text, code_text, fold, parse_flag, split_list
from gridplan.intake.columns import find_columns
from gridplan.intake.files import find_file
from gridplan.intake.lists import TEAM_COLUMNS
from gridplan.intake.sheet import read_table
from gridplan.intake.toml import Section, nearest, read_toml
from gridplan.model.crew import Inspector, Lunch, Shift, Team, TeamId, TravelMode
from gridplan.model.errors import InputError
from gridplan.model.hours import clock, parse_clock
from gridplan.model.place import AreaCode, LonLat
from gridplan.model.words import Text, say

T = TypeVar("T")
_TEAM = ("id", "name", "base", "base_name", "home", "shifts", "off", "on", "mode", "member")
_MEMBER = ("id", "name", "department", "certificate", "cert_until", "off")
_MODES = {
    "walk": TravelMode.WALK,
    "步行": TravelMode.WALK,
    "ebike": TravelMode.EBIKE,
    "电动车": TravelMode.EBIKE,
    "car": TravelMode.CAR,
    "驾车": TravelMode.CAR,
    "汽车": TravelMode.CAR,
}


def read_teams(folder: Path, mode: TravelMode = TravelMode.CAR) -> tuple[Team, ...]:
    """Read teams.toml or teams.csv; () where neither is there.

    `mode` is how a team travels that says nothing. Bases stay in the datum they are written in.

    Raises
    ------
    InputError
        Both files are there, a value cannot be read, or two teams or people share an id or a name.
    """
    path = find_file(folder, "teams", (".toml", ".csv"))
    if path is None:
        return ()
    teams = _from_toml(path, mode) if path.suffix.lower() == ".toml" else _from_csv(path, mode)
    if not teams:
        raise InputError(say("intake.no_team", file=path.name))
    _refuse_twins(path.name, teams)
    return teams


def _refuse_twins(file: str, teams: tuple[Team, ...]) -> None:
    for key, value_of in (("id", lambda team: team.id), ("name", lambda team: fold(team.name))):
        for first, second in _twins(teams, value_of):
            raise InputError(say("intake.twin_teams", file=file, key=key, one=_label(first), other=_label(second)))
    people = [(team, member) for team in teams for member in team.members]
    for (team, member), (other, _) in _twins(people, lambda pair: pair[1].id):
        raise InputError(say("intake.twin_people", file=file, person=member.id, one=team.name, other=other.name))


def _label(team: Team) -> str:
    return f"{team.id} {team.name}"


def _twins(items: Iterable[T], value_of: Callable[[T], str]) -> list[tuple[T, T]]:
    seen: dict[str, T] = {}
    return [(seen[value], item) for item in items if seen.setdefault(value := value_of(item), item) is not item]


def _from_toml(path: Path, mode: TravelMode) -> tuple[Team, ...]:
    top = read_toml(path, ("shifts", "team"))
    table: Any = top.data.get("shifts", {})
    section = top.section("shifts", table if isinstance(table, dict) else ())
    shifts = {name: _shift(name, section.section(name, ("start", "end", "lunch", "days"))) for name in section.data}
    return tuple(_team(one, shifts, mode) for one in top.sections("team", _TEAM))


def _shift(name: str, section: Section) -> Shift:
    start_s, end_s = section.clock("start"), section.clock("end")
    lunch = None
    if "lunch" in section:
        part = section.section("lunch", ("from", "to", "minutes"))
        part.need("minutes")
        lunch = Lunch(
            from_s=part.clock("from"), to_s=part.clock("to"), minutes=part.whole("minutes", 0, low=1, high=240)
        )
    shift = Shift(name=name, start_s=start_s, end_s=end_s, lunch=lunch, weekdays=section.weekdays("days"))
    if problem := _shift_problem(shift):
        raise section.wrong("", f"{clock(start_s)}–{clock(end_s)}", problem)
    return shift


def _shift_problem(shift: Shift) -> Text | None:
    if shift.start_s >= shift.end_s:
        return say("intake.want_shift")
    lunch = shift.lunch
    if lunch and not (shift.start_s <= lunch.from_s <= lunch.to_s <= shift.end_s):
        return say("intake.want_lunch_inside")
    if lunch and lunch.from_s + 60 * lunch.minutes > shift.end_s:
        return say("intake.want_lunch_inside")
    return None


def _team(section: Section, shifts: Mapping[str, Shift], mode: TravelMode) -> Team:
    section.need("id", "name", "base", "shifts")
    id_ = section.text("id")
    chosen = []
    for name in dict.fromkeys(section.texts("shifts")):
        if name not in shifts:
            raise section.wrong("shifts", name, nearest(name, shifts))
        chosen.append(shifts[name])
    chosen.sort(key=lambda shift: shift.start_s)
    if not chosen:
        raise section.wrong("shifts", "[]", say("intake.want_shifts"))
    for one, two in combinations(chosen, 2):
        if one.end_s > two.start_s and set(one.weekdays or range(7)) & set(two.weekdays or range(7)):
            raise section.wrong("shifts", f"{one.name}、{two.name}", say("intake.want_apart"))
    people = section.sections("member", _MEMBER)
    if not people:
        raise section.wrong("member", "[]", say("intake.want_members"))
    return Team(
        id=TeamId(id_),
        name=section.text("name"),
        base=_base(section),
        base_name=section.text("base_name") if "base_name" in section else section.text("name"),
        home=tuple(AreaCode(code) for code in section.texts("home")),
        shifts=tuple(chosen),
        off=section.days("off"),
        on=section.days("on"),
        mode=section.choice("mode", TravelMode, mode),
        members=tuple(_member(person, f"{id_}-{number}") for number, person in enumerate(people, 1)),
    )


def _base(section: Section) -> LonLat:
    match section.data["base"]:
        case [int() | float() as lon, int() | float() as lat] if abs(lon) <= 180 and abs(lat) <= 90:
            return LonLat(float(lon), float(lat))
    raise section.wrong("base", section.data["base"], say("intake.want_point"))


def _member(section: Section, id_: str) -> Inspector:
    section.need("name")
    return Inspector(
        id=section.text("id") if "id" in section else id_,
        name=section.text("name"),
        department=section.data.get("department", "") and section.text("department"),
        certificate=section.data.get("certificate", "") and section.text("certificate"),
        cert_until=section.day("cert_until"),
        off=section.days("off"),
    )


def _from_csv(path: Path, mode: TravelMode) -> tuple[Team, ...]:
    """Read one member a row; what a team's first row says holds for the team, later rows may repeat it or leave it empty.

    The lunch of a csv is a fixed break from lunch_start to lunch_end.
    """
    table = read_table(path, TEAM_COLUMNS)
    found = find_columns(table.file, table.header, TEAM_COLUMNS)
    if found.others:
        raise InputError(
            say(
                "intake.unknown_key",
                file=table.file,
                key=found.others[0],
                nearest=nearest(found.others[0], TEAM_COLUMNS.names),
            )
        )
    teams: dict[str, _Cells] = {}
    members: dict[str, list[Inspector]] = {}
    for row in table.rows:
        cells = {key: clean_text(row.values.get(header, "")) for key, header in found.headers.items()}
        here = _Cells(file=table.file, row=row.number, values=cells)
        if row.beyond:
            raise here.wrong("team", say("intake.want_fewer_cells"))
        name = here.need("team")
        first = teams.setdefault(name, here)
        for key, value in cells.items():
            if key not in ("member", "department", "certified") and value not in ("", first.values[key]):
                raise here.wrong(key, say("intake.want_same", row=first.row, value=first.values[key]))
        certified = parse_flag(cells.get("certified") or "否")
        if certified is None:
            raise here.wrong("certified", say("intake.want_flag"))
        people = members.setdefault(name, [])
        people.append(
            Inspector(
                id=f"{name}-{len(people) + 1}",
                name=here.need("member"),
                department=cells.get("department", ""),
                certificate="持证" if certified else "",
            )
        )
    return tuple(_csv_team(cells, tuple(members[name]), mode) for name, cells in teams.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cells:
    """One row of teams.csv, by key."""

    file: str
    row: int
    values: Mapping[str, str]

    def wrong(self, key: str, want: Text) -> InputError:
        """Return the error that says what was wanted of a cell."""
        value = self.values.get(key, "")
        return InputError(say("intake.bad_cell", file=self.file, row=self.row, column=key, value=value, want=want))

    def need(self, key: str) -> str:
        """Return a cell that must not be empty."""
        if not self.values.get(key):
            raise self.wrong(key, say("intake.want_text"))
        return self.values[key]

    def clock(self, key: str) -> int:
        """Return a clock time as seconds after midnight."""
        try:
            return parse_clock(self.need(key))
        except InputError as error:
            raise self.wrong(key, error.text) from None


def _csv_team(cells: _Cells, members: tuple[Inspector, ...], mode: TravelMode) -> Team:
    name, values = cells.need("team"), cells.values
    try:
        base = LonLat(float(cells.need("base_lon")), float(cells.need("base_lat")))
    except ValueError:
        raise cells.wrong("base_lon", say("intake.want_point")) from None
    if not (abs(base.lon) <= 180 and abs(base.lat) <= 90):
        raise cells.wrong("base_lon", say("intake.want_point"))
    lunch = None
    if values.get("lunch_start") or values.get("lunch_end"):
        from_s, to_s = cells.clock("lunch_start"), cells.clock("lunch_end")
        if from_s >= to_s:
            raise cells.wrong("lunch_end", say("intake.want_shift"))
        lunch = Lunch(from_s=from_s, to_s=from_s, minutes=(to_s - from_s) // 60)
    shift = Shift(name="day", start_s=cells.clock("shift_start"), end_s=cells.clock("shift_end"), lunch=lunch)
    if problem := _shift_problem(shift):
        raise cells.wrong("shift_end", problem)
    travel = _MODES.get(fold(values.get("mode", ""))) if values.get("mode") else mode
    if travel is None:
        raise cells.wrong("mode", nearest(values["mode"], _MODES))
    return Team(
        id=TeamId(name),
        name=name,
        base=base,
        base_name=values.get("base_name") or name,
        home=tuple(AreaCode(code_text(code)) for code in split_list(values.get("home", ""))),
        shifts=(shift,),
        off=frozenset(),
        mode=travel,
        members=members,
    )

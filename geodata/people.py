"""Who goes out and who answers for an area: teams.toml, owners.csv, and the visits asked for and made before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from geodata.district import District
from geodata.ground import DISTRICT_CODE
from geodata.names import people_names
from geodata.places import Places
from geodata.register import Entry

START = date(2026, 11, 30)
"""The first day of the round where no other Monday is asked for."""
_WEEKEND = (5, 6)
_WEEKDAYS = (0, 1, 2, 3, 4, 7, 8, 9)
# township, departments of the members (capital: certified), how it travels, evening shift, on duty at the weekend
_TEAMS = (
    ("石桥街道", "EDUCATION MARKET FIRE culture", "car", True, True),
    ("石桥街道", "EDUCATION CULTURE MARKET", "car", False, False),
    ("望湖街道", "EDUCATION MARKET SPORTS fire", "car", True, True),
    ("望湖街道", "EDUCATION FIRE MARKET", "ebike", False, False),
    ("枫林街道", "EDUCATION MARKET CULTURE", "car", True, True),
    ("东皋街道", "EDUCATION SPORTS MARKET fire", "car", False, True),
    ("南津街道", "EDUCATION MARKET FIRE", "car", False, False),
    ("北屏镇", "EDUCATION MARKET police", "car", False, False),
    ("白鹭镇", "EDUCATION CULTURE FIRE", "car", False, False),
    ("柳浦镇", "EDUCATION MARKET sports", "car", False, False),
    ("沙渚镇", "market fire police", "ebike", False, False),
    ("云台乡", "MARKET culture fire", "car", False, False),
)
_TEXT_HEAD = """# 检查组、班次与人员
[shifts.day]
start = "08:30"
end = "17:30"
lunch = { from = "11:30", to = "13:30", minutes = 60 }
[shifts.evening]
start = "18:00"
end = "20:30"
"""
_NUMBERS = "一二三四五六七八九十"


def _ordinal(n: int) -> str:
    return _NUMBERS[n - 1] if n <= 10 else "十" + _NUMBERS[n - 11]


def teams_toml(places: Places, district: District, seed: int, start: date = START) -> str:
    """Return the text of teams.toml: twelve teams, two of them without two certified officers; `start` is a Monday."""
    rng = np.random.default_rng([seed, 9])
    people = iter(people_names(60, rng))
    codes = {area.name: area.code for area in district.townships}
    parts, certificate = [_TEXT_HEAD], 0
    for n, (town, members, mode, evening, duty) in enumerate(_TEAMS, 1):
        office = next(spot for spot in places.landmarks if spot.name.startswith(town))
        # every other working day belongs to the office; the teams take turns
        days = sorted([*_WEEKDAYS[n % 2 :: 2], *(() if duty else _WEEKEND)])
        off = [start + timedelta(days=day) for day in days]
        shifts = '["day", "evening"]' if evening else '["day"]'
        parts.append(
            f"\n[[team]]\n"
            f'id = "T{n:02d}"\n'
            f'name = "{_ordinal(n)}组"\n'
            f"base = [{office.lon:.7f}, {office.lat:.7f}]\n"
            f'base_name = "{office.name}"\n'
            f'home = ["{codes[town]}"]\n'
            f"shifts = {shifts}\n"
            f"off = [{', '.join(day.isoformat() for day in off)}]\n"
            f'mode = "{mode}"\n'
        )
        for m, department in enumerate(members.split(), 1):
            text = (
                f'[[team.member]]\nid = "T{n:02d}-{m}"\nname = "{next(people)}"\ndepartment = "{department.lower()}"\n'
            )
            if department.isupper():
                certificate += 1
                until = date(2027 + int(rng.integers(3)), int(rng.integers(1, 13)), 28)
                text += f'certificate = "云执{certificate:04d}"\ncert_until = {until.isoformat()}\n'
            parts.append(text)
    return "".join(parts)


def owner_rows(district: District, seed: int) -> Iterator[tuple[str, str, str]]:
    """Yield (area_code, person, role); one cell in eight has nobody."""
    rng = np.random.default_rng([seed, 10])
    people = iter(people_names(800, rng))
    yield DISTRICT_CODE, next(people), "区级网格长"
    for areas, role in ((district.townships, "乡镇街道网格长"), (district.communities, "社区(村)网格长")):
        for area in areas:
            yield area.code, next(people), role
    for area in district.cells:
        if rng.random() > 0.125:
            yield area.code, next(people), "网格员"


def visit_rows(entries: list[Entry], seed: int, start: date = START) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield (site_id, purpose, earliest, due, minutes) of visits beside the routine ones."""
    rng = np.random.default_rng([seed, 11])
    schools = [entry for entry in entries if entry.id[:1] in ("J", "T") and not entry.noise]
    picks = rng.choice(len(schools), 8, replace=False).tolist()
    for pick, purpose, first, last, minutes in zip(
        picks,
        ("follow_up", "follow_up", "follow_up", "lead", "lead", "sample", "sample", "sample"),
        (0, 1, 3, 0, 2, None, None, None),
        (4, 9, 9, 2, 9, None, None, None),
        ("20", "20", "", "40", "", "", "", "25"),
        strict=True,
    ):
        yield schools[pick].id, purpose, _day(start, first), _day(start, last), minutes


def _day(start: date, offset: int | None) -> str:
    return "" if offset is None else (start + timedelta(days=offset)).isoformat()


def history_rows(entries: list[Entry], seed: int, start: date = START) -> Iterator[tuple[str, str, str]]:
    """Yield (site_id, date, outcome) of visits made in the autumn before."""
    rng = np.random.default_rng([seed, 12])
    known = [entry for entry in entries if entry.id]
    for pick in sorted(rng.choice(len(known), 60, replace=False).tolist()):
        day = start - timedelta(days=90) + timedelta(days=int(rng.integers(0, 80)))
        yield known[pick].id, day.isoformat(), str(rng.choice(["已查", "已查", "已查", "关门", "拒绝"]))

"""Addresses of five areas, labelled by hand: each known failure is written down, and only a new one fails."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.geocode.address import AddressParser
from gridplan.geocode.text import fold
from gridplan.model.place import Address, Area, AreaLevel
from tests.builders import area

DATA = Path(__file__).parents[1] / "data" / "addresses"
KNOWN = DATA / "known_failures.txt"
PLACES = sorted(path.stem for path in DATA.glob("*.csv") if path.stem != "areas")
RIGHT_AT_LEAST = 0.97


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a file of cases."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def areas_of(place: str) -> tuple[str, list[Area]]:
    """Return the district's name and all its areas."""
    found: dict[str, Area] = {}
    for number, row in enumerate(row for row in rows("areas") if row["area"] == place):
        level = AreaLevel(row["level"])
        parent = found[row["parent"]].code if row["parent"] else None
        found[row["name"]] = area(f"{number:03d}", level, row["name"], west=0, south=0, east=1, north=1, parent=parent)
    district = next(one.name for one in found.values() if one.level is AreaLevel.DISTRICT)
    return district, list(found.values())


def differences(address: Address, case: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Return what is not as the label says, by part: (found, wanted)."""
    parts = {key: fold(value) for key, value in case.items() if key not in ("kind", "text")}
    found = {key: fold(str(value if (value := getattr(address, key)) is not None else "")) for key in parts}
    return {key: (found[key], parts[key]) for key in parts if found[key] != parts[key]}


def failures() -> Iterator[tuple[str, str, dict[str, tuple[str, str]]]]:
    """Yield (place, text, differences) of every case that is not as its label says."""
    for place in PLACES:
        district, areas = areas_of(place)
        parser = AddressParser(areas, district)
        for case in rows(place):
            if wrong := differences(parser.parse(case["text"]), case):
                yield place, case["text"], wrong


def test_there_are_cases_of_every_kind_in_every_area() -> None:
    cases = [(place, case) for place in PLACES for case in rows(place)]
    assert len(cases) >= 600 and len({case["kind"] for _, case in cases}) >= 25
    assert len({(place, case["text"]) for place, case in cases}) == len(cases)


def test_no_case_fails_but_the_known_ones() -> None:
    known = set(KNOWN.read_text("utf-8").splitlines())
    now = {f"{place}\t{text}": wrong for place, text, wrong in failures()}
    fresh = {key: wrong for key, wrong in now.items() if key not in known}
    assert not fresh, f"new failures: {fresh}"
    assert not known - set(now), f"no longer failures, take them out of {KNOWN.name}: {known - set(now)}"


def test_nearly_all_cases_are_right() -> None:
    total = sum(len(rows(place)) for place in PLACES)
    assert 1 - len(list(failures())) / total >= RIGHT_AT_LEAST


@pytest.mark.parametrize("place", PLACES)
def test_the_same_address_in_full_width_is_the_same_address(place: str) -> None:
    district, areas = areas_of(place)
    parser = AddressParser(areas, district)
    wide = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
    for case in rows(place):
        plain, other = parser.parse(case["text"]), parser.parse(case["text"].translate(wide))
        assert (
            differences(other, {key: str(getattr(plain, key) or "") for key in case if key not in ("kind", "text")})
            == {}
        )


PIECES = "示例东苑街道双桥社区解放路与人民口对面旁北米号弄巷栋幢单元楼层室期院甲一二十百0123-、()（ ，Ａ１〇廿\n\u3000"
MANY = [
    piece * 200
    for piece in ("东", "1-", "1-1-", "1、", "一", "路", "解放路", "1号", "江南省", "1巷", "室", "甲1", "(", "1之")
]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=PIECES, max_size=60) | st.sampled_from(MANY))
def test_no_text_stops_the_parser_and_nothing_is_invented(text: str) -> None:
    district, areas = areas_of("mainland")
    address = AddressParser(areas, district).parse(text)
    letters = fold(text)
    assert address.text == text
    for part in (address.road, address.crossing, address.number):
        assert part in letters


@settings(max_examples=100, deadline=None)
@given(
    town=st.sampled_from(["东苑街道", "西营街道", "北塘镇"]),
    road=st.sampled_from(["解放路", "学府街", "建设大道"]),
    door=st.integers(1, 999),
    block=st.integers(1, 40),
    unit=st.integers(1, 9),
    room=st.integers(101, 3909),
)
def test_what_an_address_is_put_together_from_comes_back(
    town: str, road: str, door: int, block: int, unit: int, room: int
) -> None:
    district, areas = areas_of("mainland")
    parsed = AddressParser(areas, district).parse(f"临湖区{town}{road}{door}号翠湖花园{block}栋{unit}单元{room}室")
    found = (parsed.district, parsed.township, parsed.road, parsed.number, parsed.compound)
    assert found == ("临湖区", town, road, f"{door}号", "翠湖花园")
    assert (parsed.block, parsed.unit, parsed.room, parsed.rest) == (f"{block}栋", f"{unit}单元", f"{room}室", "")

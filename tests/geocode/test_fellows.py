"""What one row of a list knows, the other rows at its door know too; where rows contradict each other nothing is taken."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gridplan.geocode.coder import Coded, Coder
from gridplan.model.place import Area, AreaLevel, FixLevel
from gridplan.model.site import SiteStatus
from tests.builders import point, site

Locate = Callable[..., list[Coded]]
DOOR = "示例区东街道无名路7号"


@pytest.fixture
def locate(areas: tuple[Area, ...]) -> Locate:
    """Locate rows without any gazetteer: (name, address) or (name, address, point)."""

    def all_(*rows: tuple[object, ...]) -> list[Coded]:
        sites = [
            site(f"s{n}", name=row[0], address=row[1], row=n, given=row[2] if len(row) > 2 else None)
            for n, row in enumerate(rows, 2)
        ]
        found = [{} if one.given is None else {AreaLevel.TOWNSHIP: areas[1].code} for one in sites]
        return Coder(areas, (), "示例区").locate(sites, [f or None for f in found])

    return all_


def test_a_row_without_community_takes_that_of_its_fellow_and_says_so(locate: Locate) -> None:
    plain, told = locate(("甲培训", DOOR + "三楼"), ("乙托管", "示例区东街道甲社区无名路7号一楼"))
    assert (plain.status, plain.fix.level, plain.fix.point) == (SiteStatus.LOCATED, FixLevel.COMMUNITY, told.fix.point)
    (complaint,) = plain.complaints
    assert "乙托管" in complaint.text.zh and "第 3 行" in complaint.text.zh and "甲社区" in complaint.text.zh


def test_a_row_without_a_point_is_put_where_its_fellow_is(locate: Locate) -> None:
    plain, _ = locate(("甲培训", DOOR + "三楼"), ("乙托管", DOOR + "一楼", point(300, 300)))
    assert (plain.status, plain.fix.level) == (SiteStatus.LOCATED, FixLevel.ROAD_NUMBER)
    assert plain.fix.point == pytest.approx(point(300, 300)) and plain.fix.score < 1
    assert "乙托管" in plain.complaints[0].text.zh


@pytest.mark.parametrize(
    "other",
    [
        ("乙托管", "示例区东街道甲社区无名路9号"),  # another door
        ("乙托管", "示例区西街道同名社区无名路7号"),  # another township
        ("乙托管", "示例区东街道甲社区有名路7号"),  # another road
    ],
)
def test_other_doors_say_nothing(locate: Locate, other: tuple[str, str]) -> None:
    plain, _ = locate(("甲培训", DOOR), other)
    assert plain.status is SiteStatus.REVIEW and not plain.complaints


def test_fellows_that_contradict_each_other_say_nothing(locate: Locate) -> None:
    by_name = locate(("甲", DOOR), ("乙", "东街道甲社区无名路7号"), ("丙", "东街道同名社区无名路7号"))
    unknown = locate(("甲", DOOR), ("乙", "东街道甲社区无名路7号"), ("丙", "东街道新城社区无名路7号"))
    by_point = locate(("甲", DOOR), ("乙", DOOR, point(300, 300)), ("丙", DOOR, point(700, 300)))
    assert by_name[0].status is unknown[0].status is by_point[0].status is SiteStatus.REVIEW

"""Every site gets a place, or a reason why a person must look; nothing is guessed silently."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gridplan.geocode.coder import Coded, Coder
from gridplan.geocode.datum import from_wgs84
from gridplan.geocode.doubts import is_coarse
from gridplan.geocode.gazetteer import distance_m
from gridplan.model.place import Area, AreaCode, AreaLevel, Datum, FixLevel, GazetteerEntry, LonLat
from gridplan.model.site import SiteStatus
from gridplan.model.words import say
from tests.builders import point, site

Locate = Callable[..., Coded]
TOWNSHIP, COMMUNITY = AreaLevel.TOWNSHIP, AreaLevel.COMMUNITY


@pytest.fixture
def locate(areas: tuple[Area, ...], gazetteer: tuple[GazetteerEntry, ...]) -> Locate:
    def one(name: str, address: str, **more: object) -> Coded:
        return Coder(areas, gazetteer, "示例区").locate([site(name=name, address=address, **more)])[0]

    return one


def test_a_known_name_at_its_own_address_is_exact(locate: Locate, at: dict[str, LonLat]) -> None:
    coded = locate("春风花园", "示例区东街道长乐路8号")
    assert (coded.fix.level, coded.fix.point, coded.status) == (FixLevel.EXACT, at["春风花园"], SiteStatus.LOCATED)
    assert coded.fix.reason == ""


def test_a_door_is_found_by_road_and_number(locate: Locate) -> None:
    fix = locate("某某托管", "东街道长乐路１２号二楼").fix
    assert (fix.level, fix.point, fix.confident) == (FixLevel.ROAD_NUMBER, point(480, 100), True)


def test_a_number_beyond_the_last_door_is_not_guessed(locate: Locate) -> None:
    fix = locate("某某托管", "东街道甲社区长乐路16号").fix
    assert (fix.level, fix.confident) == (FixLevel.ROAD, False)


def test_a_missing_number_is_placed_between_its_neighbours_on_the_same_side(
    areas: tuple[Area, ...], gazetteer: tuple[GazetteerEntry, ...]
) -> None:
    without = [e for e in gazetteer if e.number != "4号"]
    fix = Coder(areas, without, "示例区").locate([site(name="某某", address="东街道甲社区长乐路4号")])[0].fix
    assert (fix.level, fix.confident) == (FixLevel.INTERPOLATED, True)
    assert fix.point is not None
    assert distance_m(fix.point, point(160, 100)) < 1


def test_one_wrong_character_in_road_or_name_is_read_in_its_context(locate: Locate) -> None:
    road = locate("某某", "东街道甲社区长东路12号")
    name = locate("星光艺木培训中心", "西街道同名社区平安路99号")
    assert (road.fix.point, road.status) == (point(480, 100), SiteStatus.LOCATED)
    assert (name.fix.level, name.status) == (FixLevel.EXACT, SiteStatus.LOCATED)


def test_one_wrong_character_without_any_context_waits_for_a_person(locate: Locate) -> None:
    coded = locate("星光艺木培训中心", "")
    assert coded.status is SiteStatus.REVIEW
    assert coded.fix.candidates


def test_a_wrong_number_does_not_move_a_known_name(locate: Locate, at: dict[str, LonLat]) -> None:
    assert locate("春风花园", "东街道甲社区长乐路900号").fix.point == at["春风花园"]


def test_a_name_and_a_door_far_apart_wait_for_a_person(locate: Locate) -> None:
    coded = locate("秋水花园", "示例区长乐路12号")
    assert (coded.status, coded.fix.reason) == (SiteStatus.REVIEW, "geocode.ambiguous")
    assert len(coded.fix.candidates) >= 2


def test_a_named_community_decides_between_a_name_and_a_door_far_apart(locate: Locate, at: dict[str, LonLat]) -> None:
    assert locate("秋水花园", "西街道同名社区长乐路12号").fix.point == at["秋水花园"]
    assert locate("秋水花园", "西街道同名社区长乐路12号").status is SiteStatus.LOCATED


def test_one_name_in_two_townships_is_told_apart_by_the_township_named(locate: Locate) -> None:
    assert locate("小天鹅托管", "东街道甲社区").fix.point == point(80, 100)
    assert locate("小天鹅托管", "大桥村").fix.point == point(3000, 1500)
    assert locate("小天鹅托管", "示例区").fix.reason == "geocode.ambiguous"


def test_one_road_in_two_townships_is_told_apart_or_left_to_a_person(locate: Locate) -> None:
    assert locate("某某", "西街道平安路1号").fix.point == point(2140, 100)
    assert locate("某某", "平安路1号").status is SiteStatus.REVIEW


def test_what_lies_in_another_township_than_named_is_never_sure(locate: Locate) -> None:
    assert locate("春风花园", "西街道长乐路8号").fix.reason == "geocode.other_township"


def test_what_lies_in_another_community_than_named_waits_for_a_person(locate: Locate) -> None:
    assert locate("春风花园", "东街道同名社区").status is SiteStatus.REVIEW


def test_a_community_alone_gives_its_centre(locate: Locate) -> None:
    coded = locate("某某", "示例区东街道甲社区")
    assert (coded.fix.level, coded.status) == (FixLevel.COMMUNITY, SiteStatus.LOCATED)


def test_a_community_with_a_road_nobody_knows_waits_for_a_person(locate: Locate) -> None:
    assert locate("某某", "东街道甲社区无名路5号").fix.reason == "geocode.finer_unknown"


def test_a_township_alone_is_too_coarse(locate: Locate) -> None:
    coded = locate("某某", "示例区东街道")
    assert (coded.fix.level, coded.fix.reason) == (FixLevel.TOWNSHIP, "geocode.too_coarse")


def test_without_a_gazetteer_only_area_names_locate(areas: tuple[Area, ...]) -> None:
    coded = Coder(areas, (), "示例区").locate([site(address="示例区东街道甲社区一号路1号")])[0]
    assert (coded.fix.level, coded.status) == (FixLevel.COMMUNITY, SiteStatus.LOCATED)


def test_a_fix_below_the_level_asked_for_is_not_sure(
    areas: tuple[Area, ...], gazetteer: tuple[GazetteerEntry, ...]
) -> None:
    strict = Coder(areas, gazetteer, "示例区", FixLevel.EXACT)
    assert strict.locate([site(name="某某", address="东街道长乐路12号")])[0].fix.reason == "geocode.too_coarse"


def test_another_district_is_rejected_and_said(locate: Locate) -> None:
    coded = locate("邻区培训", "别处区西街道三号路5号", given=point(10, 10))
    assert coded.status is SiteStatus.REJECTED
    assert "别处区" in coded.complaints[0].text.zh


def test_an_empty_address_has_no_place(locate: Locate) -> None:
    coded = locate("某某", "")
    assert (coded.status, coded.fix.point, coded.fix.reason) == (SiteStatus.REVIEW, None, "geocode.no_address")


def test_every_reason_has_words(locate: Locate) -> None:
    assert say(locate("某某", "无名路5号").fix.reason).zh


# ---- the list's own point -----------------------------------------------------------------------------------------------


def by_point(
    areas: tuple[Area, ...],
    address: str,
    found: dict[AreaLevel, str] | None,
    gazetteer: tuple[GazetteerEntry, ...] = (),
) -> Coded:
    codes = {level: AreaCode(code) for level, code in found.items()} if found is not None else None
    return Coder(areas, gazetteer, "示例区").locate([site(address=address, given=point(500, 500))], [codes])[0]


def test_a_given_point_that_fits_its_address_is_taken(areas: tuple[Area, ...]) -> None:
    coded = by_point(areas, "东街道甲社区长乐路1号", {TOWNSHIP: "11", COMMUNITY: "111"})
    assert (coded.status, coded.fix.level, coded.fix.point) == (SiteStatus.LOCATED, FixLevel.EXACT, point(500, 500))
    assert coded.complaints == ()


def test_a_given_point_is_converted_from_its_datum(areas: tuple[Area, ...]) -> None:
    lon, lat = from_wgs84(*point(500, 500), Datum.GCJ02)
    there = site(address="东街道", given=LonLat(lon, lat), datum_in=Datum.GCJ02)
    fix = Coder(areas, (), "示例区").locate([there])[0].fix
    assert fix.point is not None
    assert distance_m(fix.point, point(500, 500)) < 0.1


def test_a_given_point_in_another_community_stays_with_a_warning(areas: tuple[Area, ...]) -> None:
    coded = by_point(areas, "东街道甲社区", {TOWNSHIP: "11", COMMUNITY: "112"})
    assert coded.status is SiteStatus.LOCATED
    assert coded.complaints[0].text.zh == "“星星培训”的地址写的是甲社区，坐标落在同名社区"


def test_a_given_point_in_another_township_waits_for_a_person(areas: tuple[Area, ...]) -> None:
    coded = by_point(areas, "东街道甲社区", {TOWNSHIP: "12", COMMUNITY: "121"})
    assert (coded.status, coded.fix.reason) == (SiteStatus.REVIEW, "geocode.point_other_township")
    assert coded.complaints


def test_a_given_point_outside_all_areas_waits_for_a_person(areas: tuple[Area, ...]) -> None:
    assert by_point(areas, "东街道", {}).fix.reason == "geocode.outside"


def test_a_given_point_far_from_a_sure_address_waits_for_a_person(
    areas: tuple[Area, ...], gazetteer: tuple[GazetteerEntry, ...]
) -> None:
    far = site(name="星光艺术培训中心", address="平安路2号", given=point(500, 500))
    coded = Coder(areas, gazetteer, "示例区").locate([far], [{TOWNSHIP: AreaCode("11")}])[0]
    assert coded.fix.reason == "geocode.point_disagrees"
    assert "米" in coded.complaints[0].text.zh


def test_a_given_point_far_from_the_community_named_waits_for_a_person(areas: tuple[Area, ...]) -> None:
    far = site(address="东街道甲社区", given=point(500, 2300))  # 1,300 m north of it
    coded = Coder(areas, (), "示例区").locate([far], [{TOWNSHIP: AreaCode("11"), COMMUNITY: AreaCode("112")}])[0]
    assert (coded.status, coded.fix.reason) == (SiteStatus.REVIEW, "geocode.point_far_from_area")
    assert "离它 1303 米" in coded.complaints[0].text.zh


def test_a_rough_point_gives_way_to_a_sure_address_and_else_waits(
    areas: tuple[Area, ...], gazetteer: tuple[GazetteerEntry, ...]
) -> None:
    rough = LonLat(116.41, 39.9)
    sites = [
        site("a", name="星光艺术培训中心", address="西街道平安路2号", given=rough, row=2),
        site("b", name="某某", address="西街道无名路5号", given=rough, row=3),
        site("c", name="别处", address="别处区三号路5号", given=rough, row=4),
        site("d", name="准的", address="东街道", given=point(500, 500), row=5),
    ]
    known, unknown, elsewhere, exact = Coder(areas, gazetteer, "示例区").locate(sites)
    assert (known.status, known.fix.point) == (SiteStatus.LOCATED, point(2180, 100))
    assert known.fix.candidates[-1].point == rough
    assert (unknown.status, unknown.fix.reason) == (SiteStatus.REVIEW, "geocode.coarse_point")
    assert (elsewhere.status, exact.fix.point) == (SiteStatus.REJECTED, point(500, 500))
    (told,) = [c for c in known.complaints if c.code == "geocode.coarse_point"]
    assert "2 个点位" in told.text.zh and "1 个改按地址落点，1 个待核" in told.text.zh and "第 2–3 行" in told.text.zh


@pytest.mark.parametrize(
    ("lon", "lat", "coarse"),
    [
        (116.0, 39.0, True),
        (116.41, 39.9, True),
        (116 + 25 / 60, 39 + 54 / 60, True),
        (116.41, 39.901, False),
        (116.412, 39.9, False),
        (116.4125013, 39.9, False),
    ],
)
def test_a_point_is_rough_when_both_degrees_are(lon: float, lat: float, coarse: bool) -> None:
    assert is_coarse(LonLat(round(lon, 7), round(lat, 7))) is coarse


def test_a_centre_shared_by_many_addresses_gives_way_to_sure_addresses_and_says_so(
    areas: tuple[Area, ...], gazetteer: tuple[GazetteerEntry, ...]
) -> None:
    centre = point(1500, 700)
    doors = [2, 4, 6, 10, 12]
    sites = [
        site(f"s{n}", name=f"机构{n}", address=f"东街道长乐路{n}号", given=centre, row=row)
        for row, n in enumerate(doors, 2)
    ]
    sites.append(site("x", name="查无此处", address="东街道无名路7号", given=centre, row=9))
    found = [{TOWNSHIP: AreaCode("11")}] * len(sites)
    coded = Coder(areas, gazetteer, "示例区").locate(sites, found)
    assert [item.fix.point for item in coded[:5]] == [point(40 * n, 100) for n in doors]
    assert all(item.status is SiteStatus.LOCATED for item in coded[:5])
    assert (coded[5].status, coded[5].fix.reason) == (SiteStatus.REVIEW, "geocode.shared_point")
    told = [c for item in coded for c in item.complaints if c.code == "geocode.shared_point"]
    assert len(told) == 1 and "6 个地址不同" in told[0].text.zh and "5 个改按地址落点，1 个待核" in told[0].text.zh
    assert "第 2–6, 9 行" in told[0].text.zh

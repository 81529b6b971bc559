"""Which pairs are shown as perhaps one site, and which are not."""

from __future__ import annotations

import pytest

from gridplan.intake.doubles import find_doubles
from gridplan.intake.merge import SameSites, pair_key
from gridplan.model.place import AreaCode, AreaLevel, Fix, FixLevel
from gridplan.model.site import PlacedSite, SiteKind, SiteStatus
from tests.builders import point, site

CODE = "91110108MA01C5P555"


def placed(id: str, name: str, east_m: float = 0, *, level: FixLevel = FixLevel.EXACT, **more: object) -> PlacedSite:
    one = site(id, name=name, **{"address": f"新路{id}号", **more})  # type: ignore[arg-type]
    return PlacedSite(
        site=one,
        fix=Fix(point=point(east_m), level=level, score=1, gap=1, confident=True, reason="", candidates=()),
        status=SiteStatus.LOCATED,
        areas={AreaLevel.COMMUNITY: AreaCode("111")},
    )


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        (("青苗培训学校", 0), ("青苗教育培训中心", 10), ("name", "beside")),
        (("青苗少儿英语", 0), ("青苗少儿英话", 20), ("alike", "beside")),
        (("青苗培训", 0, {"phone": "13800000001"}), ("青苗学堂", 400, {"phone": "138 0000 0001"}), ("name", "phone")),
        (("青苗培训", 0, {"uscc": CODE}), ("青苗教育", 100, {"uscc": CODE}), ("name", "uscc", "near")),
        (("甲乙丙", 0, {"uscc": CODE, "phone": "13800000001"}), ("丁戊己", 5, {"uscc": CODE, "phone": "13800000001"}), ("uscc", "phone", "beside")),
    ],
)  # fmt: skip
def test_a_pair_that_may_be_one_is_shown_with_its_reasons(one, other, reasons):
    pair = [
        placed(id, what[0], what[1], **(what[2] if len(what) > 2 else {})) for id, what in (("a", one), ("b", other))
    ]
    (found,) = find_doubles(pair)
    assert (found.one, found.other, found.reasons) == ("a", "b", reasons) and 0.6 <= found.score < 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("青苗培训东城分校", 0), ("青苗培训西城分校", 20)),  # two branches
        (("青苗培训", 0), ("青苗培训", 5_000)),  # one name, two places
        (("青苗培训", 0), ("百合培训", 5)),  # neighbours in one building
        (("青苗花园小区", 0, {"kind": SiteKind.COMPOUND}), ("青苗花园托管", 60, {"kind": SiteKind.CHILDCARE})),
    ],
)
def test_a_pair_that_is_surely_two_is_not_shown(one, other):
    pair = [
        placed(id, what[0], what[1], **(what[2] if len(what) > 2 else {})) for id, what in (("a", one), ("b", other))
    ]
    assert find_doubles(pair) == []


def test_what_a_person_parted_is_not_shown_again():
    pair = [placed("a", "青苗培训学校"), placed("b", "青苗教育培训中心", 10)]
    said = SameSites(different=frozenset({pair_key(pair[1].site, pair[0].site)}))
    assert find_doubles(pair) and not find_doubles(pair, said)


def test_without_points_sites_of_one_community_are_compared():
    pair = [
        placed(id, name, level=FixLevel.COMMUNITY, address="东街道", phone="13800000001")
        for id, name in (("a", "青苗培训"), ("b", "青苗学堂"))
    ]
    assert [one.reasons for one in find_doubles(pair)] == [("name", "phone", "address")]


def test_sites_on_both_sides_of_a_cells_border_are_compared():
    for east_m in range(0, 700, 35):
        pair = [placed("a", "青苗少儿英语", east_m), placed("b", "青苗少儿英语培训", east_m + 30)]
        assert len(find_doubles(pair)) == 1, east_m

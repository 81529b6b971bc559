"""Addresses as people write them come apart into the district's own names."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.geocode.address import AddressParser, parse_address
from gridplan.geocode.text import door_key, fold, name_key, number_of
from gridplan.model.place import Area, AreaLevel
from tests.builders import area

DATA = Path(__file__).parents[1] / "data" / "geocode"
CASES = list(csv.DictReader((DATA / "addresses.csv").read_text("utf-8").splitlines()))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"] or "empty")
def test_each_written_address_comes_apart_as_the_case_file_says(case: dict[str, str], areas: tuple[Area, ...]) -> None:
    address = AddressParser(areas, "示例区", {"长乐路", "长乐东路2段"}).parse(case["text"])
    assert {key: getattr(address, key) for key in case} == case


def test_a_community_of_a_name_borne_twice_is_told_apart_by_its_township(areas: tuple[Area, ...]) -> None:
    assert parse_address("西街道同名社区", areas, "示例区").named[AreaLevel.COMMUNITY] == "121"
    assert AreaLevel.COMMUNITY not in parse_address("同名社区", areas, "示例区").named


def test_a_community_implies_its_township(areas: tuple[Area, ...]) -> None:
    assert parse_address("大桥村7号", areas, "示例区").named == {AreaLevel.TOWNSHIP: "12", AreaLevel.COMMUNITY: "122"}


def test_the_columns_of_the_list_fill_what_the_address_leaves_open(areas: tuple[Area, ...]) -> None:
    parser = AddressParser(areas, "示例区")
    address = parser.parse("长乐路2号", township="西街道", community="同名社区")
    assert address.named == {AreaLevel.TOWNSHIP: "12", AreaLevel.COMMUNITY: "121"}


def test_a_city_may_be_the_district_and_its_districts_the_townships() -> None:
    own = [
        area("1", AreaLevel.DISTRICT, "示例市", west=0, south=0, east=1, north=1),
        area("11", AreaLevel.TOWNSHIP, "中區", west=0, south=0, east=1, north=1, parent="1"),
    ]
    assert parse_address("示例市中区公園路5號", own, "示例市").township == "中區"
    assert parse_address("别处市中區公園路5號", own, "示例市").other_district == "别处市"


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("三", 3), ("十", 10), ("二十", 20), ("一百零五", 105), ("一二三", 123), ("两千〇一十二", 2012)],
)
def test_chinese_numerals_are_numbers(numeral: str, value: int) -> None:
    assert number_of(numeral) == value


@pytest.mark.parametrize(
    ("one", "other"), [("臺北路１２號", "台北路12号"), ("第三小学", "第三小学"), ("三里河路 5 号", "三里河路5号")]
)
def test_spellings_fold_into_one(one: str, other: str) -> None:
    assert fold(one) == other


def test_doors_and_names_have_one_spelling() -> None:
    assert [door_key(n) for n in ("12号", "60巷17號", "15之1号", "1、3、5号", "附近")] == [
        "12",
        "60巷17",
        "15-1",
        "1",
        "",
    ]
    assert name_key("春风·花园（小区）") == name_key("春风花园小区") == "春风花园"


@given(st.text(alphabet="示例区东街道甲社村号路巷弄一二十百12( )市县O〇之-长乐", max_size=24))
def test_no_text_breaks_the_parser(text: str) -> None:
    town = area("11", AreaLevel.TOWNSHIP, "东街道", west=0, south=0, east=1, north=1)
    assert parse_address(text, [town], "示例区").text == text

"""An invented district of two townships and a small gazetteer for it."""

from __future__ import annotations

import pytest

from gridplan.model.place import Area, AreaLevel, GazetteerEntry, GazetteerKind, LonLat
from tests.builders import area, point

D, T, C = AreaLevel.DISTRICT, AreaLevel.TOWNSHIP, AreaLevel.COMMUNITY


def entry(
    kind: str, name: str, road: str, number: str, east_m: float, north_m: float = 0, where: tuple[str, str] = ("", "")
) -> GazetteerEntry:
    return GazetteerEntry(
        name=name,
        kind=GazetteerKind(kind),
        road=road,
        number=number,
        township=where[0],
        community=where[1],
        point=point(east_m, north_m),
    )


@pytest.fixture(scope="session")
def areas() -> tuple[Area, ...]:
    west, middle, east = point().lon, point(2000).lon, point(4000).lon
    south, centre, north = point().lat, point(0, 1000).lat, point(0, 2000).lat
    return (
        area("1", D, "示例区", west=west, south=south, east=east, north=north),
        area("11", T, "东街道", west=west, south=south, east=middle, north=north, parent="1"),
        area("12", T, "西街道", west=middle, south=south, east=east, north=north, parent="1"),
        area("111", C, "甲社区", west=west, south=south, east=middle, north=centre, parent="11"),
        area("112", C, "同名社区", west=west, south=centre, east=middle, north=north, parent="11"),
        area("121", C, "同名社区", west=middle, south=south, east=east, north=centre, parent="12"),
        area("122", C, "大桥村", west=middle, south=centre, east=east, north=north, parent="12"),
    )


@pytest.fixture(scope="session")
def gazetteer() -> tuple[GazetteerEntry, ...]:
    jia, tong, bridge = ("东街道", "甲社区"), ("西街道", "同名社区"), ("西街道", "大桥村")
    return (
        *(entry("door", f"长乐路{n}号", "长乐路", f"{n}号", 40 * n, 100, jia) for n in (2, 4, 6, 10, 12, 14)),
        *(entry("door", f"长乐路{n}号", "长乐路", f"{n}号", 40 * n, 120, jia) for n in (1, 3, 5)),
        *(entry("door", f"平安路{n}号", "平安路", f"{n}", 2100 + 40 * n, 100, tong) for n in (1, 2, 3)),
        *(entry("door", f"平安路{n}号", "平安路", f"{n}", 100 + 40 * n, 800, jia) for n in (1, 2)),
        entry("road", "长乐路", "长乐路", "", 300, 110, jia),
        entry("compound", "春风花园", "长乐路", "8号", 320, 100, jia),
        entry("compound", "秋水花园", "平安路", "3号", 2220, 100, tong),
        entry("poi", "星光艺术培训中心", "平安路", "2号", 2180, 100, tong),
        entry("poi", "小天鹅托管", "长乐路", "2号", 80, 100, jia),
        entry("poi", "小天鹅托管", "大桥路", "9号", 3000, 1500, bridge),
    )


@pytest.fixture
def at() -> dict[str, LonLat]:
    return {"春风花园": point(320, 100), "星光": point(2180, 100), "秋水花园": point(2220, 100)}

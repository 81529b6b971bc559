"""Points keep their place when their datum is changed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.geocode.datum import from_wgs84, to_wgs84
from gridplan.model.place import Datum

METRE = 1 / 111_000
PUBLISHED = [  # lat, lon in WGS-84 and GCJ-02
    (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
    (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
    (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
]


@pytest.mark.parametrize(("lat", "lon", "gcj_lat", "gcj_lon"), PUBLISHED)
def test_the_published_vectors_come_out_within_a_centimetre(
    lat: float, lon: float, gcj_lat: float, gcj_lon: float
) -> None:
    made = from_wgs84(lon, lat, Datum.GCJ02)
    assert made == pytest.approx((gcj_lon, gcj_lat), abs=METRE / 100)
    assert to_wgs84(gcj_lon, gcj_lat, Datum.GCJ02) == pytest.approx((lon, lat), abs=METRE / 100)


def test_the_published_baidu_point_comes_out_within_a_metre() -> None:
    assert from_wgs84(116.377817, 39.911954, Datum.BD09) == pytest.approx((116.39045471, 39.91957555), abs=METRE)


@given(
    st.floats(73.5, 135.0),
    st.floats(18.0, 53.5),
    st.sampled_from(list(Datum)),
)
def test_there_and_back_again_is_less_than_a_centimetre(lon: float, lat: float, datum: Datum) -> None:
    assert to_wgs84(*from_wgs84(lon, lat, datum), datum) == pytest.approx((lon, lat), abs=METRE / 100)


def test_outside_china_gcj02_has_no_offset() -> None:
    assert from_wgs84(24.94, 60.17, Datum.GCJ02) == (24.94, 60.17)
    assert to_wgs84(24.94, 60.17, Datum.GCJ02) == (24.94, 60.17)


def test_cgcs2000_is_read_as_wgs84() -> None:
    assert to_wgs84(116.4, 39.9, Datum.CGCS2000) == (116.4, 39.9)


def test_arrays_give_arrays() -> None:
    lon, lat = to_wgs84(np.array([116.39, 116.4]), np.array([39.92, 39.9]), Datum.BD09)
    assert lon.shape == lat.shape == (2,)

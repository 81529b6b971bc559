"""The picture of points: every group can be switched, labels are text, nothing runs and nothing is fetched."""

from __future__ import annotations

import numpy as np

from gridplan.maps.pointmap import PointGroup, write_point_map


def test_only_the_groups_to_be_shown_are_on_and_labels_are_text(tmp_path):
    points = np.array([[116.4, 39.9], [116.41, 39.91], [116.42, 39.9]])
    groups = [
        PointGroup(label="<b>甲</b>", points=points, shown=True),
        PointGroup(label="乙", points=points + 0.001, shown=False),
    ]
    streets = np.array([[116.39, 39.9, 116.42, 39.9], [121.0, 31.0, 121.1, 31.1]])
    write_point_map(tmp_path / "map.html", "标题", streets, groups, ["<i>说明</i>"])
    page = (tmp_path / "map.html").read_text("utf-8")
    assert 'id="g0" checked' in page and 'id="g1">' in page and page.count("<circle") == 6
    assert "&lt;b&gt;甲" in page and "&lt;i&gt;说明" in page and "<script" not in page
    assert page.count("M") - page.count("META") == 1  # the street of another city is not drawn


def test_one_point_without_streets_is_drawn(tmp_path):
    write_point_map(
        tmp_path / "map.html", "一点", None, [PointGroup(label="甲", points=np.array([[116.4, 39.9]]), shown=True)], []
    )
    assert (tmp_path / "map.html").read_text("utf-8").count("<circle") == 1

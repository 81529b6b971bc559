"""The check of boundary files tells every fault at once, each with file, row and place."""

from __future__ import annotations

from pathlib import Path

import pytest
from shapely import box

from gridplan.grid.faults import Checked, Fault, check_areas
from gridplan.model.errors import InputError, Severity
from tests.grid.test_boundaries import BOW_TIE, EAST, MINI, B, write

SCHEME = {"township": 9, "community": 12}


def check(folder: Path, rows: object, **more: object) -> Checked:
    return check_areas(write(folder, rows), {}, SCHEME, **more)  # type: ignore[arg-type]


def only(checked: Checked, kind: str) -> Fault:
    (fault,) = [f for f in checked.faults if f.kind == kind]
    return fault


def test_a_sound_grid_has_no_faults(tmp_path):
    assert check(tmp_path, MINI).faults == ()


def test_faults_do_not_hide_each_other(tmp_path):
    rows = (*MINI, ("community", "110000001001", "丙社区", BOW_TIE), ("community", "1100000010", "丁社区", B))
    found = {f.kind for f in check(tmp_path, rows).faults}
    assert {"grid.code_twice", "grid.mended", "grid.code_long", "grid.overlap"} <= found


def test_a_code_that_stands_twice_names_both_rows(tmp_path):
    fault = only(check(tmp_path, (*MINI, ("community", "110000001001", "丙社区", B))), "grid.code_twice")
    assert (fault.severity, fault.file, fault.row) == (Severity.ERROR, "areas.geojson", 4)
    assert "#2 甲社区" in fault.text.zh and "#4 丙社区" in fault.text.zh


def test_ground_no_community_holds_is_a_gap_and_a_crack_is_a_sliver(tmp_path):
    gap = only(check(tmp_path, MINI[:2]), "grid.gap")
    assert gap.place is not None and gap.place.equals(B) and gap.severity is Severity.WARNING
    crack = box(116.41001, 39.90, 116.42, 39.91)
    sliver = only(check(tmp_path, (*MINI[:2], ("community", "110000001002", "乙社区", crack))), "grid.gap_sliver")
    assert sliver.severity is Severity.INFO


def test_a_child_outside_its_parent_is_marked_where_it_sticks_out(tmp_path):
    wide = box(116.41, 39.90, 116.425, 39.91)
    fault = only(check(tmp_path, (*MINI[:2], ("community", "110000001002", "乙社区", wide))), "grid.outside")
    assert fault.place is not None and fault.place.equals(wide.difference(EAST))


def test_an_empty_township_a_double_name_and_an_unowned_area_are_told(tmp_path):
    west = box(116.38, 39.90, 116.40, 39.91)
    rows = (*MINI[:2], ("community", "110000001002", "甲社区", B), ("township", "110000002", "西街道", west))
    checked = check(tmp_path, rows, owned={"110000001"})
    assert only(checked, "grid.no_children").name == "西街道"
    assert only(checked, "grid.name_twice").row == 3
    assert only(checked, "grid.no_owner").name == "西街道"  # the communities inherit 东街道's owner


def test_a_hole_between_areas_without_parent_is_a_gap(tmp_path):
    ring = [
        box(0, 0, 3, 1), box(0, 2, 3, 3), box(0, 1, 1, 2), box(2, 1, 3, 2),
    ]  # fmt: skip
    rows = [("township", f"11000000{i}", f"街道{i}", p) for i, p in enumerate(ring)]
    place = only(check(tmp_path, rows), "grid.gap").place
    assert place is not None and place.equals(box(1, 1, 2, 2))


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path):
    (tmp_path / "bad.geojson").write_text("not json", "utf-8")
    checked = check(tmp_path, MINI)
    assert len(checked.areas) == 3
    assert only(checked, "grid.unreadable").file == "bad.geojson"


def test_a_folder_without_files_is_refused(tmp_path):
    with pytest.raises(InputError):
        check_areas(tmp_path, {}, SCHEME)

"""An office's own map tiles in round.toml: what is taken and what is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.intake.settings import read_round
from gridplan.intake.tiles import parse_tiles
from gridplan.model.basemap import Tiles
from gridplan.model.errors import InputError
from gridplan.model.place import Datum
from gridplan.services.folders.tiles import tiles_of, tiles_of_folder

BARE = 'name = "一轮"\ndistrict = "示例区"\nstart = 2026-11-30\n'
ADDRESS = "http://10.0.0.8:8080/tiles/{z}/{x}/{y}.png"


def settings(folder: Path, table: str) -> Path:
    (folder / "round.toml").write_text(BARE + table, "utf-8")
    return folder / "round.toml"


def test_by_default_there_are_none(tmp_path):
    assert read_round(settings(tmp_path, "")).tiles is None


def test_an_address_and_its_datum_are_read(tmp_path):
    round_ = read_round(settings(tmp_path, f'[map]\ntiles = "{ADDRESS}"\ndatum = "gcj02"\n'))
    assert round_.tiles == Tiles(url=ADDRESS, datum=Datum.GCJ02)
    assert round_.tiles.origin == "http://10.0.0.8:8080"


@pytest.mark.parametrize(
    "address",
    ["//host/{z}/{x}/{y}", "ftp://host/{z}/{x}/{y}", "http://host/{z}/{x}.png", "http://host/{z}/{x}/{y}/{s}",
     "http://user:secret@host/{z}/{x}/{y}", "http://host/{z}/{x}/{y}; script-src *", "http://host /{z}/{x}/{y}",
     "http://host/{z}/{x}/{y}'", "http://*/{z}/{x}/{y}", "javascript:{z}{x}{y}", "http://host/{z}/{z}/{x}/{y}"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_by_name(tmp_path, address):
    with pytest.raises(InputError, match=r"round\.toml"):
        read_round(settings(tmp_path, f'[map]\ntiles = "{address}"\n'))


def test_tiles_of_baidu_are_refused_with_the_reason():
    with pytest.raises(InputError, match="百度"):
        parse_tiles(ADDRESS, "bd09", "round.toml")


def test_an_unknown_key_or_a_datum_alone_is_refused(tmp_path):
    with pytest.raises(InputError, match="tile"):
        read_round(settings(tmp_path, f'[map]\ntile = "{ADDRESS}"\n'))
    with pytest.raises(InputError, match="tiles"):
        read_round(settings(tmp_path, '[map]\ndatum = "gcj02"\n'))


def test_the_environment_goes_before_the_file(tmp_path, monkeypatch):
    settings(tmp_path, f'[map]\ntiles = "{ADDRESS}"\n')
    assert tiles_of_folder(tmp_path) == Tiles(url=ADDRESS)
    monkeypatch.setenv("GRIDPLAN_TILES", "https://other/{z}/{x}/{y}.jpg")
    monkeypatch.setenv("GRIDPLAN_TILES_DATUM", "gcj02")
    assert tiles_of_folder(tmp_path) == Tiles(url="https://other/{z}/{x}/{y}.jpg", datum=Datum.GCJ02)
    monkeypatch.setenv("GRIDPLAN_TILES", "nonsense")
    with pytest.raises(InputError, match="GRIDPLAN_TILES"):
        tiles_of()

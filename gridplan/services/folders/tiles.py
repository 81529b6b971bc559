"""Whether map pages show an office's own tiles: GRIDPLAN_TILES goes before the settings of the round; by default none."""

from __future__ import annotations

from pathlib import Path

from gridplan.intake.settings import read_round
from gridplan.intake.tiles import parse_tiles
from gridplan.model.basemap import Tiles
from gridplan.model.round import Round
from gridplan.model.settings import setting

VARIABLE, DATUM_VARIABLE = "GRIDPLAN_TILES", "GRIDPLAN_TILES_DATUM"


def tiles_of(round_: Round | None = None) -> Tiles | None:
    """Return the tiles that the environment names, else those of the round's settings, else None.

    Raises
    ------
    InputError
        The environment names something that is no address of tiles.
    """
    if address := setting(VARIABLE):
        return parse_tiles(address, setting(DATUM_VARIABLE) or "wgs84", VARIABLE)
    return round_.tiles if round_ is not None else None


def tiles_of_folder(folder: Path | None) -> Tiles | None:
    """Return the same by the round.toml of an input folder, where there is one."""
    path = folder / "round.toml" if folder is not None else None
    return tiles_of(read_round(path) if path is not None and path.is_file() else None)

"""Cells for communities that have none, along streets and water where these are known."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from gridplan.grid.blocks import Barriers
from gridplan.grid.boundaries import read_areas
from gridplan.grid.cells import make_cells
from gridplan.grid.codes import CodeScheme
from gridplan.intake.register import read_sites
from gridplan.intake.settings import read_mapping, read_round
from gridplan.maps.plainmap import write_plain_map
from gridplan.model.errors import Conflict
from gridplan.model.place import Area, AreaCode, AreaLevel, LonLat
from gridplan.model.progress import Progress, silent
from gridplan.model.words import say
from gridplan.roads.basemap import read_basemap
from gridplan.services.folders.folder import check_out, dump, folder_at_once
from gridplan.services.folders.grids import areas_geojson
from gridplan.services.folders.placing import ROADS, extent_of, place_sites, read_roads, scheme_of

_MAIN = {"motorway", "trunk", "primary", "secondary"} | {
    "motorway_link",
    "trunk_link",
    "primary_link",
    "secondary_link",
}
_MINOR = {"tertiary", "tertiary_link", "residential", "unclassified", "living_street", "pedestrian"}
CELL_SCHEME = {"community": 12, "cell": 15}
"""The statistical code of a community and three digits more, where mapping.toml names no length for cells."""


def make_folder_cells(folder: Path, out: Path, *, sites: int, progress: Progress = silent) -> dict[str, Any]:
    """Write cells.geojson and map.html with about `sites` sites a cell for every community of an input folder.

    The cells follow the streets, railways and water of roads.osm.pbf where the folder has one.

    Raises
    ------
    InputError
        The folder cannot be read.
    Conflict
        The folder has cells already, or no communities.
    """
    check_out(folder, out)
    round_, mapping = read_round(folder / "round.toml"), read_mapping(folder / "mapping.toml")
    scheme = scheme_of(mapping)
    areas = read_areas(folder / "areas", mapping.areas, scheme, round_.district).areas
    communities = [area for area in areas if area.level is AreaLevel.COMMUNITY]
    if not communities or any(area.level is AreaLevel.CELL for area in areas):
        raise Conflict(say("grid.cells_there" if communities else "grid.no_communities"))
    register = read_sites(folder, mapping, round_, extent_of(areas))
    placement = place_sites(round_, register.sites, areas, (), progress)
    held: dict[AreaCode, list[LonLat]] = defaultdict(list)
    for placed in placement.sites:
        code = placed.areas.get(AreaLevel.COMMUNITY)
        if placed.fix.point is not None and code is not None:
            held[code].append(placed.fix.point)
    barriers = barriers_of(folder / ROADS, areas)
    codes = CodeScheme.of(scheme if "cell" in scheme else CELL_SCHEME)
    cells: list[Area] = []
    for community in communities:
        cells += make_cells(community, held[community.code], sites, codes, barriers=barriers)
    drawn = areas_geojson(cells)
    with folder_at_once(out) as made:
        (made / "cells.geojson").write_bytes(dump(drawn))
        write_plain_map(made / "map.html", say("grid.map_cells").zh, drawn, areas_geojson(()), ())
    counted = sum(map(len, held.values()))
    return {
        "communities": len(communities),
        "cells": len(cells),
        "sites": counted,
        "follows_roads": bool(barriers.main or barriers.minor),
        "files": ["cells.geojson", "map.html"],
    }


def barriers_of(path: Path | None, areas: tuple[Area, ...]) -> Barriers:
    """Return the lines of a street file that cells should follow; none where there is no such file."""
    if path is None or not path.exists():
        return Barriers()
    basemap = read_basemap(path, read_roads(path, areas), extent_of(areas))
    water = [shape.boundary if shape.area else shape for shape in basemap.water]
    return Barriers(
        main=[*water, *basemap.railways, *(street.line for street in basemap.streets if street.klass in _MAIN)],
        minor=[street.line for street in basemap.streets if street.klass in _MINOR],
    )

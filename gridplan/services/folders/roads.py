"""The road file of a folder, checked: what does not hang together, odd tags, sites and bases far from any street."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gridplan.maps.plainmap import write_plain_map
from gridplan.model.crew import TravelMode
from gridplan.model.errors import InputError, Severity
from gridplan.model.progress import Progress, silent
from gridplan.model.words import say
from gridplan.report.files import write_csv
from gridplan.roads.faults import CheckedRoads, RoadFault, Spot, check_roads
from gridplan.roads.network import RoadNetwork
from gridplan.services.folders.folder import check_out, dump, folder_at_once
from gridplan.services.folders.grids import areas_geojson
from gridplan.services.folders.placing import ROADS, Inputs, place_sites, read_inputs
from gridplan.services.folders.streets import profiles_of

_LISTED = 500
_DRAWN = 60_000
"""So many segments the map shows; a larger network is left out of it, its faults are not."""
_COLUMNS = ("severity", "kind", "mode", "name", "length_m", "ways", "lon", "lat", "text")


def check_folder_roads(
    folder: Path, out: Path, *, every_mode: bool = False, progress: Progress = silent
) -> dict[str, Any]:
    """Check `folder/roads.osm.pbf` for the modes in use and write faults.csv, faults.geojson and map.html into `out`.

    Raises
    ------
    InputError
        The folder, or a file of it, cannot be used; there is no road file.
    """
    check_out(folder, out)
    if folder.is_dir() and not (folder / ROADS).is_file():
        raise InputError(say("run.no_file", folder=folder, file=ROADS))
    inputs = read_inputs(folder, progress)
    placed = place_sites(inputs.round, inputs.register.sites, inputs.areas, inputs.gazetteer, progress).sites
    used = _modes(inputs)
    spots = [
        Spot(name=one.site.name, point=one.fix.point, modes=used) for one in placed if one.fix.point and one.areas
    ] + [
        Spot(name=say("roads.base", team=team.name, name=team.base_name).zh, point=team.base, modes=(team.mode,))
        for team in inputs.teams
    ]
    progress("check", 0, 1)
    modes = tuple(TravelMode) if every_mode else used
    checked = check_roads(folder / ROADS, profiles_of(inputs.round.travel.profiles), modes, spots)
    progress("check", 1, 1)
    _write(out, inputs, checked)
    figures = checked.network.describe()
    return {
        "segments": figures.segments,
        "length_km": figures.length_km,
        "spots": len(spots),
        "modes": [mode.value for mode in modes],
        **{one.value: sum(fault.severity is one for fault in checked.faults) for one in Severity},
        "kinds": dict(sorted(Counter(fault.kind for fault in checked.faults).items())),
        "files": ["faults.csv", "faults.geojson", "map.html"],
    }


def _modes(inputs: Inputs) -> tuple[TravelMode, ...]:
    """Return how the teams travel, in the order of the modes."""
    there = {team.mode for team in inputs.teams} or {inputs.round.travel.mode}
    return tuple(mode for mode in TravelMode if mode in there)


def _write(out: Path, inputs: Inputs, checked: CheckedRoads) -> None:
    marks = _collection((f.place, {"kind": f.kind, "text": f.text.zh}) for f in checked.faults)
    with folder_at_once(out) as made:
        write_csv(made / "faults.csv", [say(f"roads.head_{name}").zh for name in _COLUMNS], map(_row, checked.faults))
        (made / "faults.geojson").write_bytes(dump(marks))
        write_plain_map(
            made / "map.html",
            say("roads.map_faults").zh,
            areas_geojson(inputs.areas),
            marks,
            [fault.text.zh for fault in checked.faults[:_LISTED]],
            _streets(checked.network),
        )


def _row(fault: RoadFault) -> Sequence[str]:
    middle = fault.place.representative_point() if fault.place is not None else None
    return (
        say(f"roads.severity_{fault.severity.value}").zh,
        say(f"roads.kind_{fault.kind}").zh,
        say(f"roads.mode_{fault.mode}").zh if fault.mode else "",
        fault.name,
        f"{fault.length_m:.0f}" if fault.length_m else "",
        " ".join(map(str, fault.ways)),
        f"{middle.x:.6f}" if middle is not None else "",
        f"{middle.y:.6f}" if middle is not None else "",
        fault.text.zh,
    )


def _streets(network: RoadNetwork) -> dict[str, Any]:
    if len(network.segments.way) > _DRAWN:
        return _collection(())
    return _collection([(shapely.MultiLineString(network.lines.tolist()), {})])


def _collection(items: Iterable[tuple[BaseGeometry | None, Mapping[str, Any]]]) -> dict[str, Any]:
    features = [
        {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}
        for shape, properties in items
        if shape is not None and not shape.is_empty
    ]
    return {"type": "FeatureCollection", "features": features}

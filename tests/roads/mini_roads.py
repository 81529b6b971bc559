"""Streets for the mini folder (tests/data/mini): three roads and five lanes that cross, and what else a file of a town holds."""

from __future__ import annotations

from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way

ROADS = {"南一路": 39.902, "中心路": 39.905, "北环路": 39.908}
LANES = {"经一街": 116.401, "经二街": 116.405, "经三街": 116.409, "经四街": 116.413, "经五街": 116.417}


def write_mini_roads(path: Path) -> Path:
    """Write the file and return its path."""
    corners = {(x, y): n for n, (x, y) in enumerate(((x, y) for y in ROADS.values() for x in LANES.values()), 1)}
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for (x, y), n in corners.items():
            writer.add_node(Node(id=n, version=1, location=(x, y)))
        way = 1
        for name, y in ROADS.items():
            nodes = [corners[x, y] for x in LANES.values()]
            writer.add_way(Way(id=way, version=1, nodes=nodes, tags={"highway": "secondary", "name": name}))
            way += 1
        for name, x in LANES.items():
            nodes = [corners[x, y] for y in ROADS.values()]
            writer.add_way(Way(id=way, version=1, nodes=nodes, tags={"highway": "residential", "name": name}))
            way += 1
        _write_places(writer, way)
    return path


def _write_places(writer: osmium.SimpleWriter, way: int) -> None:
    """A school mapped twice, a compound with two names, doors, interpolations right and wrong, and things no address names."""
    road = {"addr:street": "中心路"}
    nodes: list[tuple[float, float, dict[str, str]]] = [
        (
            116.4030,
            39.9035,
            {"amenity": "school", "name": "星星小学", "addr:street": "南一路", "addr:housenumber": "5号"},
        ),
        (116.4150, 39.9060, {"place": "village", "name": "河边村"}),
        (116.4060, 39.9048, {"addr:housenumber": "12;14", **road}),
        (116.4070, 39.9048, {"amenity": "bench", "name": "长凳"}),
        (116.5000, 39.9500, {"amenity": "cafe", "name": "远方"}),
        (116.4010, 39.9052, {"addr:housenumber": "1", **road}),
        (116.4030, 39.9052, {}),
        (116.4050, 39.9053, {"addr:housenumber": "9", **road}),
        (116.4060, 39.9053, {"addr:housenumber": "11", **road}),
        (116.4070, 39.9053, {"addr:housenumber": "16", **road}),
        *((x, y, {}) for x, y in ((116.4029, 39.9034), (116.4031, 39.9034), (116.4031, 39.9036), (116.4029, 39.9036))),
        *((x, y, {}) for x, y in ((116.4110, 39.9060), (116.4125, 39.9060), (116.4125, 39.9075), (116.4110, 39.9075))),
    ]
    for n, (x, y, tags) in enumerate(nodes, 101):
        writer.add_node(Node(id=n, version=1, location=(x, y), tags=tags))
    ways: list[tuple[list[int], dict[str, str]]] = [
        ([106, 107, 108], {"addr:interpolation": "odd"}),
        ([109, 110], {"addr:interpolation": "odd"}),
        ([111, 112, 113, 114, 111], {"amenity": "school", "building": "school", "name": "星星小学"}),
        ([115, 116, 117, 118, 115], {"landuse": "residential", "name": "阳光花园", "alt_name": "阳光小区"}),
    ]
    for n, (refs, tags) in enumerate(ways, way):
        writer.add_way(Way(id=n, version=1, nodes=refs, tags=tags))

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
    return path

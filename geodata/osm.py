"""Writes roads, waters and parks as an OpenStreetMap file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import osmium
import shapely
from osmium.osm.mutable import Node, Relation, Way
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geodata.ground import Array, Ground, to_degrees
from geodata.roads import Roads

_FIRST_SHAPE_NODE = 1_000_000
_SIMPLE_M = 6.0


class _Shapes:
    """Collects areas as closed ways, those with holes as multipolygons too."""

    def __init__(self, first_way: int) -> None:
        self.nodes: list[Array] = []
        self.ways: list[tuple[list[int], dict[str, str]]] = []
        self.areas: list[tuple[list[tuple[int, str]], dict[str, str]]] = []
        self._first_way = first_way

    def add(self, shapes: Iterable[Polygon], tags: dict[str, str]) -> None:
        """Add polygons (metres)."""
        for shape in shapes:
            if shape.interiors:
                rings = [(self._ring(ring.coords, {}), "inner") for ring in shape.interiors]
                self.areas.append(([(self._ring(shape.exterior.coords, {}), "outer"), *rings], tags))
            else:
                self._ring(shape.exterior.coords, tags)

    def _ring(self, coords: Iterable[tuple[float, ...]], tags: dict[str, str]) -> int:
        points = to_degrees(np.array(coords)[:-1, :2])
        refs = [_FIRST_SHAPE_NODE + len(self.nodes) + n for n in range(len(points))]
        self.nodes.extend(points)
        self.ways.append(([*refs, refs[0]], tags))
        return self._first_way + len(self.ways) - 1


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    parts = shapely.get_parts(shapely.simplify(shape, _SIMPLE_M))
    return [part for part in parts if isinstance(part, Polygon) and part.area > 1_000]


def write_osm(path: Path, ground: Ground, roads: Roads) -> None:
    """Write the file; nodes, ways and relations in the order of their numbers, so it is the same for the same seed."""
    reach = ground.outline.buffer(1_200)
    shapes = _Shapes(first_way=len(roads.ways) + 1)
    shapes.add(_polygons(ground.river.intersection(reach)), {"natural": "water", "water": "river", "name": "云汀河"})
    shapes.add(
        _polygons(ground.streams.intersection(reach).difference(ground.river)), {"natural": "water", "water": "canal"}
    )
    shapes.add(_polygons(ground.lake), {"natural": "water", "water": "lake", "name": "望湖"})
    shapes.add(_polygons(ground.parks), {"leisure": "park"})
    places = to_degrees(roads.grid.at.reshape(-1, 2))
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for vertex in sorted({vertex for way in roads.ways for vertex in way.vertices}):
            writer.add_node(Node(id=vertex + 1, location=_place(places[vertex])))
        for n, point in enumerate(shapes.nodes):
            writer.add_node(Node(id=_FIRST_SHAPE_NODE + n, location=_place(point)))
        for n, way in enumerate(roads.ways, 1):
            writer.add_way(Way(id=n, nodes=[vertex + 1 for vertex in way.vertices], tags=way.tags))
        for n, (refs, tags) in enumerate(shapes.ways, len(roads.ways) + 1):
            writer.add_way(Way(id=n, nodes=refs, tags=tags))
        for n, turn in enumerate(roads.turns, 1):
            members = [("w", turn.source + 1, "from"), ("n", turn.via + 1, "via"), ("w", turn.target + 1, "to")]
            writer.add_relation(Relation(id=n, members=members, tags={"type": "restriction", "restriction": turn.rule}))
        for n, (rings, tags) in enumerate(shapes.areas, len(roads.turns) + 1):
            members = [("w", way, role) for way, role in rings]
            writer.add_relation(Relation(id=n, members=members, tags={"type": "multipolygon", **tags}))


def _place(point: Array) -> tuple[float, float]:
    return float(point[0]), float(point[1])

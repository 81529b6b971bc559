"""Writes a made town of streets: a crooked grid with one-ways, missing streets, four classes and a few turn restrictions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import osmium
from osmium.osm.mutable import Node, Relation, Way

STEP_DEG = 0.0012
_CLASSES = ("residential", "tertiary", "secondary", "unclassified")
_MISSING, _ONE_WAY, _RESTRICTED = 0.1, 0.1, 0.002


def write_streets(path: Path, side: int, seed: int = 1) -> Path:
    """Write `side` × `side` junctions from 116° E, 39° N on, and return the path."""
    random = np.random.default_rng(seed)
    crooked = random.uniform(-STEP_DEG / 4, STEP_DEG / 4, (side, side, 2))
    writer = osmium.SimpleWriter(str(path))
    for row in range(side):
        for column in range(side):
            east, north = crooked[row, column].tolist()
            place = (116 + column * STEP_DEG + east, 39 + row * STEP_DEG + north)
            writer.add_node(Node(id=row * side + column + 1, location=place))
    ways: dict[int, list[int]] = {}
    number = 0
    for row in range(side):
        for column in range(side):
            here = row * side + column + 1
            for there, inside in ((here + 1, column + 1 < side), (here + side, row + 1 < side)):
                draw = random.uniform(size=2)
                if not inside or draw[0] < _MISSING:
                    continue
                number += 1
                tags = {"highway": _CLASSES[number % 4], "name": f"{row if there == here + 1 else column}路"}
                if draw[1] < _ONE_WAY:
                    tags["oneway"] = "yes"
                writer.add_way(Way(id=number, nodes=[here, there], tags=tags))
                ways.setdefault(here, []).append(number)
                ways.setdefault(there, []).append(number)
    for number, (via, meeting) in enumerate(ways.items(), 1):
        if len(meeting) > 2 and random.uniform() < _RESTRICTED:
            members = [("w", meeting[0], "from"), ("n", via, "via"), ("w", meeting[1], "to")]
            tags = {"type": "restriction", "restriction": "no_left_turn"}
            writer.add_relation(Relation(id=number, members=members, tags=tags))
    writer.close()
    return path

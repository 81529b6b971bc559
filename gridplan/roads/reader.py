"""Reads the ways, nodes and turn restrictions of an OpenStreetMap file (.osm.pbf, .osm), cut into pieces between junctions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import osmium

from gridplan.model.crew import TravelMode
from gridplan.model.errors import InputError
from gridplan.model.words import say
from gridplan.roads.graph import Restriction, Segments
from gridplan.roads.measure import Floats, haversine_m, near_each_other
from gridplan.roads.profiles import Profiles
from gridplan.roads.rules import Oddity, WayRule, blocks, read_way, turn_rule
from gridplan.roads.search import Ints

MAX_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Material:
    """What a network is made of: `corners` junctions, the segments with their points, and what stops or binds whom.

    `coords` and `first` as in a network. `names`, `classes` and `ids` (of the file) are looked up with `segments.way`.
    """

    corners: int
    segments: Segments
    coords: Floats
    first: Ints
    names: tuple[str, ...]
    classes: tuple[str, ...]
    ids: Ints
    blocked: Mapping[TravelMode, list[int]]
    restrictions: list[Restriction]
    oddities: Counter[Oddity]


def read_material(path: Path, profiles: Profiles) -> Material:
    """Read a road file; raises InputError as `read_network`."""
    with readable(path):
        raw = _read_ways(path, profiles)
        places, barriers = _read_nodes(path, raw, profiles)
    pieces = list(_pieces(raw, places, barriers))
    if not pieces:
        raise InputError(say("roads.no_street", file=path.name))
    corners = sorted({ref for _, refs in pieces for ref in (refs[0], refs[-1])})
    order = near_each_other(np.array([places[ref] for ref in corners], dtype=np.float64))
    index = {corners[at]: number for number, at in enumerate(order.tolist())}
    coords = np.array([places[ref] for _, refs in pieces for ref in refs], dtype=np.float64)
    piece_of = np.repeat(np.arange(len(pieces)), [len(refs) for _, refs in pieces])
    steps = haversine_m(coords[:-1], coords[1:])
    within = piece_of[:-1] == piece_of[1:]
    way = np.array([way for way, _ in pieces], dtype=np.int64)
    return Material(
        corners=len(index),
        segments=Segments(
            start=np.array([index[refs[0]] for _, refs in pieces], dtype=np.int64),
            end=np.array([index[refs[-1]] for _, refs in pieces], dtype=np.int64),
            way=way,
            length_m=np.bincount(piece_of[:-1][within], steps[within], len(pieces)).astype(np.float64),
            kmh={mode: np.array([rule.kmh[mode] for rule in raw.rules], dtype=np.float64)[way] for mode in TravelMode},
        ),
        coords=coords,
        first=np.concatenate([[0], np.cumsum([len(refs) for _, refs in pieces])]).astype(np.int64),
        names=tuple(raw.names),
        classes=tuple(raw.classes),
        ids=np.array(raw.order, dtype=np.int64),
        blocked={
            mode: [index[ref] for ref, stops in barriers.items() if stops[mode] and ref in index] for mode in TravelMode
        },
        restrictions=list(_restrictions(raw, index)),
        oddities=+raw.oddities,
    )


@dataclass(slots=True)
class _Raw:
    """What the first pass over the file collects."""

    rules: list[WayRule]
    refs: list[list[int]]
    names: list[str]
    classes: list[str]
    order: list[int]
    ids: dict[int, int]
    turns: list[tuple[frozenset[int], int, frozenset[int], dict[TravelMode, str]]]
    oddities: Counter[Oddity]


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn everything that can be wrong with a road file, before or while it is read, into an InputError naming it."""
    if not path.is_file():
        raise InputError(say("roads.no_file", file=path.name))
    if not path.name.lower().endswith((".osm.pbf", ".osm")):
        raise InputError(say("roads.bad_suffix", file=path.name))
    size = path.stat().st_size
    if size == 0:
        raise InputError(say("roads.empty_file", file=path.name))
    if size > MAX_BYTES:
        raise InputError(say("roads.too_big", file=path.name))
    try:
        yield
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:  # by these it names faults
        raise InputError(say("roads.not_osm", file=path.name, problem=str(error))) from error


def osm_file(path: Path) -> osmium.io.File:
    """Open `path` in the format its name says; a resolved path is never taken for a URL."""
    return osmium.io.File(str(path.resolve()), "pbf" if path.name.lower().endswith(".pbf") else "osm")


def _objects(path: Path, entities: osmium.osm.osm_entity_bits, wanted: Any) -> Iterator[Any]:
    yield from osmium.FileProcessor(osm_file(path), entities).with_filter(wanted)


def _read_ways(path: Path, profiles: Profiles) -> _Raw:
    raw = _Raw([], [], [], [], [], {}, [], Counter())
    keys = osmium.filter.KeyFilter("highway", "route", "type")
    for item in _objects(path, osmium.osm.WAY | osmium.osm.RELATION, keys):
        if item.is_way():
            _take_way(raw, item, profiles)
        elif item.tags.get("type") == "restriction":
            _take_restriction(raw, item, profiles)
    return raw


def _take_way(raw: _Raw, item: Any, profiles: Profiles) -> None:
    rule = read_way(dict(item.tags), profiles)
    if rule is None:
        return
    raw.oddities.update(rule.oddities)
    if rule.open:
        raw.ids[item.id] = len(raw.refs)
        raw.order.append(item.id)
        raw.rules.append(rule)
        raw.refs.append([node.ref for node in item.nodes])
        raw.names.append(item.tags.get("name", ""))
        raw.classes.append(item.tags["highway"])


def _take_restriction(raw: _Raw, item: Any, profiles: Profiles) -> None:
    tags = dict(item.tags)
    raw.oddities[Oddity.CONDITIONAL] += any(
        key.startswith("restriction") and key.endswith(":conditional") for key in tags
    )
    rule = {mode: turn_rule(tags, profiles[mode]) for mode in TravelMode}
    if not any(rule.values()):
        return
    via = [(member.type, member.ref) for member in item.members if member.role == "via"]
    from_ways = frozenset(member.ref for member in item.members if member.role == "from" and member.type == "w")
    to_ways = frozenset(member.ref for member in item.members if member.role == "to" and member.type == "w")
    if any(kind == "w" for kind, _ in via):
        raw.oddities[Oddity.VIA_WAY] += 1
    elif len(via) != 1 or via[0][0] != "n" or not from_ways or not to_ways:
        raw.oddities[Oddity.UNCLEAR_TURN] += 1
    else:
        raw.turns.append((from_ways, via[0][1], to_ways, rule))


def _read_nodes(
    path: Path, raw: _Raw, profiles: Profiles
) -> tuple[dict[int, tuple[float, float]], dict[int, dict[TravelMode, bool]]]:
    """Return places of the ways' nodes, and for nodes that stop a mode which ones they stop."""
    wanted = {ref for refs in raw.refs for ref in refs}
    places: dict[int, tuple[float, float]] = {}
    barriers: dict[int, dict[TravelMode, bool]] = {}
    for node in _objects(path, osmium.osm.NODE, osmium.filter.IdFilter(wanted)) if wanted else ():
        if not node.location.valid():
            continue
        places[node.id] = (node.location.lon, node.location.lat)
        if len(node.tags):
            tags = dict(node.tags)
            stops = {mode: blocks(tags, profiles[mode]) for mode in TravelMode}
            if any(stops.values()):
                barriers[node.id] = stops
    return places, barriers


def _pieces(raw: _Raw, places: Mapping[int, Any], barriers: Mapping[int, Any]) -> Iterator[tuple[int, list[int]]]:
    """Cut each way at junctions, barriers and the file's edge; yields (way, node ids)."""
    uses = Counter(ref for refs in raw.refs for ref in refs)
    junctions = {ref for ref, count in uses.items() if count > 1} | set(barriers) | {via for _, via, _, _ in raw.turns}
    for way, refs in enumerate(raw.refs):
        if not all(ref in places for ref in refs):
            raw.oddities[Oddity.CUT] += 1
        piece: list[int] = []
        for ref in refs:
            if ref not in places:
                if len(piece) > 1:
                    yield way, piece
                piece = []
                continue
            if piece and ref == piece[-1]:
                continue  # a node listed twice in a row
            piece.append(ref)
            if len(piece) > 1 and ref in junctions:
                yield way, piece
                piece = [ref]
        if len(piece) > 1:
            yield way, piece


def _restrictions(raw: _Raw, index: Mapping[int, int]) -> Iterator[Restriction]:
    """Yield the restrictions whose node and ways are in the network, in its own numbers."""
    for from_ways, via, to_ways, rule in raw.turns:
        sources = _known(from_ways, raw.ids)
        targets = _known(to_ways, raw.ids)
        if via in index and sources and targets:
            yield Restriction(via=index[via], from_ways=sources, to_ways=targets, rule=rule)


def _known(ways: Iterable[int], ids: Mapping[int, int]) -> frozenset[int]:
    return frozenset(ids[way] for way in ways if way in ids)

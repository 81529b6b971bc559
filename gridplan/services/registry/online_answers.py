"""What engines on the network said of doubtful sites: kept in the register, shown as candidates, seldom accepted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gridplan.geocode.address import AddressParser
from gridplan.geocode.decided import site_key
from gridplan.geocode.gazetteer import distance_m
from gridplan.geocode.text import fold
from gridplan.grid.locate import AreaIndex
from gridplan.model.place import Address, AreaCode, AreaLevel, Candidate, FixLevel, LonLat
from gridplan.model.site import PlacedSite, SiteStatus
from gridplan.model.words import say
from gridplan.store.repositories import Transaction

ANSWERS = "online"
"""Under which name the register keeps them as a file."""
_CANDIDATES, _OWN = 5, 3
_ONE_PLACE_M = 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineAnswer:
    """One place that an engine gave for a site. `at` is the day; `accept` that it may be taken without a person."""

    engine: str
    name: str
    point: LonLat
    level: FixLevel
    score: float
    at: str
    accept: bool = False

    @property
    def candidate(self) -> Candidate:
        """The same as a candidate, its engine in its name."""
        name = say("online.candidate", engine=say(f"online.name_{self.engine}"), name=self.name).zh
        return Candidate(name=name, point=self.point, level=self.level, score=self.score)


Answers = Mapping[str, Sequence[OnlineAnswer]]
"""By `site_key`."""


def load(t: Transaction) -> dict[str, list[OnlineAnswer]]:
    """Return what the register keeps."""
    kept = t.files.get(ANSWERS)
    if kept is None:
        return {}
    data: dict[str, list[dict[str, Any]]] = json.loads(kept.content)
    return {
        key: [
            OnlineAnswer(**(item | {"point": LonLat(*item["point"]), "level": FixLevel(item["level"])}))
            for item in items
        ]
        for key, items in data.items()
    }


def save(t: Transaction, answers: Answers) -> None:
    """Keep these answers instead of the earlier ones."""
    data = {
        key: [
            {
                "engine": one.engine,
                "name": one.name,
                "point": list(one.point),
                "level": one.level.value,
                "score": one.score,
                "at": one.at,
                "accept": one.accept,
            }
            for one in items
        ]
        for key, items in sorted(answers.items())
    }
    t.files.put(ANSWERS, "online.json", (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))


def read_addresses(t: Transaction, sites: Iterable[PlacedSite]) -> dict[str, Address]:
    """Return the addresses of sites taken apart, by the sites' ids."""
    areas = t.areas.list()
    roads = frozenset(fold(entry.road) for entry in t.gazetteer.list() if entry.road)
    top = next((area.name for area in areas if area.parent_code is None), "")
    parser = AddressParser(areas, top, roads)
    return {
        placed.site.id: parser.parse(
            placed.site.address, township=placed.site.township, community=placed.site.community
        )
        for placed in sites
    }


def shown(t: Transaction, sites: Iterable[PlacedSite]) -> list[PlacedSite]:
    """Return sites that were just placed, with what the register keeps of engines' answers to them."""
    answers, sites = load(t), list(sites)
    if not answers:
        return sites
    waiting = [placed for placed in sites if placed.status is SiteStatus.REVIEW]
    return with_answers(sites, answers, read_addresses(t, waiting), AreaIndex(t.areas.list()))


def with_answers(
    sites: Iterable[PlacedSite], answers: Answers, addresses: Mapping[str, Address], index: AreaIndex
) -> list[PlacedSite]:
    """Return the sites with what engines said of those that wait: candidates, and where it may be accepted, the fix.

    `addresses` holds by site id what each address of them names.
    """
    result = []
    for placed in sites:
        own = answers.get(site_key(placed.site), ())
        if own and placed.status is SiteStatus.REVIEW:
            placed = _with(placed, own, addresses.get(placed.site.id), index)
        result.append(placed)
    return result


def _with(placed: PlacedSite, answers: Sequence[OnlineAnswer], address: Address | None, index: AreaIndex) -> PlacedSite:
    best = sorted(answers, key=lambda one: (-one.score, one.engine, one.name))
    online = [one.candidate for one in best][: _CANDIDATES - 1]
    before = [one for one in placed.fix.candidates if one not in online]
    kept = before[: max(_OWN, _CANDIDATES - len(online))]
    candidates = tuple(sorted((*kept, *online[: _CANDIDATES - len(kept)]), key=lambda one: -one.score))
    taken = _accepted(answers, address, index)
    if taken is None:
        return replace(placed, fix=replace(placed.fix, candidates=candidates))
    one, areas = taken
    fix = replace(
        placed.fix,
        point=one.point,
        level=one.level,
        score=one.score,
        gap=one.score,
        confident=True,
        reason="",
        candidates=(one.candidate, *(c for c in candidates if c != one.candidate))[:_CANDIDATES],
    )
    return replace(placed, fix=fix, status=SiteStatus.LOCATED, areas=areas)


def _accepted(
    answers: Sequence[OnlineAnswer], address: Address | None, index: AreaIndex
) -> tuple[OnlineAnswer, Mapping[AreaLevel, AreaCode]] | None:
    """Return the answer that may be taken without a person, and its areas.

    The planner allowed it, the address names its community and the point lies there, it is a door or a building, and no other
    answer for a door or a building lies elsewhere.
    """
    named = address.named.get(AreaLevel.COMMUNITY) if address is not None else None
    exact = [one for one in answers if one.level.rank <= FixLevel.ROAD_NUMBER.rank]
    allowed = [one for one in exact if one.accept]
    if named is None or not allowed:
        return None
    one = max(allowed, key=lambda each: each.score)
    if any(distance_m(one.point, other.point) > _ONE_PLACE_M for other in exact):
        return None
    areas = index.locate([one.point])[0]
    return (one, areas) if areas.get(AreaLevel.COMMUNITY) == named else None

"""The doubtful sites: what is doubtful about each, what a person decides, and how that is taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gridplan.geocode.address import AddressParser
from gridplan.geocode.decided import building_key, fix_of, site_key, status_of
from gridplan.grid.locate import AreaIndex
from gridplan.maps.features import area_features
from gridplan.model.errors import Conflict, InputError, NotFound
from gridplan.model.place import AreaLevel, FixLevel, LonLat
from gridplan.model.record import Decision, User
from gridplan.model.rights import Right
from gridplan.model.site import PlacedSite, SiteId, SiteStatus
from gridplan.model.words import say
from gridplan.services.accounts.rights import ask, covers, own_areas, own_names, sees_site
from gridplan.services.desk import Desk
from gridplan.services.folders.folder import dump
from gridplan.services.folders.placing import place_sites
from gridplan.services.registry.online_answers import shown
from gridplan.store.repositories import Transaction


def review_list(desk: Desk, *, reader: User | None = None) -> list[dict[str, Any]]:
    """Return the sites without a sure place: reason, candidates, and how many of them share the building.

    What settles most comes first: sites of one building stand together, the fullest building first.
    """
    with desk.store.reading() as t:
        waiting = _own(t, t.sites.placed(SiteStatus.REVIEW), reader)
        building = _Buildings(t)
    keys = [building.of(placed) for placed in waiting]
    together = Counter(key for key in keys if key)
    order = sorted(range(len(waiting)), key=lambda n: (-together.get(keys[n], 1), keys[n], n))
    return [_row(waiting[n], together.get(keys[n], 1)) for n in order]


def _own(t: Transaction, placed: Sequence[PlacedSite], reader: User | None) -> tuple[PlacedSite, ...]:
    """Return the sites that are the reader's."""
    if reader is None or reader.area is None:
        return tuple(placed)
    names = own_names(t.areas.list(), reader)
    return tuple(site for site in placed if sees_site(reader, site, names))


def _row(placed: PlacedSite, together: int) -> dict[str, Any]:
    return {
        "id": placed.site.id,
        "name": placed.site.name,
        "address": placed.site.address,
        "reason": say(placed.fix.reason).zh if placed.fix.reason else "",
        "building": together,
        "candidates": [
            {
                "number": number,
                "name": candidate.name,
                "lon": candidate.point.lon,
                "lat": candidate.point.lat,
                "level": candidate.level.value,
                "score": round(candidate.score, 3),
            }
            for number, candidate in enumerate(placed.fix.candidates, 1)
        ],
    }


class _Buildings:
    """Tells which building a site is in."""

    def __init__(self, t: Transaction) -> None:
        roads = [entry.road for entry in t.gazetteer.list() if entry.road]
        self._parser = AddressParser(t.areas.list(), "", frozenset(roads))

    def of(self, placed: PlacedSite) -> str:
        site = placed.site
        return building_key(self._parser.parse(site.address, township=site.township, community=site.community))


def decide(
    desk: Desk,
    site_id: str,
    *,
    by: str,
    candidate: int | None = None,
    point: LonLat | None = None,
    reject: bool = False,
    building: bool = False,
) -> dict[str, Any]:
    """Decide where a doubtful site is: at a candidate (1 …), at a WGS-84 point, or not in our district.

    With `building` the decision holds for every doubtful site of the same building, now and when the list comes anew.

    Raises
    ------
    NotFound, Conflict, InputError
        There is no such site; it does not wait for review, or somebody has decided it already; there is no such candidate, the
        point lies outside all areas, or the address names no building.
    """
    if sum((candidate is not None, point is not None, reject)) != 1:
        raise InputError(say("review.one_of"))
    with desk.store.transaction() as t:
        ask(t, by, Right.DECIDE)
        asked, person = t.sites.get(SiteId(site_id)), t.users.get(by)
        if not _own(t, [asked], person):
            raise NotFound(say("store.no_site", site=site_id))
        if asked.status is not SiteStatus.REVIEW:
            raise Conflict(say("review.not_waiting", site=site_id, name=asked.site.name))
        chosen, level, place = _chosen(asked, candidate, point)
        key = _Buildings(t).of(asked) if building else site_key(asked.site)
        if not key:
            raise InputError(say("review.no_building", name=asked.site.name, address=asked.site.address))
        index = AreaIndex(t.areas.list())
        areas = index.locate([chosen])[0] if chosen else {}
        if chosen and not areas:
            raise InputError(say("review.outside", lon=chosen.lon, lat=chosen.lat))
        # What is "not in our district" is nobody's any more: that is for the district to say.
        ask(t, by, Right.DECIDE, whole=chosen is None)
        if person is not None and not covers(person, areas.values()):
            raise InputError(say("rights.outside"))
        decision = t.decisions.add(
            key, name=asked.site.name, address=asked.site.address, point=chosen, level=level, place=place, by=by
        )
        waiting = t.sites.placed(SiteStatus.REVIEW)
        meant = [asked]
        if building:
            names = _Buildings(t)
            meant = [placed for placed in waiting if names.of(placed) == key]
        t.sites.place(
            replace(placed, fix=fix_of(decision), status=status_of(decision), areas=areas) for placed in meant
        )
    return {
        "decision": decision.id,
        "sites": [placed.site.id for placed in meant],
        "left": len(waiting) - len(meant),
    }


def _chosen(asked: PlacedSite, candidate: int | None, point: LonLat | None) -> tuple[LonLat | None, FixLevel, str]:
    if point is not None:
        return point, FixLevel.EXACT, say("review.by_hand").zh
    if candidate is None:
        return None, FixLevel.NONE, ""
    if not 1 <= candidate <= len(asked.fix.candidates):
        raise InputError(say("review.no_candidate", name=asked.site.name, count=len(asked.fix.candidates)))
    taken = asked.fix.candidates[candidate - 1]
    return taken.point, taken.level, taken.name


def decisions(desk: Desk) -> list[dict[str, Any]]:
    """Return the decisions in force, the newest first."""
    with desk.store.reading() as t:
        return [_told(decision) for decision in t.decisions.list()]


def _told(decision: Decision) -> dict[str, Any]:
    return {
        "decision": decision.id,
        "name": decision.name,
        "address": decision.address,
        "building": decision.key.startswith("door|"),
        "place": decision.place,
        "lon": decision.point.lon if decision.point else None,
        "lat": decision.point.lat if decision.point else None,
        "by": decision.by,
        "at": decision.at.isoformat(timespec="seconds"),
    }


def forget(desk: Desk, decision_id: int, *, by: str) -> dict[str, Any]:
    """Take a decision back: what it placed is located as if nobody had decided."""
    settings = desk.settings()
    with desk.store.transaction() as t:
        ask(t, by, Right.DECIDE)
        known, person = t.decisions.get(decision_id), t.users.get(by)
        if person is not None and person.area is not None:
            where = AreaIndex(t.areas.list()).locate([known.point])[0] if known.point else {}
            if not covers(person, where.values()):
                raise NotFound(say("store.no_decision", decision=decision_id))
        gone = t.decisions.remove(decision_id, by=by)
        names = _Buildings(t)
        meant: Sequence[PlacedSite] = [
            placed for placed in t.sites.placed() if gone.key in (site_key(placed.site), names.of(placed))
        ]
        again = place_sites(
            settings,
            tuple(placed.site for placed in meant),
            t.areas.list(),
            t.gazetteer.list(),
            decisions=t.decisions.by_key(),
        )
        t.sites.place((*shown(t, again.sites), *again.rejected))
    return {"decision": decision_id, "sites": [placed.site.id for placed in meant]}


def review_view(desk: Desk, site_id: str = "", *, reader: User | None = None) -> dict[str, Any]:
    """Return what the page of doubtful sites shows: the list, and the site asked for, else the first."""
    rows = review_list(desk, reader=reader)
    place = next((n for n, row in enumerate(rows) if row["id"] == site_id), 0)
    with desk.store.reading() as t:
        chosen = t.sites.get(SiteId(rows[place]["id"])) if rows else None
        made = t.decisions.list()
        decided = len(made)
        if reader is not None and reader.area is not None:
            points = [decision.point for decision in made if decision.point]
            decided = sum(covers(reader, where.values()) for where in AreaIndex(t.areas.list()).locate(points))
    given = chosen.site.given if chosen else None
    return {
        "district": desk.district(),
        "rows": rows,
        "chosen": rows[place] if rows else None,
        "before": rows[place - 1]["id"] if place else "",
        "after": rows[place + 1]["id"] if place + 1 < len(rows) else "",
        "given": [given.lon, given.lat] if given else None,
        "decided": decided,
    }


def review_areas(desk: Desk, *, reader: User | None = None) -> bytes:
    """Return the reader's townships and communities as GeoJSON."""
    with desk.store.reading() as t:
        areas = [area for area in own_areas(t.areas.list(), reader) if area.level is not AreaLevel.CELL]
    return dump(area_features(areas))

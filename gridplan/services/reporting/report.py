"""What the head sees: coverage at every level, the pace, and the frame of every map page."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from gridplan.maps import page
from gridplan.maps.features import area_features
from gridplan.model.basemap import Tiles
from gridplan.model.coverage import CoverageRow
from gridplan.model.errors import InputError, NotFound
from gridplan.model.place import Area
from gridplan.model.plan import Plan
from gridplan.model.record import PlanId, PlanState, RoundId, User
from gridplan.model.result import VisitResult
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.report.tally import tally
from gridplan.roads.basemap import read_basemap
from gridplan.services.accounts.rights import ask, subtree
from gridplan.services.accounts.sight import note_read, own_part, released
from gridplan.services.desk import Desk
from gridplan.services.folders.directions import guide_of
from gridplan.services.folders.folder import dump, folder_at_once, write_books
from gridplan.services.folders.legs import LEGS
from gridplan.services.folders.placing import map_extent, owners_by_area
from gridplan.services.folders.tiles import tiles_of
from gridplan.services.registry.register import complaints_of
from gridplan.services.reporting.books import at_moment, moment_asked


def map_frame(nonce: str, asset_url: Callable[[str], str]) -> Mapping[str, str]:
    """Return folium's head, body and script for one page, with local assets only."""
    return page.map_frame(nonce=nonce, asset_url=asset_url)


def tiles_of_desk(desk: Desk) -> Tiles | None:
    """Return the office's own map tiles by the settings that the register was imported with."""
    try:
        settings = desk.settings()
    except InputError:  # nothing was imported yet
        settings = None
    return tiles_of(settings)


def map_tiles(desk: Desk) -> tuple[str, str]:
    """Return what the map's script is told of the office's own tiles (JSON), and whence it fetches pictures; ("null", "") for none."""
    tiles = tiles_of_desk(desk)
    return json.dumps(page.tiles_json(tiles)), tiles.origin if tiles else ""


def _published(desk: Desk, round_id: int | None = None) -> tuple[Plan, RoundId, datetime] | None:
    """Return the plan that is published, its round and when it was made: of the round asked for, else of the newest round that has one."""
    with desk.store.reading() as t:
        for stored in t.rounds.list():
            if round_id is None or stored.id == round_id:
                head = t.plans.published(stored.id)
                if head:
                    return t.plans.plan(head.id), stored.id, head.created
    return None


def coverage_rows(
    desk: Desk, round_id: int | None = None, as_of: datetime | None = None, *, reader: User | None = None
) -> tuple[Plan, list[CoverageRow], tuple[Area, ...], tuple[VisitResult, ...]]:
    """Return the published plan, the tally of every area, the areas and the results, of the reader's own area where there is one.

    Raises
    ------
    NotFound
        Nothing is published.
    """
    found = _published(desk, round_id)
    if found is None:
        raise NotFound(say("web.nothing_published"))
    plan, used, made = found
    with desk.store.reading() as t:
        # A plan is counted in the areas that it was made with, whatever was split or merged since.
        areas, results, owners = t.areas.at(made), t.results.list(used), t.owners.list()
    if reader is not None and reader.area is not None:
        plan, _ = own_part(plan, reader)
        own, visits = subtree(areas, reader.area), {visit.id for visit in plan.visits}
        areas = tuple(area for area in areas if own is None or area.code in own)
        # Their levels above would be rows of areas that are not the reader's.
        kept = {area.level for area in areas}
        sites = tuple(
            replace(site, areas={level: area for level, area in site.areas.items() if level in kept})
            for site in plan.sites
        )
        plan = replace(plan, sites=sites)
        results = tuple(result for result in results if result.visit in visits)
    return plan, tally(plan, areas, owners_by_area(owners), results, as_of or desk.local_now()), areas, results


def coverage_areas(desk: Desk, level: str, *, reader: User | None = None) -> bytes:
    """Return the areas of one level with their figures as GeoJSON."""
    _, rows, areas, _ = coverage_rows(desk, reader=reader)
    levels = {area.level.value for area in areas}
    if reader is not None and reader.area is not None and level not in levels and areas:
        level = areas[0].level.value  # the widest that is the reader's
    chosen = [area for area in areas if area.level.value == level]
    if not chosen:
        raise InputError(say("desk.no_level", level=f"{level} ({', '.join(sorted(levels))})"))
    return dump(area_features(chosen, rows))


def coverage_json(desk: Desk, round_id: int | None = None, as_of: str = "") -> dict[str, Any]:
    """Return each area's figures and the grand total as plain values, as of a moment ("" = now)."""
    moment = at_moment(desk, round_id=round_id, as_of=moment_asked(as_of))
    names = ("promised", "done", "ahead", "overdue", "unplanned", "review", "behind", "open")
    return {
        "as_of": moment.as_of.isoformat(),
        "plan": int(moment.head.id),
        "rows": [
            {"level": row.level.value if row.level else None, "code": row.code, "name": row.name}
            | {name: getattr(row, name) for name in names}
            | {"finish": row.finish.isoformat() if row.finish else None, "laggard": row.laggard}
            for row in moment.lines
        ],
    }


def export(desk: Desk, round_id: int, out: Path, *, by: str = "cli") -> list[str]:
    """Write the files of a round's published plan (else its newest draft) into a folder; what is read before its release is logged."""
    with desk.store.reading() as t:
        heads = t.plans.list(RoundId(round_id))
        head = next((h for h in heads if h.state is PlanState.PUBLISHED), heads[0] if heads else None)
        if head is None:
            raise NotFound(say("desk.no_plan"))
    return export_plan(desk, head.id, out, by=by)


def export_plan(desk: Desk, plan_id: PlanId, out: Path, *, by: str) -> list[str]:
    """Write the files of a stored plan into a folder; what is read before its release is logged."""
    with desk.store.reading() as t:
        head, plan = t.plans.get(plan_id), t.plans.plan(plan_id)
        ask(t, by, Right.PLAN, stored=t.rounds.get(head.round_id), hidden=True)
        release = t.rounds.release(head.round_id)
        document, certificate = t.plans.document(head.id), t.plans.certificate(head.id)
        areas, results, owners = t.areas.at(head.created), t.results.list(head.round_id), t.owners.list()
        roads, legs = t.files.get("roads"), t.files.legs(plan.travel.legs_sha256)
    if len(released(plan.routes, release, desk.now())) < len(plan.routes):
        note_read(desk, by, head.id)
    network = desk.network(plan.travel.profiles)
    engine = desk.engine(plan)
    basemap = guide = None
    if network is not None:
        with desk.file("roads") as path:
            guide = guide_of(network, path)
            basemap = read_basemap(path, network, map_extent(areas)) if path is not None else None
    with folder_at_once(out) as made:
        (made / "plan.json").write_text(document, "utf-8")
        (made / "certificate.json").write_text(certificate, "utf-8")
        if plan.travel.engine == "roads" and roads:
            (made / roads.name).write_bytes(roads.content)
        if legs is not None:
            (made / LEGS).write_bytes(legs)
        write_books(
            made,
            areas,
            owners_by_area(owners),
            basemap,
            plan,
            engine,
            complaints_of(desk),
            results=results,
            as_of=desk.local_now(),
            tiles=tiles_of_desk(desk),
            guide=guide,
        )
        return sorted(path.name for path in made.iterdir())

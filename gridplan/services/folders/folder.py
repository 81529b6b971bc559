"""The main job without a database: `gridplan run FOLDER --out OUT` and `gridplan check OUT`."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from gridplan.maps.features import area_features, route_features
from gridplan.maps.page import write_map_html
from gridplan.model.basemap import Basemap, Tiles
from gridplan.model.directions import Directions
from gridplan.model.document import (
    certificate_to_json,
    plan_to_json,
    remedy_to_json,
)
from gridplan.model.errors import Complaint, InputError
from gridplan.model.place import Area, AreaCode
from gridplan.model.plan import Plan, RouteId, Verdict
from gridplan.model.progress import Progress, silent, to_the_end
from gridplan.model.result import VisitResult
from gridplan.model.site import SiteStatus
from gridplan.model.travel import RoutePath, TravelEngine
from gridplan.model.words import Text, say
from gridplan.report.files import write_complaints_csv, write_coverage_xlsx, write_plan_xlsx
from gridplan.report.tally import tally
from gridplan.roads.basemap import read_basemap
from gridplan.roads.directions import Guide
from gridplan.routing.judge.check import certify
from gridplan.routing.names import Keep, Named
from gridplan.routing.search.improve import Effort
from gridplan.services.folders.directions import guide_of, tell_route
from gridplan.services.folders.doubles import maybe_same
from gridplan.services.folders.legs import LEGS, how_had, pack_legs
from gridplan.services.folders.placing import ROADS, map_extent, owner_names, place_sites, read_inputs
from gridplan.services.folders.planning import Diagnosis, diagnose_round, make_plan, versions
from gridplan.services.folders.tiles import tiles_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a run ends with: the verdict decides the exit code; `summary` is the `--json` object."""

    verdict: Verdict
    summary: Mapping[str, Any]
    notes: tuple[Text, ...]


class _Clock:
    """Seconds that each stage took, for the summary."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage."""
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 2)


def paths_of(plan: Plan, engine: TravelEngine) -> dict[RouteId, list[RoutePath]]:
    """Return the legs of each route, from the base round and back to it."""
    places = {visit.id: visit.place for visit in plan.visits}
    teams = {team.id: team for team in plan.teams}
    return {
        route.id: engine.paths(
            [teams[route.team].base, *(places[stop.visit] for stop in route.stops), teams[route.team].base],
            teams[route.team].mode,
        )
        for route in plan.routes
    }


def dump(data: object) -> bytes:
    """Return JSON as it is written: UTF-8, readable, the same bytes for the same data."""
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def plan_summary(plan: Plan) -> dict[str, Any]:
    """Return the `plan` part of the `--json` object."""
    figures = plan.figures
    return {
        "verdict": plan.verdict.value,
        "violations": len(plan.violations),
        "visits": figures.visits,
        "planned": figures.planned,
        "unplanned": figures.unplanned,
        "days": figures.days,
        "teams": figures.teams,
        "team_days": figures.team_days,
        "travel_min": figures.travel_min,
        "cost": figures.cost,
        "bound": plan.bound.cost,
        "gap": plan.gap,
    }


def diagnose_folder(folder: Path, *, progress: Progress = silent) -> Diagnosis:
    """Read a folder and tell, before any plan is made, whether its rule can be kept, and what would help.

    Raises
    ------
    InputError
        The input cannot be used.
    """
    inputs = read_inputs(folder, progress)
    placement = place_sites(
        inputs.round, inputs.register.sites, inputs.areas, inputs.gazetteer, progress, network=inputs.network
    )
    return diagnose_round(inputs.round, placement.sites, inputs.areas, inputs.teams, inputs.extra)


def run_folder(
    folder: Path,
    out: Path,
    *,
    seed: int | None = None,
    progress: Progress = silent,
    effort: Effort | None = None,
    resume: Named | None = None,
    keep: Keep | None = None,
) -> RunResult:
    """Read `folder`, plan its round and write every output file into `out` at once, or none of them.

    `effort`, `resume` and `keep` as for `draft_plan`. A cancel while the plan is improved ends that early: the best plan so far
    is written.

    Raises
    ------
    InputError
        The input cannot be used; `out` is left as it was.
    """
    check_out(folder, out)
    clock = _Clock()
    with clock.stage("read"):
        inputs = read_inputs(folder, progress)
    used_seed = inputs.round.seed if seed is None else seed
    with clock.stage("locate"):
        placement = place_sites(
            inputs.round, inputs.register.sites, inputs.areas, inputs.gazetteer, progress, network=inputs.network
        )
    notes = [*([] if inputs.gazetteer else [say("run.no_gazetteer")]), *placement.notes]
    with clock.stage("plan"):
        planned = make_plan(
            inputs.round,
            placement.sites,
            inputs.areas,
            inputs.teams,
            inputs.extra,
            inputs.network,
            seed=used_seed,
            notes=notes,
            progress=progress,
            effort=effort,
            resume=resume,
            keep=keep,
        )
    progress = to_the_end(progress)
    plan, engine = planned.plan, planned.engine
    doubles = maybe_same(placement.sites)
    complaints = (*inputs.complaints, *placement.complaints, *doubles, *planned.complaints)
    register = inputs.register
    sites = {
        "rows": register.rows,
        "kept": len(placement.sites),
        "merged": register.merged,
        "rejected": len(register.rejected) + sum(1 for _ in placement.rejected),
        "complaints": len(complaints),
        "located": sum(site.status is SiteStatus.LOCATED for site in placement.sites),
        "review": sum(site.status is SiteStatus.REVIEW for site in placement.sites),
    }
    with clock.stage("write"), folder_at_once(out) as made:
        progress("write", 0, 1)
        document = dump(plan_to_json(plan))
        (made / "plan.json").write_bytes(document)
        certificate = certify(
            plan,
            engine,
            inputs=inputs.hashes,
            plan_sha256=hashlib.sha256(document).hexdigest(),
            versions=versions(),
            seed=used_seed,
        )
        (made / "certificate.json").write_bytes(dump(certificate_to_json(certificate)))
        if inputs.network is not None:
            shutil.copyfile(folder / ROADS, made / ROADS)
        if (legs := pack_legs(plan, engine)) is not None:
            (made / LEGS).write_bytes(legs)
        basemap = (
            read_basemap(folder / ROADS, inputs.network, map_extent(inputs.areas))
            if inputs.network is not None
            else None
        )
        write_books(
            made,
            inputs.areas,
            owner_names(inputs.owners),
            basemap,
            plan,
            engine,
            complaints,
            tiles=tiles_of(inputs.round),
            guide=guide_of(inputs.network, folder / ROADS),
        )
        summary: dict[str, Any] = {
            "sites": sites,
            "licence_classes": _counted(site.site.licence_class for site in placement.sites),
            "standings": _counted(site.site.standing for site in placement.sites),
            "plan": plan_summary(plan),
            "remedies": [remedy_to_json(remedy) for remedy in plan.remedies],
            "seconds": clock.seconds,
            "files": sorted([*(path.name for path in made.iterdir()), "summary.json"]),
        }
        if had := how_had(engine):
            summary["travel"] = [{"zh": text.zh, "en": text.en} for text in had]
        (made / "summary.json").write_bytes(dump(summary))
        progress("write", 1, 1)
    return RunResult(verdict=plan.verdict, summary=summary, notes=(*plan.notes, *how_had(engine)))


def _counted(words: Iterable[StrEnum]) -> dict[str, int]:
    return dict(sorted(Counter(word.value for word in words).items()))


def write_books(
    out: Path,
    areas: Sequence[Area],
    owners: Mapping[AreaCode, str],
    basemap: Basemap | None,
    plan: Plan,
    engine: TravelEngine,
    complaints: Iterable[Complaint],
    *,
    results: Sequence[VisitResult] = (),
    as_of: datetime | None = None,
    tiles: Tiles | None = None,
    guide: Guide | None = None,
) -> None:
    """Write what people read into a folder: tables, routes, map, complaints; coverage as of the round's start unless said.

    With `guide` the map tells the way to each stop.
    """
    paths = paths_of(plan, engine)
    legs = {route: [path.line for path in along] for route, along in paths.items()}
    told: dict[RouteId, list[Directions]] = {}
    if guide is not None and plan.travel.engine == "roads":
        told = {route.id: tell_route(plan, route, paths[route.id], guide) for route in plan.routes}
    rows = tally(plan, areas, owners, results, as_of or datetime.combine(plan.round.start, datetime.min.time()))
    routes = route_features(plan, legs)
    (out / "routes.geojson").write_bytes(dump(routes))
    write_coverage_xlsx(out / "coverage.xlsx", rows)
    write_plan_xlsx(out / "plan.xlsx", plan)
    write_complaints_csv(out / "complaints.csv", complaints)
    write_map_html(out / "map.html", plan, routes, area_features(areas, rows), basemap, tiles, told)


def check_out(folder: Path, out: Path) -> None:
    """Refuse, with InputError, an `out` that is a file or lies inside the input folder."""
    if out.exists() and not out.is_dir():
        raise InputError(say("run.out_is_file", out=out))
    if out.resolve().is_relative_to(folder.resolve()):
        raise InputError(say("run.out_inside"))


@contextmanager
def folder_at_once(out: Path) -> Iterator[Path]:
    """Give a folder beside `out` to write into; its files appear in `out` only when all are written."""
    out.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        yield made
        out.mkdir(exist_ok=True)
        for path in made.iterdir():
            if path.is_dir():
                shutil.rmtree(out / path.name, ignore_errors=True)
            path.replace(out / path.name)
    finally:
        shutil.rmtree(made, ignore_errors=True)

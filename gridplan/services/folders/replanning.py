"""From a run's folder to the next: replans a worked round, finds a place for a visit, says why, and moves a stop by hand."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from gridplan.grid.boundaries import read_areas
from gridplan.intake.clean import parse_day
from gridplan.intake.extras import read_history, read_owners
from gridplan.intake.settings import read_mapping, read_round
from gridplan.model.crew import Team, TeamId
from gridplan.model.days import FIRST_YEAR, LAST_YEAR
from gridplan.model.document import certificate_from_json, certificate_to_json, plan_from_json, plan_to_json
from gridplan.model.errors import Complaint, InputError, Severity
from gridplan.model.hours import ALWAYS_OPEN
from gridplan.model.place import Area, AreaCode, AreaLevel
from gridplan.model.plan import Certificate, Placement, Plan, Verdict
from gridplan.model.progress import Progress, silent
from gridplan.model.result import Outcome, VisitResult
from gridplan.model.round import PastVisit, Purpose, Visit, VisitId
from gridplan.model.travel import TravelEngine
from gridplan.model.words import Text, say
from gridplan.report.files import as_text, write_complaints_csv
from gridplan.roads.basemap import read_basemap
from gridplan.roads.network import RoadNetwork
from gridplan.routing.judge.check import certify
from gridplan.routing.replan.choices import Choice, choices
from gridplan.routing.replan.comparing import Changes
from gridplan.routing.replan.moving import Moved, move
from gridplan.routing.replan.replan import Dial, Replanned, replan
from gridplan.routing.replan.slots import Offers, best_slots
from gridplan.routing.replan.standing import placements
from gridplan.routing.replan.why import Why, WhyNot, find_visit, why_here, why_unplanned
from gridplan.routing.replan.worked import News
from gridplan.services.folders.checking import engine_of
from gridplan.services.folders.directions import guide_of
from gridplan.services.folders.folder import dump, folder_at_once, plan_summary, write_books
from gridplan.services.folders.legs import LEGS, read_legs
from gridplan.services.folders.placing import ROADS, map_extent, owner_names, scheme_of
from gridplan.services.folders.planning import versions
from gridplan.services.folders.streets import read_streets
from gridplan.services.folders.tiles import tiles_of_folder

CHANGES = "changes.csv"
USUAL_MIN = 30
"""Minutes of a visit to a site of which the plan knows no other visit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A run's folder: its plan and certificate, and the engine that timed it."""

    plan: Plan
    certificate: Certificate
    engine: TravelEngine
    network: RoadNetwork | None
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanResult:
    """What a replan ends with; `choices` are the ways out where not everything fits, () where all does."""

    verdict: Verdict
    summary: Mapping[str, Any]
    notes: tuple[Text, ...]
    changes: Changes
    choices: tuple[Choice, ...]


def open_folder(out: Path) -> Opened:
    """Read the plan and the certificate of a run's folder; raises InputError when they are not there or not readable."""

    def load(name: str) -> tuple[Any, bytes]:
        try:
            content = (out / name).read_bytes()
            return json.loads(content), content
        except FileNotFoundError:
            raise InputError(say("run.no_plan", folder=out)) from None
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
            raise InputError(say("model.bad_document", where=name, problem=error)) from error

    document, content = load("plan.json")
    certificate, _ = load("certificate.json")
    plan = plan_from_json(document)
    network = None
    if plan.travel.engine == "roads" and (out / ROADS).is_file():
        network = read_streets(out / ROADS, plan.travel.profiles)
    return Opened(
        plan=plan,
        certificate=certificate_from_json(certificate),
        engine=engine_of(plan, network, read_legs(out)),
        network=network,
        sha256=hashlib.sha256(content).hexdigest(),
    )


# ---- what is said on the command line --------------------------------------------------------------------------------


def day_of(text: str) -> date:
    """Read a date; raises InputError for anything else."""
    day = parse_day(text)
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InputError(say("replan.bad_date", value=text))
    return day


def dial_of(text: str) -> Dial | float:
    """Read how much may change, by name or as a number; raises InputError for anything else."""
    try:
        return Dial(text) if text in list(Dial) else float(text)
    except ValueError:
        raise InputError(say("replan.bad_dial", dial=text)) from None


def team_of(plan: Plan, name: str) -> Team:
    """Return the team with that id or name; raises InputError when there is none."""
    for team in plan.teams:
        if name in (team.id, team.name):
            return team
    raise InputError(say("replan.no_team", team=name))


def lead_of(plan: Plan, text: str) -> Visit:
    """Return the lead that `SITE[,DUE]` asks for."""
    site, _, due = text.partition(",")
    if not site.strip():
        raise InputError(say("replan.bad_lead", value=text))
    return new_visit(plan, site.strip(), due=day_of(due.strip()) if due.strip() else None)


def out_of(plan: Plan, text: str, as_of: date) -> tuple[TeamId, date]:
    """Return the team that `TEAM[:DATE]` takes out, and from when on: `as_of` when no date is said."""
    try:
        return team_of(plan, text).id, as_of
    except InputError:
        name, colon, day = text.rpartition(":")
        if not colon:
            raise
        return team_of(plan, name).id, day_of(day)


def new_visit(
    plan: Plan,
    site_id: str,
    *,
    purpose: Purpose = Purpose.LEAD,
    due: date | None = None,
    earliest: date | None = None,
    minutes: int | None = None,
    departments: Iterable[str] | None = None,
) -> Visit:
    """Return one visit more to a site of the plan, in all that is not said like the visit it has already.

    Raises
    ------
    InputError
        The plan has no such site, or the site no place.
    """
    site = next((one for one in plan.sites if one.id == site_id), None)
    if site is None:
        raise InputError(say("replan.no_site", site=site_id))
    like = next((one for one in plan.visits if one.site == site.id), None)
    if like is None:
        if site.point is None:
            raise InputError(say("replan.no_point", site=site.name))
        codes = {level: code for level, (code, _) in site.areas.items()}
        like = Visit(
            id=VisitId(f"V-{site.id}"),
            site=site.id,
            place=site.point,
            minutes=USUAL_MIN,
            opening=ALWAYS_OPEN,
            township=codes.get(AreaLevel.TOWNSHIP),
            community=codes.get(AreaLevel.COMMUNITY),
        )
    taken, number = {one.id for one in plan.visits}, 1
    while (id := VisitId(f"V-{site.id}-{purpose.value}" + (f"-{number}" if number > 1 else ""))) in taken:
        number += 1
    return replace(
        like,
        id=id,
        purpose=purpose,
        also=(),
        pin=None,
        due=due,
        earliest=earliest,
        minutes=minutes or like.minutes,
        departments=frozenset(departments) if departments is not None else like.departments,
    )


def read_results(plan: Plan, path: Path) -> tuple[list[VisitResult], list[Complaint]]:
    """Read what came back from the street: a list like history.csv (site_id, date, outcome).

    A row belongs to the visit of that site that was planned for its date, else to the first one without a result. A site
    that the plan does not have is a complaint.
    """
    if not path.is_file():
        raise InputError(say("run.no_file", folder=path.parent, file=path.name))
    rows, complaints = read_history(path.parent, path.stem)
    told = list(complaints)
    results: list[VisitResult] = []
    lies = placements(plan)
    for number, row in enumerate(rows, 1):
        visit = _meant(plan, lies, row, {result.visit for result in results})
        if visit is None:
            told.append(
                Complaint(
                    file=path.name,
                    row=0,
                    column="site_id",
                    value=row.site_id,
                    code="replan.unknown_result",
                    severity=Severity.WARNING,
                    text=say("replan.unknown_result", site=row.site_id),
                )
            )
            continue
        results.append(
            VisitResult(
                key=f"{path.name}:{number}",
                visit=visit,
                outcome=Outcome(row.outcome),
                note="",
                by=path.name,
                at=datetime.combine(row.day, time(12)),
            )
        )
    return results, told


def _meant(
    plan: Plan, lies: Mapping[VisitId, Sequence[Placement]], row: PastVisit, seen: set[VisitId]
) -> VisitId | None:
    mine = [visit.id for visit in plan.visits if visit.site == row.site_id]
    on_day = [id for id in mine if any(place.date == row.day for place in lies.get(id, ()))]
    return next(iter([*on_day, *(id for id in mine if id not in seen), *mine]), None)


# ---- replan ----------------------------------------------------------------------------------------------------------


def replan_folder(
    out: Path,
    new: Path,
    *,
    as_of: date,
    done: Path | None = None,
    leads: Sequence[str] = (),
    without: Sequence[str] = (),
    lost: Sequence[str] = (),
    dial: Dial | float = Dial.LITTLE,
    folder: Path | None = None,
    seed: int | None = None,
    progress: Progress = silent,
) -> ReplanResult:
    """Replan the round of a run's folder and write a whole new folder at once, or nothing.

    Parameters
    ----------
    done
        Results: a list with site_id, date and outcome. Without it everything planned before `as_of` was missed.
    leads, without, lost
        `SITE[,DUE]`, `TEAM[:DATE]` and dates, as the command line gives them.
    folder
        The input folder, for the outlines and owners of the areas; without it coverage names areas only.

    Where something is left out for want of room, the ways out are planned, too, and told.

    Raises
    ------
    InputError
        Something that was named does not exist; `new` is left as it was.
    """
    if new.resolve() == out.resolve():
        raise InputError(say("replan.no_folder", out=new))
    opened = open_folder(out)
    plan = opened.plan
    results, complaints = read_results(plan, done) if done is not None else ([], [])
    visits: list[Visit] = []
    for text in leads:
        visits.append(lead_of(replace(plan, visits=(*plan.visits, *visits)), text))
    news = News(
        visits=tuple(visits),
        out=dict(out_of(plan, text, as_of) for text in without),
        lost_days=frozenset(day_of(text) for text in lost),
    )
    used_seed = opened.certificate.seed if seed is None else seed
    found = replan(
        plan, opened.engine, as_of=as_of, results=results, news=news, dial=dial, seed=used_seed, progress=progress
    )
    ways: tuple[Choice, ...] = ()
    if not found.stopped and any(item.reason == "no_room" for item in found.plan.unplanned):
        ways = choices(plan, opened.engine, as_of=as_of, results=results, news=news, seed=used_seed, progress=progress)
    summary = _write(out, new, opened, found, ways, complaints, results, as_of, folder, used_seed, progress)
    return ReplanResult(
        verdict=found.plan.verdict, summary=summary, notes=found.plan.notes, changes=found.changes, choices=ways
    )


def _write(
    out: Path,
    new: Path,
    opened: Opened,
    found: Replanned,
    ways: Sequence[Choice],
    complaints: Sequence[Complaint],
    results: Sequence[VisitResult],
    as_of: date,
    folder: Path | None,
    seed: int,
    progress: Progress,
) -> dict[str, Any]:
    areas, owners = _grid(folder) if folder is not None else ((), {})
    with folder_at_once(new) as made:
        progress("write", 0, 1)
        plan = replace(found.plan, notes=(*found.plan.notes, say("replan.replaces", sha=opened.sha256)))
        document = dump(plan_to_json(plan))
        (made / "plan.json").write_bytes(document)
        certificate = certify(
            plan,
            opened.engine,
            inputs=opened.certificate.inputs,
            plan_sha256=hashlib.sha256(document).hexdigest(),
            versions=versions(),
            seed=seed,
        )
        (made / "certificate.json").write_bytes(dump(certificate_to_json(certificate)))
        basemap = None
        if opened.network is not None:
            shutil.copyfile(out / ROADS, made / ROADS)
            basemap = read_basemap(out / ROADS, opened.network, map_extent(areas))
        if (legs := read_legs(out)) is not None:
            (made / LEGS).write_bytes(legs)
        moment = datetime.combine(as_of, time())
        write_books(
            made,
            areas,
            owners,
            basemap,
            plan,
            opened.engine,
            complaints,
            results=results,
            as_of=moment,
            tiles=tiles_of_folder(folder),
            guide=guide_of(opened.network, out / ROADS),
        )
        _keep_complaints(out / "complaints.csv", made / "complaints.csv", complaints)
        _write_changes(made / CHANGES, found.changes, plan)
        summary: dict[str, Any] = {
            "plan": plan_summary(plan),
            "as_of": as_of.isoformat(),
            "done": len(found.done),
            "back": len(found.back),
            "ahead": len(found.ahead),
            "changes": changes_json(found.changes),
            "choices": [choice_json(one) for one in ways],
            "files": sorted([*(path.name for path in made.iterdir()), "summary.json"]),
        }
        (made / "summary.json").write_bytes(dump(summary))
        progress("write", 1, 1)
    return summary


def _grid(folder: Path) -> tuple[tuple[Area, ...], dict[AreaCode, str]]:
    """Return the areas of an input folder and who answers for each."""
    if not folder.is_dir():
        raise InputError(say("run.no_folder", folder=folder))
    mapping = read_mapping(folder / "mapping.toml")
    district = read_round(folder / "round.toml").district
    areas = read_areas(folder / "areas", mapping.areas, scheme_of(mapping), district).areas
    return areas, owner_names(read_owners(folder, {area.code for area in areas})[0])


def _keep_complaints(old: Path, new: Path, complaints: Sequence[Complaint]) -> None:
    """Write the complaints of the old folder before the new ones."""
    if not old.is_file():
        return
    write_complaints_csv(new, complaints)
    said = new.read_text("utf-8-sig").splitlines(keepends=True)
    new.write_text(old.read_text("utf-8-sig") + "".join(said[1:]), "utf-8-sig")


def _write_changes(path: Path, changes: Changes, plan: Plan) -> None:
    """Write the changes as a list that a spreadsheet reads."""
    teams = {team.id: team.name for team in plan.teams}

    def at(places: Sequence[Placement]) -> str:
        return "; ".join(f"{p.date} {teams.get(p.team, p.team)} {p.shift}" for p in places)

    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["kind", "visit", "site", "was", "now", "zh", "en"])
        for item in changes.items:
            cells = (item.kind.value, item.visit, item.site, at(item.was), at(item.now), item.text.zh, item.text.en)
            writer.writerow([as_text(cell) for cell in cells])


# ---- as JSON ---------------------------------------------------------------------------------------------------------


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _place(place: Placement) -> dict[str, str]:
    return {"team": place.team, "date": place.date.isoformat(), "shift": place.shift}


def changes_json(changes: Changes) -> dict[str, Any]:
    """Return the changes between two plans as plain values."""
    return {
        **_text(changes.text),
        "same": changes.same,
        "retimed": changes.retimed,
        "by_team": {team: {"more": one.more, "less": one.less} for team, one in changes.by_team.items()},
        "by_day": {day.isoformat(): {"more": one.more, "less": one.less} for day, one in changes.by_day.items()},
        "items": [
            {
                "kind": item.kind.value,
                "visit": item.visit,
                "site": item.site,
                "was": [_place(place) for place in item.was],
                "now": [_place(place) for place in item.now],
                **_text(item.text),
            }
            for item in changes.items
        ],
    }


def choice_json(choice: Choice) -> dict[str, Any]:
    """Return a row of the ways out as plain values."""
    return {
        "kind": choice.kind,
        "left_out": choice.left_out,
        "moved": choice.moved,
        "overtime_min": choice.overtime_min,
        "travel_min": choice.result.plan.figures.travel_min,
        **_text(choice.text),
    }


def offers_json(found: Offers) -> dict[str, Any]:
    """Return where a visit would fit as plain values."""
    return {
        "visit": found.visit.id,
        "site": found.visit.site,
        "offers": [
            {
                **_place(one.place),
                "position": one.position,
                "arrive": one.arrive.isoformat(),
                "start": one.start.isoformat(),
                "leave": one.leave.isoformat(),
                "extra_min": one.extra_min,
                "cost_min": one.cost_min,
                "opens": one.opens,
                **_text(one.text),
            }
            for one in found.offers
        ],
        "reason": _text(found.reason) if found.reason else None,
    }


def why_json(found: Why | WhyNot) -> dict[str, Any]:
    """Return why a visit lies where it does, or nowhere, as plain values."""
    if isinstance(found, WhyNot):
        return {
            "visit": found.visit,
            "planned": False,
            **_text(found.text),
            "reasons": [_text(one) for one in found.reasons],
            "fits": [_place(place) for place in found.fits],
        }
    return {
        "visit": found.visit,
        "planned": True,
        **_place(found.place),
        **_text(found.text),
        "here_min": found.here_min,
        "minutes": found.minutes,
        "day_min": found.day_min,
        "next": _place(found.next.place) | {"more_min": found.next_more_min} if found.next else None,
        "others": [{"team": one.team, "extra_min": one.extra_min, **_text(one.text)} for one in found.others],
    }


def moved_json(found: Moved) -> dict[str, Any]:
    """Return the routes with new times after a move, and what is broken."""
    names = {site.id: site.name for site in found.plan.sites}
    return {
        "verdict": found.plan.verdict.value,
        "travel_min": found.plan.figures.travel_min,
        "cost": found.plan.figures.cost,
        "routes": [
            {
                "id": route.id,
                "depart": route.depart.isoformat(),
                "back": route.back.isoformat(),
                "stops": [
                    {
                        "seq": stop.seq,
                        "visit": stop.visit,
                        "name": names.get(stop.site, stop.site),
                        "arrive": stop.arrive.isoformat(),
                        "start": stop.start.isoformat(),
                        "leave": stop.leave.isoformat(),
                    }
                    for stop in route.stops
                ],
            }
            for route in found.routes
        ],
        "violations": [
            {"promise": one.promise.value, "where": one.where, "by": one.by, "unit": one.unit, **_text(one.text)}
            for one in found.violations
        ],
    }


# ---- questions -------------------------------------------------------------------------------------------------------


def where_in_folder(
    out: Path,
    site_id: str,
    *,
    due: date | None = None,
    earliest: date | None = None,
    minutes: int | None = None,
    departments: Sequence[str] | None = None,
) -> Offers:
    """Return the three best places for one more visit to a site in the plan of a run's folder."""
    opened = open_folder(out)
    visit = new_visit(opened.plan, site_id, due=due, earliest=earliest, minutes=minutes, departments=departments)
    return best_slots(opened.plan, opened.engine, visit)


def why_in_folder(out: Path, name: str) -> Why | WhyNot:
    """Return why a visit (or the first visit of a site) lies where it does, or why it is in no route."""
    opened = open_folder(out)
    visit = find_visit(opened.plan, name).id
    if visit in placements(opened.plan):
        return why_here(opened.plan, opened.engine, visit)
    return why_unplanned(opened.plan, opened.engine, visit)


def move_in_folder(out: Path, name: str, team: str, day: date, shift: str, position: int | None = None) -> Moved:
    """Return the plan as it would be with a visit moved by hand; nothing is written."""
    opened = open_folder(out)
    to = Placement(team=team_of(opened.plan, team).id, date=day, shift=shift)
    return move(opened.plan, opened.engine, find_visit(opened.plan, name).id, to, position)

"""From files to placed sites: reads a folder in the input format and puts every site on the grid."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gridplan.geocode.coder import Coded, Coder
from gridplan.geocode.datum import to_wgs84
from gridplan.geocode.decided import with_decision
from gridplan.grid.boundaries import read_areas
from gridplan.grid.locate import AreaIndex
from gridplan.intake.crews import read_teams
from gridplan.intake.extras import (
    Owner,
    read_extra_visits,
    read_gazetteer,
    read_history,
    read_owners,
    read_pins,
    read_taken,
)
from gridplan.intake.register import Register, read_sites
from gridplan.intake.settings import ColumnMapping, read_mapping, read_round
from gridplan.model.crew import Team
from gridplan.model.errors import Complaint, InputError, Severity
from gridplan.model.place import Area, AreaCode, AreaLevel, Datum, GazetteerEntry, LonLat
from gridplan.model.progress import Progress, silent
from gridplan.model.record import Decision
from gridplan.model.round import ExtraVisit, Round
from gridplan.model.site import PlacedSite, Site, SiteStatus
from gridplan.model.words import Text, say
from gridplan.roads.network import RoadNetwork, check_extent
from gridplan.services.folders.datum_doubt import doubts, guess_gazetteer, guess_lists, street_pieces
from gridplan.services.folders.streets import profiles_of, read_streets

_NAMED = 10
ROADS = "roads.osm.pbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything a folder holds, read and typed. Points of teams and gazetteer are WGS-84."""

    round: Round
    register: Register
    areas: tuple[Area, ...]
    gazetteer: tuple[GazetteerEntry, ...]
    teams: tuple[Team, ...]
    extra: tuple[ExtraVisit, ...]
    owners: tuple[Owner, ...]
    network: RoadNetwork | None
    complaints: tuple[Complaint, ...]
    hashes: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Every kept site with its place, the sites another district answers for, and what was doubtful.

    `notes` are those of the complaints that a plan must tell, too: a list that is in another datum than it says.
    """

    sites: tuple[PlacedSite, ...]
    rejected: tuple[PlacedSite, ...]
    complaints: tuple[Complaint, ...]
    notes: tuple[Text, ...] = ()


def hash_folder(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below `folder`, by its path relative to it."""
    hashes = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        with path.open("rb") as file:
            hashes[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return hashes


def extent_of(areas: tuple[Area, ...]) -> tuple[float, float, float, float]:
    """Return (west, south, east, north) of all areas in degrees."""
    bounds = np.array([area.polygon.bounds for area in areas])
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def map_extent(areas: tuple[Area, ...]) -> tuple[float, float, float, float] | None:
    """Return the box that a map of these areas shows: a margin of a tenth round all of them; None for none."""
    if not areas:
        return None
    west, south, east, north = extent_of(areas)
    across, up = (east - west) / 10, (north - south) / 10
    return west - across, south - up, east + across, north + up


def _wgs84(point: LonLat, datum: Datum) -> LonLat:
    lon, lat = to_wgs84(np.array([point.lon]), np.array([point.lat]), datum)
    return LonLat(round(float(lon[0]), 7), round(float(lat[0]), 7))


def gazetteer_in_wgs84(entries: tuple[GazetteerEntry, ...], datum: Datum) -> tuple[GazetteerEntry, ...]:
    """Return the entries with their points converted."""
    if datum in (Datum.WGS84, Datum.CGCS2000) or not entries:
        return entries
    lon, lat = to_wgs84(np.array([e.point.lon for e in entries]), np.array([e.point.lat for e in entries]), datum)
    return tuple(
        replace(entry, point=LonLat(float(x), float(y))) for entry, x, y in zip(entries, lon, lat, strict=True)
    )


def scheme_of(mapping: ColumnMapping) -> dict[str, int]:
    """Return the length of the code at each level, as boundaries want it."""
    return {level.value: length for level, length in mapping.scheme.items()}


def teams_in_wgs84(teams: tuple[Team, ...], datum: Datum) -> tuple[Team, ...]:
    """Return the teams with their bases converted."""
    return tuple(replace(team, base=_wgs84(team.base, datum)) for team in teams)


def read_roads(path: Path, areas: tuple[Area, ...], profiles: str = "") -> RoadNetwork:
    """Read a street file and make sure that it is this district's."""
    network = read_streets(path, profiles)
    check_extent(network, extent_of(areas))
    return network


def read_inputs(folder: Path, progress: Progress = silent) -> Inputs:
    """Read a whole input folder.

    Raises
    ------
    InputError
        The folder, a file that must be there or a setting cannot be used.
    """
    if not folder.is_dir():
        raise InputError(say("run.no_folder", folder=folder))
    if not (folder / "round.toml").is_file():
        raise InputError(say("run.no_file", folder=folder, file="round.toml"))
    if not (folder / "areas").is_dir():
        raise InputError(say("run.no_file", folder=folder, file="areas/"))
    progress("read", 0, 6)
    round_ = read_round(folder / "round.toml")
    mapping: ColumnMapping = read_mapping(folder / "mapping.toml")
    area_set = read_areas(folder / "areas", mapping.areas, scheme_of(mapping), round_.district)
    progress("read", 2, 6)
    register = read_sites(folder, mapping, round_, extent_of(area_set.areas))
    progress("read", 3, 6)
    gazetteer, gazetteer_complaints = read_gazetteer(folder, mapping)
    teams = teams_in_wgs84(read_teams(folder, round_.travel.mode), round_.datum)
    extra, extra_complaints = read_extra_visits(folder)
    round_, list_complaints = with_lists(round_, folder)
    # A merged row lost its own id: what is said of it belongs to the site that was kept.
    now = register.ids
    extra = tuple(replace(item, site_id=now.get(item.site_id, item.site_id)) for item in extra)
    round_ = replace(
        round_,
        history=tuple(replace(item, site_id=now.get(item.site_id, item.site_id)) for item in round_.history),
        taken=tuple(replace(item, site_id=now.get(item.site_id, item.site_id)) for item in round_.taken),
        pins=tuple(replace(item, target=now.get(item.target, item.target)) for item in round_.pins),
    )
    strangers = _strangers(round_, register)
    owners, owner_complaints = read_owners(folder, {area.code for area in area_set.areas})
    progress("roads", 0, 1)
    profiles_of(round_.travel.profiles)  # wrong keys are told even where there are no roads
    network = None
    if (folder / ROADS).is_file():
        network = read_roads(folder / ROADS, area_set.areas, round_.travel.profiles)
    progress("roads", 1, 1)
    return Inputs(
        round=round_,
        register=register,
        areas=area_set.areas,
        gazetteer=gazetteer_in_wgs84(gazetteer, round_.datum),
        teams=teams,
        extra=extra,
        owners=owners,
        network=network,
        complaints=(
            *area_set.complaints,
            *register.complaints,
            *gazetteer_complaints,
            *extra_complaints,
            *owner_complaints,
            *list_complaints,
            *strangers,
        ),
        hashes=hash_folder(folder),
    )


def _strangers(round_: Round, register: Register) -> Iterator[Complaint]:
    """Tell once for each list beside the register which of its sites the register does not hold."""
    known = {site.id for site in register.sites}
    for file, ids in (
        ("history.csv", [v.site_id for v in round_.history]),
        ("taken.csv", [d.site_id for d in round_.taken]),
    ):
        missing = [id_ for id_ in ids if id_ not in known]
        if missing:
            named = list(dict.fromkeys(missing))
            shown = "、".join(named[:_NAMED]) + ("…" if len(named) > _NAMED else "")
            text = say("run.strangers", file=file, count=len(missing), ids=shown)
            yield Complaint(
                file=file,
                row=0,
                column="site_id",
                value=shown,
                code="lists.stranger",
                severity=Severity.INFO,
                text=text,
            )


def with_lists(round_: Round, folder: Path) -> tuple[Round, tuple[Complaint, ...]]:
    """Return the round with what history.csv, taken.csv and pins.csv beside its round.toml say."""
    history, of_history = read_history(folder)
    taken, of_taken = read_taken(folder)
    pins, of_pins = read_pins(folder)
    return replace(round_, history=history, taken=taken, pins=pins), (*of_history, *of_taken, *of_pins)


def place_sites(
    round_: Round,
    sites: tuple[Site, ...],
    areas: tuple[Area, ...],
    gazetteer: tuple[GazetteerEntry, ...],
    progress: Progress = silent,
    decisions: Mapping[str, Decision] | None = None,
    network: RoadNetwork | None = None,
) -> Placement:
    """Locate every site and put it on the grid.

    A site whose address names another district is rejected; one without a sure fix, or outside all areas, waits for review.
    What a person decided (`decisions` by key) goes before what is found. With `network` the streets help to tell whether a list
    is in the datum that it says; nothing is converted otherwise than said.
    """
    index = AreaIndex(areas)
    found = code_sites(round_, sites, areas, gazetteer, index, progress)
    doubted = _doubts(round_, found, areas, gazetteer, network)
    coded = [with_decision(item, decisions or {}) for item in found]
    fixed = iter(index.locate([item.fix.point for item in coded if item.fix.point]))
    placed: list[PlacedSite] = []
    rejected: list[PlacedSite] = []
    complaints: list[Complaint] = [*doubted]
    for item in coded:
        complaints += item.complaints
        cells: Mapping[AreaLevel, AreaCode] = next(fixed) if item.fix.point else {}
        if item.status is SiteStatus.REJECTED:
            rejected.append(PlacedSite(site=item.site, fix=item.fix, status=item.status))
            continue
        status, fix = item.status, item.fix
        if status is SiteStatus.LOCATED and not cells:
            status, fix = SiteStatus.REVIEW, replace(item.fix, confident=False, reason="geocode.outside")
        placed.append(PlacedSite(site=item.site, fix=fix, status=status, areas=cells))
        if status is SiteStatus.REVIEW:
            complaints.append(_review_complaint(placed[-1]))
    return Placement(
        sites=tuple(placed),
        rejected=tuple(rejected),
        complaints=tuple(complaints),
        notes=tuple(complaint.text for complaint in doubted),
    )


def code_sites(
    round_: Round,
    sites: tuple[Site, ...],
    areas: tuple[Area, ...],
    gazetteer: tuple[GazetteerEntry, ...],
    index: AreaIndex,
    progress: Progress = silent,
) -> list[Coded]:
    """Take every address apart and look it up, beside the point that its row gives."""
    given = [_wgs84(site.given, site.datum_in) if site.given else None for site in sites]
    known = iter(index.locate([point for point in given if point]))
    found_given = [next(known) if point else None for point in given]
    return Coder(areas, gazetteer, round_.district, round_.min_fix).locate(sites, found_given, progress)


def _doubts(
    round_: Round,
    coded: Sequence[Coded],
    areas: tuple[Area, ...],
    gazetteer: tuple[GazetteerEntry, ...],
    network: RoadNetwork | None,
) -> list[Complaint]:
    """Ask about the datum of lists whose points are meant otherwise than they say."""
    streets = street_pieces(network)
    lists = [one for one in guess_lists(coded, areas, streets) if one.guess.sure and not one.guess.agrees]
    known = guess_gazetteer(gazetteer, areas, streets, round_.datum) if lists else None
    return doubts(lists, round_.datum, known)


def _review_complaint(placed: PlacedSite) -> Complaint:
    row = placed.site.rows[0]
    return Complaint(
        file=row.file,
        row=row.row,
        column="address",
        value=placed.site.address,
        code="sites.review",
        severity=Severity.WARNING,
        text=say("run.review", name=placed.site.name, reason=say(placed.fix.reason)),
    )


def owners_by_area(owners: Iterable[tuple[AreaCode, str, str]]) -> dict[AreaCode, str]:
    """Return the people who answer for each area, joined as an office writes them. `owners`: (area code, person, role)."""
    names: dict[AreaCode, list[str]] = {}
    for code, person, _ in owners:
        names.setdefault(code, []).append(person)
    return {code: "、".join(people) for code, people in names.items()}


def owner_names(owners: Iterable[Owner]) -> dict[AreaCode, str]:
    """Return the same from the rows of owners.csv."""
    return owners_by_area((owner.area_code, owner.person, owner.role) for owner in owners)

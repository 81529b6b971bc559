"""The stored register: import the parts of an input folder, place the sites, list what waits for review."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gridplan.geocode.decided import named_key
from gridplan.grid.boundaries import read_areas
from gridplan.intake.crews import read_teams
from gridplan.intake.extras import read_gazetteer, read_owners
from gridplan.intake.register import read_sites
from gridplan.intake.settings import read_mapping, read_round
from gridplan.model.errors import Complaint, Conflict, InputError
from gridplan.model.progress import Progress, silent
from gridplan.model.rights import Right
from gridplan.model.site import SiteStatus
from gridplan.model.words import Text, say
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import LISTS, SETTINGS, VISITS, Desk
from gridplan.services.folders.placing import (
    ROADS,
    Placement,
    extent_of,
    gazetteer_in_wgs84,
    place_sites,
    read_roads,
    scheme_of,
    teams_in_wgs84,
)
from gridplan.services.registry.duplicates import said_of
from gridplan.services.registry.online_answers import shown
from gridplan.services.registry.site_edits import with_edits
from gridplan.store.intake import SiteEdits
from gridplan.store.repositories import Transaction

Counts = dict[str, int]


def _need(path: Path) -> Path:
    if not path.exists():
        raise InputError(say("run.no_file", folder=path.parent, file=path.name))
    return path


def import_areas(desk: Desk, folder: Path, *, by: str) -> Counts:
    """Keep the areas and owners of a folder instead of the earlier ones, and its settings."""
    round_path = _need(folder / "round.toml")
    round_, mapping = read_round(round_path), read_mapping(folder / "mapping.toml")
    found = read_areas(_need(folder / "areas"), mapping.areas, scheme_of(mapping), round_.district)
    owners, complaints = read_owners(folder, {area.code for area in found.areas})
    counts = {"areas": len(found.areas), "owners": len(owners), "complaints": len(found.complaints) + len(complaints)}
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_AREAS, whole=True)
        t.areas.replace(found.areas, by=by)
        t.owners.replace((owner.area_code, owner.person, owner.role) for owner in owners)
        t.files.put(SETTINGS, "round.toml", round_path.read_bytes())
        t.imports.add("areas", folder.name, by=by, counts=counts, complaints=(*found.complaints, *complaints))
    return counts


def import_sites(desk: Desk, folder: Path, *, by: str) -> Counts:
    """Keep the list of a folder instead of the earlier one; its sites are not placed yet."""
    round_path = _need(folder / "round.toml")
    round_, mapping = read_round(round_path), read_mapping(folder / "mapping.toml")
    with desk.store.reading() as t:
        areas, said = t.areas.list(), said_of(t)
    register = read_sites(folder, mapping, round_, extent_of(areas) if areas else None, said)
    counts = {
        "rows": register.rows,
        "kept": len(register.sites),
        "merged": register.merged,
        "rejected": len(register.rejected),
        "complaints": len(register.complaints),
    }
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
        t.snapshots.take("import", by=by)
        t.sites.replace(with_edits(register.sites, SiteEdits(t.connection).list()))
        t.files.put(SETTINGS, "round.toml", round_path.read_bytes())
        t.imports.add("sites", folder.name, by=by, counts=counts, complaints=register.complaints)
    return counts


def undo_sites(desk: Desk, *, by: str, dry: bool = False, at: str = "") -> dict[str, Any]:
    """Put the register back as it was before its last import or merger, whole or not at all; doing so again takes that back.

    `gone`: sites of now that the state before does not have · `back`: the other way round · `unplaced`: sites that would have
    to be located again · `decided`: decisions about doubtful sites that would find no site; they are kept. With `dry` only said. `at` is the moment of the state that
    was seen: another one is not gone back to.

    Raises
    ------
    Conflict
        There is nothing to go back to, or a plan was published since, which stands on the sites as they are.
    """
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
        kept = t.snapshots.newest()
        if kept is None:
            raise Conflict(say("desk.nothing_to_undo"))
        if at and at != kept.at.isoformat():
            raise Conflict(say("desk.undo_moved"))
        for stored in t.rounds.list():
            head = t.plans.published(stored.id)
            if head is not None and head.published is not None and head.published >= kept.at:
                raise Conflict(say("desk.undo_published", round=stored.round.name))
        before = t.sites.outline()
        trial = t.connection.begin_nested()
        t.snapshots.restore(kept.id, by=by)
        after = t.sites.outline()
        decided = {decision.key for decision in t.decisions.list()}
        if dry:
            trial.rollback()
        else:
            trial.commit()
    here, there = ({named_key(name, address) for name, address, _ in sites} for sites in (before, after))
    return {
        "undone": kept.what,
        "at": kept.at.isoformat(timespec="seconds"),
        "seen": kept.at.isoformat(),
        "done": not dry,
        "sites_before": len(before),
        "sites": len(after),
        "gone": len(here - there),
        "back": len(there - here),
        "unplaced": sum(not placed for _, _, placed in after),
        "decided": len(decided & (here - there)),
    }


def import_gazetteer(desk: Desk, folder: Path, *, by: str) -> Counts:
    """Keep the gazetteer of a folder instead of the earlier one."""
    _need(folder / "gazetteer.csv")
    round_, mapping = read_round(_need(folder / "round.toml")), read_mapping(folder / "mapping.toml")
    entries, complaints = read_gazetteer(folder, mapping)
    counts = {"entries": len(entries), "complaints": len(complaints)}
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
        t.gazetteer.replace(gazetteer_in_wgs84(entries, round_.datum))
        t.imports.add("gazetteer", folder.name, by=by, counts=counts, complaints=complaints)
    return counts


def import_roads(desk: Desk, folder: Path, *, by: str) -> Counts:
    """Keep the street file of a folder instead of the earlier one, after it was read and found to be this district's."""
    with desk.store.reading() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
    path = _need(folder / ROADS)
    with desk.store.reading() as t:
        areas = t.areas.list()
    if not areas:
        raise InputError(say("desk.areas_first"))
    network = read_roads(path, areas)
    counts = {"nodes": network.nodes, "segments": len(network.segments.way)}
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
        t.files.put("roads", ROADS, path.read_bytes())
        t.imports.add("roads", folder.name, by=by, counts=counts)
    return counts


def import_teams(desk: Desk, folder: Path, *, by: str) -> Counts:
    """Keep the teams of a folder instead of the earlier ones."""
    round_ = read_round(_need(folder / "round.toml"))
    teams = teams_in_wgs84(read_teams(folder, round_.travel.mode), round_.datum)
    if not teams:
        raise InputError(say("run.no_file", folder=folder, file="teams.toml / teams.csv"))
    counts = {"teams": len(teams), "members": sum(len(team.members) for team in teams)}
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_CREWS, whole=True)
        t.teams.replace(teams)
        t.imports.add("teams", folder.name, by=by, counts=counts)
    return counts


IMPORTS: dict[str, Callable[..., Counts]] = {
    "areas": import_areas,
    "sites": import_sites,
    "gazetteer": import_gazetteer,
    "roads": import_roads,
    "teams": import_teams,
}


def locate_sites(desk: Desk, *, by: str, progress: Progress = silent) -> Counts:
    """Place every site of the register on the grid."""
    settings = desk.settings()
    with desk.store.reading() as t:
        areas, sites, gazetteer = t.areas.list(), t.sites.list(), t.gazetteer.list()
        decisions = t.decisions.by_key()
    if not areas:
        raise InputError(say("desk.areas_first"))
    placement = place_sites(settings, sites, areas, gazetteer, progress, decisions, desk.network())
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
        return keep_places(t, placement, by=by)


def keep_places(t: Transaction, placement: Placement, *, by: str) -> Counts:
    """Keep where the sites of the register were found, and what was doubtful."""
    placed = shown(t, placement.sites)
    located = [site.site.rows[0] for site in placed if site.status is SiteStatus.LOCATED]
    settled = {(row.file, row.row) for row in located}
    complaints = [
        one for one in placement.complaints if one.code != "sites.review" or (one.file, one.row) not in settled
    ]
    counts = {
        "located": len(located),
        "review": sum(site.status is SiteStatus.REVIEW for site in placed),
        "rejected": len(placement.rejected),
        "complaints": len(complaints),
    }
    t.sites.place((*placed, *placement.rejected))
    t.imports.add("locate", "", by=by, counts=counts, complaints=complaints)
    return counts


def complaints_of(desk: Desk) -> list[Complaint]:
    """Return what the latest import of each kind complained about, the lists of a round and the visits of a draft included."""
    with desk.store.reading() as t:
        runs = [t.imports.latest(what) for what in (*IMPORTS, "locate", LISTS, VISITS)]
    return [complaint for run in runs if run for complaint in run.complaints]


def datum_notes(desk: Desk) -> list[Text]:
    """Return what a plan must tell of lists that are in another datum than they say, as the sites were last located."""
    with desk.store.reading() as t:
        run = t.imports.latest("locate")
    return [complaint.text for complaint in run.complaints if complaint.code == "geocode.datum"] if run else []

"""Each site's file: its values with their sources and its timeline over all rounds; and the ledger of all sites."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

from gridplan.model.errors import NotFound
from gridplan.model.finding import Finding, FindingAction, FindingState
from gridplan.model.moment import local
from gridplan.model.place import Area, AreaCode, AreaLevel
from gridplan.model.record import User
from gridplan.model.release import release_of
from gridplan.model.result import COUNTS_AS_DONE, VisitResult
from gridplan.model.site import PlacedSite, SiteId, SourceRow
from gridplan.model.timeline import Entry, Happening, LedgerRow, SiteFile, Value
from gridplan.model.words import Text, say
from gridplan.report.site_ledger import ledger_xlsx
from gridplan.services.accounts.rights import own_names, sees_site
from gridplan.services.desk import Desk
from gridplan.services.field.checklists import desk_categories
from gridplan.services.folders.placing import owners_by_area
from gridplan.services.reporting.books import now_of, published_at
from gridplan.store.repositories import Transaction

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN = ("address", "kind", "uscc", "subject", "competent", "permit", "licence", "state", "size", "opening", "minutes")
"""The values of a file, in order. The phone is for the crew alone."""


def site_file(desk: Desk, site_id: str, *, reader: User | None = None) -> SiteFile:
    """Return the file of one site.

    Raises
    ------
    NotFound
        There is no such site, or it is not the reader's.
    """
    categories = {key: one.name for key, one in desk_categories(desk).items()}
    with desk.store.reading() as t:
        placed = t.sites.get(SiteId(site_id))
        areas = t.areas.list()
        if reader is not None and not sees_site(reader, placed, own_names(areas, reader)):
            raise NotFound(say("store.no_site", site=site_id))
        owners = owners_by_area(t.owners.list())
        people = {user.login: user.name for user in t.users.list()}
        findings = t.findings.list(site=placed.site.id)
        entries = [
            *_sources(placed, t),
            *_planned(desk, t, placed.site.id),
            *_visits(t.results.by_site(placed.site.id), people),
            *_findings(t, findings, categories, people),
            *_lists(t, placed.site.id, people),
        ]
        done = [one for _, _, one in t.results.by_site(placed.site.id) if one.outcome in COUNTS_AS_DONE]
    return SiteFile(
        id=placed.site.id,
        name=placed.site.name,
        place=_place(placed, areas),
        owner=_owner(placed, owners),
        values=tuple(_values(placed)),
        entries=tuple(sorted(entries, key=_when, reverse=True)),
        visits=len({one.visit for one in done}),
        found=len(findings),
        open=sum(one.state is FindingState.OPEN for one in findings),
    )


def _when(entry: Entry) -> tuple[date, int, str]:
    if isinstance(entry.at, datetime):
        return entry.day, entry.at.hour * 3600 + entry.at.minute * 60 + entry.at.second, entry.kind
    return entry.day, -1, entry.kind


def _source(row: SourceRow) -> str:
    return say("timeline.row", file=row.file, row=row.row).zh


def _values(placed: PlacedSite) -> Iterable[Value]:
    site = placed.site
    for name in _SHOWN:
        value = _shown(name, site)
        others = site.others.get(name, ())
        if not value and not others:
            continue
        row = site.sources.get(name, site.rows[0])
        key = f"intake.field_{name}" if name not in ("address", "competent") else f"timeline.field_{name}"
        yield Value(
            name=say(key),
            value=value,
            source=_source(row),
            others=tuple((other.value, _source(other.source)) for other in others),
        )
    fix = say(f"timeline.fix_{placed.status.value}", level=say(f"timeline.level_{placed.fix.level.value}")).zh
    yield Value(name=say("glossary.fix"), value=fix, source=say("timeline.by_placing").zh)


def _shown(name: str, site: object) -> str:
    value = getattr(site, name)
    if value is None or value == "":
        return ""
    if name == "kind":
        return say("glossary.community_kind" if value == "community" else f"glossary.{value}").zh
    if isinstance(value, bool):
        return say("timeline.yes" if value else "timeline.no").zh
    return str(value) if not hasattr(value, "on") else say("timeline.opening_given").zh


def _place(placed: PlacedSite, areas: Iterable[Area]) -> str:
    names = {area.code: area.name for area in areas}
    return " / ".join(names.get(placed.areas[level], "") for level in AreaLevel if level in placed.areas)


def _owner(placed: PlacedSite, owners: Mapping[AreaCode, str]) -> str:
    levels = sorted(placed.areas, key=lambda level: level.depth, reverse=True)
    return next((owners[placed.areas[level]] for level in levels if owners.get(placed.areas[level])), "")


def _sources(placed: PlacedSite, t: Transaction) -> Iterable[Entry]:
    run = t.imports.latest("sites")
    for row in placed.site.rows:
        when: datetime | date | None = row.date or (local(run.at) if run else None)
        if when is not None:
            yield Entry(at=when, kind=Happening.SOURCE, text=say("timeline.listed_in", source=_source(row)))


def _planned(desk: Desk, t: Transaction, site: SiteId) -> Iterable[Entry]:
    """Return when the plans in force put a visit there; what is not released yet is not told."""
    names = {str(one.id): one.name for one in t.teams.list()}
    for stored in t.rounds.list():
        head = published_at(t, now_of(desk), int(stored.id))
        if head is None:
            continue
        for day, depart, arrive, team in t.plans.stops_at(head.id, site):
            if release_of(day, stored.round.release, depart) <= desk.now():
                text = say(
                    "timeline.planned", round=stored.round.name, team=names.get(team, team), time=f"{arrive:%H:%M}"
                )
                yield Entry(at=day, kind=Happening.PLANNED, text=text)


def _visits(results: Iterable[tuple[str, object, VisitResult]], people: Mapping[str, str]) -> Iterable[Entry]:
    for _, _, one in results:
        kind = Happening.VISIT if one.outcome in COUNTS_AS_DONE else Happening.FAILED
        text = say("timeline.visit", outcome=say(f"glossary.{one.outcome.value}"))
        yield Entry(at=local(one.at), kind=kind, text=text, note=one.note, who=people.get(one.by, one.by))


def _findings(
    t: Transaction, findings: Iterable[Finding], categories: Mapping[str, Text], people: Mapping[str, str]
) -> Iterable[Entry]:
    for finding in findings:
        name = categories.get(finding.category, Text(finding.category, finding.category))
        who = people.get(finding.by, finding.by)
        text = say("timeline.finding", category=name)
        yield Entry(at=local(finding.at), kind=Happening.FINDING, text=text, note=finding.text, who=who)
        for event in t.findings.events(finding=finding.id):
            if event.action in (FindingAction.FOUND, FindingAction.NOTICE):
                continue
            step = say("timeline.step", category=name, action=say(f"findings.action_{event.action.value}"))
            yield Entry(
                at=local(event.at), kind=Happening.STEP, text=step, note=event.note, who=people.get(event.by, event.by)
            )
        for notice in t.findings.notices(finding=finding.id):
            kind = say(f"findings.notice_{notice.kind.value}")
            text = say("timeline.notice", kind=kind, number=notice.number, due=notice.due or "—")
            yield Entry(at=local(notice.at), kind=Happening.NOTICE, text=text, who=people.get(notice.by, notice.by))
        for key in finding.photos:
            yield Entry(
                at=local(finding.at), kind=Happening.PHOTO, text=say("timeline.photo", category=name), photo=key
            )


def _lists(t: Transaction, site: SiteId, people: Mapping[str, str]) -> Iterable[Entry]:
    for flag in t.list_flags.list(site=site):
        name = say(f"timeline.list_{flag.list.value}")
        who = people.get(flag.by, flag.by)
        yield Entry(
            at=flag.since, kind=Happening.LISTED, text=say("timeline.on_list", list=name), note=flag.reason, who=who
        )
        if flag.until is not None:
            yield Entry(at=flag.until, kind=Happening.LISTED, text=say("timeline.off_list", list=name))


# ---- the ledger ------------------------------------------------------------------------------------------------------


def ledger_rows(desk: Desk, *, reader: User | None = None) -> list[LedgerRow]:
    """Return one row for each site of the register that is the reader's, in the register's order."""
    today = desk.today()
    with desk.store.reading() as t:
        areas = t.areas.list()
        names = {area.code: area.name for area in areas}
        owners = owners_by_area(t.owners.list())
        results: dict[str, list[VisitResult]] = defaultdict(list)
        for where, _, result in t.results.by_site():
            results[where].append(result)
        findings: dict[str, list[Finding]] = defaultdict(list)
        for finding in t.findings.list():
            findings[finding.site].append(finding)
        papers: dict[str, int] = defaultdict(int)
        for notice in t.findings.notices():
            papers[notice.finding] += 1
        flags: dict[str, list[str]] = defaultdict(list)
        for flag in t.list_flags.list():
            if flag.holds(today):
                flags[flag.site].append(say(f"timeline.list_{flag.list.value}").zh)
        mine = own_names(areas, reader) if reader else frozenset()
        placed = [one for one in t.sites.placed() if reader is None or sees_site(reader, one, mine)]
    rows = []
    for one in placed:
        site, been, found = one.site, results[one.site.id], findings[one.site.id]
        last = been[-1] if been else None
        rows.append(
            LedgerRow(
                id=site.id,
                name=site.name,
                kind=_shown("kind", site),
                address=site.address,
                uscc=site.uscc,
                township=_named(one, AreaLevel.TOWNSHIP, names) or site.township,
                community=_named(one, AreaLevel.COMMUNITY, names) or site.community,
                cell=_named(one, AreaLevel.CELL, names),
                owner=_owner(one, owners),
                licence_class=say(f"glossary.licence_{site.licence_class.value}").zh,
                standing=say(f"glossary.standing_{site.standing.value}").zh,
                status=say(f"timeline.status_{one.status.value}").zh,
                sources=len(site.rows),
                visits=len({item.visit for item in been if item.outcome in COUNTS_AS_DONE}),
                last_day=local(last.at).date() if last else None,
                last_outcome=say(f"glossary.{last.outcome.value}").zh if last else "",
                found=len(found),
                open=sum(item.state is FindingState.OPEN for item in found),
                notices=sum(papers[item.id] for item in found),
                lists="、".join(flags[site.id]),
            )
        )
    return rows


def _named(placed: PlacedSite, level: AreaLevel, names: Mapping[AreaCode, str]) -> str:
    return names.get(placed.areas[level], "") if level in placed.areas else ""


def ledger_file(desk: Desk, *, reader: User | None = None) -> tuple[bytes, str, str]:
    """Return the ledger as (content, media type, file name)."""
    rows, now = ledger_rows(desk, reader=reader), now_of(desk)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        ledger_xlsx(path, rows)
        return path.read_bytes(), XLSX, f"ledger-{now:%Y%m%d}.xlsx"

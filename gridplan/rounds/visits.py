"""The visits a round needs: one routine visit for each located site in scope, extra ones, samples; merged, capped, pinned."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from gridplan.model.crew import Team
from gridplan.model.errors import Complaint, InputError, Severity
from gridplan.model.place import AreaLevel
from gridplan.model.plan import SampleDraw
from gridplan.model.round import ExtraVisit, KindSettings, Purpose, Round, Scope, Visit, VisitId
from gridplan.model.site import PlacedSite, SiteId, SiteKind, SiteStatus, Standing
from gridplan.model.words import Text, say
from gridplan.rounds.cap import Room, inspections
from gridplan.rounds.merge import merge_visits
from gridplan.rounds.pins import pin_visits
from gridplan.rounds.sample import draw_sample, sample_size
from gridplan.rounds.workdays import horizon

MOST_NAMED = 10
"""So many sites are named in a note; all of them stand among the complaints."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """The visits of a round, what is wrong with the request, and the sites of the register that the round leaves out.

    `inspected`: dates of the inspections so far in the years of the round. `samples`: what was drawn. `notes`: what the plan
    must say of them.
    """

    visits: tuple[Visit, ...]
    complaints: tuple[Complaint, ...]
    out_of_scope: tuple[SiteId, ...]
    inspected: Mapping[SiteId, tuple[date, ...]] = field(default_factory=dict)
    samples: tuple[SampleDraw, ...] = ()
    notes: tuple[Text, ...] = ()


STANDING_WORDS = {standing: say(f"glossary.standing_{standing.value}").zh for standing in Standing}
"""A status may be excluded by the list's own word, or by what gridplan calls it: 已注销, 营转非 …"""


def plain(state: str) -> str:
    return "".join(state.split()).casefold()


def scope_test(scope: Scope) -> Callable[[PlacedSite], bool]:
    """Return what tells whether a site belongs to a scope. A site without area stays in: nobody can say that it is elsewhere."""
    excluded = {plain(state) for state in scope.exclude_status if state}
    only = frozenset(scope.sites)

    def test(placed: PlacedSite) -> bool:
        site = placed.site
        township, community = placed.areas.get(AreaLevel.TOWNSHIP), placed.areas.get(AreaLevel.COMMUNITY)
        return (
            (not scope.kinds or site.kind in scope.kinds)
            and (not scope.townships or township is None or township in scope.townships)
            and (not scope.communities or community is None or community in scope.communities)
            and (not scope.licences or site.licence_class in scope.licences)
            and (not scope.competents or site.competent in scope.competents)
            and (not scope.files or any(row.file in scope.files for row in site.rows))
            and site.priority >= scope.least_priority
            and (not only or site.id in only)
            and not (excluded and excluded & {plain(site.state), STANDING_WORDS[site.standing]})
        )

    return test


def _settings(round_: Round, placed: PlacedSite) -> KindSettings:
    kind = placed.site.kind
    if kind not in round_.kinds:
        raise InputError(say("rounds.no_kind", kind=kind.value, site=placed.site.name))
    return round_.kinds[kind]


def _routine(round_: Round, placed: PlacedSite, taken: frozenset[date]) -> Visit:
    site, settings = placed.site, _settings(round_, placed)
    if placed.fix.point is None:
        raise ValueError(f"located site {site.id} has no point")
    return Visit(
        id=VisitId(f"V-{site.id}"),
        site=site.id,
        place=placed.fix.point,
        minutes=site.minutes or settings.minutes_for(site.licence_class, site.size),
        opening=site.opening or settings.opening,
        mode=site.mode or settings.mode,
        departments=frozenset(site.departments or settings.departments),
        due=site.due,
        priority=site.priority,
        township=placed.areas.get(AreaLevel.TOWNSHIP),
        community=placed.areas.get(AreaLevel.COMMUNITY),
        closed=frozenset(site.closed),
        taken=taken,
    )


def _extra(base: Visit, extra: ExtraVisit, number: int) -> Visit:
    """Return the visit asked for; the second of one purpose at one site is numbered."""
    suffix = extra.purpose.value + (f"-{number}" if number > 1 else "")
    return replace(
        base,
        id=VisitId(f"{base.id}-{suffix}"),
        minutes=extra.minutes or base.minutes,
        purpose=extra.purpose,
        earliest=extra.earliest,
        due=extra.due,
    )


def _complain(
    file: str, row: int, column: str, value: str, code: str, severity: Severity = Severity.WARNING, **fields: object
) -> Complaint:
    return Complaint(
        file=file,
        row=row,
        column=column,
        value=value,
        code=code,
        severity=severity,
        text=say(code, value=value, **fields),
    )


def _taken(round_: Round, known: set[SiteId]) -> tuple[dict[SiteId, frozenset[date]], list[Complaint]]:
    """Return on which days other tiers are at a site; the round's own tier does not clash with itself."""
    days: dict[SiteId, set[date]] = defaultdict(set)
    complaints = []
    for one in round_.taken:
        if one.site_id not in known:
            complaints.append(_complain("taken.csv", one.row, "site_id", one.site_id, "rounds.taken_unknown_site"))
        elif not one.tier or plain(one.tier) != plain(round_.tier):
            days[one.site_id].add(one.day)
    return {site: frozenset(dates) for site, dates in days.items()}, complaints


def make_visits(
    round_: Round, sites: Sequence[PlacedSite], extra: Sequence[ExtraVisit], teams: Sequence[Team] = ()
) -> Visits:
    """Return the visits of a round.

    `V-<site>` for each located site in scope, then `V-<site>-<purpose>` for the extra ones, then those of the sample that
    the round draws: the drawn sites get a visit beside their routine one, unless the round merges. Minutes, mode,
    departments and opening are the site's own, else those of its kind. Routine visits and samples for which the yearly cap
    has no room are left out and told; leads and follow-ups are made all the same. A round that merges makes one visit of
    what falls due at one site. Pins come last; they name a team of `teams` by id or name.

    An extra visit to a site that is unknown, unlocated or out of scope is a complaint, as is a routine visit asked for
    twice, a sample picked by hand where the round draws its own, a pin that cannot hold, and a township of the scope in
    which no site lies.

    Raises
    ------
    InputError
        A site's kind has no settings, or the calendar of the round is wrong.
    """
    days = horizon(round_)
    known = {placed.site.id for placed in sites}
    taken, complaints = _taken(round_, known)
    inside = [*filter(scope_test(round_.scope), sites)]
    base = {
        placed.site.id: _routine(round_, placed, taken.get(placed.site.id, frozenset()))
        for placed in inside
        if placed.status is SiteStatus.LOCATED
    }
    there = {placed.areas.get(AreaLevel.TOWNSHIP) for placed in sites}
    for township in round_.scope.townships:
        if township not in there:
            complaints.append(_complain("round.toml", 0, "townships", township, "rounds.empty_township"))
    inspected = inspections(round_.history, {site: visit.mode for site, visit in base.items()}, days)
    kinds = {placed.site.id: placed.site.kind for placed in inside}
    room = Room(round_.limits.yearly_cap, kinds, inspected, days)
    visits: list[Visit] = []
    capped: list[Visit] = []
    for visit in base.values():
        if room.left(visit):
            visits.append(room.take(visit))
        else:
            capped.append(visit)
    asked, told = _asked(round_, extra, base, known, {placed.site.id for placed in inside})
    complaints += told
    for visit, wish in asked:
        if wish.purpose is not Purpose.SAMPLE:
            visits.append(visit)
        elif room.left(visit):
            visits.append(room.take(visit))
        else:
            complaints.append(_complain("visits.csv", wish.row, "site_id", visit.site, "rounds.capped"))
    drawn, draws, notes = _sample(round_, base, visits, room, kinds)
    visits += drawn
    names = {placed.site.id: placed.site.name for placed in inside}
    for visit in capped:
        complaints.append(
            _complain(
                "history.csv", 0, "site_id", visit.site, "rounds.capped_routine", Severity.INFO, name=names[visit.site]
            )
        )
    if capped:
        some = "、".join(names[visit.site] for visit in capped[:MOST_NAMED]) + "…" * (len(capped) > MOST_NAMED)
        notes.append(say("rounds.capped_note", count=len(capped), sites=some))
    held: Mapping[VisitId, VisitId] = {}
    if round_.merge:
        before = len(visits)
        visits, held = merge_visits(visits, days)
        if before > len(visits):
            notes.append(say("rounds.merged_note", count=before, made=len(visits)))
    visits, unpinned = pin_visits(visits, round_.pins, teams, days, held)
    complaints += [_complain("pins.csv", wish.row, column, value, code) for wish, column, value, code in unpinned]
    return Visits(
        visits=tuple(visits),
        complaints=tuple(complaints),
        out_of_scope=tuple(placed.site.id for placed in sites if placed.site.id not in kinds),
        inspected=inspected,
        samples=draws,
        notes=tuple(notes),
    )


def _asked(
    round_: Round, extra: Sequence[ExtraVisit], base: Mapping[SiteId, Visit], known: set[SiteId], kept: set[SiteId]
) -> tuple[list[tuple[Visit, ExtraVisit]], list[Complaint]]:
    """Return the extra visits that can be made, each with its row, and why others cannot."""
    visits: list[tuple[Visit, ExtraVisit]] = []
    complaints = []
    numbers: Counter[tuple[SiteId, Purpose]] = Counter()
    for wish in extra:
        site = wish.site_id
        if wish.purpose is Purpose.ROUTINE:
            code = "rounds.extra_routine"
        elif wish.purpose is Purpose.SAMPLE and round_.sample:
            code = "rounds.extra_sample"
        elif site not in known:
            code = "rounds.extra_unknown_site"
        elif site not in kept:
            code = "rounds.extra_out_of_scope"
        elif site not in base:
            code = "rounds.extra_unlocated"
        else:
            numbers[site, wish.purpose] += 1
            visits.append((_extra(base[site], wish, numbers[site, wish.purpose]), wish))
            continue
        complaints.append(_complain("visits.csv", wish.row, "site_id", site, code))
    return visits, complaints


def _sample(
    round_: Round,
    base: Mapping[SiteId, Visit],
    visits: Sequence[Visit],
    room: Room,
    kinds: Mapping[SiteId, SiteKind],
) -> tuple[list[Visit], tuple[SampleDraw, ...], list[Text]]:
    """Draw the round's sample from the located sites that may be visited once more, and return its visits."""
    wish = round_.sample
    if wish is None:
        return [], (), []
    # Merged with the routine visit a sample costs the site no further inspection.
    free = {visit.site for visit in visits if visit.purpose is Purpose.ROUTINE} if round_.merge else set()
    population = [
        site
        for site, visit in base.items()
        if (not wish.kinds or kinds[site] in wish.kinds) and (site in free or room.left(visit))
    ]
    draw = draw_sample(population, sample_size(wish, len(population)), wish.seed)
    made = []
    for site in draw.drawn:
        visit = _extra(base[site], ExtraVisit(site_id=site, purpose=Purpose.SAMPLE, minutes=wish.minutes), 1)
        made.append(visit if site in free else room.take(visit))
    note = say(
        "rounds.sample_note", drawn=len(draw.drawn), listed=len(population), seed=wish.seed, sha=draw.list_sha256[:12]
    )
    return made, (draw,), [note]

"""The visits a round needs: one routine visit for each located site in scope, and the extra ones it was asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gridplan.model.errors import Complaint, InputError, Severity
from gridplan.model.place import AreaLevel
from gridplan.model.round import ExtraVisit, KindSettings, Purpose, Round, Visit, VisitId
from gridplan.model.site import PlacedSite, SiteId, SiteStatus
from gridplan.model.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """The visits of a round, what is wrong with the request, and the sites of the register that the round leaves out."""

    visits: tuple[Visit, ...]
    complaints: tuple[Complaint, ...]
    out_of_scope: tuple[SiteId, ...]


def _plain(state: str) -> str:
    return "".join(state.split()).casefold()


def in_scope(round_: Round, placed: PlacedSite) -> bool:
    """Return whether the site belongs to the round. A site without township stays in: nobody can say that it is elsewhere."""
    scope, site = round_.scope, placed.site
    township = placed.areas.get(AreaLevel.TOWNSHIP)
    return (
        (not scope.kinds or site.kind in scope.kinds)
        and (not scope.townships or township is None or township in scope.townships)
        and _plain(site.state) not in {_plain(state) for state in scope.exclude_status if state}
    )


def _settings(round_: Round, placed: PlacedSite) -> KindSettings:
    kind = placed.site.kind
    if kind not in round_.kinds:
        raise InputError(say("rounds.no_kind", kind=kind.value, site=placed.site.name))
    return round_.kinds[kind]


def _routine(round_: Round, placed: PlacedSite) -> Visit:
    site, settings = placed.site, _settings(round_, placed)
    if placed.fix.point is None:
        raise ValueError(f"located site {site.id} has no point")
    return Visit(
        id=VisitId(f"V-{site.id}"),
        site=site.id,
        place=placed.fix.point,
        minutes=site.minutes or settings.minutes,
        opening=site.opening or settings.opening,
        mode=site.mode or settings.mode,
        departments=frozenset(site.departments or settings.departments),
        due=site.due,
        priority=site.priority,
        township=placed.areas.get(AreaLevel.TOWNSHIP),
        community=placed.areas.get(AreaLevel.COMMUNITY),
    )


def _extra(base: Visit, extra: ExtraVisit, number: int) -> Visit:
    """Return the visit asked for; the second of one purpose at one site is numbered."""
    suffix = extra.purpose.value + (f"-{number}" if number > 1 else "")
    return Visit(
        id=VisitId(f"{base.id}-{suffix}"),
        site=base.site,
        place=base.place,
        minutes=extra.minutes or base.minutes,
        opening=base.opening,
        purpose=extra.purpose,
        mode=base.mode,
        departments=base.departments,
        earliest=extra.earliest,
        due=extra.due,
        priority=base.priority,
        township=base.township,
        community=base.community,
    )


def _complain(file: str, row: int, column: str, value: str, code: str) -> Complaint:
    return Complaint(
        file=file,
        row=row,
        column=column,
        value=value,
        code=code,
        severity=Severity.WARNING,
        text=say(code, value=value),
    )


def make_visits(round_: Round, sites: Sequence[PlacedSite], extra: Sequence[ExtraVisit]) -> Visits:
    """Return the visits of a round: `V-<site>` for each located site in scope, then `V-<site>-<purpose>` for the extra ones.

    Minutes, mode, departments and opening are the site's own, else those of its kind. An extra visit to a site that is
    unknown, unlocated or out of scope is a complaint, as is a routine visit asked for twice and a township of the scope in
    which no site lies.

    Raises
    ------
    InputError
        A site's kind has no settings.
    """
    inside = [placed for placed in sites if in_scope(round_, placed)]
    kept = {placed.site.id for placed in inside}
    visits = [_routine(round_, placed) for placed in inside if placed.status is SiteStatus.LOCATED]
    base = {visit.site: visit for visit in visits}
    known = {placed.site.id for placed in sites}
    complaints = []
    there = {placed.areas.get(AreaLevel.TOWNSHIP) for placed in sites}
    for township in round_.scope.townships:
        if township not in there:
            complaints.append(_complain("round.toml", 0, "townships", township, "rounds.empty_township"))
    numbers: Counter[tuple[SiteId, Purpose]] = Counter()
    for wish in extra:
        site = wish.site_id
        if wish.purpose is Purpose.ROUTINE:
            code = "rounds.extra_routine"
        elif site not in known:
            code = "rounds.extra_unknown_site"
        elif site not in kept:
            code = "rounds.extra_out_of_scope"
        elif site not in base:
            code = "rounds.extra_unlocated"
        else:
            numbers[site, wish.purpose] += 1
            visits.append(_extra(base[site], wish, numbers[site, wish.purpose]))
            continue
        complaints.append(_complain("visits.csv", wish.row, "site_id", site, code))
    return Visits(
        visits=tuple(visits),
        complaints=tuple(complaints),
        out_of_scope=tuple(placed.site.id for placed in sites if placed.site.id not in kept),
    )

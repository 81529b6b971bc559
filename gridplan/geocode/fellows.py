"""What a list tells of itself: a row without a sure place is where its fellows at the same door are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from gridplan.geocode.coded import Coded
from gridplan.geocode.gazetteer import distance_m
from gridplan.geocode.matching import Matcher
from gridplan.geocode.text import door_key
from gridplan.model.errors import Complaint, Severity
from gridplan.model.place import AreaCode, AreaLevel, Candidate, Fix, FixLevel
from gridplan.model.site import SiteStatus
from gridplan.model.words import say

_NEAR_M = 150.0
"""Fellows farther from each other than this say nothing: one of them is wrong."""
_AS_SURE = 0.95
"""So much of a fellow's certainty is left."""
_CANDIDATES = 5

_Door = tuple[AreaCode, str, str]


def with_fellows(coded: list[Coded], matcher: Matcher) -> list[Coded]:
    """Place what waits for review by rows of the same township, road and number, and say by which.

    A fellow with a sure point gives its point. Else fellows that name one and the same community give that, and the address is
    matched again with it.
    """
    doors: dict[_Door, list[int]] = defaultdict(list)
    for number, item in enumerate(coded):
        if (door := _door_of(item)) is not None:
            doors[door].append(number)
    result = list(coded)
    for members in doors.values():
        waiting = [n for n in members if coded[n].status is SiteStatus.REVIEW and coded[n].site.given is None]
        if len(members) > 1:
            for n in waiting:
                result[n] = _placed(coded[n], [coded[m] for m in members if m != n], matcher)
    return result


def _door_of(item: Coded) -> _Door | None:
    address = item.address
    township, door = address.named.get(AreaLevel.TOWNSHIP), door_key(address.number)
    return (township, address.road, door) if township is not None and address.road and door else None


def _placed(item: Coded, fellows: list[Coded], matcher: Matcher) -> Coded:
    sure = [one for one in fellows if one.fix.confident and one.fix.level.rank <= FixLevel.ROAD_NUMBER.rank]
    if sure:
        return _beside(item, sure)
    # A community of a name that nobody knows contradicts, too.
    communities = {one.address.community: one for one in fellows if one.address.community}
    if len(communities) != 1 or item.address.community:
        return item
    (fellow,) = communities.values()
    code = fellow.address.named.get(AreaLevel.COMMUNITY)
    if code is None:
        return item
    named: Mapping[AreaLevel, AreaCode] = {**item.address.named, AreaLevel.COMMUNITY: code}
    address = item.address._replace(named=named, community=fellow.address.community)
    fix = matcher.fix(matcher.match(item.site.name, address))
    if not fix.confident:
        return item
    told = _told(item, fellow, "geocode.fellow_community", fellow.address.community)
    return replace(item, address=address, fix=fix, status=SiteStatus.LOCATED, complaints=(*item.complaints, told))


def _beside(item: Coded, sure: list[Coded]) -> Coded:
    first = sure[0]
    point = first.fix.point
    if point is None or any(one.fix.point is None or distance_m(point, one.fix.point) > _NEAR_M for one in sure):
        return item
    score = round(first.fix.score * _AS_SURE, 3)
    own = Candidate(name=first.site.name, point=point, level=FixLevel.ROAD_NUMBER, score=score)
    fix = Fix(
        point=point, level=FixLevel.ROAD_NUMBER, score=score, gap=score, confident=True, reason="",
        candidates=(own, *item.fix.candidates)[:_CANDIDATES],
    )  # fmt: skip
    told = _told(item, first, "geocode.fellow_point", first.site.address)
    return replace(item, fix=fix, status=SiteStatus.LOCATED, complaints=(*item.complaints, told))


def _told(item: Coded, fellow: Coded, code: str, value: str) -> Complaint:
    row, other = item.site.rows[0], fellow.site.rows[0]
    text = say(code, name=item.site.name, file=other.file, row=other.row, other=fellow.site.name, value=value)
    return Complaint(
        file=row.file,
        row=row.row,
        column="address",
        value=item.site.address,
        code=code,
        severity=Severity.INFO,
        text=text,
    )

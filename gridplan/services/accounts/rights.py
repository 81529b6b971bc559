"""The one place that answers "may this person do this, here?", from the database, for services and pages alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from gridplan.model.errors import Forbidden, NotFound
from gridplan.model.place import Area, AreaCode, AreaLevel
from gridplan.model.plan import PlanSite
from gridplan.model.record import Role, StoredRound, User
from gridplan.model.rights import DISTRICT_WIDE, RIGHTS, Right
from gridplan.model.site import PlacedSite, Site
from gridplan.model.words import say
from gridplan.store.repositories import Transaction

MACHINE = frozenset({"cli", "demo", "system"})
"""Who acts without a log-in: whoever runs a command has the database itself. No log-in may have such a name."""


def may(person: User, right: Right) -> bool:
    """Whether an open log-in may do this at all, in its own area or the whole district."""
    if not person.active or person.must_change or right not in RIGHTS[person.role]:
        return False
    return person.area is None or right not in DISTRICT_WIDE


def subtree(areas: Iterable[Area], top: AreaCode | None) -> frozenset[AreaCode] | None:
    """Return the codes of an area and of all below it; None for the whole district."""
    if top is None:
        return None
    children: dict[str, list[AreaCode]] = {}
    for area in areas:
        children.setdefault(area.parent_code or "", []).append(area.code)
    found, waiting = {top}, [top]
    while waiting:
        below = [code for code in children.get(waiting.pop(), ()) if code not in found]
        found.update(below)
        waiting += below
    return frozenset(found)


def covers(person: User, codes: Collection[str]) -> bool:
    """Whether a thing that lies in these areas, one a level, lies in the person's own."""
    return person.area is None or person.area in codes


def sees_site(person: User, placed: PlacedSite, names: Collection[str] = ()) -> bool:
    """Whether a site of the register is the person's; `names` are those of the own areas, for a site without any area.

    A site that could not be placed belongs to those whose township or community its list names.
    """
    return sees(person, placed.areas.values(), (placed.site.township, placed.site.community), names)


def sees(person: User, codes: Collection[str], named: Collection[str], names: Collection[str]) -> bool:
    """The same of a site known by the areas it lies in, and by the township and community that its list names."""
    if person.area is None or codes:
        return covers(person, codes)
    return bool(set(named) & set(names) - {""})


def own_names(areas: Iterable[Area], person: User) -> frozenset[str]:
    """Return the names of the person's own areas."""
    return frozenset(area.name for area in own_areas(areas, person))


def ask_site(t: Transaction, by: str, right: Right, site: Site, placed: PlacedSite | None) -> None:
    """Make sure that `by` may do this with a site of the register; one that was never placed is known by what its list names.

    Raises
    ------
    Forbidden
        The log-in is closed, or its role may not.
    NotFound
        The site is somebody else's.
    """
    ask(t, by, right)
    person = t.users.get(by)
    if person is None or person.area is None:
        return
    if not sees(person, placed.areas.values() if placed else (), (site.township, site.community), _names(t, person)):
        raise NotFound(say("store.no_site", site=site.id))


def _names(t: Transaction, person: User) -> frozenset[str]:
    return own_names(t.areas.list(), person)


def own_areas(areas: Iterable[Area], person: User | None) -> tuple[Area, ...]:
    """Return the areas that are the person's, in their order; all of them for the machine."""
    areas = tuple(areas)
    own = subtree(areas, person.area if person else None)
    return tuple(area for area in areas if own is None or area.code in own)


def sees_plan_site(person: User, site: PlanSite) -> bool:
    """Whether a site of a plan is the person's."""
    return covers(person, [code for code, _ in site.areas.values()])


def holds(person: User, codes: Collection[str], areas: Iterable[Area]) -> bool:
    """Whether all of these areas lie in the person's own; what names none concerns the whole district."""
    own = subtree(areas, person.area)
    return own is None or (bool(codes) and set(codes) <= own)


def round_is_own(person: User, stored: StoredRound, areas: Iterable[Area]) -> bool:
    """Whether all that a round can visit lies in the person's area."""
    return holds(person, stored.round.scope.townships, areas)


def ask(
    t: Transaction,
    by: str,
    right: Right,
    *,
    codes: Collection[str] | Mapping[AreaLevel, AreaCode] | None = None,
    stored: StoredRound | None = None,
    within: Collection[str] | None = None,
    whole: bool = False,
    hidden: bool = False,
) -> None:
    """Make sure that `by` may do this, as the database knows the log-in at this moment.

    `codes` are the areas that the thing lies in, `stored` is the round that it is about, `within` are areas of which each must be
    the person's (a crew's townships); with `whole` it concerns the district.
    With `hidden` what concerns more than the own area does not exist for the person.
    A name that is no log-in's is the machine's own (a command or its job): a session always names a log-in.

    Raises
    ------
    Forbidden
        The log-in is closed, its role may not, or the thing concerns more than the own area.
    NotFound
        The thing is somebody else's: for this person there is no such thing.
    """
    person = t.users.get(by)
    if person is None:
        return
    if not may(person, right):
        raise Forbidden(say("rights.may_not"))
    if person.area is None:
        return
    wider = NotFound(say("rights.no_such")) if hidden else Forbidden(say("rights.whole_district"))
    if whole:
        raise wider
    if codes is not None and not covers(person, list(codes.values()) if isinstance(codes, Mapping) else codes):
        raise NotFound(say("rights.no_such"))
    if stored is not None and not round_is_own(person, stored, t.areas.list()):
        raise wider
    if within is not None and not holds(person, within, t.areas.list()):
        raise wider


def companions(t: Transaction, person: User) -> frozenset[str] | None:
    """Return the log-ins whose doings a person may read in the log: None for all, else those bound within the own area."""
    own = subtree(t.areas.list(), person.area)
    if own is None:
        return None
    return frozenset({person.login} | {user.login for user in t.users.list() if user.area in own})


def helpers(t: Transaction) -> tuple[str, ...]:
    """Return the names of those who can give a right: the open administrators."""
    return tuple(user.name for user in t.users.list(Role.ADMINISTRATOR) if user.active)

"""Doubtful sites asked of an engine on the network: told first, sent on request, kept as candidates for review."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from gridplan.geocode.decided import site_key
from gridplan.geocode.online.asking import Asker
from gridplan.geocode.online.cache import AnswerCache
from gridplan.geocode.online.engine import Answer, EngineError, EngineSettings, Failure
from gridplan.geocode.online.engines import engine_of, settings_of
from gridplan.geocode.online.query import query_of
from gridplan.grid.locate import AreaIndex
from gridplan.model.errors import Cancelled
from gridplan.model.progress import Progress, silent
from gridplan.model.rights import Right
from gridplan.model.settings import settings_in_use
from gridplan.model.site import PlacedSite, SiteStatus
from gridplan.model.words import Text, say
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.folders.streets import kept
from gridplan.services.registry.online_answers import OnlineAnswer, load, read_addresses, save, with_answers
from gridplan.store.repositories import Transaction

CACHE = "online.sqlite"
_DEFAULT_POINT_BY = 3
"""One point for so many different addresses is what the engine gives when it knows none."""
_GIVES_UP_AFTER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlinePlan:
    """What would be sent: the addresses in order, each with the sites it stands for; the rest is told."""

    engine: EngineSettings
    review: int
    queries: Mapping[str, tuple[PlacedSite, ...]]
    known: frozenset[str]
    skipped: int
    long: int

    @property
    def send(self) -> int:
        """How many addresses would leave the house."""
        return len(self.queries) - len(self.known)

    @property
    def text(self) -> Text:
        """The same in words."""
        return say(
            "online.plan",
            review=self.review,
            send=self.send,
            engine=say(f"online.name_{self.engine.engine}"),
            host=self.engine.host,
            known=len(self.known),
            skipped=self.skipped,
            long=self.long,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineResult:
    """What came: counts by name, and why it ended early (None when it did not)."""

    counts: Mapping[str, int]
    text: Text
    error: Text | None = None


def open_engine(name: str, *, url: str = "", per_second: float | None = None) -> EngineSettings:
    """Return the settings of an engine, its key from the environment; InputError says what is missing."""
    return settings_of(name, settings_in_use(), url=url, per_second=per_second)


def plan_online(desk: Desk, engine: EngineSettings, *, limit: int | None = None) -> OnlinePlan:
    """Tell what would be sent for the sites that wait for review; nothing is. `limit`: at most so many new addresses."""
    with desk.store.reading() as t, _cache() as cache:
        return _plan(t, desk.district(), engine, Asker(engine_of(engine), cache), limit)


def _cache() -> AnswerCache:
    return AnswerCache(kept().folder / CACHE)


def _plan(t: Transaction, district: str, engine: EngineSettings, asker: Asker, limit: int | None) -> OnlinePlan:
    waiting = t.sites.placed(SiteStatus.REVIEW)
    addresses = read_addresses(t, waiting)
    queries: dict[str, list[PlacedSite]] = {}
    skipped, too_long, new = 0, 0, 0
    known = set()
    for placed in waiting:
        text = query_of(addresses[placed.site.id], district)
        if not text:
            skipped += 1
        elif not asker.fits(text):
            too_long += 1
        elif text in queries:
            queries[text].append(placed)
        elif asker.known(text):
            known.add(text)
            queries[text] = [placed]
        elif limit is None or new < limit:
            new += 1
            queries[text] = [placed]
    return OnlinePlan(
        engine=engine,
        review=len(waiting),
        queries={text: tuple(sites) for text, sites in queries.items()},
        known=frozenset(known),
        skipped=skipped,
        long=too_long,
    )


def ask_online(
    desk: Desk,
    engine: EngineSettings,
    *,
    by: str,
    limit: int | None = None,
    accept: bool = False,
    progress: Progress = silent,
) -> OnlineResult:
    """Ask an engine for the sites that wait and keep its answers as candidates of their review.

    Only addresses are sent, each once; what the cache knows is not. With `accept` an answer is taken without a person where it is
    a door or building inside the community that the address names. A cancel, or an engine that refuses, ends it: what came is
    kept, and told with `error`.
    """
    with _cache() as cache:
        asker = Asker(engine_of(engine), cache)
        with desk.store.reading() as t:
            plan = _plan(t, desk.district(), engine, asker, limit)
        found, counts, error = _ask_all(plan, asker, progress)
    with desk.store.transaction() as t:
        ask(t, by, Right.DECIDE, whole=True)
        more = _keep(t, plan, found, accept=accept)
        counts |= more
        t.imports.add("online", engine.host, by=by, counts={"engine_" + engine.engine.value: 1, **counts})
    return OnlineResult(counts=counts, text=say("online.done", **counts), error=error)


def _ask_all(
    plan: OnlinePlan, asker: Asker, progress: Progress
) -> tuple[dict[str, tuple[Answer, ...]], dict[str, int], Text | None]:
    """Ask for every address; return the answers, the counts, and what ended it early."""
    found: dict[str, tuple[Answer, ...]] = {}
    requests = cached = failed = 0
    error: Text | None = None
    for number, text in enumerate(plan.queries):
        try:
            progress("online", number, len(plan.queries))
            asked = asker.ask(text)
        except Cancelled:
            error = say("online.stopped")
            break
        except EngineError as failure:
            error = failure.text
            failed += 1
            if failure.failure in (Failure.QUOTA, Failure.REFUSED, Failure.BUSY) or failed == _GIVES_UP_AFTER:
                break
            continue
        failed = 0
        found[text] = asked.answers
        requests += asked.requests
        cached += not asked.requests
    else:
        progress("online", len(plan.queries), len(plan.queries))
    return found, {"requests": requests, "cached": cached}, error


def _keep(t: Transaction, plan: OnlinePlan, found: Mapping[str, tuple[Answer, ...]], *, accept: bool) -> dict[str, int]:
    """Keep the answers that lie in the district and are no default, and show them at the sites that still wait."""
    index = AreaIndex(t.areas.list())
    good, outside, shared = _sifted(found, index)
    today = datetime.now(UTC).date().isoformat()
    answers = load(t)
    name = plan.engine.engine.value
    for text, sites in plan.queries.items():
        if text not in found:
            continue
        fresh = [
            OnlineAnswer(
                engine=name,
                name=one.name,
                point=one.point,
                level=one.level,
                score=one.score,
                at=today,
                accept=accept,
            )
            for one in good.get(text, ())
        ]
        for placed in sites:
            key = site_key(placed.site)
            others = [one for one in answers.get(key, ()) if one.engine != name]
            answers[key] = [*others, *fresh]
    answers = {key: items for key, items in answers.items() if items}
    save(t, answers)
    asked = {placed.site.id for sites in plan.queries.values() for placed in sites}
    waiting = [placed for placed in t.sites.placed(SiteStatus.REVIEW) if placed.site.id in asked]
    changed = with_answers(waiting, answers, read_addresses(t, waiting), index)
    t.sites.place(changed)
    accepted = sum(placed.status is SiteStatus.LOCATED for placed in changed)
    with_some = {key for key, items in answers.items() if any(one.engine == name for one in items)}
    return {
        "sites": sum(site_key(placed.site) in with_some for placed in changed),
        "accepted": accepted,
        "unknown": sum(len(plan.queries[text]) for text, items in found.items() if not items),
        "outside": outside,
        "shared": shared,
        "left": len(t.sites.placed(SiteStatus.REVIEW)),
    }


def _sifted(found: Mapping[str, tuple[Answer, ...]], index: AreaIndex) -> tuple[dict[str, list[Answer]], int, int]:
    """Leave out what lies outside the areas, and points that the engine gives for addresses it does not know."""
    asked_at: dict[tuple[float, float], set[str]] = defaultdict(set)
    for text, items in found.items():
        for one in items:
            asked_at[round(one.point.lon, 5), round(one.point.lat, 5)].add(text)
    flat = [(text, one) for text, items in found.items() for one in items]
    areas = index.locate([one.point for _, one in flat])
    good: dict[str, list[Answer]] = defaultdict(list)
    outside = shared = 0
    for (text, one), inside in zip(flat, areas, strict=True):
        if not inside:
            outside += 1
        elif len(asked_at[round(one.point.lon, 5), round(one.point.lat, 5)]) >= _DEFAULT_POINT_BY:
            shared += 1
        else:
            good[text].append(one)
    return good, outside, shared

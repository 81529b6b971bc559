"""Campaigns of rounds with self-checks before them, two tiers that never meet at a site, leaders of areas, white and black lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from gridplan.model.errors import InputError
from gridplan.model.lead import Campaign, CampaignId, LeaderLink, ListFlag, ListKind, SelfCheck
from gridplan.model.place import AreaCode
from gridplan.model.record import RoundId, StoredRound
from gridplan.model.rights import Right
from gridplan.model.round import TakenDay
from gridplan.model.site import SiteId
from gridplan.model.words import say
from gridplan.report.files import write_csv
from gridplan.rounds.workdays import horizon
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk

LIST_HEAD = ("site", "name", "address", "list", "since", "until", "reason")


def create_campaign(
    desk: Desk,
    name: str,
    *,
    tier: str,
    rounds: Sequence[int],
    self_check: tuple[date, date] | None,
    by: str,
) -> Campaign:
    """Keep a campaign: its rounds follow each other, and self-checks come before the first.

    Raises
    ------
    InputError
        It has no name, its rounds overlap, or the self-checks end after the first round began.
    """
    if not name.strip():
        raise InputError(say("leads.no_name"))
    if self_check is not None and self_check[1] < self_check[0]:
        raise InputError(say("leads.self_check_backwards"))
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, whole=True)
        stored = sorted((t.rounds.get(RoundId(id)) for id in rounds), key=lambda one: one.round.start)
        spans = [horizon(one.round) for one in stored]
        for one, other, before, after in zip(stored, stored[1:], spans, spans[1:], strict=False):
            if after[0] <= before[-1]:
                raise InputError(say("leads.rounds_overlap", one=one.round.name, other=other.round.name))
        if self_check is not None and spans and self_check[1] >= spans[0][0]:
            raise InputError(say("leads.self_check_late", until=self_check[1], first=spans[0][0]))
        return t.campaigns.add(
            Campaign(
                id=CampaignId(0),
                name=name.strip(),
                tier=tier.strip(),
                rounds=tuple(one.id for one in stored),
                self_check_from=self_check[0] if self_check else None,
                self_check_until=self_check[1] if self_check else None,
            ),
            by=by,
        )


def campaign_view(desk: Desk, campaign_id: int, day: date) -> dict[str, Any]:
    """Return where a campaign stands: its stage, its rounds in sequence, and how many sites have sent their self-check."""
    with desk.store.reading() as t:
        campaign = t.campaigns.get(CampaignId(campaign_id))
        rounds = [t.rounds.get(id) for id in campaign.rounds]
        checks = t.campaigns.self_checks(campaign.id)
        sites = t.sites.list()
    spans = [horizon(one.round) for one in rounds]
    first, last = (spans[0][0], spans[-1][-1]) if spans else (None, None)
    return {
        "id": campaign.id,
        "name": campaign.name,
        "tier": campaign.tier,
        "stage": campaign.stage(day, first, last).value,
        "self_check": [
            campaign.self_check_from.isoformat() if campaign.self_check_from else None,
            campaign.self_check_until.isoformat() if campaign.self_check_until else None,
        ],
        "self_checked": len(checks),
        "self_problems": sum(one.problems for one in checks),
        "sites": len(sites),
        "rounds": [
            {"id": one.id, "name": one.round.name, "first": span[0].isoformat(), "last": span[-1].isoformat()}
            for one, span in zip(rounds, spans, strict=True)
        ],
    }


def keep_self_check(desk: Desk, campaign_id: int, site: str, *, day: date, problems: int, note: str, by: str) -> None:
    """Keep that a site sent its self-check of a campaign."""
    if problems < 0:
        raise InputError(say("leads.bad_minutes", minutes=problems))
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, whole=True)
        campaign = t.campaigns.get(CampaignId(campaign_id))
        t.sites.get(SiteId(site))
        t.campaigns.self_check(
            SelfCheck(campaign=campaign.id, site=SiteId(site), day=day, problems=problems, note=note, by=by)
        )


def take_from_other_tier(desk: Desk, round_id: int, other_id: int, *, by: str) -> StoredRound:
    """Keep the days of another tier's published plan out of a round (双重巡查): nobody meets at a site on one day.

    What was taken from that tier before is replaced, all else that the round has stays.
    """
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, whole=True)
        mine, other = t.rounds.get(RoundId(round_id)), t.rounds.get(RoundId(other_id))
        if mine.round.tier == other.round.tier:
            raise InputError(say("leads.same_tier", tier=mine.round.tier or "-"))
        head = t.plans.published(other.id)
        plan = t.plans.plan(head.id) if head else None
        there = sorted({(stop.site, route.date) for route in (plan.routes if plan else ()) for stop in route.stops})
        kept = tuple(one for one in mine.round.taken if one.tier != other.round.tier)
        taken = tuple(TakenDay(site_id=site, day=day, tier=other.round.tier) for site, day in there)
        return t.rounds.change(
            mine.id, replace(mine.round, taken=(*kept, *taken)), mine.extra, version=mine.version, by=by
        )


# ---- leaders ---------------------------------------------------------------------------------------------------------


def link_leader(desk: Desk, area: str, person: str, title: str, *, by: str) -> LeaderLink:
    """Say which leader stands for an area (包保)."""
    if not person.strip():
        raise InputError(say("leads.nobody"))
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, whole=True)
        if area not in {one.code for one in t.areas.list()}:
            raise InputError(say("leads.no_area", area=area))
        return t.leaders.add(AreaCode(area), person.strip(), title.strip(), by=by)


def unlink_leader(desk: Desk, link: int, *, by: str) -> None:
    """Undo a link."""
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, whole=True)
        t.leaders.remove(link, by=by)


def leaders(desk: Desk) -> list[dict[str, Any]]:
    """Return the leaders by area, and the townships that have none."""
    with desk.store.reading() as t:
        links, areas = t.leaders.list(), t.areas.list()
    names = {one.code: (one.name, one.level) for one in areas}
    rows: list[dict[str, Any]] = [
        {
            "id": one.id,
            "area": one.area,
            "area_name": names[one.area][0] if one.area in names else one.area,
            "person": one.person,
            "title": one.title,
        }
        for one in links
    ]
    linked = {one.area for one in links}
    rows += [
        {"id": None, "area": one.code, "area_name": one.name, "person": "", "title": ""}
        for one in areas
        if one.level.value == "township" and one.code not in linked
    ]
    return rows


# ---- white and black lists -------------------------------------------------------------------------------------------


def put_on_list(
    desk: Desk,
    site: str,
    kind: str,
    *,
    since: date,
    until: date | None,
    reason: str,
    public: bool,
    by: str,
) -> ListFlag:
    """Put a site on the white or the black list; a site is never on both at once.

    Raises
    ------
    InputError
        The list is unknown, the dates lie the wrong way round, a black entry has no reason, or the site is on the other list.
    """
    if kind not in {one.value for one in ListKind}:
        raise InputError(say("leads.no_list", list=kind))
    wanted = ListKind(kind)
    if until is not None and until < since:
        raise InputError(say("leads.list_backwards"))
    if wanted is ListKind.BLACK and not reason.strip():
        raise InputError(say("leads.why_black"))
    with desk.store.transaction() as t:
        ask(t, by, Right.PLAN, whole=True)
        if site not in {one.id for one in t.sites.list()}:
            raise InputError(say("store.no_site", site=site))
        for one in t.list_flags.list(site=SiteId(site)):
            if (until is None or one.since <= until) and (one.until is None or since <= one.until):
                raise InputError(say("leads.on_list", site=site, list=say(f"leads.list_{one.list.value}")))
        return t.list_flags.add(
            ListFlag(
                id=0,
                site=SiteId(site),
                list=wanted,
                since=since,
                until=until,
                reason=reason.strip(),
                public=public,
                by=by,
            )
        )


def list_rows(desk: Desk, *, day: date, kind: str = "", public: bool = False) -> list[dict[str, Any]]:
    """Return who stands on the lists on `day`; with `public` what may be published, and nothing of who decided."""
    with desk.store.reading() as t:
        flags = t.list_flags.list(kind=ListKind(kind) if kind else None)
        sites = {one.id: one for one in t.sites.list()}
    return [
        {
            "id": one.id,
            "site": one.site,
            "name": sites[one.site].name if one.site in sites else one.site,
            "address": sites[one.site].address if one.site in sites else "",
            "list": one.list.value,
            "since": one.since.isoformat(),
            "until": one.until.isoformat() if one.until else "",
            "reason": one.reason,
        }
        | ({} if public else {"public": one.public, "by": one.by})
        for one in flags
        if one.holds(day) and (one.public or not public)
    ]


def publish_list(desk: Desk, kind: str, out: Path, *, day: date) -> int:
    """Write the list as it may be published, as a sheet that any office reads; return how many sites it names."""
    rows = list_rows(desk, day=day, kind=kind, public=True)
    head = [say(f"leads.head_{key}").zh for key in LIST_HEAD]
    cells = [
        [say(f"leads.list_{row['list']}").zh if key == "list" else str(row[key]) for key in LIST_HEAD] for row in rows
    ]
    out.parent.mkdir(parents=True, exist_ok=True)
    write_csv(out, head, cells)
    return len(rows)

"""Campaigns of rounds with self-checks before them, and two tiers that never meet at a site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from gridplan.model.errors import InputError
from gridplan.model.lead import Campaign, CampaignId, SelfCheck
from gridplan.model.record import RoundId, StoredRound
from gridplan.model.rights import Right
from gridplan.model.round import TakenDay
from gridplan.model.site import SiteId
from gridplan.model.words import say
from gridplan.rounds.workdays import horizon
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk


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


# ---- the pages -------------------------------------------------------------------------------------------------------


def campaigns_view(desk: Desk, day: date) -> dict[str, Any]:
    """Return what the list of campaigns shows, and the rounds that a new one may hold."""
    with desk.store.reading() as t:
        found, rounds = t.campaigns.list(), t.rounds.list()
    return {
        "campaigns": [campaign_view(desk, one.id, day) for one in found],
        "rounds": [
            (
                int(one.id),
                one.round.name,
                one.round.tier,
                horizon(one.round)[0].isoformat(),
                horizon(one.round)[-1].isoformat(),
            )
            for one in rounds
        ],
    }


def campaign_page(desk: Desk, campaign_id: int, day: date) -> dict[str, Any]:
    """Return what one campaign's page shows: stages, rounds with how far they are, self-checks, and rounds of other tiers."""
    view = campaign_view(desk, campaign_id, day)
    with desk.store.reading() as t:
        campaign = t.campaigns.get(CampaignId(campaign_id))
        checks, names = t.campaigns.self_checks(campaign.id), {one.id: one.name for one in t.sites.list()}
        rounds = {one.id: one for one in t.rounds.list()}
        published = {id: t.plans.published(id) for id in rounds}
        done = {id: len(t.results.done_by(id, datetime.combine(day, time.max))) for id in campaign.rounds}
    tiers = {rounds[id].round.tier for id in campaign.rounds}
    for one in view["rounds"]:
        head = published[one["id"]]
        one["done"], one["plan"] = done[one["id"]], head.number if head else None
        one["promised"] = head.figures.visits if head else None
        one["taken"] = len(rounds[one["id"]].round.taken)
        one["stage"] = (
            "over" if day.isoformat() > one["last"] else "ahead" if day.isoformat() < one["first"] else "rounds"
        )
    return view | {
        "today": day.isoformat(),
        "checks": [
            {
                "site": one.site,
                "name": names.get(one.site, one.site),
                "day": one.day.isoformat(),
                "problems": one.problems,
            }
            | {"note": one.note}
            for one in sorted(checks, key=lambda one: (one.day, one.site), reverse=True)
        ],
        "others": [
            (int(id), one.round.name, one.round.tier)
            for id, one in rounds.items()
            if id not in campaign.rounds and one.round.tier not in tiers and published[id]
        ],
    }

"""White and black lists, campaigns with their self-checks, and leaders of areas in the store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from gridplan.model.errors import Conflict, NotFound
from gridplan.model.lead import Campaign, CampaignId, LeaderLink, ListFlag, ListKind, SelfCheck
from gridplan.model.place import AreaCode
from gridplan.model.record import RoundId
from gridplan.model.site import SiteId
from gridplan.model.words import say
from gridplan.store import field_tables as tables
from gridplan.store.inserts import insert_new
from gridplan.store.people import AuditLog


class ListFlags:
    """Which sites stand on a white or black list, from when to when. A flag is ended, never removed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, flag: ListFlag) -> ListFlag:
        """Put a site on a list."""
        table = tables.list_flag
        row = self._connection.execute(
            insert(table)
            .values(
                site=flag.site,
                list=flag.list.value,
                since=flag.since,
                until=flag.until,
                reason=flag.reason,
                public=flag.public,
                by=flag.by,
                at=datetime.now(UTC),
            )
            .returning(table)
        ).one()
        AuditLog(self._connection).add(flag.by, "list.add", f"site/{flag.site}", {"list": flag.list.value})
        return _flag(row)

    def end(self, flag: int, until: date, *, by: str) -> ListFlag:
        """Take a site off a list after `until`."""
        table = tables.list_flag
        row = self._connection.execute(
            update(table).where(table.c.id == flag).values(until=until).returning(table)
        ).first()
        if row is None:
            raise NotFound(say("leads.no_flag", flag=flag))
        AuditLog(self._connection).add(by, "list.end", f"site/{row.site}", {"list": row.list})
        return _flag(row)

    def list(self, *, kind: ListKind | None = None, site: SiteId | None = None) -> tuple[ListFlag, ...]:
        """Return the flags by the day they began."""
        table = tables.list_flag
        query = select(table).order_by(table.c.since, table.c.id)
        if kind is not None:
            query = query.where(table.c.list == kind.value)
        if site is not None:
            query = query.where(table.c.site == site)
        return tuple(_flag(row) for row in self._connection.execute(query))


def _flag(row: Row[Any]) -> ListFlag:
    return ListFlag(
        id=row.id,
        site=SiteId(row.site),
        list=ListKind(row.list),
        since=row.since,
        until=row.until,
        reason=row.reason,
        public=row.public,
        by=row.by,
    )


class Campaigns:
    """The campaigns, their rounds in sequence and the self-checks before them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, campaign: Campaign, *, by: str) -> Campaign:
        """Keep a campaign; raises Conflict where there is one of that name."""
        table = tables.campaign
        id = self._connection.execute(
            insert_new(self._connection, table, "name")
            .values(
                name=campaign.name,
                tier=campaign.tier,
                self_check_from=campaign.self_check_from,
                self_check_until=campaign.self_check_until,
            )
            .returning(table.c.id)
        ).scalar()
        if id is None:
            raise Conflict(say("leads.same_campaign", name=campaign.name))
        self.set_rounds(CampaignId(id), campaign.rounds, by=by)
        return self.get(CampaignId(id))

    def set_rounds(self, campaign: CampaignId, rounds: Iterable[RoundId], *, by: str) -> None:
        """Say which rounds follow each other in a campaign."""
        table = tables.campaign_round
        self._connection.execute(delete(table).where(table.c.campaign == campaign))
        chosen = list(dict.fromkeys(rounds))
        for position, round_id in enumerate(chosen, 1):
            self._connection.execute(insert(table).values(campaign=campaign, round_id=round_id, position=position))
        AuditLog(self._connection).add(by, "campaign.rounds", f"campaign/{campaign}", {"rounds": chosen})

    def get(self, campaign: CampaignId) -> Campaign:
        """Return a campaign, or raise `NotFound`."""
        row = self._connection.execute(select(tables.campaign).where(tables.campaign.c.id == campaign)).first()
        if row is None:
            raise NotFound(say("leads.no_campaign", campaign=campaign))
        return self._campaign(row)

    def list(self) -> tuple[Campaign, ...]:
        """Return the campaigns, the newest first."""
        rows = self._connection.execute(select(tables.campaign).order_by(tables.campaign.c.id.desc())).all()
        return tuple(self._campaign(row) for row in rows)

    def _campaign(self, row: Row[Any]) -> Campaign:
        table = tables.campaign_round
        rounds = self._connection.execute(
            select(table.c.round_id).where(table.c.campaign == row.id).order_by(table.c.position)
        ).scalars()
        return Campaign(
            id=CampaignId(row.id),
            name=row.name,
            tier=row.tier,
            rounds=tuple(RoundId(one) for one in rounds),
            self_check_from=row.self_check_from,
            self_check_until=row.self_check_until,
        )

    def self_check(self, one: SelfCheck) -> None:
        """Keep that a site sent its self-check; a later one takes the place of the earlier."""
        table = tables.self_check
        self._connection.execute(delete(table).where(table.c.campaign == one.campaign, table.c.site == one.site))
        self._connection.execute(
            insert(table).values(
                campaign=one.campaign, site=one.site, day=one.day, problems=one.problems, note=one.note, by=one.by
            )
        )

    def self_checks(self, campaign: CampaignId) -> tuple[SelfCheck, ...]:
        """Return the self-checks of a campaign by site."""
        table = tables.self_check
        rows = self._connection.execute(select(table).where(table.c.campaign == campaign).order_by(table.c.site))
        return tuple(
            SelfCheck(
                campaign=CampaignId(row.campaign),
                site=SiteId(row.site),
                day=row.day,
                problems=row.problems,
                note=row.note,
                by=row.by,
            )
            for row in rows
        )


class Leaders:
    """Which leader stands for which area (包保)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, area: AreaCode, person: str, title: str, *, by: str) -> LeaderLink:
        """Link a leader to an area."""
        table = tables.leader_link
        row = self._connection.execute(
            insert(table).values(area=area, person=person, title=title, by=by).returning(table)
        ).one()
        AuditLog(self._connection).add(by, "leader.add", f"area/{area}")
        return _leader(row)

    def remove(self, link: int, *, by: str) -> None:
        """Undo a link."""
        table = tables.leader_link
        area = self._connection.execute(delete(table).where(table.c.id == link).returning(table.c.area)).scalar()
        if area is None:
            raise NotFound(say("leads.no_leader", link=link))
        AuditLog(self._connection).add(by, "leader.remove", f"area/{area}")

    def list(self) -> tuple[LeaderLink, ...]:
        """Return all links by area."""
        table = tables.leader_link
        return tuple(_leader(row) for row in self._connection.execute(select(table).order_by(table.c.area, table.c.id)))


def _leader(row: Row[Any]) -> LeaderLink:
    return LeaderLink(id=row.id, area=AreaCode(row.area), person=row.person, title=row.title, by=row.by)

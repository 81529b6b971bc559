"""Findings, notices, leads and what belongs to them are kept as promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy.exc import DatabaseError

from gridplan.model.errors import Conflict, NotFound
from gridplan.model.finding import FindingAction, FindingEvent, FindingId, FindingState, Notice, NoticeKind
from gridplan.model.lead import Complainant, Lead, LeadChannel, LeadId, ListFlag, ListKind
from gridplan.model.sent import Photo, SentReceipt, Taken
from gridplan.model.site import SiteId
from gridplan.model.words import Text
from gridplan.store.repositories import Store
from tests.builders import round_
from tests.fieldwork.test_findings import NINE, finding


@pytest.fixture
def office(store: Store) -> Store:
    with store.transaction() as t:
        t.rounds.add(round_(), by="lin")
    return store


def test_a_finding_comes_back_as_it_was_kept_and_is_kept_once(office):
    with office.transaction() as t:
        assert t.findings.add(finding())
        assert not t.findings.add(replace(finding(), text="别的"))
        assert t.findings.get(FindingId("f1")) == finding()
        assert [one.action for one in t.findings.events()] == [FindingAction.FOUND]


@pytest.mark.parametrize("change", ["UPDATE finding_event SET note = 'x'", "DELETE FROM finding_event"])
def test_the_steps_of_a_finding_are_only_added(office, change):
    with office.transaction() as t:
        t.findings.add(finding())
    with pytest.raises(DatabaseError, match="only added"), office.transaction() as t:
        t.connection.exec_driver_sql(change)


def test_findings_are_listed_by_state_and_overdue_day(office):
    with office.transaction() as t:
        t.findings.add(finding("f1"))
        t.findings.add(finding("f2", due=date(2026, 12, 24)))
        closed = replace(finding("f1"), state=FindingState.CLOSED, closed_at=NINE)
        event = FindingEvent(finding=FindingId("f1"), at=NINE, by="lin", action=FindingAction.CLOSED)
        assert len(t.findings.list(overdue_on=date(2026, 12, 5))) == 1
        assert t.findings.step(event, closed).state is FindingState.CLOSED
        assert t.findings.list(overdue_on=date(2026, 12, 5)) == ()
        assert [one.id for one in t.findings.list(state=FindingState.OPEN)] == ["f2"]


def test_a_notice_number_is_used_once_and_the_next_is_free(office):
    notice = Notice(
        number="2026-0007", kind=NoticeKind.RECTIFY, finding=FindingId("f1"), due=None, to="甲", at=NINE, by="lin"
    )
    with office.transaction() as t:
        t.findings.add(finding())
        assert t.findings.free_number(2026) == "2026-0001"
        t.findings.add_notice(notice)
        with pytest.raises(Conflict, match="已经用过"):
            t.findings.add_notice(replace(notice, to="乙"))
        assert t.findings.free_number(2026) == "2026-0008"


def test_a_parcel_is_taken_once_and_another_under_its_key_is_no_duplicate(office):
    first = SentReceipt(key="k", hash="a", state=Taken.APPLIED)
    with office.transaction() as t:
        assert t.parcels.add(first, {}, visit="v", by="wang", round_id=None) == first
        assert t.parcels.add(first, {}, visit="v", by="wang", round_id=None).state is Taken.DUPLICATE
        other = t.parcels.add(replace(first, hash="b"), {}, visit="v", by="wang", round_id=None)
        assert other.state is Taken.CONFLICT


def test_a_parcel_in_conflict_waits_until_it_is_settled_once(office):
    waits = SentReceipt(key="k", hash="a", state=Taken.CONFLICT, why=Text("已查", "done"))
    with office.transaction() as t:
        t.parcels.add(waits, {"visit": "v"}, visit="v", by="wang", round_id=None)
        assert t.parcels.waiting() == ((waits, {"visit": "v"}, "wang"),)
        t.parcels.settle("k", Taken.REFUSED, by="lin")
        assert t.parcels.waiting() == ()
        with pytest.raises(Conflict):
            t.parcels.settle("k", Taken.APPLIED, by="lin")


def test_a_photo_may_come_before_its_finding(office):
    photo = Photo(
        key="p", finding="", result="", name="a.jpg", media_type="image/jpeg", sha256="0", size=3, taken=None, by="wang"
    )
    with office.transaction() as t:
        assert t.parcels.add_photo(photo, b"abc")
        assert not t.parcels.add_photo(photo, b"abc")
        t.findings.add(finding())
        t.parcels.attach("p", finding="f1", result="r")
        assert t.findings.get(FindingId("f1")).photos == ("p",)
        assert t.parcels.photo("p")[1] == b"abc"


def lead() -> Lead:
    return Lead(
        id=LeadId(0),
        channel=LeadChannel.HOTLINE,
        what="夜间补课",
        where="东街道甲社区",
        urgent=True,
        at=datetime(2026, 11, 30, 8),
        by="lin",
    )


def test_who_complained_is_shown_to_the_planner_who_typed_it_in_and_each_look_is_logged(office):
    told = Complainant(lead=LeadId(0), name="某家长", phone="1", note="", by="lin", at=NINE)
    with office.transaction() as t:
        kept = t.leads.add(lead(), told)
        assert "某家长" not in repr(t.leads.list()) + repr(t.audit.list())
        with pytest.raises(NotFound):
            t.leads.complainant(kept.id, by="zhao")
        assert t.leads.complainant(kept.id, by="lin").name == "某家长"
        assert next((entry.who, entry.what) for entry in t.audit.list()) == ("lin", "lead.complainant")


def test_a_flag_of_a_list_holds_between_its_dates(office):
    flag = ListFlag(
        id=0,
        site=SiteId("s1"),
        list=ListKind.BLACK,
        since=date(2026, 12, 1),
        until=None,
        reason="无证",
        public=True,
        by="lin",
    )
    with office.transaction() as t:
        kept = t.list_flags.add(flag)
        ended = t.list_flags.end(kept.id, date(2026, 12, 5), by="lin")
    assert [ended.holds(date(2026, 12, day)) for day in (1, 5, 6)] == [True, True, False]

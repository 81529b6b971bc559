"""A lead from typing to a changed, published plan; a call-out with its units; lists, leaders and campaigns."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from gridplan.model.errors import Conflict, InputError, NotFound
from gridplan.model.lead import CallOutState, LeadState
from gridplan.model.place import LonLat
from gridplan.model.round import Purpose
from gridplan.services.field import call_outs, campaigns, lead_places, leads, standing
from gridplan.services.field.evening import next_plan
from gridplan.services.reporting.report import coverage_rows


@pytest.fixture
def office(street_office):
    return street_office


def lead(office, where="东街道甲社区3号路3号", **more):
    """A lead that came in before work on the first day."""
    asked = {
        "channel": "hotline",
        "what": "夜间补课",
        "where": where,
        "urgent": False,
        "at": datetime.combine(office.days[0], datetime.min.time()) + timedelta(hours=7),
        "by": "lin",
        "round_id": office.round,
    }
    return leads.add_lead(office.desk, **(asked | more))


def test_a_lead_that_names_a_site_of_the_register_is_recognised(office):
    found = lead_places.locate_lead(office.desk, lead(office, "第3家托管在给小学生补课").id)
    assert [match.site for match in found.matches][:1] == [
        next(site.id for site in office.plan.sites if site.name == "第3家托管")
    ]


def test_an_imprecise_lead_is_placed_in_its_community(office):
    found = lead_places.locate_lead(office.desk, lead(office, "东街道甲社区里的一户人家").id)
    assert found.placed.fix.point is not None
    assert "110000001001" in {str(code) for code in found.placed.areas.values()}


def test_a_lead_without_a_place_asks_for_a_point(office):
    told = lead(office, "说不清在哪")
    with pytest.raises(InputError, match="指一点"):
        lead_places.choose_site(office.desk, told.id, by="lin")
    placed = lead_places.choose_site(office.desk, told.id, by="lin", point=LonLat(116.4035, 39.9035))
    assert (placed.state, placed.point) == (LeadState.PLACED, LonLat(116.4035, 39.9035))


def test_a_lead_is_offered_three_places_and_inserted_with_hardly_a_change(office):
    told = lead(office)
    known = next(site for site in office.plan.sites if site.name == "第3家托管")
    lead_places.choose_site(office.desk, told.id, by="lin", site=known.id)
    offers = leads.lead_offers(office.desk, told.id, office.round, today=office.days[0])
    assert 1 <= len(offers.offers) <= 3
    before = office.plan
    put = leads.plan_lead(office.desk, told.id, office.round, today=office.days[0], by="lin")
    (visit,) = [one for one in office.plan.visits if one.purpose is Purpose.LEAD]
    assert visit.id == put.lead.visit
    assert put.same == put.others == sum(len(route.stops) for route in before.routes)
    with pytest.raises(Conflict, match="已排入计划"):
        leads.plan_lead(office.desk, told.id, office.round, today=office.days[0], by="lin")


def test_a_lead_at_a_new_place_enters_register_and_plan_and_is_promised_from_now_on(office):
    before = coverage_rows(office.desk, office.round)[1][-1].promised
    told = lead(office, "东街道甲社区甲花园3号楼", what="住家教师", urgent=False)
    placed = lead_places.choose_site(office.desk, told.id, by="lin", name="甲花园某户", point=LonLat(116.4031, 39.9032))
    put = leads.plan_lead(office.desk, told.id, office.round, today=office.days[0], by="lin")
    assert placed.site in {site.id for site in office.plan.sites}
    assert coverage_rows(office.desk, office.round)[1][-1].promised == before + 1
    assert put.lead.visit in {stop.visit for route in office.plan.routes for stop in route.stops}
    with office.desk.store.reading() as t:
        assert t.sites.get(placed.site).site.name == "甲花园某户"


def test_a_lead_that_had_no_place_yet_is_taken_up_by_the_next_plan(office):
    told = lead(office)
    lead_places.choose_site(office.desk, told.id, by="lin", site=office.plan.sites[0].id)
    for visit in office.on(office.days[0]):
        office.report(visit)
    done = next_plan(office.desk, office.round, as_of=office.days[1], by="lin")
    assert len(done.newcomers) == 1
    assert leads.lead_of(office.desk, told.id).state is LeadState.PLANNED


def test_a_lead_is_answered_once_and_the_list_shows_late_ones_first(office):
    first, second = lead(office), lead(office, due=office.days[0])
    rows = leads.lead_list(office.desk, day=office.days[1])
    assert [(row["id"], row["late"]) for row in rows] == [(second.id, True), (first.id, False)]
    leads.answer_lead(
        office.desk, second.id, "已核查", at=datetime.combine(office.days[1], datetime.min.time()), by="lin"
    )
    with pytest.raises(Conflict, match="已由 lin 答复"):
        leads.answer_lead(office.desk, second.id, "再答", at=datetime.max, by="zhao")
    assert [row["id"] for row in leads.lead_list(office.desk, day=office.days[1])] == [first.id, second.id]


def test_who_complained_stands_in_no_list_and_only_its_planner_may_look(office):
    told = lead(office, complainant=("某家长", "13900000000", "怕被认出"))
    shown = repr(leads.lead_list(office.desk, day=office.days[0])) + repr(leads.lead_of(office.desk, told.id))
    assert "某家长" not in shown
    assert leads.complainant_of(office.desk, told.id, by="lin").phone == "13900000000"
    with pytest.raises(NotFound):
        leads.complainant_of(office.desk, told.id, by="zhao")
    with office.desk.store.reading() as t:
        log = t.audit.list(object=f"lead/{told.id}")
    assert [entry.what for entry in log] == ["lead.complainant", "lead.add"]
    assert "139" not in repr(log)


@pytest.mark.parametrize(
    ("more", "told"),
    [({"channel": "pigeon"}, "pigeon"), ({"what": " "}, "写明"), ({"due": date(2026, 1, 1)}, "早于")],
)
def test_what_a_lead_lacks_is_said(office, more, told):
    with pytest.raises(InputError, match=told):
        lead(office, **more)


# ---- call-outs -------------------------------------------------------------------------------------------------------


def call(office, units=("education",), hour=14, site=""):
    day = office.days[0]
    return call_outs.add_call_out(
        office.desk,
        office.round,
        township="110000001",
        site=site or office.plan.sites[0].id,
        at=datetime.combine(day, datetime.min.time()) + timedelta(hours=hour),
        minutes=30,
        units=units,
        text="群众聚集",
        by="lin",
    )


def test_a_call_out_is_proposed_and_planned_at_its_moment(office):
    asked = call(office)
    offered = call_outs.propose(office.desk, asked.id, today=office.days[0])
    assert offered.teams == (office.plan.teams[0].name,)
    planned, _, _ = call_outs.plan_call_out(office.desk, asked.id, today=office.days[0], by="lin")
    stop = next(stop for route in office.plan.routes for stop in route.stops if stop.visit == planned.visit)
    assert asked.at <= stop.start <= asked.at + timedelta(minutes=call_outs.LATE_MIN)
    with pytest.raises(Conflict, match="已排过"):
        call_outs.plan_call_out(office.desk, asked.id, today=office.days[0], by="lin")


def test_a_site_is_called_by_its_name_and_where_several_are_meant_they_are_listed(office):
    first = office.plan.sites[0]
    assert call(office, site=first.name).site == call(office, site=first.name[:-1]).site == first.id
    shared = next(letter for letter in first.name if sum(letter in one.name for one in office.plan.sites) > 1)
    with pytest.raises(InputError, match=first.id):
        call(office, site=shared)
    with pytest.raises(NotFound):
        call(office, site="没有这一家")
    with pytest.raises(NotFound):
        call(office, site="%")


def test_a_unit_that_nobody_has_is_named(office):
    asked = call(office, ("education", "fire"))
    offered = call_outs.propose(office.desk, asked.id, today=office.days[0])
    assert (offered.teams, offered.missing) == ((), ("fire",))
    with pytest.raises(Conflict, match="消防"):
        call_outs.plan_call_out(office.desk, asked.id, today=office.days[0], by="lin")


def test_who_reported_when_is_kept_until_all_units_are_there(office):
    asked = call(office, ("education", "fire"))
    with pytest.raises(InputError, match="没有叫"):
        call_outs.report_in(office.desk, asked.id, unit="police", person="甲", at=asked.at, by="lin")
    call_outs.report_in(office.desk, asked.id, unit="fire", person="甲", at=asked.at, by="lin")
    late = asked.at + timedelta(minutes=7)
    done = call_outs.report_in(office.desk, asked.id, unit="education", person="乙", at=late, by="lin")
    assert done.state is CallOutState.DONE
    (row,) = call_outs.call_out_list(office.desk, office.round)
    assert [(one["unit"], one["late_min"]) for one in row["reported"]] == [("fire", 0), ("education", 7)]
    assert row["missing"] == []


# ---- campaign, lists, leaders ----------------------------------------------------------------------------------------


def test_a_campaign_goes_from_self_checks_to_its_rounds(office):
    start = office.plan.round.start
    with pytest.raises(InputError, match="第一轮"):
        campaigns.create_campaign(
            office.desk, "攻坚", tier="县级", rounds=[office.round], self_check=(start, start), by="lin"
        )
    ahead = (start - timedelta(days=10), start - timedelta(days=3))
    made = campaigns.create_campaign(
        office.desk, "攻坚", tier="县级", rounds=[office.round], self_check=ahead, by="lin"
    )
    stages = [
        campaigns.campaign_view(office.desk, made.id, start + timedelta(days=days))["stage"]
        for days in (-20, -5, -1, 0, 60)
    ]
    assert stages == ["ahead", "self_check", "ahead", "rounds", "over"]
    site = office.plan.sites[0].id
    for problems in (2, 3):
        campaigns.keep_self_check(office.desk, made.id, site, day=start, problems=problems, note="", by="lin")
    view = campaigns.campaign_view(office.desk, made.id, start)
    assert (view["self_checked"], view["self_problems"]) == (1, 3)


def test_the_days_of_the_other_tier_are_kept_out_of_a_round(office):
    with office.desk.store.transaction() as t:
        mine = t.rounds.get(office.round).round
        other = t.rounds.add(replace(mine, name="街道一轮", tier="乡镇街道"), by="lin")
    kept = campaigns.take_from_other_tier(office.desk, other.id, office.round, by="lin")
    met = {(stop.site, route.date) for route in office.plan.routes for stop in route.stops}
    assert {(one.site_id, one.day) for one in kept.round.taken} == met
    again = campaigns.take_from_other_tier(office.desk, other.id, office.round, by="lin")
    assert len(again.round.taken) == len(met)


def test_a_published_list_names_sites_and_reasons_and_nobody_of_the_office(office, tmp_path):
    one, other = (site.id for site in office.plan.sites[:2])
    day = office.days[0]
    with pytest.raises(InputError, match="理由"):
        standing.put_on_list(office.desk, one, "black", since=day, until=None, reason="", public=True, by="lin")
    standing.put_on_list(office.desk, one, "black", since=day, until=None, reason="无证", public=True, by="lin")
    standing.put_on_list(office.desk, other, "white", since=day, until=None, reason="", public=False, by="lin")
    with pytest.raises(InputError, match="黑名单"):
        standing.put_on_list(office.desk, one, "white", since=day, until=None, reason="", public=True, by="lin")
    assert standing.publish_list(office.desk, "black", tmp_path / "black.csv", day=day) == 1
    rows = list(csv.reader((tmp_path / "black.csv").read_text("utf-8-sig").splitlines()))
    assert rows[1][0] == one
    assert "lin" not in str(rows)
    assert standing.publish_list(office.desk, "white", tmp_path / "white.csv", day=day) == 0


def test_townships_without_a_leader_are_listed(office):
    before = {row["area"] for row in standing.leaders(office.desk) if not row["person"]}
    link = standing.link_leader(office.desk, "110000001", "郑某", "副局长", by="lin")
    after = {row["area"] for row in standing.leaders(office.desk) if not row["person"]}
    assert before - after == {"110000001"}
    standing.unlink_leader(office.desk, link.id, by="lin")
    with pytest.raises(InputError):
        standing.link_leader(office.desk, "999", "郑某", "", by="lin")

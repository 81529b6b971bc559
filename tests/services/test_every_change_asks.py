"""Every service that acts for somebody asks for the right to it by itself, whatever page or program calls it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

import gridplan.services
from gridplan.geocode.online.engine import EngineName, EngineSettings
from gridplan.model.errors import Forbidden
from gridplan.model.place import LonLat
from gridplan.model.plan import Plan
from gridplan.model.record import PlanHead, Role, Scope, User
from gridplan.model.report import ReportKind
from gridplan.model.rights import RIGHTS, Right
from gridplan.model.words import Text
from gridplan.routing.replan.comparing import compare
from gridplan.services.desk import Desk
from gridplan.services.field import findings, leads
from gridplan.services.registry import importing
from gridplan.services.reporting import reports
from gridplan.services.rounds import crews_page, drafting
from gridplan.services.rounds.round_form import form_of
from gridplan.store import tables
from tests.services.office import MINI, PASSWORD, open_office

CLOSED = "gone"
"""A planner whose log-in was closed: he may nothing at all any more."""
MACHINE = "lin"
FREE = {
    "accounts.rights.ask": "the question itself",
    "accounts.rights.ask_site": "the question itself",
    "registry.register.keep_places": "a part of a change that has asked, in its transaction",
    "operation.upkeep.restore": "there is no database yet that could be asked: a command",
}
"""Functions that take `by` and do not ask, each with the reason."""


@dataclass
class Office:
    """An office in which something of everything is there to be changed."""

    desk: Desk
    head: PlanHead
    plan: Plan
    work: Path
    lead: Any
    finding: str
    draft: str
    job: str
    absence: int
    made: reports.Made

    @property
    def round(self) -> int:
        return self.head.round_id

    @property
    def day(self) -> date:
        return self.plan.routes[0].date

    @property
    def at(self) -> datetime:
        return datetime.combine(self.day, datetime.min.time()) + timedelta(hours=9)

    @property
    def route(self) -> str:
        return self.plan.routes[0].id

    @property
    def visit(self) -> str:
        return self.plan.visits[0].id

    @property
    def site(self) -> str:
        return self.plan.sites[0].id

    @property
    def form(self) -> Any:
        with self.desk.store.reading() as t:
            return form_of(t.rounds.get(self.head.round_id).round)

    def state(self) -> dict[str, list[Any]]:
        """Return all rows of all tables."""
        with self.desk.store.reading() as t:
            return {
                table.name: [tuple(row) for row in t.connection.execute(select(table))]
                for table in tables.metadata.sorted_tables
            }


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    work = tmp_path_factory.mktemp("asks")
    desk = open_office(f"sqlite:///{work}/a.db")
    for role in Role:
        desk.add_person(User(login=role.value, name=role.value, role=role), PASSWORD, by=MACHINE)
    desk.add_person(User(login=CLOSED, name="某某", role=Role.PLANNER, active=False), PASSWORD, by=MACHINE)
    shutil.copytree(MINI, work / "in")
    (work / "in" / "gazetteer.csv").write_text(
        "名称,类别,道路,门牌号,乡镇街道,社区,经度,纬度\n一,door,荷花路,9号,东街道,甲社区,116.402,39.902\n", "utf-8"
    )
    with desk.store.reading() as t:
        stored = t.rounds.list()[0]
        head = t.plans.published(stored.id)
        assert head is not None
        plan = t.plans.plan(head.id)
        team = t.teams.plain()[0]
    day = plan.routes[0].date
    at = datetime.combine(day, datetime.min.time()) + timedelta(hours=9)
    crews_page.add_absence(desk, f"{team.id}|", day.isoformat(), "", "leave", by=MACHINE)
    lead = leads.add_lead(
        desk,
        channel="hotline",
        what="夜间补课",
        where=plan.sites[0].name,
        urgent=False,
        at=at,
        by=MACHINE,
        round_id=stored.id,
    )
    found = findings.open_finding(
        desk, stored.id, plan.sites[0].id, category="fire", text="通道堵塞", at=at, due=None, by=MACHINE
    )
    draft = importing.begin(desk, [("sites.csv", (MINI / "sites.csv").read_bytes())], by=MACHINE)
    job = drafting.start_draft(desk, stored.id, by=MACHINE)
    yield Office(
        desk=desk,
        head=head,
        plan=plan,
        work=work,
        lead=lead,
        finding=found.id,
        draft=draft,
        job=job,
        absence=1,
        made=reports.make_report(desk, ReportKind.DAILY, day),
    )
    desk.close()


R = Right
ENGINE = EngineSettings(engine=EngineName.AMAP, url="http://127.0.0.1:1/", host="127.0.0.1")
TEAM: dict[str, Any] = {
    "name": "新组",
    "base_name": "门口",
    "lon": "116.4",
    "lat": "39.9",
    "mode": "car",
    "off": "",
    "home": [],
    "shifts": [],
    "members": [],
}
Call = Callable[[Office], tuple[tuple[Any, ...], dict[str, Any]]]


def call(*values: Any, **named: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return values, named


# Each function of the services that takes `by`: the right that it asks for, and a call that would go through with it.
TABLE: dict[str, tuple[Right, Call]] = {
    "accounts.people.people": (R.ADMIN, lambda o: call()),
    "accounts.people.choices": (R.ADMIN, lambda o: call()),
    "accounts.people.add": (R.ADMIN, lambda o: call(User(login="neu", name="新", role=Role.HEAD))),
    "accounts.people.change": (R.ADMIN, lambda o: call("head", name="新", role=Role.PLANNER, area=None)),
    "accounts.people.close": (R.ADMIN, lambda o: call("head")),
    "accounts.people.reopen": (R.ADMIN, lambda o: call(CLOSED)),
    "accounts.people.reset_password": (R.ADMIN, lambda o: call("head")),
    "accounts.people.end_sessions": (R.ADMIN, lambda o: call("head")),
    "accounts.tokens.add_token": (R.ADMIN, lambda o: call("planner", "q", [Scope.READ])),
    "field.call_outs.add_call_out": (
        R.PLAN,
        lambda o: call(o.round, township="110000001", site=o.site, at=o.at, minutes=30, units=["教育"], text="请到场"),
    ),
    "field.call_outs.plan_call_out": (R.PUBLISH, lambda o: call(1, today=o.day)),
    "field.call_outs.report_in": (R.PLAN, lambda o: call(1, unit="教育", person="某", at=o.at)),
    "field.campaigns.create_campaign": (
        R.PLAN,
        lambda o: call("专项", tier="county", rounds=[o.round], self_check=None),
    ),
    "field.campaigns.keep_self_check": (R.PLAN, lambda o: call(1, o.site, day=o.day, problems=0, note="")),
    "field.campaigns.take_from_other_tier": (R.PLAN, lambda o: call(o.round, o.round)),
    "field.standing.link_leader": (R.PLAN, lambda o: call("110000001", "某副区长", "副区长")),
    "field.standing.unlink_leader": (R.PLAN, lambda o: call(1)),
    "field.standing.put_on_list": (
        R.PLAN,
        lambda o: call(o.site, "black", since=o.day, until=None, reason="无证", public=True),
    ),
    "field.standing.take_off_list": (R.PLAN, lambda o: call(1, o.day)),
    "field.changing.start_change": (R.PLAN, lambda o: call(o.round, as_of=o.day)),
    "field.changing.publish_change": (R.PUBLISH, lambda o: call(o.job)),
    "field.evening.take_over": (
        R.PUBLISH,
        lambda o: ((o.head.id, o.head.id, compare(o.plan, o.plan), []), {"knowing": False}),
    ),
    "field.checklists.import_field": (R.PLAN, lambda o: call(o.work / "in")),
    "field.evening.next_plan": (R.PLAN, lambda o: call(o.round, as_of=o.day)),
    "field.field_desk.conflicts": (R.ASSIGN, lambda o: call()),
    "field.field_desk.settle": (R.ASSIGN, lambda o: call(str(UUID(int=1)), accept=False, note="不算")),
    "field.field_desk.import_outbox": (R.ASSIGN, lambda o: call(b'{"kind":"outbox"}')),
    "field.field_desk.card_to_type": (R.ASSIGN, lambda o: call(o.head.id, o.route)),
    "field.field_desk.type_results": (
        R.ASSIGN,
        lambda o: call(o.head.id, o.route, {o.visit: {"outcome": "done"}}, sender="wang"),
    ),
    "field.field_paper.day_page": (R.ASSIGN, lambda o: call(o.head.id, o.route)),
    "field.field_paper.day_pdf": (R.ASSIGN, lambda o: call(o.head.id, o.route)),
    "field.findings.open_finding": (
        R.PLAN,
        lambda o: call(o.round, o.site, category="fire", text="通道堵塞", at=o.at),
    ),
    "field.findings.give_notice": (R.PLAN, lambda o: call(o.finding, "rectify", due=o.day, to="店主", at=o.at)),
    "field.findings.recheck_finding": (R.PLAN, lambda o: call(o.finding, passed=True, at=o.at)),
    "field.findings.close_finding": (R.PLAN, lambda o: call(o.finding, at=o.at, note="已改")),
    "field.findings.reopen_finding": (R.PLAN, lambda o: call(o.finding, at=o.at, note="又堵", due=o.day)),
    "field.findings.set_due": (R.PLAN, lambda o: call(o.finding, o.day, at=o.at, note="延期")),
    "field.lead_places.choose_site": (R.PLAN, lambda o: call(o.lead.id, point=LonLat(116.4035, 39.9035))),
    "field.leads.add_lead": (
        R.PLAN,
        lambda o: call(channel="hotline", what="补课", where="甲社区", urgent=False, at=o.at),
    ),
    "field.leads.plan_lead": (R.PUBLISH, lambda o: call(o.lead.id, o.round, today=o.day)),
    "field.leads.mark_planned": (R.PLAN, lambda o: call([(o.lead, o.visit)], o.head)),
    "field.leads.answer_lead": (R.PLAN, lambda o: call(o.lead.id, "已查", at=o.at)),
    "field.leads.complainant_of": (R.PLAN, lambda o: call(o.lead.id)),
    "field.leads.has_complainant": (R.PLAN, lambda o: call(o.lead.id)),
    "operation.background.start_import": (R.CHANGE_SITES, lambda o: call(("sites",), {"sites.csv": b"x"})),
    "operation.background.start_locate": (R.CHANGE_SITES, lambda o: call()),
    "operation.background.start_export": (R.PLAN, lambda o: call(o.head.id)),
    "operation.background.fetch_file": (R.PLAN, lambda o: call(o.job)),
    "operation.gis.export": (R.ADMIN, lambda o: call(o.work / "out.gpkg")),
    "operation.gis.add_reader": (R.ADMIN, lambda o: call("qgis")),
    "operation.jobs_page.jobs_view": (R.PLAN, lambda o: call()),
    "operation.jobs_page.cancel": (R.PLAN, lambda o: call(o.job)),
    "operation.jobs_page.try_again": (R.PLAN, lambda o: call(o.job)),
    "operation.upkeep.tidy": (R.ADMIN, lambda o: call()),
    "operation.upkeep.back_up": (R.ADMIN, lambda o: call(o.work / "out.zip")),
    "plans.assigning.assign_many": (R.ASSIGN, lambda o: call(o.head.id, [o.route], ["wang"], {})),
    "plans.handing.hand_over": (R.ASSIGN, lambda o: call(None, o.head.id, compare(o.plan, o.plan))),
    "plans.plan_editing.working": (R.PLAN, lambda o: call(o.head.id)),
    "plans.plan_editing.edit": (R.PLAN, lambda o: call(o.head.id, {"kind": "pin", "visit": o.visit}, version=0)),
    "plans.plan_editing.seek": (R.PLAN, lambda o: call(o.head.id, -1, version=0)),
    "plans.plan_editing.discard": (R.PLAN, lambda o: call(o.head.id, version=1)),
    "plans.plan_editing.save": (R.PLAN, lambda o: call(o.head.id, version=1)),
    "plans.plan_editing.rebase": (R.PLAN, lambda o: call(o.head.id, version=1)),
    "plans.plan_editing.offers": (R.PLAN, lambda o: call(o.head.id, o.visit)),
    "plans.plan_editing.editors": (R.PLAN, lambda o: call(o.head.id)),
    "plans.plan_trials.start_trial": (R.PLAN, lambda o: call(o.head.id, "teams", 1)),
    "plans.plan_versions.comparison": (R.PLAN, lambda o: call(o.head.id, o.head.id)),
    "plans.publishing.assign": (R.ASSIGN, lambda o: call(o.head.id, o.route, ["wang"])),
    "plans.publishing.publish": (R.PUBLISH, lambda o: call(o.head.id)),
    "plans.replanner.start_replan": (R.PLAN, lambda o: call(o.round, as_of=o.day)),
    "plans.replanner.replan_round": (R.PLAN, lambda o: call(o.round, as_of=o.day)),
    "plans.settling.settle": (R.PLAN, lambda o: call(o.round, o.visit, gone=True, at=o.at)),
    "registry.areas_page.change_owner": (
        R.CHANGE_AREAS,
        lambda o: call("110000001001", "某", "网格员", remove=False, seen=""),
    ),
    "registry.areas_page.put_owners_aside": (
        R.CHANGE_AREAS,
        lambda o: call("区域代码,责任人,职务\n110000001,某,长\n".encode()),
    ),
    "registry.areas_page.take_owners": (R.CHANGE_AREAS, lambda o: call("0" * 32, base="")),
    "registry.duplicates.decide_pair": (R.CHANGE_SITES, lambda o: call("S0001", "S0002", same=False)),
    "registry.duplicates.forget_pair": (R.CHANGE_SITES, lambda o: call(1)),
    "registry.importing.begin": (R.CHANGE_SITES, lambda o: call([("a.csv", (MINI / "sites.csv").read_bytes())])),
    "registry.importing.change": (R.CHANGE_SITES, lambda o: call(o.draft, {}, version=1)),
    "registry.importing.remove_list": (R.CHANGE_SITES, lambda o: call(o.draft, "sites.csv", version=1)),
    "registry.importing.drop": (R.CHANGE_SITES, lambda o: call(o.draft)),
    "registry.importing.start": (R.CHANGE_SITES, lambda o: call(o.draft, version=1, base="")),
    "registry.importing.imports_view": (R.CHANGE_SITES, lambda o: call()),
    "registry.importing_run.start_import": (R.CHANGE_SITES, lambda o: call(o.draft, version=1, base="")),
    "registry.importing_run.cancel": (R.CHANGE_SITES, lambda o: call(o.draft)),
    "registry.online.ask_online": (R.DECIDE, lambda o: call(ENGINE)),
    "registry.register.import_areas": (R.CHANGE_AREAS, lambda o: call(o.work / "in")),
    "registry.register.import_sites": (R.CHANGE_SITES, lambda o: call(o.work / "in")),
    "registry.register.undo_sites": (R.CHANGE_SITES, lambda o: call()),
    "registry.register.import_gazetteer": (R.CHANGE_SITES, lambda o: call(o.work / "in")),
    "registry.register.import_roads": (R.CHANGE_SITES, lambda o: call(o.work / "in")),
    "registry.register.import_teams": (R.CHANGE_CREWS, lambda o: call(o.work / "in")),
    "registry.register.locate_sites": (R.CHANGE_SITES, lambda o: call()),
    "registry.regrid.split_area": (R.CHANGE_AREAS, lambda o: call("110000001001")),
    "registry.regrid.merge_areas": (R.CHANGE_AREAS, lambda o: call(["110000001001", "110000001002"])),
    "registry.regrid.undo_area_change": (R.CHANGE_AREAS, lambda o: call()),
    "registry.reviewing.decide": (R.DECIDE, lambda o: call("S0001", reject=True)),
    "registry.reviewing.forget": (R.DECIDE, lambda o: call(1)),
    "registry.site_edits.edit_site": (R.CHANGE_SITES, lambda o: call("S0001", {"minutes": "50"}, {"minutes": ""})),
    "registry.site_list.export_xlsx": (R.CHANGE_SITES, lambda o: call({})),
    "reporting.report.export": (R.PLAN, lambda o: call(o.round, o.work / "books")),
    "reporting.report.export_plan": (R.PLAN, lambda o: call(o.head.id, o.work / "books")),
    "reporting.reports.save_notes": (R.REPORT, lambda o: call(o.made, {("progress", "*"): "进展顺利"})),
    "reporting.reports.freeze": (R.REPORT, lambda o: call(o.made)),
    "rounds.crews_page.add_absence": (R.CHANGE_CREWS, lambda o: call("T1|", "2026-12-03", "", "leave")),
    "rounds.crews_page.change_absence": (
        R.CHANGE_CREWS,
        lambda o: call(o.absence, "2026-12-03", "2026-12-04", "leave", version=1),
    ),
    "rounds.crews_page.remove_absence": (R.CHANGE_CREWS, lambda o: call(o.absence, version=1)),
    "rounds.crews_page.set_office_day": (R.CHANGE_CREWS, lambda o: call("2026-12-05", "work", seen="rest")),
    "rounds.crews_page.save_team": (R.CHANGE_CREWS, lambda o: call("", TEAM, version="")),
    "rounds.crews_page.remove_team": (R.CHANGE_CREWS, lambda o: call("T1", version="")),
    "rounds.drafting.create_round": (R.PLAN, lambda o: call(o.work / "in")),
    "rounds.drafting.start_draft": (R.PLAN, lambda o: call(o.round)),
    "rounds.drafting.cancel_job": (R.PLAN, lambda o: call(o.job)),
    "rounds.drafting.draft": (R.PLAN, lambda o: call(o.round)),
    "rounds.province.start_district": (R.PLAN, lambda o: call("某区", {"round.toml": b""})),
    "rounds.round_keeping.create": (R.PLAN, lambda o: call(o.form | {"name": "另一轮"}, like=o.round)),
    "rounds.round_keeping.change": (R.PLAN, lambda o: call(o.round, o.form, version=1)),
    "rounds.round_keeping.remove": (R.PLAN, lambda o: call(o.round, version=1)),
    "rounds.round_keeping.draft_with": (
        R.PLAN,
        lambda o: call(o.round, o.form, version=1, minutes=None, anyway=True),
    ),
    "rounds.trial_job.start_trial": (R.PLAN, lambda o: call(o.round, o.form, label=Text("试", "try"))),
}


def services() -> dict[str, Callable[..., Any]]:
    """Return each public function of the services that takes `by`."""
    found = {}
    for module in pkgutil.walk_packages(gridplan.services.__path__, "gridplan.services."):
        if module.ispkg:
            continue
        for name, thing in vars(importlib.import_module(module.name)).items():
            if not inspect.isfunction(thing) or thing.__module__ != module.name or name.startswith("_"):
                continue
            if "by" in inspect.signature(thing).parameters:
                found[f"{module.name.removeprefix('gridplan.services.')}.{name}"] = thing
    return found


def test_every_service_that_acts_for_somebody_has_a_row():
    assert set(services()) == set(TABLE) | set(FREE)


@pytest.mark.parametrize("name", TABLE)
def test_without_the_right_nothing_is_done(office, name):
    right, made = TABLE[name]
    values, named = made(office)
    before = office.state()
    who = [CLOSED, *(role.value for role in Role if right not in RIGHTS[role])]
    for login in who:
        with pytest.raises(Forbidden):
            services()[name](office.desk, *values, by=login, **named)
    assert office.state() == before
    assert not {path.name for path in office.work.iterdir()} & {"out.gpkg", "out.zip", "books"}


def test_a_draft_that_its_planner_lost_the_right_to_leaves_no_plan(office):
    before = office.state()["plan"]
    with pytest.raises(Forbidden):
        drafting.draft(office.desk, office.round, by=CLOSED, progress=lambda *_: pytest.fail("nothing is planned"))
    assert office.state()["plan"] == before

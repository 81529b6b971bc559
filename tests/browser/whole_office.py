"""An office in the middle of its round, with something on every page: for tests and figures that look at all of them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from geodata.make_demo import make_demo
from gridplan.jobs.rows import Jobs
from gridplan.model.finding import FindingState
from gridplan.model.plan import Plan, Route
from gridplan.model.record import JobId, PlanHead, Role, User
from gridplan.model.release import now_in_china
from gridplan.model.result import Outcome, VisitResult
from gridplan.model.round import VisitId
from gridplan.model.sent import Parcel, SentFinding
from gridplan.model.words import say
from gridplan.routing.replan.comparing import compare
from gridplan.routing.search.improve import Effort
from gridplan.services.desk import Desk
from gridplan.services.field import call_outs, campaigns, field_sent, lead_places, leads, standing
from gridplan.services.field import findings as finding_service
from gridplan.services.field.checklists import desk_categories
from gridplan.services.field.keeping import keep_parcel
from gridplan.services.operation import background
from gridplan.services.plans import plan_editing, publishing
from gridplan.services.plans.handing import hand_over
from gridplan.services.registry import areas_page, importing, register
from gridplan.services.reporting import reports
from gridplan.services.rounds import crews_page, drafting
from tests.services.lists import messy

PASSWORD = "a-long-test-password"
PEOPLE = {
    "lin": ("林知夏", Role.PLANNER),
    "he": ("何守一", Role.ADMINISTRATOR),
    "zheng": ("郑启明", Role.HEAD),
    "su": ("苏明察", Role.AUDITOR),
    "lu": ("陆怀远", Role.INSPECTOR),
}
WALKER = "zhou"
"""The log-in of the first member of the team that works today."""
BY = "lin"
PLAYED, AHEAD = 4, 5
"""Days of the round that are over, and days that are still to come; today is between them."""


@dataclass
class WholeOffice:
    """The desk, and what the addresses of its pages are made of."""

    url: str
    desk: Desk
    folder: Path
    round_id: int
    empty_round: int
    hard_round: int
    head: PlanHead
    draft: PlanHead
    plan: Plan
    today: date
    route: Route
    visit: VisitId
    site: str
    finding: str
    lead: int
    import_draft: str
    owners_draft: str
    report: int
    job: JobId

    def addresses(self) -> dict[str, str]:
        """What stands in an address for each of its parts."""
        return {
            "round_id": str(self.round_id),
            "plan_id": str(self.head.id),
            "other_id": str(self.draft.id),
            "route_id": self.route.id,
            "visit_id": self.visit,
            "site_id": self.site,
            "finding_id": self.finding,
            "lead_id": str(self.lead),
            "report_id": str(self.report),
            "login": WALKER,
            "empty_round": str(self.empty_round),
            "hard_round": str(self.hard_round),
            "import_draft": self.import_draft,
            "owners_draft": self.owners_draft,
            "team_id": self.route.team,
        }


def whole_office(path: Path, *, rows: int | None = 70, least: int = 4, effort: int = 150) -> WholeOffice:
    """Make the office below `path`; `rows` sites of the invented district, `least` a day, a search of so many rounds."""
    today = now_in_china().date()
    folder = _folder(path, rows, least, today - timedelta(days=PLAYED))
    url = f"sqlite:///{path}/office.db"
    desk = Desk.open(url, create=True)
    for login, (name, role) in PEOPLE.items():
        desk.add_person(User(login=login, name=name, role=role), PASSWORD, by="test")
    for part in ("areas", "gazetteer", "roads", "sites", "teams"):
        register.IMPORTS[part](desk, folder, by=BY)
    register.locate_sites(desk, by=BY)
    round_id = drafting.create_round(desk, folder, by=BY).id
    head, plan = drafting.draft(desk, round_id, by=BY, effort=Effort(rounds=effort))
    publishing.publish(desk, head.id, by=BY)
    for crew in plan.teams:
        member = crew.members[0]
        desk.add_person(
            User(login=f"team-{crew.id}", name=member.name, role=Role.INSPECTOR, team=crew.id, member=member.id),
            PASSWORD,
            by="test",
        )
    hand_over(desk, None, head.id, compare(plan, plan), by=BY)
    route = max((one for one in plan.routes if one.date == today), key=lambda one: len(one.stops))
    crew = next(crew for crew in plan.teams if crew.id == route.team)
    desk.add_person(
        User(login=WALKER, name="周敏", role=Role.INSPECTOR, team=crew.id, member=crew.members[1].id),
        PASSWORD,
        by="test",
    )
    publishing.assign(desk, head.id, route.id, [WALKER], by=BY)
    _street(desk, head, plan, today, route)
    finding = _findings(desk, round_id, today)
    lead = _leads(desk, round_id, plan, today)
    with desk.store.reading() as t:
        published = t.plans.published(round_id)
        assert published is not None
        head, plan = published, t.plans.plan(published.id)
    place = (route.date, route.team, route.shift)
    route = next(one for one in plan.routes if (one.date, one.team, one.shift) == place)
    _register(desk, plan, today)
    empty, hard = _rounds(desk, folder, today)
    draft = _draft(desk, head.id, plan, route)
    _conflict(desk, plan, today)
    # The same list again, so that there is an import to be taken back.
    register.import_sites(desk, folder, by=BY)
    register.locate_sites(desk, by=BY)
    return WholeOffice(
        url=url,
        desk=desk,
        folder=folder,
        round_id=round_id,
        empty_round=empty,
        hard_round=hard,
        head=head,
        draft=draft,
        plan=plan,
        today=today,
        route=route,
        visit=route.stops[-1].visit,
        site=next(one.stops[0].site for one in plan.routes if one.date < today),
        finding=finding,
        lead=lead,
        import_draft=importing.begin(desk, [("台账（9月汇总）.xlsx", messy())], by=BY),
        owners_draft=_owners(desk, folder),
        report=reports.freeze(desk, reports.make_report(desk, kind=reports.kind_of("daily"), day=today), by=BY).id,
        job=_jobs(desk, round_id, head.id),
    )


def _folder(path: Path, rows: int | None, least: int, start: date) -> Path:
    """Write the invented district, its round begun some days ago on days that are all alike."""
    folder = path / "district"
    make_demo(folder, 1, rows=rows)
    (folder / "visits.csv").unlink()  # what it asks for lies on other days
    text = (folder / "round.toml").read_text("utf-8")
    text = re.sub(r"start = \S+", f"start = {start}", text)
    text = re.sub(r"min_per_day = \d+", f"min_per_day = {least}", text).replace('days = "active"', 'days = "every"')
    text = text.replace("[release]", "[calendar]\nworkdays = []\nholidays = []\n[release]")
    (folder / "round.toml").write_text(text, "utf-8")
    teams = re.sub(r"off = \[.*\]", "off = []", (folder / "teams.toml").read_text("utf-8"))
    (folder / "teams.toml").write_text(teams, "utf-8")
    return folder


def _key(visit: str) -> str:
    return str(uuid5(NAMESPACE_URL, visit))


def _street(desk: Desk, head: PlanHead, plan: Plan, today: date, route: Route) -> None:
    """Report what came of the days that are over, and of today's first stops."""
    categories = desk_categories(desk)
    names = sorted(categories)
    number = 0
    for one in sorted(plan.routes, key=lambda one: (one.date, one.id)):
        over = one.stops if one.date < today else one.stops[:1] if one.id == route.id else ()
        for stop in over:
            number += 1
            outcome = {5: Outcome.CLOSED, 8: Outcome.REFUSED, 13: Outcome.MOVED}.get(number % 17, Outcome.DONE)
            result = VisitResult(
                key=_key(f"result {stop.visit}"),
                visit=stop.visit,
                outcome=outcome,
                note="" if outcome is Outcome.DONE else "门口贴有告示，邻居说上月就停了",
                by=f"team-{one.team}",
                at=stop.leave,
            )
            found: tuple[SentFinding, ...] = ()
            if outcome is Outcome.DONE and number % 3 == 0:
                category = categories[names[number % len(names)]]
                found = (
                    SentFinding(
                        key=_key(f"finding {stop.visit}"),
                        category=names[number % len(names)],
                        text=category.name.zh,
                        notice=category.notice,
                        due=one.date + timedelta(days=1 + number % 5),
                        to="负责人",
                    ),
                )
            with desk.store.transaction() as t:
                keep_parcel(
                    t,
                    Parcel(result=result, arrived_at=stop.arrive, findings=found),
                    round_id=head.round_id,
                    plan_id=head.id,
                    site=stop.site,
                    categories=categories,
                )


def _findings(desk: Desk, round_id: int, today: date) -> str:
    """Recheck some findings and return one that has a history."""
    with desk.store.reading() as t:
        found = t.findings.list(round_id=round_id, state=FindingState.OPEN)
    at = datetime.combine(today, time(0, 30))
    for one in found[: len(found) // 3]:
        finding_service.recheck_finding(desk, one.id, passed=True, at=at, by=BY, note="已整改到位")
    failed = found[-1]
    finding_service.recheck_finding(
        desk, failed.id, passed=False, at=at, by=BY, note="仍缺一具灭火器", due=today + timedelta(days=3)
    )
    return failed.id


def _leads(desk: Desk, round_id: int, plan: Plan, today: date) -> int:
    """Take up leads in every state and a call-out; return a lead that waits for its place."""
    at = datetime.combine(today, time(7, 30))
    told = []
    for number, site in enumerate(plan.sites[:4]):
        lead = leads.add_lead(
            desk,
            channel=("hotline", "letter", "superior", "web")[number],
            what=f"反映{site.name}夜间补课，楼道堆放杂物",
            where=site.address or site.name,
            urgent=number == 1,
            at=at,
            due=today + timedelta(days=number),
            round_id=round_id,
            complainant=("某家长", "", ""),
            by=BY,
        )
        told.append(lead.id)
        if number > 0:
            lead_places.choose_site(desk, lead.id, site=site.id, by=BY)
    leads.plan_lead(desk, told[2], round_id, today=today, by=BY)
    leads.answer_lead(desk, told[3], "已到场核查，未发现在营业", at=at, by=BY)
    later = next(one for one in plan.routes if one.date > today)
    township = next(area.code for area in _areas(desk) if area.level.value == "township")
    call_outs.add_call_out(
        desk,
        round_id,
        township=township,
        site=later.stops[0].site,
        at=datetime.combine(later.date, time(10)),
        minutes=40,
        units=["education"],
        text="居民反映楼上办班，请教育部门到场",
        by=BY,
    )
    return told[1]


def _areas(desk: Desk):
    with desk.store.reading() as t:
        return t.areas.list()


def _register(desk: Desk, plan: Plan, today: date) -> None:
    """Put sites on lists, link a leader, tell of absences."""
    township = next(area.code for area in _areas(desk) if area.level.value == "township")
    standing.link_leader(desk, township, "陈副区长", "分管教育", by=BY)
    first, second = plan.sites[0].id, plan.sites[1].id
    since = today - timedelta(days=60)
    standing.put_on_list(desk, first, "black", since=since, until=None, reason="无证办学两次被查", public=True, by=BY)
    standing.put_on_list(desk, second, "white", since=since, until=None, reason="", public=True, by=BY)
    crew = plan.teams[0]
    first_day, last_day = (today + timedelta(days=days) for days in (1, 2))
    who = f"{crew.id}|{crew.members[0].id}"
    crews_page.add_absence(desk, who, first_day.isoformat(), last_day.isoformat(), "leave", by=BY)
    later = today + timedelta(days=8)
    crews_page.add_absence(desk, f"{plan.teams[-1].id}|", later.isoformat(), later.isoformat(), "vehicle", by=BY)


def _rounds(desk: Desk, folder: Path, today: date) -> tuple[int, int]:
    """Add a round that is not drafted yet and one that cannot be kept."""
    text = (folder / "round.toml").read_text("utf-8")
    later = re.sub(r"start = \S+", f"start = {today + timedelta(days=14)}", text)
    made = []
    for name, more in (
        ("春季复查一轮", later),
        ("守不住的一轮", re.sub(r"min_per_day = \d+", "min_per_day = 60", later)),
    ):
        (folder / "round.toml").write_text(re.sub(r'name = ".*"', f'name = "{name}"', more), "utf-8")
        made.append(drafting.create_round(desk, folder, by=BY).id)
    (folder / "round.toml").write_text(text, "utf-8")
    campaigns.create_campaign(
        desk, "冬春专项行动", tier="", rounds=[made[0]], self_check=(today, today + timedelta(days=7)), by=BY
    )
    return made[0], made[1]


def _draft(desk: Desk, plan_id: int, plan: Plan, route: Route) -> PlanHead:
    """Save a version in which two stops of a later day changed places, and begin to change that one too."""
    later = next(one for one in plan.routes if one.date > route.date and len(one.stops) > 2)

    def moved(number: int, position: int) -> dict[str, object]:
        return {
            "kind": "move",
            "visit": later.stops[number].visit,
            "team": later.team,
            "date": later.date.isoformat(),
            "shift": later.shift,
            "position": position,
        }

    now = plan_editing.edit(desk, plan_id, moved(0, 3), version=0, by=BY)
    assert now.copy is not None
    head = plan_editing.save(desk, plan_id, version=now.copy.version, by=BY, with_breaches=True)
    plan_editing.edit(desk, head.id, moved(2, 1), version=0, by=BY)
    return head


def _conflict(desk: Desk, plan: Plan, today: date) -> None:
    """Let a phone send what its person may not report any more, so that it waits for the planner."""
    one = next(one for one in plan.routes if one.date == today + timedelta(days=1))
    with desk.store.reading() as t:
        crew = [row.person for row in t.assignments.list(_published(t, plan)) if row.route == one.id]
        sender = t.users.get(crew[0])
    assert sender is not None
    late = {
        "key": _key("late"),
        "visit": one.stops[0].visit,
        "outcome": "refused",
        "at": datetime.combine(today, time(0, 5)).isoformat(),
        "note": "门卫不让进",
    }
    publishing.assign(desk, _head(desk, plan), one.id, ["lu"], by=BY)
    field_sent.take(desk, sender, json.dumps(late).encode())


def _published(t, plan: Plan):
    return next(head.id for stored in t.rounds.list() if (head := t.plans.published(stored.id)))


def _head(desk: Desk, plan: Plan) -> int:
    with desk.store.reading() as t:
        return _published(t, plan)


def _owners(desk: Desk, folder: Path) -> str:
    """Let half of the owners count and put all aside to be looked at."""
    content = (folder / "owners.csv").read_text("utf-8").splitlines(keepends=True)
    half = areas_page.put_owners_aside(desk, "".join(content[: len(content) // 2]).encode(), by=BY)
    areas_page.take_owners(desk, half, base=areas_page.owners_look(desk, half)["base"], by=BY)
    return areas_page.put_owners_aside(desk, "".join(content).encode(), by=BY)


def _jobs(desk: Desk, round_id: int, plan_id: int) -> JobId:
    """Leave jobs in every state, and return one that ended."""
    jobs = Jobs(desk.store)
    broken = jobs.add("locate", {}, by=BY)
    jobs.claim(broken, "w1", lease_s=300)
    jobs.fail(broken, "w1", say("jobs.broke", job=broken))
    running = jobs.add("draft", {"round_id": round_id}, by=BY)
    jobs.claim(running, "w1", lease_s=300)
    jobs.beat(running, "w1", lease_s=300, stage="improve", done=620, total=1000, text=None)
    background.start_export(desk, plan_id, by=BY)
    return running

"""The days that are left of a worked round as a problem of their own, with the published orders in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gridplan.model.plan import Placement, Plan
from gridplan.model.round import Pin, Visit, VisitId
from gridplan.model.site import VisitMode
from gridplan.model.travel import TravelEngine
from gridplan.model.words import Text
from gridplan.routing.problem import Problem
from gridplan.routing.replan.care import NO_CARE, Care, careful_rule, careful_visits, open_days
from gridplan.routing.replan.slots import takes_two
from gridplan.routing.replan.standing import best_places, met_at, placements, round_of, slots_by_place
from gridplan.routing.replan.worked import News, Past
from gridplan.routing.search.insertion import repair
from gridplan.routing.search.instance import BY_DAY, BY_TEAM_DAY, NO_GROUP, Instance, build_instance
from gridplan.routing.search.joint import MARK, arrange
from gridplan.routing.search.state import NEVER, State, insert, new_state, orders_of, refresh, take
from gridplan.routing.timeline import Orders, Timetable


@dataclass(slots=True, kw_only=True)
class Ahead:
    """The problem of the days that are left, and the published orders in it. `whole`: part of a joint visit → the visit."""

    table: Timetable
    inst: Instance
    published: Orders
    closed: frozenset[int]
    whole: dict[VisitId, VisitId]
    meetings: dict[VisitId, datetime]
    notes: tuple[Text, ...]

    def first(self) -> Orders:
        """Return the published plan with the newcomers where they cost least; nobody moves."""
        orders = dict(self.published)
        repair(self.table, orders)
        return self.filled(orders)

    def left(self, orders: Orders) -> list[int]:
        """Return the visits without a place, the dearest first."""
        planned = {visit for order in orders.values() for visit in order}
        left = [visit for visit in range(len(self.table.problem.visits)) if visit not in planned]
        return sorted(left, key=lambda visit: (-int(self.inst.absent[visit]), -int(self.inst.stay[visit]), visit))

    def filled(self, orders: Orders, skip: Collection[int] = ()) -> Orders:
        """Return the plan with every absent visit put in where it fits, and newcomers moved to better places."""
        if not self.table.slots:
            return orders
        st = new_state(self.inst, orders)
        waiting = [visit for visit in self.left(orders) if visit not in skip]
        placed = [visit for visit in waiting if self._put(st, visit)]
        for _ in range(3):
            better = False
            for visit in placed:
                before, slot, at = int(st.cost[0]), int(st.slot_of[visit]), int(st.at[visit])
                take(self.inst, st, slot, at, 1)
                in_time = bool(refresh(self.inst, st, slot))
                if not (in_time and self._put(st, visit)) or int(st.cost[0]) > before:
                    if int(st.slot_of[visit]) >= 0:
                        now = int(st.slot_of[visit])
                        take(self.inst, st, now, int(st.at[visit]), 1)
                        refresh(self.inst, st, now)
                    insert(self.inst, st, slot, at - 1, visit)
                better |= int(st.cost[0]) < before
            if not better:
                break
        for visit in waiting:
            if int(st.slot_of[visit]) < 0:
                self._put(st, visit)
        return orders_of(st)

    def _put(self, st: State, visit: int) -> bool:
        price, stop_at = best_places(self.inst, st, visit)
        slot = int(price.argmin())
        if price[slot] >= NEVER:
            return False
        insert(self.inst, st, slot, int(stop_at[slot]), visit)
        return True

    def settled(self, orders: Orders) -> Orders:
        """Return the plan without halves of joint visits, and with all else that fits put in."""
        visits = self.table.problem.visits
        for _ in range(2):
            halves = Counter(
                self.whole[visits[visit].id]
                for order in orders.values()
                for visit in order
                if visits[visit].id in self.whole
            )
            lone = {n for n, visit in enumerate(visits) if visit.id in self.whole and halves[self.whole[visit.id]] != 2}
            orders = {
                slot: kept for slot, order in orders.items() if (kept := tuple(v for v in order if v not in lone))
            }
            if lone:
                repair(self.table, orders)
            orders = self.filled(orders, skip=lone)
        return orders


def look_ahead(
    plan: Plan,
    engine: TravelEngine,
    as_of: date,
    past: Past,
    news: News,
    price_min: float,
    *,
    pinned: bool,
    care: Care = NO_CARE,
) -> Ahead:
    days = tuple(day for day in plan.round.workdays if day >= as_of)
    held = {visit for visits in past.fixed.values() for visit in visits}
    lies: dict[VisitId, list[Placement]] = defaultdict(list)
    for place, ids in past.open.items():
        for id in ids:
            lies[id].append(place)
    before: dict[VisitId, Placement] = {id: places[0] for id, places in placements(plan).items()}
    visits: list[Visit] = []
    alone: list[Visit] = []
    whole: dict[VisitId, VisitId] = {}
    published: dict[tuple[VisitId, Placement], VisitId] = {}
    meetings = {id: at for id, at in plan.appointments.items() if id in held or id in lies}
    for visit in (*plan.visits, *news.visits):
        places = lies.get(visit.id, [])
        if visit.id in held or (not places and visit.id in past.done):
            continue
        if len(places) == 2 and visit.id in meetings:
            for place in places:
                part = _half(visit, place, meetings[visit.id])
                visits.append(part)
                whole[part.id] = visit.id
                before[part.id] = place
                published[visit.id, place] = part.id
        elif places:
            stays = pinned or visit.id in past.done
            pin = Pin(team=places[0].team, day=places[0].date, shift=places[0].shift) if stays else visit.pin
            visits.append(replace(visit, pin=pin))
            published[visit.id, places[0]] = visit.id
        else:
            day = past.back.get(visit.id)
            earliest = max(visit.earliest or as_of, day + timedelta(days=1)) if day else visit.earliest
            (alone if takes_two(replace(plan, teams=past.teams), visit) else visits).append(
                replace(visit, earliest=earliest)
            )
    round_ = round_of(plan)
    asked, moved = round_.rule, set[VisitId]()
    if care != NO_CARE:
        free = {id: places[0] for id, places in lies.items()}
        was, visits = visits, careful_visits(visits, free, past.tried, days, past.teams, asked, care)
        # Who may no longer lie where it was published is looked for a place anew.
        for old, new in zip(was, visits, strict=True):
            lay = free.get(old.id)
            if new is not old and lay is not None and lay.date not in open_days(new, days):
                moved.add(old.id)
        left = sum(one.counts(asked.counts) and one.id not in whole for one in (*visits, *alone))
        round_ = replace(round_, rule=careful_rule(asked, care, left))
    problem = Problem(
        round=replace(round_, wishes=replace(round_.wishes, moved_min=price_min)),
        days=days,
        visits=tuple(alone),
        teams=past.teams,
        travel=engine,
        set_up_s=plan.travel.set_up_min * 60,
        rule_waived=sum(one.counts(round_.rule.counts) for one in plan.visits) < asked.min_per_day,
        before=before,
    )
    notes: tuple[Text, ...] = ()
    if alone:
        meeting = arrange(problem, {before[id] for id in whole})
        problem, notes = meeting.problem, meeting.notes
        whole |= meeting.whole
        meetings |= meeting.appointments
    seconds = {id for id, visit in whole.items() if id != min(one for one, other in whole.items() if other == visit)}
    problem = replace(problem, visits=(*visits, *problem.visits), uncounted=problem.uncounted | frozenset(seconds))
    table = Timetable(problem)
    where = slots_by_place(table)
    number = {visit.id: index for index, visit in enumerate(problem.visits)}
    shut = {place for place in where if place.date in care.idle}
    closed = frozenset(where[place] for place in {*past.fixed, *news.lost_shifts, *shut} if place in where)
    table.allowed[:, sorted(closed)] = False
    orders = {
        where[place]: stay
        for place, ids in past.open.items()
        if place in where and place not in shut
        if (stay := tuple(number[published[id, place]] for id in ids if id not in moved))
    }
    inst = _less_the_fixed(build_instance(table, district=True), table, plan, past)
    return Ahead(table=table, inst=inst, published=orders, closed=closed, whole=whole, meetings=meetings, notes=notes)


def _half(visit: Visit, place: Placement, at: datetime) -> Visit:
    """Return what one team does at a joint visit that keeps its appointment: like `joint.arrange` makes it."""
    return replace(
        met_at(visit, at),
        id=VisitId(f"{visit.id}{MARK}{place.team}"),
        pin=Pin(team=place.team, day=place.date, shift=place.shift),
        mode=VisitMode.PATROL,
        departments=frozenset(),
        earliest=None,
        due=None,
        priority=visit.priority + 1,
    )


def _less_the_fixed(inst: Instance, table: Timetable, plan: Plan, past: Past) -> Instance:
    """Take off what the fixed routes already bring to the daily minimum and the night quota."""
    problem = table.problem
    visits = {visit.id: visit for visit in plan.visits}
    day_of = {day: number for number, day in enumerate(problem.days)}
    team_day = {
        (problem.teams[slot.team].id, problem.days[slot.day]): int(inst.team_day[number])
        for number, slot in enumerate(table.slots)
    }
    town = {visit.township: int(inst.township[number]) for number, visit in enumerate(problem.visits)}
    night = {(team.id, shift.name) for team in problem.teams for shift in team.shifts if shift.night}
    least, nights = inst.least.copy(), inst.night_least
    for place, ids in past.fixed.items():
        nights -= len(ids) * ((place.team, place.shift) in night)
        for id in ids:
            if place.date not in day_of or inst.group_by == NO_GROUP or not problem.counts(visits[id]):
                continue
            if inst.group_by == BY_DAY:
                group = day_of[place.date]
            elif inst.group_by == BY_TEAM_DAY:
                group = team_day.get((place.team, place.date), -1)
            else:
                number = town.get(visits[id].township, -1)
                group = (inst.townships if number < 0 else number) * inst.days + day_of[place.date]
            if group >= 0:
                least[group] = max(0, least[group] - 1)
    return inst._replace(least=least, night_least=max(0, nights))

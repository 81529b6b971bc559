"""What a round would look like with so many teams and days: counted, with an allowance for travel, for many answers at once.

The closed forms prove "impossible"; beside them the time at work is compared with the time there is. A visit takes its
minutes on site and `Allowance.each_min`; the tightest group of visits decides, and `Allowance.ratio` is by how much a full
diagnosis found it tighter than that. Nothing here but `Cell.proven` is a proof.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gridplan.model.crew import NIGHT_FROM_S, Team, TeamId
from gridplan.model.round import RoundRule, RuleUnit, Visit
from gridplan.model.site import VisitMode
from gridplan.rounds.capacity import OFFICERS_NEEDED, Demand, Room, longest_work_s
from gridplan.rounds.forms import Feasibility, judge, judge_teams

TIGHT = 0.92
"""Above this share of the time a round is tight."""
SCARCE = 0.6
"""Opening hours that leave less than this share of the time at work are a resource of their own."""
FEW = 3
"""So few visits make no resource of their own."""

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Seal(StrEnum):
    """The verdict on a round before it is planned: it fits, hardly, or not."""

    YES = "yes"
    TIGHT = "tight"
    NO = "no"


class Resource(StrEnum):
    """What may be scarce: time of all teams, of those with officers or departments, or in which some doors are open."""

    ALL = "all"
    OFFICERS = "officers"
    DEPARTMENTS = "departments"
    NIGHT = "night"
    HOURS = "hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """Minutes of travel and set-up that a visit takes on an average, and how much tighter the round is than its groups show."""

    each_min: float
    ratio: float = 1.0


LEG, WAYS = 1.05, 1.6
"""A leg over the distance to the two nearest places; both ways between base and route over the way to a site."""
METRES_A_DEGREE = 111_200.0


def first_allowance(
    visits: Sequence[Visit], teams: Sequence[Team], *, set_up_min: int, metres_a_min: float
) -> Allowance:
    """Return what the distances between neighbours, and to the nearest base, let expect before anything is diagnosed."""
    places = np.array([*dict.fromkeys(visit.place for visit in visits)], dtype=np.float64).reshape(-1, 2)
    if len(places) < 3:
        return Allowance(each_min=float(set_up_min))
    flat = places * METRES_A_DEGREE * np.array([np.cos(np.deg2rad(places[:, 1].mean())), 1.0])
    near = np.asarray(cKDTree(flat).query(flat, k=3)[0])[:, 1:].mean()
    leg = LEG * near / metres_a_min
    share = len(places) / len(visits)
    each = share * (set_up_min + leg)
    if teams:
        bases = np.array([*dict.fromkeys(team.base for team in teams)], dtype=np.float64).reshape(-1, 2)
        bases *= METRES_A_DEGREE * np.array([np.cos(np.deg2rad(places[:, 1].mean())), 1.0])
        ways = WAYS * float(np.asarray(cKDTree(bases).query(flat)[0]).mean()) / metres_a_min
        lengths = [longest_work_s(shift) / 60 for team in teams for shift in team.shifts]
        mean = sum(visit.minutes for visit in visits) / len(visits)
        day = max(sum(lengths) / max(len(lengths), 1), 1.0)
        each += (mean + each) * min(ways / max(day - ways, day / 4), 3.0)
    return Allowance(each_min=float(each))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scarcity:
    """One resource in team-days: needed, present; `use` is needed over present, `visits` how many ask for it."""

    resource: Resource
    detail: str
    visits: int
    needed: float
    present: float
    use: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One number of teams and days. `short` visits do not fit; `proven` by the closed forms, whose `reasons` say why."""

    teams: int
    days: int
    seal: Seal
    use: float
    short: int
    proven: bool
    forms: Feasibility


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    resource: Resource
    detail: str
    members: Flags
    room: Floats  # (teams, days) minutes


class Estimate:
    """Answers for 1…T teams (in their order) and 1…D days, from one reading of the visits.

    `counted` are the visits of the scope that count, `must` those of it that a plan must hold, `minutes` what each takes on site.
    """

    def __init__(
        self,
        rule: RoundRule,
        demand: Demand,
        teams: Sequence[Team],
        *,
        counted: Flags,
        must: Flags,
        minutes: Longs,
        set_up_min: int,
        allowance: Allowance,
    ) -> None:
        self.rule, self.days, self.teams, self.allowance = rule, tuple(demand.days), tuple(teams), allowance
        self._demand, self._counted, self._must = demand, counted, must
        self._minutes, self._set_up_min = minutes, set_up_min
        self.counted = int((counted & must).sum())
        self.optional = int(counted.sum()) - self.counted
        self.work_min = minutes.astype(np.float64) + allowance.each_min
        self.room: Room = demand.room(teams, set_up_min=set_up_min, minutes=minutes)
        by_team = self.room.by_team(counted)
        self._by_team = np.array([by_team[team.id] for team in teams], dtype=np.int64).reshape(-1, len(self.days))
        self._there = self._open_on_days()
        self.at_work = (
            np.array(
                [[sum(longest_work_s(shift) for shift in team.shifts_on(day)) for day in self.days] for team in teams]
            ).reshape(-1, len(self.days))
            / 60.0
        )
        self._groups = self._find_groups()
        self._work = np.array([self.work_min[group.members].sum() for group in self._groups])
        sums = [np.cumsum(np.cumsum(group.room, axis=0), axis=1) for group in self._groups]
        self._rooms = np.array(sums).reshape(len(self._groups), len(teams), len(self.days))

    # ---- groups ------------------------------------------------------------------------------------------------------

    def _open_on_days(self) -> Longs:
        """Return how many visits may be made on each day at all, whoever is there."""
        shifts = {shift for team in self.teams for shift in team.shifts}
        found = []
        for at in range(len(self.days)):
            fits = np.zeros(len(self._counted), dtype=np.bool_)
            for shift in shifts:
                fits |= self._demand.doors.open(at, shift, self.room.minutes * 60)
            found.append(int((fits & self._counted).sum()))
        return np.array(found, dtype=np.int64)

    def _find_groups(self) -> list[_Group]:
        groups = [_Group(Resource.ALL, "", self._must, self.at_work)]
        demand = self._demand
        inspections = np.array([mode is VisitMode.INSPECTION for _, mode in demand.needs], dtype=np.bool_)
        officers = np.array(
            [[team.certified_on(day) >= OFFICERS_NEEDED for day in self.days] for team in self.teams], dtype=np.bool_
        ).reshape(self.at_work.shape)
        self._add(groups, Resource.OFFICERS, "", inspections, self.at_work * officers)
        for names in sorted({need for need, _ in demand.needs if need}, key=sorted):
            asked = np.array([names <= need for need, _ in demand.needs], dtype=np.bool_)
            able = np.array([names <= team.departments for team in self.teams], dtype=np.bool_)
            self._add(groups, Resource.DEPARTMENTS, "、".join(sorted(names)), asked, self.at_work * able[:, None])
        for number, head in enumerate(demand.doors.heads):
            members = self._must & (demand.doors.profile == number)
            if int(members.sum()) > FEW:
                room = self._hours(number)
                if room.sum() < SCARCE * self.at_work.sum():
                    night = all(start >= NIGHT_FROM_S for day in self.days for start, _ in head.windows(day))
                    groups.append(_Group(Resource.NIGHT if night else Resource.HOURS, str(head.opening), members, room))
        return groups

    def _add(self, groups: list[_Group], resource: Resource, detail: str, asked: Flags, room: Floats) -> None:
        members = self._must & asked[self._demand.need_of]
        if members.any() and not np.array_equal(room, self.at_work):
            groups.append(_Group(resource, detail, members, room))

    def _hours(self, profile: int) -> Floats:
        """Return (teams, days) minutes at work during which the doors of a profile are open."""
        room = np.zeros(self.at_work.shape)
        seen: dict[object, list[float]] = {}
        for number, team in enumerate(self.teams):
            key = (team.shifts, tuple(team.works_on(day) for day in self.days))
            if key not in seen:
                seen[key] = [
                    sum(
                        min(
                            max(int(self._demand.doors.longest(at, shift)[profile]), 0),
                            longest_work_s(shift),
                        )
                        for shift in team.shifts_on(day)
                    )
                    / 60
                    for at, day in enumerate(self.days)
                ]
            room[number] = seen[key]
        return room

    def longer(self, minutes: int) -> Estimate:
        """Return the same with the last shift of each team's day so much longer."""
        return Estimate(
            self.rule,
            self._demand,
            [team.ends_later(minutes) for team in self.teams],
            counted=self._counted,
            must=self._must,
            minutes=self._minutes,
            set_up_min=self._set_up_min,
            allowance=self.allowance,
        )

    # ---- answers -----------------------------------------------------------------------------------------------------

    def uses(self, teams: int, days: int) -> Floats:
        """Return the share of its time that each group fills with so many teams and days."""
        if not teams:
            return np.where(self._work > 0, np.inf, 0.0)
        room = self._rooms[:, teams - 1, days - 1]
        return np.asarray(np.divide(self._work, room, out=np.where(self._work > 0, np.inf, 0.0), where=room > 0))

    def use(self, teams: int, days: int) -> float:
        """Return the share of the tightest group, as much tighter as a full diagnosis found the round."""
        uses = self.uses(teams, days)
        return float(uses.max(initial=0.0)) * self.allowance.ratio

    def capacity(self, teams: int, days: int) -> tuple[int, ...]:
        """Return C_d of the closed forms for so many teams and days: an upper bound, travel left out."""
        totals = self._by_team[:teams, :days].sum(axis=0)
        return tuple(int(n) for n in np.minimum(totals, self._there[:days]))

    def with_travel(self, teams: int, days: int) -> tuple[int, ...]:
        """Return how many visits each day has room for with their travel."""
        mean = self.mean_min * self.allowance.ratio
        room = self.at_work[:teams, :days].sum(axis=0)
        bound = self.capacity(teams, days)
        return tuple(min(int(minutes / mean) if mean else 0, most) for minutes, most in zip(room, bound, strict=True))

    @property
    def mean_min(self) -> float:
        """Minutes of a visit of the scope with its travel, on an average."""
        return float(self.work_min[self._must].mean()) if self._must.any() else self.allowance.each_min

    def cell(self, teams: int, days: int, rule: RoundRule | None = None) -> Cell:
        """Return the verdict on so many teams and days, under another rule where one is given."""
        forms = self._forms(teams, days, rule or self.rule)
        use, short = self.use(teams, days), 0
        if use > 1:
            rooms = self._rooms[:, teams - 1, days - 1] if teams else np.zeros(len(self._groups))
            missing = float((self._work - rooms / self.allowance.ratio).max())
            short = max(1, round(missing / max(self.mean_min, 1)))
        if not forms.possible:
            short = max(short, forms.short)
        return Cell(
            teams=teams,
            days=days,
            seal=Seal.NO if use > 1 or not forms.possible else Seal.TIGHT if use > TIGHT else Seal.YES,
            use=use,
            short=short,
            proven=not forms.possible,
            forms=forms,
        )

    def _forms(self, teams: int, days: int, rule: RoundRule) -> Feasibility:
        """Ask the closed forms; of a minimum by township only what the whole district shows."""
        dates = self.days[:days]
        chosen = self.teams[:teams]
        if rule.unit is RuleUnit.TEAM:
            off = {team.id: [day for day in dates if not team.shifts_on(day)] for team in chosen}
            by_team: Mapping[TeamId, Sequence[int]] = {
                team.id: [int(n) for n in self._by_team[number, :days]] for number, team in enumerate(chosen)
            }
            return judge_teams(rule, self.counted, by_team, optional=self.optional, days=dates, idle=off)
        idle = [day for day in dates if not any(team.shifts_on(day) for team in chosen)]
        capacity = self.capacity(teams, days)
        return judge(rule, self.counted, capacity, optional=self.optional, days=dates, idle=idle)

    def scarcities(self, teams: int, days: int) -> tuple[Scarcity, ...]:
        """Return every resource with what is needed of it and what is there, in team-days of a mean length."""
        worked = self.at_work[:teams, :days]
        mean = float(worked[worked > 0].mean()) if (worked > 0).any() else 1.0
        found = []
        for group, work, use in zip(self._groups, self._work, self.uses(teams, days), strict=True):
            present = float(group.room[:teams, :days].sum()) / mean
            found.append(
                Scarcity(
                    resource=group.resource,
                    detail=group.detail,
                    visits=int(group.members.sum()),
                    needed=float(work) / mean * self.allowance.ratio,
                    present=present,
                    use=float(use) * self.allowance.ratio,
                )
            )
        return tuple(found)

"""Compiles the search ahead of its first use: `python -m gridplan.routing.warm`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from gridplan.model.crew import Shift, Team, TeamId, TravelMode
from gridplan.model.hours import ALWAYS_OPEN
from gridplan.model.place import LonLat
from gridplan.model.round import Round, RoundRule, Visit, VisitId
from gridplan.model.site import SiteId
from gridplan.model.travel import RoutePath, TravelMatrix
from gridplan.routing.problem import Problem
from gridplan.routing.search.improve import Effort, improve
from gridplan.routing.search.instance import build_instance
from gridplan.routing.timeline import Timetable


class _AtOnce:
    """An engine in whose world every place is here."""

    name = "straight"

    def matrix(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> TravelMatrix:
        """Return legs of no length."""
        nothing = np.zeros((len(origins), len(destinations)), dtype=np.int64)
        return TravelMatrix(
            origins=tuple(origins), destinations=tuple(destinations), time_s=nothing, distance_m=nothing
        )

    def paths(self, points: Sequence[LonLat], mode: TravelMode) -> list[RoutePath]:
        """Return no way: nobody asks."""
        return []


def main() -> None:
    """Search a round of two visits: every function of the search is compiled for it, and kept."""
    day, here = date(2026, 11, 30), LonLat(116.4, 39.9)
    team = Team(
        id=TeamId("T"),
        name="T",
        base=here,
        base_name="",
        home=(),
        shifts=(Shift(name="day", start_s=30_600, end_s=63_000),),
        off=frozenset(),
        mode=TravelMode.CAR,
        members=(),
    )
    visits = [
        Visit(id=VisitId(name), site=SiteId(name), place=here, minutes=30, opening=ALWAYS_OPEN) for name in ("a", "b")
    ]
    problem = Problem(
        round=Round(name="", district="", start=day, rule=RoundRule(max_days=1)),
        days=(day,),
        visits=tuple(visits),
        teams=(team,),
        travel=_AtOnce(),
        set_up_s=0,
    )
    improve(build_instance(Timetable(problem)), {}, Effort(rounds=2), seed=1)


if __name__ == "__main__":
    main()

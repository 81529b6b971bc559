"""The teams that a round sends out, with the hours it asks of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gridplan.model.crew import Team, TeamId
from gridplan.model.round import Round


def crews_of(round_: Round, teams: Sequence[Team]) -> tuple[Team, ...]:
    """Return the teams that the round names (all of them where it names none that is there), their days as long as it says."""
    chosen = [team for team in teams if team.id in round_.crews] or teams
    return tuple(team.ends_later(round_.overtime_min) if round_.overtime_min else team for team in chosen)


def with_copies(teams: Sequence[Team], count: int) -> tuple[Team, ...]:
    """Return so many teams: the first of those that are there, and made-up copies of them in turn where there are too few.

    A copy has no days off and says that it is assumed.
    """
    taken = {team.id for team in teams}
    made: list[Team] = list(teams[:count])
    step = 0
    while teams and len(made) < count:
        model = teams[step % len(teams)]
        number = step // len(teams) + 1
        step += 1
        if (name := TeamId(f"{model.id}+{number}")) not in taken:
            copy = replace(model, id=name, name=f"{model.name}+{number}", off=frozenset(), on=frozenset(), assumed=True)
            made.append(copy)
    return tuple(made)

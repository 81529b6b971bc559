"""The strong bound with its proof, as a noun and as the document bound.json: a price for each visit that no route earns back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gridplan.model.errors import InputError
from gridplan.model.round import VisitId
from gridplan.model.words import Text, say

SCHEMA = "gridplan.bound/1"
UNIT = "s/100"
"""What prices and floors are counted in: hundredths of a second of travel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenBound:
    """A bound on the cost of every lawful plan of the same planned visits (minutes), with the prices that prove it.

    `prices` says what each planned visit is worth, `floors` what no route of each kind (base, team's departments, shift; in
    the order in which the plan names them) can cost less than when its visits pay these prices; both in `UNIT`. `memory` is
    how many nearest visits a route remembers. `team_days` is the least number of team-days, `text` all of it in words.
    `converged` says that better prices would not have raised the bound by a thousandth.
    """

    cost: float
    team_days: int
    prices: Mapping[VisitId, int]
    floors: tuple[int, ...]
    memory: int
    text: Text
    converged: bool = False


def proof_to_json(proof: ProvenBound, plan_sha256: str) -> dict[str, Any]:
    """Return the proof as the document that stands beside the plan."""
    return {
        "schema": SCHEMA,
        "plan_sha256": plan_sha256,
        "cost": proof.cost,
        "team_days": proof.team_days,
        "unit": UNIT,
        "memory": proof.memory,
        "floors": list(proof.floors),
        "prices": dict(proof.prices),
        "converged": proof.converged,
        "text": {"zh": proof.text.zh, "en": proof.text.en},
    }


def proof_from_json(document: Any) -> tuple[ProvenBound, str]:
    """Read the document back; return the proof and the SHA-256 of its plan. Raises InputError for anything else."""
    try:
        if document["schema"] != SCHEMA or document["unit"] != UNIT:
            raise InputError(say("bound.no_proof"))
        proof = ProvenBound(
            cost=float(document["cost"]),
            team_days=_whole(document["team_days"]),
            prices={VisitId(str(visit)): _whole(price) for visit, price in document["prices"].items()},
            floors=tuple(_whole(floor) for floor in document["floors"]),
            memory=_whole(document["memory"]),
            text=Text(str(document["text"]["zh"]), str(document["text"]["en"])),
            converged=bool(document["converged"]),
        )
        return proof, str(document["plan_sha256"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(say("bound.no_proof")) from error


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(value)
    return value

"""The strong bound of a plan's folder, on request: proven once by column generation, checked again without any solver."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridplan.model.progress import Progress, silent
from gridplan.model.proof import ProvenBound, proof_to_json
from gridplan.routing.bounds.prove import prove_bound
from gridplan.routing.judge.check import gap_of
from gridplan.services.folders.checking import PROOF, load_plan
from gridplan.services.folders.folder import dump


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """A proven bound beside the cost of the plan; `summary` is the `--json` object."""

    bound: ProvenBound
    summary: dict[str, Any]


def prove_folder(out: Path, *, cpu_s: float = 300, progress: Progress = silent) -> Proven:
    """Prove a strong bound for the plan in a folder and write `bound.json` beside it.

    Raises
    ------
    InputError
        The folder holds no plan that can be read.
    """
    plan, engine = load_plan(out)
    proven = prove_bound(plan, engine, cpu_s=cpu_s, progress=progress)
    digest = hashlib.sha256((out / "plan.json").read_bytes()).hexdigest()
    (out / PROOF).write_bytes(dump(proof_to_json(proven, digest)))
    cost = plan.figures.cost
    return Proven(
        bound=proven,
        summary={
            "cost": cost,
            "bound": proven.cost,
            "gap": gap_of(cost, proven.cost),
            "team_days": plan.figures.team_days,
            "least_team_days": proven.team_days,
            "converged": proven.converged,
            "zh": proven.text.zh,
            "en": proven.text.en,
        },
    )

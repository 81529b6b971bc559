"""The independent check of a plan's folder: no solver is loaded here, so that it runs where none is installed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridplan.model.document import certificate_from_json, plan_from_json
from gridplan.model.errors import InputError
from gridplan.model.plan import Plan, Verdict
from gridplan.model.proof import proof_from_json
from gridplan.model.travel import TravelEngine
from gridplan.model.words import Text, say
from gridplan.roads.engine import RoadEngine, StraightEngine
from gridplan.roads.network import RoadNetwork, read_network
from gridplan.routing.judge.check import certify, check_plan, differences
from gridplan.services.folders.legs import ELSEWHERE, checked_note, known_engine, legs_differ, read_legs
from gridplan.services.folders.placing import ROADS, hash_folder
from gridplan.services.folders.streets import profiles_of

CHECK_DIFFERS = 5
PROOF = "bound.json"
BOUND_TOLERANCE_MIN = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What a check ends with: `differences` is empty when the certificate holds; `notes` say what it rests on."""

    verdict: Verdict
    differences: tuple[Text, ...]
    notes: tuple[Text, ...] = ()

    @property
    def exit_code(self) -> int:
        """5 when anything differs, else 0: the plan is what its certificate says."""
        return CHECK_DIFFERS if self.differences else 0


def engine_of(plan: Plan, network: RoadNetwork | None, legs: bytes | None = None) -> TravelEngine:
    """Return the engine that a plan says it was timed with; `legs` is the file kept beside it where a server measured them."""
    if plan.travel.engine in ELSEWHERE:
        return known_engine(plan, legs)
    if plan.travel.engine == "roads":
        if network is None:
            raise InputError(say("run.roads_missing"))
        return RoadEngine(network)
    return StraightEngine(plan.travel.speed_kmh, plan.travel.detour)


def _load(out: Path, name: str) -> Any:
    try:
        return json.loads((out / name).read_bytes())
    except FileNotFoundError:
        raise InputError(say("run.no_plan", folder=out)) from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InputError(say("model.bad_document", where=name, problem=error)) from error


def load_plan(out: Path) -> tuple[Plan, TravelEngine]:
    """Return the plan of a folder and the engine it was timed with.

    Raises
    ------
    InputError
        There is no plan, or it cannot be read.
    """
    plan = read_plan(out)
    return plan, engine_of(plan, read_plan_roads(out, plan), read_legs(out))


def read_plan(out: Path) -> Plan:
    """Return the plan of a folder; InputError when there is none or it cannot be read."""
    return plan_from_json(_load(out, "plan.json"))


def read_plan_roads(out: Path, plan: Plan) -> RoadNetwork | None:
    """Return the streets that a folder's plan was timed on, None when it was timed along straight lines."""
    if plan.travel.engine != "roads":
        return None
    if not (out / ROADS).is_file():
        raise InputError(say("run.roads_missing"))
    return read_network(out / ROADS, profiles_of(plan.travel.profiles))


def _check_bound(out: Path, plan: Plan, engine: TravelEngine, digest: str) -> list[Text]:
    """Recompute the strong bound from its prices, where one was proven; return what differs."""
    if not (out / PROOF).is_file():
        return []
    from gridplan.routing.bounds.proof import check_proof  # loads compiled code, which no other check needs

    proof, of_plan = proof_from_json(_load(out, PROOF))
    if of_plan != digest:
        return [say("run.bound_other_plan")]
    true = check_proof(plan, engine, proof)
    if abs(true - proof.cost) <= BOUND_TOLERANCE_MIN:
        return []
    return [say("check.differs", what=say("check.bound"), said=proof.cost, true=true)]


def check_folder(out: Path, folder: Path | None = None) -> CheckResult:
    """Recompute the certificate of a plan without any solver; with `folder` also that its input files are the same."""
    if folder is not None and not folder.is_dir():
        raise InputError(say("run.no_folder", folder=folder))
    certificate = certificate_from_json(_load(out, "certificate.json"))
    found: list[Text] = []
    digest = hashlib.sha256((out / "plan.json").read_bytes()).hexdigest()
    if digest != certificate.plan_sha256:
        found.append(say("run.plan_changed"))
    plan, engine = load_plan(out)
    if plan.travel.engine == "roads" and hash_folder(out)[ROADS] != certificate.inputs.get(ROADS):
        found.append(say("run.roads_changed"))
    found += legs_differ(plan, engine)
    again = certify(
        plan,
        engine,
        inputs=hash_folder(folder) if folder else certificate.inputs,
        plan_sha256=digest,
        versions=certificate.versions,
        seed=certificate.seed,
    )
    found += differences(plan, certificate, again)
    # Counts say that something is wrong; the breaches themselves say what and where.
    found += [breach.text for breach in check_plan(plan, engine) if breach not in plan.violations]
    found += _check_bound(out, plan, engine, digest)
    return CheckResult(verdict=again.verdict, differences=tuple(found), notes=tuple(checked_note(plan)))

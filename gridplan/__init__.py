"""gridplan: plan and run inspection rounds on a township / community / cell grid, with a certificate that the rule is kept.

The data's way, the same in `model/`, in the folder order and in each service read top to bottom::

     sheet ─intake→ Site ─geocode→ +Fix ─grid→ +cell                              services/placing, services/register
           ─rounds→ Visit ─roads+routing→ Plan + Certificate ─fieldwork→ Assignment   services/planning, services/drafting
           ─fieldwork→ VisitResult ─report→ Coverage                              services/inspector, services/report

Doors stand on services, services on stages, stages on the nouns of `gridplan.model`; imports only point down.
The main job is one call: `run_folder(folder, out)`; `check_folder(out)` recomputes its certificate without a solver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gridplan.services.folders.checking import CheckResult, check_folder
    from gridplan.services.folders.folder import RunResult, run_folder
    from gridplan.services.folders.placing import place_sites, read_inputs
    from gridplan.services.folders.planning import diagnose_round, make_plan

__all__ = [
    "CheckResult",
    "RunResult",
    "check_folder",
    "diagnose_round",
    "make_plan",
    "place_sites",
    "read_inputs",
    "run_folder",
]
_HOMES = {
    "read_inputs": "placing",
    "place_sites": "placing",
    "diagnose_round": "planning",
    "make_plan": "planning",
    "run_folder": "folder",
    "check_folder": "checking",
    "RunResult": "folder",
    "CheckResult": "checking",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first asked for: the checker must not load a solver with the package."""
    import importlib

    if name in _HOMES:
        return getattr(importlib.import_module(f"gridplan.services.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'gridplan' has no attribute {name!r}")

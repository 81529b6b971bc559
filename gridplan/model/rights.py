"""Who may do what: one table of roles and rights. What a person may do holds in the own area and below it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from gridplan.model.record import Role


class Right(StrEnum):
    """One thing that a person may be allowed to do."""

    LOOK_AT_MAP = "look_at_map"
    LOOK_AT_SITES = "look_at_sites"
    CHANGE_SITES = "change_sites"
    DECIDE = "decide"
    LOOK_AT_AREAS = "look_at_areas"
    CHANGE_AREAS = "change_areas"
    LOOK_AT_CREWS = "look_at_crews"
    CHANGE_CREWS = "change_crews"
    LOOK_AT_PLANS = "look_at_plans"
    PLAN = "plan"
    PUBLISH = "publish"
    ASSIGN = "assign"
    WALK = "walk"
    COVERAGE = "coverage"
    REPORT = "report"
    AUDIT = "audit"
    ADMIN = "admin"


_LOOK = {Right.LOOK_AT_MAP, Right.LOOK_AT_SITES, Right.LOOK_AT_AREAS, Right.COVERAGE}
RIGHTS: Mapping[Role, frozenset[Right]] = {
    # Keeps the log-ins and reads the log, and sees no route: enforcement plans are secret until the day.
    Role.ADMINISTRATOR: frozenset({Right.LOOK_AT_MAP, Right.ADMIN, Right.AUDIT}),
    Role.PLANNER: frozenset(Right) - {Right.WALK, Right.ADMIN},
    Role.INSPECTOR: frozenset({Right.LOOK_AT_MAP, Right.WALK}),
    Role.HEAD: frozenset(_LOOK | {Right.REPORT}),
    # Reads what was released and who did what, and changes nothing.
    Role.AUDITOR: frozenset(_LOOK | {Right.LOOK_AT_CREWS, Right.LOOK_AT_PLANS, Right.AUDIT}),
}
"""What each role may do."""

DISTRICT_WIDE = frozenset({Right.ADMIN})
"""What concerns everybody: it is done by people of the whole district only."""

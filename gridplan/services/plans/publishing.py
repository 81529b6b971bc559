"""A plan becomes the one that is carried out: publish it, name the people who walk its routes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gridplan.fieldwork import assign as fieldwork
from gridplan.model.errors import Conflict, InputError, NotFound
from gridplan.model.plan import Plan, RouteId, Verdict
from gridplan.model.record import PlanHead, PlanId, Role
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.accounts.rights import ask
from gridplan.services.accounts.sight import own_part
from gridplan.services.desk import Desk
from gridplan.services.folders.folder import plan_summary


def assign(desk: Desk, plan_id: int, route: str, people: Iterable[str], *, by: str) -> None:
    """Name the people who walk a route of a published plan instead of those before; only they see it."""
    named = list(dict.fromkeys(people))
    known = {person.login for person in desk.people(Role.INSPECTOR)}
    if strangers := [login for login in named if login not in known]:
        raise InputError(say("desk.no_inspector", login=strangers[0]))
    with desk.store.transaction() as t:
        ask(t, by, Right.ASSIGN)
        plan = t.plans.plan(PlanId(plan_id))
        person = t.users.get(by)
        if person is not None and person.area is not None and route not in own_part(plan, person)[1]:
            raise NotFound(say("store.no_route", plan=plan_id, route=route))
        # Refuses a person whose routes would overlap in time.
        fieldwork.assign(plan, RouteId(route), named, t.assignments.list(PlanId(plan_id)))
        t.assignments.set(PlanId(plan_id), RouteId(route), named, by=by)


def publish(desk: Desk, plan_id: int, *, by: str, version: int | None = None, knowing: bool = False) -> PlanHead:
    """Publish a draft in one transaction, by somebody whose area holds all of the round; `version` is the round's that the planner saw (None = as it is now).

    A plan that breaks a promise is never published, unless days gone by alone lack visits: what lies ahead must go on. A
    replanned one that merely falls short of coverage or the daily minimum is published where the planner says so `knowing` it;
    the audit log keeps by how much.
    """
    with desk.store.transaction() as t:
        head = t.plans.get(PlanId(plan_id))
        person = t.users.get(by)
        if person is not None and person.area is not None and not own_part(t.plans.plan(head.id), person)[0].sites:
            raise NotFound(say("store.no_plan", plan=plan_id))
        ask(t, by, Right.PUBLISH, stored=t.rounds.get(head.round_id))
        if head.verdict is not Verdict.KEPT:
            plan = t.plans.plan(head.id)
            if not plan.can_publish:
                if not (knowing and plan.falls_short):
                    raise Conflict(say("desk.not_kept"))
                short = {"unplanned": len(plan.unplanned), "breaches": len(plan.ahead)}
                t.audit.add(by, "plan.short", f"plan/{head.id}", short)
        at_version = t.rounds.get(head.round_id).version if version is None else version
        return t.plans.publish(head.id, version=at_version, by=by, at=desk.now())


def summary(plan: Plan) -> dict[str, Any]:
    """Return the figures of a plan as the `--json` object has them."""
    return plan_summary(plan)

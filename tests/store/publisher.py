"""A planner in a process of its own who publishes when told to: `python -m tests.store.publisher URL VERSION PLAN`."""

from __future__ import annotations

import sys

from gridplan.model.errors import GridplanError
from gridplan.model.record import PlanId
from gridplan.store.repositories import Store

if __name__ == "__main__":
    url, version, plan = sys.argv[1:]
    with Store.open(url) as store:
        print("ready", flush=True)
        sys.stdin.readline()
        try:
            with store.transaction() as tx:
                print(tx.plans.publish(PlanId(int(plan)), version=int(version), by="lin").state.value)
        except GridplanError as error:
            print(error.text.zh)

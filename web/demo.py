"""`make demo`: invents a district in the middle of its round, prints random log-ins and serves it on loopback."""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path

from geodata.make_demo import make_demo
from gridplan.model.errors import GridplanError
from gridplan.model.record import Role, User
from gridplan.model.release import CHINA
from gridplan.services.desk import Desk
from gridplan.services.folders.checking import check_folder
from gridplan.services.folders.folder import run_folder
from gridplan.services.folders.terminal import make_progress
from gridplan.services.plans import publishing
from gridplan.services.registry import register
from gridplan.services.reporting.simulate import crew_of, play_days
from gridplan.services.rounds import drafting
from web.__main__ import serve

FOLDER, OUT, DATABASE = Path("geodata/demo"), Path("out/demo"), Path("var/demo.db")
PEOPLE = (
    ("admin", "何守一", Role.ADMINISTRATOR),
    ("planner", "林知夏", Role.PLANNER),
    ("inspector", "", Role.INSPECTOR),
    ("head", "郑启明", Role.HEAD),
    ("auditor", "苏明察", Role.AUDITOR),
)
LEAST_PLAYED = 2


def first_day(today: date) -> date:
    """Return the Monday on which a round began that is some days old today."""
    played = today - timedelta(days=LEAST_PLAYED)
    return played - timedelta(days=played.weekday())


def fill(desk: Desk, folder: Path, *, today: date, seed: int = 1) -> list[tuple[str, str, str]]:
    """Import the demo folder, plan and publish its round, play its days before `today`; return (log-in, password, role)."""
    by = "demo"
    for part in ("areas", "gazetteer", "roads", "sites", "teams"):
        register.IMPORTS[part](desk, folder, by=by)
    register.locate_sites(desk, by=by, progress=make_progress())
    stored = drafting.create_round(desk, folder, by=by)
    head, plan = drafting.draft(desk, stored.id, by=by, progress=make_progress())
    first = min(plan.routes, key=lambda route: (route.date, route.team, route.depart))
    team = next(team for team in plan.teams if team.id == first.team)
    log_ins = []
    for login, name, role in PEOPLE:
        password = secrets.token_urlsafe(9)
        crew = role is Role.INSPECTOR
        user = User(
            login=login,
            name=name or team.members[0].name,
            role=role,
            team=team.id if crew else None,
            member=team.members[0].id if crew else None,
        )
        desk.add_person(user, password, by=by)
        log_ins.append((login, password, role.value))
    if plan.verdict.value == "kept":
        # As of the evening before the round: what is planned anew on its days is published after it.
        clock, eve = desk.now, datetime.combine(plan.round.start - timedelta(days=1), time(17), CHINA)
        desk.now = lambda: eve
        publishing.publish(desk, head.id, by=by)
        desk.now = clock
        for route in (route for route in plan.routes if route.team == team.id):
            publishing.assign(desk, head.id, route.id, ["inspector"], by=by)
        for one in plan.teams:  # in whose names the days are played; nobody knows their passwords
            person = User(login=crew_of(one.id), name=one.name, role=Role.INSPECTOR, team=one.id)
            desk.add_person(person, secrets.token_urlsafe(24), by=by)
        past = sum(day < today for day in plan.round.workdays)
        play_days(desk, stored.id, past, seed=seed, progress=make_progress())
    return log_ins


def main() -> int:
    """Make the demo anew and serve it."""
    parser = argparse.ArgumentParser(prog="python -m web.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-serve", action="store_true", help="make everything, print the log-ins, and stop")
    args = parser.parse_args()
    try:
        shutil.rmtree(FOLDER, ignore_errors=True)
        today = datetime.now(CHINA).date()
        make_demo(FOLDER, args.seed, start=first_day(today))
        result = run_folder(FOLDER, OUT, progress=make_progress())
        checked = check_folder(OUT)
        print(f"gridplan run → {OUT}: {result.verdict.value}; gridplan check: {checked.verdict.value}")
        for stale in DATABASE.parent.glob(f"{DATABASE.stem}.*") if DATABASE.parent.exists() else ():
            stale.unlink()
        desk = Desk.open(f"sqlite:///{DATABASE}", create=True)
        log_ins = fill(desk, FOLDER, today=today, seed=args.seed)
        desk.close()
    except GridplanError as error:
        print(error.text.zh, error.text.en, sep="\n", file=sys.stderr)
        return error.exit_code
    print(f"\n演示已就绪 / the demo is ready: http://127.0.0.1:{args.port}")
    for login, password, role in log_ins:
        print(f"  {role:<13} 用户名 {login:<10} 密码 {password}")
    sys.stdout.flush()
    if not args.no_serve:
        with suppress(KeyboardInterrupt):
            serve(f"sqlite:///{DATABASE}", host="127.0.0.1", port=args.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())

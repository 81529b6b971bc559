"""The log-ins: who there is, added, changed, closed and opened by an administrator; everybody's own password."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from gridplan.model.crew import TeamId
from gridplan.model.errors import Conflict, Forbidden, InputError, NotFound
from gridplan.model.password import easy_to_guess
from gridplan.model.place import AreaCode
from gridplan.model.record import Role, User
from gridplan.model.rights import RIGHTS, Right
from gridplan.model.words import Text, say
from gridplan.services.accounts import rights
from gridplan.services.accounts.log_in import end_others
from gridplan.services.desk import Desk, hash_of
from gridplan.store.repositories import Transaction

LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A log-in as the list of people shows it; `doubt` says what does not fit any more, or nothing."""

    user: User
    role: Text
    area: str
    crew: str
    sessions: int
    routes: int
    doubt: Text | None = None


def one_time_password() -> str:
    """Return a random password, to be read to somebody once and changed at the first log-in."""
    while True:
        # No letters and figures that a person takes for others.
        password = "-".join(
            "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(4)) for _ in range(3)
        )
        if not easy_to_guess(password):
            return password


def people(desk: Desk, *, by: str) -> list[Line]:
    """Return all log-ins, the open ones first."""
    with desk.store.reading() as t:
        rights.ask(t, by, Right.ADMIN)
        areas = {area.code: area.name for area in t.areas.list()}
        sessions, teams = t.sessions.count(), {team.id: team for team in t.teams.list()}
        lines = []
        for user in t.users.list():
            team = teams.get(user.team) if user.team else None
            member = next((one for one in team.members if one.id == user.member), None) if team else None
            doubt = None
            if user.area and user.area not in areas:
                doubt = say("people.area_gone", area=user.area)
            elif user.team and (team is None or (user.member and member is None)):
                doubt = say("people.crew_gone")
            lines.append(
                Line(
                    user=user,
                    role=say(f"people.role_{user.role.value}"),
                    area=areas.get(user.area, user.area) if user.area else "",
                    crew=" ".join(filter(None, (team.name if team else "", member.name if member else ""))),
                    sessions=sessions.get(user.login, 0),
                    routes=len(t.assignments.of(user.login)),
                    doubt=doubt,
                )
            )
    return sorted(lines, key=lambda line: (not line.user.active, list(Role).index(line.user.role), line.user.login))


def choices(desk: Desk, *, by: str) -> dict[str, list[tuple[str, str]]]:
    """Return what a form may choose from: roles, areas and members of crews, as (value, words)."""
    with desk.store.reading() as t:
        rights.ask(t, by, Right.ADMIN)
        areas, teams = t.areas.list(), t.teams.list()
    # As a tree, so that a township stands above its communities.
    own = {area.code: area for area in areas}
    shown: list[tuple[str, str]] = []
    for area in areas:
        path, above = [area.name], area.parent_code
        while above and above in own and len(path) < 6:
            path.insert(0, own[above].name)
            above = own[above].parent_code
        shown.append((area.code, " / ".join(path)))
    return {
        "areas": sorted(shown, key=lambda item: item[0])[:2000],
        "members": [
            (f"{team.id}/{member.id}", f"{team.name} {member.name}") for team in teams for member in team.members
        ],
        "teams": [(f"{team.id}/", team.name) for team in teams],
    }


def _checked(t: Transaction, user: User) -> User:
    """Return the log-in with its link and area as the register has them, or say what is wrong."""
    if not user.name.strip():
        raise InputError(say("desk.no_name"))
    if user.area is not None and user.area not in {area.code for area in t.areas.list()}:
        raise InputError(say("people.no_area", area=user.area))
    if user.area is not None and user.role in (Role.ADMINISTRATOR, Role.INSPECTOR):
        raise InputError(say("people.area_not_for", role=say(f"people.role_{user.role.value}")))
    if user.team is not None:
        team = next((team for team in t.teams.list() if team.id == user.team), None)
        if team is None or (user.member and user.member not in {member.id for member in team.members}):
            raise InputError(say("people.no_member", member=f"{user.team}/{user.member or ''}"))
        taken = [one for one in t.users.list() if user.member and (one.team, one.member) == (user.team, user.member)]
        if other := next((one for one in taken if one.active and one.login != user.login), None):
            raise Conflict(say("people.member_taken", login=other.login))
    return replace(user, name=user.name.strip())


def add(desk: Desk, user: User, *, by: str) -> str:
    """Add a log-in and return its one-time password, which is shown once and kept nowhere.

    Raises
    ------
    InputError, Conflict
        The name cannot be a log-in, an area or member is unknown; the log-in or the member's is taken.
    """
    if not LOGIN.fullmatch(user.login) or user.login.lower() in rights.MACHINE:
        raise InputError(say("people.bad_login", login=user.login))
    password = one_time_password()
    hashed = hash_of(password, user)
    with desk.store.transaction() as t:
        rights.ask(t, by, Right.ADMIN)
        t.users.add(replace(_checked(t, user), must_change=True), hashed, by=by)
    return password


def change(
    desk: Desk,
    login: str,
    *,
    by: str,
    name: str,
    role: Role,
    area: str | None,
    team: str | None = None,
    member: str | None = None,
    version: int | None = None,
) -> User:
    """Change a log-in; what it may do changes with the next request, and its sessions end where role or area change.

    Raises
    ------
    NotFound, InputError, Conflict
        There is no such log-in, an area or member is unknown; it was changed since `version`, or no administrator would be left.
    """
    with desk.store.transaction() as t:
        rights.ask(t, by, Right.ADMIN)
        before = _get(t, login)
        wanted = replace(
            before,
            name=name,
            role=role,
            area=AreaCode(area) if area else None,
            team=TeamId(team) if team else None,
            member=member or None,
            version=before.version if version is None else version,
        )
        with _one_is_left(t):
            after = t.users.change(_checked(t, wanted), by=by)
        if (before.role, before.area) != (after.role, after.area):
            t.sessions.end_all(login)
        return after


def close(desk: Desk, login: str, *, by: str) -> None:
    """Close a log-in: its sessions end at once, what names it stays. The last administrator's stays open."""
    with desk.store.transaction() as t:
        rights.ask(t, by, Right.ADMIN)
        _get(t, login)
        with _one_is_left(t):
            t.users.set_active(login, False, by=by)
        t.sessions.end_all(login)


def reopen(desk: Desk, login: str, *, by: str) -> None:
    """Open a closed log-in again, with the password it had."""
    with desk.store.transaction() as t:
        rights.ask(t, by, Right.ADMIN)
        _checked(t, _get(t, login))
        t.users.set_active(login, True, by=by)


def _get(t: Transaction, login: str) -> User:
    user = t.users.get(login)
    if user is None:
        raise NotFound(say("people.no_such", login=login))
    return user


@contextmanager
def _one_is_left(t: Transaction) -> Iterator[None]:
    """Refuse a change after which nobody keeps the log-ins; before the first administrator there is nothing to keep."""
    before = t.users.administrators()
    yield
    if before and not t.users.administrators():
        raise Conflict(say("people.last_administrator"))


def reset_password(desk: Desk, login: str, *, by: str) -> str:
    """Give a log-in a one-time password, end its sessions, and return the password, which is shown once."""
    password = one_time_password()
    with desk.store.transaction() as t:
        rights.ask(t, by, Right.ADMIN)
        user = _get(t, login)
        t.users.set_password_hash(login, hash_of(password, user), by=by, must_change=True)
        t.sessions.end_all(login)
    return password


def end_sessions(desk: Desk, login: str, *, by: str) -> int:
    """End all sessions of a log-in, or only the own ones by its person, and return how many there were."""
    with desk.store.transaction() as t:
        rights.ask(t, by, Right.ADMIN)
        _get(t, login)
        ended = t.sessions.end_all(login)
        t.audit.add(by, "user.sessions", f"user/{login}", {"ended": ended})
        return ended


def change_own_password(desk: Desk, person: User, old: str, new: str, again: str, *, token: str) -> None:
    """Change the own password; the other sessions end.

    Raises
    ------
    Forbidden, InputError
        The old one is not right; the new ones differ, are the old one, or are too short or easy to guess.
    """
    if desk.authenticate(person.login, old) is None:
        raise Forbidden(say("people.old_wrong"))
    if new != again:
        raise InputError(say("people.not_alike"))
    if new == old:
        raise InputError(say("people.same_again"))
    hashed = hash_of(new, person)
    with desk.store.transaction() as t:
        t.users.set_password_hash(person.login, hashed, by=person.login)
    end_others(desk, token, person.login)


def what_roles_may() -> list[tuple[Text, list[Text]]]:
    """Return each role with what it may do, in words."""
    return [
        (say(f"people.role_{role.value}"), [say(f"rights.{right.value}") for right in Right if right in RIGHTS[role]])
        for role in Role
    ]

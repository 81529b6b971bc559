"""An import that a planner prepares: lists are put aside, their columns chosen, and nothing is written before it is run."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gridplan.intake.files import READABLE
from gridplan.intake.lists import SITE_COLUMNS
from gridplan.intake.recognise import read_recogniser
from gridplan.intake.register import LISTS, OWN_WORDS
from gridplan.intake.settings import ColumnMapping, SourceSettings
from gridplan.jobs.rows import Jobs
from gridplan.model.days import read_day
from gridplan.model.errors import Conflict, InputError
from gridplan.model.place import Datum
from gridplan.model.record import Job, JobId
from gridplan.model.release import CHINA
from gridplan.model.rights import Right
from gridplan.model.site import SiteKind
from gridplan.model.words import Text, say
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.services.folders.preview import look_at
from gridplan.store.intake import IntakeDraft, IntakeDrafts, SiteLines
from gridplan.store.repositories import Transaction

IMPORT = "intake"
WHAT = "sites"
MOST_FILES, MOST_BYTES = 20, 20 * 1024 * 1024
"""So many lists, and so much of all of them, may be put aside on a page; more goes through the command line."""
MOST_ROWS = 20_000
"""A page must answer while somebody waits: longer lists go through the command line, too."""
_NAME_MOST = 100
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
Settings = dict[str, Any]


def clean_name(name: str) -> str:
    """Return a file's name without folders, signs that no file system likes, and what cannot be seen.

    Raises
    ------
    InputError
        Nothing is left, or lists of this kind are not read.
    """
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = "".join(" " if unicodedata.category(sign) in ("Cf", "Zl", "Zp", "Cc") else sign for sign in plain)
    plain = " ".join(_UNSAFE.sub("_", plain).strip(" .~$").split())
    stem, dot, suffix = plain.rpartition(".")
    stem = stem.strip()
    if not stem or f".{suffix.lower()}" not in READABLE:
        raise InputError(say("intake.not_supported", file=plain or "?", kinds="、".join(READABLE)))
    return f"{stem[: _NAME_MOST - len(suffix)]}{dot}{suffix.lower()}"


@contextmanager
def lists_of(t: Transaction, draft: IntakeDraft) -> Iterator[Path]:
    """Give the lists of a prepared import as an input folder for the time of the block."""
    with tempfile.TemporaryDirectory(prefix="gridplan-") as name:
        folder = Path(name)
        (folder / LISTS).mkdir()
        for file, _ in draft.files:
            (folder / LISTS / file).write_bytes(IntakeDrafts(t.connection).content(draft.id, file))
        yield folder


def mapping_of(settings: Mapping[str, Any]) -> ColumnMapping:
    """Return what was chosen for the lists as the reader wants it."""
    return ColumnMapping(
        sources={
            name: SourceSettings(
                date=read_day(one["date"]) if one.get("date") else None,
                datum=Datum(one["datum"]) if one.get("datum") else None,
                columns=one.get("columns", {}),
                kinds={text: SiteKind(kind) for text, kind in one.get("kinds", {}).items()},
                defaults={"kind": one["kind"]} if one.get("kind") else {},
                unread=tuple(one.get("unread", ())),
            )
            for name, one in settings.get("files", {}).items()
        }
    )


def begin(
    desk: Desk, files: Sequence[tuple[str, bytes]], *, by: str, along: Sequence[str] = (), draft: str = ""
) -> str:
    """Put lists aside for an import, all of them or none, and return the import's id; with `draft` they join that one.

    `along` are lists of earlier imports that are to be imported again beside them.

    Raises
    ------
    InputError
        There is none, too many or too large, or one cannot be read: the text says which and why.
    """
    with desk.store.reading() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
    named = {clean_name(name): content for name, content in files}
    if len(named) < len(files):
        raise InputError(say("importing.same_name"))
    with desk.store.reading() as t:
        kept = _kept(t)
        earlier = IntakeDrafts(t.connection).get(draft).files if draft else ()
        for name in along:
            if name in kept and name not in named:
                named[name] = IntakeDrafts(t.connection).content(kept[name][0].id, name)
    if not named:
        raise InputError(say("importing.no_files"))
    stay = [(name, size) for name, size in earlier if name not in named]
    if len(named) + len(stay) > MOST_FILES:
        raise InputError(say("importing.many_files", most=MOST_FILES))
    if sum(map(len, named.values())) + sum(size for _, size in stay) > MOST_BYTES:
        raise InputError(say("importing.large", most=MOST_BYTES // 1024 // 1024))
    chosen = _chosen(named, {name: settings for name, (_, settings) in kept.items()})
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
        drafts = IntakeDrafts(t.connection)
        drafts.sweep()
        id_ = draft or drafts.add(WHAT, by=by, base=drafts.mark())
        settings = dict(drafts.get(id_).settings)
        for name, content in named.items():
            drafts.put_file(id_, name, content)
        settings["files"] = {**settings.get("files", {}), **chosen}
        if not draft:
            # What nobody asked to take along is left out knowingly; what could not be taken along stays as it is.
            settings["stay"] = [name for name in SiteLines(t.connection).files() if name not in kept]
        drafts.change(id_, by=by, settings=settings)
    return id_


def _kept(t: Transaction) -> dict[str, tuple[IntakeDraft, Settings]]:
    """Return the lists of the last imports by name, the newest of each, with what was chosen for them."""
    found: dict[str, tuple[IntakeDraft, Settings]] = {}
    for draft in IntakeDrafts(t.connection).list(WHAT, ("done",)):
        for name, _ in draft.files:
            found.setdefault(name, (draft, draft.settings.get("files", {}).get(name, {})))
    return found


def _chosen(named: Mapping[str, bytes], before: Mapping[str, Settings]) -> dict[str, Settings]:
    """Propose what the columns of each list are: as the last list with these headers was read, else as they look."""
    by_header = {tuple(one.get("header", ())): one for one in before.values()}
    chosen, rows = {}, 0
    with tempfile.TemporaryDirectory(prefix="gridplan-") as folder:
        words = read_recogniser(Path(folder) / OWN_WORDS)
        for name, content in named.items():
            path = Path(folder) / name
            path.write_bytes(content)
            found = look_at(path, ColumnMapping(), words)
            if not found["rows"]:
                raise InputError(say("intake.no_rows", file=name))
            rows += found["rows"]
            if rows > MOST_ROWS:
                raise InputError(say("importing.long", most=f"{MOST_ROWS:,}"))
            header = [column["header"] for column in found["columns"]]
            known = by_header.get(tuple(header), {})
            columns = {column["key"]: column["header"] for column in found["columns"] if column["key"]}
            chosen[name] = {
                "header": header,
                "columns": known.get("columns", columns),
                "unread": known.get("unread", []),
                "kinds": known.get("kinds", {}),
                "kind": known.get("kind", ""),
                # How points are meant is asked of every list: two of one make may differ.
                "datum": before.get(name, {}).get("datum", "") if before.get(name, {}).get("header") == header else "",
                "date": "",
                "known": bool(known),
            }
    return chosen


def choose_columns(one: Settings, wanted: Mapping[str, str]) -> Settings:
    """Return the settings of a list with other targets: `wanted` holds header → key, "" for none.

    A key that is given to another header leaves the one that had it.
    """
    now = {header: key for key, header in one["columns"].items()}
    moved = {header: key for header, key in wanted.items() if key != now.get(header, "")}
    for header, key in moved.items():
        if key and key not in SITE_COLUMNS.names:
            raise InputError(say("importing.no_target", key=key))
        now = {other: held for other, held in now.items() if held != key or not key}
        if key:
            now[header] = key
        else:
            now.pop(header, None)
    unread = [
        header for header in one["header"] if header not in now and (SITE_COLUMNS.meaning(header) or header in moved)
    ]
    return {**one, "columns": {key: header for header, key in now.items()}, "unread": unread}


def choose(one: Settings, key: str, value: str) -> Settings:
    """Return the settings of a list with its datum, date or kind as said; "" for not said."""
    try:
        if value:
            {"datum": Datum, "date": read_day, "kind": SiteKind}[key](value)
    except ValueError:
        raise InputError(say("importing.bad_choice", value=value)) from None
    return {**one, key: value}


def choose_kinds(one: Settings, given: Mapping[str, str]) -> Settings:
    """Return the settings of a list with kinds for values that nobody knew; "" leaves one unknown."""
    kinds = dict(one.get("kinds", {}))
    for value, kind in given.items():
        if kind:
            kinds[value] = choose({}, "kind", kind)["kind"]
    return {**one, "kinds": kinds}


def staying(draft: IntakeDraft) -> frozenset[str]:
    """Return the lists of the register whose sites stay in it though they are not in this import."""
    own = {name for name, _ in draft.files}
    return frozenset(name for name in draft.settings.get("stay", ()) if name not in own)


def settings_of(desk: Desk, draft_id: str) -> Settings:
    """Return what was chosen so far."""
    with desk.store.reading() as t:
        return dict(IntakeDrafts(t.connection).get(draft_id).settings)


def change(desk: Desk, draft_id: str, settings: Settings, *, version: int, by: str) -> None:
    """Keep what was chosen. Raises `Conflict` where another window has changed it since, or it runs already."""
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
        drafts = IntakeDrafts(t.connection)
        _open(desk, drafts.get(draft_id))
        drafts.change(draft_id, version=version, by=by, settings=settings)


def remove_list(desk: Desk, draft_id: str, name: str, *, version: int, by: str) -> None:
    """Take one list out of a prepared import."""
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
        drafts = IntakeDrafts(t.connection)
        draft = _open(desk, drafts.get(draft_id))
        if len(draft.files) < 2:
            raise InputError(say("importing.no_files"))
        drafts.remove_file(draft_id, name)
        files = {key: one for key, one in draft.settings["files"].items() if key != name}
        drafts.change(draft_id, version=version, by=by, settings={**draft.settings, "files": files})


def drop(desk: Desk, draft_id: str, *, by: str) -> None:
    """Throw a prepared import away; nothing of it was written."""
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
        drafts = IntakeDrafts(t.connection)
        draft = _open(desk, drafts.get(draft_id))
        drafts.drop(draft.id, by=by)


def job_of(desk: Desk, draft: IntakeDraft) -> Job | None:
    """Return the job that runs, or ran, a prepared import."""
    return Jobs(desk.store).get(JobId(draft.job)) if draft.job else None


def running(desk: Desk, draft: IntakeDraft) -> bool:
    """Whether a worker has the import, or will have it."""
    job = job_of(desk, draft)
    return draft.state == "running" and job is not None and not job.state.final


def _open(desk: Desk, draft: IntakeDraft) -> IntakeDraft:
    if draft.state == "done":
        raise Conflict(say("importing.done_already"))
    if running(desk, draft):
        raise Conflict(say("importing.runs_already"))
    return draft


def start(desk: Desk, draft_id: str, *, version: int, base: str, by: str) -> JobId:
    """Queue the import. `base` names the register that the sums on the page were told against.

    Raises
    ------
    Conflict
        It was changed since, it or another one runs already, or somebody changed the register meanwhile; nothing is written.
    """
    with desk.store.reading() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
        drafts = IntakeDrafts(t.connection)
        draft = _open(desk, drafts.get(draft_id))
        others = [other for other in drafts.list(WHAT, ("running",)) if other.id != draft_id]
        mark, last = drafts.mark(), drafts.newest_run()
    if other := next((one for one in others if running(desk, one)), None):
        raise Conflict(say("importing.other_runs", by=name_of(desk, other.by)))
    if base != mark:
        raise Conflict(_moved(desk, last))
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
        IntakeDrafts(t.connection).change(draft_id, version=version, by=by, state="running", job="", base=mark)
    job = desk.queue.enqueue(IMPORT, {"draft": draft.id, "base": mark}, by=by)
    with desk.store.transaction() as t:
        IntakeDrafts(t.connection).change(draft_id, job=job)
    return job


def _moved(desk: Desk, last: tuple[str, Any] | None) -> Text:
    by, at = last if last else ("", None)
    when = at.astimezone(CHINA).strftime("%m-%d %H:%M") if at else "—"
    return say("importing.register_moved", by=name_of(desk, by), at=when)


def name_of(desk: Desk, login: str) -> str:
    """Return how a person is called, the log-in where nobody is known by it."""
    with desk.store.reading() as t:
        user = t.users.get(login)
    return user.name if user else login


def imports_view(desk: Desk, *, by: str) -> dict[str, Any]:
    """Return what the first step shows: what is being prepared, by whom, and the lists that may come along."""
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
        IntakeDrafts(t.connection).sweep()
    with desk.store.reading() as t:
        drafts = IntakeDrafts(t.connection).list(WHAT)
        kept = _kept(t)
        lines = SiteLines(t.connection).files()
        areas = bool(t.areas.list())
    return {
        "district": desk.district(),
        "ready": areas and bool(desk.district()),
        "drafts": [
            {
                "id": draft.id,
                "mine": draft.by == by,
                "by": name_of(desk, draft.by),
                "at": draft.touched.astimezone(CHINA).strftime("%m-%d %H:%M"),
                "files": [name for name, _ in draft.files],
                "running": running(desk, draft),
            }
            for draft in drafts
        ],
        "kept": [
            {"name": name, "at": draft.touched.astimezone(CHINA).strftime("%Y-%m-%d"), "rows": lines.get(name, 0)}
            for name, (draft, _) in kept.items()
        ],
        "lost": [{"name": name, "rows": count} for name, count in lines.items() if name not in kept],
        "sites": sum(lines.values()),
    }

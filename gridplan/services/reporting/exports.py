"""Files of the books for other programs. What is written of routes is bound to their release; no phone and no complainant is in any."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from gridplan.model.errors import InputError
from gridplan.model.place import AreaCode
from gridplan.model.record import User
from gridplan.model.words import say
from gridplan.report import exports
from gridplan.report.tables import by_day
from gridplan.services.accounts.sight import plan_seen
from gridplan.services.desk import Desk
from gridplan.services.reporting.books import at_moment, may_see, moment_asked

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GPKG = "application/geopackage+sqlite3"
ROUTES = ("ics", "gpx", "gpkg", "platform.csv", "platform.xlsx")


def _written(name: str, write: Callable[[Path], None]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        return path.read_bytes()


def coverage_file(
    desk: Desk,
    kind: str,
    *,
    area: str | None = None,
    as_of: str = "",
    round_id: int | None = None,
    reader: User | None = None,
) -> tuple[bytes, str, str]:
    """Return the coverage of all levels within an area as (content, media type, file name).

    Raises
    ------
    InputError
        There is no such format.
    NotFound
        Nothing was published then, or the area is not the reader's.
    """
    if kind not in ("xlsx", "gpkg"):
        raise InputError(say("books.bad_export", kind=kind, known="xlsx, gpkg"))
    moment = at_moment(desk, round_id=round_id, as_of=moment_asked(as_of))
    area = area or (reader.area if reader else None)
    may_see(moment, reader, area)
    inside = moment.inside(area)
    lines = exports.codes_inside(moment.lines, inside, AreaCode(area) if area else None)
    name = f"coverage-{moment.as_of:%Y%m%d-%H%M}.{kind}"
    if kind == "xlsx":
        told = say(
            "books.source",
            round=moment.plan.round.name,
            plan=moment.head.number,
            as_of=f"{moment.as_of:%Y-%m-%d %H:%M}",
        ).zh
        return _written(name, lambda path: exports.coverage_xlsx(path, lines, told)), XLSX, name
    return _written(name, lambda path: exports.coverage_gpkg(path, lines, inside)), GPKG, name


def routes_file(desk: Desk, plan_id: int, kind: str, *, reader: User | None = None) -> tuple[bytes, str, str]:
    """Return the routes of a plan that the reader may see now as (content, media type, file name).

    Raises
    ------
    InputError
        There is no such format.
    NotFound
        There is no such plan for the reader.
    """
    if kind not in ROUTES:
        raise InputError(say("books.bad_export", kind=kind, known=", ".join(ROUTES)))
    seen = plan_seen(desk, reader, plan_id)
    plan, routes = seen.plan, by_day(seen.plan)
    name = f"plan-{seen.stored.id}-v{seen.head.number}"
    if kind == "ics":
        return exports.routes_ics(plan, routes), "text/calendar; charset=utf-8", f"{name}.ics"
    if kind == "gpx":
        return exports.routes_gpx(plan, routes).encode(), "application/gpx+xml", f"{name}.gpx"
    if kind == "gpkg":
        return _written("x.gpkg", lambda path: exports.routes_gpkg(path, plan, routes)), GPKG, f"{name}.gpkg"
    columns = exports.platform_columns()
    rows = exports.platform_rows(plan, routes, columns)
    if kind == "platform.csv":
        return (
            _written("x.csv", lambda path: exports.platform_csv(path, rows, columns)),
            "text/csv; charset=utf-8",
            f"{name}-platform.csv",
        )
    return _written("x.xlsx", lambda path: exports.platform_xlsx(path, rows, columns)), XLSX, f"{name}-platform.xlsx"

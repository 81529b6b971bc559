"""Imports for programs: lists are put aside, looked at, chosen for, and run as a job; nothing is written before that."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import request

from gridplan.model.errors import NotFound
from gridplan.model.record import Scope
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.operation import listing
from gridplan.services.operation.plain import plain
from gridplan.services.registry import importing, importing_look, importing_run
from web.api import schemas
from web.api.guard import allows, desk, me, seen, tagged

api = APIBlueprint("imports", __name__, tag="imports")
IMPORT = "/imports/<draft>"
NO_IMPORT = {404: {"description": "没有这次导入 / no such import"}}


@api.get("/imports")
@allows(Scope.READ, Right.CHANGE_SITES)
@api.doc(security="token")
def imports() -> Any:
    """List the imports that are being prepared, and the lists of the register."""
    return plain(importing.imports_view(desk(), by=me().login))


@api.post("/imports")
@allows(Scope.REGISTER, Right.CHANGE_SITES)
@api.doc(security="token", responses={201: {"content": {"application/json": {"schema": {"type": "object"}}}}})
def begin() -> Any:
    """Put lists aside for an import (multipart, field `lists`) and tell what it would do."""
    # Only now, since a token was shown, more than a form may come.
    request.max_content_length = importing.MOST_BYTES + 1024 * 1024
    files = [(file.filename or "", file.read()) for file in request.files.getlist("lists") if file.filename]
    draft = importing.begin(desk(), files, by=me().login)
    answer = _told(draft)
    answer.status_code = 201
    return answer


def _told(draft: str) -> Any:
    view = importing_look.look(desk(), draft)
    return tagged(plain(view), view["version"])


@api.get(IMPORT)
@allows(Scope.READ, Right.CHANGE_SITES)
@api.doc(security="token", responses=NO_IMPORT)
def look(draft: str) -> Any:
    """Tell what an import would do: columns, doubts, duplicates, the sums; `base` names the register they hold against."""
    return _told(draft)


@api.patch(IMPORT)
@allows(Scope.REGISTER, Right.CHANGE_SITES)
@api.input(schemas.ImportChoices, location="json")
@api.doc(security="token", responses=NO_IMPORT | schemas.MOVED)
def choose(draft: str, json_data: dict[str, Any]) -> Any:
    """Choose what the columns of the lists are, their datum, date and kinds."""
    version = seen(json_data["version"])
    settings = importing.settings_of(desk(), draft)
    for name, said in json_data["lists"].items():
        if name not in settings.get("files", {}):
            raise NotFound(say("api.no_lists", name=name))
        one = importing.choose_columns(settings["files"][name], said["columns"])
        for key in ("datum", "date", "kind"):
            if said[key] is not None:
                one = importing.choose(one, key, said[key])
        settings["files"][name] = importing.choose_kinds(one, said["kinds"])
    importing.change(desk(), draft, settings, version=version, by=me().login)
    return _told(draft)


@api.post(f"{IMPORT}/run")
@allows(Scope.REGISTER, Right.CHANGE_SITES)
@api.input(schemas.ImportRun, location="json")
@api.output(schemas.Job, status_code=202)
@api.doc(security="token", responses=NO_IMPORT | schemas.MOVED)
def run(draft: str, json_data: dict[str, Any]) -> Any:
    """Write: the import runs as a job, whole or not at all; refused where the register moved since `base`."""
    version = seen(json_data["version"])
    job = importing_run.start_import(desk(), draft, version=version, base=json_data["base"], by=me().login)
    return listing.one_job(desk(), job)


@api.delete(IMPORT)
@allows(Scope.REGISTER, Right.CHANGE_SITES)
@api.output({}, status_code=204)
@api.doc(security="token", responses=NO_IMPORT | schemas.MOVED)
def drop(draft: str) -> Any:
    """Throw a prepared import away."""
    importing.drop(desk(), draft, by=me().login)
    return ""

"""Areas for programs: who answers for each, areas parted and merged."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from gridplan.model.errors import NotFound
from gridplan.model.record import Scope
from gridplan.model.rights import Right
from gridplan.model.words import say
from gridplan.services.operation import listing
from gridplan.services.registry import areas_page, regrid
from web.api import desk_schemas, schemas
from web.api.guard import allows, desk, me, seen_mark

api = APIBlueprint("areas", __name__, tag="areas")
AREA = "/areas/<code>"
NO_AREA = {404: {"description": "没有这个区域 / no such area"}}


@api.get("/areas")
@allows(Scope.READ, Right.CHANGE_AREAS)
@api.input(desk_schemas.AreaRows, location="query")
@api.output(schemas.Page)
@api.doc(security="token")
def areas(query_data: dict[str, Any]) -> Any:
    """List the areas with who answers for them and how many sites they hold; `mark` stands for their owners as they are."""
    rows = [row for row in areas_page.area_list(desk()) if query_data["level"] in (None, row["level"])]
    return listing.rows_page(rows, query_data, "code")


def _area(code: str) -> Any:
    found = next((row for row in areas_page.area_list(desk()) if row["code"] == code), None)
    if found is None:  # parted or merged by somebody in this very moment
        raise NotFound(say("grid.no_area", code=code))
    return found


def _answers(code: str, said: dict[str, Any], *, remove: bool) -> Any:
    person, role, mark = said["person"], said["role"], seen_mark(said["mark"])
    areas_page.change_owner(desk(), code, person, role, remove=remove, seen=mark, by=me().login)
    return _area(code)


@api.post(f"{AREA}/owners")
@allows(Scope.REGISTER, Right.CHANGE_AREAS)
@api.input(desk_schemas.OwnerBody, location="json")
@api.doc(security="token", responses=NO_AREA | schemas.MOVED)
def add_owner(code: str, json_data: dict[str, Any]) -> Any:
    """Let somebody answer for an area."""
    return _answers(code, json_data, remove=False)


@api.delete(f"{AREA}/owners")
@allows(Scope.REGISTER, Right.CHANGE_AREAS)
@api.input(desk_schemas.OwnerBody, location="query")
@api.doc(security="token", responses=NO_AREA | schemas.MOVED)
def remove_owner(code: str, query_data: dict[str, Any]) -> Any:
    """Let somebody answer for an area no more."""
    return _answers(code, query_data, remove=True)


@api.get("/areas/changes")
@allows(Scope.READ, Right.CHANGE_AREAS)
@api.doc(security="token")
def changes() -> Any:
    """List the changes of the grid, the newest first."""
    return {"items": regrid.area_history(desk())}


@api.post(f"{AREA}/split")
@allows(Scope.REGISTER, Right.CHANGE_AREAS)
@api.input(desk_schemas.SplitBody, location="json")
@api.doc(security="token", responses=NO_AREA | schemas.MOVED)
def split(code: str, json_data: dict[str, Any]) -> Any:
    """Part an area by its sites, along streets and water; its owners answer for every part."""
    return regrid.split_area(desk(), code, by=me().login, into=json_data["into"])


@api.post("/areas/merge")
@allows(Scope.REGISTER, Right.CHANGE_AREAS)
@api.input(desk_schemas.MergeBody, location="json")
@api.doc(security="token", responses=NO_AREA | schemas.MOVED)
def merge(json_data: dict[str, Any]) -> Any:
    """Make one area of several neighbours; the owners of each answer for it."""
    return regrid.merge_areas(desk(), json_data["codes"], by=me().login, name=json_data["name"])


@api.post("/areas/undo")
@allows(Scope.REGISTER, Right.CHANGE_AREAS)
@api.input(desk_schemas.UndoBody, location="json")
@api.doc(security="token", responses=schemas.MOVED)
def undo(json_data: dict[str, Any]) -> Any:
    """Take the newest split or merger back."""
    return regrid.undo_area_change(desk(), by=me().login, seen=json_data["change"])

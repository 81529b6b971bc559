"""Find by name, for the frame of the desk: as a page, and as JSON for the box that opens by `/`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, render_template, request

from gridplan.model.rights import Right
from gridplan.services.accounts import rights
from gridplan.services.operation import frame as service
from web.auth import desk, me, needs
from web.frame import tagged
from web.rail import address

pages = Blueprint("find", __name__)
LOOKS = (Right.LOOK_AT_SITES, Right.PLAN, Right.LOOK_AT_CREWS, Right.ADMIN)


def _address(found: dict[str, Any]) -> str:
    match found["kind"]:
        case "site":
            waits = found["status"] == "review" and rights.may(me(), Right.DECIDE)
            page = address("sites.card", site=found["id"]) if rights.may(me(), Right.CHANGE_SITES) else ""
            if not page and rights.may(me(), Right.COVERAGE):
                page = address("books.site", site_id=found["id"])
            return address("review.review", site=found["id"]) if waits and not page else page
        case "round":
            return address("rounds.page", round_id=found["id"])
        case "person":
            return address("people.page", login=found["id"])
        case _:
            return address("crews.index", team=found["id"])


@pages.get("/find")
@needs(*LOOKS, scoped=True)
def index() -> Any:
    """Show what is named so and is the reader's to see."""
    words = request.args.get("q", "")
    found = [one | {"url": _address(one)} for one in service.find(desk(), me(), words)]
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return tagged(jsonify(found=[{key: one[key] for key in ("kind", "name", "hint", "url")} for one in found]))
    return render_template("find.html", words=words, found=found)

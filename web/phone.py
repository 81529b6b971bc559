"""The inspector's phone: one page that lives on the phone, the day it stores, what it sends. Nothing of a person is in the page itself."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, g, jsonify, render_template, request
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from gridplan.model.days import read_day
from gridplan.model.errors import Conflict, InputError
from gridplan.model.rights import Right
from gridplan.model.words import catalogue, say
from gridplan.services.accounts import rights
from gridplan.services.accounts.log_in import session_ends
from gridplan.services.field import changing, field_day, field_sent
from gridplan.services.folders.replanning import day_of
from web.auth import desk, me, needs
from web.limits import Limit

pages = Blueprint("phone", __name__, url_prefix="/field")
STATIC = Path(__file__).parent / "static"
MAPS = Path(__file__).resolve().parents[1] / "gridplan" / "maps"
STYLES = (
    MAPS / "vendor/leaflet/leaflet.css",
    MAPS / "static/gridmap.css",
    *(STATIC / name for name in ("tokens.css", "app.css", "pages.css", "field/field.css")),
)
SCRIPTS = (
    *(
        STATIC / "field" / name
        for name in ("base.js", "store.js", "send.js", "photo.js", "stop.js", "views.js", "app.js")
    ),
)
"""What the list needs, in one file: on a slow network every file more costs half a second."""
MAP_SCRIPTS = (
    MAPS / "vendor/leaflet/leaflet.js",
    MAPS / "static/gridmap.ground.js",
    MAPS / "static/gridmap.js",
)
"""What the map needs; it comes after the list."""
ICONS = ("field/icon-192.png", "field/icon-512.png")
SENT = Limit(600)
"""What no person sends by hand, in one session."""
MOST_BYTES = {"phone.results": 256 * 1024, "phone.photo": 8 * 1024 * 1024}
"""What a phone may send where; others are refused before their bytes are read."""


def allow_uploads(app: Flask) -> None:
    """Let phones send photos. Must come before whatever reads the form."""

    @app.before_request
    def other_size() -> None:
        if request.endpoint in MOST_BYTES and current_user.is_authenticated and rights.may(me(), Right.WALK):
            request.max_content_length = MOST_BYTES[request.endpoint]


@cache
def _bundle(name: str) -> tuple[bytes, str]:
    """Return a file of the shell, zipped, and the hash of its content."""
    files = {"app.css": STYLES, "app.js": SCRIPTS, "map.js": MAP_SCRIPTS}[name]
    text = "\n".join(path.read_text("utf-8") for path in files)
    if name == "app.css":
        text = text.replace("url(images/", "url(/assets/leaflet/images/")
    return gzip.compress(text.encode(), 9), hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def _words() -> str:
    """Return the app's words and the map's as JSON that may stand in a page."""
    words: Mapping[str, tuple[str, str]] = catalogue()
    app = {key.removeprefix("phone.app_"): pair for key, pair in words.items() if key.startswith("phone.app_")}
    maps = {key.removeprefix("maps.js_"): pair for key, pair in words.items() if key.startswith("maps.js_")}
    return _in_page(json.dumps({"app": app, "map": maps}, ensure_ascii=False, separators=(",", ":")))


def _in_page(plain: str) -> str:
    """Return JSON that may stand in a page: no text in it can end its element."""
    return plain.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@cache
def version() -> str:
    """Return the hash of all that the shell is made of: another one makes phones fetch it anew."""
    page = (Path(__file__).parent / "templates/field.html").read_text("utf-8")
    worker = (STATIC / "field/sw.js").read_text("utf-8")
    parts = [_bundle(name)[1] for name in ("app.css", "app.js", "map.js")] + [_words(), page, worker]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@pages.get("/")
def app() -> Any:
    """Give the app with all that the list needs in one answer, the day too where somebody is logged in: a slow network
    makes each further answer cost seconds. No phone keeps this page; it keeps the shell.
    """
    day = None
    if current_user.is_authenticated and rights.may(me(), Right.WALK):
        day = _in_page(json.dumps(_day(), ensure_ascii=False, separators=(",", ":")))
    return _page(inline=True, day=day)


@pages.get("/shell")
def shell() -> Any:
    """Give the page that the phone keeps. It is the same for everybody and holds no route, site or name."""
    return _page(inline=False, day=None)


def _page(*, inline: bool, day: str | None) -> Response:
    g.pictures = "blob:"
    parts = {name: gzip.decompress(_bundle(f"app.{name}")[0]).decode() for name in ("css", "js")} if inline else {}
    page = render_template("field.html", words=_words(), version=version(), day=day, parts=parts)
    return _zipped(Response(page, mimetype="text/html"))


@pages.get("/<name>.<kind>")
def part(name: str, kind: str) -> Any:
    """Give a part of the shell: styles, scripts, the service worker, the manifest."""
    if (name, kind) == ("sw", "js"):
        text = (STATIC / "field/sw.js").read_text("utf-8").replace("VERSION", version())
        return Response(text, mimetype="text/javascript", headers={"Service-Worker-Allowed": "/field/"})
    if (name, kind) == ("manifest", "webmanifest"):
        return _manifest()
    if f"{name}.{kind}" not in ("app.css", "app.js", "map.js"):
        abort(404)
    body, tag = _bundle(f"{name}.{kind}")
    mime = "text/css" if kind == "css" else "text/javascript"
    if request.accept_encodings["gzip"] <= 0:
        return Response(gzip.decompress(body), mimetype=mime)
    answer = Response(body, mimetype=mime, headers={"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
    answer.set_etag(tag)
    return answer.make_conditional(request)


def _zipped(answer: Response) -> Response:
    if request.accept_encodings["gzip"] > 0:
        answer.set_data(gzip.compress(answer.get_data(), 6))
        answer.headers["Content-Encoding"] = "gzip"
        answer.vary.add("Accept-Encoding")
    return answer


def _manifest() -> Response:
    made = {
        "id": "/field/",
        "name": "gridplan 检查",
        "short_name": "gridplan",
        "lang": "zh-CN",
        "start_url": "/field/",
        "scope": "/field/",
        "display": "standalone",
        "background_color": "#F6F5F0",
        "theme_color": "#1B5676",
        "icons": [
            {"src": f"/static/{name}", "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any maskable"}
            for name, size in zip(ICONS, (192, 512), strict=True)
        ],
    }
    return Response(json.dumps(made, ensure_ascii=False), mimetype="application/manifest+json")


# ---- the day ---------------------------------------------------------------------------------------------------------


def _refused_if_stranger() -> Response | None:
    """A phone asks in the background: it is answered with a number, not sent to the log-in page."""
    if not current_user.is_authenticated:
        return _told(401)
    if me().must_change:
        return _told(403)
    return None


def _told(status: int) -> Response:
    text = say(f"web.error_{status}") if status != 401 else say("phone.app_log_in_to_send")
    answer = jsonify(error={"zh": text.zh, "en": text.en})
    answer.status_code = status
    return answer


pages.before_request(
    lambda: _refused_if_stranger() if request.endpoint not in ("phone.app", "phone.shell", "phone.part") else None
)


@pages.get("/hello.json")
@needs(Right.WALK, scoped=True)
def hello() -> Any:
    """Say who is logged in and give the token that sending needs."""
    return jsonify(login=me().login, name=me().name, csrf=generate_csrf(), version=version())


@pages.get("/day.json")
@needs(Right.WALK, scoped=True)
def day() -> Any:
    """Give the day to keep: own released routes and no other."""
    body = json.dumps(_day(), ensure_ascii=False, separators=(",", ":")).encode()
    return _zipped(Response(body, mimetype="application/json"))


def _day() -> dict[str, Any]:
    asked = request.args.get("day")
    try:
        wanted = read_day(asked) if asked else None
    except ValueError:
        raise InputError(say("web.bad_day", value=asked)) from None
    found = field_day.field_day(desk(), me(), wanted, session_ends(desk(), current_user.token))
    return found | {"csrf": generate_csrf(), "version": version()}


@pages.post("/notices/<int:notice>")
@needs(Right.WALK, scoped=True)
def told(notice: int) -> Any:
    """Keep that the person has seen what changed."""
    field_day.mark_told(desk(), me(), notice)
    return "", 204


@pages.post("/away")
@needs(Right.WALK, scoped=True)
def away() -> Any:
    """Keep that the person, or the whole team, cannot come; the planner plans anew. What is wrong is said in JSON."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise InputError(say("phone.no_json"))
    try:
        made = changing.report_away(
            desk(),
            me(),
            first=day_of(str(sent.get("first", ""))),
            last=day_of(str(sent.get("last", ""))),
            reason=str(sent.get("reason", "")),
            team=sent.get("team") is True,
        )
    except (InputError, Conflict) as error:
        answer = jsonify(error={"zh": error.text.zh, "en": error.text.en})
        answer.status_code = 409 if isinstance(error, Conflict) else 400
        return answer
    word = "phone.app_away_told" if made.first < made.last else "phone.app_away_told_day"
    text = say(word, first=made.first, last=made.last)
    return jsonify(zh=text.zh, en=text.en)


# ---- what phones send ------------------------------------------------------------------------------------------------


@pages.post("/results")
@needs(Right.WALK, scoped=True)
def results() -> Any:
    """Take one result, once; the receipt says what became of it."""
    SENT.ask(current_user.get_id())
    receipt = field_sent.take(desk(), me(), request.get_data())
    return jsonify(field_sent.receipt_json(receipt))


@pages.get("/receipts.json")
@needs(Right.WALK, scoped=True)
def receipts() -> Any:
    """Say what became of the person's own results."""
    found = field_sent.receipts(desk(), me(), request.args.getlist("key"))
    return jsonify([field_sent.receipt_json(one) for one in found])


@pages.post("/photos/<key>")
@needs(Right.WALK, scoped=True)
def photo(key: str) -> Any:
    """Take one photo, once; it is made anew before it is kept."""
    SENT.ask(current_user.get_id())
    new = field_sent.take_photo(
        desk(),
        me(),
        key,
        request.get_data(),
        result=request.args.get("result", ""),
        finding=request.args.get("finding", ""),
    )
    return jsonify(key=key, state="applied" if new else "duplicate")

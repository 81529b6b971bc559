"""The web application: `create_app` wires log-in, pages and headers; run it from the checkout with `make serve`."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    abort,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    send_from_directory,
    session,
    url_for,
)
from flask.sessions import SecureCookieSessionInterface
from flask_login import current_user
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from gridplan.model.errors import GridplanError
from gridplan.model.rights import Right
from gridplan.model.words import Text, say
from gridplan.services.accounts import rights
from gridplan.services.desk import Desk
from gridplan.services.operation import frame as frame_service
from gridplan.services.plans.plan_editing import names_of_people
from web import (
    areas,
    assets,
    assign,
    audit,
    auth,
    books,
    campaigns,
    changes,
    crews,
    field,
    find,
    findings,
    inspector,
    intake,
    jobs,
    leads,
    lists,
    observe,
    people,
    phone,
    plans,
    report,
    review,
    rounds,
    sites,
)
from web.api import PREFIX, create_api
from web.frame import packed
from web.headers import ALWAYS, PRIVATE, SECURE, policy
from web.jsons import Json
from web.rail import RAIL, address, rail
from web.sent import Results


class Cookies(SecureCookieSessionInterface):
    """The session's cookie: over https it never travels without it; `make serve` on loopback has no https."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Tell whether the request came over https."""
        return request.is_secure


def create_app(desk: Desk, *, testing: bool = False) -> Flask:
    """Return the application over an open desk."""
    app = Flask(__name__, static_folder=None)
    assets.register(app)
    app.json = Json(app)
    app.config.update(
        SECRET_KEY=desk.secret_key(),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="gridplan",
        # A token is worth as long as its session: a visit may take longer than an hour, and its outcome must arrive.
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        LIMITED=not testing,
        DESK=desk,
    )
    app.session_interface = Cookies()
    # First, since a request refused by what follows is answered with a page too, and that needs a nonce.
    _add_headers(app)
    for room in (intake, phone, field):
        room.allow_uploads(app)
    CSRFProtect(app)
    auth.register(app)
    for room in (
        sites,
        intake,
        areas,
        crews,
        rounds,
        plans,
        assign,
        review,
        findings,
        leads,
        changes,
        campaigns,
        lists,
        inspector,
        phone,
        field,
        report,
        books,
        jobs,
        people,
        audit,
        find,
    ):
        app.register_blueprint(room.pages)
    app.add_template_global(word)
    app.add_template_global(language)
    app.add_template_global(_rail, "rail")
    app.add_template_global(lambda: desk.district(), "district")
    app.add_template_global(_running_job, "running_job")
    app.add_template_global(_person, "person")
    app.add_template_filter(lambda text: text.of(language()), "say")
    _add_routes(app)
    tally = observe.register(app)
    _add_errors(app)
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {PREFIX: create_api(desk, testing=testing)})  # type: ignore[method-assign]
    app.wsgi_app = Results(app, desk, tally)  # type: ignore[method-assign,assignment]
    return app


def language() -> str:
    """Return the reader's language: Chinese unless switched."""
    return str(session.get("language", "zh"))


def word(key: str, **fields: Any) -> str:
    """Return the word `key` in the reader's language."""
    return say(key, **fields).of(language())


def _rail() -> list[dict[str, Any]]:
    """Return the rail for who is there; nothing before the own password is chosen."""
    if not current_user.is_authenticated or auth.me().must_change:
        return []
    return rail(auth.desk(), auth.me())


def _person(login: str) -> str:
    """Return the name of a log-in's person; the log-in itself where it is nobody's any more."""
    if "names" not in g:
        g.names = names_of_people(auth.desk())
    return str(g.names.get(login, login))


def _running_job() -> dict[str, Any] | None:
    """Return what is under way, with its page, for the bar."""
    if not current_user.is_authenticated:
        return None
    job = frame_service.running_job(auth.desk(), auth.me())
    if job is None:
        return None
    own = address("rounds.page", round_id=job["round"]) if job["round"] is not None else ""
    return job | {"url": own or address("jobs.page", job_id=job["id"]) or address("jobs.index")}


def _add_routes(app: Flask) -> None:
    @app.get("/")
    def home() -> Any:
        if not current_user.is_authenticated:
            return redirect(url_for("auth.login"))
        if auth.me().must_change:
            return redirect(url_for("people.own"))
        if rights.may(auth.me(), Right.WALK):
            return redirect(url_for("phone.app"))
        if rights.may(auth.me(), Right.PLAN):
            return redirect(url_for("rounds.all_rounds"))
        seen = ("people.index", "report.coverage", "audit.index")
        entries = {entry.endpoint: entry for entry in RAIL}
        allowed = (one for one in seen if any(rights.may(auth.me(), right) for right in entries[one].needs))
        return redirect(url_for(next(allowed, "people.own")))

    @app.post("/language/<code>")
    def switch_language(code: str) -> Any:
        session["language"] = "en" if code == "en" else "zh"
        return redirect(auth.inside(request.form.get("next", "/")))

    @app.get("/basemap.json")
    @auth.needs(Right.LOOK_AT_MAP, scoped=True)
    def basemap() -> Response:
        """Give the packed base map: roads, water, houses and names, no site and no route."""
        return packed(auth.desk().basemap())

    @app.get("/door.svg")
    def door() -> Any:
        """Give the drawing behind the log-in: roads and names of townships, as on any street map (四不两直)."""
        answer = Response(auth.desk().door_map(), mimetype="image/svg+xml")
        answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:16])
        answer.headers["Cache-Control"] = "public, max-age=3600"
        return answer.make_conditional(request)

    @app.get("/favicon.ico")
    def favicon() -> Response:
        return send_from_directory(assets.STATIC, "mark.svg", mimetype="image/svg+xml", max_age=86400)


def _add_headers(app: Flask) -> None:
    @app.before_request
    def make_nonce() -> None:
        g.nonce = secrets.token_urlsafe(16)

    @app.before_request
    def refuse_numbers_of_nothing() -> None:
        """Refuse numbers that no database holds: there is no such thing."""
        if any(isinstance(value, int) and value > auth.BIG for value in (request.view_args or {}).values()):
            abort(404)

    @app.context_processor
    def give_nonce() -> dict[str, str]:
        return {"nonce": g.nonce}

    @app.after_request
    def protect(response: Response) -> Response:
        """Only our own scripts and pictures; nothing of a person's pages is kept by a cache on the way."""
        response.headers["Content-Security-Policy"] = policy(g.nonce, g.get("pictures", ""))
        for name, value in ALWAYS:
            response.headers[name] = value
        if request.is_secure:
            response.headers[SECURE[0]] = SECURE[1]
        if request.endpoint not in ("assets", "static", "favicon"):
            response.headers[PRIVATE[0]] = PRIVATE[1]
            response.vary.add("Cookie")
        return response


def _add_errors(app: Flask) -> None:
    def answer(text: Text, status: int) -> Any:
        if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
            return jsonify(error={"zh": text.zh, "en": text.en}), status
        names: tuple[str, ...] = ()
        if status == 403 and current_user.is_authenticated:
            with auth.desk().store.reading() as t:
                names = rights.helpers(t)
        # Within the frame where there is one; a fault of ours may lie in the frame itself.
        framed = current_user.is_authenticated and status < 500 and not rights.may(auth.me(), Right.WALK)
        back = auth.inside(urlsplit(request.referrer or "").path) if framed and request.referrer else ""
        page = "error_desk.html" if framed else "error.html"
        return render_template(page, text=text, status=status, names=names, back=back), status

    @app.errorhandler(GridplanError)
    def ours(error: GridplanError) -> Any:
        return answer(error.text, error.http_status)

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> Any:
        """A form sent after its session ended leads to the log-in; any other without a token is refused."""
        if not current_user.is_authenticated and request.blueprint != "auth":
            return redirect(url_for("auth.login"))
        return http(error)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Any:
        code = error.code or 500
        key = f"web.error_{code}" if code in (400, 403, 404, 405, 413, 429) else "web.error_500"
        return answer(say(key), code)

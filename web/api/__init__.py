"""The interface for programs, `/api/v1`: an application of its own that knows tokens only, no sessions and no forms.

It is mounted beside the pages, so that nothing a browser sends by itself can act here.
"""

from __future__ import annotations

import gzip
import logging
import secrets
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, abort, render_template, request, send_from_directory, url_for

from gridplan.model.errors import GridplanError
from gridplan.model.words import Text, say
from gridplan.services.desk import Desk
from web.api import areas, chinese, crews, field, guard, imports, plans, register, review, rounds, schemas, working
from web.api.docs import calls_by_tag, marked
from web.jsons import Json
from web.limits import Limit

PREFIX = "/api/v1"
STATIC = Path(__file__).resolve().parents[1] / "static"
STYLES = ("tokens.css", "app.css", "pages.css", "api.css")
log = logging.getLogger(__name__)
_KNOWN = (400, 401, 403, 404, 405, 413, 415, 428, 429)
DONE = "成功 / done"
CALLS = Limit(1200)
"""Of one caller, each call for itself."""


def create_api(desk: Desk, *, testing: bool = False) -> APIFlask:
    """Return the interface over an open desk."""
    api = APIFlask(
        __name__,
        title="gridplan",
        version="1",
        spec_path="/openapi.json",
        docs_path=None,
        static_folder=None,
        template_folder="../templates",
    )
    api.config.update(
        DESK=desk,
        OPENAPI_VERSION="3.1.0",
        SERVERS=[{"url": PREFIX}],
        AUTO_SERVERS=False,
        DESCRIPTION=DESCRIPTION,
        SECURITY_SCHEMES={"token": {"type": "http", "scheme": "bearer"}},
        HTTP_ERROR_SCHEMA=schemas.Problem,
        VALIDATION_ERROR_SCHEMA=schemas.Problem,
        AUTO_404_RESPONSE=False,
        SUCCESS_DESCRIPTION=DONE,
        AUTH_ERROR_DESCRIPTION="令牌缺失或无效 / the token is missing or worth nothing",
        VALIDATION_ERROR_DESCRIPTION="有不对的字段 / a field is wrong",
        MAX_CONTENT_LENGTH=1024 * 1024,
        LIMITED=not testing,
        PROPAGATE_EXCEPTIONS=False,
    )
    api.json = Json(api)
    api.json.ensure_ascii = False
    api.spec_processor(_tell_errors)
    api.before_request(lambda: CALLS.ask(f"{request.endpoint} {guard.caller()}"))
    for room in (register, imports, areas, review, crews, rounds, plans, working, field):
        api.register_blueprint(room.api)
    _add_documentation(api)
    _add_headers(api)
    _add_errors(api)
    return api


def _tell_errors(spec: dict[str, Any]) -> dict[str, Any]:
    """Let every operation say that it answers with JSON where it says nothing else, and any failure with a `Problem`."""
    lists = {"type": "array", "items": {"type": "string", "format": "binary"}}
    form = {"schema": {"type": "object", "properties": {"lists": lists}, "required": ["lists"]}}
    spec["paths"]["/imports"]["post"]["requestBody"] = {"required": True, "content": {"multipart/form-data": form}}
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            operation["summary"] = chinese.both(f"{method.upper()} {path}", operation["summary"].rstrip("."))
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    response["content"] = content
            if method != "get":
                operation.setdefault("parameters", []).append(KEY)
            if not any(status.startswith("2") for status in operation["responses"]):
                plain = {"application/json": {"schema": {"type": "object"}}}
                operation["responses"]["200"] = {"description": DONE, "content": plain}
            operation["responses"]["default"] = {"description": "出错 / what went wrong", "content": content}
    return spec


KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "pattern": "^[!-~]{1,64}$"},
    "description": "同一编号的请求只执行一次，一天内重发得到同样的回答 / a call with one key acts once; sent again within a day it is answered alike",
}
DESCRIPTION = """\
台账、网格、轮次、计划与覆盖的程序接口。令牌：`gridplan tokens add 账号 --name 用途 --scope read`；请求头 `Authorization: Bearer gp_…`。
令牌永远不超过其账号的权限。坐标为 WGS-84，经度在前；时间为 ISO 8601。列表以 `limit`、`after` 翻页，`next` 为空即到头。
读取都带 ETag，用 `If-None-Match` 可免重传；修改须带看到的版本（`version` 或 `If-Match`）；`Idempotency-Key` 使重发的请求只执行一次。

Register, grid, rounds, plans and coverage for programs. A token is made by `gridplan tokens add LOGIN --name PURPOSE --scope read` and sent
as `Authorization: Bearer gp_…`; it never allows more than its person may. Points are WGS-84, longitude first; times ISO 8601. Lists are
paged by `limit` and `after`; no `next` means the end. Every answer to a read has an ETag for `If-None-Match`; a change
carries the version that was seen (`version` or `If-Match`); with an `Idempotency-Key` a call that is sent again acts once."""


def _add_documentation(api: APIFlask) -> None:
    @api.get("/docs")
    @api.doc(hide=True)
    def docs() -> str:
        """Show the documentation; nothing of it comes from elsewhere."""
        language = "en" if request.args.get("lang") == "en" else "zh"
        return render_template(
            "api.html",
            spec=url_for("openapi.spec"),
            tags=calls_by_tag(api.spec, language),
            about=marked(DESCRIPTION.split("\n\n")[language == "en"].replace("\n", " " if language == "en" else "")),
            language=language,
            word=lambda key, **fields: say(key, **fields).of(language),
        )

    @api.get("/assets/<path:name>")
    @api.doc(hide=True)
    def assets(name: str) -> Response:
        """Serve the styles of the documentation."""
        if name not in STYLES:
            abort(404)
        return send_from_directory(STATIC, name, max_age=3600)


def _add_headers(api: APIFlask) -> None:
    @api.before_request
    def refuse_numbers_of_nothing() -> None:
        """Refuse numbers that no database holds: there is no such object."""
        if any(isinstance(value, int) and value > schemas.BIG for value in (request.view_args or {}).values()):
            abort(404)

    @api.after_request
    def finish(response: Response) -> Response:
        """Let a reader keep what has not changed, and nobody else; zip what is long."""
        guard.keep_answer(response)
        if request.method == "GET" and response.status_code == 200 and not response.direct_passthrough:
            if "ETag" not in response.headers:
                response.add_etag()
            body = response.get_data()
            if request.accept_encodings["gzip"] > 0 and len(body) > 2000:
                response.set_data(gzip.compress(body, 5))
                response.headers["Content-Encoding"] = "gzip"
            response.headers["Vary"] = "Accept-Encoding, Authorization"
            response.make_conditional(request)
        if request.endpoint != "assets":
            response.headers["Cache-Control"] = "private, no-cache" if request.method == "GET" else "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        style = "'self'" if request.endpoint == "docs" else "'none'"
        response.headers["Content-Security-Policy"] = (
            f"default-src 'self'; style-src {style}; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
        )
        return response


def _add_errors(api: APIFlask) -> None:
    def answer(status: int, text: Text, fields: Any = None, headers: Any = None) -> tuple[Response, int]:
        body = {"status": status, "title": text.zh, "title_en": text.en} | ({"fields": fields} if fields else {})
        response = api.json.response(body)
        response.mimetype = "application/problem+json"
        for name, value in headers or ():
            if name.lower() not in ("content-type", "content-length"):
                response.headers[name] = value
        return response, status

    @api.errorhandler(GridplanError)
    def ours(error: GridplanError) -> Any:
        return answer(error.http_status, error.text)

    @api.error_processor
    def http(error: HTTPError) -> Any:
        if error.status_code == 422:
            fields = _flat(error.detail)
            return answer(422, say("api.invalid", fields="、".join(sorted(fields)) or "?"), fields)
        key = error.status_code if error.status_code in _KNOWN else 400
        return answer(error.status_code, say(f"api.error_{key}"), headers=dict(error.headers or {}).items())

    @api.errorhandler(Exception)
    def broke(error: Exception) -> Any:
        number = secrets.token_hex(4)
        log.exception("request %s broke", number)
        return answer(500, say("api.error_500", id=number))


def _flat(detail: Any) -> dict[str, str]:
    """Return the faulty fields with what is wrong with each, whatever their nesting."""
    found: dict[str, str] = {}
    for place in (detail or {}).values():
        for name, problems in place.items() if isinstance(place, dict) else ():
            found[str(name)] = str(problems[0] if isinstance(problems, list) else problems)
    return found

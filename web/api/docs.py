"""The page that tells the interface: every call with what it takes and gives, read from the OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from web.api.chinese import in_language

Json = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")


def calls_by_tag(spec: Json, language: str) -> dict[str, list[dict[str, Any]]]:
    """Return the calls of an OpenAPI document by tag, in its order, as the page shows them in one language."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, item in spec["paths"].items():
        for method in METHODS:
            if method in item:
                call = item[method]
                for tag in call.get("tags", [""])[:1]:
                    found.setdefault(tag, []).append(
                        _call(spec, method, path, [*item.get("parameters", ())], call, language)
                    )
    return found


def _call(spec: Json, method: str, path: str, shared: list[Json], call: Json, language: str) -> dict[str, Any]:
    takes = [_resolved(spec, one) for one in [*shared, *call.get("parameters", ())]]
    body = call.get("requestBody", {}).get("content", {})
    answers = []
    for status, answer in sorted(call["responses"].items()):
        plain = _resolved(spec, answer)
        answers.append(
            {
                "status": status,
                "text": in_language(language, plain.get("description", "")),
                "shape": _shape(spec, _schema(plain.get("content", {}))) if status.startswith("2") else "",
            }
        )
    return {
        "id": call.get("operationId") or f"{method}_{path}".replace("/", "_").strip("_"),
        "method": method.upper(),
        "path": path,
        "summary": in_language(language, call.get("summary", "")),
        "text": call.get("description", ""),
        "takes": [
            {
                "name": one["name"],
                "where": one["in"],
                "needed": one.get("required", False),
                "type": _type(spec, one.get("schema", {})),
                "text": in_language(language, one.get("description", "")),
            }
            for one in takes
        ],
        "body": _shape(spec, _schema(body)) if body else "",
        "answers": answers,
    }


def marked(text: str) -> Markup:
    """Return a text whose `code` is set as code; all else in it stays text."""
    parts = text.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in enumerate(parts))


def _schema(content: Json) -> Json:
    for kind in content.values():
        found: Json = kind.get("schema", {})
        return found
    return {}


def _resolved(spec: Json, value: Json) -> Json:
    """Return what a reference of the document names."""
    while "$ref" in value:
        found: Any = spec
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        value = found
    return value


def _type(spec: Json, schema: Json) -> str:
    plain = _resolved(spec, schema)
    if "enum" in plain:
        return " | ".join(str(one) for one in plain["enum"] if one is not None)
    kind = plain.get("type", "object")
    return " | ".join(kind) if isinstance(kind, list) else str(kind)


def _shape(spec: Json, schema: Json) -> str:
    """Return the shape of a body as JSON whose values are the names of types; "" where nothing is said of it."""
    shape = _example(spec, schema, ())
    return json.dumps(shape, ensure_ascii=False, indent=2) if shape not in ({}, "object") else ""


def _example(spec: Json, schema: Json, within: tuple[str, ...]) -> Any:
    name = schema.get("$ref", "")
    if name in within:  # it holds itself
        return "…"
    seen = (*within, name) if name else within
    plain = _resolved(spec, schema)
    if "properties" in plain:
        return {key: _example(spec, one, seen) for key, one in plain["properties"].items()}
    if plain.get("type") == "array":
        return [_example(spec, plain.get("items", {}), seen)]
    for words in ("anyOf", "oneOf", "allOf"):
        if words in plain:
            return _example(spec, plain[words][0], seen)
    return _type(spec, plain)

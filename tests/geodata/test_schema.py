"""The schemas say what is really written: the answer of the mini folder and the areas of the demo fit them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from geodata.district import make_district
from geodata.ground import Ground
from geodata.streets import make_grid
from gridplan.model.document import certificate_to_json, plan_to_json
from gridplan.model.place import AreaLevel
from gridplan.model.plan import Promise, RemedyKind, Verdict
from gridplan.routing.judge.check import certify
from gridplan.services.folders.folder import run_folder
from tests.routing.plans import ENGINE, full_plan

ROOT = Path(__file__).parents[2]
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None),
}  # fmt: skip
NOTES = {"$schema", "$id", "$defs", "title", "description"}
Json = Any


def schema(name: str) -> Json:
    return json.loads((ROOT / "geodata" / "schema" / f"{name}.schema.json").read_text("utf-8"))


def faults(value: Json, rule: Json, root: Json, where: str = "$") -> Iterator[str]:
    """Yield where a value does not fit; an unknown keyword is a fault of the schema, never passed over."""
    for keyword, want in rule.items():
        match keyword:
            case "$ref":
                yield from faults(value, root["$defs"][want.rsplit("/", 1)[1]], root, where)
            case "type":
                kinds = [TYPES[kind] for kind in ([want] if isinstance(want, str) else want)]
                if not any(isinstance(value, k) and (k is bool or not isinstance(value, bool)) for k in kinds):
                    yield f"{where}: {value!r} is not {want}"
            case "const" | "enum":
                if value not in ([want] if keyword == "const" else want):
                    yield f"{where}: {value!r} not in {want}"
            case "oneOf" | "anyOf":
                fits = sum(not list(faults(value, option, root, where)) for option in want)
                if fits == 0 or (keyword == "oneOf" and fits > 1):
                    yield f"{where}: {fits} options fit"
            case "required":
                yield from (f"{where}: no {key}" for key in want if isinstance(value, dict) and key not in value)
            case "properties" if isinstance(value, dict):
                for key in want.keys() & value.keys():
                    yield from faults(value[key], want[key], root, f"{where}.{key}")
            case "additionalProperties" if isinstance(value, dict):
                for key in value.keys() - rule.get("properties", {}).keys():
                    if isinstance(want, dict):
                        yield from faults(value[key], want, root, f"{where}.{key}")
                    elif not want:
                        yield f"{where}: {key} is not described"
            case "propertyNames" if isinstance(value, dict):
                for key in value:
                    yield from faults(key, want, root, f"{where}.{key}")
            case "prefixItems" if isinstance(value, list):
                for n, (item, own) in enumerate(zip(value, want, strict=False)):
                    yield from faults(item, own, root, f"{where}[{n}]")
            case "items" if isinstance(value, list):
                for n, item in enumerate(value[len(rule.get("prefixItems", ())) :]):
                    yield from faults(item, want or {"enum": []}, root, f"{where}[+{n}]")
            case "minItems" | "maxItems" if isinstance(value, list):
                if (len(value) < want) if keyword == "minItems" else (len(value) > want):
                    yield f"{where}: {len(value)} items"
            case "minimum" | "maximum" | "exclusiveMinimum" if isinstance(value, int | float):
                if value > want if keyword == "maximum" else value < want or (keyword != "minimum" and value == want):
                    yield f"{where}: {value}"
            case "pattern" if isinstance(value, str):
                if not re.search(want, value):
                    yield f"{where}: {value!r}"
            case "minLength" if isinstance(value, str):
                if len(value) < want:
                    yield f"{where}: too short"
            case (
                "properties"
                | "additionalProperties"
                | "propertyNames"
                | "items"
                | "prefixItems"
                | "minItems"
                | "maxItems"
            ):
                pass
            case "minimum" | "maximum" | "exclusiveMinimum" | "pattern" | "minLength":
                pass
            case _:
                if keyword not in NOTES:
                    yield f"{where}: keyword {keyword} is not known here"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "out"
    run_folder(ROOT / "tests" / "data" / "mini", path)
    return path


@pytest.mark.parametrize("file", ["plan.json", "certificate.json", "summary.json", "routes.geojson"])
def test_what_a_run_writes_fits_its_schema(out: Path, file: str) -> None:
    rule = schema(file.split(".", 1)[0])
    assert list(faults(json.loads((out / file).read_text("utf-8")), rule, rule)) == []


def test_a_plan_with_everything_a_round_may_ask_for_fits_its_schema() -> None:
    plan = full_plan()
    rule, document = schema("plan"), json.loads(json.dumps(plan_to_json(plan)))
    assert list(faults(document, rule, rule)) == []
    made = certificate_to_json(certify(plan, ENGINE, {}, "0" * 64, {}, 1))
    rule = schema("certificate")
    assert list(faults(json.loads(json.dumps(made)), rule, rule)) == []


def test_a_plan_with_one_key_too_many_or_too_few_does_not_fit(out: Path) -> None:
    rule, plan = schema("plan"), json.loads((out / "plan.json").read_text("utf-8"))
    plan["extra"] = 1
    del plan["verdict"]
    plan["routes"][0]["stops"][0]["seq"] = "1"
    assert len(list(faults(plan, rule, rule))) == 3


def test_areas_fit_and_a_code_as_a_number_does_not() -> None:
    rule = schema("areas")
    area = make_district(Ground(1), make_grid(1), 1).cells[0]
    shape = json.loads(json.dumps(area.polygon.__geo_interface__))
    properties: Json = {"level": str(area.level), "code": area.code, "name": area.name, "parent_code": area.parent}
    feature = {"type": "Feature", "properties": properties, "geometry": shape}
    assert list(faults({"type": "FeatureCollection", "features": [feature]}, rule, rule)) == []
    properties["code"] = int(area.code)
    assert list(faults({"type": "FeatureCollection", "features": [feature]}, rule, rule))


def test_every_verdict_promise_remedy_and_level_stands_in_the_schemas() -> None:
    texts = {name: json.dumps(schema(name)) for name in ("plan", "certificate", "areas")}
    for kind, name in ((Verdict, "plan"), (RemedyKind, "plan"), (Promise, "certificate"), (AreaLevel, "areas")):
        assert all(f'"{member.value}"' in texts[name] for member in kind), name

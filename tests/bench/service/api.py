"""Calls the whole interface at random with schemathesis and counts the server's own errors."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench.figures import Figure, at_most, plain
from tests.bench.service import _office as office
from tests.bench.service._served import served_office

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,ignored_auth"


MINUTES = "GRIDPLAN_BENCH_MINUTES"


def measure() -> Iterator[Figure]:
    """Measure how many calls were made, how many broke the server, how many broke a promise of the document."""
    if importlib.util.find_spec("schemathesis") is None:
        raise SystemExit("schemathesis is missing: make install")
    minutes = 0.5 if office.short() else float(os.environ.get(MINUTES, "10"))
    with served_office() as served, TemporaryDirectory() as out:
        report = Path(out) / "calls.ndjson"
        command = [sys.executable, "-m", "schemathesis.cli", "run", f"{served.url}/api/v1/openapi.json"]
        command += ["--header", f"Authorization: Bearer {served.token}", "--max-time", str(int(minutes * 60))]
        command += ["--checks", CHECKS, "--continue-on-failure", "--no-shrink", "--report", "ndjson"]
        command += ["--report-ndjson-path", str(report), "--output-sanitize", "true", "--suppress-health-check", "all"]
        done = subprocess.run(command, cwd=out, capture_output=True, text=True, check=False)
        if not report.exists():
            raise RuntimeError(done.stdout[-3000:] + done.stderr[-3000:])
        statuses, failures = _read(report)
    print(done.stdout[-6000:], file=sys.stderr)
    name = f"schemathesis, {minutes:g} min"
    yield plain(f"{name}: calls", sum(statuses.values()), "calls")
    yield at_most(f"{name}: server errors", sum(n for status, n in statuses.items() if status >= 500), "answers", 0)
    yield at_most(f"{name}: promises of the document broken", failures, "checks", 0)


def _read(report: Path) -> tuple[dict[int, int], int]:
    """Return how many answers there were of each status, and how many checks failed."""
    statuses: dict[int, int] = {}
    failures = 0

    def walk(value: Any) -> None:
        nonlocal failures
        if isinstance(value, dict):
            if isinstance(value.get("status_code"), int):
                statuses[value["status_code"]] = statuses.get(value["status_code"], 0) + 1
            if value.get("status") == "failure" and "name" in value:
                failures += 1
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    for line in report.read_text("utf-8").splitlines():
        walk(json.loads(line))
    return statuses, failures

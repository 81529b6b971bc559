"""A round with night shifts, joint visits, follow-ups, leads, a sample and limits: planned, then checked again without any solver.

`.venv/bin/python -m tests.bench.thousand [--sites 1000] [--folder DIR]` makes the folder, runs `gridplan run`, and then
`gridplan check` in an environment in which neither OR-Tools nor PyVRP nor our own search can be imported; it prints what
came out. (numba itself may be: the bound is computed again with it.)
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SOLVERS = (
    "ortools",
    "pyvrp",
    "gridplan.routing.search.improve",
    "gridplan.routing.search.select",
    "gridplan.routing.solve",
)
LEFT, BOTTOM, WIDE, HIGH = 116.40, 39.90, 0.05, 0.04
COLUMNS, LINES = 4, 2
SITES_A_TEAM = 60

ROUND = """\
name = "千点轮次"
district = "示例区"
start = 2026-11-30
datum = "wgs84"
seed = 1
unlocated = "fail"
min_fix = "community"
[rule]
min_per_day = 10
max_days = 10
unit = "district"
days = "active"
counts = "all"
tail = "remainder"
[limits]
townships_per_team_day = 4
night_visits = {nights}
[sample]
size = {sample}
seed = 5
[kinds.institution]
minutes = 35
mode = "inspection"
departments = ["education"]
open = "Mo-Su 08:00-20:30"
[kinds.childcare]
minutes = 25
mode = "patrol"
departments = []
open = "Mo-Fr 08:00-21:00"
[kinds.office]
minutes = 30
mode = "inspection"
departments = ["education", "fire"]
open = "Mo-Fr 08:30-17:30"
[travel]
mode = "car"
speed_kmh = 25
detour = 1.35
setup_min = 5
[wishes]
preset = "fewest_team_days"
"""
SHIFTS = """\
[shifts.day]
start = "08:30"
end = "17:30"
lunch = { from = "11:30", to = "13:30", minutes = 60 }
[shifts.evening]
start = "18:00"
end = "20:30"
"""
TEAM = """\
[[team]]
id = "T{number}"
name = "第{number}组"
base = [{lon}, {lat}]
base_name = "街道办{number}"
home = []
shifts = {shifts}
mode = "car"
"""
MEMBER = """\
[[team.member]]
id = "p{number}-{who}"
name = "成员{number}-{who}"
department = "{department}"
certificate = "示{number:03d}{who}"
"""


def write_folder(folder: Path, sites: int, *, seed: int = 1) -> None:
    """Write an input folder: in a hundred sites about three joint visits, eight follow-ups and leads, and ten evening ones."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "areas").mkdir(exist_ok=True)
    (folder / "areas" / "areas.geojson").write_text(json.dumps(_areas(), ensure_ascii=False), "utf-8")
    settings = ROUND.format(nights=max(1, sites // 25), sample=max(1, sites // 50))
    (folder / "round.toml").write_text(settings, "utf-8")
    (folder / "teams.toml").write_text(SHIFTS + _teams(chance, sites), "utf-8")
    with (folder / "sites.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["编号", "机构名称", "类别", "地址", "经度", "纬度", "营业时间"])
        for number in range(1, sites + 1):
            kind = "商务楼宇" if number % 33 == 0 else chance.choice(("培训机构", "托管"))
            hours = "Mo-Su 18:00-20:30" if kind == "培训机构" and number % 5 == 0 else ""
            lon, lat = _somewhere(chance)
            rows.writerow([f"S{number:05d}", f"点位{number}", kind, f"示例区{number}号路{number}号", lon, lat, hours])
    with (folder / "visits.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["site_id", "purpose", "earliest", "due", "minutes"])
        for number in range(1, sites + 1):
            if number % 33 and number % 12 == 0:
                lead = number % 24 == 0
                late = date(2026, 12, 1 + number % 9)
                rows.writerow([f"S{number:05d}", "lead" if lead else "follow_up", "", late if lead else "", 20])


def _areas() -> dict[str, Any]:
    """Townships side by side, each with two communities."""
    features = []
    for number in range(COLUMNS * LINES):
        west, south = LEFT + number % COLUMNS * WIDE, BOTTOM + number // COLUMNS * HIGH
        code = f"1100000{number + 1:02d}"
        features.append(_area("township", code, f"第{number + 1}街道", west, south, west + WIDE))
        for half in range(2):
            edge = west + half * WIDE / 2
            name = f"第{number + 1}街道社区{half + 1}"
            features.append(_area("community", f"{code}{half + 1:03d}", name, edge, south, edge + WIDE / 2))
    return {"type": "FeatureCollection", "features": features}


def _area(level: str, code: str, name: str, west: float, south: float, east: float) -> dict[str, Any]:
    corners = [(west, south), (east, south), (east, south + HIGH), (west, south + HIGH), (west, south)]
    ring = [[round(lon, 6), round(lat, 6)] for lon, lat in corners]
    properties = {"level": level, "code": code, "name": name}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def _somewhere(chance: random.Random) -> tuple[float, float]:
    """A point well inside the district."""
    return (
        round(LEFT + COLUMNS * WIDE * chance.uniform(0.01, 0.99), 6),
        round(BOTTOM + LINES * HIGH * chance.uniform(0.01, 0.99), 6),
    )


def _teams(chance: random.Random, sites: int) -> str:
    """Teams of one department each, so that an office takes two of them; every second one works in the evening, too."""
    texts = []
    for number in range(1, max(3, -(-sites // SITES_A_TEAM)) + 1):
        lon, lat = _somewhere(chance)
        shifts = '["day", "evening"]' if number % 2 else '["day"]'
        department = "fire" if number % 4 == 0 or number == 2 else "education"
        texts.append(TEAM.format(number=number, lon=lon, lat=lat, shifts=shifts))
        texts += [MEMBER.format(number=number, who=who, department=department) for who in (1, 2)]
    return "".join(texts)


def run(folder: Path, out: Path) -> dict[str, Any]:
    """Plan the folder by the command line; return its summary."""
    done = subprocess.run(
        [sys.executable, "-m", "gridplan.cli", "run", str(folder), "--out", str(out), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 3, 4):
        raise RuntimeError(done.stderr)
    summary: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return summary


def check_alone(out: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the plan again where no solver can be imported: a `sitecustomize` refuses them before anything else runs."""
    with tempfile.TemporaryDirectory() as bare:
        refusing = f"import sys\nfor name in {SOLVERS!r}:\n    sys.modules[name] = None\n"
        Path(bare, "sitecustomize.py").write_text(refusing, "utf-8")
        return subprocess.run(
            [sys.executable, "-m", "gridplan.cli", "check", str(out), "--folder", str(folder)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join((bare, str(ROOT)))},
            capture_output=True,
            text=True,
            check=False,
        )


def contents(out: Path) -> dict[str, int]:
    """Count what the plan holds of each thing that makes a round hard."""
    plan = json.loads((out / "plan.json").read_text("utf-8"))
    purposes = [visit["purpose"] for visit in plan["visits"]]
    return {
        "visits": len(plan["visits"]),
        "planned": plan["figures"]["planned"],
        "team_days": plan["figures"]["team_days"],
        "night_visits": plan["figures"]["night_visits"],
        "joint_visits": len(plan["appointments"]),
        "follow_ups": purposes.count("follow_up"),
        "leads": purposes.count("lead"),
        "samples": purposes.count("sample"),
        "violations": len(plan["violations"]),
    }


def main() -> int:
    """Make, plan, check, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=1000)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary) / "in"
        out = folder.parent / f"{folder.name}-out"
        write_folder(folder, asked.sites)
        began = time.monotonic()
        summary = run(folder, out)
        planned = time.monotonic()
        checked = check_alone(out, folder)
        print(json.dumps({"verdict": summary["plan"]["verdict"], **contents(out)}, ensure_ascii=False))
        print(f"run {planned - began:.0f} s, check without {', '.join(SOLVERS)} {time.monotonic() - planned:.0f} s")
        print(checked.stdout.strip() or checked.stderr.strip())
    return checked.returncode


if __name__ == "__main__":
    sys.exit(main())

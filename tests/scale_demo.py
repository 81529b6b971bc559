"""`make scale-demo`: what stands on many machines, on this one: Redis, PostgreSQL, two workers, pages by granian; all gone at the end.

Twenty small invented districts are planned side by side. Each is a job of one database: its input folder travels with the job, and
its output folder comes back with it, so that workers need no disk in common. (An office that plans its own district keeps a database
of its own; a province's jobs are together, and each holds one district.)
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.request import urlopen

from geodata.make_demo import make_demo
from gridplan.jobs.rows import OUT, Jobs
from gridplan.jobs.workers import Workers
from gridplan.model.record import Job, JobId
from gridplan.services.desk import Desk
from gridplan.services.rounds.province import start_district
from tests import postgres
from tests.bench.service import _office as office

ROOT = Path(__file__).resolve().parents[1]
ROWS, ROUNDS = 120, 200
LOOK_S = 0.5


def missing() -> list[str]:
    """Return Debian's names of what is missing, installed where this may be done."""
    postgres.main()
    if shutil.which("redis-server") is None and shutil.which("apt-get") and os.geteuid() == 0:
        print("安装 / installing: redis-server", file=sys.stderr)
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "redis-server"],
            env=env, stdout=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    return [
        *(postgres.PACKAGES if postgres.missing() else ()),
        *([] if shutil.which("redis-server") else ["redis-server"]),
    ]


@contextmanager
def workers(url: str, queue: str, number: int, folder: Path) -> Iterator[None]:
    """Run so many workers, each of which could be on a machine of its own."""
    env = os.environ | {"GRIDPLAN_DB": url, "GRIDPLAN_QUEUE": queue, "GRIDPLAN_LOG": "warning"}
    with (folder / "workers.log").open("wb") as log:
        running = [
            subprocess.Popen([sys.executable, "-m", "gridplan.worker"], cwd=ROOT, env=env, stderr=log)
            for _ in range(number)
        ]
        try:
            yield
        finally:
            for process in running:
                process.terminate()
            for process in running:
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by their paths in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def watch(jobs: Jobs, asked: Mapping[str, JobId]) -> dict[str, Job]:
    """Wait for all jobs, telling how far they are where somebody looks on."""
    while True:
        rows = {name: jobs.get(job) for name, job in asked.items()}
        done = sum(row.state.final for row in rows.values())
        if sys.stderr.isatty():
            print(f"\r{done}/{len(rows)}", end="", file=sys.stderr, flush=True)
        if done == len(rows):
            return rows
        time.sleep(LOOK_S)


def table(rows: Mapping[str, Job]) -> list[str]:
    """Return a line for each district: verdict, visits, team-days, gap, seconds, worker's tries."""
    lines = [f"{'区县 district':<14} {'结论':<8} {'visits':>6} {'days':>5} {'gap':>7} {'s':>6} {'tries':>5}"]
    for name, row in rows.items():
        found = row.result or {}
        took = (row.finished - row.started).total_seconds() if row.started and row.finished else 0.0
        told = found.get("verdict") or (row.error.zh if row.error else row.state.value)
        gap = f"{found['gap']:.1%}" if "gap" in found else "–"
        lines.append(
            f"{name:<14} {told:<8} {found.get('visits', 0):>6} {found.get('team_days', 0):>5} {gap:>7} {took:>6.1f} {row.attempts:>5}"
        )
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Start everything, plan, print, stop everything; exit code 0 when every district has a plan."""
    parser = argparse.ArgumentParser(prog="python -m tests.scale_demo", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--districts", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args(arguments)
    if absent := missing():
        print(f"缺少 / missing: apt-get install {' '.join(absent)}", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # told to stop, all that was started stops too
    try:
        with ExitStack() as stack:
            return _run(stack, asked.districts, asked.workers)
    except KeyboardInterrupt:
        print("\n已全部停止 / everything is stopped", file=sys.stderr)
        return 130


def _run(stack: ExitStack, districts: int, number: int) -> int:
    work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gridplan-scale-")))
    os.environ["GRIDPLAN_CACHE"] = str(work / "cache")
    url, queue = stack.enter_context(office.database("postgres")), stack.enter_context(office.redis())
    os.environ["GRIDPLAN_QUEUE"] = queue
    desk = Desk.open(url, create=True)
    stack.callback(desk.close)
    _, port = stack.enter_context(office.served("granian", url))
    stack.enter_context(workers(url, queue, number, work))
    print(f"PostgreSQL, Redis, granian http://127.0.0.1:{port}, {number} 个工作进程 / workers", flush=True)
    began = time.monotonic()
    asked = {}
    for seed in range(1, districts + 1):
        folder = work / f"district-{seed:02d}"
        make_demo(folder, seed, rows=ROWS)
        asked[folder.name] = start_district(desk, folder.name, files_of(folder), by="demo", rounds=ROUNDS)
    jobs = Jobs(desk.store)
    rows = watch(jobs, asked)
    took = time.monotonic() - began
    alive = sum(worker.alive for worker in Workers(desk.store).list())
    with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
        health = answer.read().decode().strip()
    print("\n".join(table(rows)))
    made = sum(bool(row.result and row.result.get("verdict")) for row in rows.values())
    books = sum(bool(jobs.files(job, OUT)) for job in asked.values())
    print(
        f"{made}/{len(rows)} 个区县已排，{books} 份文件，{took:.0f} 秒；工作进程 {alive}，网页 {health}"
        f" / {made} planned, {books} sets of files, {took:.0f} s; {alive} workers, pages {health}"
    )
    return 0 if made == books == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())

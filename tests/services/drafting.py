"""An office with a round that no search is ever done with, and the workers that draft it; a folder of any number of sites."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from gridplan.jobs.rows import Jobs
from gridplan.model.record import Job, JobId
from gridplan.services.desk import Desk
from gridplan.services.registry import register
from gridplan.services.rounds import drafting

ROOT = Path(__file__).resolve().parents[2]
MINI = ROOT / "tests" / "data" / "mini"
HANG_S = 120
"""Only a guard: nothing here is timed."""
ENDLESS = 10**9
"""So many rounds take days."""


def wide_folder(path: Path, sites: int = 30) -> Path:
    """Copy the mini folder with so many sites and all the days they need."""
    shutil.copytree(MINI, path)
    header, *_ = (path / "sites.csv").read_text("utf-8").splitlines()
    rows = [
        f"{n},第{n}家托管,托管,示例区东街道{'甲' if n % 2 else '乙'}社区{n}号路{n}号,,"
        f"{116.402 + 0.01 * (1 - n % 2) + 0.0002 * (n % 23):.4f},{39.9015 + 0.0002 * (n * 7 % 31):.4f},无,有,"
        for n in range(1, sites + 1)
    ]
    (path / "sites.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
    settings = (path / "round.toml").read_text("utf-8")
    (path / "round.toml").write_text(settings.replace("max_days = 3", "max_days = 8"), "utf-8")
    return path


class DraftOffice:
    """A desk over a database with the wide folder's round, and as many workers as a test starts."""

    def __init__(self, path: Path, url: str) -> None:
        self.url = url
        self.desk = Desk.open(self.url, create=True)
        folder = wide_folder(path / "in")
        for part in ("areas", "sites", "teams"):
            register.IMPORTS[part](self.desk, folder, by="lin")
        register.locate_sites(self.desk, by="lin")
        self.round = drafting.create_round(self.desk, folder, by="lin").id
        self.jobs = Jobs(self.desk.store)
        self.workers: list[subprocess.Popen[bytes]] = []

    def worker(self) -> subprocess.Popen[bytes]:
        """Start a worker with a short lease."""
        self.workers.append(subprocess.Popen([sys.executable, "-m", "tests.services.worker", self.url], cwd=ROOT))
        return self.workers[-1]

    def wait(self, job: JobId, until: Callable[[Job], object]) -> Job:
        """Return the job's row as soon as it is as wanted."""
        deadline = time.monotonic() + HANG_S
        while not until(row := self.jobs.get(job)):
            assert time.monotonic() < deadline and not (row.state.final and row.error), row
            time.sleep(0.05)
        return row

    def close(self) -> None:
        """Stop what still runs."""
        for worker in self.workers:
            worker.kill()
            worker.wait()
        self.desk.close()

"""Ctrl-C at the terminal while a plan is improved: the best one is written; a second one breaks off."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from gridplan.cli import main
from gridplan.model.errors import Cancelled
from gridplan.model.progress import silent
from gridplan.services.folders.checking import check_folder
from gridplan.services.folders.terminal import stoppable
from tests.services.drafting import ENDLESS, HANG_S, ROOT, wide_folder


def test_ctrl_c_while_improving_writes_the_best_plan(tmp_path):
    tell = "def tell(stage, done, total, text=None):\n    stage == 'improve' and text and print(stage, flush=True)\n"
    folder, out = wide_folder(tmp_path / "in"), tmp_path / "out"
    patch = tell + "import sys, gridplan.cli as c\nc.plans.make_progress = lambda: tell\nsys.exit(c.main(sys.argv[1:]))"
    command = [sys.executable, "-c", patch, "run", str(folder), "--out", str(out), "--rounds", str(ENDLESS), "--json"]
    run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert run.stdout and run.stdout.readline().startswith("improve")
    run.send_signal(signal.SIGINT)
    said, told = run.communicate(timeout=HANG_S)
    assert run.returncode == 0 and "stopping" in told
    assert json.loads(said.splitlines()[-1])["plan"]["planned"] == 30
    notes = json.loads((out / "plan.json").read_text("utf-8"))["notes"]
    assert "stopped early" in json.dumps(notes)
    assert check_folder(out, folder).differences == ()


def test_the_first_ctrl_c_cancels_and_the_second_breaks_off():
    with stoppable(silent) as progress:
        progress("improve", 1, 2)
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(Cancelled):
            progress("improve", 1, 2)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)


def test_outside_of_the_main_thread_nothing_changes():
    found = []

    def look():
        with stoppable(silent) as progress:
            found.append(progress is silent)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [True]


@pytest.mark.parametrize("words", [["--minutes", "0"], ["--rounds", "-1"], ["--rounds", "much"]])
def test_an_effort_that_is_none_is_refused(words):
    with pytest.raises(SystemExit) as refused:
        main(["run", "in", "--out", "out", *words])
    assert refused.value.code == 2


def test_equal_rounds_give_equal_plans(tmp_path):
    folder = wide_folder(tmp_path / "in")
    for name in ("a", "b"):
        assert main(["run", str(folder), "--out", str(tmp_path / name), "--rounds", "2000", "--json"]) == 0
    assert (tmp_path / "a" / "plan.json").read_bytes() == (tmp_path / "b" / "plan.json").read_bytes()

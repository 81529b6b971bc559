"""How a terminal shows long work: a progress bar on standard error."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from tqdm import tqdm

from gridplan.model.errors import Cancelled
from gridplan.model.progress import Progress, silent
from gridplan.model.words import Text, say


def make_progress() -> Progress:
    """Return a progress bar on a terminal, else silence."""
    if not sys.stderr.isatty():
        return silent
    bars: dict[str, tqdm[Any]] = {}

    def show(stage: str, done: int, total: int, text: Text | None = None) -> None:
        if stage not in bars:
            for bar in bars.values():
                bar.close()
            bars.clear()
            bars[stage] = tqdm(total=total, desc=say(f"progress.{stage}").zh, leave=True, file=sys.stderr)
        bar = bars[stage]
        bar.total = total
        bar.update(done - bar.n)
        if text:
            bar.set_postfix_str(text.zh, refresh=False)
        if done >= total:
            bar.close()
            del bars[stage]

    return show


@contextmanager
def stoppable(progress: Progress, said: str = "cli.stopping") -> Iterator[Progress]:
    """Give a progress that Ctrl-C cancels: what is improved then ends with its best. A second Ctrl-C breaks off.

    `said` is the key of what is told then.

    Only the main thread can hear it; elsewhere the progress is as it was.
    """
    if threading.current_thread() is not threading.main_thread():
        yield progress
        return
    asked = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        text = say(said)
        print(f"\n{text.zh}\n{text.en}", file=sys.stderr, flush=True)

    def report(stage: str, done: int, total: int, text: Text | None = None) -> None:
        if asked:
            raise Cancelled(say("cli.stopped"))
        progress(stage, done, total, text)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield report
    finally:
        signal.signal(signal.SIGINT, before)

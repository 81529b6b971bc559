"""How a terminal shows long work: a progress bar on standard error."""

from __future__ import annotations

import sys
from typing import Any

from tqdm import tqdm

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

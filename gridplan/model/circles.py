"""Spares Python its search for objects that hold each other in a circle, where there are millions of objects and no circle."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

MANY = 10_000
"""From so many things on (sites, visits) what is kept of them is worth settling."""


@contextmanager
def none_made() -> Iterator[None]:
    """Do not search for the time of the block: all that it makes is given up by itself."""
    searches = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searches:
            gc.enable()


def settle(things: int = MANY) -> None:
    """Never search again through what is alive now: it stays, as the program itself does, or a kept plan of so many things.

    A search through the program takes 0.2 s, through a plan of 100,000 sites 0.9 s, and nobody is answered meanwhile. What is given
    up later goes all the same, unless it holds itself in a circle; such things go when something else is settled.
    """
    if things < MANY:
        return
    gc.unfreeze()
    gc.collect()
    gc.freeze()

"""Read and match a long list in several processes, where the system can fork; the answer is the same as in one."""

from __future__ import annotations

import marshal
import multiprocessing
import os
import threading
import warnings
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import starmap
from typing import Any

from gridplan.geocode.matching import Found, Matcher
from gridplan.model.place import Address, AreaLevel
from gridplan.model.site import Site

LONG = 10_000
"""A list shorter than this is done before a second process would be there."""
CHUNK = 2_000
_LEVELS = tuple(AreaLevel)
_NAMED = Address._fields.index("named")
_work: tuple[Matcher, Sequence[Site]] | None = None  # what a forked process inherits


def read_all(matcher: Matcher, sites: Sequence[Site]) -> Generator[tuple[Address, Found], None, None]:
    """Yield for each site its address and what it came to, in order. Closing the iterator stops the other processes."""
    workers = _workers()
    if len(sites) < LONG or workers < 2:
        for site in sites:
            address = matcher.parse(site)
            yield address, matcher.match(site.name, address)
        return
    yield from _forked(matcher, sites, workers)


def _workers() -> int:
    """One where nothing can be forked: elsewhere than on POSIX, or beside threads, whose locks a fork would copy."""
    if "fork" not in multiprocessing.get_all_start_methods() or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _forked(matcher: Matcher, sites: Sequence[Site], workers: int) -> Generator[tuple[Address, Found], None, None]:
    global _work
    _work = matcher, sites
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("fork"))
    try:
        with warnings.catch_warnings():
            # Linear algebra keeps threads of its own, which hold no lock while nothing is computed.
            warnings.simplefilter("ignore", DeprecationWarning)
            waiting: list[Future[bytes]] = [pool.submit(_chunk, at) for at in range(0, len(sites), CHUNK)]
        waiting.reverse()
        while waiting:
            yield from starmap(_made, marshal.loads(waiting.pop().result()))
    finally:
        _work = None
        pool.shutdown(cancel_futures=True)


def _chunk(start: int) -> bytes:
    """Read and match the sites from `start` on; in plain tuples, which are far cheaper to send than objects."""
    assert _work is not None
    matcher, sites = _work
    part = sites[start : start + CHUNK]
    # First all are read and then all are matched: a fifth faster than turn by turn, as each keeps to the processor's cache.
    addresses = [matcher.parse(site) for site in part]
    found = [tuple(matcher.match(site.name, address)) for site, address in zip(part, addresses, strict=True)]
    return marshal.dumps(list(zip(map(_plain, addresses), found, strict=True)))


def _plain(address: Address) -> tuple[object, ...]:
    named = tuple((level.depth, code) for level, code in address.named.items())
    return (*address[:_NAMED], named, *address[_NAMED + 1 :])


def _made(parts: tuple[Any, ...], found: tuple[Any, ...]) -> tuple[Address, Found]:
    named = {_LEVELS[depth]: code for depth, code in parts[_NAMED]}
    return Address._make((*parts[:_NAMED], named, *parts[_NAMED + 1 :])), Found(*found)

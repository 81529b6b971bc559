"""How fast and how well addresses come apart, beside parsers that others wrote, where they are installed."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator

from gridplan.geocode.address import AddressParser
from tests.bench.figures import Figure, at_least, plain
from tests.geocode.test_address_cases import PLACES, areas_of, failures, rows

REPEAT = 20
_PEERS: dict[str, Callable[[list[str]], object]] = {
    "cpca": lambda texts: importlib.import_module("cpca").transform(texts),
    "jionlp": lambda texts: [importlib.import_module("jionlp").parse_location(text) for text in texts],
    "addressparser": lambda texts: importlib.import_module("addressparser").transform(texts),
}


def measure() -> Iterator[Figure]:
    """The labelled cases of the tests, each area by its own parser."""
    total = sum(len(rows(place)) for place in PLACES)
    yield at_least(f"labelled cases right, of {total}", 1 - len(list(failures())) / total, "share", 0.97)
    spent_s, parsed = 0.0, 0
    for place in PLACES:
        district, areas = areas_of(place)
        parser = AddressParser(areas, district)
        texts = [case["text"] for case in rows(place)] * REPEAT
        began = time.process_time()
        for text in texts:
            parser.parse(text)
        spent_s += time.process_time() - began
        parsed += len(texts)
    yield plain("200,000 addresses taken apart, in proportion", 200_000 * spent_s / parsed, "CPU s")
    texts = [case["text"] for place in PLACES for case in rows(place)]
    for name, parse in _PEERS.items():
        try:
            parse(texts[:1])
        except ImportError:
            yield plain(f"{name} (no road, number or building)", "not installed", "")
            continue
        began = time.process_time()
        parse(texts)
        spent = 200_000 * (time.process_time() - began) / len(texts)
        yield plain(f"{name}: 200,000 addresses, in proportion (no road, number or building)", spent, "CPU s")

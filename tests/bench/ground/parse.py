"""How fast and how well addresses come apart, beside parsers that others wrote, where they are installed.

The peers are no part of any extra (jionlp alone is 218 MB): `pip install cpca addressparser six jionlp` beside the rest.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence

from gridplan.geocode.address import AddressParser
from gridplan.geocode.text import fold
from tests.bench.figures import Figure, at_least, plain
from tests.geocode.test_address_cases import PLACES, areas_of, failures, rows

REPEAT = 20
PARTS = ("province", "city", "district", "township", "community", "road", "number", "compound", "block", "room")
Parsed = Sequence[Mapping[str, str]]


def _by_table(name: str) -> Callable[[list[str]], Parsed]:
    def parse(texts: list[str]) -> Parsed:
        table = importlib.import_module(name).transform(texts)
        return [{"province": row["省"], "city": row["市"], "district": row["区"]} for _, row in table.iterrows()]

    return parse


def _by_jionlp(texts: list[str]) -> Parsed:
    parse = importlib.import_module("jionlp").parse_location
    keys = {"province": "province", "city": "city", "district": "county", "township": "town", "community": "village"}
    found = [parse(text, town_village=True) for text in texts]
    return [{part: one[key] or "" for part, key in keys.items()} for one in found]


_PEERS: dict[str, Callable[[list[str]], Parsed]] = {
    "cpca": _by_table("cpca"),
    "addressparser": _by_table("addressparser"),
    "jionlp": _by_jionlp,
}


def measure() -> Iterator[Figure]:
    """The labelled cases of the tests, each area by its own parser."""
    cases = [(place, case) for place in PLACES for case in rows(place)]
    yield at_least(f"labelled cases right, of {len(cases)}", 1 - len(list(failures())) / len(cases), "share", 0.97)
    parsers = {place: AddressParser(areas, district) for place in PLACES for district, areas in [areas_of(place)]}
    began = time.process_time()
    for _ in range(REPEAT):
        ours = [parsers[place].parse(case["text"]) for place, case in cases]
    spent_s = time.process_time() - began
    yield plain(_IN_PROPORTION, 200_000 * spent_s / (REPEAT * len(cases)), "CPU s")
    labels = [case for _, case in cases]
    yield from _right("ours", [{part: getattr(one, part) or "" for part in PARTS} for one in ours], labels)
    texts = [case["text"] for case in labels]
    for name, parse in _PEERS.items():
        try:
            with _quiet():
                parse(texts[:1])
        except ImportError:
            yield plain(name, "not installed", "")
            continue
        began = time.process_time()
        with _quiet():
            found = parse(texts)
        spent_s = time.process_time() - began
        yield plain(f"{name}: {_IN_PROPORTION}", 200_000 * spent_s / len(texts), "CPU s")
        yield from _right(name, found, labels)


_IN_PROPORTION = "200,000 addresses taken apart, in proportion"


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """A library that greets would spoil the answer on standard output."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


def _right(name: str, found: Parsed, labels: Sequence[Mapping[str, str]]) -> Iterator[Figure]:
    """What share of the parts that the labels name is given as labelled: of districts and above, and of all."""
    for title, parts in (("province, city, district", PARTS[:3]), ("all parts", PARTS)):
        wanted = [(one, case, part) for one, case in zip(found, labels, strict=True) for part in parts if case[part]]
        right = sum(fold(str(one.get(part) or "")) == fold(case[part]) for one, case, part in wanted)
        yield plain(f"{name}: {title} right, of {len(wanted)}", right / len(wanted), "share")

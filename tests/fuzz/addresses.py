"""Damages labelled addresses at random and takes them apart: `python -m tests.fuzz.addresses --minutes 10 [--seed N]`."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence

from gridplan.geocode.address import AddressParser
from gridplan.geocode.text import door_key, name_key
from tests.geocode.test_address_cases import PLACES, areas_of, rows

SLOW_S = 0.25
"""An address that takes longer is a fault, whatever it says."""
_SIGNS = "省市区县镇乡村街道路巷弄号栋幢单元楼层室期组甲乙与和对面旁北东米零一二十百0123456789０９Ａ〇Ｏ-之、,.()（）# \t\n\u3000\u200b臺號樓"


def damaged(text: str, draw: random.Random) -> str:
    """Return the text with pieces repeated, dropped, swapped or put in."""
    for _ in range(draw.randint(1, 4)):
        at, to = sorted((draw.randint(0, len(text)), draw.randint(0, len(text))))
        match draw.randint(0, 4):
            case 0:
                text = text[:at] + text[at:to] * draw.randint(2, 40) + text[to:]
            case 1:
                text = text[:at] + text[to:]
            case 2:
                text = text[:at] + "".join(draw.choices(_SIGNS, k=draw.randint(1, 12))) + text[at:]
            case 3:
                text = text[to:] + text[at:to] + text[:at]
            case _:
                text = text[:at] + chr(draw.randint(32, 0x2FFFF)) + text[at:]
    return text[:2_000]


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz for some minutes; exit code 1 at the first crash or slow address, which is printed."""
    parser = argparse.ArgumentParser(prog="tests.fuzz.addresses")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    draw = random.Random(asked.seed)
    parsers = [
        (AddressParser(areas, district), rows(place)) for place in PLACES for district, areas in [areas_of(place)]
    ]
    end, count, slowest = time.monotonic() + 60 * asked.minutes, 0, 0.0
    while time.monotonic() < end:
        reader, cases = draw.choice(parsers)
        text = damaged(draw.choice(cases)["text"], draw)
        began = time.process_time()
        try:
            address = reader.parse(text)
            door_key(address.number)
            name_key(address.compound)
        except Exception as error:
            print(f"crash: {text!r}: {error!r}")
            return 1
        spent = time.process_time() - began
        slowest = max(slowest, spent)
        if spent > SLOW_S:
            print(f"slow, {spent:.2f} s: {text!r}")
            return 1
        count += 1
    print(f"{count} addresses, none crashed; the slowest took {1000 * slowest:.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())

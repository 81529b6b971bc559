"""What is sent of a site: its address down to the building and nothing else."""

from __future__ import annotations

import re

from gridplan.model.place import Address

_LONG_NUMBER = re.compile(r"\d{7,}|1\d{2}[-\s]?\d{4}[-\s]?\d{4}")
"""A telephone or identity number that somebody wrote into the address."""


def query_of(address: Address, district: str) -> str:
    """Return the text to ask an engine for; "" where the address says nothing finer than its community.

    Unit, floor, room, the site's name, people and numbers to call are left out.
    """
    street = address.road + address.number
    if address.crossing:
        street = f"{address.road}与{address.crossing}交叉口"
    finer = street + address.compound + (address.block if address.compound else "")
    if not finer:
        finer = _LONG_NUMBER.sub("", address.rest)
        finer = address.community + finer if finer else ""
    if not finer.strip():
        return ""
    return f"{address.province}{address.city}{district}{address.township}{finer}"

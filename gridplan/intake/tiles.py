"""Reads where an office's own map tiles are: only from a server that the office names, never from anywhere else."""

from __future__ import annotations

import re

from gridplan.intake.toml import Section
from gridplan.model.basemap import Tiles
from gridplan.model.errors import InputError
from gridplan.model.place import Datum
from gridplan.model.words import say

TILE_KEYS = ("tiles", "datum")
# The address goes into the page's policy, so nothing may stand in it that would end or widen that.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?/[A-Za-z0-9._~/{}?=&%+-]*")
_PLACES = ("{z}", "{x}", "{y}")


def read_tiles(section: Section) -> Tiles | None:
    """Read `[map] tiles = "http://…/{z}/{x}/{y}.png", datum = "gcj02"`; None where there is no such table."""
    if "tiles" not in section:
        if "datum" in section:
            section.need("tiles")
        return None
    return parse_tiles(section.text("tiles"), section.text("datum", Datum.WGS84.value), section.file)


def parse_tiles(address: str, datum: str, where: str) -> Tiles:
    """Return the tiles at an address; `where` names the file or variable that gives it.

    Raises
    ------
    InputError
        The address is none of a tile server, or the datum none that tiles of this scheme come in.
    """
    if not _ADDRESS.fullmatch(address) or any(address.count(place) != 1 for place in _PLACES):
        raise InputError(say("tiles.bad_address", where=where, value=address))
    if re.sub(r"\{[zxy]\}", "", address).count("{"):
        raise InputError(say("tiles.bad_address", where=where, value=address))
    if datum not in (Datum.WGS84, Datum.GCJ02, Datum.CGCS2000):
        raise InputError(say("tiles.bad_datum", where=where, value=datum))
    return Tiles(url=address, datum=Datum(datum))

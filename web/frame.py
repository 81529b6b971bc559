"""What map pages share: folium's frame with our own assets and nonce, and GeoJSON answers."""

from __future__ import annotations

import gzip
from collections.abc import Mapping

from flask import Response, g, request, url_for

from gridplan.services import report as service
from web.auth import desk


def map_parts() -> Mapping[str, str]:
    """Return folium's head, body and script for the page being made, and the office's own tiles for its data.

    Only a page with a map may fetch pictures from the tiles' server: see the headers in `create_app`.
    """
    tiles, g.pictures = service.map_tiles(desk())
    return {**service.map_frame(g.nonce, lambda name: url_for("assets", name=name)), "tiles": tiles}


def geojson(body: bytes) -> Response:
    """Answer with GeoJSON bytes, zipped where the reader takes it, and with a tag so that it is sent once."""
    response = Response(body, mimetype="application/geo+json")
    response.add_etag()
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    if request.accept_encodings["gzip"] > 0 and len(body) > 2000:
        response.set_data(gzip.compress(body, 5))
        response.headers["Content-Encoding"] = "gzip"
    response.make_conditional(request)
    return response

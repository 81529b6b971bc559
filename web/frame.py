"""What map pages share: folium's frame with our own assets and nonce, and GeoJSON answers."""

from __future__ import annotations

import gzip
from collections.abc import Mapping

from flask import Response, g, request, url_for

from gridplan.services import report as service


def map_parts() -> Mapping[str, str]:
    """Return folium's head, body and script for the page being made."""
    return service.map_frame(g.nonce, lambda name: url_for("assets", name=name))


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

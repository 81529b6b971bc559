"""What map pages share: folium's frame with our own assets and nonce, and GeoJSON answers."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock

from flask import Response, g, request, url_for
from flask_login import current_user

from gridplan.services.reporting import report as service
from web.auth import desk, me


def map_parts() -> Mapping[str, str]:
    """Return folium's head, body and script for the page being made, and the office's own tiles for its data.

    Only a page with a map may fetch pictures from the tiles' server: see the headers in `create_app`.
    """
    tiles, g.pictures = service.map_tiles(desk())
    return {**service.map_frame(g.nonce, lambda name: url_for("assets", name=name)), "tiles": tiles}


def tagged(response: Response, *, condition: bool = True) -> Response:
    """Give an answer a tag of its content for this person alone: a tag of somebody else's answer fits nothing here."""
    _tag(response, hashlib.sha256(response.get_data()).hexdigest())
    if condition:
        response.make_conditional(request)
    return response


def _tag(response: Response, digest: str) -> None:
    person = f"{me().login}\n{me().version}\n" if current_user.is_authenticated else ""
    response.set_etag(hashlib.sha256((person + digest).encode()).hexdigest()[:32])
    response.vary.add("Cookie")


def geojson(body: bytes, mimetype: str = "application/geo+json") -> Response:
    """Answer with GeoJSON bytes, zipped where the reader takes it, and with a tag so that it is sent once."""
    response = Response(body, mimetype=mimetype)
    digest = hashlib.sha256(body).hexdigest()
    _tag(response, digest)
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] > 0 and len(body) > 2000:
        response.set_data(_zipped(digest, body))
        response.headers["Content-Encoding"] = "gzip"
    response.make_conditional(request)
    return response


def packed(body: bytes) -> Response:
    """Answer with JSON bytes of a page's script in the same way."""
    return geojson(body, "application/json")


_ZIPPED: OrderedDict[str, bytes] = OrderedDict()
_LOCK, MOST_ZIPPED = Lock(), 32


def _zipped(digest: str, body: bytes) -> bytes:
    """Zip bytes, or return what the same bytes were zipped to a short while ago."""
    with _LOCK:
        if digest in _ZIPPED:
            _ZIPPED.move_to_end(digest)
            return _ZIPPED[digest]
    made = gzip.compress(body, 5)
    with _LOCK:
        _ZIPPED[digest] = made
        while len(_ZIPPED) > MOST_ZIPPED:
            _ZIPPED.popitem(last=False)
    return made

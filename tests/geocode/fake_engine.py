"""A local server that answers as the engines on the network were recorded to, and counts what it is asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Reply = tuple[int, dict[str, str], bytes]
"""Status, headers, body."""


class FakeEngine:
    """Answers every request with `reply`: JSON, raw bytes, a (status, headers, body) triple, or a function of the request."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.reply: Any = {}
        self.delay_s = 0.0
        self.asked: list[tuple[str, dict[str, str]]] = []

    @property
    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [path for path, _ in self.asked]

    def answer(self, path: str, fields: dict[str, str]) -> Reply:
        """Note a request and return what is sent."""
        self.asked.append((path, fields))
        time.sleep(self.delay_s)
        reply = self.reply(path, fields) if isinstance(self.reply, Callable) else self.reply  # type: ignore[arg-type]
        if isinstance(reply, tuple):
            return reply
        if isinstance(reply, bytes):
            return 200, {}, reply
        return 200, {"Content-Type": "application/json"}, json.dumps(reply, ensure_ascii=False).encode()


@contextmanager
def fake_engine() -> Iterator[FakeEngine]:
    """Run the server for the time of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            fields = {name: values[0] for name, values in parse_qs(parts.query).items()}
            status, headers, body = engine.answer(parts.path, fields)
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:  # whoever asked has gone: that is what a test of a time-out does
                pass

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    engine = FakeEngine(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield engine
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def amap(*places: tuple[str, float, float, str]) -> dict[str, Any]:
    """An answer of AMap: name, longitude and latitude in GCJ-02, level."""
    return {
        "status": "1",
        "info": "OK",
        "infocode": "10000",
        "count": str(len(places)),
        "geocodes": [
            {
                "formatted_address": name,
                "country": "中国",
                "province": "北京市",
                "township": [],
                "neighborhood": {"name": [], "type": []},
                "street": [],
                "location": f"{lon},{lat}",
                "level": level,
            }
            for name, lon, lat, level in places
        ],
    }


def baidu(lon: float, lat: float, level: str = "门址", precise: int = 1, confidence: int = 80) -> dict[str, Any]:
    """An answer of Baidu: BD-09."""
    location = {"lng": lon, "lat": lat}
    result = {
        "location": location,
        "precise": precise,
        "confidence": confidence,
        "comprehension": 100,
        "level": level,
    }
    return {"status": 0, "result": result}


def tianditu(lon: float, lat: float, level: str = "门址", score: int = 90) -> dict[str, Any]:
    """An answer of Tianditu: CGCS2000, numbers sometimes as text."""
    location = {"score": score, "level": level, "lon": str(lon), "lat": lat, "keyWord": "示例区新路8号"}
    return {"msg": "ok", "location": location, "searchVersion": "6.4.9V", "status": "0"}


def nominatim(lon: float, lat: float, kind: str = "house") -> list[dict[str, Any]]:
    """An answer of Nominatim."""
    place = {
        "place_id": 1, "osm_type": "node", "lat": str(lat), "lon": str(lon), "class": "place", "type": kind,
        "addresstype": "place" if kind == "house" else kind, "importance": 0.1, "display_name": "8, 新路, 示例区",
    }  # fmt: skip
    return [place]


def photon(lon: float, lat: float, kind: str = "house") -> dict[str, Any]:
    """An answer of Photon."""
    properties = {"osm_key": "building", "type": kind, "housenumber": "8", "street": "新路", "city": "示例市"}
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "geometry": geometry, "properties": properties}],
    }


def pelias(lon: float, lat: float, layer: str = "address", confidence: float = 0.9) -> dict[str, Any]:
    """An answer of Pelias."""
    properties = {"layer": layer, "confidence": confidence, "name": "新路8号", "match_type": "exact"}
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {"geocoding": {"version": "0.2"}, "type": "FeatureCollection", "features": [{"type": "Feature", "geometry": geometry, "properties": properties}]}  # fmt: skip

"""Servers on loopback that speak OSRM and Valhalla as their documents say, over one of our own networks, with faults on request."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from gridplan.model.crew import TravelMode
from gridplan.model.place import LonLat
from gridplan.model.travel import UNREACHABLE
from gridplan.roads.engine import RoadEngine

Reply = tuple[int, dict[str, str], bytes]
"""Status, headers, body."""
_COSTING = {"auto": TravelMode.CAR, "bicycle": TravelMode.EBIKE, "pedestrian": TravelMode.WALK}


def reply(data: object, status: int = 200) -> Reply:
    """JSON as a reply."""
    return status, {"Content-Type": "application/json"}, json.dumps(data).encode()


class Fake:
    """A server over `roads`: what it was asked, and how it fails.

    `spoil` sees every request first: what it returns is sent instead. `limit` points a side is the most of a table. Beyond `radius_m`
    there is no street. `cut` bytes of each answer are missing at its end; an `endless` one goes on with spaces.
    """

    def __init__(self, roads: RoadEngine, mode: TravelMode = TravelMode.CAR) -> None:
        self.roads, self.mode = roads, mode
        self.url = ""
        self.asked: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        self.limit = 100
        self.radius_m = float("inf")
        self.slower = 1.0
        self.version = ""
        self.spoil: Callable[[str], Reply | None] = lambda path: None
        self.delay_s = 0.0
        self.cut = 0
        self.endless = False

    def tables(self) -> int:
        """How many tables were asked for."""
        return sum("/table/" in path or "sources_to_targets" in path for path in self.asked)

    def answer(self, path: str, query: Mapping[str, str], body: Any) -> Reply:
        """Return what is sent."""
        raise NotImplementedError

    def legs(self, origins: Sequence[LonLat], destinations: Sequence[LonLat], mode: TravelMode) -> tuple[Any, Any]:
        """Seconds and metres from street to street, None where there is no way."""
        ends = [[snap.on_street for snap in self.roads.snap(side, mode)] for side in (origins, destinations)]
        found = self.roads.matrix(*ends, mode)
        times, metres = found.time_s.tolist(), found.distance_m.tolist()

        def plain(rows: list[list[int]], factor: float) -> list[list[float | None]]:
            return [[None if value >= UNREACHABLE else value * factor for value in row] for row in rows]

        return plain(times, self.slower), plain(metres, 1)

    def near(self, point: LonLat, mode: TravelMode) -> tuple[LonLat, float]:
        """Where a point meets the street, and how far that is."""
        snap = self.roads.snap([point], mode)[0]
        return snap.on_street, snap.distance_m

    def way(self, start: LonLat, end: LonLat, mode: TravelMode) -> list[LonLat]:
        """The line from street to street, [] for none."""
        ends = [snap.on_street for snap in self.roads.snap([start, end], mode)]
        return list(self.roads.paths(ends, mode)[0].line)


class FakeOsrm(Fake):
    """`osrm-routed` as docs/http.md of osrm-backend describes it: GET, one mode, codes of its own."""

    def answer(self, path: str, query: Mapping[str, str], body: Any) -> Reply:
        parts = path.strip("/").split("/")
        if body is not None or len(parts) != 4 or parts[1] != "v1":
            return self._no("InvalidUrl")
        points = [LonLat(*map(float, pair.split(","))) for pair in parts[3].split(";")]
        if any(self.near(point, self.mode)[1] > self.radius_m for point in points):
            return self._no("NoSegment")
        service, found = parts[0], dict[str, Any]()
        if service == "nearest":
            found = {"waypoints": [self._waypoint(points[0])]}
        elif service == "table":
            ends = [[points[int(n)] for n in query[side].split(";")] for side in ("sources", "destinations")]
            if len(ends[0]) * len(ends[1]) > self.limit**2:
                return self._no("TooBig")
            times, metres = self.legs(*ends, self.mode)
            found = {"durations": times}
            if "distance" in query.get("annotations", "duration").split(","):
                found["distances"] = metres
            found |= {
                name: [*map(self._waypoint, side)] for name, side in zip(("sources", "destinations"), ends, strict=True)
            }
        elif service == "route":
            way = self.way(points[0], points[1], self.mode)
            if not way:
                return self._no("NoRoute")
            found = {"routes": [{"geometry": {"type": "LineString", "coordinates": way}}]}
        else:
            return self._no("InvalidService")
        if self.version:
            found["data_version"] = self.version
        return reply({"code": "Ok"} | found)

    def _waypoint(self, point: LonLat) -> dict[str, Any]:
        where, far = self.near(point, self.mode)
        return {"location": list(where), "distance": far, "name": ""}

    def _no(self, code: str) -> Reply:
        return reply({"code": code, "message": f"no: {code}"}, 400)


class FakeValhalla(Fake):
    """`valhalla_service` as its docs/docs/api describes it: POST, every mode, numbered errors; `old` answers as before 3.3."""

    old = False

    def answer(self, path: str, query: Mapping[str, str], body: Any) -> Reply:
        if path == "/status":
            return reply({"version": self.version or "3.5.1", "tileset_last_modified": 1_700_000_000})
        if not isinstance(body, dict) or body.get("costing") not in _COSTING:
            return self._no(125)
        mode = _COSTING[body["costing"]]
        if path == "/locate":
            if len(body["locations"]) > 20:
                return self._no(150)
            return reply([self._located(point, mode) for point in map(_point, body["locations"])])
        ends = ("sources", "targets") if path == "/sources_to_targets" else ("locations",)
        sides = [[_point(spot) for spot in body[name]] for name in ends]
        if any(self.near(point, mode)[1] > self.radius_m for side in sides for point in side):
            return self._no(171)
        if path == "/sources_to_targets":
            return self._table(sides[0], sides[1], mode, body)
        if path == "/route":
            way = self.way(*sides[0], mode)
            if not way:
                return self._no(442)
            return reply({"trip": {"status": 0, "legs": [{"shape": polyline6(way)}]}})
        return self._no(106, 404)

    def _table(self, origins: list[LonLat], targets: list[LonLat], mode: TravelMode, body: Any) -> Reply:
        if len(origins) * len(targets) > self.limit**2:
            return self._no(150)
        times, metres = self.legs(origins, targets, mode)
        km = [[None if value is None else value / 1000 for value in row] for row in metres]
        table: Any = {"durations": times, "distances": km}
        if self.old or body.get("verbose", True):
            table = [
                [
                    {"from_index": a, "to_index": b, "time": times[a][b], "distance": km[a][b]}
                    for b in range(len(targets))
                ]
                for a in range(len(origins))
            ]
        return reply({"sources_to_targets": table, "units": "kilometers", "algorithm": "costmatrix"})

    def _located(self, point: LonLat, mode: TravelMode) -> dict[str, Any]:
        where, far = self.near(point, mode)
        head = {"input_lon": point.lon, "input_lat": point.lat}
        if far > self.radius_m:
            return {**head, "edges": None, "nodes": None}
        edge = {"way_id": 1, "correlated_lon": round(where.lon, 6), "correlated_lat": round(where.lat, 6)}
        return {**head, "edges": [edge, edge], "nodes": []}

    def _no(self, code: int, status: int = 400) -> Reply:
        return reply(
            {"error_code": code, "error": f"no: {code}", "status_code": status, "status": "Bad Request"}, status
        )


def _point(spot: Mapping[str, float]) -> LonLat:
    return LonLat(spot["lon"], spot["lat"])


def polyline6(line: Sequence[LonLat]) -> str:
    """A line in Google's encoding with six decimals."""
    text, before = "", (0, 0)
    for point in line:
        now = round(point.lat * 1e6), round(point.lon * 1e6)
        for step in (now[0] - before[0], now[1] - before[1]):
            value = ~(step << 1) if step < 0 else step << 1
            while value >= 32:
                text += chr((value & 31 | 32) + 63)
                value >>= 5
            text += chr(value + 63)
        before = now
    return text


@contextmanager
def serving(fake: Fake) -> Iterator[Fake]:
    """Run the server for the time of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(None)

        def do_POST(self) -> None:
            self._reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _reply(self, body: Any) -> None:
            parts = urlsplit(self.path)
            fake.asked.append(parts.path)
            fake.headers.append(dict(self.headers.items()))
            time.sleep(fake.delay_s)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            status, headers, content = fake.spoil(parts.path) or fake.answer(parts.path, query, body)
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(10**12 if fake.endless else len(content)))
                self.end_headers()
                self.wfile.write(content[: len(content) - fake.cut])
                while fake.endless:
                    self.wfile.write(b" " * 100_000)
            except OSError:  # whoever asked has gone: that is what a test of a time-out does
                pass

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

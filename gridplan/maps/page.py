"""Makes map pages with folium's frame and our own script: in a web page, or as one file that opens with no network."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import folium

from gridplan.maps.ground import pack_basemap
from gridplan.model.basemap import Basemap, Tiles
from gridplan.model.directions import Directions
from gridplan.model.errors import InputError
from gridplan.model.plan import Plan, RouteId
from gridplan.model.site import SiteStatus
from gridplan.model.words import Text, catalogue, say

HERE = Path(__file__).resolve().parent
LEAFLET_CSS, LEAFLET_JS = "leaflet/leaflet.css", "leaflet/leaflet.js"
ASSETS = (LEAFLET_CSS, LEAFLET_JS)
"""What is built into `vendor`."""
OWN_CSS, OWN_JS = "gridmap.css", ("gridmap.ground.js", "gridmap.js")


def map_frame(nonce: str, asset_url: Callable[[str], str]) -> dict[str, str]:
    """Return folium's map for a page, as `head`, `body` and `script` HTML; nothing in it comes from elsewhere.

    Parameters
    ----------
    nonce
        The page's nonce: every script carries it, and no style is inline.
    asset_url
        Gives the address of `leaflet/…` (in maps/vendor) and of `gridmap.…` (in maps/static).

    The script ends with an empty map in `.folium-map`; the page fills it with `GridMap.create(element, {…})`.
    """
    quoted = html.escape(nonce, quote=True)
    styles = "".join(f'<link rel="stylesheet" href="{_url(asset_url, name)}">\n' for name in (LEAFLET_CSS, OWN_CSS))
    scripts = "".join(
        f'<script nonce="{quoted}" src="{_url(asset_url, name)}"></script>\n' for name in (LEAFLET_JS, *OWN_JS)
    )
    body, script = _folium()
    return {"head": styles + scripts, "body": body, "script": f'<script nonce="{quoted}">{script}</script>'}


def _url(asset_url: Callable[[str], str], name: str) -> str:
    return html.escape(asset_url(name), quote=True)


def _folium() -> tuple[str, str]:
    """Return the map's element and the script that makes it; folium's own assets and styles are left out."""
    frame = folium.Map(
        location=[0, 0],
        zoom_start=12,
        tiles=None,  # a tile layer would be fetched from elsewhere
        zoom_control=False,
        attribution_control=False,
        prefer_canvas=True,
        zoom_snap=0.5,
    )
    frame._id = "gridplan"  # else random, and no two files would be alike
    frame.options |= {"max_zoom": 19, "min_zoom": 8}  # without tiles Leaflet knows no end of zooming
    figure: Any = frame.get_root()
    figure.render()
    words = _script_json({key.removeprefix("maps.js_"): pair for key, pair in _words().items()})
    return figure.html.render().strip(), f"GridMap.words = {words};\n{figure.script.render().strip()}"


def _words() -> dict[str, tuple[str, str]]:
    return {key: pair for key, pair in catalogue().items() if key.startswith("maps.js_")}


def _script_json(data: object) -> str:
    """Return JSON that may stand in a script element: no text in it can end the element or the line."""
    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        plain = plain.replace(sign, f"\\u{ord(sign):04x}")
    return plain


def tiles_json(tiles: Tiles | None) -> dict[str, str] | None:
    """Return what the script is told of the user's own tiles."""
    return {"url": tiles.url, "datum": tiles.datum.value} if tiles else None


def write_map_html(
    path: Path,
    plan: Plan,
    routes: Mapping[str, Any],
    areas: Mapping[str, Any],
    basemap: Basemap | None,
    tiles: Tiles | None = None,
    directions: Mapping[RouteId, Sequence[Directions]] | None = None,
) -> None:
    """Write the plan as one page that opens from a disk with no network: library, script and data lie in it.

    `routes` and `areas` are made by `maps.features`. The page allows itself no request at all; with `tiles` pictures from
    their server, and from no other. `directions` are those of the legs of each route.

    Raises
    ------
    InputError
        The map library was not built.
    """
    body, frame = _folium()
    data = {
        "routes": routes,
        "areas": areas,
        "basemap": pack_basemap(basemap) if basemap else None,
        "tiles": tiles_json(tiles),
        "directions": _directions(directions or {}),
        "plan": _plan_data(plan),
    }
    styles = [_leaflet_css(), _own(OWN_CSS), _own("page.css")]
    scripts = [_leaflet_js(), *map(_own, OWN_JS), frame, _own("page.js")]
    pictures = f"data: {tiles.origin}" if tiles else "data:"
    policy = (
        f"default-src 'none'; img-src {pictures}; base-uri 'none'; form-action 'none'; "
        f"style-src {' '.join(map(_hash, styles))}; script-src {' '.join(map(_hash, scripts))}"
    )
    title = html.escape(say("maps.js_title", name=plan.round.name).zh)
    parts = [
        "<!doctype html>",
        '<html lang="zh-CN">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<link rel="icon" href="data:,">',
        f"<title>{title}</title>",
        *(f"<style>{style}</style>" for style in styles),
        "</head>",
        "<body>",
        _own("page.html").replace("<!-- map -->", body),
        f'<script type="application/json" id="gridplan-data">{_script_json(data)}</script>',
        *(f"<script>{script}</script>" for script in scripts),
        "</body>",
        "</html>",
        "",
    ]
    path.write_text("\n".join(parts), encoding="utf-8", newline="\n")


def _directions(told: Mapping[RouteId, Sequence[Directions]]) -> dict[str, Any]:
    """Return the sentences, each once, and for each leg of each route the numbers of its own: many turns are alike."""
    texts: dict[Text, int] = {}
    routes = {
        route: [[texts.setdefault(step.text, len(texts)) for step in leg.steps] for leg in legs]
        for route, legs in told.items()
    }
    return {"texts": [_both(text) for text in texts], "routes": routes}


def _plan_data(plan: Plan) -> dict[str, Any]:
    """Return what the page tells beside the map. Names and addresses stay text; the script never reads them as HTML."""
    sites = {site.id: site for site in plan.sites}
    return {
        "name": plan.round.name,
        "district": plan.round.district,
        "verdict": plan.verdict.value,
        "minimum": plan.round.rule.min_per_day,
        "figures": {
            name: getattr(plan.figures, name)
            for name in ("visits", "planned", "unplanned", "days", "team_days", "travel_min")
        },
        "gap": plan.gap,
        "sites": {site.id: {"name": site.name, "address": site.address} for site in plan.sites},
        "lunches": {route.id: [moment.isoformat() for moment in route.lunch] for route in plan.routes if route.lunch},
        "unplanned": [
            {"name": sites[item.site].name, "text": _both(item.text), "remedy": _both(item.remedy)}
            for item in plan.unplanned
        ],
        "review": [
            {"name": site.name, "address": site.address, "text": _both(site.reason)}
            for site in plan.sites
            if site.status is SiteStatus.REVIEW
        ],
        "violations": [_both(item.text) for item in plan.violations],
        "remedies": [_both(item.text) for item in plan.remedies],
        "notes": [_both(note) for note in plan.notes],
    }


def _both(text: Text) -> list[str]:
    return [text.zh, text.en]


def _hash(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode('utf-8')).digest()).decode('ascii')}'"


def _own(name: str) -> str:
    return (HERE / "static" / name).read_text("utf-8").strip()


def _vendor(name: str) -> str:
    path = HERE / "vendor" / name
    if not path.is_file():
        raise InputError(say("maps.no_assets", file=name))
    return path.read_text("utf-8")


def _leaflet_css() -> str:
    """Return Leaflet's styles without its pictures, for the map draws its own signs, and without the links in its comments."""
    return re.sub(r"/\*.*?\*/", "", re.sub(r"url\([^)]*\)", "none", _vendor(LEAFLET_CSS)), flags=re.DOTALL)


def _leaflet_js() -> str:
    return re.sub(r"//# sourceMappingURL=.*", "", _vendor(LEAFLET_JS)).strip()

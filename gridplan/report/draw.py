"""Drawings of the books as SVG of our own, for page and paper alike: the map of coverage, the days, the course of the round."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians

from shapely import Polygon, get_parts
from shapely.geometry.base import BaseGeometry

from gridplan.model.books import CoverLine
from gridplan.model.place import Area, AreaLevel

INK, QUIET, LINE, PAPER = "#1D2524", "#626966", "#DDDACE", "#FFFFFF"
DONE, LATE, PLAN = "#1A6B52", "#8F4C0C", "#1B5676"
_RAMP = ("#F3F0E4", "#D5E4D3", "#A8CDB6", "#6FAE93", "#1A6B52")
# Colours stop short of the darkest green, so that hatching and borders are seen on it.
_DEEPEST = 0.88
FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','WenQuanYi Zen Hei',sans-serif"


def shade(share: float) -> str:
    """Return the colour of a share of coverage, 0…1, in steps of five per cent."""
    at = round(min(max(share, 0.0), 1.0) * 20) / 20 * _DEEPEST * 4
    low = min(int(at), 3)
    mixed = [
        round(int(_RAMP[low][n : n + 2], 16) * (1 - at + low) + int(_RAMP[low + 1][n : n + 2], 16) * (at - low))
        for n in (1, 3, 5)
    ]
    return "#" + "".join(f"{one:02X}" for one in mixed)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapWords:
    """What the map says in the reader's language. `late` is the legend of the hatching."""

    label: str
    coverage: str
    late: str


def cover_map(
    areas: Sequence[Area],
    lines: Mapping[str, CoverLine],
    words: MapWords,
    *,
    width: int = 640,
    height: int = 410,
    href: Callable[[str], str] | None = None,
    chosen: str = "",
) -> str:
    """Return the areas coloured by coverage, with name, per cent and distance from plan where there is room; late ones hatched."""
    if not areas:
        return ""
    place, scale = _frame(areas, width, height)
    named = len(areas) <= 26
    shapes, labels = [], []
    for area in areas:
        line = lines.get(area.code)
        path = _path(area.polygon, place, 0.6 / scale)
        # An area to which nothing is promised has no coverage: it stays blank.
        fill = shade(line.coverage) if line and line.promised else PAPER
        tip = _tip(area, line)
        shape = f'<path d="{path}" fill="{fill}" stroke="{INK}" stroke-width="{1 if named else 0.5}" stroke-linejoin="round"><title>{tip}</title></path>'
        if line and line.laggard:
            shape += f'<path d="{path}" fill="url(#late)" stroke="none" pointer-events="none"/>'
        if area.code == chosen:
            shape += f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="3"/>'
        code = escape(area.code, quote=True)
        if href is not None:
            # The table beside the map has the same links for the keyboard.
            shape = f'<a href="{escape(href(area.code), quote=True)}" tabindex="-1" data-code="{code}">{shape}</a>'
        shapes.append(f'<g data-code="{code}">{shape}</g>' if href is None else shape)
    taken: list[tuple[float, float, float, float]] = []
    # The widest first: where there is no room for a name there may be for the per cent alone.
    for area in sorted(areas, key=lambda one: -one.polygon.area)[:200]:
        line = lines.get(area.code)
        # Too many for names: communities have their per cent, cells their colour alone.
        if line and line.promised and area.level is not AreaLevel.CELL:
            labels.append(_label(area, line, place, taken, width))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="{"group" if href else "img"}" aria-label="{escape(words.label, quote=True)}" '
        f'font-family="{escape(FONT, quote=True)}"><defs><pattern id="late" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<path d="M0 0V6" stroke="{LATE}" stroke-width="1.6" stroke-opacity=".75"/></pattern></defs>'
        f'<rect width="{width}" height="{height}" fill="#EFEDE4"/>'
        f'<rect x="2.5" y="2.5" width="{width - 5}" height="{height - 5}" fill="none" stroke="{INK}"/>'
        f"{''.join(shapes)}{''.join(labels)}{_legend(words, height, any(one.laggard for one in lines.values()))}</svg>"
    )


def _frame(
    areas: Sequence[Area], width: int, height: int
) -> tuple[Callable[[float, float], tuple[float, float]], float]:
    boxes = [area.polygon.bounds for area in areas]
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    squeeze = cos(radians((south + north) / 2))
    pad, foot = 14, 40
    scale = min((width - 2 * pad) / ((east - west) * squeeze or 1), (height - pad - foot) / ((north - south) or 1))
    left = (width - (east - west) * squeeze * scale) / 2
    top = pad + (height - pad - foot - (north - south) * scale) / 2
    return lambda lon, lat: (left + (lon - west) * squeeze * scale, top + (north - lat) * scale), scale


def _path(shape: BaseGeometry, place: Callable[[float, float], tuple[float, float]], tolerance: float) -> str:
    out = []
    for part in get_parts(shape.simplify(tolerance)):
        if isinstance(part, Polygon):
            for ring in (part.exterior, *part.interiors):
                dots = (place(lon, lat) for lon, lat, *_ in ring.coords[:-1])
                out.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in dots) + "Z")
    return "".join(out)


def _tip(area: Area, line: CoverLine | None) -> str:
    return escape(f"{area.name} {line.done}/{line.promised}" if line else area.name)


def _label(
    area: Area,
    line: CoverLine,
    place: Callable[[float, float], tuple[float, float]],
    taken: list[tuple[float, float, float, float]],
    width: int,
) -> str:
    """Return name, per cent and distance from plan, or the per cent alone, or nothing: as there is room beside the labels `taken`."""
    dot = area.polygon.centroid
    if not area.polygon.contains(dot):
        dot = area.polygon.representative_point()
    x, y = place(dot.x, dot.y)
    share = f"{100 * line.coverage:.0f}%"
    moved = -line.behind
    mark = f"▲{moved}" if moved > 0 else f"▼{-moved}" if moved < 0 else "＝"
    colour = DONE if moved > 0 else LATE if moved < 0 else QUIET
    west, south, east, north = area.polygon.bounds
    (left, bottom), (right, top) = place(west, south), place(east, north)
    letters = sum(12 if ord(one) > 255 else 7 for one in area.name)
    wide = max(letters, 7 * len(share + mark) + 12) + 10
    roomy = area.level is not AreaLevel.COMMUNITY and bottom - top > 30 and right - left > 0.62 * wide
    # Beside a neighbour's label it may stand a little higher or lower.
    room = max(0, min(34, int((bottom - top) / 2 - 18)))
    shifts = (n for n in (0, 17, -17, 34, -34) if abs(n) <= room)
    if roomy and (down := next((n for n in shifts if _free(x, y + n, wide, 33, taken, width)), None)) is not None:
        y += down
        frame = LATE if line.laggard else "#B4B0A1"
        return (
            f'<g pointer-events="none"><rect x="{x - wide / 2:.1f}" y="{y - 16:.1f}" width="{wide:.1f}" height="33" fill="#fff" stroke="{frame}"/>'
            f'<text x="{x:.1f}" y="{y - 3:.1f}" font-size="11.5" text-anchor="middle" fill="{INK}">{escape(area.name)}</text>'
            f'<text x="{x:.1f}" y="{y + 12:.1f}" font-size="11.5" text-anchor="middle" font-weight="600" fill="{INK}">{share} <tspan fill="{colour}">{mark}</tspan></text></g>'
        )
    if bottom - top > 13 and right - left > 24 and _free(x, y, 30, 13, taken, width):
        return f'<text x="{x:.1f}" y="{y + 4:.1f}" font-size="11" text-anchor="middle" fill="{INK}" stroke="#fff" stroke-width="2.4" paint-order="stroke" pointer-events="none">{share}</text>'
    return ""


def _free(
    x: float, y: float, wide: float, high: float, taken: list[tuple[float, float, float, float]], width: int
) -> bool:
    box = (x - wide / 2 - 1, y - high / 2 - 1, x + wide / 2 + 1, y + high / 2 + 1)
    if box[0] < 6 or box[2] > width - 6:
        return False
    if any(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in taken):
        return False
    taken.append(box)
    return True


def _legend(words: MapWords, height: int, late: bool) -> str:
    y = height - 22
    wide = 12 * len(words.coverage) if not words.coverage.isascii() else 7 * len(words.coverage)
    x = 16 + wide + 24
    ramp = "".join(f'<rect x="{x + 9 * n}" y="{y}" width="9" height="9" fill="{shade(n / 9)}"/>' for n in range(10))
    out = f'<g font-size="11" fill="{INK}"><text x="14" y="{y + 9}">{escape(words.coverage)} 0</text>{ramp}<text x="{x + 96}" y="{y + 9}">100%</text>'
    if late:
        out += f'<rect x="{x + 140}" y="{y}" width="14" height="9" fill="url(#late)" stroke="{LATE}" stroke-width=".6"/><text x="{x + 160}" y="{y + 9}">{escape(words.late)}</text>'
    return out + "</g>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One day of the chart of days. `below` = it is under the minimum; `value` None = the day is to come."""

    name: str
    value: float | None
    planned: float | None
    below: bool = False
    planned_below: bool = False


def day_chart(
    bars: Sequence[Bar], minimum: float | None, label: str, minimum_word: str, *, width: int = 620, height: int = 210
) -> str:
    """Return the days as columns: what was done filled, the plan as a frame, with the line of the minimum."""
    top = max([1.0, *(v for bar in bars for v in (bar.value, bar.planned) if v), minimum or 0]) * 1.18
    left, foot, head = 34, 24, 18
    step = (width - left - 10) / max(len(bars), 1)
    broad = min(step * 0.62, 44)

    def high(value: float) -> float:
        return height - foot - (height - foot - head) * value / top

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label, quote=True)}" font-family="{escape(FONT, quote=True)}" font-size="11">'
    ]
    for value in _ticks(top):
        out.append(
            f'<path d="M{left} {high(value):.1f}H{width - 6}" stroke="{LINE}"/><text x="{left - 6}" y="{high(value) + 4:.1f}" text-anchor="end" fill="{QUIET}">{value:g}</text>'
        )
    for number, bar in enumerate(bars):
        x = left + step * (number + 0.5)
        if bar.planned:
            out.append(
                f'<rect x="{x - broad / 2:.1f}" y="{high(bar.planned):.1f}" width="{broad:.1f}" height="{height - foot - high(bar.planned):.1f}" fill="none" stroke="{LATE if bar.planned_below else PLAN}" stroke-dasharray="3 2"/>'
            )
        if bar.value is not None:
            colour = LATE if bar.below else DONE
            y = high(bar.value)
            inside = height - foot - y > 18 and broad > 22
            out.append(
                f'<rect x="{x - broad / 2 + 3:.1f}" y="{y:.1f}" width="{broad - 6:.1f}" height="{height - foot - y:.1f}" fill="{colour}"/>'
                f'<text x="{x:.1f}" y="{y + 13 if inside else min(y, high(bar.planned or 0)) - 4:.1f}" text-anchor="middle" font-weight="600" fill="{PAPER if inside else colour}">{bar.value:g}</text>'
            )
            if inside and bar.planned:
                above = min(y, high(bar.planned)) - 4
                out.append(
                    f'<text x="{x:.1f}" y="{above:.1f}" text-anchor="middle" fill="{PLAN}">{bar.planned:g}</text>'
                )
        elif bar.planned:
            out.append(
                f'<text x="{x:.1f}" y="{high(bar.planned) - 4:.1f}" text-anchor="middle" fill="{PLAN}">{bar.planned:g}</text>'
            )
        if len(bars) <= 16 or number % 2 == 0:
            out.append(
                f'<text x="{x:.1f}" y="{height - 7}" text-anchor="middle" fill="{QUIET}">{escape(bar.name)}</text>'
            )
    if minimum:
        out.append(
            f'<path d="M{left} {high(minimum):.1f}H{width - 6}" stroke="{INK}" stroke-width="1.4"/><text x="{width - 8}" y="{high(minimum) - 4:.1f}" text-anchor="end" fill="{INK}" stroke="#fff" stroke-width="3" paint-order="stroke">{escape(minimum_word)}</text>'
        )
    return "".join(out) + f'<path d="M{left} {height - foot}H{width - 6}" stroke="{INK}"/></svg>'


def _ticks(top: float) -> list[float]:
    step = next(
        (s for s in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2500, 5000, 10000) if top / s <= 5), 20000
    )
    return [step * n for n in range(1, int(top / step) + 1)]


def course_chart(
    names: Sequence[str],
    planned: Sequence[int],
    done: Sequence[int | None],
    promised: int,
    words: Mapping[str, str],
    label: str,
    *,
    forecast: tuple[float, str] | None = None,
    width: int = 620,
    height: int = 210,
) -> str:
    """Return what was done and planned, added up day by day; `forecast`: on which place of the axis all is done, and its name.

    `words`: done, plan, forecast.
    """
    left, foot, head = 40, 24, 26
    places = max(len(names), 1)
    last = max(float(places - 1), forecast[0] if forecast else 0.0, 1.0)
    top = max(promised, 1) * 1.06

    def x(place: float) -> float:
        return left + (width - left - 30) * place / last

    def y(value: float) -> float:
        return height - foot - (height - foot - head) * value / top

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label, quote=True)}" font-family="{escape(FONT, quote=True)}" font-size="11">'
    ]
    for value in (*_ticks(promised * 0.92), float(promised)):
        full = value == promised
        out.append(
            f'<path d="M{left} {y(value):.1f}H{width - 10}" stroke="{INK if full else LINE}"/><text x="{left - 6}" y="{y(value) + 4:.1f}" text-anchor="end" fill="{INK if full else QUIET}">{value:g}</text>'
        )
    every = max(1, places // 14 + (places % 14 > 0))
    for number, name in enumerate(names):
        if number % every == 0:
            out.append(
                f'<text x="{x(number):.1f}" y="{height - 7}" text-anchor="middle" fill="{QUIET}">{escape(name)}</text>'
            )
    known = [(number, value) for number, value in enumerate(done) if value is not None]
    line = " ".join(f"{x(n):.1f},{y(v):.1f}" for n, v in enumerate(planned))
    out.append(f'<polyline points="{line}" fill="none" stroke="{PLAN}" stroke-width="1.6" stroke-dasharray="5 3"/>')
    if known:
        dots = " ".join(f"{x(n):.1f},{y(v):.1f}" for n, v in known)
        end, value = known[-1]
        out.append(
            f'<polyline points="{x(known[0][0]):.1f},{y(0):.1f} {dots} {x(end):.1f},{y(0):.1f}" fill="{DONE}" fill-opacity=".12"/>'
        )
        out.append(f'<polyline points="{dots}" fill="none" stroke="{DONE}" stroke-width="2.6"/>')
        if forecast:
            out.append(
                f'<path d="M{x(end):.1f} {y(value):.1f}L{x(forecast[0]):.1f} {y(promised):.1f}" stroke="{LATE}" stroke-width="1.8" stroke-dasharray="2 3"/>'
                f'<path d="M{x(forecast[0]):.1f} {y(promised) - 5:.1f}l5 5l-5 5l-5 -5z" fill="{LATE}"/>'
                f'<text x="{min(x(forecast[0]) + 8, width - 6):.1f}" y="{y(promised) - 9:.1f}" text-anchor="end" font-weight="600" fill="{LATE}">{escape(forecast[1])}</text>'
            )
        out.append(
            f'<circle cx="{x(end):.1f}" cy="{y(value):.1f}" r="4" fill="{DONE}"/><text x="{x(end) + 8:.1f}" y="{y(value) + 14:.1f}" font-weight="600" fill="{DONE}" stroke="#fff" stroke-width="3" paint-order="stroke">{escape(words["done"])} {value}</text>'
        )
    return "".join(out) + f'<path d="M{left} {height - foot}H{width - 10}" stroke="{INK}"/></svg>'

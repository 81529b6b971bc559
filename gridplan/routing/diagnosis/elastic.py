"""The elastic linear program: classes of visits share out over resources, with an allowance for travel that is an estimate.

A class holds visits that may lie in the same slots and are nearest to the same base; a resource holds slots that are alike
for every class. A visit takes its time on site, its share of an arrival, a leg from a neighbour and its share of the way
from the base and back. Nothing here is a proof. Limits on townships and the night quota are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from scipy.sparse import coo_array, csr_array, hstack, vstack
from scipy.spatial import cKDTree

from gridplan.routing.diagnosis.classes import Field

FULL = 0.95
"""The share of the working time that can be filled: above it every engine fails to place the last visits."""
LEG = 1.05
"""The leg to a stop over the mean leg to its two nearest neighbours."""
WAY = 0.8
"""A route's ways from the base and back over twice the way to the site: it begins and ends on the near side."""
FEW = 4
"""Where fewer visits fill a shift, they are counted whole."""
MOST_SHARES, NEAREST = 30_000, 3
"""Above so many (class, resource) pairs each class keeps to so many bases, the nearest to it."""
LONGEST_MIN = 240
"""By how many minutes a day a shift is lengthened at most."""
EVEN_STEPS, NEARNESS = 60, 20
"""How the work is spread for the picture of the days: so many rounds, and how much nearer teams are preferred."""
METRES_LAT, METRES_LON = 111_050.0, 111_320.0

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Elastic:
    """C classes, R resources, X shares (pairs of them), W windows: hours of a resource that some classes must share.

    Attributes
    ----------
    field
        What was surveyed.
    visits, slots
        Visit numbers of each class, slot numbers of each resource.
    size
        How many team-visits each class has (two for each joint visit).
    room_s
        Seconds of work in each resource, all its teams and days together.
    gain_s
        (R, K) seconds that one team more of each kind would add.
    of_class, of_resource, each_s
        Of each share: class, resource, and seconds that one visit of the class takes there, travel included.
    late
        Of each share: whether its doors are open after the end of the shift.
    windows, window_s, window_gain_s
        (W, X) seconds that one visit of a share takes in a window, the window's seconds, and (W, K) what one team more of each kind would add.
    """

    field: Field
    visits: tuple[Longs, ...]
    slots: tuple[Longs, ...]
    size: Floats
    room_s: Floats
    gain_s: Floats
    of_class: Longs
    of_resource: Longs
    each_s: Floats
    late: Flags
    windows: csr_array
    window_s: Floats
    window_gain_s: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shortage:
    """What is missing when the resources are filled to FULL: `missing_s` seconds of each resource.

    `tied` are the shares that are used where time is scarce: their classes have no better place.
    """

    missing_s: Floats
    tied: Flags


# ---- building --------------------------------------------------------------------------------------------------------


def build(field: Field) -> Elastic:
    """Return the program of all mandatory visits that may lie somewhere."""
    numbers = np.flatnonzero(field.mandatory & field.open.any(axis=1)) if len(field.kind) else np.zeros(0, np.int64)
    bases, base_of = np.unique(field.out_s, axis=0, return_inverse=True)
    base_of = base_of.ravel()
    near = bases.argmin(axis=0)[field.place[numbers]] if len(numbers) else numbers
    class_of, firsts = _alike(np.concatenate([field.open[numbers].astype(np.int32), near[:, None]], axis=1))
    members = _members(class_of, len(firsts))
    open_ = field.open[numbers[firsts]]
    kind_of = np.concatenate([open_.T.astype(np.int64), base_of[field.kind][:, None], field.shift[:, None]], axis=1)
    resource_of, heads = _alike(kind_of)
    slots = _members(resource_of, len(heads))
    bits = open_[:, heads] if len(numbers) else np.zeros((0, len(heads)), dtype=np.uint8)
    times = np.array([2.0 if field.joint[numbers[first]] else 1.0 for first in firsts])
    size = np.array([len(own) for own in members], dtype=np.float64) * times
    each = _times(field, numbers, class_of, heads, bits)
    of_class, of_resource = np.nonzero(bits)
    if len(of_class) > MOST_SHARES:
        keep = _near_enough(field, numbers, members, base_of[field.kind[heads]], bases, of_class, of_resource)
        of_class, of_resource = of_class[keep], of_resource[keep]
    gain = np.zeros((len(heads), len(field.kinds)))
    np.add.at(gain, (resource_of, field.kind), field.available_s)
    room = np.bincount(resource_of, weights=field.teams * field.available_s, minlength=len(heads)).astype(np.float64)
    windows, window_s, window_gain = _windows(
        field, heads, bits, of_class, of_resource, each[of_class, of_resource], room, gain
    )
    return Elastic(
        field=field,
        visits=tuple(numbers[own] for own in members),
        slots=tuple(slots),
        size=size,
        room_s=room,
        gain_s=gain,
        of_class=of_class,
        of_resource=of_resource,
        each_s=each[of_class, of_resource],
        late=field.late[numbers[firsts]][:, heads][of_class, of_resource],
        windows=windows,
        window_s=window_s,
        window_gain_s=window_gain,
    )


def _alike(table: NDArray[np.integer]) -> tuple[Longs, Longs]:
    """Return the group of each row of equal ones, and the first row of each group."""
    if not len(table):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    flat = np.ascontiguousarray(table).view(np.dtype((np.void, table.shape[1] * table.itemsize))).ravel()
    _, first, group = np.unique(flat, return_index=True, return_inverse=True)
    return group.astype(np.int64), first.astype(np.int64)


def _members(group: Longs, count: int) -> list[Longs]:
    order = np.argsort(group, kind="stable")
    return np.split(order, np.searchsorted(group[order], np.arange(1, count))) if count else []


def _times(field: Field, numbers: Longs, class_of: Longs, heads: Longs, bits: NDArray[np.uint8]) -> Floats:
    """Return (classes, resources) seconds of one visit with its travel."""
    count = np.bincount(class_of, minlength=len(bits))
    place, stay = field.place[numbers], field.stay_s[numbers]
    share = 1 / np.bincount(place, minlength=len(field.points))[place]
    begin, pace = _pace(field)
    each = np.zeros(bits.shape)
    done: dict[tuple[bytes, int], Floats] = {}
    for shift in np.unique(field.shift[heads]) if len(numbers) else ():
        inside = field.open[np.ix_(numbers, np.flatnonzero(field.shift == shift))].any(axis=1)
        metres = _spacing_m(field, numbers, np.asarray(inside))
        for resource in np.flatnonzero(field.shift[heads] == shift):
            kind = field.kind[heads[resource]]
            key = (field.out_s[kind].tobytes(), int(shift))
            if key not in done:
                leg = LEG * (begin[kind] + pace[kind] * metres) * (metres > 0)
                cap = float(field.available_s[heads[resource]])
                ways = 2 * WAY * np.minimum(field.out_s[kind, place], cap)
                one = (stay + share * (field.problem.set_up_s + leg)) * cap / np.maximum(cap - ways, cap / 4)
                mean = np.bincount(class_of, weights=one, minlength=len(bits)) / count
                whole = np.maximum(np.floor(cap / mean + 0.25), 1)
                done[key] = np.where(whole < FEW, cap / whole, mean)
            each[:, resource] = done[key]
    return each


def _pace(field: Field) -> tuple[Floats, Floats]:
    """Return for each kind seconds of any leg and seconds a metre of the straight line, as its ways from the base show."""
    begin, pace = np.zeros(len(field.kinds)), np.zeros(len(field.kinds))
    flat = _flat(field, np.array(field.points))
    for kind in range(len(field.kinds)):
        base = _flat(field, np.array([field.head(kind).base]))[0]
        metres, seconds = np.hypot(*(flat - base).T), field.out_s[kind].astype(np.float64)
        real = (metres > 1) & (seconds < 10**8)
        if real.sum() >= 3 and np.ptp(metres[real]) > 100:
            slope, start = np.polyfit(metres[real], seconds[real], 1)
            start = min(max(float(start), 0.0), float(seconds[real].min()))
            pace[kind] = max(float(((seconds[real] - start) / metres[real]).mean()), 0.0) if slope <= 0 else slope
            begin[kind] = start
        elif real.any():
            pace[kind] = float((seconds[real] / metres[real]).mean())
    return begin, pace


def _flat(field: Field, points: Floats) -> Floats:
    """Return metres east and north."""
    middle = np.deg2rad(np.mean([point.lat for point in field.points])) if field.points else 0.0
    return np.asarray(points.reshape(-1, 2) * np.array([METRES_LON * np.cos(middle), METRES_LAT]))


def _spacing_m(field: Field, numbers: Longs, inside: Flags) -> Floats:
    """Return of each visit the mean metres to the two nearest other places among those `inside`; 0 where there is none."""
    flat = _flat(field, np.array(field.points))
    places = np.unique(field.place[numbers[inside]])
    if len(places) < 2:
        return np.zeros(len(numbers))
    tree = cKDTree(flat[places])
    near = np.asarray(tree.query(flat[field.place[numbers]], k=min(3, len(places)))[0])
    return np.asarray(near[:, 1:].mean(axis=1))


def _near_enough(
    field: Field,
    numbers: Longs,
    members: list[Longs],
    base_of_resource: Longs,
    bases: Longs,
    of_class: Longs,
    of_resource: Longs,
) -> Flags:
    """Return which shares lie at one of the bases nearest to their class, of those where it may lie at all."""
    far = np.array([bases[:, field.place[numbers[own]]].mean(axis=1) for own in members])
    usable = np.zeros(far.shape, dtype=np.bool_)
    usable[of_class, base_of_resource[of_resource]] = True
    rank = np.argsort(np.argsort(np.where(usable, far, np.inf), axis=1, kind="stable"), axis=1, kind="stable")
    return np.asarray(rank[of_class, base_of_resource[of_resource]] < NEAREST)


def _windows(
    field: Field,
    heads: Longs,
    bits: NDArray[np.uint8],
    of_class: Longs,
    of_resource: Longs,
    each: Floats,
    room: Floats,
    gain: Floats,
) -> tuple[csr_array, Floats, Floats]:
    """Return the hours inside shifts that classes with short opening hours must share."""
    rows: list[Longs] = []
    columns: list[Longs] = []
    lengths: list[int] = []
    seconds: list[float] = []
    gains: list[Floats] = []
    own = bits[of_class, of_resource]
    for resource, head in enumerate(heads):
        here = np.flatnonzero(of_resource == resource)
        spans = [b - a for a, b in pairwise(field.borders[int(field.shift[head])])]
        for mask in np.unique(own[here]):
            length = sum(span for part, span in enumerate(spans) if int(mask) >> part & 1)
            scale = length / float(field.available_s[head]) if field.available_s[head] else 1.0
            if scale < 1:
                inside = here[(own[here] | mask) == mask]
                rows.append(np.full(len(inside), len(seconds)))
                columns.append(inside)
                lengths.append(length)
                seconds.append(room[resource] * scale)
                gains.append(gain[resource] * scale)
    row, column = (np.concatenate(rows), np.concatenate(columns)) if rows else (np.zeros(0, int), np.zeros(0, int))
    # At least one visit of each class finds time in its hours.
    takes = np.minimum(each[column], np.array(lengths)[row])
    table = coo_array((takes, (row, column)), shape=(len(seconds), len(of_class))).tocsr()
    return table, np.array(seconds), np.array(gains).reshape(len(seconds), len(field.kinds))


# ---- answers ---------------------------------------------------------------------------------------------------------


def highest_use(elastic: Elastic) -> float:
    """Return the least share to which the fullest resource must be filled for all visits to fit; above 1 they do not."""
    if not len(elastic.size):
        return 0.0
    room = np.concatenate([elastic.room_s, elastic.window_s])
    result = _solve(elastic, np.ones(1), -room[:, None], np.zeros(len(room)), method="highs-ipm")
    return float(result.fun)


def shortage(elastic: Elastic) -> Shortage:
    """Return the least time by which the resources must be exceeded so that everything fits, and who needs it."""
    count, resources = len(elastic.of_class), len(elastic.room_s)
    missing, scarce = np.zeros(resources), np.zeros(resources, dtype=np.bool_)
    if not count:
        return Shortage(missing_s=missing, tied=np.zeros(0, dtype=np.bool_))
    room = np.concatenate([elastic.room_s, elastic.window_s])
    result = _solve(elastic, np.full(len(room), 1 / 3600), -np.eye(len(room)), FULL * room)
    over = np.where(result.x[count:] > 1, result.x[count:], 0)
    price = -result.ineqlin.marginals > 1e-6
    missing, scarce = over[:resources], price[:resources]
    for window in np.flatnonzero(price[resources:]):
        share = elastic.windows.indices[elastic.windows.indptr[window]]
        scarce[elastic.of_resource[share]] = True
        missing[elastic.of_resource[share]] += over[resources + window]
    return Shortage(missing_s=missing, tied=(result.x[:count] > 1e-6) & scarce[elastic.of_resource])


def more_minutes(elastic: Elastic) -> float | None:
    """Return by how many minutes each team must work longer each day, in its last shift; None when that does not do."""
    field = elastic.field
    last = np.array([span.end_s for span in field.shifts])[field.shift]
    latest = {(kind, day): max(last[(field.kind == kind) & (field.day == day)]) for kind, day in _pairs(field)}
    longer = last == np.array([latest[pair] for pair in zip(field.kind, field.day, strict=True)])
    teams = np.array([(field.teams[own] * longer[own]).sum() for own in elastic.slots])
    early = ~elastic.late
    shut = coo_array(
        (elastic.each_s[early], (elastic.of_resource[early], np.flatnonzero(early))),
        shape=(len(teams), len(elastic.each_s)),
    )
    # Whose doors shut by the end of the shift has no use of a longer one.
    gain = np.concatenate([60.0 * teams, np.zeros(len(elastic.window_s) + len(teams))])
    room = FULL * np.concatenate([elastic.room_s, elastic.window_s, elastic.room_s])
    result = _solve(elastic, np.ones(1), -gain[:, None], room, most=LONGEST_MIN, more=shut)
    return float(result.fun) if result.status == 0 else None


def _pairs(field: Field) -> set[tuple[int, int]]:
    return set(zip(field.kind.tolist(), field.day.tolist(), strict=True))


def more_teams(elastic: Elastic) -> Floats | None:
    """Return how many more teams of each kind would do, in fractions, as few as can be; None when no number does."""
    gain = np.concatenate([elastic.gain_s, elastic.window_gain_s])
    room = np.concatenate([elastic.room_s, elastic.window_s])
    result = _solve(elastic, np.ones(gain.shape[1]), -FULL * gain, FULL * room)
    return np.asarray(result.x[len(elastic.of_class) :]) if result.status == 0 else None


def _solve(
    elastic: Elastic,
    price: Floats,
    change: Floats,
    room: Floats,
    *,
    most: float | None = None,
    more: Any = None,
    method: str = "highs-ds",
) -> Any:
    """Minimise the price of changes so that all shares fit; columns: shares, changes.

    Rows: resources, windows, and those of `more`.
    """
    shares, classes = len(elastic.of_class), len(elastic.size)
    columns = np.arange(shares)
    served = coo_array((np.ones(shares), (elastic.of_class, columns)), shape=(classes, shares))
    used = coo_array((elastic.each_s, (elastic.of_resource, columns)), shape=(len(elastic.room_s), shares))
    parts = [used, elastic.windows] if len(elastic.window_s) else [used]
    load: Any = vstack([*parts, more] if more is not None else parts)
    # Hours and not seconds: coefficients near 1.
    upper: Any = hstack([load / 3600, coo_array(change / 3600)])
    equal: Any = hstack([served, coo_array((classes, change.shape[1]))])
    cost = np.concatenate([np.zeros(shares), price])
    bounds = [(0, None)] * shares + [(0, most)] * change.shape[1]
    solve: Any = optimize.linprog
    return solve(
        cost,
        A_ub=upper.tocsr(),
        b_ub=room / 3600,
        A_eq=equal.tocsr(),
        b_eq=elastic.size,
        bounds=bounds,
        method="highs-ds",
    )


def spread_by_day(elastic: Elastic) -> Floats:
    """Return (days, 2) seconds of work and seconds there are, the work spread as evenly as doors and dates let it."""
    field = elastic.field
    weight = np.ones(len(elastic.room_s))
    load: Floats = np.zeros(len(elastic.room_s))
    least = np.full(len(elastic.size), np.inf)
    np.minimum.at(least, elastic.of_class, elastic.each_s)
    near = (least[elastic.of_class] / elastic.each_s) ** NEARNESS
    for _ in range(EVEN_STEPS):
        pull = (weight * elastic.room_s)[elastic.of_resource] * near
        whole = np.bincount(elastic.of_class, weights=pull, minlength=len(elastic.size))
        visits = pull * elastic.size[elastic.of_class] / whole[elastic.of_class]
        load = np.bincount(elastic.of_resource, visits * elastic.each_s, len(weight)).astype(np.float64)
        weight /= np.sqrt(np.maximum(load / np.maximum(elastic.room_s, 1), 1e-3))
        weight /= weight.max(initial=1e-9)
    by_day = np.zeros((len(field.problem.days), 2))
    for own, seconds, room in zip(elastic.slots, load, elastic.room_s, strict=True):
        part = field.teams[own] * field.available_s[own]
        np.add.at(by_day[:, 0], field.day[own], seconds * part / max(room, 1))
        np.add.at(by_day[:, 1], field.day[own], part)
    return by_day

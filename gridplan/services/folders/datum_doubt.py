"""Is each list in the datum it says? What streets, areas and addresses say, in words; nothing is converted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gridplan.geocode.coded import Coded
from gridplan.geocode.datum_evidence import Evidence
from gridplan.geocode.datum_guess import DatumGuess, guess_datum
from gridplan.geocode.datum_readings import Floats, Reading, said_as, written_in
from gridplan.geocode.matching import area_codes
from gridplan.geocode.text import fold
from gridplan.model.errors import Complaint, Severity
from gridplan.model.place import Area, AreaCode, AreaLevel, Datum, GazetteerEntry, GazetteerKind, LonLat
from gridplan.model.site import SiteStatus
from gridplan.model.words import Text, say
from gridplan.roads.network import RoadNetwork

_NOWHERE = LonLat(float("nan"), float("nan"))
_NAMING = (AreaLevel.COMMUNITY, AreaLevel.TOWNSHIP)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListGuess:
    """One list with its points and what was guessed of them. `members` are their numbers in the register."""

    file: str
    members: tuple[int, ...]
    given: Floats
    guess: DatumGuess


def street_pieces(network: RoadNetwork | None) -> Floats | None:
    """Return the straight pieces of all streets as (m, 4) degrees; None without streets."""
    if network is None:
        return None
    inner = np.ones(len(network.coords) - 1, dtype=bool)
    inner[network.first[1:-1] - 1] = False
    at = np.flatnonzero(inner)
    return np.hstack([network.coords[at], network.coords[at + 1]])


def guess_lists(coded: Sequence[Coded], areas: Iterable[Area], streets: Floats | None) -> list[ListGuess]:
    """Guess the datum of each list that has points, whatever it is said to be. `coded` in the order of the register."""
    polygons = {area.code: area.polygon for area in areas}
    lists: dict[tuple[str, Datum], list[int]] = {}
    for number, item in enumerate(coded):
        if item.site.given is not None and item.status is not SiteStatus.REJECTED:
            lists.setdefault((item.site.rows[0].file, item.site.datum_in), []).append(number)
    found = []
    for (file, said), members in lists.items():
        items = [coded[n] for n in members]
        given = np.array([item.site.given for item in items], dtype=np.float64)
        named = [polygons.get(_named(item.address.named)) for item in items]
        addresses = np.array([item.by_text or _NOWHERE for item in items], dtype=np.float64)
        guess = guess_datum(said, given, streets, named, addresses)
        found.append(ListGuess(file=file, members=tuple(members), given=given, guess=guess))
    return found


def guess_gazetteer(
    entries: Sequence[GazetteerEntry], areas: Sequence[Area], streets: Floats | None, said: Datum
) -> DatumGuess | None:
    """Guess the datum of a gazetteer that was read as `said`; None for an empty one. Roads' own points are not asked."""
    known = [entry for entry in entries if entry.kind is not GazetteerKind.ROAD]
    if not known:
        return None
    codes, polygons = area_codes(areas), {area.code: area.polygon for area in areas}
    named = [polygons.get(_named(codes.get((fold(entry.township), fold(entry.community)), {}))) for entry in known]
    points = np.array([entry.point for entry in known], dtype=np.float64)
    return guess_datum(said, written_in(points, said_as(said)), streets, named)


def _named(named: Mapping[AreaLevel, AreaCode]) -> AreaCode:
    return next((named[level] for level in _NAMING if level in named), AreaCode(""))


def doubts(lists: Iterable[ListGuess], rounds: Datum, gazetteer: DatumGuess | None) -> list[Complaint]:
    """Return a complaint for each list whose points are surely meant otherwise than said. `rounds` is the datum of round.toml."""
    return [
        Complaint(
            file=one.file,
            row=0,
            column="datum",
            value=one.guess.said.value,
            code="geocode.datum",
            severity=Severity.WARNING,
            text=say("datum.doubt", found=tell(one), advice=advise(one, rounds, gazetteer)),
        )
        for one in lists
        if one.guess.sure and not one.guess.agrees
    ]


def tell(one: ListGuess) -> Text:
    """Say how the points of a list are meant, with the evidence."""
    guess = one.guess
    said = say(f"datum.{said_as(guess.said).value}")
    fields: dict[str, object] = {"file": one.file, "said": said, "count": guess.points}
    if guess.likely is None:
        key = "datum.unclear" if guess.evidence else "datum.no_evidence"
        return say(key, **fields, evidence=_evidence(guess, said_as(guess.said)))
    key = "datum.agrees" if guess.agrees else "datum.differs"
    east, north = guess.shift_m
    likely = say(f"datum.{guess.likely.value}", east=f"{east:+.0f}", north=f"{north:+.0f}")
    text = say(key, **fields, likely=likely, evidence=_evidence(guess, guess.likely))
    if not guess.relative and any(
        e.kind == "addresses" and e.sure and e.best is not guess.likely for e in guess.evidence
    ):
        text = _joined(text, say("datum.gazetteer_differs"))
    return text


def evidence_of(one: ListGuess) -> Text:
    """Say what speaks for how the points of a list seem to be meant, without the list's name."""
    return _evidence(one.guess, one.guess.likely or said_as(one.guess.said))


def _evidence(guess: DatumGuess, reading: Reading) -> Text:
    """Say what speaks for a reading, beside what the list says of itself."""
    said = said_as(guess.said)
    texts = []
    for one in guess.evidence:
        shown = reading if reading in one.values else said
        other = (
            said if said is not shown else min((r for r in one.values if r is not shown), key=lambda r: _cost(one, r))
        )
        texts.append(
            say(
                f"datum.by_{one.kind}",
                count=one.count,
                value=_shown(one, shown),
                other=say(f"datum.short_{other.value}"),
                other_value=_shown(one, other),
            )
        )
    return Text("；".join(text.zh for text in texts), "; ".join(text.en for text in texts))


def _cost(one: Evidence, reading: Reading) -> float:
    return -one.values[reading] if one.kind == "areas" else one.values[reading]


def _shown(one: Evidence, reading: Reading) -> str:
    value = one.values[reading]
    return f"{round(value, 3):.0%}" if one.kind == "areas" else f"{value:.0f}"


def advise(one: ListGuess, rounds: Datum, gazetteer: DatumGuess | None) -> Text:
    """Say what the planner may do; `round.toml` is named only where nothing else that is read by it would suffer."""
    guess = one.guess
    if guess.likely is None or guess.agrees:
        return say("datum.keep" if guess.likely else "datum.ask")
    datum = guess.likely.datum
    if datum is None:
        return say(f"datum.mend_{guess.likely.value}")
    match setting_of(one, rounds, gazetteer):
        case "round.toml":
            return say("datum.set_round", datum=datum.value)
        case "mapping.toml":
            return say("datum.set_mapping", datum=datum.value, file=one.file)
        case _:
            return say("datum.set_list", datum=datum.value)


def setting_of(one: ListGuess, rounds: Datum, gazetteer: DatumGuess | None) -> str:
    """Return where the datum of a list is to be changed: round.toml, mapping.toml or (named there itself) list.

    round.toml says it for gazetteer and teams, too: it is not to be changed for the list alone.
    """
    if one.guess.said is not rounds:
        return "list"
    same = gazetteer is None or (gazetteer.sure and gazetteer.likely is one.guess.likely)
    return "round.toml" if same and not one.guess.relative else "mapping.toml"


def _joined(one: Text, other: Text) -> Text:
    return Text(f"{one.zh}；{other.zh}", f"{one.en}; {other.en}")

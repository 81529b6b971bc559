"""Pairs of sites that may be one: listed with reasons, decided by a person, remembered when their lists come anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from gridplan.intake.doubles import find_doubles
from gridplan.intake.merge import SameSites, merge_rows, pair_key
from gridplan.model.errors import InputError
from gridplan.model.rights import Right
from gridplan.model.site import PlacedSite, SiteId
from gridplan.model.words import say
from gridplan.report.files import write_csv
from gridplan.services.accounts.rights import ask
from gridplan.services.desk import Desk
from gridplan.store.repositories import Transaction

_HEAD = ("one", "other", "score", "reasons", "name", "other_name", "address", "other_address")


def said_of(t: Transaction) -> SameSites:
    """Return what people said of pairs."""
    decided = t.pairs.list()
    return SameSites(
        same=frozenset(one.keys for one in decided if one.same),
        different=frozenset(one.keys for one in decided if not one.same),
    )


def duplicates(desk: Desk, out: Path | None = None) -> list[dict[str, Any]]:
    """Return the doubtful pairs, the likeliest first; with `out` also as a CSV file."""
    with desk.store.reading() as t:
        placed, said = t.sites.placed(), said_of(t)
    by_id = {one.site.id: one for one in placed}
    rows = [
        {
            "one": pair.one,
            "other": pair.other,
            "score": pair.score,
            "reasons": "、".join(say(f"doubles.{reason}").zh for reason in pair.reasons),
            "name": by_id[pair.one].site.name,
            "other_name": by_id[pair.other].site.name,
            "address": by_id[pair.one].site.address,
            "other_address": by_id[pair.other].site.address,
        }
        for pair in find_doubles(placed, said)
    ]
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_csv(
            out, [say(f"doubles.head_{key}").zh for key in _HEAD], [[str(row[key]) for key in _HEAD] for row in rows]
        )
    return rows


def decide_pair(desk: Desk, one: str, other: str, *, same: bool, by: str) -> dict[str, Any]:
    """Say that two sites are one, and merge them now, or that they are two and are not asked about again.

    The merged site keeps the id and, where it is sure, the place of the first.

    Raises
    ------
    NotFound, InputError, Conflict
        There is no such placed site; they are one already; somebody has decided this pair.
    """
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
        first, second = t.sites.get(SiteId(one)), t.sites.get(SiteId(other))
        if one == other:
            raise InputError(say("doubles.itself"))
        names = first.site.name, second.site.name
        if same:
            t.snapshots.take("same", by=by, only=[first.site.id, second.site.id])
        id = t.pairs.add(pair_key(first.site, second.site), names, same, by=by)
        if same:
            t.sites.merge(_merged(first, second), second.site.id)
    return {"decision": id, "same": same, "kept": one, "names": list(names)}


def _merged(first: PlacedSite, second: PlacedSite) -> PlacedSite:
    site, _ = merge_rows([first.site, second.site])
    placed = second if second.fix.confident and not first.fix.confident else first
    return replace(placed, site=replace(site, id=first.site.id))


def pair_decisions(desk: Desk) -> list[dict[str, Any]]:
    """Return the decisions about pairs, the newest first."""
    with desk.store.reading() as t:
        decided = t.pairs.list()
    return [
        {
            "decision": one.id,
            "names": list(one.names),
            "same": one.same,
            "by": one.by,
            "at": one.at.isoformat(timespec="seconds"),
        }
        for one in decided
    ]


def forget_pair(desk: Desk, decision: int, *, by: str) -> dict[str, Any]:
    """Take a decision about a pair back: what was merged is parted at the next import, what was parted is asked about again."""
    with desk.store.transaction() as t:
        ask(t, by, Right.CHANGE_SITES, whole=True)
        gone = t.pairs.remove(decision, by=by)
    return {"decision": decision, "names": list(gone.names), "same": gone.same}

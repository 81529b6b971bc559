"""Verbs over doubtful sites: sites review, decide, decisions, forget."""

from __future__ import annotations

import argparse
from typing import Any

from gridplan.cli.shared import WHO, add_verb, desk_of, print_json, tell
from gridplan.model.errors import InputError
from gridplan.model.place import LonLat
from gridplan.model.words import say


def _review(args: argparse.Namespace) -> int:
    from gridplan.services.registry.reviewing import review_list

    found = review_list(desk_of(args))
    if args.json:
        print_json({"review": found})
        return 0
    for row in found:
        print(say("review.row", **row).zh)
        for candidate in row["candidates"]:
            print(say("review.candidate", **(candidate | {"level": say(f"review.level_{candidate['level']}")})).zh)
    print(say("review.count", count=len(found)).zh)
    return 0


def _decide(args: argparse.Namespace) -> int:
    from gridplan.services.registry.reviewing import decide

    point = _point(args.point) if args.point else None
    found = decide(
        desk_of(args),
        args.site,
        by=WHO,
        candidate=args.candidate,
        point=point,
        reject=args.reject,
        building=args.building,
    )
    return tell(args, found)


def _point(text: str) -> LonLat:
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        raise InputError(say("review.bad_point", value=text)) from None
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise InputError(say("review.bad_point", value=text))
    return LonLat(lon, lat)


def _decisions(args: argparse.Namespace) -> int:
    from gridplan.services.registry.reviewing import decisions

    return tell(args, {"decisions": decisions(desk_of(args))})


def _forget(args: argparse.Namespace) -> int:
    from gridplan.services.registry.reviewing import forget

    return tell(args, forget(desk_of(args), args.decision, by=WHO))


def add_verbs(sites: Any) -> None:
    """Add the verbs to the group `sites`."""
    add_verb(sites, "review", _review, "列出待核点位 / list the sites to review", "sites review")
    one = add_verb(
        sites,
        "decide",
        _decide,
        "定下一个待核点位，以后同址照此 / decide a doubtful site, for ever after",
        "sites decide S0007 --candidate 1",
    )
    one.add_argument("site", metavar="SITE_ID")
    one.add_argument("--candidate", type=int, metavar="N", help="取第几个候选 / which candidate")
    one.add_argument("--point", metavar="LON,LAT", help="指定坐标，WGS-84，经度在前 / a point, longitude first")
    one.add_argument("--reject", action="store_true", help="不在本区 / not in our district")
    one.add_argument("--building", action="store_true", help="同楼同小区的一并定 / all of the same building")
    add_verb(sites, "decisions", _decisions, "列出已定的 / list what was decided", "sites decisions")
    back = add_verb(sites, "forget", _forget, "收回一个决定 / take a decision back", "sites forget 3")
    back.add_argument("decision", type=int)

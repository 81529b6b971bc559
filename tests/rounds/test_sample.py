"""A random sample can be drawn again by anybody, and nobody can choose whom it hits."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.model.plan import SampleDraw
from gridplan.model.round import SampleWish
from gridplan.model.site import SiteId
from gridplan.rounds.sample import draw_sample, sample_size
from gridplan.routing.judge.check import check_plan
from tests.builders import visit
from tests.routing.plans import ENGINE, plan_of, route_of

SITES = [SiteId(f"S{n:04d}") for n in range(50)]


def test_the_same_list_and_seed_give_the_same_sites_in_whatever_order_the_list_comes() -> None:
    draw = draw_sample(SITES, 5, seed=3)
    assert draw == draw_sample(SITES[::-1], 5, seed=3) == draw_sample([*SITES, SITES[0]], 5, seed=3)
    assert len(draw.drawn) == len(set(draw.drawn)) == 5 and set(draw.drawn) < set(SITES)
    assert draw.list_sha256 == hashlib.sha256("\n".join(SITES).encode()).hexdigest()


def test_these_are_the_lots_that_the_certificate_describes() -> None:
    draw = draw_sample([SiteId("a"), SiteId("b"), SiteId("c")], 1, seed=1)
    lots = {site: hashlib.sha256(f"1|{draw.list_sha256}|{site}".encode()).hexdigest() for site in "abc"}
    assert draw.drawn == (min(lots, key=lots.__getitem__),)


def test_another_seed_or_one_site_more_draws_others() -> None:
    draw = draw_sample(SITES, 5, seed=3)
    assert draw.drawn != draw_sample(SITES, 5, seed=4).drawn
    assert draw.drawn != draw_sample([*SITES, SiteId("new")], 5, seed=3).drawn


def test_a_larger_sample_holds_the_smaller_one() -> None:
    assert draw_sample(SITES, 9, seed=3).drawn[:5] == draw_sample(SITES, 5, seed=3).drawn


def test_every_site_is_hit_about_as_often_as_any_other() -> None:
    hits = Counter(site for seed in range(400) for site in draw_sample(SITES, 5, seed).drawn)
    assert min(hits[site] for site in SITES) >= 15 and max(hits.values()) <= 75


@pytest.mark.parametrize(
    ("wish", "listed", "drawn"),
    [
        (SampleWish(size=3), 10, 3),
        (SampleWish(size=30), 10, 10),
        (SampleWish(share=0.1), 10, 1),
        (SampleWish(share=0.1), 11, 2),
        (SampleWish(share=0.3), 10, 3),
        (SampleWish(share=0.1), 0, 0),
    ],
)
def test_a_share_is_rounded_up_and_nobody_is_drawn_twice(wish: SampleWish, listed: int, drawn: int) -> None:
    assert sample_size(wish, listed) == drawn


@settings(max_examples=40, deadline=None)
@given(
    ids=st.sets(st.text("abc甲乙-|0", min_size=1, max_size=4), min_size=1, max_size=8),
    count=st.integers(1, 8),
    seed=st.integers(0, 2**31 - 1),
)
def test_the_judge_draws_what_the_round_drew(ids: set[str], count: int, seed: int) -> None:
    visits = [visit(id) for id in sorted(ids)]
    draw = draw_sample([one.site for one in visits], min(count, len(visits)), seed)

    def redrawn_alike(made: SampleDraw) -> bool:
        plan = plan_of(visits, [route_of(visits)], samples=[made])
        return not any("sites differ" in breach.text.en for breach in check_plan(plan, ENGINE))

    assert redrawn_alike(draw)
    assert not redrawn_alike(replace(draw, drawn=(*draw.drawn[:-1], SiteId("other"))))

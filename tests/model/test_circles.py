"""Large plans and the program itself are searched for circles once, not while people wait; what is given up goes all the same."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from gridplan.model.circles import MANY, none_made, settle


class Thing:
    """Something that may hold itself."""

    itself: Thing | None = None


def in_a_circle() -> weakref.ref[Thing]:
    """Return where a thing was that holds itself and is held by nobody else."""
    thing = Thing()
    thing.itself = thing
    return weakref.ref(thing)


@pytest.fixture(autouse=True)
def searching() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()
    gc.unfreeze()


def test_nothing_is_searched_within_the_block_and_everything_after_it() -> None:
    with none_made():
        assert not gc.isenabled()
        with none_made():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_block_that_breaks_leaves_the_search_on() -> None:
    with pytest.raises(ValueError, match="broken"), none_made():
        raise ValueError("broken")
    assert gc.isenabled()


def test_who_has_no_search_gets_none() -> None:
    gc.disable()
    with none_made():
        pass
    assert not gc.isenabled()


def test_what_is_settled_is_not_searched_again_and_what_comes_later_is() -> None:
    settle()
    assert gc.get_freeze_count() > 1000
    seen: list[int] = []
    gc.callbacks.append(lambda phase, told: seen.append(len(gc.get_objects())) if phase == "start" else None)
    try:
        later = in_a_circle()
        assert later() is not None
        gc.collect()
    finally:
        gc.callbacks.pop()
    assert later() is None and seen[0] < 1000


def test_a_kept_thing_that_is_given_up_goes_at_once_and_a_circle_when_another_is_settled() -> None:
    plan, circle = Thing(), Thing()
    circle.itself = circle
    where, round_ = weakref.ref(plan), weakref.ref(circle)
    settle()
    del plan, circle
    assert where() is None
    gc.collect()
    assert round_() is not None
    settle()
    assert round_() is None


def test_few_things_are_not_worth_it() -> None:
    settle(MANY - 1)
    assert gc.get_freeze_count() == 0

"""The plan's chart of team-days as a hand uses it: its rows, its blocks, a stop dragged to another place."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect


def rows(page: Page) -> Locator:
    """The chart's rows, one a team."""
    return page.locator("#gantt [data-row]")


def blocks(page: Page, row: int) -> Locator:
    """The stops in a row of the chart."""
    return rows(page).nth(row).locator(".block")


def chart_holds(page: Page, counts: Sequence[int]) -> None:
    """So many stops stand in the first rows of the chart, as soon as it is drawn."""
    for row, count in enumerate(counts):
        expect(blocks(page, row)).to_have_count(count)


def drag(page: Page, stop: Locator, onto: Locator, below: int = 0) -> None:
    """Drag a stop to where another stands, or so many pixels below its middle, and wait for the office's answer.

    The chart is drawn anew after every step and whenever the page around it grows, so both are taken where they come to rest.
    """
    with page.expect_response(lambda answer: "/edits" in answer.url) as answer:
        stop.hover()
        page.mouse.down()
        onto.hover()
        if below:
            box = onto.bounding_box()
            assert box
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + below, steps=3)
        page.mouse.up()
    assert answer.value.ok
    expect(page.locator("#now")).to_be_visible()

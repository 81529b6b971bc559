"""The page of jobs in a browser: a draft is seen under way and ends, all without loading the page again."""

from __future__ import annotations

from gridplan.jobs.rows import Jobs
from gridplan.services.rounds import drafting


def test_a_draft_is_followed_to_its_end_by_keyboard_too(desk_page, office):
    desk_page.log_in("lin")
    desk_page.go("/jobs")
    page = desk_page.page
    page.wait_for_selector("text=现在没有任务")
    waiting = Jobs(office.desk.store).add("draft", {"round_id": 9999}, by="lin")  # fails: there is no such round
    job = drafting.start_draft(office.desk, office.round_id, by="lin", rounds=20)
    page.wait_for_selector(f'tr[data-job="{job}"] >> text=已完成', timeout=60_000)
    failed = page.locator(f'tr[data-job="{waiting}"]')
    failed.wait_for()
    assert "失败" in failed.inner_text() and waiting[:8] in failed.inner_text()
    again = failed.locator("button")
    again.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert len(Jobs(office.desk.store).list(kind="draft")) == 3
    page.locator(f'tr[data-job="{job}"] a').click()
    page.wait_for_url("**/plans/*")


def test_the_page_needs_no_sideways_scrolling(desk_page):
    desk_page.log_in("lin")
    desk_page.page.set_viewport_size({"width": 1280, "height": 800})
    desk_page.go("/jobs")
    assert desk_page.page.evaluate("document.documentElement.scrollWidth") <= 1280

"""Chromium drives the frame of the desk: keys, find, menu, the page of people, in print too."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, Watched

pytestmark = pytest.mark.browser


def test_the_rail_is_walked_by_keys_and_none_fires_while_one_types(desk_page: Watched):
    desk_page.log_in("lin")
    page = desk_page.page
    words = page.locator(".rail a").all_inner_texts()
    number = next(n for n, word in enumerate(words, 1) if word.startswith("覆盖"))
    page.keyboard.press("g")
    page.keyboard.type(str(number))
    page.wait_for_url("**/coverage")
    expect(page.locator(".rail [aria-current=page]")).to_contain_text("覆盖")
    page.keyboard.press("/")
    page.keyboard.type("g1?")
    expect(page.locator("#keys")).to_be_hidden()
    assert "/coverage" in page.url
    page.keyboard.press("Escape")
    expect(page.locator("#find")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("覆盖")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_find_leads_to_a_round_by_its_name(desk_page: Watched):
    desk_page.log_in("lin")
    page = desk_page.page
    page.keyboard.press("/")
    page.keyboard.type("示例轮")
    expect(page.locator("#find li[aria-selected=true]")).to_contain_text("示例轮次")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rounds/1")
    page.keyboard.press("/")
    page.keyboard.type("没有这个")
    expect(page.locator("#find [aria-live]")).to_contain_text("没有找到")


def test_the_first_focus_leads_to_the_content(desk_page: Watched):
    desk_page.log_in("lin")
    desk_page.page.keyboard.press("Tab")
    expect(desk_page.page.locator("a.skip")).to_be_focused()
    desk_page.page.keyboard.press("Enter")
    expect(desk_page.page.locator("#main")).to_be_focused()


def test_a_new_colleague_gets_in_with_the_password_that_is_shown_once(desk_page: Watched):
    desk_page.log_in("he")
    page = desk_page.page
    expect(page.locator("h1")).to_have_text("人员与权限")
    page.fill("#add #login", "xin")
    page.fill("#add #name", "新同事")
    page.select_option("#add #role", "head")
    page.select_option("#add #area", "110000001")
    page.click("#add button")
    password = page.locator("#once").inner_text()
    page.click("details.menu summary")
    page.click(".menu-body form button")
    page.fill("#login", "xin")
    page.fill("#password", password)
    page.click("form button.lead")
    page.wait_for_url("**/me")
    page.fill("#old", password)
    page.fill("#new", PASSWORD)
    page.fill("#again", PASSWORD)
    page.click("#password-form button")
    page.wait_for_url("**/coverage")
    expect(page.locator(".told")).to_contain_text("密码已改")


def test_print_has_no_rail_and_no_bar(desk_page: Watched):
    desk_page.log_in("he")
    desk_page.page.emulate_media(media="print")
    for hidden in (".rail", ".bar", "#find"):
        expect(desk_page.page.locator(hidden)).to_be_hidden()
    expect(desk_page.page.locator("#people-table")).to_be_visible()

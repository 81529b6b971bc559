"""A whole day in the field, in Chromium at a phone's size: without network, through reloads and closed tabs, each result once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from gridplan.model.release import CHINA
from gridplan.services.plans import publishing
from gridplan.services.rounds import drafting
from tests.browser.conftest import PASSWORD, Office

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def out(office: Office) -> Iterator[Office]:
    """The office on the morning of the only day, its route given to 周敏."""
    head, plan = drafting.draft(office.desk, office.round_id, by="test")
    publishing.publish(office.desk, head.id, by="test")
    publishing.assign(office.desk, head.id, plan.routes[0].id, ["zhou"], by="test")
    real, day = office.desk.now, plan.routes[0].date
    office.desk.now = lambda: datetime(day.year, day.month, day.day, 8, 30, tzinfo=CHINA)
    yield office
    office.desk.now = real


class Hand:
    """One phone: its browser may be closed and opened again, what it stored stays."""

    def __init__(self, browser: Browser, office: Office):
        self.base = office.url
        self.errors: list[str] = []
        self.context: BrowserContext = browser.new_context(
            viewport=PHONE, is_mobile=True, has_touch=True, locale="zh-CN"
        )
        self.page = self.tab()

    def tab(self) -> Page:
        page = self.context.new_page()
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    def log_in(self, login: str) -> None:
        self.page.goto(self.base + "/login?next=/field/")
        self.page.fill("#login", login)
        self.page.fill("#password", PASSWORD)
        self.page.click("form button.lead")
        self.page.wait_for_selector("body[data-synced]")
        self.page.evaluate("navigator.serviceWorker.ready")

    def reopen(self) -> None:
        """Close the tab and open the app from the home screen."""
        self.page.close()
        self.page = self.tab()
        self.page.goto(self.base + "/field/")
        self.page.wait_for_selector("body[data-app]")

    def offline(self, on: bool) -> None:
        self.context.set_offline(on)

    def report(self, outcome: str = "done", note: str = "") -> None:
        self.page.click("#arrived")
        self.page.wait_for_selector("#done")
        if note:
            self.page.fill("#note", note)
        self.page.click("#done" if outcome == "done" else f"[data-outcome={outcome}]")
        self.page.wait_for_selector("#saved")

    def outbox(self, state: str) -> int:
        return self.page.evaluate(
            "state => Field.store.all('outbox').then((all) => all.filter((one) => one.state === state).length)", state
        )


@pytest.fixture
def hand(browser: Browser, out: Office) -> Iterator[Hand]:
    made = Hand(browser, out)
    yield made
    made.context.close()


def results(office: Office):
    with office.desk.store.reading() as t:
        return t.results.list(office.round_id)


def test_1_a_whole_day_without_network_arrives_once_each(hand: Hand, out: Office):
    hand.log_in("zhou")
    expect(hand.page.locator("#next h2")).to_contain_text("月亮托管")
    expect(hand.page.locator(".folium-map canvas").first).to_be_attached()
    hand.offline(True)
    hand.reopen()
    expect(hand.page.locator("#network")).to_contain_text("无网络")
    # The first stop: a "no" opens a finding, a photo is taken, and the tab dies in the middle of it.
    hand.page.click("#arrived")
    hand.page.click("#arrive")
    hand.page.click('[data-item="fire"] [data-value=no]')
    hand.page.fill('[data-item="fire"] textarea', "灭火器过期")
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
    with hand.page.expect_file_chooser() as chooser:
        hand.page.click(".finding .photo.add")
    chooser.value.set_files({"name": "p.png", "mimeType": "image/png", "buffer": png})
    expect(hand.page.locator(".finding .photo img")).to_have_count(1)
    hand.page.reload()
    expect(hand.page.locator('[data-item="fire"] textarea')).to_have_value("灭火器过期")
    expect(hand.page.locator(".finding .photo img")).to_have_count(1)
    expect(hand.page.locator("#arrived-line")).to_contain_text("已到达")
    expect(hand.page.locator("#done")).to_contain_text("问题 1 条")
    hand.page.click("#done")
    expect(hand.page.locator("#saved")).to_contain_text("已存本机")
    hand.reopen()
    hand.report("closed", "邻居说周末不开")
    hand.reopen()
    hand.report()
    # Taken back and reported otherwise, as long as nobody tried to send it.
    hand.page.click("#undo")
    hand.page.click("[data-outcome=refused]")
    hand.page.wait_for_selector("#saved")
    expect(hand.page.locator("#done-count")).to_have_text("1")
    assert (hand.outbox("waiting"), len(results(out))) == (3, 0)
    hand.page.goto(hand.base + "/field/#/outbox")
    expect(hand.page.locator(".safe")).to_contain_text("3 条记录已安全存在本机")
    hand.offline(False)
    expect(hand.page.locator("li[data-state=applied]")).to_have_count(3)
    kept = {one.visit: one for one in results(out)}
    assert (
        sorted(one.outcome.value for one in kept.values()) == ["closed", "done", "refused"] and len(results(out)) == 3
    )
    with out.desk.store.reading() as t:
        (finding,) = t.findings.list()
        assert finding.text == "灭火器过期" and len(finding.photos) == 1
        assert t.parcels.photo(finding.photos[0])[0].media_type == "image/jpeg"
    assert [error for error in hand.errors if "ERR_INTERNET_DISCONNECTED" not in error] == []


def test_2_an_answer_that_is_lost_makes_the_phone_send_again_and_it_counts_once(hand: Hand, out: Office):
    hand.log_in("zhou")
    before, tries = len(results(out)), []

    def lose(route):
        tries.append(1)
        if len(tries) > 2:
            route.continue_()
            return
        route.fetch()  # the office has it
        route.abort()  # and the phone never hears of it

    hand.context.route("**/field/results", lose)
    hand.report("not_found")
    for _ in range(3):
        hand.page.evaluate("Field.send.flush()")
    assert hand.outbox("waiting") == 0 and len(tries) == 3
    assert len(results(out)) == before + 1


def test_3_what_one_person_has_not_sent_is_never_sent_nor_seen_by_another(hand: Hand, out: Office):
    hand.log_in("zhou")
    before = len(results(out))
    hand.offline(True)
    hand.report("closed", "周敏写的")
    hand.context.clear_cookies()  # before there is a network again: else the phone sends at once
    hand.offline(False)
    hand.log_in("lu")
    expect(hand.page.locator("body")).not_to_contain_text("月亮托管")
    hand.page.goto(hand.base + "/field/#/outbox")
    expect(hand.page.locator("li[data-state]")).to_have_count(0)
    hand.page.evaluate("Field.send.flush()")
    assert len(results(out)) == before and hand.outbox("waiting") == 1
    hand.log_in("zhou")
    hand.page.wait_for_function("Field.store.all('outbox').then((all) => all.every((one) => one.state === 'applied'))")
    assert len(results(out)) == before + 1 and results(out)[-1].by == "zhou"


def test_4_log_out_wipes_route_and_map_but_not_what_has_not_arrived(hand: Hand, out: Office):
    hand.log_in("zhou")
    hand.offline(True)
    hand.page.goto(hand.base + "/field/#/me")
    hand.page.click("#log-out")
    hand.page.wait_for_selector("body[data-state=out]")
    assert hand.page.evaluate("Field.store.all('own')") == []
    hand.reopen()
    expect(hand.page.locator("body")).not_to_contain_text("月亮托管")
    hand.offline(False)
    hand.reopen()
    hand.page.wait_for_selector("body[data-synced]")
    assert hand.page.request.get(hand.base + "/field/hello.json").status == 401


def test_5_a_route_that_ended_or_was_given_to_others_is_wiped_and_its_results_wait_for_the_planner(
    hand: Hand, out: Office
):
    hand.log_in("zhou")
    before = len(results(out))
    hand.offline(True)
    hand.report("moved")
    head = published(out)
    with out.desk.store.reading() as t:
        route = t.plans.plan(head.id).routes[0].id
    publishing.assign(out.desk, head.id, route, ["lu"], by="test")
    hand.offline(False)
    hand.page.goto(hand.base + "/field/#/outbox")
    expect(hand.page.locator("li[data-state=conflict]")).to_contain_text("已改派给 陆怀远")
    assert len(results(out)) == before
    hand.page.evaluate("Field.send.flush({ fresh: true })")
    hand.reopen()
    expect(hand.page.locator(".empty")).to_be_visible()
    # An hour after the log-in's end the phone forgets by itself, without network.
    hand.offline(True)
    hand.page.evaluate("Field.store.get('meta', 'who').then((who) => Field.store.put('meta', { ...who, until: 1 }))")
    hand.reopen()
    expect(hand.page.locator(".empty")).to_contain_text("登录已过期")
    assert hand.page.evaluate("Field.store.all('own')") == []
    publishing.assign(out.desk, head.id, route, ["zhou"], by="test")


def published(office: Office):
    with office.desk.store.reading() as t:
        head = t.plans.published(office.round_id)
    assert head
    return head


def test_6_the_app_installs_and_its_targets_are_large_and_nothing_scrolls_sideways(hand: Hand, out: Office):
    hand.log_in("zhou")
    manifest = hand.page.request.get(hand.base + "/field/manifest.webmanifest").json()
    assert manifest["start_url"].startswith(manifest["scope"]) and {icon["sizes"] for icon in manifest["icons"]} == {
        "192x192",
        "512x512",
    }
    for icon in manifest["icons"]:
        assert hand.page.request.get(hand.base + icon["src"]).headers["content-type"] == "image/png"
    visits = hand.page.evaluate("Field.state.day.stops.map((stop) => stop.visit)")
    for language in ("zh", "en"):
        hand.page.evaluate("code => Field.app.speak(code)", language)
        for address in ("#/", "#/map", "#/outbox", "#/me", f"#/stop/{visits[-1]}"):
            hand.page.goto(hand.base + "/field/" + address)
            hand.page.wait_for_timeout(150)
            assert hand.page.evaluate("document.documentElement.scrollWidth") == 390, (language, address)
            small = hand.page.evaluate(
                "[...document.querySelectorAll('#app button, #app a.btn, #app select, #app input:not(.vh)')].filter((one) => { const box = one.getBoundingClientRect();"
                " return box.width && (box.height < 40 || box.width < 40) && !one.closest('.photo, .folium-map'); }).map((one) => one.outerHTML.slice(0, 120))"
            )
            assert small == [], (language, address)
    assert re.fullmatch("en|zh-CN", hand.page.evaluate("document.documentElement.lang"))

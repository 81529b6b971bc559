"""Opens every page of an office in Chromium as the person whose page it is, and notes what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page, Request

from tests.browser.whole_office import PASSWORD, WALKER, WholeOffice
from tests.serving import serving
from web import create_app
from web.api import PREFIX

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
DESK, NARROW, PHONE = (1440, 900), (1280, 800), (390, 844)
WAIT_MS, MOST_WAITS = 60, 40
PLANNER, CHIEF, HEAD, AUDITOR = "lin", "he", "zheng", "su"
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
GRAVE = ("serious", "critical")
# The width that the page needs, the width there is, and whether the page itself hides what is too wide for it. What follows the
# size of the window has been drawn by the second frame.
WIDE = (
    "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(["
    "document.scrollingElement.scrollWidth, document.documentElement.clientWidth,"
    " [...document.querySelectorAll('main.page')].some((main) => main.scrollWidth > main.clientWidth)]))))"
)
# Words that only an unfinished page shows.
UNFINISHED = r"(?<![\w-])(undefined|NaN|null|None|Infinity)(?![\w-])|\[object |\{\{|\}\}"


@dataclass(frozen=True, slots=True)
class Look:
    """One page: who opens it, at which address, on which screens."""

    person: str
    address: str
    screens: tuple[tuple[int, int], ...] = (DESK,)
    saved: bool = False
    """It is saved on the disk and opened from there."""


BOTH = (DESK, PHONE)
# What a page is opened with: rule → looks at it. {name} is filled in from the office.
PAGES: Mapping[str, Sequence[Look]] = {
    "/login": (Look("", "/login", BOTH),),
    "/rounds": (Look(PLANNER, "/rounds"),),
    "/rounds/new": (Look(PLANNER, "/rounds/new"),),
    "/rounds/<int:round_id>": (
        Look(PLANNER, "/rounds/{round_id}"),
        Look(PLANNER, "/rounds/{empty_round}"),
        Look(PLANNER, "/rounds/{hard_round}"),
    ),
    "/plans": (Look(PLANNER, "/plans"),),
    "/plans/<int:plan_id>": (
        Look(PLANNER, "/plans/{plan_id}"),
        Look(PLANNER, "/plans/{other_id}"),
        Look(AUDITOR, "/plans/{plan_id}"),
        Look(AUDITOR, "/plans/{plan_id}?tab=unplanned"),
    ),
    "/plans/<int:plan_id>/compare/<int:other_id>": (Look(PLANNER, "/plans/{plan_id}/compare/{other_id}"),),
    "/plans/<int:plan_id>/routes/<route_id>/card": (Look(PLANNER, "/plans/{plan_id}/routes/{route_id}/card"),),
    "/plans/<int:plan_id>/routes/<route_id>/day.html": (
        Look(PLANNER, "/plans/{plan_id}/routes/{route_id}/day.html", BOTH, saved=True),
    ),
    "/assign": (Look(PLANNER, "/assign"),),
    "/sites": (Look(PLANNER, "/sites"),),
    "/sites/card": (Look(PLANNER, "/sites/card?site={site_id}"),),
    "/sites/complaints": (Look(PLANNER, "/sites/complaints"),),
    "/sites/doubles": (Look(PLANNER, "/sites/doubles"),),
    "/sites/undo": (Look(PLANNER, "/sites/undo"),),
    "/sites/import": (Look(PLANNER, "/sites/import"),),
    "/sites/import/<draft>": (Look(PLANNER, "/sites/import/{import_draft}"),),
    "/review": (Look(PLANNER, "/review"),),
    "/areas": (
        Look(PLANNER, "/areas"),
        Look(PLANNER, "/areas?tab=vacant"),
        Look(PLANNER, "/areas?tab=checks"),
        Look(PLANNER, "/areas?tab=history"),
    ),
    "/areas/owners/import/<draft>": (Look(PLANNER, "/areas/owners/import/{owners_draft}"),),
    "/crews": (Look(PLANNER, "/crews"),),
    "/crews/team": (Look(PLANNER, "/crews/team?id={team_id}"), Look(PLANNER, "/crews/team")),
    "/findings": (Look(PLANNER, "/findings"), Look(HEAD, "/findings")),
    "/findings/<finding_id>": (Look(PLANNER, "/findings/{finding_id}"),),
    "/leads": (Look(PLANNER, "/leads"),),
    "/leads/<int:lead_id>": (Look(PLANNER, "/leads/{lead_id}"), Look(PLANNER, "/leads/1")),
    "/changes": (Look(PLANNER, "/changes"),),
    "/lists": (Look(PLANNER, "/lists"), Look(PLANNER, "/lists?list=black")),
    "/leaders": (Look(PLANNER, "/leaders"),),
    "/campaigns": (Look(PLANNER, "/campaigns"),),
    "/campaigns/<int:campaign_id>": (Look(PLANNER, "/campaigns/1"),),
    "/conflicts": (Look(PLANNER, "/conflicts"),),
    "/jobs": (Look(PLANNER, "/jobs"),),
    "/find": (Look(PLANNER, "/find?q=培训"), Look(PLANNER, "/find?q=没有这个")),
    "/people": (Look(CHIEF, "/people"),),
    "/people/<login>": (Look(CHIEF, "/people/{login}"),),
    "/me": (Look(PLANNER, "/me"),),
    "/audit": (Look(CHIEF, "/audit"), Look(AUDITOR, "/audit")),
    "/coverage": (
        Look(HEAD, "/coverage", BOTH),
        Look(HEAD, "/coverage?level=community", BOTH),
        Look(HEAD, "/coverage?level=cell"),
    ),
    "/report": (
        Look(HEAD, "/report", BOTH),
        Look(HEAD, "/report?kind=weekly", BOTH),
        Look(HEAD, "/report?kind=round", BOTH),
    ),
    "/reports/<int:report_id>": (Look(HEAD, "/reports/{report_id}", BOTH),),
    "/books/sites/<site_id>": (Look(HEAD, "/books/sites/{site_id}", BOTH),),
    "/field/": tuple(
        Look(WALKER, f"/field/#/{part}", (PHONE,)) for part in ("", "map", "outbox", "me", "stop/{visit_id}")
    ),
    "/field/shell": (Look(WALKER, "/field/shell", (PHONE,)),),
    "/today": (Look(WALKER, "/today", BOTH),),
    "/stops/<visit_id>": (Look(WALKER, "/stops/{visit_id}", BOTH),),
    f"{PREFIX}/docs": (Look(PLANNER, f"{PREFIX}/docs"),),
}
NO_PAGES = frozenset(
    {
        "/",  # leads on
        "/areas/areas.geojson",
        "/assets/<path:name>",
        "/assets/v-<v>/<path:name>",
        "/audit.csv",
        "/basemap.json",
        "/books/ledger.xlsx",
        "/coverage.<kind>",
        "/coverage/areas.geojson",
        "/crews/capacity",  # a part of /crews
        "/crews/find.json",
        "/door.svg",
        "/favicon.ico",
        "/field/<name>.<kind>",
        "/field/day.json",
        "/field/hello.json",
        "/field/receipts.json",
        "/healthz",
        "/jobs/<job_id>",
        "/jobs/<job_id>/file",
        "/jobs/table",  # a part of /jobs
        "/lists/<kind>.csv",
        "/metrics",
        "/photos/<key>",
        "/plans/<int:plan_id>/areas.geojson",
        "/plans/<int:plan_id>/areas.json",
        "/plans/<int:plan_id>/history.json",
        "/plans/<int:plan_id>/model.json",
        "/plans/<int:plan_id>/offers/<path:visit_id>",
        "/plans/<int:plan_id>/routes.<path:kind>",
        "/plans/<int:plan_id>/routes.geojson",
        "/plans/<int:plan_id>/routes/<route_id>/day.pdf",
        "/plans/jobs/<job_id>",
        "/report/file.<format>",
        "/reports/<int:report_id>/file.<format>",
        "/review/areas.geojson",
        "/rounds/<int:round_id>/progress",
        "/sites/areas.geojson",
        "/sites/complaints.xlsx",
        "/sites/export.xlsx",
        "/sites/import/<draft>/doubts.xlsx",
        "/sites/import/<draft>/progress.json",
        "/sites/rows.json",
        "/static/<path:filename>",
        "/static/v-<v>/<path:filename>",
        "/today/routes.geojson",
    }
)
"""Data, files and parts of pages: nobody looks at them in a browser."""


@dataclass
class Seen:
    """What was noticed: each entry names page, person and screen."""

    pages: int = 0
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)
    sideways: list[str] = field(default_factory=list)
    not_chinese: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)

    def add(self, other: Seen) -> None:
        """Take what another look noticed."""
        self.pages += other.pages
        for name in ("outside", "errors", "axe", "sideways", "not_chinese", "unfinished"):
            getattr(self, name).extend(getattr(other, name))


def rules_without_row(app: Flask) -> set[str]:
    """Return the GET routes of which nobody said whether they are pages."""
    known = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return known ^ ((set(PAGES) - {f"{PREFIX}/docs"}) | NO_PAGES)


@contextmanager
def served(office: WholeOffice) -> Iterator[tuple[str, Flask]]:
    """Serve an office on loopback."""
    app = create_app(office.desk, testing=True)
    with serving(app) as base:
        yield base, app


def look_at_all(browser: Browser, office: WholeOffice, base: str, pictures: Path | None = None) -> Seen:
    """Open every page, one context for each person, and return what was noticed; with a picture of each where wanted."""
    seen = Seen()
    looks = [look for looks in PAGES.values() for look in looks]
    for person in dict.fromkeys(look.person for look in looks):
        seen.add(look_as(browser, office, base, [one for one in looks if one.person == person], pictures))
    return seen


def look_as(
    browser: Browser,
    office: WholeOffice,
    base: str,
    looks: Sequence[Look],
    pictures: Path | None = None,
    language: str = "zh",
) -> Seen:
    """Open pages as one person."""
    seen = Seen()
    context = browser.new_context(viewport=_size(DESK), locale="zh-CN", reduced_motion="reduce")
    page = context.new_page()
    where = [""]
    pending: set[Request] = set()
    page.on("console", lambda said: seen.errors.append(f"{where[0]}: {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: seen.errors.append(f"{where[0]}: {error}"))

    def watch(url: str) -> None:
        if not url.startswith((base, "data:", "blob:", office.folder.as_uri(), "about:")):
            seen.outside.append(f"{where[0]}: {url}")

    context.on("request", lambda request: watch(request.url))
    page.on("request", lambda request: pending.add(request))
    page.on("requestfinished", lambda request: pending.discard(request))
    page.on("requestfailed", lambda request: pending.discard(request))
    if person := looks[0].person:
        _log_in(page, base, person)
    if language == "en":
        page.goto(f"{base}/me")
        page.locator("form[action^='/language/en'] button:not([disabled])").first.click()
    for look in looks:
        address = look.address.format(**office.addresses())
        for screen in look.screens:
            where[0] = f"{person or '-'} {address} {screen[0]}"
            page.set_viewport_size(_size(screen))
            _open(page, _saved(page, office, base + address) if look.saved else base + address, pending)
            seen.pages += 1
            judge(page, where[0], seen)
            if pictures is not None:
                name = re.sub(r"[^\w一-鿿]+", "-", f"{person or 'nobody'} {address}").strip("-")
                page.screenshot(path=pictures / f"axe-{name}-{screen[0]}.png")
    context.close()
    return seen


def judge(page: Page, where: str, seen: Seen) -> None:
    """Note what is wrong with the page that is open."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE.read_text("utf-8"))  # past the page's policy, which lets no foreign script in
    found = page.evaluate(
        "async (tags) => (await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }))"
        ".violations.map((one) => [one.impact, one.id, one.nodes.map((node) => `${node.target} ${node.html.slice(0, 160)}`"
        " + ` (${(node.failureSummary || '').split('\\n').slice(1, 2).join('').trim().slice(0, 160)})`)])",
        list(WCAG),
    )
    for impact, rule, nodes in found:
        if impact in GRAVE:
            seen.axe += [f"{where}: {rule}: {node}" for node in nodes]
    measure_widths(page, where, seen)
    text = page.evaluate("() => document.title + '\\n' + document.body.innerText")
    if len(re.findall("[一-鿿]", text)) < 4:
        seen.not_chinese.append(where)
    seen.unfinished += [f"{where}: {found[0]}" for found in re.finditer(UNFINISHED, text)]


def measure_widths(page: Page, where: str, seen: Seen) -> None:
    """Note on which screens the page must be moved sideways; it is brought back to the one it was opened on."""
    there = page.viewport_size
    assert there
    for screen in dict.fromkeys((tuple(there.values()), NARROW, PHONE)):
        page.set_viewport_size(_size(screen))
        wide, width, inside = page.evaluate(WIDE)
        if wide > width or inside:
            seen.sideways.append(f"{where}, {screen[0]} wide: {wide} > {width} {inside}")
    page.set_viewport_size(there)


def _open(page: Page, url: str, pending: set[Request]) -> None:
    """Open a page and wait until nothing is under way for a moment; one that asks again and again is not waited for."""
    if "#" in url:  # a step within a page is no navigation of its own
        page.goto("about:blank")
    pending.clear()
    page.goto(url, wait_until="load")
    quiet = 0
    for _ in range(MOST_WAITS):
        page.wait_for_timeout(WAIT_MS)
        quiet = 0 if pending else quiet + 1
        if quiet >= 2:
            return


def _saved(page: Page, office: WholeOffice, url: str) -> str:
    file = office.folder / "saved.html"
    file.write_bytes(page.request.get(url).body())
    return file.as_uri()


def _log_in(page: Page, base: str, person: str) -> None:
    page.goto(f"{base}/login")
    page.fill("#login", person)
    page.fill("#password", PASSWORD)
    page.click("form button.lead")
    page.wait_for_url(lambda url: "/login" not in url)


def _size(screen: tuple[int, int]):
    return {"width": screen[0], "height": screen[1]}

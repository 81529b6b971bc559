"""Phones without network: reports through the page, cut answers, reloads, closed tabs, results sent twice, a team that is revoked."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page, Route

from gridplan.model.plan import Plan
from gridplan.model.record import PlanHead
from gridplan.services.desk import Desk
from gridplan.services.field import field_desk
from gridplan.services.plans import publishing
from tests.bench.field.office import PASSWORD
from tests.bench.figures import Figure, plain

LOST, CUT = 0.2, 0.2
"""How often an answer is lost on the way back, and how often the request never arrives."""
CLOSED, RELOADED, TWICE = 0.08, 0.12, 0.25
OUTCOMES = ("done", "done", "done", "done", "closed", "refused", "moved", "not_found")


@dataclass
class Told:
    """What happened on the way."""

    lost: int = 0
    cut: int = 0
    closed: int = 0
    reloaded: int = 0
    twice: int = 0


class Phone:
    """One person's phone."""

    def __init__(self, browser: Browser, base: str, login: str, dice: random.Random, told: Told) -> None:
        self.base, self.login, self.dice, self.told = base, login, dice, told
        self.context: BrowserContext = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True)
        self.page: Page = self.context.new_page()
        self.page.goto(f"{base}/login?next=/field/")
        self.page.fill("#login", login)
        self.page.fill("#password", PASSWORD)
        self.page.click("form button.lead")
        self.page.wait_for_selector("body[data-synced]", timeout=120_000)
        self.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")

    def open(self) -> None:
        """Open the app from the home screen."""
        self.page = self.context.new_page()
        self.page.goto(f"{self.base}/field/")
        self.page.wait_for_selector("body[data-app]", timeout=60_000)

    def walk(self) -> int:
        """Report every stop without network; return how many."""
        self.context.set_offline(True)
        reported = 0
        while self.page.locator("#arrived").count():
            self.page.click("#arrived")
            self.page.wait_for_selector("#done", timeout=60_000)
            if self.dice.random() < RELOADED:
                self.page.reload()
                self.page.wait_for_selector("#done", timeout=60_000)
                self.told.reloaded += 1
            outcome = self.dice.choice(OUTCOMES)
            self.page.click("#done" if outcome == "done" else f"[data-outcome={outcome}]")
            self.page.wait_for_selector("#saved", timeout=60_000)
            reported += 1
            if self.dice.random() < CLOSED:
                self.page.close()
                self.open()
                self.told.closed += 1
        return reported

    def sync(self) -> Counter[str]:
        """Get network that drops requests and answers, until nothing waits; return the states that the phone shows."""

        def weather(route: Route) -> None:
            luck = self.dice.random()
            if luck < CUT:
                self.told.cut += 1
                route.abort()
            elif luck < CUT + LOST:
                self.told.lost += 1
                route.fetch()
                route.abort()
            else:
                route.continue_()

        self.context.route("**/field/results", weather)
        self.context.set_offline(False)
        for _ in range(400):
            self.page.evaluate("Field.send.flush()")
            states = Counter(self.page.evaluate("Field.store.all('outbox').then((all) => all.map((one) => one.state))"))
            if not states["waiting"]:
                break
            if self.dice.random() < CLOSED:
                self.page.close()
                self.open()
                self.told.closed += 1
        self.context.unroute("**/field/results")
        return states

    def again(self, bodies: list[str]) -> Counter[str]:
        """Send bodies anew, whosever they are; return what the office answers."""
        script = """async (bodies) => { const { csrf } = await (await fetch('hello.json')).json(); const told = [];
            for (const body of bodies) { const answer = await fetch('results', { method: 'POST', body, headers: { 'X-CSRFToken': csrf, 'Content-Type': 'application/json' } }); told.push(answer.ok ? (await answer.json()).state : String(answer.status)); }
            return told; }"""
        return Counter(self.page.evaluate(script, bodies))

    def bodies(self) -> list[str]:
        """Return what this phone sent."""
        return list(self.page.evaluate("Field.store.all('outbox').then((all) => all.map((one) => one.body))"))


def five_hundred(browser: Browser, base: str, desk: Desk, head: PlanHead, plan: Plan, seed: int) -> Iterator[Figure]:
    """Yield what arrived, by whom, and what was thrown at it."""
    dice, told = random.Random(seed), Told()
    owner = {stop.visit: f"p{n:02d}" for n, route in enumerate(plan.routes, 1) for stop in route.stops}
    revoked = f"p{len(plan.routes):02d}"
    reported, states, wrong = 0, Counter[str](), Counter[str]()
    lifted: list[str] = []
    for n in range(1, len(plan.routes) + 1):
        phone = Phone(browser, base, f"p{n:02d}", dice, told)
        reported += phone.walk()
        if phone.login == revoked:
            publishing.assign(desk, head.id, plan.routes[n - 1].id, ["spare"], by="test")
        states += phone.sync()
        # Another person's results, sent from this person's log-in with a key of their own and with the other's.
        if lifted:
            wrong += phone.again(lifted)
        sent = phone.bodies()
        twice = [body for body in sent if dice.random() < TWICE]
        told.twice += len(twice)
        phone.again(twice)
        lifted = [
            dice.choice(sent),
            dice.choice(sent).replace('"key":"', '"key":"0', 1).replace('"key":"0', '"key":"', 1),
        ]
        phone.context.close()
    for row in field_desk.conflicts(desk, by="lin")["waiting"]:
        field_desk.settle(desk, row["key"], accept=True, by="lin")
    with desk.store.reading() as t:
        kept = t.results.list(head.round_id)
    by_others = sum(one.by != owner[one.visit] for one in kept)
    yield Figure("results reported without network", reported, "results", None, None)
    yield Figure("results on the server", len(kept), "results", f"{reported}", len(kept) == reported)
    yield Figure(
        "of them twice",
        len(kept) - len({one.visit for one in kept}),
        "results",
        "0",
        len(kept) == len({one.visit for one in kept}),
    )
    yield Figure("of them by the wrong person", by_others, "results", "0", by_others == 0)
    yield plain("of a revoked team, settled by the planner", states["conflict"], "results")
    yield plain("another person's results sent on purpose, applied", wrong["applied"], "results")
    for name in ("cut", "lost", "closed", "reloaded", "twice"):
        words = {
            "cut": "requests cut",
            "lost": "answers lost",
            "closed": "tabs closed",
            "reloaded": "reloads",
            "twice": "results sent once more",
        }
        yield plain(words[name], getattr(told, name), "times")

"""Rounds, plans, assignments and results: nothing is overwritten unseen, nothing is taken twice."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from gridplan.model.document import plan_to_json
from gridplan.model.errors import Conflict, InputError, NotFound
from gridplan.model.place import FixLevel
from gridplan.model.plan import RouteId
from gridplan.model.record import PlanId, PlanState, Receipt, Role, RoundId, User
from gridplan.model.result import Assignment, Outcome
from gridplan.model.round import (
    PRESETS,
    ExtraVisit,
    Limits,
    PastVisit,
    Pin,
    PinWish,
    Purpose,
    SampleWish,
    TakenDay,
    WishPreset,
)
from gridplan.model.site import SiteId, SiteKind
from gridplan.store import postgres, sqlite
from gridplan.store.repositories import Store
from tests.builders import round_
from tests.store.stored import add_inspector, add_plan, plan, publish, published_plan, result

R1 = RouteId("R1")
ROOT = Path(__file__).resolve().parents[2]


def at_once(do: Callable[[], None], times: int) -> None:
    """Do the same in so many threads, all let go at one moment; what breaks in one breaks the test."""
    start = threading.Barrier(times)

    def run() -> None:
        start.wait()
        do()

    with ThreadPoolExecutor(times) as pool:
        for done in [pool.submit(run) for _ in range(times)]:
            done.result()


# ---- rounds ----------------------------------------------------------------------------------------------------------


def test_a_round_keeps_what_the_lists_beside_it_say(store):
    asked = round_(
        limits=Limits(night_visits=3, yearly_cap={SiteKind.OFFICE: 2}),
        sample=SampleWish(share=0.1),
        wishes=PRESETS[WishPreset.WHOLE_COMMUNITIES],
        history=(PastVisit(site_id=SiteId("s1"), day=date(2026, 3, 2), outcome="done"),),
        taken=(TakenDay(site_id=SiteId("s1"), day=date(2026, 12, 1), tier="县级"),),
        pins=(PinWish(target="s1", pin=Pin(day=date(2026, 12, 2))),),
    )
    with store.transaction() as tx:
        stored = tx.rounds.add(asked, by="lin")
        assert tx.rounds.get(stored.id).round == asked


def test_a_round_comes_back_with_its_extra_visits(store):
    extra = (ExtraVisit(site_id=SiteId("s1"), purpose=Purpose.FOLLOW_UP, due=date(2026, 12, 4)),)
    with store.transaction() as tx:
        stored = tx.rounds.add(round_(), extra, by="lin")
        assert (stored.round, stored.extra, stored.version) == (round_(), extra, 1)
        assert tx.rounds.by_name("示例轮次") == stored
        assert tx.rounds.list() == (stored,)


def test_two_rounds_cannot_have_one_name(store):
    with store.transaction() as tx:
        tx.rounds.add(round_(), by="lin")
    with pytest.raises(Conflict, match="示例轮次"), store.transaction() as tx:
        tx.rounds.add(round_(), by="chen")


def test_of_two_planners_who_change_a_round_the_second_is_told(store):
    with store.transaction() as tx:
        seen = tx.rounds.add(round_(), by="lin")
        tx.rounds.change(seen.id, round_(seed=2), version=seen.version, by="lin")
    with pytest.raises(Conflict, match="第 2 版"), store.transaction() as tx:
        tx.rounds.change(seen.id, round_(seed=3), version=seen.version, by="chen")
    with store.reading() as tx:
        assert tx.rounds.get(seen.id).round.seed == 2


# ---- plans -----------------------------------------------------------------------------------------------------------


def test_a_joint_visit_is_a_stop_of_two_routes_and_has_one_result(store):
    head = published_plan(store, ("a", "b"), ("a",))
    with store.transaction() as tx:
        assert tx.plans.plan(head.id).routes == plan(("a", "b"), ("a",)).routes
        assert tx.results.add(head.id, result("k1", "a")) is Receipt.ACCEPTED
        assert [kept.visit for kept in tx.results.list(head.round_id)] == ["a"]


def test_a_draft_is_kept_to_the_byte_and_numbered(store):
    with store.transaction() as tx:
        stored = tx.rounds.add(round_(), by="lin")
        first, second = add_plan(tx, stored, ("a", "b"), ("c",)), add_plan(tx, stored, ("a",))
        assert (first.number, second.number) == (1, 2)
        assert tx.plans.list(stored.id) == (second, first)
        assert tx.plans.document(first.id) == json.dumps(plan_to_json(plan(("a", "b"), ("c",))))
        assert tx.plans.plan(first.id).routes == plan(("a", "b"), ("c",)).routes
        assert tx.plans.certificate(first.id) == "{}"
        assert first.figures == plan(("a", "b"), ("c",)).figures


def test_publishing_supersedes_the_plan_before(store):
    with store.transaction() as tx:
        stored = tx.rounds.add(round_(), by="lin")
        first = publish(tx, add_plan(tx, stored, ("a",)))
        second = publish(tx, add_plan(tx, stored, ("a",)))
        assert (second.state, second.published_by) == (PlanState.PUBLISHED, "lin")
        assert tx.plans.get(first.id).state is PlanState.SUPERSEDED
        assert tx.plans.published(stored.id) == second
        entry = tx.audit.list(object=f"plan/{second.id}")[0]
        assert (entry.what, entry.detail["superseded"]) == ("plan.publish", first.id)


def test_of_two_planners_who_publish_the_second_is_told(store):
    with store.transaction() as tx:
        stored = tx.rounds.add(round_(), by="lin")
        mine, theirs = add_plan(tx, stored, ("a",)), add_plan(tx, stored, ("b",))
        tx.plans.publish(theirs.id, version=stored.version, by="chen")
    with pytest.raises(Conflict, match="刷新"), store.transaction() as tx:
        tx.plans.publish(mine.id, version=stored.version, by="lin")
    with store.reading() as tx:
        assert tx.plans.get(theirs.id).state is PlanState.PUBLISHED
        assert tx.plans.get(mine.id).state is PlanState.DRAFT


def test_a_publication_cut_short_changes_nothing(store):
    with store.transaction() as tx:
        stored = tx.rounds.add(round_(), by="lin")
        first, second = publish(tx, add_plan(tx, stored, ("a",))), add_plan(tx, stored, ("b",))
    with pytest.raises(KeyboardInterrupt), store.transaction() as tx:
        publish(tx, second)
        raise KeyboardInterrupt
    with store.reading() as tx:
        assert tx.plans.published(stored.id) == first


def test_the_database_itself_refuses_a_second_published_plan(store):
    head = published_plan(store, ("a",))
    with store.transaction() as tx:
        other = add_plan(tx, tx.rounds.get(head.round_id), ("a",))
    with pytest.raises(IntegrityError), store.transaction() as tx:
        tx.connection.execute(text(f"UPDATE plan SET state = 'published' WHERE id = {other.id}"))


def test_a_plan_is_published_once(store):
    head = published_plan(store, ("a",))
    with pytest.raises(Conflict, match="不是草案"), store.transaction() as tx:
        publish(tx, head)


def test_what_does_not_exist_is_not_found(store):
    with store.reading() as tx:
        for ask in (
            lambda: tx.rounds.get(RoundId(9)),
            lambda: tx.rounds.by_name("nothing"),
            lambda: tx.plans.get(PlanId(9)),
            lambda: tx.plans.document(PlanId(9)),
        ):
            with pytest.raises(NotFound):
                ask()


def test_of_planners_who_publish_at_once_exactly_one_wins(make_database):
    url = make_database()
    with Store.open(url, create=True) as store, store.transaction() as tx:
        stored = tx.rounds.add(round_(), by="lin")
        drafts = [add_plan(tx, stored, ("a",)).id for _ in range(2)]
    command = [sys.executable, "-m", "tests.store.publisher", url, str(stored.version)]
    racers = [
        subprocess.Popen([*command, str(plan)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for plan in drafts
    ]
    for racer in racers:  # each says when it is ready
        assert racer.stdout is not None and racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    told = [racer.communicate(timeout=60)[0] for racer in racers]
    assert sorted("published" in words for words in told) == [False, True]
    assert sum("轮次已被别人改动" in words for words in told) == 1, told
    with Store.open(url) as store, store.reading() as tx:
        states = [plan.state for plan in tx.plans.list(stored.id)]
        assert states.count(PlanState.PUBLISHED) == 1 and states.count(PlanState.DRAFT) == 1
        assert tx.rounds.get(stored.id).version == stored.version + 1


def test_drafts_that_end_at_once_get_a_number_each(make_database):
    url = make_database()
    with Store.open(url, create=True) as store:
        with store.transaction() as tx:
            stored = tx.rounds.add(round_(), by="lin")

        def draft() -> None:
            with store.transaction() as tx:
                add_plan(tx, stored, ("a",))

        at_once(draft, 6)
        with store.reading() as tx:
            assert [plan.number for plan in tx.plans.list(stored.id)] == [6, 5, 4, 3, 2, 1]


def test_of_two_who_decide_a_site_at_once_the_second_is_told(make_database):
    with Store.open(make_database(), create=True) as store:
        told: list[str] = []

        def decide() -> None:
            try:
                with store.transaction() as tx:
                    tx.decisions.add("k", name="月亮", address="", point=None, level=FixLevel.NONE, place="", by="lin")
            except Conflict as error:
                told.append(error.text.zh)

        at_once(decide, 4)
        assert len(told) == 3 and all("定过" in words for words in told)


# ---- assignments -----------------------------------------------------------------------------------------------------


def test_an_inspector_gets_own_routes_of_published_plans_only(store):
    head = published_plan(store, ("a", "b"), ("c",))
    with store.transaction() as tx:
        add_inspector(tx, "wang")
        add_inspector(tx, "zhao")
        tx.assignments.set(head.id, R1, ["wang"], by="lin")
        (mine,) = tx.assignments.of("wang")
        assert (mine.plan_id, mine.route, mine.stops) == (head.id, R1, 2)
        assert tx.assignments.of("zhao") == ()
        publish(tx, add_plan(tx, tx.rounds.get(head.round_id), ("a",)))
        assert tx.assignments.of("wang") == ()


def test_reassigning_revokes_the_earlier_reader(store):
    head = published_plan(store, ("a",))
    with store.transaction() as tx:
        add_inspector(tx, "wang")
        add_inspector(tx, "zhao")
        tx.assignments.set(head.id, R1, ["wang"], by="lin")
        tx.assignments.set(head.id, R1, ["zhao", "zhao"], by="lin")
        assert tx.assignments.list(head.id) == (Assignment(route=R1, person="zhao"),)
        assert tx.assignments.of("wang") == ()


def test_nobody_is_assigned_to_a_draft_to_a_foreign_route_or_without_an_open_log_in(store):
    head = published_plan(store, ("a",))
    with store.transaction() as tx:
        add_inspector(tx, "wang")
        add_inspector(tx, "gone", active=False)
        draft = add_plan(tx, tx.rounds.get(head.round_id), ("a",))
        with pytest.raises(Conflict, match="没有发布"):
            tx.assignments.set(draft.id, R1, ["wang"], by="lin")
        with pytest.raises(NotFound, match="R7"):
            tx.assignments.set(head.id, RouteId("R7"), ["wang"], by="lin")
        for stranger in ("gone", "nobody"):
            with pytest.raises(NotFound, match=stranger):
                tx.assignments.set(head.id, R1, ["wang", stranger], by="lin")


# ---- results ---------------------------------------------------------------------------------------------------------


def test_a_result_sent_twice_is_taken_once(store):
    head = published_plan(store, ("a", "b"))
    with store.transaction() as tx:
        assert tx.results.add(head.id, result("k1", "a")) is Receipt.ACCEPTED
    with store.transaction() as tx:
        assert tx.results.add(head.id, result("k1", "a")) is Receipt.DUPLICATE
        assert tx.results.list(head.round_id) == (result("k1", "a"),)


def test_one_key_cannot_hold_two_results(store):
    head = published_plan(store, ("a", "b"))
    with store.transaction() as tx:
        tx.results.add(head.id, result("k1", "a"))
        for other in (result("k1", "b"), result("k1", "a", Outcome.REFUSED), result("k1", "a", note="东门")):
            with pytest.raises(Conflict, match="k1"):
                tx.results.add(head.id, other)
        assert tx.results.list(head.round_id) == (result("k1", "a"),)


def test_a_result_needs_a_stop_of_a_plan_that_was_published(store):
    head = published_plan(store, ("a",))
    with store.transaction() as tx:
        with pytest.raises(NotFound, match="ghost"):
            tx.results.add(head.id, result("k1", "ghost"))
        draft = add_plan(tx, tx.rounds.get(head.round_id), ("a",))
        with pytest.raises(Conflict, match="没有发布"):
            tx.results.add(draft.id, result("k1", "a"))


def test_a_result_for_the_plan_before_still_counts(store):
    head = published_plan(store, ("a",))
    with store.transaction() as tx:
        publish(tx, add_plan(tx, tx.rounds.get(head.round_id), ("a",)))
        assert tx.results.add(head.id, result("k1", "a")) is Receipt.ACCEPTED
        assert len(tx.results.list(head.round_id)) == 1


def test_eight_phones_that_send_at_once_lose_and_double_nothing(database):
    with Store.open(database, create=True) as store:
        head = published_plan(store, tuple(f"v{n}" for n in range(8)))
        receipts = []

        def phone(number: int) -> None:
            for n in range(5):
                for _ in range(2):
                    with store.transaction() as tx:
                        receipts.append(tx.results.add(head.id, result(f"{number}-{n}", f"v{number}")))

        threads = [threading.Thread(target=phone, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (receipts.count(Receipt.ACCEPTED), receipts.count(Receipt.DUPLICATE)) == (40, 40)
        with store.reading() as tx:
            assert len(tx.results.list(head.round_id)) == 40


def test_whatever_a_server_is_set_to_writers_see_what_others_kept_and_readers_see_one_state(postgres_server):
    url = postgres_server.fresh("ready")
    owner = create_engine(url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        for default in ("isolation = 'serializable'", "read_only = on"):
            connection.execute(text(f"ALTER DATABASE {owner.url.database} SET default_transaction_{default}"))
    owner.dispose()
    told = text("SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
    with Store.open(url) as store:
        with store.reading(), store.transaction(beside=True) as t:  # its connection is new
            assert tuple(t.connection.execute(told).one()) == ("read committed", "off")
        for _ in range(2):
            with store.transaction() as t:
                assert tuple(t.connection.execute(told).one()) == ("read committed", "off")
            with store.reading() as t:
                assert tuple(t.connection.execute(told).one()) == ("repeatable read", "on")
            with store.transaction(beside=True) as t:
                assert tuple(t.connection.execute(told).one()) == ("read committed", "off")


def test_a_result_does_not_wait_for_a_planner_who_is_still_writing(postgres_server):
    with Store.open(postgres_server.fresh("ready")) as store:
        head = published_plan(store, ("a",))
        with ThreadPoolExecutor(1) as phone, store.transaction() as planner:
            publish(planner, add_plan(planner, planner.rounds.get(head.round_id), ("a",)))

            def send() -> Receipt:
                with store.transaction(beside=True) as tx:
                    return tx.results.add(head.id, result("k1", "a"))

            assert phone.submit(send).result(timeout=60) is Receipt.ACCEPTED
            # It is there for the planner too.
            assert [kept.key for kept in planner.results.list(head.round_id)] == ["k1"]


def test_who_waits_too_long_for_another_writer_is_told_and_nothing_is_kept(database, monkeypatch):
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 100)
    monkeypatch.setattr(postgres, "LOCK_TIMEOUT_MS", 100)
    with Store.open(database, create=True) as store:

        def write() -> None:
            with store.transaction() as tx:
                tx.rounds.add(round_(), by="chen")

        with ThreadPoolExecutor(1) as other, store.transaction() as tx:
            tx.audit.add("lin", "look", "plan/1")
            with pytest.raises(Conflict, match="别人正在写入"):
                other.submit(write).result(timeout=60)
        with store.reading() as tx:
            assert tx.rounds.list() == ()
            assert [entry.who for entry in tx.audit.list()] == ["lin"]


def test_who_reads_sees_one_state_to_the_end(database):
    with Store.open(database, create=True) as store, store.reading() as reader:
        before = reader.rounds.list()
        if store.on_server or reader.connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal":
            with ThreadPoolExecutor(1) as other:
                other.submit(_add_round, store).result(timeout=60)
        assert reader.rounds.list() == before == ()


def _add_round(store: Store) -> None:
    with store.transaction() as tx:
        tx.rounds.add(round_(), by="chen")


@pytest.mark.parametrize("note", ["门\x00锁着", "long" * 20_000, "😀 𠮷"])
def test_what_people_type_is_kept_or_refused_in_words(store, note):
    head = published_plan(store, ("a",))
    try:
        with store.transaction(beside=True) as tx:
            tx.results.add(head.id, result("k1", "a", note=note))
    except InputError as error:
        assert "\x00" in note and "没有保存" in error.text.zh
    else:
        with store.reading() as tx:
            assert tx.results.list(head.round_id)[0].note == note


# ---- people and the audit log ----------------------------------------------------------------------------------------


def test_a_log_in_comes_back_and_its_hash_only_while_it_is_open(store):
    user = User(login="wang", name="王五", role=Role.INSPECTOR, member="p1")
    with store.transaction() as tx:
        tx.users.add(user, "argon", by="lin")
        assert tx.users.get("wang") == user
        assert tx.users.list(Role.INSPECTOR) == (user,)
        assert tx.users.list(Role.HEAD) == ()
        assert tx.users.password_hash("wang") == "argon"
        tx.users.set_active("wang", False, by="lin")
        assert tx.users.password_hash("wang") is None
        with pytest.raises(Conflict, match="wang"):
            tx.users.add(user, "other", by="lin")
        with pytest.raises(NotFound, match="nobody"):
            tx.users.set_password_hash("nobody", "x", by="lin")


REPLACE = {
    "sqlite": "INSERT OR REPLACE INTO audit (id, at, who, what, object, detail) VALUES {row}",
    "postgresql": "INSERT INTO audit (id, at, who, what, object, detail) VALUES {row} "
    "ON CONFLICT (id) DO UPDATE SET who = EXCLUDED.who",
}


@pytest.mark.parametrize("statement", ["UPDATE audit SET who = 'nobody'", "DELETE FROM audit", "replace", "empty"])
def test_the_audit_log_only_grows(store, statement):
    with store.transaction() as tx:
        tx.audit.add("lin", "look", "plan/1", {"why": "review"})
        dialect = tx.connection.dialect.name
    if statement == "empty":
        statement = "TRUNCATE audit" if dialect == "postgresql" else "DELETE FROM audit WHERE true"
    if statement == "replace":
        statement = REPLACE[dialect].format(row="(1, '2026-01-01', 'x', 'x', 'x', '{}')")
    with pytest.raises(DatabaseError, match="only grows"), store.transaction() as tx:
        tx.connection.execute(text(statement))
    with store.reading() as tx:
        (entry,) = tx.audit.list()
        assert (entry.who, entry.detail) == ("lin", {"why": "review"})
        assert (datetime.now(UTC) - entry.at).total_seconds() < 3600


def test_a_time_with_a_zone_is_refused_where_the_wall_clock_counts(store):
    head = published_plan(store, ("a",))
    with pytest.raises(Exception, match="no time zone"), store.transaction() as tx:
        tx.results.add(head.id, replace(result("k", "a"), at=datetime.now(UTC)))

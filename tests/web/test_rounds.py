"""A planner makes, tries, changes, copies and removes rounds through the pages; two at once lose nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from gridplan.model.record import Role, User
from gridplan.services.desk import Desk
from gridplan.services.registry import register
from gridplan.services.rounds import drafting, round_page
from gridplan.services.rounds.round_form import form_of
from tests.web.conftest import MINI, PASSWORD, Office, token
from web import create_app


@pytest.fixture
def fresh(tmp_path) -> Iterator[Office]:
    """An office with a register, two planners and one round without a plan."""
    desk = Desk.open(f"sqlite:///{tmp_path / 'office.db'}", create=True)
    for part in ("areas", "sites", "teams"):
        register.IMPORTS[part](desk, MINI, by="test")
    register.locate_sites(desk, by="test")
    drafting.create_round(desk, MINI, by="test")
    for login, name in (("lin", "林知夏"), ("zhou", "周敏")):
        desk.add_person(User(login=login, name=name, role=Role.PLANNER), PASSWORD, by="test")
    yield Office(app=create_app(desk, testing=True), desk=desk, head=None, plan=None, broken=None)  # type: ignore[arg-type]
    desk.close()


def stored(office: Office, round_id: int = 1):
    with office.desk.store.reading() as t:
        return t.rounds.get(round_id)


def form(office: Office, **changes) -> dict:
    """The form of the round with some fields changed; a section takes a dictionary."""
    found = form_of(stored(office).round)
    for key, value in changes.items():
        found[key] = {**found[key], **value} if isinstance(value, dict) else value
    return found


def send(client, path: str, **fields):
    sent = {key: json.dumps(value) if isinstance(value, dict) else value for key, value in fields.items()}
    return client.post(path, data={"csrf_token": token(client), **sent})


def attempt(client, asked: dict, round_id: int | str = 1, **more):
    headers = {"X-CSRFToken": token(client), "Accept": "application/json"}
    return client.post(f"/rounds/{round_id}/try", json={"form": asked, **more}, headers=headers)


def test_a_round_is_made_from_the_page_with_the_settings_of_the_register(fresh):
    client = fresh.client("lin")
    page = client.get("/rounds/new").text
    assert "新的一轮" in page and "可行" in page
    asked = form(fresh, name="第二轮", rule={"min_per_day": 2, "max_days": 4}, scope={"kinds": ["childcare"]})
    answer = send(client, "/rounds", form=asked)
    assert answer.status_code == 302 and answer.location == "/rounds/2?done=made"
    round_ = stored(fresh, 2).round
    assert (round_.name, round_.rule.min_per_day, round_.rule.max_days) == ("第二轮", 2, 4)
    assert round_.district == "示例区" and [kind.value for kind in round_.scope.kinds] == ["childcare"]
    assert "第二轮" in client.get("/rounds").text
    assert send(client, "/rounds", form=asked).status_code == 409  # sent twice it is made once


def test_a_verdict_is_told_without_keeping_anything(fresh):
    client, before = fresh.client("lin"), stored(fresh)
    told = attempt(client, form(fresh)).json
    assert told["verdict"]["seal"] == "yes" and not told["careful"]
    told = attempt(client, form(fresh, rule={"min_per_day": 3, "max_days": 3, "days": "every"}), careful=True).json
    assert told["verdict"]["seal"] == "no" and told["verdict"]["proven"] and told["careful"]
    assert "不可行" in told["html"]["verdict"] and "data-patch" in told["html"]["verdict"]
    assert stored(fresh) == before


def test_crews_beyond_the_list_are_copies_and_said_to_be_missing(fresh):
    client = fresh.client("lin")
    told = attempt(client, {**form(fresh), "copies": 2}).json
    assert told["crews"]["count"] == told["crews"]["present"] + 2
    assert "缺 2 组" in told["verdict"]["notes"][0] and "不能派出" in told["verdict"]["notes"][0]
    with fresh.desk.store.reading() as t:
        assert len(t.teams.list()) == told["crews"]["present"]
    sent = send(client, "/rounds/1/draft", form={**form(fresh), "copies": 2}, base=form(fresh), version="1", minutes="")
    assert sent.status_code == 409 and "缺 2 组" in sent.text
    assert drafting.latest_job(fresh.desk, 1) is None


def test_the_counts_beside_filters_and_those_under_review_are_told_apart(fresh):
    told = attempt(fresh.client("lin"), form(fresh, scope={"kinds": [], "exclude_status": []})).json
    counts = {value: located for value, located, _ in told["facets"]["kinds"]}
    assert sum(counts.values()) == told["figures"]["promised"] and counts["childcare"] > 0
    one = attempt(fresh.client("lin"), form(fresh, scope={"kinds": ["childcare"], "exclude_status": []})).json
    assert one["figures"]["promised"] == counts["childcare"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"rule": {"max_days": 0}}, "天数"),
        ({"rule": {"unit": "planet"}}, "谁要达到"),
        ({"minutes": {"office": "x"}}, "商务楼宇"),
        ({"scope": {"kinds": ["castle"]}}, "类别"),
        ({"start": "2026-11-29"}, "不是工作日"),
        ({"copies": -1}, "试算"),
        ({"rule": []}, "看不懂"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field_named(fresh, asked, said):
    answer = attempt(fresh.client("lin"), asked)
    assert answer.status_code == 400 and said in answer.json["error"]["zh"]


def test_the_address_holds_what_is_shown(fresh):
    page = fresh.client("lin").get("/rounds/1?rule.max_days=2&scope.kinds=childcare&overtime_min=30&nonsense=1").text
    assert 'id="days" min="1"' in page and '"max_days": 2' in page and '"kinds": ["childcare"]' in page
    assert "2 天" in page


def test_a_changed_round_is_kept_and_logged(fresh):
    client = fresh.client("lin")
    answer = send(client, "/rounds/1", form=form(fresh, rule={"max_days": 4}), base=form(fresh), version="1")
    assert answer.status_code == 302 and stored(fresh).round.rule.max_days == 4
    with fresh.desk.store.reading() as t:
        entry = t.audit.list(object="round/1")[0]
    assert (entry.who, entry.what, entry.detail["fields"]) == ("lin", "round.change", ["rule.max_days"])
    # The same form again changes nothing and is no conflict.
    assert send(client, "/rounds/1", form=form(fresh), base=form(fresh), version="1").status_code == 302
    assert stored(fresh).version == 2


def test_of_two_planners_the_later_one_sees_both_versions_and_can_put_the_own_fields_on_top(fresh):
    lin, zhou, base = fresh.client("lin"), fresh.client("zhou"), form(fresh)
    assert send(lin, "/rounds/1", form=form(fresh, rule={"max_days": 5}), base=base, version="1").status_code == 302
    mine = {**base, "rule": {**base["rule"], "min_per_day": 2, "max_days": 4}}
    answer = send(zhou, "/rounds/1", form=mine, base=base, version="1")
    assert answer.status_code == 409 and "林知夏" in answer.text and "两人都改了" in answer.text
    assert stored(fresh).round.rule.min_per_day == 3 and stored(fresh).round.rule.max_days == 5
    # What only the other changed stays: here zhou changed the minimum alone.
    mine = {**base, "rule": {**base["rule"], "min_per_day": 2}}
    page = send(zhou, "/rounds/1", form=mine, base=base, version="1").text
    assert "两人都改了" not in page
    sent = {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("form", "base", "version")}
    sent = {name: value.replace("&#34;", '"').replace("&quot;", '"') for name, value in sent.items()}
    assert zhou.post("/rounds/1", data={"csrf_token": token(zhou), **sent}).status_code == 302
    assert (stored(fresh).round.rule.min_per_day, stored(fresh).round.rule.max_days) == (2, 5)


def test_a_name_is_given_once(fresh):
    client = fresh.client("lin")
    send(client, "/rounds", form=form(fresh, name="第二轮"))
    assert send(client, "/rounds/1", form=form(fresh, name="第二轮"), base=form(fresh), version="1").status_code == 409


def test_only_a_round_without_a_plan_is_removed(fresh):
    client = fresh.client("lin")
    assert send(client, "/rounds/1/remove", version="7").status_code == 409
    send(client, "/rounds", form=form(fresh, name="第二轮"))
    drafting.draft(fresh.desk, 2, by="test")
    assert send(client, "/rounds/2/remove", version="1").status_code == 409
    assert send(client, "/rounds/1/remove", version="1").status_code == 302
    assert client.get("/rounds/1").status_code == 404
    assert [row["id"] for row in round_page.list_rounds(fresh.desk)] == [2]


def test_a_published_round_is_not_changed_but_copied(office):
    client = office.client("planner")
    asked = form_of(stored(office).round)
    asked["rule"]["max_days"] += 1
    answer = send(client, "/rounds/1", form=asked, version=str(stored(office).version))
    assert answer.status_code == 409 and "复制" in answer.text
    assert "示例轮次" not in client.get("/rounds/new?like=1").text.split('data-field="name"')[1][:60]


def test_a_round_that_cannot_be_kept_is_drafted_only_on_purpose(fresh):
    client = fresh.client("lin")
    asked = form(fresh, rule={"days": "every", "max_days": 5})
    answer = send(client, "/rounds/1/draft", form=asked, base=form(fresh), version="1", minutes="")
    assert answer.status_code == 409 and "排不下" in answer.text
    assert drafting.latest_job(fresh.desk, 1) is None
    answer = send(client, "/rounds/1/draft", form=asked, base=form(fresh), version="1", minutes="1", anyway="1")
    assert answer.status_code == 302
    job = drafting.latest_job(fresh.desk, 1)
    assert job is not None and job.payload["minutes"] == 1 and stored(fresh).round.rule.max_days == 5


def test_an_office_without_rounds_is_told_its_next_step(fresh):
    client = fresh.client("lin")
    send(client, "/rounds/1/remove", version="1")
    page = client.get("/rounds").text
    assert "还没有轮次" in page and "建第一轮" in page and "家已落点" in page


def test_the_page_reads_in_english(fresh):
    client = fresh.client("lin")
    client.post("/language/en", data={"csrf_token": token(client)})
    page = client.get("/rounds/1").text
    assert "Crews and time" in page and "of the time" in page
    assert "Teams × days" in attempt(client, form(fresh)).json["html"]["matrix"]

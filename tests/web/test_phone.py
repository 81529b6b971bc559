"""What phones send is taken once, from whom it belongs to, whole or not at all; the planner settles what two people claim."""

from __future__ import annotations

import io
import json
import re
from uuid import uuid4

import pytest
from PIL import Image

from gridplan.fieldwork.photos import fit_photo
from gridplan.model.errors import InputError
from gridplan.model.record import Role, User
from gridplan.services.plans import publishing
from tests.web.conftest import PASSWORD, token
from web import phone
from web.limits import Limit


def parcel(visit, **more):
    return {"key": str(uuid4()), "visit": visit, "outcome": "done", "at": "2026-11-25T10:00:00", **more}


class Phone:
    """A browser that sends as the phone does."""

    def __init__(self, office, login):
        self.client = office.client(login)
        told = self.client.get("/field/hello.json")
        self.headers = {"X-CSRFToken": told.json["csrf"]} if told.status_code == 200 else {}

    def send(self, data):
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        return self.client.post("/field/results", data=body, headers=self.headers, content_type="application/json")

    def state(self, data):
        answer = self.send(data)
        assert answer.status_code == 200, answer.text
        return answer.json["state"]

    def photo(self, key, body, **where):
        return self.client.post(f"/field/photos/{key}", query_string=where, data=body, headers=self.headers)


def picture(size=(2400, 1200), **more):
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    exif[0x8825] = {1: "N", 2: (39.0, 54.0, 0.0)}
    Image.effect_noise(size, 40).convert("RGB").save(made, "JPEG", exif=exif, **more)
    return made.getvalue()


def test_the_day_holds_the_own_route_with_checklist_history_and_links_in_the_right_datum(office):
    day = office.client("inspector").get(f"/field/day.json?day={office.day}").json
    assert [stop["visit"] for stop in day["stops"]] == [stop.visit for stop in office.plan.routes[0].stops]
    first = day["stops"][0]
    assert first["checklist"]["items"] and first["checklist"]["minutes"] > 0
    # AMap's datum lies some hundred metres beside WGS-84; Baidu is told which datum it gets.
    gcj = float(first["nav"]["amap"].partition("to=")[2].partition(",")[0])
    assert 0.004 < gcj - first["lon"] < 0.008
    assert f"{first['lon']:.6f}" in first["nav"]["baidu"] and "coord_type=wgs84" in first["nav"]["baidu"]
    assert not [link for link in first["nav"].values() if first["name"] in link]


def test_another_inspector_gets_a_day_without_stops_and_a_stranger_nothing(office):
    assert office.client("other").get(f"/field/day.json?day={office.day}").json["stops"] == []
    assert office.client("stranger").get("/field/day.json").status_code == 401
    assert office.client("planner").get("/field/day.json").status_code == 403
    for path in ("/field/", "/field/shell"):
        page = office.client("stranger").get(path).text
        assert "甲社区" not in page and "月亮托管" not in page


def test_the_shell_that_a_phone_keeps_is_the_same_for_all_and_the_page_that_holds_the_day_is_kept_by_nobody(office):
    own, other = (
        re.sub(r'nonce="[^"]+"', "", office.client(login).get("/field/shell").text)
        for login in ("inspector", "stranger")
    )
    assert own == other and "月亮托管" not in own
    first = office.client("inspector").get(f"/field/?day={office.day}")
    assert "月亮托管" in first.text and "no-store" in first.headers["Cache-Control"]
    # A hostile name cannot leave its place in the page.
    assert "<script>alert(1)" not in first.text


def test_each_read_of_a_route_is_in_the_log(office):
    office.client("inspector").get(f"/field/day.json?day={office.day}")
    with office.desk.store.reading() as t:
        assert [entry for entry in t.audit.list(what="route.read") if entry.who == "inspector"]


def test_a_result_sent_three_times_is_kept_once_with_its_finding(office):
    phone, before = Phone(office, "inspector"), office.results()
    finding = {
        "key": str(uuid4()),
        "category": "fire",
        "text": "通道堵塞",
        "notice": {"kind": "copy", "due": "2026-12-01"},
    }
    sent = parcel(office.visit(0), findings=[finding], answers=[{"item": "fire", "reply": "no"}], arrived=[116.4, 39.9])
    assert [phone.state(sent) for _ in range(3)] == ["applied", "duplicate", "duplicate"]
    assert office.results() == before + 1
    with office.desk.store.reading() as t:
        found = t.findings.get(finding["key"])
        assert (found.text, f"{found.due}") == ("通道堵塞", "2026-12-01")
        assert [notice.kind.value for notice in t.findings.notices(finding=found.id)] == ["copy"]
    history = office.client("inspector").get(f"/field/day.json?day={office.day}").json["stops"][0]
    assert history["open"][0]["text"] == "通道堵塞" and history["history"][0]["findings"]


def test_the_same_key_with_another_content_overwrites_nothing(office):
    phone = Phone(office, "inspector")
    sent = parcel(office.visit(1), note="一")
    assert phone.state(sent) == "applied"
    assert phone.state(sent | {"note": "二"}) == "conflict"
    assert "一" in [one["note"] for one in kept(office)] and "二" not in [one["note"] for one in kept(office)]


def test_a_phone_that_sends_without_end_is_told_to_wait_and_another_is_not(office, monkeypatch):
    monkeypatch.setitem(office.app.config, "LIMITED", True)
    monkeypatch.setattr(phone, "SENT", Limit(2))
    visit = office.plan.routes[0].stops[0].visit
    mine, others = Phone(office, "inspector"), Phone(office, "other")
    again = parcel(visit)
    assert [mine.send(again).status_code for _ in range(3)] == [200, 200, 429]
    assert others.send(parcel(visit)).status_code == 200


def kept(office):
    with office.desk.store.reading() as t:
        return [{"note": one.note, "by": one.by} for one in t.results.list(office.head.round_id)]


def test_somebody_who_never_had_the_stop_is_refused_and_nothing_counts(office):
    before = office.results()
    answer = Phone(office, "other").send(parcel(office.visit(2))).json
    assert answer["state"] == "refused" and "不在您的路线上" in answer["why"]["zh"]
    assert office.results() == before


def test_anothers_key_is_not_told_about(office):
    sent = parcel(office.visit(2), outcome="closed")
    assert Phone(office, "inspector").state(sent) == "applied"
    other = Phone(office, "other")
    assert other.send(sent).status_code == 403
    assert other.client.get(f"/field/receipts.json?key={sent['key']}").json == []


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("outcome", "perhaps", "perhaps"),
        ("at", "yesterday", "yesterday"),
        ("arrived", [999, 1], "999"),
        ("findings", "many", "many"),
        ("answers", [{"item": "fire", "reply": "maybe"}], "maybe"),
    ],
)
def test_what_cannot_be_read_is_refused_and_kept_with_the_reason(office, field, value, named):
    before = office.results()
    sent = parcel(office.visit(3), **{field: value})
    answer = Phone(office, "inspector").send(sent).json
    assert answer["state"] == "refused" and named in answer["why"]["zh"]
    assert office.results() == before
    assert sent["key"] in [receipt.key for receipt, _, _ in refused(office)]


def refused(office):
    with office.desk.store.reading() as t:
        return t.parcels.refused()


def test_a_finding_that_cannot_be_kept_keeps_the_whole_result_back(office):
    before = office.results()
    bad = {"key": str(uuid4()), "category": "no_such", "text": "", "notice": None}
    assert Phone(office, "inspector").state(parcel(office.visit(3), findings=[bad])) == "refused"
    assert office.results() == before


def test_a_stop_that_was_given_to_others_waits_for_the_planner_who_counts_it_once(office):
    route = office.plan.routes[0].id
    phone, before = Phone(office, "inspector"), office.results()
    sent = parcel(office.visit(4), note="离线查的")
    publishing.assign(office.desk, office.head.id, route, ["other"], by="test")
    try:
        answer = phone.send(sent).json
        assert answer["state"] == "conflict" and "某other" in answer["why"]["zh"]
        assert office.results() == before
        planner = office.client("planner")
        page = planner.get("/conflicts").text
        assert "离线查的" in page and "某inspector" in page
        form = {"csrf_token": token(office.client("stranger"))}
        form = {"csrf_token": page.partition('name="csrf_token" value="')[2].partition('"')[0], "counts": "yes"}
        assert planner.post(f"/conflicts/{sent['key']}", data=form).status_code == 302
        assert planner.post(f"/conflicts/{sent['key']}", data=form).status_code in (400, 409)
        assert office.results() == before + 1
        told = phone.client.get(f"/field/receipts.json?key={sent['key']}").json
        assert [one["state"] for one in told] == ["applied"]
    finally:
        publishing.assign(office.desk, office.head.id, route, ["inspector"], by="test")


def test_a_visit_done_by_another_is_a_conflict_not_a_second_result(office):
    route = office.plan.routes[0].id
    publishing.assign(office.desk, office.head.id, route, ["inspector"], by="test")
    first = Phone(office, "inspector")
    assert first.state(parcel(office.visit(5))) == "applied"
    publishing.assign(office.desk, office.head.id, route, ["other"], by="test")
    try:
        assert Phone(office, "other").state(parcel(office.visit(5))) == "conflict"
    finally:
        publishing.assign(office.desk, office.head.id, route, ["inspector"], by="test")


def test_a_phones_clock_far_ahead_is_looked_at(office):
    assert Phone(office, "inspector").state(parcel(office.visit(3), at="2031-01-01T08:00:00")) == "conflict"


def test_an_outbox_brought_in_as_a_file_counts_each_result_once_also_for_a_closed_log_in(office):
    route = office.plan.routes[0].id
    office.desk.add_person(User(login="gone", name="某gone", role=Role.INSPECTOR), PASSWORD, by="test")
    publishing.assign(office.desk, office.head.id, route, ["gone"], by="test")
    sent = parcel(office.visit(3), note="从文件来")
    file = json.dumps({"kind": "gridplan-outbox", "login": "gone", "results": [json.dumps(sent)] * 2, "photos": []})
    with office.desk.store.transaction() as t:
        t.users.set_active("gone", False, by="test")
    try:
        planner, before = office.client("planner"), office.results()
        page = planner.get("/conflicts").text
        form = {"csrf_token": page.partition('name="csrf_token" value="')[2].partition('"')[0]}
        made = planner.post("/conflicts/outbox", data=form | {"outbox": (io.BytesIO(file.encode()), "o.json")})
        assert made.status_code == 200 and "从文件来" in made.text and office.results() == before
        planner.post(f"/conflicts/{sent['key']}", data=form | {"counts": "yes"})
        assert office.results() == before + 1
        bad = planner.post("/conflicts/outbox", data=form | {"outbox": (io.BytesIO(b"{}"), "o.json")})
        assert bad.status_code == 400
    finally:
        publishing.assign(office.desk, office.head.id, route, ["inspector"], by="test")


def test_a_photo_is_made_anew_small_and_without_camera_or_place():
    made = fit_photo(picture())
    with Image.open(io.BytesIO(made)) as kept_:
        assert kept_.format == "JPEG" and max(kept_.size) == 1600 and not kept_.getexif()
    assert b"Secret" not in made and b"Exif" not in made


@pytest.mark.parametrize("body", [b"", b"no picture", b"<svg/>", picture((64, 64))[:200]])
def test_what_is_no_photo_is_refused(body):
    with pytest.raises(InputError):
        fit_photo(body)


def test_a_photo_is_kept_once_and_shown_to_whom_it_concerns_and_each_read_is_logged(office):
    phone = Phone(office, "inspector")
    sent = parcel(office.visit(2), outcome="refused")
    key = str(uuid4())
    large = picture((3000, 2600), quality=97)
    assert len(large) > 2 * 1024 * 1024  # more than a form may be
    assert phone.photo(key, large, result=sent["key"]).json["state"] == "applied"
    assert phone.photo(key, picture(), result=sent["key"]).json["state"] == "duplicate"
    assert Phone(office, "other").photo(key, picture(), result=sent["key"]).status_code == 403
    phone.state(sent)
    assert phone.client.get(f"/photos/{key}").status_code == 200
    assert office.client("head").get(f"/photos/{key}").status_code == 200
    assert office.client("other").get(f"/photos/{key}").status_code == 404
    assert office.client("administrator").get(f"/photos/{key}").status_code == 403
    with office.desk.store.reading() as t:
        readers = [one.who for one in t.audit.list(what="photo.read", object=f"photo/{key}")]
    assert sorted(readers) == ["head", "inspector"]


def test_a_typed_card_counts_once_and_one_bad_row_keeps_nothing(office):
    planner, route = office.client("planner"), office.plan.routes[0].id
    path = f"/plans/{office.head.id}/routes/{route}/card"
    page = planner.get(path).text
    form = {"csrf_token": page.partition('name="csrf_token" value="')[2].partition('"')[0], "sender": "inspector"}
    visit = next(stop.visit for stop in office.plan.routes[0].stops if f"outcome:{stop.visit}" in page)
    row = {f"outcome:{visit}": "closed", f"at:{visit}": "09:10", f"note:{visit}": "卡上写的"}
    before = office.results()
    assert planner.post(path, data=form | row | {f"at:{visit}": "25:99"}).status_code == 400
    assert office.results() == before
    for _ in range(2):
        assert planner.post(path, data=form | row).status_code == 302
    assert office.results() == before + 1


def test_the_paper_of_a_team_day_asks_nothing_of_a_network_and_names_stay_text(office):
    path = f"/plans/{office.head.id}/routes/{office.plan.routes[0].id}/day.html"
    page = office.client("planner").get(path).text
    assert "<script" not in page and " src=" not in page and "default-src 'none'" in page
    assert "月亮托管&lt;script&gt;" in page and "集合地点" in page
    assert office.client("inspector").get(path).status_code == 403
    with office.desk.store.reading() as t:
        assert t.audit.list(what="route.paper")

"""White and black lists, leaders of areas and campaigns on their pages."""

from __future__ import annotations

import re

from tests.web.conftest import HOSTILE, Office, token


def post(client, path, **form):
    return client.post(path, data=form | {"csrf_token": token(client)})


def site_of(office: Office, number: int = 0) -> str:
    return str(office.plan.visits[number].site)


def test_a_site_comes_on_the_black_list_and_only_what_is_public_is_published(office):
    desk = office.client("planner")
    one, other = site_of(office), site_of(office, 1)
    day = "2026-11-01"
    assert post(desk, "/lists", site=one, list="black", since=day, reason="").status_code == 400  # no reason is given
    assert post(desk, "/lists", site=one, list="black", since=day, reason="无证办学", public="1").status_code == 302
    assert post(desk, "/lists", site=other, list="black", since=day, reason="私下的").status_code == 302
    page = desk.get("/lists?list=black").text
    assert "无证办学" in page and "私下的" in page
    sheet = desk.get("/lists/black.csv").data.decode("utf-8-sig")
    assert "无证办学" in sheet and "私下的" not in sheet and "planner" not in sheet
    flag = re.search(r"/lists/(\d+)/end", page)[1]
    assert post(desk, f"/lists/{flag}/end", until="2026-10-01", list="black").status_code == 400  # before it began
    assert post(desk, f"/lists/{flag}/end", until="2026-11-02", list="black").status_code == 302
    assert "已撤下" in desk.get("/lists?list=black").text


def test_a_site_may_be_typed_by_its_name_and_several_are_told_apart(office):
    desk = office.client("planner")
    with office.desk.store.reading() as t:
        sites = t.sites.list()
    told = post(desk, "/lists", site=sites[2].name, list="white", since="2026-11-01", reason="")
    assert told.status_code == 302
    doubt = post(
        desk,
        "/lists",
        site="培训" if sum("培训" in s.name for s in sites) > 1 else sites[0].name[-1],
        list="white",
        since="2026-11-01",
    )
    assert doubt.status_code == 400
    assert HOSTILE not in desk.get("/lists").text  # names stand as text


def test_a_leader_stands_for_a_township_until_the_link_is_undone(office):
    desk = office.client("planner")
    assert "没有人包保" in desk.get("/leaders").text
    assert post(desk, "/leaders", area="110000001", person="郑启明", title="副局长").status_code == 302
    page = desk.get("/leaders").text
    assert "郑启明" in page and "副局长" in page
    link = re.search(r"/leaders/(\d+)/end", page)[1]
    assert post(desk, f"/leaders/{link}/end").status_code == 302
    assert "郑启明" not in desk.get("/leaders").text
    assert post(desk, "/leaders", area="999", person="郑启明", title="").status_code == 400


def test_a_campaign_shows_its_stage_its_rounds_and_its_self_checks(office):
    desk = office.client("planner")
    made = post(
        desk,
        "/campaigns",
        name="校外培训攻坚",
        tier="县级",
        rounds=str(office.head.round_id),
        **{"from": "2026-11-16", "until": "2026-11-27"},
    )
    assert made.status_code == 302
    number = made.location.rsplit("/", 1)[1]
    told = post(
        desk, f"/campaigns/{number}/checks", site=site_of(office), day="2026-11-20", problems="2", note="灭火器过期"
    )
    assert told.status_code == 302
    page = desk.get(f"/campaigns/{number}").text
    assert "灭火器过期" in page and "自报问题 2 个" in page and "示例轮次" in page
    assert "校外培训攻坚" in desk.get("/campaigns").text
    late = post(
        desk,
        "/campaigns",
        name="晚了",
        rounds=str(office.head.round_id),
        **{"from": "2026-11-16", "until": "2026-12-24"},
    )
    assert late.status_code == 400

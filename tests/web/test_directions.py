"""The page of a stop tells the way to it, to its own crew only."""

from __future__ import annotations


def test_the_page_of_a_stop_tells_the_way(office):
    page = office.client("inspector").get(f"/stops/{office.visit(0)}").text
    assert "怎么走" in page
    assert "从集合地点示例街道办出发" in page


def test_the_way_is_told_in_the_readers_language(office):
    client = office.client("inspector")
    with client.session_transaction() as session:
        session["language"] = "en"
    page = client.get(f"/stops/{office.visit(0)}").text
    assert "from the meeting point" in page and "怎么走" not in page


def test_hostile_names_in_directions_are_only_text(office):
    client = office.client("inspector")
    pages = [client.get(f"/stops/{stop.visit}").text for stop in office.plan.routes[0].stops]
    assert all("<script>alert" not in page for page in pages)
    assert any("&lt;script&gt;alert(1)&lt;/script&gt;出发" in page for page in pages)


def test_nobody_else_learns_the_way(office):
    path = f"/stops/{office.visit(0)}"
    assert "怎么走" not in office.client("other").get(path).text
    assert office.client("head").get(path).status_code == 403

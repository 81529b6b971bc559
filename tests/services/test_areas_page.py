"""Who answers for which area, set at the desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gridplan.model.errors import Conflict, InputError, NotFound
from gridplan.services.desk import Desk
from gridplan.services.registry import areas_page, register

MINI = Path(__file__).parents[1] / "data" / "mini"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The mini district: nobody answers for anything."""
    opened = Desk.open(f"sqlite:///{tmp_path / 'desk.db'}", create=True)
    for part in ("areas", "sites"):
        register.IMPORTS[part](opened, MINI, by="test")
    register.locate_sites(opened, by="test")
    yield opened
    opened.close()


def set_owner(desk: Desk, code: str, person: str, *, remove: bool = False, seen: str | None = None) -> None:
    seen = areas_page.areas_view(desk, code, "")["node"]["seen"] if seen is None else seen
    areas_page.change_owner(desk, code, person, "网格长", remove=remove, seen=seen, by="lin")


def root(desk: Desk) -> str:
    return areas_page.areas_view(desk, "", "")["node"]["code"]


def test_an_owner_answers_for_all_below_and_no_site_is_blind(desk):
    view = areas_page.areas_view(desk, "", "blind")
    assert view["blind"] == len(view["rows"]) > 0
    set_owner(desk, root(desk), "王区长")
    view = areas_page.areas_view(desk, "", "blind")
    assert view["rows"] == []
    assert all(row["inherited"] == "王区长（网格长）" for row in view["below"])
    assert view["vacant"] == view["total"] - 1


def test_the_slower_of_two_planners_is_told_who_answers_now(desk):
    code = root(desk)
    seen = areas_page.areas_view(desk, code, "")["node"]["seen"]
    set_owner(desk, code, "王区长", seen=seen)
    with pytest.raises(Conflict) as told:
        set_owner(desk, code, "李区长", seen=seen)
    assert "王区长" in told.value.text.zh
    with pytest.raises(Conflict):
        set_owner(desk, code, "王区长")  # once is enough
    set_owner(desk, code, "王区长", remove=True)
    assert areas_page.areas_view(desk, code, "")["node"]["owners"] == []


def test_an_owner_needs_a_name_and_an_area(desk):
    with pytest.raises(InputError):
        set_owner(desk, root(desk), "  ")
    with pytest.raises(NotFound):
        areas_page.change_owner(desk, "000", "王", "", remove=False, seen="", by="lin")


def test_a_list_of_owners_is_compared_before_it_counts(desk):
    code = root(desk)
    set_owner(desk, code, "王区长")
    text = f"区域编码,责任人,职务\n{code},赵区长,区级网格长\n99999,无此地,\n"
    draft = areas_page.put_owners_aside(desk, text.encode(), by="lin")
    view = areas_page.owners_look(desk, draft)
    assert ([one["person"] for one in view["added"]], [one["person"] for one in view["removed"]]) == (
        ["赵区长"],
        ["王区长"],
    )
    assert view["strangers"] == ["99999"]
    set_owner(desk, code, "钱区长")
    with pytest.raises(Conflict):
        areas_page.take_owners(desk, draft, base=view["base"], by="lin")
    assert areas_page.take_owners(desk, draft, base=areas_page.owners_look(desk, draft)["base"], by="lin") == 1
    assert areas_page.areas_view(desk, code, "")["node"]["own"] == "赵区长（区级网格长）"


def test_every_list_of_the_page_can_be_opened(desk):
    for tab in areas_page.TABS:
        assert areas_page.areas_view(desk, "", tab)["tab"] == tab
    with pytest.raises(NotFound):
        areas_page.areas_view(desk, "000", "")

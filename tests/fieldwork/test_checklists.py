"""Checklists by kind and standing, and the categories of problems: ours, and an office's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.fieldwork.checklists import read_categories, read_checklist, usual_categories, usual_checklist
from gridplan.model.errors import InputError
from gridplan.model.site import SiteKind, Standing

GOOD = 'version = "a"\n[[item]]\nkey = "k"\nzh = "看"\nminutes = 2\ncategory = "fire"\n'


def test_there_are_twelve_categories_of_problems():
    assert len(usual_categories()) == 12


@pytest.mark.parametrize("kind", list(SiteKind))
@pytest.mark.parametrize("standing", list(Standing))
def test_something_is_looked_at_on_every_site_and_takes_time(kind, standing):
    assert usual_checklist().of(kind, standing)
    assert 0 < usual_checklist().minutes(kind, standing) <= 45


def test_a_closed_institution_is_asked_for_its_signs_and_not_for_its_fees():
    keys = {item.key for item in usual_checklist().of("institution", "deregistered")}
    assert "gone_signs" in keys
    assert "prices" not in keys


def test_an_institution_become_non_profit_is_asked_for_the_governments_price():
    assert "guided_price" in {item.key for item in usual_checklist().of("institution", "converted")}
    assert "guided_price" not in {item.key for item in usual_checklist().of("institution", "operating")}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace("fire", "water"), "water"),
        (GOOD.replace("minutes = 2", "minutes = 0"), "minutes"),
        (GOOD.replace('"看"', '""'), "item 1.zh"),
        (GOOD + GOOD.partition("\n")[2], "重复"),
        (GOOD.partition("\n")[0], "一条也没有"),
        (GOOD.replace("[[item]]", "[[item"), "写法有误"),
        (GOOD + 'kinds = ["kiosk"]\n', "kiosk"),
    ],
)
def test_a_fault_in_an_offices_own_checklist_is_named_with_its_place(tmp_path: Path, text, told):
    path = tmp_path / "checklists.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=told):
        read_checklist(path, usual_categories())


def test_an_office_may_keep_its_own_categories(tmp_path: Path):
    path = tmp_path / "categories.toml"
    path.write_text('[noise]\nzh = "扰民"\nnotice = "inform"\ndays = 2\n', "utf-8")
    (one,) = read_categories(path).values()
    assert (one.name.zh, one.days) == ("扰民", 2)
    path.write_text('[noise]\nzh = "扰民"\nnotice = "shout"\n', "utf-8")
    with pytest.raises(InputError, match="shout"):
        read_categories(path)

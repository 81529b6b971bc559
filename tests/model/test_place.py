"""An area is named so that people know which one is meant, and says nothing twice."""

from __future__ import annotations

import pytest

from gridplan.model.place import AreaLevel, name_in_full


@pytest.mark.parametrize(
    ("level", "name", "parent", "full"),
    [
        (AreaLevel.CELL, "第3网格", "梨亭村", "梨亭村第3网格"),
        (AreaLevel.CELL, "梨亭村第3网格", "梨亭村", "梨亭村第3网格"),
        (AreaLevel.CELL, "第3网格", "", "第3网格"),
        (AreaLevel.COMMUNITY, "梨亭村", "沙渚镇", "梨亭村"),
        (None, "合计", "", "合计"),
    ],
)
def test_a_cell_carries_the_name_of_its_community_once(level, name, parent, full):
    assert name_in_full(level, name, parent) == full

"""The code scheme: parents, next codes, faults; a code once given up never comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.grid.codes import CodeScheme
from gridplan.model.errors import Conflict, InputError
from gridplan.model.place import AreaLevel

CELLS = CodeScheme.of({"district": 6, "township": 9, "community": 12, "cell": 15})


def test_a_cell_code_names_everything_above_it():
    assert CELLS.parse("110101001002003") == {
        AreaLevel.DISTRICT: "110101",
        AreaLevel.TOWNSHIP: "110101001",
        AreaLevel.COMMUNITY: "110101001002",
        AreaLevel.CELL: "110101001002003",
    }
    assert CELLS.parent("110101001002003") == "110101001002"
    assert CELLS.parent("110101") is None
    assert CELLS.parse("1101") == {}


def test_older_schemes_of_14_and_20_digits_are_only_other_lengths():
    assert CodeScheme.of({"community": 12, "cell": 14}).next("110101001002", AreaLevel.CELL, ()) == "11010100100201"
    assert len(CodeScheme.of({"community": 12, "cell": 20}).next("110101001002", AreaLevel.CELL, ())) == 20


def test_a_scheme_that_does_not_grow_is_refused():
    with pytest.raises(InputError, match="应比"):
        CodeScheme.of({"township": 9, "community": 9})


def test_codes_that_break_the_scheme_are_told():
    assert CELLS.fault("11010100100200", AreaLevel.CELL) is not None
    assert CELLS.fault("11010100100200A", AreaLevel.CELL) is not None
    assert CELLS.fault("110101001002003", AreaLevel.CELL) is None


def test_numbers_run_out_with_a_sentence():
    with pytest.raises(Conflict, match="用完"):
        CELLS.next("110101001002", AreaLevel.CELL, {"110101001002999"})
    with pytest.raises(InputError, match="scheme"):
        CodeScheme.of({}).next("110101001002", AreaLevel.CELL, ())


@given(st.sets(st.integers(1, 998)))
def test_the_next_code_is_new_and_the_last_of_its_parent(numbers: set[int]):
    used = {f"110101001002{n:03d}" for n in numbers}
    code = CELLS.next("110101001002", AreaLevel.CELL, used)
    assert code not in used and all(code > other for other in used)
    assert CELLS.parent(code) == "110101001002"

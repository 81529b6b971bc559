"""Which passwords are easy to guess."""

from __future__ import annotations

import pytest

from gridplan.model.password import easy_to_guess


@pytest.mark.parametrize(
    "password",
    [
        "12345678",
        "13912345678",
        "aaaaaaaa",
        "abcabcab",
        "qwerty123",
        "1qaz2wsx",
        "Passw0rd!",
        "admin2024",
        "abcd1234",
        "woaini1314",
        "lin12345",
        "林知夏2026",
        "87654321a",
        "asdfghjkl",
    ],
)
def test_what_a_guesser_tries_first_is_refused(password):
    assert easy_to_guess(password, "lin", "林知夏")


@pytest.mark.parametrize(
    "password", ["river-stone-lantern", "青山绿水长流不息", "K9-vXz2pQ", "a-long-test-password", "lin-likes-old-maps"]
)
def test_what_nobody_guesses_is_taken(password):
    assert not easy_to_guess(password, "lin", "林知夏")

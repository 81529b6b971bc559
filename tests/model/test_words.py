"""Every word stands in both languages with the same fields."""

from __future__ import annotations

import string

from gridplan.model.words import Text, catalogue, say


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_word_has_both_languages_and_the_same_fields():
    for key, (zh, en) in catalogue().items():
        assert zh and en, key
        assert _fields(zh) == _fields(en), key


def test_a_text_inside_a_text_is_filled_in_per_language():
    text = say("model.bad_document", where="x", problem=Text("坏", "bad"))
    assert "坏" in text.zh and "bad" in text.en and "bad" not in text.zh

"""The words of gridplan in both languages: every header, page and message is looked up here, one catalogue a room.

A catalogue is a module of this package with one dict `WORDS: dict[str, tuple[str, str]]`: key → (Chinese, English), with
`str.format` fields. Keys begin with the module's name: `intake.empty_file`. A missing key or field is an error.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import NamedTuple


class Text(NamedTuple):
    """One message in both languages."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """Return the text in `language` ("zh" or "en")."""
        return self.en if language == "en" else self.zh


@cache
def catalogue() -> dict[str, tuple[str, str]]:
    """Return every known word: key → (Chinese, English)."""
    words: dict[str, tuple[str, str]] = {}
    for module in pkgutil.iter_modules(__path__):
        for key, pair in importlib.import_module(f"{__name__}.{module.name}").WORDS.items():
            if key.split(".", 1)[0] != module.name:
                raise ValueError(f"word {key!r} does not belong into words/{module.name}.py")
            words[key] = pair
    return words


def say(key: str, /, **fields: object) -> Text:
    """Return the message `key` in both languages. A field that is a `Text` is filled in per language."""
    zh, en = catalogue()[key]
    return Text(
        zh.format(**{name: value.zh if isinstance(value, Text) else value for name, value in fields.items()}),
        en.format(**{name: value.en if isinstance(value, Text) else value for name, value in fields.items()}),
    )


def shift_called(word: str) -> str:
    """Return the shift that `shift_word` calls so in either language; any other is left as it is written."""
    head = "crews.shift_of_"
    return next(
        (key.removeprefix(head) for key, pair in catalogue().items() if key.startswith(head) and word in pair), word
    )


def shift_word(name: str) -> Text:
    """Return how a shift is called; a name that the words do not know is left as the office writes it."""
    pair = catalogue().get(f"crews.shift_of_{name}")
    return Text(*pair) if pair else Text(name, name)

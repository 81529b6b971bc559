"""Says where a file of settings or of features breaks off and what is wrong there, in the planner's words."""

from __future__ import annotations

import json
import re

from gridplan.model.errors import InputError
from gridplan.model.words import say

_LINE = re.compile(r"\(?at line (\d+),? col")
# How the readers of TOML begin what they say → the word that says it to a planner.
_FAULTS = {
    "Invalid value": "value",
    "Invalid statement": "statement",
    "Invalid initial character": "statement",
    "Expected '='": "statement",
    "Expected newline": "rest",
    "Expected ']": "bracket",
    "Unclosed": "bracket",
    "Unterminated string": "quote",
    "Illegal character '\\n'": "quote",
    "Expected \"'": "quote",
    "Expected '\"": "quote",
    "Cannot declare": "twice",
    "Cannot overwrite": "twice",
    "Cannot mutate": "twice",
    "Cannot redefine": "twice",
    "Duplicate": "twice",
    "Unescaped": "backslash",
    "Invalid hex": "backslash",
    "Escaped character": "backslash",
    "Invalid date": "date",
    "Found invalid character": "character",
    "Illegal character": "character",
}
_ENDLESS = re.compile(r"[\d_]{4000}")
_SHOWN = 60


def broken_toml(file: str, text: str, error: Exception) -> InputError:
    """Return what to say of a TOML file that cannot be read: the line, what stands there and what is wrong with it."""
    if isinstance(error, RecursionError):
        return InputError(say("intake.toml_deep", file=file))
    said, lines = str(error), text.splitlines()
    if said.startswith("Exceeds the limit"):
        line = next((number for number, line in enumerate(lines, 1) if _ENDLESS.search(line)), 1)
        return InputError(say("intake.toml_digits", file=file, line=line))
    fault = next((word for begin, word in _FAULTS.items() if said.startswith(begin)), "else")
    found = _LINE.search(said)
    last = max((number for number, line in enumerate(lines, 1) if line.strip()), default=1)
    # A quote that stays open is noticed where the line has ended.
    line = min(int(found[1]), last) if found else last
    shown = lines[line - 1].strip() if lines else ""
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
    return InputError(say("intake.broken_toml", file=file, line=line, text=shown, why=say(f"intake.toml_{fault}")))


def broken_json(file: str, error: Exception) -> InputError:
    """Return what to say of a JSON file that cannot be read: where it breaks off."""
    if isinstance(error, json.JSONDecodeError):
        return InputError(say("intake.broken_json", file=file, line=error.lineno, column=error.colno))
    return InputError(say("intake.json_deep", file=file))

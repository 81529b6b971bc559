"""Which passwords are easy to guess."""

from __future__ import annotations

import re

_COMMON = [
    "password",
    "passw0rd",
    "p@ssw0rd",
    "admin",
    "administrator",
    "root",
    "guest",
    "test",
    "user",
    "login",
    "welcome",
    "letmein",
    "iloveyou",
    "woaini",
    "dragon",
    "monkey",
    "sunshine",
    "princess",
    "football",
    "master",
    "shadow",
    "michael",
    "superman",
    "batman",
    "qwerty",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qazwsx",
    "1qaz2wsx",
    "abc",
    "abcd",
    "abcdef",
    "aa",
    "qq",
    "wang",
    "zhang",
    "beijing",
    "china",
    "zhongguo",
    "mima",
    "gridplan",
    "grid",
    "wangge",
    "jiancha",
    "shuangjian",
    "gongan",
    "jiaoyu",
    "changeme",
    "secret",
    "default",
    "temp",
    "initial",
    "hello",
    "system",
    "manager",
    "inspector",
    "planner",
    "head",
    "auditor",
]
_RUNS = (
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv",
    "!@#$%^&*()",
)
_LEET = str.maketrans("013457@$!", "oieastasi")


def easy_to_guess(password: str, *names: str) -> bool:
    """Whether a password is what a guesser tries first: digits, runs, one letter, a name or a common word with figures at its end."""
    folded = password.casefold()
    letters = re.sub(r"[\W\d_]+", "", folded)
    if len(set(folded)) < 5 or folded.isdecimal():
        return True
    left = folded
    for run in _RUNS:
        for line in (run, run[::-1]):
            for size in range(len(line), 3, -1):
                for start in range(len(line) - size + 1):
                    left = left.replace(line[start : start + size], "")
    if len(left) < 4:
        return True
    # Of a long password a name or word may be a part.
    parts = [name.strip().casefold() for name in names if len(name.strip()) > 1]
    bare = re.sub(r"[\W\d_]+$", "", re.sub(r"^[\W\d_]+", "", folded))
    if any(part in folded and len(folded.replace(part, "")) < 6 for part in parts):
        return True
    return any(word in _COMMON for word in (letters, bare, bare.translate(_LEET), letters.translate(_LEET)))

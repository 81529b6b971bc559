"""What the words of a list mean: how a business stands, and which department answers for a site; data, editable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path

from gridplan.intake.clean import fold
from gridplan.intake.toml import Section, nearest, read_toml
from gridplan.model.site import SiteKind, Standing

_DENIED = ("未", "不", "非", "没", "无", "没有", "不再", "停止", "终止")
"""What denies the word after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Competence:
    department: str
    kinds: frozenset[SiteKind]
    words: re.Pattern[str] | None

    def fits(self, cell: str) -> bool:
        """Whether a folded text holds a word of the rule and does not deny it."""
        found = self.words.finditer(cell) if self.words else ()
        return any(not cell[: match.start()].endswith(_DENIED) for match in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recogniser:
    """Folded words → standing, and the rules of competence in their order."""

    standings: Mapping[str, Standing]
    rules: tuple[_Competence, ...]
    seen: dict[str, Standing] = field(default_factory=dict, compare=False)
    """What was made of a status: a list has few."""

    def standing(self, text: str) -> Standing:
        """Return what a status says.

        Of several words in it the longest counts, of equal ones that which says more than 营业: 暂停营业 is paused. What is denied
        (未注销, 没有营业) does not count.
        """
        if text not in self.seen:
            cell = fold(text)
            found = [
                (len(word), standing is not Standing.OPERATING, standing)
                for word, standing in self.standings.items()
                if (at := cell.find(word)) >= 0 and not cell[:at].endswith(_DENIED)
            ]
            self.seen[text] = max(found, key=lambda hit: hit[:2])[2] if found else Standing.UNKNOWN
        return self.seen[text]

    def competent(self, kind: SiteKind, *texts: str) -> str:
        """Return the department that answers for a site of this kind; "" where no rule fits.

        `texts` say what it does, the surest first (subject, kind, name, status): the first that a rule has a word of decides.
        """
        rules = [rule for rule in self.rules if kind in rule.kinds]
        last = next((place for place, rule in enumerate(rules) if not rule.words), len(rules))
        for text in texts:
            cell = fold(text)
            for rule in rules[:last]:
                if rule.fits(cell):
                    return rule.department
        return rules[last].department if last < len(rules) else ""


def read_recogniser(own: Path) -> Recogniser:
    """Return the words that come with gridplan, with those of an office's own file before them where it exists.

    Raises
    ------
    InputError
        The own file cannot be read, or names an unknown standing or kind.
    """
    with as_file(files("gridplan.intake") / "recognise.toml") as path:
        usual = _read(path)
    if not own.is_file():
        return usual
    added = _read(own)
    return Recogniser(standings={**usual.standings, **added.standings}, rules=(*added.rules, *usual.rules))


def _read(path: Path) -> Recogniser:
    top = read_toml(path, ("standing", "competent"))
    known = [standing.value for standing in Standing if standing is not Standing.UNKNOWN]
    standing = top.section("standing", known)
    return Recogniser(
        standings={fold(word): Standing(key) for key in standing.data for word in standing.texts(key)},
        rules=tuple(_rule(one) for one in top.sections("competent", ("department", "kinds", "words"))),
    )


def _rule(section: Section) -> _Competence:
    section.need("department", "kinds")
    known = [kind.value for kind in SiteKind]
    kinds = section.texts("kinds")
    for kind in kinds:
        if kind not in known:
            raise section.wrong("kinds", kind, nearest(kind, known))
    words = [word for word in section.texts("words") if fold(word)]
    return _Competence(
        department=section.text("department"),
        kinds=frozenset(SiteKind(kind) for kind in kinds),
        words=re.compile("|".join(re.escape(fold(word)) for word in words)) if words else None,
    )

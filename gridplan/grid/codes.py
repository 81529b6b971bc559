"""The code scheme of a grid: how long a code is at each level, whose child it names, and which code comes next."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise

from gridplan.model.errors import Conflict, InputError
from gridplan.model.place import AreaCode, AreaLevel
from gridplan.model.words import Text, say


@dataclass(frozen=True, slots=True)
class CodeScheme:
    """The length of the code at each level, widest first; empty where no scheme is configured.

    The statistical code 2+2+2+3+3 and the cell's 6+3+3+3 are `{district: 6, township: 9, community: 12, cell: 15}`; what
    is above the district (province, city) is the beginning of its code.
    """

    lengths: Mapping[AreaLevel, int]

    @classmethod
    def of(cls, scheme: Mapping[str, int]) -> CodeScheme:
        """Read a scheme as mapping.toml gives it.

        Raises
        ------
        InputError
            A level is unknown, or a length is no positive integer or not longer than that of the wider level.
        """
        for name, length in scheme.items():
            if name not in {level.value for level in AreaLevel}:
                raise InputError(say("grid.scheme_level", level=name, known="、".join(AreaLevel)))
            if not isinstance(length, int) or isinstance(length, bool) or length < 1:
                raise InputError(say("grid.scheme_length", level=name, length=length))
        lengths = {level: scheme[level.value] for level in AreaLevel if level.value in scheme}
        order = list(lengths)
        for wider, finer in pairwise(order):
            if lengths[finer] <= lengths[wider]:
                raise InputError(
                    say("grid.scheme_order", finer=finer, length=lengths[finer], wider=wider, shorter=lengths[wider])
                )
        return cls(lengths)

    def parse(self, code: str) -> dict[AreaLevel, AreaCode]:
        """Return the code of the area itself and of each wider level; {} when no level has codes of this length."""
        if len(code) not in self.lengths.values():
            return {}
        return {level: AreaCode(code[:n]) for level, n in self.lengths.items() if n <= len(code)}

    def parent(self, code: str) -> AreaCode | None:
        """Return the code of the next wider level; None at the top or for a code outside the scheme."""
        chain = list(self.parse(code).values())
        return chain[-2] if len(chain) > 1 else None

    def fault(self, code: str, level: AreaLevel) -> Text | None:
        """Return what is wrong with a code of this level, or None."""
        length = self.lengths.get(level)
        if length is None:
            return None
        if len(code) != length:
            return say("grid.code_long", code=code, length=length, found=len(code))
        if not (code.isascii() and code.isdigit()):
            return say("grid.code_digits", code=code)
        return None

    def next(self, parent: str, level: AreaLevel, used: Collection[str]) -> AreaCode:
        """Return the code after the highest one ever used under `parent`; a code that was given up is not used again.

        Raises
        ------
        InputError
            The scheme does not say how long codes of this level are, or they are not longer than the parent's.
        Conflict
            All numbers under this parent are used up.
        """
        width = self.lengths.get(level, 0) - len(parent)
        if width < 1:
            raise InputError(say("grid.scheme_short", level=say(f"glossary.{level.value}"), parent=parent))
        tails = [code[len(parent) :] for code in used if code.startswith(parent) and len(code) == len(parent) + width]
        number = max((int(tail) for tail in tails if tail.isascii() and tail.isdigit()), default=0) + 1
        if number >= 10**width:
            raise Conflict(say("grid.codes_used_up", parent=parent, width=width))
        return AreaCode(f"{parent}{number:0{width}d}")

"""Column tables as data: which headers, Chinese or English, name which column, and what a file must hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from gridplan.intake.clean import fold
from gridplan.model.errors import InputError
from gridplan.model.place import Datum
from gridplan.model.words import Text, say

_DATUM_SUFFIX = {f"{mark}{datum.value}": datum for datum in Datum for mark in "_-("}
_POINT = ("lon", "lat")


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The columns one kind of file may have: key → its headers, the preferred one first; `required` keys must be there.

    `unread` are headers that somebody said are none of these, whatever they are called: they are kept as they are.
    """

    names: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @cached_property
    def _by_header(self) -> dict[str, tuple[str, int]]:
        return {fold(name): (key, rank) for key, names in self.names.items() for rank, name in enumerate(names)}

    @cached_property
    def _ignored(self) -> frozenset[str]:
        return frozenset(fold(name) for name in self.ignored)

    @cached_property
    def _unread(self) -> frozenset[str]:
        return frozenset(fold(name) for name in self.unread)

    def meaning(self, header: str) -> tuple[str, int, Datum | None] | None:
        """Return (key, rank, datum named in the header) of a header, None when it is not known."""
        if fold(header) in self._unread:
            return None
        folded, datum = fold(header).removesuffix(")"), None
        for suffix, named in _DATUM_SUFFIX.items():
            if folded.endswith(suffix):
                folded, datum = folded.removesuffix(suffix), named
        found = self._by_header.get(fold(header) if datum is None else folded)
        if found is None or (datum and found[0] not in _POINT):
            return None
        return (*found, datum)

    def is_ignored(self, header: str) -> bool:
        """Whether a header (序号) carries nothing."""
        return fold(header) in self._ignored

    def foreign(self, columns: Mapping[str, str], unread: Sequence[str] = ()) -> Columns:
        """Return these columns with the names of `mapping.toml` as the only headers of the keys it names.

        A header that it gives to one key is no longer read as another, though it be called so.
        """
        taken = {fold(header) for header in columns.values()}
        return Columns(
            names={
                key: (columns[key],) if key in columns else tuple(name for name in names if fold(name) not in taken)
                for key, names in self.names.items()
            },
            required=tuple(dict.fromkeys((*self.required, *columns))),
            ignored=self.ignored,
            unread=tuple(unread),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Which header of a file holds which key, the datum its point columns name, and the headers nobody asked for."""

    headers: Mapping[str, str]
    datum: Datum | None
    others: tuple[str, ...]
    doubles: Mapping[str, tuple[str, ...]]


def find_columns(file: str, header: Sequence[str], columns: Columns) -> Found:
    """Match the headers of a file to its columns.

    Where two headers name one column the more usual one is taken and the other is told in `doubles`.

    Raises
    ------
    InputError
        A required column is missing, or longitude and latitude name different datums or stand alone.
    """
    options: dict[str, list[tuple[int, int, str, Datum | None]]] = {}
    others = []
    for index, name in enumerate(header):
        if meaning := columns.meaning(name):
            key, rank, datum = meaning
            options.setdefault(key, []).append((rank, index, name, datum))
        elif not columns.is_ignored(name):
            others.append(name)
    best = {key: min(found) for key, found in options.items()}
    headers = {key: option[2] for key, option in best.items()}
    for key in columns.required:
        if key not in headers:
            raise InputError(missing(file, key, columns, header))
    datums = {best[key][3] for key in _POINT if key in best}
    if len(datums) > 1:
        raise InputError(say("intake.two_datums", file=file, lon=headers["lon"], lat=headers["lat"]))
    for here, there in (_POINT, _POINT[::-1]):
        if here in headers and there not in headers and there in columns.names:
            raise InputError(missing(file, there, columns, header))
    doubles = {key: tuple(o[2] for o in sorted(found)[1:]) for key, found in options.items() if len(found) > 1}
    return Found(
        headers=headers,
        datum=datums.pop() if datums else None,
        others=(*others, *(name for names in doubles.values() for name in names)),
        doubles=doubles,
    )


def missing(file: str, key: str, columns: Columns, header: Sequence[str]) -> Text:
    """Say that a column is missing, by which names it would be known, and which headers were found."""
    names = "、".join(columns.names[key])
    return say("intake.missing_column", file=file, names=names, headers="、".join(filter(None, header)) or "—")

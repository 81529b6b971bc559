"""Names that are nearly the same: one slip apart by hashed deletions, or alike by the rare pairs of characters they share."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2^64
_WORD = 1 << 64
_INVERSE = pow(_BASE, -1, _WORD)
_SHORTEST = 3  # two-character names have neighbours everywhere
_SLIPS_AT_MOST = 64
_RARE = 2_000  # a pair that more names have says nothing
_RESCORED = 24
_ALIKE = 0.7
_ALIKE_AT_MOST = 8

Words = NDArray[np.uint64]
Numbers = NDArray[np.int64]


class NameIndex:
    """Finds names among many that differ a little from a given one. Names are folded and distinct.

    Two names are one slip apart (one character wrong, missing, too many, or two swapped) when leaving out one character of
    one or both makes them equal: all those shortened names are kept as 64-bit hashes, and what they find is compared in full.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        codes = np.frombuffer("".join(names).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
        lengths = np.fromiter(map(len, names), dtype=np.int64, count=len(names))
        starts = np.cumsum(lengths) - lengths
        owner = np.repeat(np.arange(len(names), dtype=np.int32), lengths)
        self._build_slips(codes, lengths, starts, owner)
        self._build_pairs(codes, owner)

    def _build_slips(self, codes: Words, lengths: Numbers, starts: Numbers, owner: NDArray[np.int32]) -> None:
        place = np.arange(len(codes)) - starts[owner]
        powers = np.empty(int(lengths.max(initial=0)) + 1, dtype=np.uint64)
        powers[0], powers[1:] = 1, _BASE
        terms = codes * np.cumprod(powers)[place]
        sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(terms)])
        base = sums[starts]
        whole = sums[starts + lengths] - base
        before = sums[:-1] - base[owner]
        shortened = before + (whole[owner] - before - terms) * np.uint64(_INVERSE)
        long_enough = lengths[owner] >= _SHORTEST
        hashes = np.concatenate([whole, shortened[long_enough]])
        owners = np.concatenate([np.arange(len(lengths), dtype=np.int32), owner[long_enough]])
        order = np.argsort(hashes)
        self._hashes, self._owners = hashes[order], owners[order]

    def _build_pairs(self, codes: Words, owner: NDArray[np.int32]) -> None:
        inside = owner[1:] == owner[:-1]
        pairs, owners = ((codes[:-1] << np.uint64(32)) | codes[1:])[inside], owner[:-1][inside]
        order = np.argsort(pairs, kind="stable")
        self._pairs, self._pair_starts = np.unique(pairs[order], return_index=True)
        self._pair_starts = np.append(self._pair_starts, len(order))
        self._pair_owners = owners[order]

    def within_one(self, name: str) -> list[str]:
        """Return the other names one slip apart, in the order of the index; none for a name of fewer than three characters."""
        if len(name) < _SHORTEST or not len(self._hashes):
            return []
        wanted = np.array(_hashes_of(name), dtype=np.uint64)
        low, high = np.searchsorted(self._hashes, wanted), np.searchsorted(self._hashes, wanted, side="right")
        near = {int(n) for a, b in zip(low.tolist(), high.tolist(), strict=True) for n in self._owners[a:b]}
        found = (self._names[n] for n in sorted(near))
        return [other for other in found if OSA.distance(name, other, score_cutoff=1) == 1][:_SLIPS_AT_MOST]

    def alike(self, name: str) -> list[tuple[str, float]]:
        """Return a few names that share rare pairs of characters with `name`, most alike first, with their likeness (0.7…1)."""
        pairs = np.array([(ord(a) << 32) | ord(b) for a, b in pairwise(name)], dtype=np.uint64)
        if not len(pairs) or not len(self._pairs):
            return []
        at = np.minimum(np.searchsorted(self._pairs, pairs), len(self._pairs) - 1)
        at = np.unique(at[self._pairs[at] == pairs])
        spans = [(int(self._pair_starts[n]), int(self._pair_starts[n + 1])) for n in at]
        spans = [(a, b) for a, b in spans if b - a <= _RARE]
        if not spans:
            return []
        owners = np.concatenate([self._pair_owners[a:b] for a, b in spans])
        rarity = np.concatenate([np.full(b - a, np.log(len(self._names) / (b - a) + 1)) for a, b in spans])
        found, inverse = np.unique(owners, return_inverse=True)
        best = np.argsort(-np.bincount(inverse, weights=rarity), kind="stable")[:_RESCORED]
        scored = [(self._names[n], fuzz.ratio(name, self._names[n]) / 100) for n in found[best].tolist()]
        scored = [item for item in scored if item[1] >= _ALIKE and item[0] != name]
        return sorted(scored, key=lambda item: (-item[1], item[0]))[:_ALIKE_AT_MOST]


def _hashes_of(name: str) -> list[int]:
    """Return the hash of the name and of the name without each of its characters, as the index has them."""
    terms, power = [], 1
    for char in name:
        terms.append(ord(char) * power)
        power = power * _BASE % _WORD
    whole, before = sum(terms), 0
    hashes = [whole % _WORD]
    for term in terms:
        hashes.append((before + (whole - before - term) * _INVERSE) % _WORD)
        before += term
    return hashes

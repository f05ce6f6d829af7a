"""Texts that are nearly the same: MinHash to find pairs, word 5-grams to measure them.

`rensa` makes the signatures and buckets them; a pair counts when the Jaccard similarity of its 5-gram sets, computed
exactly, reaches the threshold. Pairs that share less than half of their 5-grams are often not found: that is the nature
of the method, and what the threshold says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

THRESHOLD = 0.5
_WORD = re.compile(r"\w+")
_PERMUTATIONS, _BANDS, _SEED = 128, 32, 42


class Pair(NamedTuple):
    """Two near-duplicates by their keys, the later one first, and their Jaccard similarity."""

    key: str
    other: str
    similarity: float


def shingles(text: str, size: int = 5) -> set[str]:
    """The word 5-grams of a text, lower case; the whole text where it is shorter."""
    words = _WORD.findall(text.lower())
    return {" ".join(words[n : n + size]) for n in range(max(1, len(words) - size + 1))}


def similarity(one: set[str], other: set[str]) -> float:
    """Jaccard similarity of two sets."""
    return len(one & other) / len(one | other) if one or other else 1.0


def near_duplicates(texts: Iterable[tuple[str, str]], threshold: float = THRESHOLD) -> Iterator[Pair]:
    """All near-duplicate pairs in a stream of (key, text), as they show up."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=threshold, num_perm=_PERMUTATIONS, num_bands=_BANDS)
    keys: list[str] = []
    sets: list[set[str]] = []
    for key, text in texts:
        own = shingles(text)
        signature = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
        signature.update(list(own))
        for n in sorted(index.query(signature)):
            near = similarity(own, sets[n])
            if near >= threshold:
                yield Pair(key, keys[n], near)
        index.insert(len(keys), signature)
        keys.append(key)
        sets.append(own)

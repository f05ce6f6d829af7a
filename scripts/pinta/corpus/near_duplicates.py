"""Texts that are nearly the same: MinHash to find pairs, word 5-grams to measure them.

`rensa` makes the signatures and buckets them; a pair counts when the Jaccard similarity of its 5-gram sets, computed
exactly, reaches the threshold. Pairs that share less than half of their 5-grams are often not found: that is the nature
of the method, and what the threshold says.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations, product
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from rensa import RMinHash

THRESHOLD = 0.5
_WORD = re.compile(r"\w+")
PERMUTATIONS, BANDS, _SEED = 128, 32, 42
_ROW = struct.Struct(f"={BANDS}I")


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


def signatures(texts: Iterable[str]) -> npt.NDArray[np.uint32]:
    """The MinHash signatures of some texts, a row each; `BANDS` bands of equal width lie beside each other in a row."""
    import numpy as np

    found = [_minhash(shingles(text)).digest() for text in texts]
    return np.array(found, dtype=np.uint32).reshape(len(found), PERMUTATIONS)


def _minhash(own: set[str]) -> RMinHash:
    from rensa import RMinHash

    made = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    made.update(list(own))
    return made


def near_duplicates(texts: Iterable[tuple[str, str]], threshold: float = THRESHOLD) -> Iterator[Pair]:
    """All near-duplicate pairs in a stream of (key, text), as they show up."""
    from rensa import RMinHashLSH

    index = RMinHashLSH(threshold=threshold, num_perm=PERMUTATIONS, num_bands=BANDS)
    keys: list[str] = []
    sets: list[set[str]] = []
    for key, text in texts:
        own = shingles(text)
        signature = _minhash(own)
        for n in sorted(index.query(signature)):
            near = similarity(own, sets[n])
            if near >= threshold:
                yield Pair(key, keys[n], near)
        index.insert(len(keys), signature)
        keys.append(key)
        sets.append(own)


class Neighbours:
    """Near-duplicates among texts that are known by hashes: what was found out of a text is not found out again.

    Attributes:
        hashes: the texts that are known.
        rows: for each of them a row of 32 numbers, the sums of its bands: texts that share one are compared.
        pairs: hashes of two near-duplicates, and their similarity.

    Raises:
        ValueError: there are not as many rows as texts.
    """

    def __init__(self, hashes: Iterable[str] = (), pairs: Iterable[tuple[str, str, float]] = (), rows: bytes = b"") -> None:
        self.hashes, self.rows = list(hashes), rows
        self.pairs = [(one, other, float(near)) for one, other, near in pairs]
        if len(rows) != len(self.hashes) * _ROW.size:
            raise ValueError("so many texts have other rows")

    def update(self, wanted: Iterable[str], read: Callable[[str], str]) -> bool:
        """Know these texts and no others; ``read`` gives a text by its hash. Gives whether anything changed."""
        kept, known = dict.fromkeys(wanted), {hash_: n for n, hash_ in enumerate(self.hashes)}
        old, new = [hash_ for hash_ in kept if hash_ in known], [hash_ for hash_ in kept if hash_ not in known]
        if not new and len(old) == len(known):
            return False
        size = _ROW.size
        before = b"".join(self.rows[known[hash_] * size : (known[hash_] + 1) * size] for hash_ in old)
        added = b"".join(_row(read(hash_)) for hash_ in new)
        self.hashes, self.rows = old + new, before + added
        self.pairs = [pair for pair in self.pairs if pair[0] in kept and pair[1] in kept]
        for one, other in sorted(_sharing(before, added)):
            near = similarity(shingles(read(self.hashes[one])), shingles(read(self.hashes[other])))
            if near >= THRESHOLD:
                self.pairs.append((self.hashes[one], self.hashes[other], near))
        return True

    def among(self, texts: Mapping[str, str]) -> Iterator[Pair]:
        """The near-duplicates among some keys, given with the hashes of their texts; the later key first."""
        keys: dict[str, list[str]] = {}
        for key, hash_ in texts.items():
            keys.setdefault(hash_, []).append(key)
        order = {key: n for n, key in enumerate(texts)}
        same = ((one, other, 1.0) for found in keys.values() for one, other in combinations(found, 2))
        near = ((one, other, by) for a, b, by in self.pairs for one, other in product(keys.get(a, ()), keys.get(b, ())))
        for one, other, by in (*same, *near):
            earlier, later = sorted((one, other), key=order.__getitem__)
            yield Pair(later, earlier, by)


def _row(text: str) -> bytes:
    whole = struct.pack(f"={PERMUTATIONS}I", *_minhash(shingles(text)).digest())
    width = len(whole) // BANDS
    return _ROW.pack(*(zlib.crc32(whole[at : at + width]) for at in range(0, len(whole), width)))


def _sharing(before: bytes, added: bytes) -> set[tuple[int, int]]:
    """Numbers of two texts, one of them among those added, that share a band; the smaller number first."""
    old, new = memoryview(before).cast("I"), memoryview(added).cast("I")
    found: set[tuple[int, int]] = set()
    first = len(old) // BANDS
    for band in range(BANDS):
        groups: dict[int, list[int]] = {}
        for n, value in enumerate(new[band::BANDS].tolist(), first):
            groups.setdefault(value, []).append(n)
        column = old[band::BANDS].tolist() if first else []
        shared = groups.keys() & set(column)
        if shared:
            found.update((n, other) for n, value in enumerate(column) if value in shared for other in groups[value])
        found.update(pair for group in groups.values() for pair in combinations(group, 2))
    return found

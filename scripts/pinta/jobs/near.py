"""Near-duplicates over all shards of a store, in bounded memory.

Each shard's job leaves the MinHash signatures of its texts, and a key a band of them, in a file. The pass over all shards
takes one band at a time, and of that only a range of keys where the store is large: texts with the same key are
candidates, their signatures estimate how near they are, and those that may reach the threshold are read again and
measured exactly. Of more than `NEIGHBOURS` + 1 texts with one key each is held against the `NEIGHBOURS` before it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..checks.registry import CHECKS
from ..corpus.near_duplicates import BANDS, PERMUTATIONS, THRESHOLD, shingles, signatures, similarity
from ..diagnostics import Finding
from ..jsontext import loads, locate
from ..store.model import Store
from ..store.place import Place
from ..store.reading import lines
from ..store.records import sort_key

NEIGHBOURS = 8
_AT_ONCE = 1_000_000
"""Texts of which one band is in memory at a time."""
_PAIRS = 100_000
"""Pairs that are measured together."""
_SLACK = 0.15
"""More than three standard deviations of the estimate from 128 values at the threshold."""

Numbers = npt.NDArray[Any]


class Text(NamedTuple):
    """A text as the shard's file knows it: the number of its record, and its event."""

    record: int
    event: str
    text: str


def write(texts: Sequence[Text]) -> bytes:
    """The file of a shard: number of texts; record numbers; events; keys, band by band; signatures, text by text."""
    found = signatures([one.text for one in texts])
    records = np.array([one.record for one in texts], dtype="<u4")
    events = np.array([int.from_bytes(hashlib.blake2b(one.event.encode(), digest_size=8).digest(), "little") for one in texts], dtype="<u8")
    out = io.BytesIO()
    out.write(len(texts).to_bytes(8, "little"))
    for array in (records, events, _keys(found), found.astype("<u4")):
        out.write(np.ascontiguousarray(array).tobytes())
    return out.getvalue()


def _keys(found: Numbers) -> Numbers:
    """One 64-bit key a band and text, band by band."""
    rows = found.reshape(len(found), BANDS, PERMUTATIONS // BANDS).astype(np.uint64)
    keys = np.zeros(rows.shape[:2], dtype=np.uint64)
    for n in range(rows.shape[2]):
        keys = (keys ^ rows[:, :, n]) * np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(29)
    return np.ascontiguousarray(keys.T).astype("<u8")


class _File:
    """The file of one shard, read in pieces."""

    def __init__(self, place: Place, name: str) -> None:
        self._file = place.open(name)
        self.count = int.from_bytes(self._file.read(8), "little")
        self._starts = np.cumsum([8, 4 * self.count, 8 * self.count, 8 * BANDS * self.count]).tolist()

    def _read(self, start: int, count: int, kind: str) -> Numbers:
        self._file.seek(start)
        return np.frombuffer(self._file.read(count * np.dtype(kind).itemsize), dtype=kind)

    def records(self) -> Numbers:
        return self._read(self._starts[0], self.count, "<u4")

    def events(self) -> Numbers:
        return self._read(self._starts[1], self.count, "<u8")

    def keys(self, band: int) -> Numbers:
        return self._read(self._starts[2] + 8 * band * self.count, self.count, "<u8")

    def signatures(self) -> Numbers:
        found = self._read(self._starts[3], PERMUTATIONS * self.count, "<u4")
        return found.reshape(self.count, PERMUTATIONS)

    def close(self) -> None:
        self._file.close()


class Near:
    """The near-duplicates of a store whose shards have left their files."""

    def __init__(self, store: Store, place: Place, names: Sequence[str]) -> None:
        self.store, self._place, self._names = store, place, names
        self._counts = [self._of(n, lambda file: file.count) for n in range(len(names))]
        self._starts = np.concatenate([[0], np.cumsum(self._counts)]).astype(np.int64)
        self._signatures = lru_cache(maxsize=8)(lambda n: self._of(n, _File.signatures))

    def _of(self, n: int, ask: Any) -> Any:
        file = _File(self._place, self._names[n])
        try:
            return ask(file)
        finally:
            file.close()

    def findings(self) -> Iterator[Finding]:
        """A finding for each pair in different events, the later text first named; in the order in which they are met."""
        held: list[tuple[int, int]] = []
        for band in range(BANDS):
            for one, other in self._candidates(band):
                held.extend(zip(one.tolist(), other.tolist(), strict=True))
                if len(held) >= _PAIRS:
                    yield from self._measured(held)
                    held = []
        yield from self._measured(held)

    def _candidates(self, band: int) -> Iterator[tuple[Numbers, Numbers]]:
        """Pairs of numbers of texts, the later first, that meet in a band and in none before, and may be near."""
        ranges = max(1, -(-int(self._starts[-1]) // _AT_ONCE))
        edges = [n * (2**64 // ranges) for n in range(ranges)] + [2**64]
        for low, high in pairwise(edges):
            keys, events, texts = self._range(band, low, high)
            order = np.argsort(keys, kind="stable")
            keys, events, texts = keys[order], events[order], texts[order]
            for lag in range(1, NEIGHBOURS + 1):
                meets = np.flatnonzero((keys[lag:] == keys[:-lag]) & (events[lag:] != events[:-lag]))
                for at in range(0, len(meets), 20_000):
                    some = meets[at : at + 20_000]
                    yield self._near(band, texts[some + lag], texts[some])

    def _range(self, band: int, low: int, high: int) -> tuple[Numbers, Numbers, Numbers]:
        """Keys of a band in a range, with events and numbers of their texts."""
        found: list[tuple[Numbers, Numbers, Numbers]] = []
        for n, start in enumerate(self._starts[:-1]):
            keys, events = self._of(n, lambda file: (file.keys(band), file.events()))
            inside = np.flatnonzero((keys >= low) & (keys <= high - 1))
            found.append((keys[inside], events[inside], inside + start))
        columns = zip(*found, strict=True) if found else ([np.empty(0, "<u8")], [np.empty(0, "<u8")], [np.empty(0, np.int64)])
        keys, events, texts = (np.concatenate(list(column)) for column in columns)
        return keys, events, texts

    def _near(self, band: int, one: Numbers, other: Numbers) -> tuple[Numbers, Numbers]:
        equal = self._rows(one) == self._rows(other)
        first = equal.reshape(len(one), BANDS, PERMUTATIONS // BANDS).all(axis=2).argmax(axis=1) == band
        kept = first & (equal.mean(axis=1) >= THRESHOLD - _SLACK)
        return one[kept], other[kept]

    def _rows(self, texts: Numbers) -> Numbers:
        """Signatures of some texts."""
        found = np.empty((len(texts), PERMUTATIONS), dtype="<u4")
        shards = self._shard_of(texts)
        for n in np.unique(shards).tolist():
            own = np.flatnonzero(shards == n)
            found[own] = self._signatures(n)[texts[own] - self._starts[n]]
        return found

    def _shard_of(self, texts: Numbers) -> Numbers:
        return np.searchsorted(self._starts, texts, side="right") - 1

    def _measured(self, pairs: list[tuple[int, int]]) -> Iterator[Finding]:
        """Findings of the pairs that are near indeed."""
        read = _Texts(self, {text for pair in pairs for text in pair})
        for pair in sorted(pairs):
            one, other = (read[text] for text in pair)
            near = similarity(shingles(one["text"]), shingles(other["text"]))
            if near >= THRESHOLD:
                yield _finding(one, other, near)

    def places(self, texts: Iterable[int]) -> Iterator[tuple[int, int, int]]:
        """Number, shard and record of some texts, in order."""
        wanted = np.array(sorted(texts), dtype=np.int64)
        shards = self._shard_of(wanted)
        for n in np.unique(shards).tolist():
            own, records = wanted[shards == n], self._of(n, _File.records)
            yield from ((text, n, int(records[text - self._starts[n]])) for text in own.tolist())


class _Texts:
    """Some texts of a store, in a file that is gone afterwards."""

    def __init__(self, near: Near, texts: set[int]) -> None:
        import tempfile

        self._file = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as this object
        self._spans: dict[int, tuple[int, int]] = {}
        wanted: dict[int, dict[int, int]] = {}
        for text, shard, record in near.places(texts):
            wanted.setdefault(shard, {})[record] = text
        for shard, records in wanted.items():
            described = near.store.shards[shard]
            for number, line in enumerate(lines(near.store, described)):
                if number in records:
                    self._spans[records[number]] = (self._file.tell(), len(line) + len(described.name) + 24)
                    self._file.write(f"{described.name}\n{number + 1:022d}\n".encode() + line)

    def __getitem__(self, text: int) -> dict[str, Any]:
        start, size = self._spans[text]
        self._file.seek(start)
        shard, number, line = self._file.read(size).split(b"\n", 2)
        return {**loads(line), "shard": shard.decode(), "number": int(number), "line": line}


def _finding(one: dict[str, Any], other: dict[str, Any], near: float) -> Finding:
    if sort_key(one["id"]) < sort_key(other["id"]):
        one, other = other, one
    splits = [(record["event"] or {}).get("split") for record in (one, other)]
    id_ = "E-NEAR-DUPLICATE-SPLITS" if splits[0] != splits[1] else "W-NEAR-DUPLICATE"
    said = f"{one['id']}: {near:.0%} of its 5-grams are those of {other['id']} ({splits[1]})."
    column = locate(one["line"].decode("utf-8"), ("text",))[1]
    mend = "Put both into one event, or drop one."
    return Finding(one["shard"], one["number"], column, id_, CHECKS[id_].level, said, mend, "/text")

"""Many texts as one row of code points, with what each code point is: for tokens, sentences, blanks and the normal form.

What a code point is gets asked of Python itself, once: the classes are those of ``\\w``, ``\\s`` and of the patterns in `spans`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from .arrays import Bools, Ints, data, offsets

if TYPE_CHECKING:
    import pyarrow as pa

WORD, SPACE, FORBIDDEN, OPENS, DIGIT, MARK, CLOSER, LETTER = (1 << n for n in range(8))
_CLASSES = {
    WORD: r"\w",
    SPACE: r"\s",
    FORBIDDEN: "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff\r\u2028\u2029]",
    OPENS: r"[A-ZÀ-ÖØ-Þ\d\U0001F000-\U0001FAFF]",
    DIGIT: r"\d",
    MARK: "[.!?…]",
    CLOSER: "[\"”’')\\]]",
}
_LINE_END = ord("\n")
_COMPOSING = 0x300
"""Below this every text is in NFC."""
_PUNCTUATION = (0x2010, 0x2027)
"""Dashes, quotation marks and the like, which never compose."""


@lru_cache(maxsize=1)
def classes() -> NDArray[np.uint8]:
    """For every code point, the sum of the classes that it is in."""
    every = "".join(map(chr, range(0x110000)))
    table = np.zeros(0x110000, dtype=np.uint8)
    for bit, pattern in _CLASSES.items():
        for run in re.finditer(f"(?:{pattern})+", every):
            table[run.start() : run.end()] |= bit
    table[[point for point in np.flatnonzero(table & WORD).tolist() if every[point].isalpha()]] |= LETTER
    return table


@dataclass
class Texts:
    """Texts one after the other. ``first`` holds the place of the first code point of each, and the end of the last."""

    array: pa.Array

    @cached_property
    def utf8(self) -> NDArray[np.uint8]:
        """All bytes."""
        return data(self.array)

    @cached_property
    def joined(self) -> str:
        """All texts as one string."""
        return str(self.utf8.data, "utf-8")

    @cached_property
    def points(self) -> NDArray[np.uint32]:
        """All code points."""
        return np.frombuffer(self.joined.encode("utf-32-le"), dtype=np.uint32)

    @cached_property
    def kinds(self) -> NDArray[np.uint8]:
        """The classes of all code points."""
        return classes().take(self.points)

    @cached_property
    def held(self) -> NDArray[np.uint8]:
        """The classes that stand anywhere in each text."""
        some = np.flatnonzero(self.sizes)
        held = np.zeros(len(self.array), dtype=np.uint8)
        if len(some):
            held[some] = np.bitwise_or.reduceat(self.kinds, self.first[some])
        return held

    @cached_property
    def edges(self) -> Ints:
        """First byte of each text, and the end of the last."""
        edges = offsets(self.array)
        return cast(Ints, edges - edges[0])

    @cached_property
    def _starts(self) -> Ints | None:
        """The first byte of every code point and the end of the last; None where all are ASCII."""
        if len(self.joined) == len(self.utf8):
            return None
        begins = np.ones(len(self.utf8) + 1, dtype=np.bool_)
        np.not_equal(self.utf8 & 0xC0, 0x80, out=begins[:-1])
        return np.flatnonzero(begins)

    @cached_property
    def first(self) -> Ints:
        starts = self._starts
        return self.edges.astype(np.int64) if starts is None else np.searchsorted(starts, self.edges)

    @cached_property
    def sizes(self) -> Ints:
        """Code points of each text."""
        return np.diff(self.first)

    def bytes_at(self, places: Ints) -> Ints:
        """The bytes at which code points begin."""
        return places if self._starts is None else self._starts[places]

    def of(self, places: Ints) -> Ints:
        """The text that each place lies in."""
        return np.searchsorted(self.first, places, side="right") - 1

    @cached_property
    def line_ends(self) -> Ints:
        return np.flatnonzero(self.points == _LINE_END)

    def abnormal(self) -> Bools:
        """Texts that `spans.normalise` would change or refuse. Empty ones count among them."""
        wrong = (self.sizes == 0) | (self.held & FORBIDDEN != 0)
        kinds, ends = self.kinds, self.line_ends
        before = np.maximum(ends - 1, 0)
        trailing = ends[(kinds[before] & SPACE != 0) & (self.points[before] != _LINE_END)]
        triple = ends[2:][ends[2:] - ends[:-2] == 2] if len(ends) > 2 else ends[:0]
        for places in (trailing, triple):
            wrong[self.of(places)] = True
        some = ~wrong
        last = self.first[1:][some] - 1
        start = self.first[:-1][some]
        good = (self.points[last] == _LINE_END) & (self.points[start] != _LINE_END) & (self.points[last - 1] != _LINE_END)
        wrong[some] = ~good
        return cast(Bools, wrong | self._decomposed())

    def _decomposed(self) -> Bools:
        """Texts that are not in NFC. Only those are asked about that hold more than letters of Europe and punctuation."""
        odd = np.flatnonzero(self.points >= _COMPOSING)
        points = self.points[odd]
        odd = odd[(points < _PUNCTUATION[0]) | (points > _PUNCTUATION[1])]
        wrong = np.zeros(len(self.array), dtype=np.bool_)
        for n in np.unique(self.of(odd)).tolist():
            wrong[n] = not unicodedata.is_normalized("NFC", self.joined[self.first[n] : self.first[n + 1]])
        return wrong

    def without_letters(self) -> Bools:
        """Texts in which nothing is a letter."""
        return cast(Bools, self.held & LETTER == 0)

    def words(self) -> Ints:
        """How many runs of ``\\w`` each text has."""
        word = self.kinds & WORD != 0
        begins = word.copy()
        begins[1:] &= ~word[:-1]
        inner = self.first[:-1]
        inner = inner[inner < len(word)]
        begins[inner] = word[inner]
        return _sums(begins, self.first)


def _sums(marks: Bools, edges: Ints) -> Ints:
    """How many places are marked between one edge and the next."""
    places = np.flatnonzero(marks)
    return np.diff(np.searchsorted(places, edges))

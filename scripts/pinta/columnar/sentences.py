"""Sentences of many texts at once: the rule of `spans.sentences`, looked at only where a sentence may end."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ..spans import is_abbreviation
from .arrays import Bools, Ints
from .texts import CLOSER, DIGIT, MARK, OPENS, SPACE, WORD, Texts

_LONGEST = 8
"""Code points before a full stop that `spans` looks at."""


class Sentences(NamedTuple):
    """First code point of every sentence of some normalised texts, and the one after its last, in order."""

    start: Ints
    end: Ints

    def holding(self, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """The first and the last sentence that each of some spans touches. Spans neither begin nor end with a blank."""
        return np.searchsorted(self.end, start, side="right"), np.searchsorted(self.end, end - 1, side="left")


def sentences_of(texts: Texts) -> Sentences:
    """All sentences of texts that are in normal form."""
    kinds = texts.kinds
    start, stop = _marks(texts)
    lines, ends = _runs(texts.line_ends)
    begin = np.concatenate([start, lines])
    order = np.argsort(begin, kind="stable")
    begin, after = begin[order], np.concatenate([stop, ends])[order]
    line = (np.arange(len(begin)) >= len(start))[order]
    kept = _confirmed(texts, begin, after, line)
    begin, after, line = begin[kept], after[kept], line[kept]
    first = np.concatenate([[0], after[:-1]]) if len(after) else after
    return _trimmed(kinds & SPACE != 0, first, np.where(line, begin, after))


def _runs(places: Ints) -> tuple[Ints, Ints]:
    """First place of each run of neighbours, and the place after its last."""
    if not len(places):
        return places, places
    breaks = np.flatnonzero(np.diff(places) != 1)
    return places[np.concatenate([[0], breaks + 1])], places[np.concatenate([breaks, [len(places) - 1]])] + 1


def _marks(texts: Texts) -> tuple[Ints, Ints]:
    """End marks with the closing marks behind them, where a blank and then something that can open a sentence follows."""
    kinds = texts.kinds
    start, stop = _runs(np.flatnonzero(kinds & MARK != 0))
    while len(more := np.flatnonzero(kinds[stop] & CLOSER != 0)):
        stop[more] += 1
    blank = kinds[stop] & SPACE != 0
    start, stop = start[blank], stop[blank]
    fits = np.zeros(len(start), dtype=np.bool_)
    open_ = np.arange(len(start))
    at, end = stop + 1, texts.first[1:][texts.of(start)]
    while len(open_):
        kind = kinds[np.minimum(at, len(kinds) - 1)]
        inside = at < end[open_]
        opens = inside & (kind & OPENS != 0)
        fits[open_[opens]] = True
        more = inside & ~opens & ((kind & (WORD | DIGIT)) != WORD)
        open_, at = open_[more], at[more] + 1
    return start[fits], stop[fits]


def _confirmed(texts: Texts, begin: Ints, after: Ints, line: Bools) -> Bools:
    """Which ends of sentences are not the full stop of an abbreviation."""
    kept = np.ones(len(begin), dtype=np.bool_)
    stops = np.flatnonzero(~line & (texts.points[begin] == ord(".")))
    back = np.maximum(begin[stops, None] - np.arange(1, _LONGEST + 1), 0)
    word = np.logical_and.accumulate(texts.kinds[back] & WORD != 0, axis=1)
    sizes = word.sum(axis=1)
    several = (sizes > 1) & (sizes < _LONGEST)
    kept[stops[several]] = ~_abbreviated(texts.points[back[several]] * word[several])
    for n in stops[sizes == 1].tolist():  # "a.n." is found by what stands before its last letter
        before = n - 1
        while before >= 0 and not kept[before]:
            before -= 1
        low = max(int(after[before]) if before >= 0 else 0, int(begin[n]) - _LONGEST)
        kept[n] = not is_abbreviation(texts.joined[low : int(begin[n]) + 1])
    return kept


def _abbreviated(points: Ints) -> Bools:
    """Which words of several letters are abbreviations: their code points from the last to the first, then zeros.

    Words repeat, so that each is asked for once. No abbreviation has letters beyond Latin-1.
    """
    keys = np.zeros(len(points), dtype=np.int64)
    for column in range(_LONGEST - 1):
        keys = keys * 256 + np.minimum(points[:, column], 255)
    known, place = np.unique(keys, return_inverse=True)
    return np.array([_is_short(key) for key in known.tolist()], dtype=np.bool_)[place]


@lru_cache(maxsize=65536)
def _is_short(key: int) -> bool:
    letters = key.to_bytes(_LONGEST - 1, "big").rstrip(b"\0").decode("latin-1")
    return is_abbreviation(f"{letters[::-1]}.")


def _trimmed(space: Bools, start: Ints, end: Ints) -> Sentences:
    while len(more := np.flatnonzero((start < end) & space[np.minimum(start, len(space) - 1)])):
        start[more] += 1
    while len(more := np.flatnonzero((start < end) & space[end - 1])):
        end[more] -= 1
    some = end > start
    return Sentences(start[some], end[some])

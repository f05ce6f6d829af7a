"""Sentences of many texts at once: the rule of `spans.sentences`, looked at only where a sentence may end."""

from __future__ import annotations

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
    start, stop = _runs(np.flatnonzero(kinds & MARK))
    while len(more := np.flatnonzero(kinds[stop] & CLOSER)):
        stop[more] += 1
    blank = kinds[stop] & SPACE != 0
    start, stop = start[blank], stop[blank]
    opens = _next(np.flatnonzero(kinds & OPENS), stop + 1, len(kinds))
    letter = _next(np.flatnonzero((kinds & (WORD | DIGIT)) == WORD), stop + 1, len(kinds))
    fits = (opens <= letter) & (opens < texts.first[1:][texts.of(start)])
    return start[fits], stop[fits]


def _next(places: Ints, wanted: Ints, end: int) -> Ints:
    """The first of some places that is not before each wanted one."""
    return np.append(places, end)[np.searchsorted(places, wanted)]


def _confirmed(texts: Texts, begin: Ints, after: Ints, line: Bools) -> Bools:
    """Which ends of sentences are not the full stop of an abbreviation: only short words need to be looked at."""
    kept = np.ones(len(begin), dtype=np.bool_)
    stops = np.flatnonzero(~line & (texts.points[begin] == ord(".")))
    back = begin[stops, None] - np.arange(1, _LONGEST + 1)
    letters = (texts.kinds[np.maximum(back, 0)] & WORD != 0) & (back >= 0)
    short = stops[~letters.all(axis=1) & letters[:, 0]]
    for n in short.tolist():
        before = n - 1
        while before >= 0 and not kept[before]:
            before -= 1
        low = max(int(after[before]) if before >= 0 else 0, int(begin[n]) - _LONGEST)
        kept[n] = not is_abbreviation(texts.joined[low : int(begin[n]) + 1])
    return kept


def _trimmed(space: Bools, start: Ints, end: Ints) -> Sentences:
    while len(more := np.flatnonzero((start < end) & space[np.minimum(start, len(space) - 1)])):
        start[more] += 1
    while len(more := np.flatnonzero((start < end) & space[end - 1])):
        end[more] -= 1
    some = end > start
    return Sentences(start[some], end[some])

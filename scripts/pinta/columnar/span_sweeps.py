"""Checks of `checks.offsets`, over all spans at once."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ..spans import cuts_grapheme
from .arrays import Bools, Ints, equal, lengths, pa_array, pieces, valid
from .gate import Found, sweep
from .texts import SPACE, Texts
from .view import Spans, View

_SIMPLE = 0x300
"""Below it every code point is a character of its own, but for a line end of two."""


@sweep(
    "annotation",
    "E-SPAN-ORDER",
    "E-SPAN-OUTSIDE",
    "E-SPAN-QUOTE",
    "E-SPAN-NO-QUOTE",
    "E-SPAN-LEAK",
    "E-SPAN-GRAPHEME",
    "E-SPAN-BLANK",
)
def spans(view: View) -> Found:
    """Order and bounds of all spans; words and edges of those that lie in their text."""
    all_ = view.spans
    ordered = all_.end > all_.start
    outside = all_.end > view.size[all_.article]
    quoted = valid(all_.quote.combine_chunks())
    included = view.included[all_.article]
    yield "E-SPAN-ORDER", all_.note[~ordered]
    yield "E-SPAN-OUTSIDE", all_.note[outside]
    yield "E-SPAN-NO-QUOTE", all_.note[included & ~quoted]
    yield "E-SPAN-LEAK", all_.note[~included & quoted]
    good = ordered & ~outside & view.has_text[all_.article]
    if good.any():
        yield from _of_words(view, _chosen(all_, good))


def _chosen(spans: Spans, good: Bools) -> Spans:
    if good.all():
        return spans
    quote = spans.quote.filter(pa_array(good))
    return Spans(spans.note[good], spans.article[good], spans.start[good], spans.end[good], quote)


def _of_words(view: View, spans: Spans) -> Found:
    texts = view.texts
    base = texts.first[spans.article]
    start, end = base + spans.start, base + spans.end
    blank = (texts.kinds[start] | texts.kinds[end - 1]) & SPACE != 0
    yield "E-SPAN-BLANK", spans.note[blank]
    yield "E-SPAN-QUOTE", spans.note[_misquoted(texts, start, end, spans)]
    inner = (spans.start > 0, spans.end < texts.sizes[spans.article])
    for edges, within in zip((start, end), inner, strict=True):
        cut = _cut(texts, edges, base, np.flatnonzero(within))
        yield "E-SPAN-GRAPHEME", spans.note[cut]


def _misquoted(texts: Texts, start: Ints, end: Ints, spans: Spans) -> Bools:
    """Spans whose quote is not, byte by byte, what stands between their offsets. Those without a quote count among them."""
    first, last = texts.bytes_at(start), texts.bytes_at(end)
    quotes = spans.quote.combine_chunks()
    sizes = lengths(quotes)
    other: Bools = sizes != last - first
    if other.any():
        quotes, first, sizes = quotes.filter(pa_array(~other)), first[~other], sizes[~other]
    other[~other] = ~equal(pieces(texts.utf8, first, sizes), quotes)
    return other


def _cut(texts: Texts, edges: Ints, base: Ints, within: Ints) -> Ints:
    """Of some spans those of which an edge lies inside a character."""
    before, after = texts.points[edges[within] - 1], texts.points[edges[within]]
    odd = (before >= _SIMPLE) | (after >= _SIMPLE) | ((before == 13) & (after == 10))
    cut = [n for n in within[odd].tolist() if _inside(_fragment(texts, int(edges[n]), int(base[n])))]
    return np.array(cut, dtype=np.int64)


def _fragment(texts: Texts, at: int, base: int) -> str:
    """What `cuts_grapheme` looks at: from a character that no cluster runs across to the one after the edge."""
    low = at - 1
    while low > base and texts.points[low] >= _SIMPLE:
        low -= 1
    return texts.joined[low : at + 1]


@lru_cache(maxsize=65536)
def _inside(fragment: str) -> bool:
    return cuts_grapheme(fragment, len(fragment) - 1)

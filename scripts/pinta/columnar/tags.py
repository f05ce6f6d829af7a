"""Tokens of many texts with their BIO tags: what `tables.entities` makes of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .arrays import Bools, Ints
from .texts import SPACE, WORD, Texts

if TYPE_CHECKING:
    import pyarrow as pa


class Tokens(NamedTuple):
    """First code point of every token and the one after its last, among all texts; ``first`` token of each text and the end."""

    start: Ints
    end: Ints
    first: Ints


def tokens_of(texts: Texts) -> Tokens:
    """Words, and single characters that are neither word nor blank."""
    kinds = texts.kinds & (WORD | SPACE)
    word = kinds == WORD
    alone = kinds == 0
    begins, ends = word | alone, word | alone
    joint = word[1:] & word[:-1]
    begins[1:] &= ~joint
    ends[:-1] &= ~joint
    _split_at_edges(begins, ends, word, texts.first[1:-1])
    start = np.flatnonzero(begins)
    return Tokens(start, np.flatnonzero(ends) + 1, np.searchsorted(start, texts.first))


def _split_at_edges(begins: Bools, ends: Bools, word: Bools, edges: Ints) -> None:
    """No token runs over the edge between two texts."""
    inner = edges[(edges > 0) & (edges < len(word))]
    begins[inner] |= word[inner]
    ends[inner - 1] |= word[inner - 1]


def strings_of(texts: Texts, tokens: Tokens) -> pa.Array:
    """The words of all tokens."""
    import pyarrow as pa

    start, end = texts.bytes_at(tokens.start), texts.bytes_at(tokens.end)
    sizes = end - start
    edges = np.zeros(len(sizes) + 1, dtype=np.int32)
    np.cumsum(sizes, out=edges[1:])
    blank = np.zeros(len(texts.utf8) + 1, dtype=np.int8)
    blank[start] += 1
    blank[end] -= 1
    joined = texts.utf8[np.cumsum(blank[:-1], dtype=np.int8).view(np.bool_)]
    return pa.StringArray.from_buffers(len(sizes), pa.py_buffer(edges), pa.py_buffer(joined))


def tags_of(tokens: Tokens, start: Ints, end: Ints, names: Ints, classes: Sequence[str]) -> Ints:
    """The tag of every token. ``names`` counts into ``classes``, of which each has the tags B and I, after O.

    Of spans that overlap the earlier one counts, of two that begin together the longer one.
    """
    tags = np.zeros(len(tokens.start), dtype=np.int64)
    rank = np.argsort(np.argsort(np.array(classes)))
    order = np.lexsort((rank[names], -end, start))
    kept = order[_free(start[order], end[order])]
    low = np.searchsorted(tokens.end, start[kept], side="right")
    high = np.searchsorted(tokens.start, end[kept], side="left")
    if len(kept):
        low[1:] = np.maximum(low[1:], high[:-1])
    some = low < high
    low, high, names = low[some], high[some], names[kept][some]
    sizes = high - low
    places = np.repeat(low - np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes) + np.arange(sizes.sum())
    tags[places] = np.repeat(2 * names + 2, sizes)
    tags[low] -= 1
    return tags


def _free(start: Ints, end: Ints) -> Ints:
    """Of spans in order those that do not begin before the end of one that was taken, as if taken one after the other."""
    left = np.arange(len(start))
    taken = np.zeros(len(start), dtype=np.bool_)
    while len(left):
        reach = np.concatenate([[-1], np.maximum.accumulate(end[left])[:-1]])
        sure = start[left] >= reach
        taken[left[sure]] = True
        if sure.all():
            break
        free_from = np.maximum.accumulate(np.where(sure, end[left], -1))
        left = left[sure | (start[left] >= np.concatenate([[-1], free_from[:-1]]))]
    return np.flatnonzero(taken)

"""What the checks by column look at: a batch of articles with their texts, and all annotations of them as layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np

from ..schema.labels import Schema
from .arrays import Bools, Codes, Ints, bools
from .layers import Layer, Layers
from .texts import Texts

if TYPE_CHECKING:
    import pyarrow as pa

WIDTH = 1024
"""Ids are looked up in tables of this width; a document that numbers further is left to the checks one by one."""
_SPAN = {"start", "end", "quote"}


@dataclass(frozen=True, slots=True)
class Spans:
    """All spans of all annotations: the annotation and the article of each, its offsets, its words."""

    note: Ints
    article: Ints
    start: Ints
    end: Ints
    quote: pa.ChunkedArray


@dataclass
class View:
    """Articles and annotations. ``owner`` is the article of each annotation; ``ids`` are the articles' ids by their records."""

    schema: Schema
    ids: pa.Array
    articles: Layers
    texts: Texts
    notes: Layers
    owner: Ints
    _links: dict[tuple[str, str], Ints] = field(default_factory=dict)

    @property
    def about(self) -> Layer:
        """The metadata of the articles."""
        return self.articles["article"]

    @cached_property
    def included(self) -> Bools:
        """Articles whose text is said to stand in the record."""
        return bools(self.about.array.field("text_included"))

    @cached_property
    def has_text(self) -> Bools:
        """Articles whose text stands in the record, and is not empty."""
        return self.texts.sizes > 0

    @cached_property
    def size(self) -> Ints:
        """Code points of each article: counted where the text is there, as stated otherwise."""
        return np.where(self.has_text, self.texts.sizes, self.about.ints("characters"))

    @cached_property
    def spans(self) -> Spans:
        """All spans, layer by layer."""
        import pyarrow as pa

        held = [layer for layer in self.notes.found.values() if _is_span(layer)]
        note = np.concatenate([layer.row for layer in held])
        start, end = (np.concatenate([layer.ints(name) for layer in held]).astype(np.int64) for name in ("start", "end"))
        return Spans(note, self.owner[note], start, end, pa.chunked_array([layer.strings("quote") for layer in held], pa.string()))

    def place(self, layer: Layer, name: str) -> Ints:
        """Where an edge of the spans of a layer lies among all texts; inside its own text whatever it says."""
        article = self.owner[layer.row]
        return cast(Ints, self.texts.first[article] + np.minimum(layer.ints(name), self.texts.sizes[article]))

    def numbers(self, path: str, name: str) -> Ints:
        """The numbers in a field of ids (12 of ``e12``); -1 where there is null, 0 where it is no id."""
        return self._cached(path, f"{name}#", lambda: numbers(self.notes[path].codes[name]))

    @cached_property
    def wide(self) -> Bools:
        """Annotations that number further than the tables here reach."""
        wide = np.zeros(len(self.owner), dtype=np.bool_)
        for path in ("mentions", "entities", "claims", "stances", "requests", "requests.items"):
            wide[self.notes[path].row[self.numbers(path, "id") >= WIDTH]] = True
        return wide

    def index(self, path: str) -> Ints:
        """For each annotation and number, the place of the unit with that id in a layer; -1 where there is none."""
        return self._cached(path, "", lambda: self._index(path))

    def _index(self, path: str) -> Ints:
        layer, own = self.notes[path], self.numbers(path, "id")
        width = min(int(own.max(initial=0)) + 1, WIDTH)
        table = np.full((len(self.owner), width), -1, dtype=np.int64)
        fits = own < width
        table[layer.row[fits], own[fits]] = np.flatnonzero(fits)
        return table

    def find(self, path: str, rows: Ints, wanted: Ints) -> Ints:
        """Places in a layer of the units with some numbers in some annotations; -1 where there is none, or no number."""
        table = self.index(path)
        found = table[rows, np.clip(wanted, 0, table.shape[1] - 1)]
        return np.where((wanted > 0) & (wanted < table.shape[1]), found, -1)

    def link(self, path: str, name: str, into: str = "entities") -> Ints:
        """Places in a layer of the units that a field refers to; -1 where it is null or leads to nothing."""

        def made() -> Ints:
            return self.find(into, self.notes[path].row, self.numbers(path, name))

        return self._cached(path, f"{name}>{into}", made)

    def _cached(self, path: str, name: str, make: Callable[[], Ints]) -> Ints:
        key = (path, name)
        if key not in self._links:
            self._links[key] = make()
        return self._links[key]


def _is_span(layer: Layer) -> bool:
    import pyarrow as pa

    kind = layer.array.type
    return pa.types.is_struct(kind) and {part.name for part in kind} >= _SPAN


def numbers(codes: Codes) -> Ints:
    """The numbers behind the letters of ids; -1 where there is null, 0 where it is no id."""
    known = [int(value[1:]) if value[1:].isdecimal() else 0 for value in codes.values]
    return cast(Ints, np.array([*known, -1], dtype=np.int64)[codes.ids])


def class_ids(labels: list[str], wanted: Iterable[str]) -> Bools:
    """A table that says of each class id whether it is one of some labels; its last entry, for null, is false."""
    chosen = frozenset(wanted)
    return np.array([*(label in chosen for label in labels), False])

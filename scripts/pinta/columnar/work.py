"""From lines of records to those that are certainly free of errors, and to the batch that their tables are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ..schema.arrow import arrow_schema
from ..schema.labels import Schema
from . import article_sweeps, event_sweeps, link_sweeps, span_sweeps, unit_sweeps
from .arrays import Bools, Ints, pa_array
from .batch import Batch, Event
from .canonical import canonical
from .cutting import Cut, cut
from .events import events_of
from .gate import judge, knows_all_checks
from .layers import Layers, layers_of
from .reading import Read, read
from .shapes import Shape, UnknownShapeError, shape_of
from .texts import Texts
from .view import View

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Gated", "article_sweeps", "event_sweeps", "gate", "link_sweeps", "span_sweeps", "unit_sweeps"]


@lru_cache(maxsize=4)
def _shapes(schema: Schema) -> tuple[Shape, Shape, Shape] | None:
    """The shapes of an article with its text, an annotation and an event; None where they, or a check, are not understood."""
    try:
        article, note, event = (shape_of(schema, kind) for kind in ("article", "annotation", "event"))
    except UnknownShapeError:
        return None
    fields = (("article", article), ("text", Shape("string", nullable=True)))
    return (Shape("object", fields=fields, required=frozenset({"article", "text"})), note, event) if knows_all_checks() else None


@dataclass(frozen=True, slots=True)
class _Table:
    """Documents of one kind, and their layers."""

    shape: Shape
    table: pa.Table
    layers: Layers

    def only(self, keep: Bools) -> _Table:
        if keep.all():
            return self
        table = self.table.filter(pa_array(keep)).combine_chunks()
        return _Table(self.shape, table, layers_of(self.shape, table))


@dataclass(frozen=True, slots=True)
class _Parts:
    """Articles with the lines and events that they come from, and their annotations, ``gold`` of which come first.

    Articles that have their text come first, so that what belongs to them stands together.

    ``canonical`` says whether the lines are certainly those that `jsontext.compact` writes.
    """

    articles: _Table
    notes: _Table
    owner: Ints
    gold: int
    line: Ints
    event: Ints
    canonical: bool

    def only(self, keep: Bools) -> _Parts:
        """What belongs to some of the articles."""
        if keep.all():
            return self
        kept = keep[self.owner]
        owner = (np.cumsum(keep) - 1)[self.owner[kept]]
        gold = int(np.count_nonzero(kept[: self.gold]))
        parts = self.articles.only(keep), self.notes.only(kept)
        return _Parts(*parts, owner, gold, self.line[keep], self.event[keep], self.canonical)

    def view(self, schema: Schema, cuts: Sequence[Cut | None]) -> View:
        """These parts for checks and tables."""
        ids = pa_array([found.id for n in self.line.tolist() if (found := cuts[n])])
        texts = Texts(self.articles.table.column("text").combine_chunks())
        return View(schema, ids, self.articles.layers, texts, self.notes.layers, self.owner)


@dataclass
class Gated:
    """Lines that went through the gate: ``sound`` are those without errors, of which ``warned`` may have warnings.

    What only the order of records shows has not been looked at.
    """

    schema: Schema
    cuts: list[Cut | None]
    sound: Bools
    warned: Bools
    events: list[Event]
    view: View | None = None
    _parts: _Parts | None = None

    def batch(self, accepted: Bools) -> Batch | None:
        """The batch of some sound lines; None where there are none."""
        if self._parts is None or not accepted.any():
            return None
        parts = self._parts.only(accepted[self._parts.line])
        view = self.view if parts is self._parts and self.view else parts.view(self.schema, self.cuts)
        gold = [made.gold for n in parts.line.tolist() if (made := self.cuts[n]) and made.gold is not None]
        return Batch(view, self.events, parts.event, parts.gold, parts.line, gold, parts.canonical)


def gate(lines: Sequence[bytes], schema: Schema) -> Gated:
    """Find the lines that are certainly free of errors. A line that is not found may still be fine."""
    shapes = _shapes(schema)
    cuts: list[Cut | None] = list(_cuts(lines)) if shapes else [None] * len(lines)
    events, told = events_of(cuts, shapes[2], schema) if shapes else ([], {})
    gated = Gated(schema, cuts, np.zeros(len(lines), np.bool_), np.zeros(len(lines), np.bool_), events)
    if shapes is None or not told:
        return gated
    some = {n: made for n, made in enumerate(cuts) if made and n in told}
    order = sorted(some, key=lambda n: (some[n].textless, events[told[n]].split, n))
    parts = _read(np.array(order), [some[n] for n in order], shapes, schema)
    parts = replace(parts, event=np.array([told[n] for n in parts.line.tolist()], dtype=np.int64))
    if len(parts.line):
        gated.view = parts.view(schema, cuts)
        verdict = judge(gated.view)
        gated.sound[parts.line[~verdict.errors]] = True
        gated.warned[parts.line[verdict.warnings]] = True
        gated._parts = parts
    return gated


def _cuts(lines: Sequence[bytes]) -> Iterator[Cut | None]:
    event = b""
    for line in lines:
        made = cut(line, event)
        event = made.event if made else b""
        yield made


@lru_cache(maxsize=4)
def _arrow(schema: Schema) -> tuple[pa.Schema, pa.Schema]:
    """The columns of an article with its text, and of an annotation."""
    import pyarrow as pa

    about = pa.struct(list(arrow_schema(schema, "article")))
    return pa.schema([("article", about), ("text", pa.string())]), arrow_schema(schema, "annotation")


def _read(order: Ints, cuts: list[Cut], shapes: tuple[Shape, ...], schema: Schema) -> _Parts:
    """Read the parts of lines; those stay out of which a part cannot be read, or does not have its shape."""
    article, note = shapes[:2]
    about, body = _arrow(schema)
    articles = read([made.article for made in cuts], article, about, b"}")
    owner = [n for n, made in enumerate(cuts) if made.gold is not None]
    gold = len(owner)
    lines = [made.notes[0] for made in cuts if made.gold is not None]
    for n, made in enumerate(cuts):
        for line in made.notes[made.gold is not None :]:
            owner.append(n)
            lines.append(line)
    notes = read(lines, note, body)
    return _readable(order, np.array(owner, dtype=np.int64), gold, articles, notes, shapes)


def _readable(order: Ints, owner: Ints, gold: int, articles: Read, notes: Read, shapes: tuple[Shape, ...]) -> _Parts:
    """Put together what was read, without the lines of which a part is missing or has another shape."""
    fine = np.zeros(len(order), dtype=np.bool_)
    fine[articles.kept[~articles.layers.wrong]] = True
    lost = np.ones(len(owner), dtype=np.bool_)
    lost[notes.kept[~notes.layers.wrong]] = False
    fine[owner[lost]] = False
    own = owner[notes.kept]
    return _Parts(
        _Table(shapes[0], articles.table, articles.layers).only(fine[articles.kept]),
        _Table(shapes[1], notes.table, notes.layers).only(fine[own]),
        owner=(np.cumsum(fine) - 1)[own[fine[own]]],
        gold=int(np.count_nonzero(fine[own] & (notes.kept < gold))),
        line=order[fine],
        event=np.zeros(int(fine.sum()), dtype=np.int64),
        canonical=canonical(notes, shapes[1]),
    )

"""Tables of the published configs, column by column: what `pinta.tables` says of one document, of all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..schema.features import LAYER_TAGS, columns
from .arrays import Ints, offsets, pa_array
from .batch import Batch
from .rows import joined, listed, taken
from .tags import strings_of, tags_of
from .unit_tables import Columns, Made, requests, stances

if TYPE_CHECKING:
    import pyarrow as pa

_ABOUT = ("id", "title", "language", "origin", "licence", "published", "reference_date", "text_sha256", "characters")
_UNITS = {
    "stances.cue": "stance_cue",
    "requests.cue": "request_cue",
    "requests.items": "item",
    "requests.items.quantity": "quantity",
    "requests.items.specifications": "specification",
}


def _head(batch: Batch, rows: Ints) -> Columns:
    """What articles and standoff say of the article and its event."""
    about = batch.view.about
    made = {name: taken(about.array.field(name), rows) for name in _ABOUT}
    made |= {"event": batch.event_column("id", rows), "event_title": batch.event_column("title", rows)}
    return {**made, "event_date": batch.event_column("date", rows), "genre": pa_array(about.ids("genre")[rows])}


def _notes(batch: Batch, places: Ints) -> Columns:
    root = batch.view.notes[""].array
    return {field.name: taken(root.field(field.name), places) for field in root.type}


def articles(batch: Batch) -> Made:
    """One row an article with its text and its whole annotation."""
    notes = batch.of_gold("")
    rows = batch.view.owner[notes]
    return rows, {**_notes(batch, notes), **_head(batch, rows), "text": taken(batch.view.texts.array, rows)}


def standoff(batch: Batch) -> Made:
    """One row an article whose text is not there."""
    notes = np.flatnonzero(~batch.there[batch.view.owner[: batch.gold]])
    rows = batch.view.owner[notes]
    made = {**_notes(batch, notes), **_head(batch, rows), "source": taken(batch.view.about.array.field("source"), rows)}
    return rows, {**made, "anchors": _or_empty(made["anchors"])}


def _or_empty(lists: pa.Array) -> pa.Array:
    """Lists of which none is null."""
    import pyarrow as pa

    return pa.ListArray.from_arrays(pa.array(offsets(lists)), lists.values, type=lists.type)


def passes(batch: Batch) -> Made:
    """One row an annotator's document."""
    owner = batch.view.owner
    notes = batch.gold + np.flatnonzero(batch.there[owner[batch.gold :]])
    rows, body = owner[notes], _notes(batch, notes)
    ids = joined("/", taken(batch.view.notes["annotator"].strings("id"), notes), batch.view.about.strings("id").take(pa_array(rows)))
    return rows, {**body, "id": ids, "event": batch.event_column("id", rows)}


def entities(batch: Batch) -> Made:
    """One row an article: its tokens and their tags."""
    rows = batch.view.owner[batch.of_gold("")]
    tokens, first = batch.tokens, batch.view.texts.first
    sizes = np.diff(tokens.first)
    base = np.repeat(first[:-1], sizes)
    starts, ends = (pa_array((edge - base).astype(np.int32)) for edge in (tokens.start, tokens.end))
    whole = {"tokens": strings_of(batch.view.texts, tokens), "starts": starts, "ends": ends}
    whole |= {"tags": pa_array(_mention_tags(batch)), "unit_tags": pa_array(_unit_tags(batch))}
    lists = {name: taken(listed(sizes, values), rows) for name, values in whole.items()}
    return rows, {"id": taken(batch.view.about.strings("id"), rows), "event": batch.event_column("id", rows), **lists}


def _mention_tags(batch: Batch) -> Ints:
    layer, places = batch.view.notes["mentions"], batch.of_gold("mentions")
    start, end = (batch.view.place(layer, name)[places] for name in ("start", "end"))
    return tags_of(batch.tokens, start, end, layer.ids("type")[places], batch.view.schema["entity_type"].ids)


def _unit_tags(batch: Batch) -> Ints:
    parts = []
    for path, name in _UNITS.items():
        layer, places = batch.view.notes[path], batch.of_gold(path)
        start, end = (batch.view.place(layer, edge)[places] for edge in ("start", "end"))
        parts.append((start, end, np.full(len(places), LAYER_TAGS.index(name))))
    start, end, names = (np.concatenate(part) for part in zip(*parts, strict=True))
    return tags_of(batch.tokens, start, end, names, LAYER_TAGS)


TABLES: dict[str, Callable[[Batch], Made]] = {
    "articles": articles,
    "entities": entities,
    "stances": stances,
    "requests": requests,
    "passes": passes,
    "standoff": standoff,
}


def tables_of(batch: Batch, configs: Sequence[str]) -> Iterator[tuple[str, Ints, pa.Table]]:
    """Each of some configs with the article of every row, and the rows; configs without rows are left out."""
    import pyarrow as pa

    for config in configs:
        article, made = TABLES[config](batch)
        if len(article):
            schema = columns(batch.view.schema, config)
            yield config, article, pa.Table.from_arrays([made[field.name] for field in schema], schema=schema)


def by_split(batch: Batch, article: Ints, table: pa.Table) -> Iterator[tuple[str, Ints, pa.Table]]:
    """The rows of each split with the record that each comes from, in the order of the records."""
    order = sorted(set(batch.splits))
    split = np.array([order.index(name) for name in batch.splits])[batch.event[article]]
    for n, name in enumerate(order):
        places = np.flatnonzero(split == n)
        if len(places):
            first, last = int(places[0]), int(places[-1]) + 1
            yield name, batch.line[article[first:last]], table.slice(first, last - first)

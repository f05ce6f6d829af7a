"""Tables of the published configs, column by column: what `pinta.tables` says of one document, of all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..schema.features import LAYER_TAGS, columns
from ..schema.labels import Schema
from ..tables import polarity
from .arrays import Ints, offsets, pa_array
from .batch import Batch
from .link_sweeps import TARGETS, letters
from .tags import strings_of, tags_of

if TYPE_CHECKING:
    import pyarrow as pa

Columns = dict[str, Any]
Made = tuple[Ints, Columns]
"""The article of each row, and the columns."""
_ABOUT = ("id", "title", "language", "origin", "licence", "published", "reference_date", "text_sha256", "characters")
_UNITS = {
    "stances.cue": "stance_cue",
    "requests.cue": "request_cue",
    "requests.items": "item",
    "requests.items.quantity": "quantity",
    "requests.items.specifications": "specification",
}


def taken(array: pa.Array, places: Ints) -> pa.Array:
    """Some values of an array; without a copy where they are neighbours."""
    if len(places) and places[-1] - places[0] == len(places) - 1 and bool(np.all(np.diff(places) == 1)):
        return array.slice(int(places[0]), len(places))
    return array.take(pa_array(places))


def _or_null(array: pa.Array, places: Ints) -> pa.Array:
    """Some values of an array; null where the place is -1."""
    import pyarrow as pa

    return array.take(pa.array(places, mask=places < 0))


def listed(sizes: Ints, values: pa.Array) -> pa.Array:
    """Lists of some sizes from their values, one after the other."""
    import pyarrow as pa

    edges = np.zeros(len(sizes) + 1, dtype=np.int32)
    np.cumsum(sizes, out=edges[1:])
    return pa.ListArray.from_arrays(pa.array(edges), values)


def _joined(between: str, *parts: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(*parts, between)


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
    ids = _joined("/", taken(batch.view.notes["annotator"].strings("id"), notes), batch.view.about.strings("id").take(pa_array(rows)))
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
    return tags_of(batch.tokens, *(np.concatenate(part) for part in zip(*parts, strict=True)), LAYER_TAGS)


def _unit_head(batch: Batch, article: Ints, *ids: pa.Array) -> Columns:
    """Id, article and event of rows that are units of an article."""
    own = batch.view.about.strings("id").take(pa_array(article))
    return {
        "id": _joined("#", own, ids[0] if len(ids) == 1 else _joined(".", *ids)),
        "article": own,
        "event": batch.event_column("id", article),
    }


def _party(batch: Batch, prefix: str, found: Ints) -> Columns:
    """Columns of an entity by its place in the layer; null where that is -1."""
    layer = batch.view.notes["entities"]
    made = {f"{prefix}_{key}": _or_null(layer.strings(key), found) for key in ("id", "name", "iso3", "wikidata")}
    return {**made, f"{prefix}_type": _or_null(pa_array(layer.ids("type")), found)}


def _names(batch: Batch, path: str) -> pa.Array:
    """Lists of the names of the entities that a list of references holds."""
    above, _, name = path.rpartition(".")
    return listed(
        batch.view.notes[above].sizes[name], batch.view.notes["entities"].strings("name").take(pa_array(batch.view.link(path, "")))
    )


def _quotes(batch: Batch, path: str) -> pa.Array:
    above, _, name = path.rpartition(".")
    return listed(batch.view.notes[above].sizes[name], batch.view.notes[path].strings("quote"))


def _inner(array: pa.Array, *path: str) -> pa.Array:
    """A field inside a field that may be null."""
    import pyarrow.compute as pc

    return pc.struct_field(array, list(path))


@lru_cache(maxsize=64)
def _codes(schema: Schema, labels: str, scheme: str) -> pa.Array:
    import pyarrow as pa

    return pa.array([label.codes(scheme) for label in schema[labels]], pa.list_(pa.string()))


@lru_cache(maxsize=4)
def _signs(schema: Schema) -> Ints:
    """Class id of the polarity of each act, plain and negated."""
    order = schema["polarity"].ids
    return np.array(
        [[order.index(polarity(schema, act, negated=negated)) for negated in (False, True)] for act in schema["stance_act"].ids]
    )


def stances(batch: Batch) -> Made:
    """One row a stance."""
    view, places = batch.view, batch.of_gold("stances")
    layer, schema = view.notes["stances"], view.schema
    article = batch.article_of(layer)[places]
    act, negated = layer.ids("act")[places], taken(layer.array.field("negated"), places)
    names = view.notes["entities"].strings("name")
    return article, {
        **_unit_head(batch, article, taken(layer.strings("id"), places)),
        **_party(batch, "holder", view.link("stances", "holder")[places]),
        "voiced_by": _or_null(names, view.link("stances", "voiced_by")[places]),
        **_target(batch, places),
        "act": pa_array(act),
        "polarity": pa_array(_signs(schema)[act, negated.to_numpy(zero_copy_only=False).astype(np.int64)]),
        "explicitness": pa_array(layer.ids("explicitness")[places]),
        "negated": negated,
        **{column: taken(_inner(layer.array, "cue", name), places) for column, name in _CUE.items()},
        "evidence": taken(_quotes(batch, "stances.evidence"), places),
        "attribution": taken(_names(batch, "stances.attribution"), places),
        "context": _contexts(batch, places),
        **{scheme.lower(): _codes(schema, "stance_act", scheme).take(pa_array(act)) for scheme in ("PLOVER", "CAMEO")},
    }


_CUE = {"cue": "quote", "cue_start": "start", "cue_end": "end"}


def _target(batch: Batch, places: Ints) -> Columns:
    """What stances are towards: an entity, a request (who asks whom) or a claim (its words)."""
    import pyarrow as pa

    view = batch.view
    first, kinds = letters(view)[places], list(TARGETS)
    kind = np.array([kinds.index(chr(letter)) for letter in first.tolist()], dtype=np.int64)
    entities_ = view.notes["entities"]
    pools = (entities_.strings("name"), _who_asks_whom(batch), view.notes["claims"].strings("quote"))
    found, base = np.full(len(places), -1), 0
    for n, (pool, into) in enumerate(zip(pools, TARGETS.values(), strict=True)):
        found = np.where(kind == n, base + view.link("stances", "target", into)[places], found)
        base += len(pool)
    entity = view.link("stances", "target")[places]
    return {
        "target_id": taken(view.notes["stances"].strings("target"), places),
        "target_kind": pa_array(kind),
        "target_name": pa.concat_arrays(pools).take(pa_array(found)),
        "target_iso3": _or_null(entities_.strings("iso3"), np.where(kind == 0, entity, -1)),
    }


def _who_asks_whom(batch: Batch) -> pa.Array:
    import pyarrow.compute as pc

    names = batch.view.notes["entities"].strings("name")
    asked = pc.fill_null(_or_null(names, _supplier(batch)), "")
    return _joined(" → ", _or_null(names, batch.view.link("requests", "requester")), asked)


def _supplier(batch: Batch) -> Ints:
    """The supplier of each request by its place among the entities; -1 where nobody in particular is asked."""
    found = np.full(len(batch.view.notes["requests"]), -1, dtype=np.int64)
    found[batch.view.notes["requests.suppliers"].parent] = batch.view.link("requests.suppliers", "")
    return found


def _contexts(batch: Batch, places: Ints) -> pa.Array:
    """The sentences that hold the evidence of stances, each once, in order."""
    import pyarrow as pa

    layer, view = batch.view.notes["stances.evidence"], batch.view
    low, high = batch.sentences.holding(view.place(layer, "start"), view.place(layer, "end"))
    edges = np.concatenate([[0], np.cumsum(view.notes["stances"].sizes["evidence"])])
    start, end = batch.sentences.start, batch.sentences.end
    first, last = edges[places], edges[places + 1]
    single = (last - first == 1) & (low[first] == high[first])
    joined, of = view.texts.joined, low[first]
    made = [joined[a:b] for a, b in zip(start[of].tolist(), end[of].tolist(), strict=True)]
    for n in np.flatnonzero(~single).tolist():
        held = sorted({m for k in range(first[n], last[n]) for m in range(low[k], high[k] + 1)})
        made[n] = " ".join([joined[start[m] : end[m]] for m in held])
    return pa.array(made, pa.string())


def requests(batch: Batch) -> Made:
    """One row a requested item, with its request."""
    places = batch.of_gold("requests.items")
    layer = batch.view.notes["requests.items"]
    above = layer.parent[places]
    article = batch.article_of(layer)[places]
    request = {name: taken(column, above) for name, column in _request(batch).items()}
    asked = _unit_head(batch, article, request["request_id"], taken(layer.strings("id"), places))
    return article, {**request, **asked, **_item(batch, places)}


def _request(batch: Batch) -> Columns:
    view, schema = batch.view, batch.view.schema
    layer, names = view.notes["requests"], view.notes["entities"].strings("name")
    status = pa_array(layer.ids("status"))
    return {
        "request_id": layer.strings("id"),
        **_party(batch, "requester", view.link("requests", "requester")),
        **_party(batch, "supplier", _supplier(batch)),
        "messenger": _or_null(names, view.link("requests", "messenger")),
        **{slot: pa_array(layer.ids(slot)) for slot in ("channel", "purpose", "realis", "status")},
        "date": _inner(layer.array, "date", "edtf"),
        "date_text": _inner(layer.array, "date", "quote"),
        "cue": _inner(layer.array, "cue", "quote"),
        "attribution": _names(batch, "requests.attribution"),
        "evidence": _quotes(batch, "requests.evidence"),
        **{f"response_{scheme.lower()}": _codes(schema, "request_status", scheme).take(status) for scheme in ("PLOVER", "CAMEO")},
    }


def _item(batch: Batch, places: Ints) -> Columns:
    layer, schema = batch.view.notes["requests.items"], batch.view.schema
    quantity = batch.view.notes["requests.items.quantity"]
    kind, category = (pa_array(layer.ids(name)[places]) for name in ("kind", "category"))
    of = np.full(len(layer), -1, dtype=np.int64)
    of[quantity.parent] = np.arange(len(quantity))
    measure = {column: _or_null(quantity.array.field(name), of[places]) for column, name in _QUANTITY.items()}
    own = ("designation", "start", "end", "specifications")
    return {
        **{name: taken(layer.array.field(name), places) for name in own},
        "item_id": taken(layer.strings("id"), places),
        "item": taken(layer.strings("quote"), places),
        "kind": kind,
        "category": category,
        **measure,
        **{name: _or_null(pa_array(quantity.ids(name)), of[places]) for name in ("comparator", "unit")},
        **{scheme.lower(): _codes(schema, "item_kind", scheme).take(kind) for scheme in ("PLOVER", "CAMEO")},
        **{scheme.lower(): _codes(schema, "item_category", scheme).take(category) for scheme in ("UNROCA", "SIPRI", "ML")},
    }


_QUANTITY = {"quantity": "value", "quantity_max": "value_max", "quantity_text": "quote"}

TABLES: dict[str, Callable[[Batch], Made]] = {
    "articles": articles,
    "entities": entities,
    "stances": stances,
    "requests": requests,
    "passes": passes,
    "standoff": standoff,
}


@lru_cache(maxsize=64)
def _columns(schema: Schema, config: str) -> pa.Schema:
    return columns(schema, config)


def tables_of(batch: Batch, configs: Sequence[str]) -> Iterator[tuple[str, Ints, pa.Table]]:
    """Each of some configs with the article of every row, and the rows; configs without rows are left out."""
    import pyarrow as pa

    for config in configs:
        article, made = TABLES[config](batch)
        if len(article):
            schema = _columns(batch.view.schema, config)
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

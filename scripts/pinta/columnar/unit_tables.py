"""Rows of stances and of requested items, column by column."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..schema.labels import Schema
from ..tables import polarity
from .arrays import Ints, pa_array
from .batch import Batch
from .link_sweeps import TARGETS, letters
from .rows import inner, joined, listed, or_null, taken

if TYPE_CHECKING:
    import pyarrow as pa

Columns = dict[str, Any]
Made = tuple[Ints, Columns]
"""The article of each row, and the columns."""
_CUE = {"cue": "quote", "cue_start": "start", "cue_end": "end"}
_QUANTITY = {"quantity": "value", "quantity_max": "value_max", "quantity_text": "quote"}


def _unit_head(batch: Batch, article: Ints, *ids: pa.Array) -> Columns:
    """Id, article and event of rows that are units of an article."""
    own = batch.view.about.strings("id").take(pa_array(article))
    return {
        "id": joined("#", own, ids[0] if len(ids) == 1 else joined(".", *ids)),
        "article": own,
        "event": batch.event_column("id", article),
    }


def _party(batch: Batch, prefix: str, found: Ints) -> Columns:
    """Columns of an entity by its place in the layer; null where that is -1."""
    layer = batch.view.notes["entities"]
    made = {f"{prefix}_{key}": or_null(layer.strings(key), found) for key in ("id", "name", "iso3", "wikidata")}
    return {**made, f"{prefix}_type": or_null(pa_array(layer.ids("type")), found)}


def _names(batch: Batch, path: str) -> pa.Array:
    """Lists of the names of the entities that a list of references holds."""
    above, _, name = path.rpartition(".")
    return listed(
        batch.view.notes[above].sizes[name], batch.view.notes["entities"].strings("name").take(pa_array(batch.view.link(path, "")))
    )


def _quotes(batch: Batch, path: str) -> pa.Array:
    above, _, name = path.rpartition(".")
    return listed(batch.view.notes[above].sizes[name], batch.view.notes[path].strings("quote"))


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
        "voiced_by": or_null(names, view.link("stances", "voiced_by")[places]),
        **_target(batch, places),
        "act": pa_array(act),
        "polarity": pa_array(_signs(schema)[act, negated.to_numpy(zero_copy_only=False).astype(np.int64)]),
        "explicitness": pa_array(layer.ids("explicitness")[places]),
        "negated": negated,
        **{column: taken(inner(layer.array, "cue", name), places) for column, name in _CUE.items()},
        "evidence": taken(_quotes(batch, "stances.evidence"), places),
        "attribution": taken(_names(batch, "stances.attribution"), places),
        "context": _contexts(batch, places),
        **{scheme.lower(): _codes(schema, "stance_act", scheme).take(pa_array(act)) for scheme in ("PLOVER", "CAMEO")},
    }


def _target(batch: Batch, places: Ints) -> Columns:
    """What stances are towards: an entity, a request (who asks whom) or a claim (its words)."""
    import pyarrow as pa

    view = batch.view
    first, kinds = letters(view)[places], list(TARGETS)
    kind = np.array([kinds.index(chr(letter)) for letter in first.tolist()], dtype=np.int64)
    entities_ = view.notes["entities"]
    pools = (entities_.strings("name"), _who_asks_whom(batch), view.notes["claims"].strings("quote"))
    found: Ints = np.full(len(places), -1)
    base = 0
    for n, (pool, into) in enumerate(zip(pools, TARGETS.values(), strict=True)):
        found = np.where(kind == n, base + view.link("stances", "target", into)[places], found)
        base += len(pool)
    entity = view.link("stances", "target")[places]
    return {
        "target_id": taken(view.notes["stances"].strings("target"), places),
        "target_kind": pa_array(kind),
        "target_name": pa.concat_arrays(pools).take(pa_array(found)),
        "target_iso3": or_null(entities_.strings("iso3"), np.where(kind == 0, entity, -1)),
    }


def _who_asks_whom(batch: Batch) -> pa.Array:
    import pyarrow.compute as pc

    names = batch.view.notes["entities"].strings("name")
    asked = pc.fill_null(or_null(names, _supplier(batch)), "")
    return joined(" → ", or_null(names, batch.view.link("requests", "requester")), asked)


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
    whole, of = view.texts.joined, low[first]
    made = [whole[a:b] for a, b in zip(start[of].tolist(), end[of].tolist(), strict=True)]
    for n in np.flatnonzero(~single).tolist():
        held = sorted({m for k in range(first[n], last[n]) for m in range(low[k], high[k] + 1)})
        made[n] = " ".join([whole[start[m] : end[m]] for m in held])
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
        "messenger": or_null(names, view.link("requests", "messenger")),
        **{slot: pa_array(layer.ids(slot)) for slot in ("channel", "purpose", "realis", "status")},
        "date": inner(layer.array, "date", "edtf"),
        "date_text": inner(layer.array, "date", "quote"),
        "cue": inner(layer.array, "cue", "quote"),
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
    measure = {column: or_null(quantity.array.field(name), of[places]) for column, name in _QUANTITY.items()}
    own = ("designation", "start", "end", "specifications")
    return {
        **{name: taken(layer.array.field(name), places) for name in own},
        "item_id": taken(layer.strings("id"), places),
        "item": taken(layer.strings("quote"), places),
        "kind": kind,
        "category": category,
        **measure,
        **{name: or_null(pa_array(quantity.ids(name)), of[places]) for name in ("comparator", "unit")},
        **{scheme.lower(): _codes(schema, "item_kind", scheme).take(kind) for scheme in ("PLOVER", "CAMEO")},
        **{scheme.lower(): _codes(schema, "item_category", scheme).take(category) for scheme in ("UNROCA", "SIPRI", "ML")},
    }

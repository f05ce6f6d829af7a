"""Checks of events, over all events of a batch at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..schema.labels import Schema
from .arrays import Ints, repeated
from .gate import Found, sweep
from .layers import Layers
from .unit_sweeps import in_calendar
from .view import class_ids, numbers

_IDS = 1000
"""Ids of references and facts are below it."""


class EventView(NamedTuple):
    """Events with the names of their folders."""

    schema: Schema
    names: list[str]
    layers: Layers


@sweep("event", "E-EVENT-ID", "E-EVENT-DATE")
def heads(view: EventView) -> Found:
    """Id and date of every event."""
    ids, dates = (view.layers[""].codes[name] for name in ("id", "date"))
    other = [n for n, (name, id_) in enumerate(zip(view.names, ids.ids.tolist(), strict=True)) if ids.values[id_] != name]
    yield "E-EVENT-ID", np.array(other, dtype=np.int64)
    good = np.array([*(in_calendar(value) for value in dates.values), True])
    yield "E-EVENT-DATE", np.flatnonzero(~good[dates.ids])


@sweep("event", "E-EVENT-COUNTRY")
def countries(view: EventView) -> Found:
    """Country codes of parties."""
    codes = view.layers["parties"].codes["iso3"]
    good = np.array([*(view.schema.has_country(value) for value in codes.values), True])
    yield "E-EVENT-COUNTRY", view.layers["parties"].row[~good[codes.ids]]


@sweep("event", "E-EVENT-REFERENCES")
def publishers(view: EventView) -> Found:
    """Events without a primary document: whether there are reports of two publishers."""
    layer = view.layers["references"]
    primary = class_ids(view.schema["reference_kind"].ids, {"primary"})[layer.ids("kind")]
    several = np.zeros(len(view.names), dtype=np.bool_)
    several[layer.row[primary]] = True
    seen: dict[int, set[str]] = {row: set() for row in np.flatnonzero(~several).tolist()}
    for row, name in zip(layer.row.tolist(), layer.strings("publisher").to_pylist() if seen else [], strict=False):
        if row in seen:
            seen[row].add(name.casefold())
    yield "E-EVENT-REFERENCES", np.array([row for row, names in seen.items() if len(names) < 2], dtype=np.int64)


@sweep("event", "E-EVENT-FACT")
def facts(view: EventView) -> Found:
    """Ids of references and facts, and what facts refer to."""
    known = np.zeros((len(view.names), _IDS), dtype=np.bool_)
    for path in ("references", "facts"):
        layer, own = view.layers[path], _numbers(view, path, "id")
        yield "E-EVENT-FACT", layer.row[repeated((layer.row, len(view.names)), (own, _IDS))]
        if path == "references":
            known[layer.row, own] = True
    used = view.layers["facts.references"]
    yield "E-EVENT-FACT", used.row[~known[used.row, _numbers(view, "facts.references", "")]]


def _numbers(view: EventView, path: str, name: str) -> Ints:
    return np.clip(numbers(view.layers[path].codes[name]), 0, _IDS - 1)

"""Figures of a batch: what `pinta.statistics` counts of one document, of all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ..statistics import Statistics
from .arrays import Bools, Ints
from .batch import Batch

_LAYERS = ("mentions", "entities", "claims", "stances", "requests")
_ITEMS = "requests.items"
_OTHERS = {"items": _ITEMS, "quantities": f"{_ITEMS}.quantity", "specifications": f"{_ITEMS}.specifications"}
_COUNTED = {
    "entity_type": ("entities", "type"),
    "stance_act": ("stances", "act"),
    "request_channel": ("requests", "channel"),
    "request_status": ("requests", "status"),
    "realis": ("requests", "realis"),
    "purpose": ("requests", "purpose"),
    "item_kind": (_ITEMS, "kind"),
    "item_category": (_ITEMS, "category"),
    "specification": (f"{_ITEMS}.specifications", "attribute"),
}


def statistics_of(batch: Batch) -> Statistics:
    """The figures of all articles of a batch that have a gold annotation."""
    found = Statistics()
    owner = batch.view.owner[: batch.gold]
    for split in sorted(set(batch.splits)):
        chosen = np.array([event.split == split for event in batch.events])[batch.event[owner]]
        if chosen.any():
            _add(found, batch, split, np.append(chosen, np.zeros(len(batch.view.owner) - batch.gold, dtype=np.bool_)))
    return found


def _add(found: Statistics, batch: Batch, split: str, chosen: Bools) -> None:
    """Count the annotations that are chosen."""
    notes, articles = batch.view.notes, batch.view.owner[chosen]
    found.events[split] |= {batch.events[n].id for n in np.unique(batch.event[articles]).tolist()}
    asking = int(np.count_nonzero(chosen & (notes[""].sizes["requests"] > 0)))
    units = {name: int(np.count_nonzero(chosen[notes[path].row])) for name, path in (*zip(_LAYERS, _LAYERS, strict=True), *_OTHERS.items())}
    found.units[split].update(
        units,
        articles=len(articles),
        words=int(batch.words[articles].sum()),
        restricted=int(np.count_nonzero(~batch.there[articles])),
        with_requests=asking,
        without_requests=len(articles) - asking,
    )
    for name, (path, column) in _COUNTED.items():
        layer = notes[path]
        found.labels[split][name].update(_counts(layer.ids(column)[chosen[layer.row]], layer.codes[column].values))
    _add_about(found.labels[split], batch, articles)


def _add_about(labels: dict[str, Counter[str]], batch: Batch, articles: Ints) -> None:
    about = batch.view.about
    for name in ("genre", "language"):
        labels[name].update(_counts(about.ids(name)[articles], about.codes[name].values))
    decades = [f"{event.date[:3]}0s" for event in batch.events]
    labels["decade"].update(_counts(batch.event[articles], decades))


def _counts(ids: Ints, values: Sequence[str]) -> Counter[str]:
    """How often each value stands there; those that do not stand there are left out."""
    counted: Counter[str] = Counter()
    for value, count in zip(values, np.bincount(ids, minlength=len(values)).tolist(), strict=True):
        if count:
            counted[value] += count
    return counted

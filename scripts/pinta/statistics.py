"""Figures of a corpus, counted as documents pass by."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from .corpus.documents import Document

_WORD = re.compile(r"\w+")
_COUNTED: dict[str, Callable[[dict[str, Any]], Iterable[str]]] = {
    "entity_type": lambda body: (entity["type"] for entity in body["entities"]),
    "stance_act": lambda body: (stance["act"] for stance in body["stances"]),
    "request_channel": lambda body: (request["channel"] for request in body["requests"]),
    "request_status": lambda body: (request["status"] for request in body["requests"]),
    "realis": lambda body: (request["realis"] for request in body["requests"]),
    "purpose": lambda body: (request["purpose"] for request in body["requests"]),
    "item_kind": lambda body: (item["kind"] for item in _items(body)),
    "item_category": lambda body: (item["category"] for item in _items(body)),
    "specification": lambda body: (spec["attribute"] for item in _items(body) for spec in item["specifications"]),
}


def _items(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for request in body["requests"] for item in request["items"]]


class Statistics:
    """Counts by split: ``units`` by layer, ``labels`` by label set and label, ``events`` by id."""

    def __init__(self) -> None:
        self.units: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.labels: defaultdict[str, defaultdict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        self.events: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, document: Document) -> None:
        """Count one document with its annotation."""
        event = document.event.body if document.event else {}
        split, body = event.get("split", ""), document.annotation.body if document.annotation else {}
        if not body:
            return
        units = self.units[split]
        self.events[split].add(event.get("id", ""))
        units.update(articles=1, words=len(_WORD.findall(document.text or "")), restricted=int(document.text is None))
        for layer in ("mentions", "entities", "claims", "stances", "requests"):
            units[layer] += len(body[layer])
        items = _items(body)
        units.update(items=len(items), quantities=sum(item["quantity"] is not None for item in items))
        units.update(specifications=sum(len(item["specifications"]) for item in items))
        units.update(with_requests=int(bool(body["requests"])), without_requests=int(not body["requests"]))
        for name, values in _COUNTED.items():
            self.labels[split][name].update(values(body))
        self.labels[split]["genre"][document.article.body["genre"]] += 1
        self.labels[split]["decade"][f"{str(event.get('date'))[:3]}0s"] += 1
        self.labels[split]["language"][document.article.body["language"]] += 1

    def update(self, other: Statistics) -> None:
        """Add the counts of other documents."""
        for split, units in other.units.items():
            self.units[split].update(units)
            self.events[split] |= other.events[split]
            for name, counts in other.labels[split].items():
                self.labels[split][name].update(counts)

    def as_json(self) -> dict[str, Any]:
        """All counts, splits and labels in a fixed order."""
        result: dict[str, Any] = {}
        for split in sorted(self.units):
            labels = {name: dict(sorted(counts.items())) for name, counts in sorted(self.labels[split].items())}
            result[split] = {"events": len(self.events[split]), **dict(sorted(self.units[split].items())), "labels": labels}
        return result

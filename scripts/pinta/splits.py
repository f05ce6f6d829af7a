"""Splits: events dealt out to train, validation and test, once, so that the parts resemble each other.

Iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011, "On the stratification of multi-label data"): the label
that is rarest among the events still to be dealt goes first, to the part that lacks it most. What an event already has
is never changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .corpus.documents import read_all, read_json
from .corpus.layout import Corpus

SHARES = {"train": 0.7, "validation": 0.1, "test": 0.2}


@dataclass(frozen=True, slots=True)
class Deal:
    """An event to be dealt: its weight in articles, and its labels (decade, supplier, item category, …) with counts."""

    event: str
    weight: int
    labels: Mapping[str, int]


def deal(events: Iterable[Deal], fixed: Mapping[str, str], shares: Mapping[str, float] = SHARES) -> dict[str, str]:
    """The split of every event. Events in ``fixed`` keep theirs. Deterministic: ties go by the name of the event."""
    pending = {one.event: one for one in events}
    total: Counter[str] = Counter()
    for one in pending.values():
        total.update(_counts(one))
    wanted = {split: Counter({label: count * share for label, count in total.items()}) for split, share in shares.items()}
    result: dict[str, str] = {}
    for event in sorted(set(fixed) & set(pending)):
        _take(result, wanted, pending.pop(event), fixed[event])
    while pending:
        one = _next(pending)
        _take(result, wanted, pending.pop(one.event), _neediest(wanted, one))
    return dict(sorted(result.items()))


def _counts(one: Deal) -> Counter[str]:
    return Counter({"": one.weight, **one.labels})


def _take(result: dict[str, str], wanted: dict[str, Counter[str]], one: Deal, split: str) -> None:
    result[one.event] = split
    wanted[split].subtract(_counts(one))


def _next(pending: Mapping[str, Deal]) -> Deal:
    """An event with the rarest label; of these the heaviest."""
    left = Counter(label for one in pending.values() for label in one.labels)
    return min(pending.values(), key=lambda one: (min((left[label] for label in one.labels), default=1_000_000), -one.weight, one.event))


def _neediest(wanted: Mapping[str, Counter[str]], one: Deal) -> str:
    """The part that lacks most of what an event has, and of articles."""

    def lack(split: str) -> tuple[float, float]:
        share = SHARES[split]
        labels = sum(wanted[split][label] / (share * len(one.labels)) for label in one.labels) if one.labels else 0.0
        return labels / 2 + wanted[split][""] / share, wanted[split][""]

    return max(wanted, key=lack)


def deals(corpus: Corpus) -> list[Deal]:
    """Every event of a corpus with what the parts are to be balanced over: decade, suppliers, item categories, requests or none."""
    labels: dict[str, Counter[str]] = {}
    weights: Counter[str] = Counter()
    for document in read_all(corpus):
        event = document.id.partition("/")[0]
        own = labels.setdefault(event, Counter())
        weights[event] += 1
        body = document.annotation.body if document.annotation else {}
        own.update(_of_requests(body))
        own[f"decade {str(document.event.body.get('date'))[:3]}0s" if document.event else "decade unknown"] += 1
    return [Deal(event, weights[event], own) for event, own in labels.items()]


def _of_requests(body: dict[str, Any]) -> Counter[str]:
    if not body:
        return Counter()
    names = {entity["id"]: entity["iso3"] or entity["type"] for entity in body["entities"]}
    found = Counter(f"supplier {names[id_]}" for request in body["requests"] for id_ in request["suppliers"])
    found.update(f"category {item['category']}" for request in body["requests"] for item in request["items"])
    found["requests" if body["requests"] else "no requests"] += 1
    return found


def current(corpus: Corpus) -> dict[str, str]:
    """The split that every event has."""
    bodies = {event: read_json(corpus, corpus.event_path(event)).body for event in corpus.events() if corpus.event_path(event).exists()}
    return {event: body["split"] for event, body in bodies.items() if body.get("split")}

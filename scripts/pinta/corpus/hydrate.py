"""Putting a reader's own copy of a text back under its annotation.

The annotation of a text that may not be redistributed holds, for each span, its offsets and the hashes of its words and
of what stands around them. Where the reader's copy has the right hash, the offsets hold. Where it has not, each span is
looked for by its hashes, and only a place that is the only one counts. Nothing is ever shifted in silence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..anchors import CONTEXT, salted
from ..spans import Span, sha256
from .ingest import normalised

Json = dict[str, Any]
_ASCII_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})

STATES = ("exact", "moved", "ambiguous", "lost")


class Placement(NamedTuple):
    """Where a span was and where it is: ``state`` is exact, moved, ambiguous or lost; ``now`` is None unless it was found."""

    was: Span
    now: Span | None
    state: str


@dataclass
class Hydration:
    """The outcome for one article: the normalised copy and a placement for every anchor."""

    article: str
    text: str
    same: bool
    placements: list[Placement] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many spans are in each state."""
        found = Counter(placement.state for placement in self.placements)
        return {state: found[state] for state in STATES}

    @property
    def complete(self) -> bool:
        """Whether every span has its place."""
        return all(placement.now is not None for placement in self.placements)


def hydrate(article: str, text_sha256: str, anchors: Iterable[Json], copy: str) -> Hydration:
    """Find every span of an article in a reader's copy.

    Args:
        anchors: of the annotation, as `pinta.anchors` makes them.
        copy: the reader's text, in any form; it is normalised first.

    Raises:
        PintaError: the copy holds control characters.
    """
    text = normalised(copy)
    anchors = list(anchors)
    if sha256(text) == text_sha256:
        return Hydration(article, text, True, [_exact(anchor) for anchor in anchors])
    index = _Index(text, text_sha256, {anchor["end"] - anchor["start"] for anchor in anchors})
    return Hydration(article, text, False, [index.place(anchor) for anchor in anchors])


def _exact(anchor: Json) -> Placement:
    span = Span(anchor["start"], anchor["end"])
    return Placement(span, span, "exact")


class _Index:
    """Every window of the needed lengths in a text, by its salted hash; once as it is, once with plain quotation marks."""

    def __init__(self, text: str, salt: str, lengths: set[int]) -> None:
        self.salt = salt
        self.faces = list(dict.fromkeys((text, text.translate(_ASCII_QUOTES))))
        self.places: defaultdict[str, set[int]] = defaultdict(set)
        for face in self.faces:
            for length in lengths:
                for start in range(len(face) - length + 1):
                    self.places[salted(face[start : start + length], salt)].add(start)

    def place(self, anchor: Json) -> Placement:
        was = Span(anchor["start"], anchor["end"])
        starts = self.places.get(anchor["quote_sha256"], set())
        found = self._best(starts, was.end - was.start, anchor)
        if found is None:
            return Placement(was, None, "ambiguous" if starts else "lost")
        now = Span(found, found + was.end - was.start)
        return Placement(was, now, "exact" if now == was else "moved")

    def _best(self, starts: set[int], length: int, anchor: Json) -> int | None:
        """The one start that fits: by both sides, else by one side, else because there is only one."""
        for least in (2, 1, 0):
            fits = [start for start in starts if self._sides(start, length, anchor) >= least]
            if len(fits) == 1:
                return fits[0]
            if fits:
                return None
        return None

    def _sides(self, start: int, length: int, anchor: Json) -> int:
        end = start + length
        before = any(salted(face[max(0, start - CONTEXT) : start], self.salt) == anchor["prefix_sha256"] for face in self.faces)
        after = any(salted(face[end : end + CONTEXT], self.salt) == anchor["suffix_sha256"] for face in self.faces)
        return before + after


def attach(annotation: Json, found: Hydration) -> Json:
    """The annotation with the places and words of the reader's copy; units without a place are left out.

    A unit goes when its own span, its cue or all its evidence has no place, or when what it refers to has gone.
    """
    places = {placement.was: placement.now for placement in found.placements}
    body = {key: _moved(value, places, found.text) for key, value in annotation.items() if key != "anchors"}
    return _pruned({**body, "text_sha256": sha256(found.text)})


_GONE = object()


def _moved(value: Any, places: dict[Span, Span | None], text: str) -> Any:
    if isinstance(value, list):
        kept = [_moved(inner, places, text) for inner in value]
        return [inner for inner in kept if inner is not _GONE]
    if not isinstance(value, dict):
        return value
    if "quote" in value:
        now = places.get(Span(value["start"], value["end"]))
        if now is None:
            return _GONE
        value = {**value, "start": now.start, "end": now.end, "quote": text[now.start : now.end]}
    moved = {key: inner if key == "quote" else _moved(inner, places, text) for key, inner in value.items()}
    return _GONE if moved.get("cue") is _GONE else {key: None if inner is _GONE else inner for key, inner in moved.items()}


def _pruned(body: Json) -> Json:
    """Leave out what refers to units that have gone, until nothing does."""
    while True:
        mentions = {mention["id"] for mention in body["mentions"]}
        entities = [{**e, "mentions": [m for m in e["mentions"] if m in mentions]} for e in body["entities"]]
        body = {**body, "entities": [entity for entity in entities if entity["mentions"]]}
        ids = {unit["id"] for layer in ("entities", "claims", "requests") for unit in body[layer]} | {None}
        kept = {layer: [unit for unit in body[layer] if _holds(unit, ids)] for layer in ("claims", "requests", "stances")}
        if all(len(kept[layer]) == len(body[layer]) for layer in kept):
            return body
        body = {**body, **kept}


def _holds(unit: Json, ids: set[Any]) -> bool:
    needed = [unit.get(slot) for slot in ("author", "holder", "voiced_by", "target", "requester", "messenger")]
    needed += [*unit.get("suppliers", []), *unit.get("attribution", [])]
    return all(id_ in ids for id_ in needed) and unit.get("evidence") != [] and unit.get("items") != []

"""Putting a reader's own copy of a text back under its annotation.

The annotation of a text that may not be redistributed holds, for each span, its offsets and the hashes of its words and
of what stands around them. Where the reader's copy has the right hash, the offsets hold. Where it has not, each span is
looked for by its hashes, and a place counts only

1. where it is the only one with the same words and the same context on both sides; or
2. where it is the only one with as much context as any, and stands to its neighbours as it stood: first where it moved as
   far as a neighbour, then anywhere between the two. Without any context a short span has a place only where it moved as
   far as both: so a name in a missing paragraph is not found elsewhere.

No two spans share a place that were two. Nothing is ever shifted in silence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..anchors import CONTEXT, salted
from ..spans import Span, sha256
from .ingest import normalised

Json = dict[str, Any]
PLAIN = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\u00a0": " "})
"""Typographic marks as a keyboard has them, one for one."""
_OPENING = re.compile(r"(?<![^\s(\[“‘])[\"']")

_LONG = 4 * CONTEXT
"""Code points from which on words stand for themselves, as if one side of the context were the same."""
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
    def placed(self) -> int:
        """How many spans have a place."""
        return sum(placement.now is not None for placement in self.placements)

    @property
    def complete(self) -> bool:
        """Whether every span has its place."""
        return self.placed == len(self.placements)


def hydrate(article: str, text_sha256: str, anchors: Iterable[Json], copy: str) -> Hydration:
    """Find every span of an article in a reader's copy.

    Args:
        anchors: of the annotation, as `pinta.anchors` makes them.
        copy: the reader's text, in any form; it is normalised first.

    Raises:
        PintaError: the copy holds control characters.
    """
    text, anchors = normalised(copy), sorted(anchors, key=_was)
    if sha256(text) == text_sha256:
        return Hydration(article, text, True, [Placement(_was(anchor), _was(anchor), "exact") for anchor in anchors])
    search = _Search(text, text_sha256, anchors)
    return Hydration(article, text, False, [search.placement(anchor) for anchor in anchors])


def _was(anchor: Json) -> Span:
    return Span(anchor["start"], anchor["end"])


def faces(text: str) -> list[str]:
    """A text as it is, with plain quotation marks and dashes, and with typographic ones: all of one length."""
    plain = text.translate(PLAIN)
    opened = _OPENING.sub(lambda mark: "“" if mark.group() == '"' else "‘", plain)
    return list(dict.fromkeys((text, plain, opened.replace('"', "”").replace("'", "’"))))


class _Search:
    """Every window of the needed lengths in a copy by its salted hash, and the places that anchors have in it."""

    def __init__(self, text: str, salt: str, anchors: list[Json]) -> None:
        self.salt, self.faces = salt, faces(text)
        self.windows = self._windows({end - start for start, end in map(_was, anchors)})
        self.found: dict[Span, int] = {}
        fits = {_was(anchor): self._fits(anchor) for anchor in anchors}
        for was, starts in fits.items():
            if len(starts[2]) == 1:
                self.found[was] = next(iter(starts[2]))
        self._drop_shared()
        for steady in (True, False):
            sure = sorted(self.found.items())
            for was, starts in fits.items():
                if was not in self.found:
                    self._place_weak(was, starts, sure, steady=steady)
            self._drop_shared()

    def _windows(self, lengths: set[int]) -> defaultdict[str, set[int]]:
        windows: defaultdict[str, set[int]] = defaultdict(set)
        for face in self.faces:
            for length in lengths:
                for start in range(len(face) - length + 1):
                    windows[salted(face[start : start + length], self.salt)].add(start)
        return windows

    def _fits(self, anchor: Json) -> dict[int, set[int]]:
        """Starts of the same words, by the number of sides on which the context is the same."""
        length = anchor["end"] - anchor["start"]
        by_sides: dict[int, set[int]] = {0: set(), 1: set(), 2: set()}
        for start in self.windows.get(anchor["quote_sha256"], ()):
            by_sides[max(self._sides(start, start + length, anchor), int(length >= _LONG))].add(start)
        return by_sides

    def _sides(self, start: int, end: int, anchor: Json) -> int:
        before = any(salted(face[max(0, start - CONTEXT) : start], self.salt) == anchor["prefix_sha256"] for face in self.faces)
        after = any(salted(face[end : end + CONTEXT], self.salt) == anchor["suffix_sha256"] for face in self.faces)
        return before + after

    def _place_weak(self, was: Span, starts: dict[int, set[int]], sure: list[tuple[Span, int]], *, steady: bool) -> None:
        """Place a span that context does not single out, by those next to it that have a place.

        Steady: where it has moved as far as the one before it or behind it; without any context, as far as both.
        """
        at = bisect_left(sure, (was, 0))
        beside = sure[max(at - 1, 0) : at] + sure[at : at + 1]
        shifts = [now - other.start for other, now in beside]
        for sides in (2, 1, 0):
            fits = {start for start in starts[sides] if _ordered(was, start, beside)}
            if steady:
                fits = {start for start in fits if shifts.count(start - was.start) >= (1 if sides else 2)}
            if len(fits) == 1 and (sides or steady):
                self.found[was] = fits.pop()
            if fits:
                return

    def _drop_shared(self) -> None:
        """Spans that began or ended at different places cannot do so at one."""
        for edge in (0, 1):
            taken: defaultdict[int, set[int]] = defaultdict(set)
            for was, start in self.found.items():
                taken[(start, start + was.end - was.start)[edge]].add(was[edge])
            shared = {place for place, origins in taken.items() if len(origins) > 1}
            self.found = {was: s for was, s in self.found.items() if (s, s + was.end - was.start)[edge] not in shared}

    def placement(self, anchor: Json) -> Placement:
        """Where an anchor is, and in which state."""
        was = _was(anchor)
        if was not in self.found:
            return Placement(was, None, "ambiguous" if anchor["quote_sha256"] in self.windows else "lost")
        now = Span(self.found[was], self.found[was] + was.end - was.start)
        return Placement(was, now, "exact" if now == was else "moved")


def _ordered(was: Span, start: int, others: list[tuple[Span, int]]) -> bool:
    """Whether a place stands to those of other spans as the span stood to them: before, behind, or at the same point."""
    return all((start > now) - (start < now) == (was.start > other.start) - (was.start < other.start) for other, now in others)


def attach(annotation: Json, found: Hydration) -> Json:
    """The annotation with the places and words of the reader's copy; units without a place are left out.

    A unit goes when its own span, its cue or the evidence that shows it has no place, or when what it refers to has gone.
    """
    places = {placement.was: placement.now for placement in found.placements}
    body = {key: _moved(value, places, found.text) for key, value in annotation.items() if key != "anchors"}
    body["mentions"].sort(key=lambda mention: (mention["start"], mention["end"]))
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
    return all(id_ in ids for id_ in needed) and unit.get("items") != [] and _shown(unit)


def _shown(unit: Json) -> bool:
    """Whether there is evidence left, and of that of the cue, where the unit is one that has any."""
    if "evidence" not in unit:
        return True
    cue = unit["cue"]
    return any(cue is None or (span["start"] <= cue["start"] and cue["end"] <= span["end"]) for span in unit["evidence"])

"""The corpus cut into pieces that can be put together anew: sentences, with the units that lie whole in them.

A piece is one sentence, or several that a request, a stance or a claim ties together, with everything that the gold
annotation says of them. Names of parties in it are slots, so that one piece can be told of other parties.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pinta.checks.offsets import spans_of
from pinta.corpus.documents import Document
from pinta.schema.labels import Schema
from pinta.spans import Span, sentences

Json = dict[str, Any]
_NEAR = 32
"""Code points around a number in which nothing is renamed: its unit may stand there."""


class Party(int):
    """The number of a thing among those of its piece, where a unit names an entity."""


@dataclass(eq=False, slots=True)
class Thing:
    """What mentions refer to, over all articles: its names as they stand in texts, the most frequent first."""

    type: str
    name: str
    wikidata: str | None
    iso3: str | None
    forms: list[str] = field(default_factory=list)
    metonyms: list[str] = field(default_factory=list)


class Spot(NamedTuple):
    """A span of a piece, with the number of slots that end at or before each edge."""

    start: int
    end: int
    before: int
    upto: int


class Mention(NamedTuple):
    """A mention: its place, its thing by number in the piece, and the rank of its words among the thing's names."""

    place: Spot
    thing: int
    metonym: bool
    rank: int
    length: int


@dataclass(slots=True)
class Piece:
    """Text between slots, and units with `Spot` for spans and numbers of things for entities."""

    parts: list[str]
    things: list[Thing]
    free: list[bool]
    mentions: list[Mention]
    slots: list[Mention]
    claims: list[Json]
    stances: list[Json]
    requests: list[Json]
    size: int


def things_of(documents: list[Document]) -> dict[tuple[str, str], Thing]:
    """The thing behind every (article, entity id): entities with one Wikidata item, country code or name are one."""
    found: dict[tuple[str, str], Thing] = {}
    known: dict[tuple[str, str], Thing] = {}
    names: defaultdict[int, Counter[tuple[str, bool]]] = defaultdict(Counter)
    for document in documents:
        body = document.annotation.body if document.annotation else {}
        mentions = {mention["id"]: mention for mention in body["mentions"]}
        for entity in body["entities"]:
            thing = _known(known, entity)
            found[document.id, entity["id"]] = thing
            for id_ in entity["mentions"]:
                names[id(thing)][mentions[id_]["quote"], mentions[id_]["metonym"]] += 1
    for thing in {id(thing): thing for thing in found.values()}.values():
        ordered = [name for name, _ in names[id(thing)].most_common()]
        thing.forms = [name for name, metonym in ordered if not metonym] or [thing.name]
        thing.metonyms = [name for name, metonym in ordered if metonym]
    return found


def _known(known: dict[tuple[str, str], Thing], entity: Json) -> Thing:
    """The thing that an entity is. Where only its type differs, it is another thing, without the codes."""
    kind = entity["type"]
    keys = [(scheme, value) for scheme in ("wikidata", "iso3") if (value := entity[scheme])]
    thing = next((known[key] for key in keys if key in known), None) or known.get((kind, entity["name"]))
    if thing is None or thing.type != kind:
        codes = (None, None) if thing else (entity["wikidata"], entity["iso3"])
        thing = known.setdefault((kind, entity["name"]), Thing(kind, entity["name"], *codes))
    for key in keys:
        known.setdefault(key, thing)
    return thing


class Cutter:
    """Cuts one document into pieces."""

    def __init__(self, document: Document, things: dict[tuple[str, str], Thing], parties: frozenset[str]) -> None:
        self.document, self.text, self.parties = document, document.text or "", parties
        self.body: Json = document.annotation.body if document.annotation else {}
        self.things = things
        self.sentences = sentences(self.text)
        self._root = list(range(len(self.sentences)))
        self._homes = self._mention_homes()

    def pieces(self) -> Iterator[Piece]:
        """All pieces, in the order of the text; the one that is most of the article is left out."""
        for unit in [*self.body["claims"], *self.body["stances"], *self.body["requests"]]:
            self._join(self._hold(unit))
        groups: defaultdict[int, list[int]] = defaultdict(list)
        for n in range(len(self.sentences)):
            groups[self._find(n)].append(n)
        for group in groups.values():
            if len(group) <= max(3, len(self.sentences) // 2):
                yield from self._piece(group)

    def _find(self, n: int) -> int:
        while self._root[n] != n:
            n = self._root[n]
        return n

    def _join(self, held: set[int]) -> None:
        roots = sorted({self._find(n) for n in held})
        for root in roots[1:]:
            self._root[root] = roots[0]

    def _at(self, span: Json) -> set[int]:
        """Numbers of the sentences that a span touches."""
        return {n for n, sentence in enumerate(self.sentences) if sentence.start < span["end"] and span["start"] < sentence.end}

    def _mention_homes(self) -> dict[str, list[int]]:
        places = {mention["id"]: min(self._at(mention)) for mention in self.body["mentions"]}
        return {entity["id"]: sorted(places[id_] for id_ in entity["mentions"]) for entity in self.body["entities"]}

    def _hold(self, unit: Json) -> set[int]:
        """The sentences that a unit needs: its spans, the units it is about, and a mention of each of its entities."""
        layer = {"c": "claims", "s": "stances", "r": "requests"}[unit["id"][0]]
        alone = {"mentions": [], "claims": [], "stances": [], "requests": [], layer: [unit]}
        held = {n for _, span in spans_of(alone) for n in self._at(span)}
        about = [u for u in [*self.body["claims"], *self.body["requests"]] if u["id"] == unit.get("target")]
        for other in about:
            held |= self._hold(other)
        for id_ in _entities(unit):
            homes = self._homes[id_]
            if not held & set(homes):
                held.add(min(homes, key=lambda n: (n > max(held), abs(n - min(held)))))
        for item in unit.get("items", ()):
            at = self.text.find(item["designation"]) if item["designation"] else -1
            if at >= 0 and item["designation"] not in item["quote"]:
                held |= self._at({"start": at, "end": at + len(item["designation"])})
        return held

    def _piece(self, group: list[int]) -> Iterator[Piece]:
        runs = _runs(group)
        maker = _Maker(self, [Span(self.sentences[run[0]].start, self.sentences[run[-1]].end) for run in runs])
        if not maker.torn:
            yield maker.make()


def _runs(group: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for n in group:
        if runs and runs[-1][-1] == n - 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    return runs


def _entities(unit: Json) -> list[str]:
    slots = ("author", "holder", "voiced_by", "requester", "messenger")
    ids: list[str] = [unit[slot] for slot in slots if unit.get(slot)] + unit.get("suppliers", []) + unit.get("attribution", [])
    return ids + ([unit["target"]] if unit.get("target", "")[:1] == "e" else [])


class _Maker:
    """Makes the piece of some stretches of a text: its slots, and its units with places in the piece."""

    def __init__(self, cutter: Cutter, stretches: list[Span]) -> None:
        self.cutter, self.stretches = cutter, stretches
        self.text = " ".join(cutter.text[span.start : span.end] for span in stretches)
        body = cutter.body
        self.mentions = sorted((m for m in body["mentions"] if self._inside(m)), key=lambda m: m["start"])
        ends = [(a["end"], b["start"]) for a, b in zip(self.mentions, self.mentions[1:], strict=False)]
        self.torn = any(end > start for end, start in ends)
        self.units = {layer: [u for u in body[layer] if self._whole(u)] for layer in ("claims", "stances", "requests")}
        owner = {id_: entity["id"] for entity in body["entities"] for id_ in entity["mentions"]}
        self.owners = [owner[mention["id"]] for mention in self.mentions]
        self.local = {id_: Party(n) for n, id_ in enumerate(dict.fromkeys(self.owners))}

    def _inside(self, span: Json) -> bool:
        return any(stretch.start <= span["start"] and span["end"] <= stretch.end for stretch in self.stretches)

    def _whole(self, unit: Json) -> bool:
        return self._inside(unit if "start" in unit else unit["evidence"][0])

    def _shift(self, span: Json) -> Span:
        """Where a span of the article lies in the piece."""
        before = 0
        for stretch in self.stretches:
            if stretch.start <= span["start"] and span["end"] <= stretch.end:
                low = before - stretch.start
                return Span(span["start"] + low, span["end"] + low)
            before += stretch.end - stretch.start + 1
        raise ValueError("a span across two stretches")

    def _bound(self) -> set[str]:
        """Entities that cannot be renamed here: their type is bound to them, or their words matter to a check."""
        things = {id_: self.cutter.things[self.cutter.document.id, id_] for id_ in self.local}
        bound = {id_ for id_, thing in things.items() if thing.type not in self.cutter.parties}
        held = [(span["start"] - near, span["end"] + near) for span, near in self._guarded()]
        designations = [item["designation"] for r in self.units["requests"] for item in r["items"] if item["designation"]]
        for mention, id_ in zip(self.mentions, self.owners, strict=True):
            touched = any(mention["start"] < end and start < mention["end"] for start, end in held)
            if touched or any(mention["quote"] in name or name in mention["quote"] for name in designations):
                bound.add(id_)
        return bound

    def _guarded(self) -> Iterator[tuple[Json, int]]:
        for unit in [*self.units["stances"], *self.units["requests"]]:
            yield from ((span, 0) for span in (unit["cue"], unit.get("date")) if span)
            for item in unit.get("items", ()):
                yield from ((span, _NEAR) for span in [item["quantity"], *item["specifications"]] if span)

    def make(self) -> Piece:
        """The piece."""
        bound = self._bound()
        things = [self.cutter.things[self.cutter.document.id, id_] for id_ in self.local]
        self.slots = [self._shift(m) for m, id_ in zip(self.mentions, self.owners, strict=True) if id_ not in bound]
        edges = [0, *(edge for slot in self.slots for edge in slot), len(self.text)]
        parts = [self.text[edges[n] : edges[n + 1]] for n in range(0, len(edges), 2)]
        mentions = [self._mention(m, id_) for m, id_ in zip(self.mentions, self.owners, strict=True)]
        slots = [mention for mention, id_ in zip(mentions, self.owners, strict=True) if id_ not in bound]
        free = [id_ not in bound for id_ in self.local]
        units = {layer: [self._unit(unit) for unit in found] for layer, found in self.units.items()}
        return Piece(parts, things, free, mentions, slots, **units, size=len(self.text))

    def _mention(self, mention: Json, id_: str) -> Mention:
        thing = self.cutter.things[self.cutter.document.id, id_]
        names = thing.metonyms if mention["metonym"] else thing.forms
        words = mention["quote"]
        return Mention(self._place(mention), self.local[id_], mention["metonym"], names.index(words), len(words))

    def _place(self, span: Json) -> Spot:
        start, end = self._shift(span)
        return Spot(start, end, sum(slot.end <= start for slot in self.slots), sum(slot.end <= end for slot in self.slots))

    def _unit(self, value: Any, key: str = "") -> Any:
        """A unit with places for spans and numbers for entities; other units keep their ids, to be renumbered."""
        if isinstance(value, list):
            return [self._unit(inner, key) for inner in value]
        if isinstance(value, dict):
            kept = [k for k in value if k not in ("end", "quote")] if "start" in value else list(value)
            return {"at" if k == "start" else k: self._place(value) if k == "start" else self._unit(value[k], k) for k in kept}
        named = ("author", "holder", "voiced_by", "target", "requester", "messenger", "suppliers", "attribution")
        return self.local.get(value, value) if key in named and value else value


def cut(documents: list[Document], schema: Schema) -> tuple[list[Piece], list[Thing]]:
    """All pieces of annotated documents, and all things that can be a party: what acts, as a weapon or a document does not."""
    things, actors = things_of(documents), schema["entity_type"].where("actor")
    pieces = [piece for document in documents for piece in Cutter(document, things, actors).pieces()]
    parties = {id(thing): thing for thing in things.values() if thing.type in actors}
    return pieces, list(parties.values())

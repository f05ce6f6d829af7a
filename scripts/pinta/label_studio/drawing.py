"""From a document to regions and arrows.

Equal satellites (the same words with the same values as quantity, date, evidence or item of several units) are drawn once,
with an arrow from each unit. Evidence that is just the sentence of the cue is not drawn: no evidence means that sentence, as
in a draft. A stance without a cue stands on its first evidence.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from typing import Any

from ..schema.labels import Schema
from ..spans import Span, sentence_of, sentences
from .layout import CHAIN, Json, Layout, layout
from .regions import Arrow, Region, Use, as_results


class UndrawableError(ValueError):
    """A document that cannot be drawn; the text says why."""


def results_of(document: Json, text: str, schema: Schema) -> list[Json]:
    """The results of Label Studio for a document.

    Raises:
        UndrawableError: a reference leads to nothing, or a chain of attribution is longer than `CHAIN`.
    """
    drawing = _Drawing(document, text, layout(schema))
    drawing.draw()
    return as_results(drawing.regions, drawing.arrows(), text, schema)


def is_default_evidence(evidence: Sequence[Json], cue: Json, text: str) -> bool:
    """Whether evidence is what no evidence means: the sentence of the cue."""
    return [_span(span) for span in evidence] == [sentence_of(text, cue["start"])]


def _span(unit: Json) -> Span:
    return Span(unit["start"], unit["end"])


class _Drawing:
    def __init__(self, document: Json, text: str, drawn: Layout) -> None:
        self.document, self.text, self.layout = document, text, drawn
        self.sentences = [sentence.start for sentence in sentences(text)]
        self.regions: list[Region] = []
        self.links: list[tuple[Region, Region, str]] = []
        self.named: dict[str, list[Region]] = {}
        self.shared: dict[tuple[Any, ...], Region] = {}
        self.taken: dict[tuple[Any, ...], int] = {}

    def arrows(self) -> Iterator[Arrow]:
        """All arrows, once each: units that share an item share its arrows too."""
        yield from dict.fromkeys(Arrow(source.id, target.id, label) for source, target, label in self.links)

    def draw(self) -> None:
        self._mentions()
        units = [(kind, n, unit) for kind in ("request", "claim", "stance") for n, unit in enumerate(self.document[f"{kind}s"])]
        for kind, n, unit in units:
            self._add(kind, _anchor(kind, unit), self._fields(kind, unit), (unit["id"], str(n)), unit["id"])
        for kind, _, unit in units:
            region = self.named[unit["id"]][0]
            self.links.extend((region, target, label) for label, target in self._targets(kind, unit, unit["id"], region.span))

    def _add(self, kind: str, span: Span, fields: dict[str, Any], use: Use, name: str, type_: str = "") -> None:
        region = Region(kind, span, type_, fields, [use])
        self.regions.append(region)
        self.named.setdefault(name, []).append(region)

    def _fields(self, kind: str, unit: Json) -> dict[str, Any]:
        return {own.key: unit[own.key] for own in self.layout.fields[kind]}

    def _mentions(self) -> None:
        owners = {m: (entity, n, k) for n, entity in enumerate(self.document["entities"]) for k, m in enumerate(entity["mentions"])}
        for position, mention in enumerate(self.document["mentions"]):
            if mention["id"] not in owners:
                raise UndrawableError(f"{mention['id']} belongs to no entity")
            entity, n, k = owners[mention["id"]]
            told = entity if k == 0 else {}
            fields = {own.key: {**told, **mention, "entity": entity["id"]}.get(own.key) for own in self.layout.fields["mention"]}
            use = (mention["id"], str(position), entity["id"], str(n), str(k))
            self._add("mention", _span(mention), fields, use, entity["id"], mention["type"])

    def _targets(self, kind: str, unit: Json, owner: str, near: Span) -> Iterator[tuple[str, Region]]:
        """What a unit points at, with the label of each arrow."""
        chain = unit.get("attribution", ())
        if len(chain) > CHAIN:
            raise UndrawableError(f"the chain of attribution of {owner} has {len(chain)} sources; {CHAIN} can be drawn")
        for role in self.layout.roles[kind]:
            if role.key == "evidence":
                yield from (("evidence", region) for region in self._evidence(unit, owner))
            elif role.key == "attribution":
                n = int(role.label.rpartition("_")[2])
                yield from ((role.label, self._named(id_, near)) for id_ in chain[n - 1 : n])
            elif role.targets & {"mention"}:
                yield from ((role.label, self._named(id_, near)) for id_ in _listed(unit[role.key]))
            else:
                below = enumerate(_listed(unit[role.key]))
                yield from ((role.label, self._satellite(role.label, inner, owner, n)) for n, inner in below)

    def _named(self, id_: str, near: Span) -> Region:
        """The region of an id; of the mentions of an entity the nearest, in the same sentence if it can be: arrows stay short."""
        if id_ not in self.named:
            raise UndrawableError(f"{id_} is referred to and not there")
        return min(self.named[id_], key=lambda region: self._distance(region.span, near))

    def _distance(self, one: Span, other: Span) -> tuple[bool, int]:
        same = bisect(self.sentences, one.start) == bisect(self.sentences, other.start)
        return not same, abs(one.start - other.start)

    def _evidence(self, unit: Json, owner: str) -> Iterator[Region]:
        evidence = unit["evidence"]
        if unit["cue"] and is_default_evidence(evidence, unit["cue"], self.text):
            return
        for n, span in enumerate(evidence):
            if n or unit["cue"]:
                yield self._satellite("evidence", span, owner, n)

    def _satellite(self, kind: str, unit: Json, owner: str, position: int) -> Region:
        """The region of a unit that hangs on another; the same one for equal units of different owners."""
        own = unit.get("id", "")
        use = (owner, str(position), own) if own else (owner, str(position))
        fields = self._fields(kind, unit) if kind in self.layout.fields else {}
        below = list(self._targets(kind, unit, own, _span(unit))) if kind in self.layout.roles else []
        key = (kind, _span(unit), tuple(fields.items()), tuple((label, id(region)) for label, region in below))
        copy = self.taken.get((owner, key), 0)
        self.taken[owner, key] = copy + 1
        region = self.shared.get((key, copy))
        if region is None:
            region = self.shared[key, copy] = Region(kind, _span(unit), "", fields)
            self.regions.append(region)
            self.links.extend((region, target, label) for label, target in below)
        region.uses.append(use)
        return region


def _anchor(kind: str, unit: Json) -> Span:
    return _span(unit if kind == "claim" else unit["cue"] or unit["evidence"][0])


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]

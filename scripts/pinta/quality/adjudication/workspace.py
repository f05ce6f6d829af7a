"""The table at which two passes are merged: nodes, references, and what an adjudicator writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ...draft import Quotation, QuoteError, place
from ...schema.labels import Schema
from ...spans import overlaps, sentence_of, sentences
from ..align import Alignment, Json, span_of
from ..differences import Describer
from .decisions import Answer, Fault, Question

ONE_SIDED = ("a", "b", "set")
PAIRED = ("a", "b", "both", "neither", "set")
NULLABLE = ("a", "b", "neither", "set")
UNION = ("a", "b", "both", "set")


class Asks(Protocol):
    """Who answers questions."""

    def ask(self, question: Question) -> Answer: ...


@dataclass(eq=False)
class Node:
    """A unit of the merged annotation; slots that refer to others hold their nodes until all are numbered."""

    layer: str
    label: str
    body: Json = field(default_factory=dict)
    mentions: list[Json] = field(default_factory=list)
    kept: bool = True
    decision: str | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Logged:
    """Something that was decided without a question, by a rule that is named."""

    layer: str
    what: str
    a: str
    b: str
    chosen: str
    rule: str


class Workspace:
    """One article on its way from two passes to one annotation."""

    def __init__(self, alignment: Alignment, text: str | None, schema: Schema, asks: Asks) -> None:
        self.alignment, self.text, self.schema, self.asks = alignment, text, schema, asks
        self.says = {"a": Describer(alignment.a, text), "b": Describer(alignment.b, text)}
        self.nodes: dict[tuple[str, str], Node] = {}
        self.faults: list[Fault] = []
        self.log: list[Logged] = []
        self.claims: list[Node] = []
        self.requests: list[Node] = []
        self.stances: list[Node] = []
        self._entities()

    def _entities(self) -> None:
        for x, y in self.alignment.entities.pairs:
            self.nodes["a", x["id"]] = self.nodes["b", y["id"]] = Node("entity", x["name"])
        for side, units in (("a", self.alignment.entities.only_a), ("b", self.alignment.entities.only_b)):
            self.nodes.update({(side, unit["id"]): Node("entity", unit["name"], attributes(unit)) for unit in units})

    def ref(self, side: str, id_: str | None) -> Node | None:
        """The node of a unit of a pass."""
        return None if id_ is None else self.nodes[side, id_]

    def refs(self, side: str, ids: Iterable[str]) -> list[Node]:
        """The nodes of several units of a pass, in order."""
        return [self.nodes[side, id_] for id_ in ids]

    def fault(self, answer: Answer, message: str, mend: str) -> None:
        """Note that a decision cannot be followed."""
        self.faults.append(Fault(answer.decision, message, mend))

    def span(self, answer: Answer, quotation: Any, at: int) -> Json | None:
        """The span that an adjudicator quotes, as in drafts; near the place in question where it repeats."""
        if self.text is None or not isinstance(quotation, str):
            self.fault(
                answer, f"{quotation!r} is no quotation from the text.", "Quote the words, with |@ and a sentence where they repeat."
            )
            return None
        try:
            span = place(self.text, Quotation.parse(quotation), [sentence_of(self.text, at)])
        except QuoteError as error:
            self.fault(answer, error.message, error.mend)
            return None
        return {"start": span.start, "end": span.end, "quote": self.text[span.start : span.end]}

    def label(self, answer: Answer, name: str, value: Any) -> str | None:
        """A label that an adjudicator sets, if it is one."""
        if value not in self.schema[name]:
            self.fault(answer, f"{value!r} is no {name}.", f"One of: {', '.join(self.schema[name].ids)}.")
            return None
        return str(value)

    def named(self, answer: Answer, name: Any) -> Node | None:
        """The unit that an adjudicator names: an entity by its name in either pass, any unit as ``a:e1`` or ``b:r2``."""
        if name is None:
            return None
        side, _, id_ = str(name).partition(":")
        found = self.nodes.get((side, id_))
        for own in ("a", "b") if found is None else ():
            found = found or next((self.nodes[own, e["id"]] for e in getattr(self.alignment, own)["entities"] if e["name"] == name), None)
        if found is None:
            self.fault(answer, f"{name!r} is no entity of either pass.", "Use its name in one of them, or a: or b: and its id.")
        return found

    def slots(self, body: Json, answer: Answer, makers: dict[str, Callable[[Answer, Any], Any]]) -> Json:
        """A body with the values that an answer sets."""
        made = dict(body)
        for name, value in answer.values.items():
            if name in makers:
                made[name] = makers[name](answer, value)
            elif name != "base":
                self.fault(answer, f"There is no {name} to set here.", f"Set one of: {', '.join(makers)}.")
        return made

    def places(self, spans: Sequence[Json]) -> str:
        """Where some spans lie: numbers of sentences; offsets where the text is not included."""
        if self.text is None:
            return ", ".join(f"[{span['start']}, {span['end']})" for span in spans)
        return ", ".join(f"@{number}" for number in self.numbers(spans))

    def numbers(self, spans: Sequence[Json]) -> list[int]:
        """Numbers of the sentences that some spans touch."""
        found = sentences(self.text or "")
        return [n for n, sentence in enumerate(found, 1) if any(overlaps(sentence, span_of(span)) for span in spans)]


def attributes(entity: Json) -> Json:
    """What an entity is, without its mentions."""
    return {key: entity[key] for key in ("type", "name", "wikidata", "iso3")}


def bare(span: Json) -> Json:
    """The span alone."""
    return {key: span[key] for key in ("start", "end", "quote")}

"""Two passes and answers make one annotation.

What agrees is taken over. Where the passes differ a question is asked: while drafting the questions are written down,
while applying they are answered from a worksheet; the way through is the same, so that no decision can go astray.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..draft import Quotation, QuoteError, place
from ..schema.labels import Schema
from ..spans import Span, overlaps, sentence_of, sentences
from .align import Alignment, Json, Matching, match_equal, match_spans, same_span, span_of
from .decisions import Answer, Fault, Question
from .differences import Describer
from .slots import measured

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


class Merge:
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
        _Mentions(self).run()
        _Entities(self).run()
        _Claims(self).run()
        _Requests(self).run()
        _Stances(self).run()

    def _entities(self) -> None:
        for x, y in self.alignment.entities.pairs:
            self.nodes["a", x["id"]] = self.nodes["b", y["id"]] = Node("entity", x["name"])
        for side, units in (("a", self.alignment.entities.only_a), ("b", self.alignment.entities.only_b)):
            self.nodes.update({(side, unit["id"]): Node("entity", unit["name"], _attributes(unit)) for unit in units})

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


def _attributes(entity: Json) -> Json:
    return {key: entity[key] for key in ("type", "name", "wikidata", "iso3")}


def _bare(span: Json) -> Json:
    return {key: span[key] for key in ("start", "end", "quote")}


class _Mentions:
    """Which names are mentions, and of what."""

    def __init__(self, merge: Merge) -> None:
        self.merge = merge
        self.owner = {(side, m): e for side in ("a", "b") for e in getattr(merge.alignment, side)["entities"] for m in e["mentions"]}
        self.dropped: dict[Node, str | None] = {}

    def run(self) -> None:
        found = self.merge.alignment.mention_spans
        for x, y in found.pairs:
            self._pair(x, y)
        for side, units in (("a", found.only_a), ("b", found.only_b)):
            groups: dict[Hashable, list[Json]] = {}
            for unit in units:
                groups.setdefault((self.owner[side, unit["id"]]["id"], unit["quote"], unit["metonym"]), []).append(unit)
            for group in groups.values():
                self._alone(side, group)

    def _node(self, side: str, mention: Json) -> Node:
        return self.merge.nodes[side, self.owner[side, mention["id"]]["id"]]

    def _keep(self, mention: Json, node: Node, answer: Answer | None) -> None:
        node.mentions.append({**_bare(mention), "metonym": mention["metonym"], "decision": answer.decision if answer else None})

    def _said(self, side: str, mention: Json, *, owner: bool) -> str:
        entity = self.owner[side, mention["id"]]
        of = f" of {entity['name']} ({entity['type']})" if owner else ""
        return f"{self.merge.says[side].words(mention)}{' metonym' if mention['metonym'] else ''}{of}"

    def _pair(self, x: Json, y: Json) -> None:
        one, other = self._node("a", x), self._node("b", y)
        if one is other and same_span(x, y) and x["metonym"] == y["metonym"]:
            self._keep(x, one, None)
            return
        said = [self._said(side, m, owner=one is not other) for side, m in (("a", x), ("b", y))]
        what = "of which entity" if one is not other else "metonym" if same_span(x, y) else "span"
        member = self.merge.places([x])
        answer = self.merge.asks.ask(Question("mention", what, said[0], said[1], x["start"], member, NULLABLE))
        if answer.choice == "neither":
            self._drop(answer, one, other)
        elif answer.choice == "set":
            self._set(answer, x, one)
        else:
            self._keep(*((x, one) if answer.choice == "a" else (y, other)), answer)

    def _drop(self, answer: Answer, *nodes: Node) -> None:
        for node in nodes:
            node.decision = answer.decision

    def _set(self, answer: Answer, mention: Json, node: Node) -> None:
        values = answer.values
        span = self.merge.span(answer, values["quote"], mention["start"]) if "quote" in values else _bare(mention)
        owner = self.merge.named(answer, values["entity"]) if "entity" in values else node
        for name in values.keys() - {"quote", "entity", "metonym"}:
            self.merge.fault(answer, f"There is no {name} to set here.", "Set one of: quote, entity, metonym.")
        if span and owner:
            self._keep({**span, "metonym": bool(values.get("metonym", mention["metonym"]))}, owner, answer)

    def _alone(self, side: str, group: list[Json]) -> None:
        words = f"{self._said(side, group[0], owner=True)}{f' ×{len(group)}' if len(group) > 1 else ''}"
        a, b = (words, "–") if side == "a" else ("–", words)
        for mention in group:
            question = Question("mention", f"only {side}", a, b, group[0]["start"], self.merge.places([mention]), ONE_SIDED)
            answer, node = self.merge.asks.ask(question), self._node(side, mention)
            if answer.choice == "set":
                self._set(answer, mention, node)
            elif answer.choice == side:
                self._keep(mention, node, answer)
            else:
                self._drop(answer, node)


class _Entities:
    """What an entity is, of entities that both passes have."""

    def __init__(self, merge: Merge) -> None:
        self.merge = merge

    def run(self) -> None:
        for x, y in self.merge.alignment.entities.pairs:
            node = self.merge.nodes["a", x["id"]]
            filled = self._filled(x, y)
            a, b = (_attributes(unit) | filled for unit in (x, y))
            node.body = a if a == b else self._ask(x, a, b)
            node.label = node.body["name"]

    def _filled(self, x: Json, y: Json) -> Json:
        """Codes that only one pass gives: taken over, and logged."""
        filled = {}
        for code in ("wikidata", "iso3"):
            if (x[code] is None) != (y[code] is None):
                chosen = "a" if x[code] else "b"
                filled[code] = x[code] or y[code]
                self.merge.log.append(
                    Logged("entity", f"{code} of {x['name']}", str(x[code] or "–"), str(y[code] or "–"), chosen, "non-null")
                )
        return filled

    def _ask(self, x: Json, a: Json, b: Json) -> Json:
        differing = [key for key in a if a[key] != b[key]]
        said = [", ".join(str(unit[key] or "–") for key in dict.fromkeys(("name", *differing))) for unit in (a, b)]
        first = {m["id"]: m["start"] for m in self.merge.alignment.a["mentions"]}
        answer = self.merge.asks.ask(Question("entity", " and ".join(differing), said[0], said[1], first[x["mentions"][0]]))
        if answer.choice != "set":
            return a if answer.choice == "a" else b
        makers: dict[str, Callable[[Answer, Any], Any]] = dict.fromkeys(("name", "wikidata", "iso3"), lambda _, value: value)
        return self.merge.slots(a, answer, {**makers, "type": lambda answer, value: self.merge.label(answer, "entity_type", value)})


class _Claims:
    """Claims that both have, and those that one has: these stay where a stance is towards them."""

    def __init__(self, merge: Merge) -> None:
        self.merge = merge

    def run(self) -> None:
        found = self.merge.alignment.claims
        for x, y in found.pairs:
            self._add(self._merged(x, y), ("a", x), ("b", y))
        for side, units in (("a", found.only_a), ("b", found.only_b)):
            for unit in units:
                self._add(self._body(side, unit), (side, unit))

    def _add(self, body: Json, *sources: tuple[str, Json]) -> None:
        node = Node("claim", f"claim “{body['quote']}”", body)
        self.merge.claims.append(node)
        self.merge.nodes.update({(side, unit["id"]): node for side, unit in sources})

    def _body(self, side: str, unit: Json) -> Json:
        return {**_bare(unit), "author": self.merge.ref(side, unit["author"]), "kind": unit["kind"]}

    def _merged(self, x: Json, y: Json) -> Json:
        a, b = self._body("a", x), self._body("b", y)
        if a == b:
            return a
        said = [f"{self.merge.says[s].words(u)} {u['kind']} by {self.merge.says[s].name(u['author'])}" for s, u in (("a", x), ("b", y))]
        answer = self.merge.asks.ask(Question("claim", "differs", said[0], said[1], x["start"]))
        base = b if answer.choice == "b" or answer.values.get("base") == "b" else a
        if quote := answer.values.get("quote"):
            base = {**base, **(self.merge.span(answer, quote, x["start"]) or {})}
        makers: dict[str, Callable[[Answer, Any], Any]] = {
            "quote": lambda _, __: base["quote"],
            "author": self.merge.named,
            "kind": lambda answer, value: self.merge.label(answer, "claim_kind", value),
        }
        return self.merge.slots(base, answer, makers)


class _Slots:
    """Slots that requests and stances have in common."""

    def __init__(self, merge: Merge, layer: str) -> None:
        self.merge, self.layer = merge, layer

    def ask(self, what: str, a: str, b: str, at: int, member: str, options: tuple[str, ...] = ("a", "b", "set")) -> Answer:
        """Ask about one slot."""
        return self.merge.asks.ask(Question(self.layer, what, a, b, at, member, options))

    def value(self, slot: str, x: Json, y: Json, at: int, member: str, labels: str | None) -> Any:
        """A slot with a plain value: a label of a set, or a truth value where ``labels`` is None."""
        if x[slot] == y[slot]:
            return x[slot]
        answer = self.ask(slot, str(x[slot]), str(y[slot]), at, member)
        if answer.choice == "set":
            value = self._only(answer, slot)
            return self.merge.label(answer, labels, value) if labels else bool(value)
        return x[slot] if answer.choice == "a" else y[slot]

    def _only(self, answer: Answer, slot: str) -> Any:
        if set(answer.values) != {slot}:
            self.merge.fault(answer, f"This decision is about {slot}.", f'Write {{"set": {{"{slot}": …}}}}.')
            return None
        return answer.values[slot]

    def entity(self, slot: str, x: Json, y: Json, at: int, member: str) -> Node | None:
        """A slot that an entity fills, or nothing."""
        one, other = self.merge.ref("a", x[slot]), self.merge.ref("b", y[slot])
        if one is other:
            return one
        a, b = (self.merge.says[side].name(unit[slot]) for side, unit in (("a", x), ("b", y)))
        answer = self.ask(slot, a, b, at, member, NULLABLE)
        if answer.choice == "set":
            return self.merge.named(answer, self._only(answer, slot))
        return {"a": one, "b": other}.get(answer.choice)

    def chain(self, x: Json, y: Json, at: int, member: str) -> list[Node]:
        """The chain of attribution."""
        one, other = (self.merge.refs(side, unit["attribution"]) for side, unit in (("a", x), ("b", y)))
        if one == other:
            return one
        a, b = (self.merge.says[side].names(unit["attribution"]) for side, unit in (("a", x), ("b", y)))
        answer = self.ask("attribution", a, b, at, member, NULLABLE)
        if answer.choice == "set":
            return [node for name in self._only(answer, "attribution") or () if (node := self.merge.named(answer, name))]
        return {"a": one, "b": other}.get(answer.choice, [])

    def evidence(self, x: Json, y: Json, at: int, member: str) -> list[Json]:
        """The evidence: asked about where other sentences are named."""
        one, other = ([_bare(span) for span in unit["evidence"]] for unit in (x, y))
        if one == other or (self.merge.text is not None and self.merge.numbers(one) == self.merge.numbers(other)):
            return one
        answer = self.ask("evidence", self.merge.places(one), self.merge.places(other), at, member, UNION)
        if answer.choice == "set":
            given = self._only(answer, "evidence") or ()
            return [span for quote in given if (span := self.merge.span(answer, quote, at))]
        return {"a": one, "b": other}.get(answer.choice) or union(one, other)

    def cue(self, x: Json, y: Json, at: int, member: str, *, nullable: bool) -> Json | None:
        """The cue."""
        one, other = x["cue"], y["cue"]
        if (one and _bare(one)) == (other and _bare(other)):
            return _bare(one) if one else None
        a, b = (f"{self.merge.says['a'].words(cue)} {self.merge.places([cue])}" if cue else "–" for cue in (one, other))
        answer = self.ask("cue", a, b, at, member, NULLABLE if nullable else ("a", "b", "set"))
        if answer.choice == "set":
            return self.merge.span(answer, self._only(answer, "cue"), at)
        chosen = {"a": one, "b": other}.get(answer.choice)
        return _bare(chosen) if chosen else None

    def date(self, x: Json, y: Json, at: int, member: str) -> Json | None:
        """The date of a request."""
        one, other = x["date"], y["date"]
        if one == other:
            return dict(one) if one else None
        a, b = (f"{date['edtf']} {self.merge.says['a'].words(date)} {self.merge.places([date])}" if date else "–" for date in (one, other))
        answer = self.ask("date", a, b, at, member, NULLABLE)
        if answer.choice == "set":
            given = self._only(answer, "date") or {}
            span = self.merge.span(answer, given.get("quote"), at)
            return {**span, "edtf": given.get("edtf")} if span else None
        return {"a": one, "b": other}.get(answer.choice)


def union(a: Sequence[Json], b: Sequence[Json]) -> list[Json]:
    """Evidence of both, in order, without what lies inside another span."""
    spans = sorted({(s["start"], s["end"]): s for s in (*a, *b)}.values(), key=lambda s: (s["start"], -s["end"]))
    return [s for s in spans if not any(o is not s and o["start"] <= s["start"] and s["end"] <= o["end"] for o in spans)]


class _Requests:
    """Requests and their items."""

    LABELS = (("channel", "request_channel"), ("purpose", "purpose"), ("realis", "realis"), ("status", "request_status"))

    def __init__(self, merge: Merge) -> None:
        self.merge, self.slots, self.items = merge, _Slots(merge, "request"), _Items(merge)

    def run(self) -> None:
        found = self.merge.alignment.requests
        for x, y in found.pairs:
            self._pair(x, y)
        for side, units in (("a", found.only_a), ("b", found.only_b)):
            for unit in units:
                self._alone(side, unit)

    def _add(self, body: Json | None, answer: Answer | None, *sources: tuple[str, Json]) -> None:
        side, unit = sources[0]
        node = Node(
            "request", self.merge.says[side].request(unit), body or {}, kept=body is not None, decision=answer.decision if answer else None
        )
        if node.kept:
            self.merge.requests.append(node)
        self.merge.nodes.update({(own, source["id"]): node for own, source in sources})

    def _body(self, side: str, unit: Json) -> Json:
        """A request of one pass as it is."""
        return {
            "requester": self.merge.ref(side, unit["requester"]),
            "suppliers": self.merge.refs(side, unit["suppliers"]),
            "cue": _bare(unit["cue"]),
            **{slot: unit[slot] for slot, _ in self.LABELS},
            "messenger": self.merge.ref(side, unit["messenger"]),
            "date": dict(unit["date"]) if unit["date"] else None,
            "attribution": self.merge.refs(side, unit["attribution"]),
            "evidence": [_bare(span) for span in unit["evidence"]],
            "items": [dict(item) for item in unit["items"]],
        }

    def _alone(self, side: str, unit: Json) -> None:
        says = self.merge.says[side]
        asked = ", ".join(says.item(item) for item in unit["items"])
        said = f"{says.request(unit)} {self.merge.places([unit['cue']])}: {asked} | {unit['realis']}, {unit['status']}"
        a, b = (said, "–") if side == "a" else ("–", said)
        answer = self.slots.ask(f"only {side}", a, b, unit["cue"]["start"], "", ONE_SIDED)
        body = self._body(side, unit) if answer.choice in (side, "set") else None
        if body and answer.choice == "set":
            body = self._set(answer, body, unit["cue"]["start"])
        self._add(body, answer, (side, unit))

    def _pair(self, x: Json, y: Json) -> None:
        sources = (("a", x), ("b", y))
        parties = [self._parties(side, unit) for side, unit in sources]
        answer = None
        if parties[0] != parties[1]:
            a, b = (self.merge.says[side].request(unit) for side, unit in sources)
            answer = self.slots.ask("requester or supplier", a, b, x["cue"]["start"], "", PAIRED)
        if answer and answer.choice in ("both", "neither"):
            for source in sources:
                self._add(self._body(*source) if answer.choice == "both" else None, answer, source)
            return
        body = {**self._merged(x, y), **parties[1 if answer and answer.choice == "b" else 0]}
        if answer and answer.choice == "set":
            body = self._set(answer, body, x["cue"]["start"])
        self._add(body, answer, *sources)

    def _parties(self, side: str, unit: Json) -> Json:
        return {"requester": self.merge.ref(side, unit["requester"]), "suppliers": self.merge.refs(side, unit["suppliers"])}

    def _merged(self, x: Json, y: Json) -> Json:
        at, member = x["cue"]["start"], self.merge.says["a"].parties(x)
        return {
            "cue": self.slots.cue(x, y, at, member, nullable=False),
            **{slot: self.slots.value(slot, x, y, at, member, labels) for slot, labels in self.LABELS},
            "messenger": self.slots.entity("messenger", x, y, at, member),
            "date": self.slots.date(x, y, at, member),
            "attribution": self.slots.chain(x, y, at, member),
            "evidence": self.slots.evidence(x, y, at, member),
            "items": self.items.merged(x, y, member),
        }

    def _set(self, answer: Answer, body: Json, at: int) -> Json:
        labels = {slot: self._labelled(name) for slot, name in self.LABELS}
        makers: dict[str, Callable[[Answer, Any], Any]] = {
            **labels,
            "requester": self.merge.named,
            "messenger": self.merge.named,
            "supplier": lambda _, value: value,
            "cue": lambda answer, value: self.merge.span(answer, value, at),
            "attribution": lambda answer, value: [node for name in value if (node := self.merge.named(answer, name))],
        }
        made = self.merge.slots(body, answer, makers)
        if "supplier" in made:
            node = self.merge.named(answer, made.pop("supplier"))
            made["suppliers"] = [node] if node else []
        return made

    def _labelled(self, name: str) -> Callable[[Answer, Any], Any]:
        return lambda answer, value: self.merge.label(answer, name, value)


class _Items:
    """The items of a request that both passes have."""

    def __init__(self, merge: Merge) -> None:
        self.merge = merge

    def _ask(self, what: str, a: str, b: str, at: int, member: str, options: tuple[str, ...]) -> Answer:
        return self.merge.asks.ask(Question("item", what, a, b, at, member, options))

    def merged(self, x: Json, y: Json, member: str) -> list[Json]:
        """The items of two requests that are one."""
        found = self.merge.alignment.items_of(x, y)
        made = [item for pair in found.pairs for item in self._pair(*pair, member)]
        for side, units in (("a", found.only_a), ("b", found.only_b)):
            made += [item for unit in units if (item := self._alone(side, unit, member))]
        return made

    def _said(self, side: str, item: Json) -> str:
        model = f" [{item['designation']}]" if item["designation"] else ""
        return f"{self.merge.says[side].item(item)}{model} {self.merge.places([item])}"

    def _alone(self, side: str, item: Json, member: str) -> Json | None:
        says = self.merge.says[side]
        more = [says.measure(unit) for unit in (item["quantity"], *item["specifications"]) if unit]
        said = "; ".join([self._said(side, item), *more])
        a, b = (said, "–") if side == "a" else ("–", said)
        answer = self._ask(f"only {side}", a, b, item["start"], member, ONE_SIDED)
        if answer.choice == "set":
            return self._set(answer, item)
        return dict(item) if answer.choice == side else None

    def _pair(self, x: Json, y: Json, member: str) -> list[Json]:
        a, b = (self._head(item) for item in (x, y))
        answer = None
        if a != b:
            answer = self._ask("differs", self._said("a", x), self._said("b", y), x["start"], member, PAIRED)
        if answer and answer.choice in ("both", "neither"):
            return [dict(x), dict(y)] if answer.choice == "both" else []
        made = {**x, **(b if answer and answer.choice == "b" else a)}
        made = self._set(answer, {**x, **(b if answer.values.get("base") == "b" else a)}) if answer and answer.choice == "set" else made
        return [{**made, "quantity": self._quantity(x, y, member), "specifications": self._specs(x, y, member)}]

    def _head(self, item: Json) -> Json:
        return {key: item[key] for key in ("start", "end", "quote", "kind", "category", "designation")}

    def _set(self, answer: Answer, item: Json) -> Json:
        base = {**item, **(self.merge.span(answer, answer.values["quote"], item["start"]) or {})} if "quote" in answer.values else item
        makers: dict[str, Callable[[Answer, Any], Any]] = {
            "quote": lambda _, __: base["quote"],
            "kind": lambda answer, value: self.merge.label(answer, "item_kind", value),
            "category": lambda answer, value: self.merge.label(answer, "item_category", value),
            "designation": lambda _, value: value,
            "quantity": lambda answer, value: self._measured(answer, value, item["start"], "item") if value else None,
        }
        return self.merge.slots(base, answer, makers)

    def _measured(self, answer: Answer, given: Any, at: int, unit: str) -> Json | None:
        given = given if isinstance(given, dict) else {"quote": given}
        span = self.merge.span(answer, given.get("quote"), at)
        if span is None:
            return None
        more = {"attribute": self.merge.label(answer, "specification", given["attribute"])} if "attribute" in given else {}
        numbers = {"value": given.get("value"), "value_max": given.get("value_max")}
        labels = {
            name: self.merge.label(answer, name, given.get(name, default)) for name, default in (("comparator", "exact"), ("unit", unit))
        }
        return {**span, **more, **numbers, **labels}

    def _quantity(self, x: Json, y: Json, member: str) -> Json | None:
        one, other = x["quantity"], y["quantity"]
        if one == other:
            return dict(one) if one else None
        a, b = (
            f"{says.words(item)}: {says.measure(item['quantity'])}" for says, item in ((self.merge.says["a"], x), (self.merge.says["b"], y))
        )
        answer = self._ask("quantity", a, b, x["start"], member, NULLABLE)
        if answer.choice == "set":
            return self._measured(answer, answer.values.get("quantity", answer.values), x["start"], "item")
        return {"a": one, "b": other}.get(answer.choice)

    def _specs(self, x: Json, y: Json, member: str) -> list[Json]:
        equal = match_equal(x["specifications"], y["specifications"], lambda s: (s["start"], s["end"], s["attribute"], measured(s)))
        near = match_spans(equal.only_a, equal.only_b)
        made: list[Json | None] = [dict(spec) for spec, _ in equal.pairs]
        for one, other in near.pairs:
            answer = self._ask("specification", self._spec("a", x, one), self._spec("b", y, other), one["start"], member, PAIRED)
            made += {"a": [one], "b": [other], "both": [one, other]}.get(answer.choice, [])
            made += [self._set_spec(answer, one)] if answer.choice == "set" else []
        for side, item, units in (("a", x, near.only_a), ("b", y, near.only_b)):
            made += [self._spec_alone(side, item, unit, member) for unit in units]
        return [spec for spec in made if spec]

    def _set_spec(self, answer: Answer, spec: Json) -> Json | None:
        return self._measured(answer, answer.values.get("specification", answer.values), spec["start"], "none")

    def _spec(self, side: str, item: Json, spec: Json) -> str:
        return f"{self.merge.says[side].words(item)}: {self.merge.says[side].measure(spec)}"

    def _spec_alone(self, side: str, item: Json, spec: Json, member: str) -> Json | None:
        said = self._spec(side, item, spec)
        a, b = (said, "–") if side == "a" else ("–", said)
        answer = self._ask(f"specification only {side}", a, b, spec["start"], member, ONE_SIDED)
        if answer.choice == "set":
            return self._set_spec(answer, spec)
        return dict(spec) if answer.choice == side else None


class _Stances:
    """Stances, and the claims that they keep."""

    def __init__(self, merge: Merge) -> None:
        self.merge, self.slots = merge, _Slots(merge, "stance")

    def run(self) -> None:
        alignment = self.merge.alignment
        for x, y in (*alignment.stances.pairs, *alignment.stances_elsewhere.pairs):
            self._pair(x, y)
        left: Matching = alignment.stances_elsewhere
        for side, units in (("a", left.only_a), ("b", left.only_b)):
            for unit in units:
                self._alone(side, unit)

    def _at(self, unit: Json) -> int:
        return int((unit["cue"] or unit["evidence"][0])["start"])

    def _add(self, side: str, unit: Json, body: Json, answer: Answer | None) -> None:
        node = Node("stance", self.merge.says[side].stance(unit), body, decision=answer.decision if answer else None)
        self.merge.stances.append(node)

    def _parties(self, side: str, unit: Json) -> Json:
        return {slot: self.merge.ref(side, unit[slot]) for slot in ("holder", "target")}

    def _body(self, side: str, unit: Json) -> Json:
        return {
            **self._parties(side, unit),
            "voiced_by": self.merge.ref(side, unit["voiced_by"]),
            **{slot: unit[slot] for slot in ("act", "negated")},
            "cue": _bare(unit["cue"]) if unit["cue"] else None,
            "evidence": [_bare(span) for span in unit["evidence"]],
            "attribution": self.merge.refs(side, unit["attribution"]),
        }

    def _alone(self, side: str, unit: Json) -> None:
        said = f"{self.merge.says[side].stance(unit)} {self.merge.places(unit['evidence'])}"
        a, b = (said, "–") if side == "a" else ("–", said)
        answer = self.slots.ask(f"only {side}", a, b, self._at(unit), "", ONE_SIDED)
        if answer.choice in (side, "set"):
            body = self._body(side, unit)
            self._add(side, unit, self._set(answer, body, self._at(unit)) if answer.choice == "set" else body, answer)

    def _pair(self, x: Json, y: Json) -> None:
        sources = (("a", x), ("b", y))
        parties = [self._parties(side, unit) for side, unit in sources]
        answer = None
        if parties[0] != parties[1]:
            a, b = (f"{self.merge.says[side].stance(unit)} {self.merge.places(unit['evidence'])}" for side, unit in sources)
            answer = self.slots.ask("holder or target", a, b, self._at(x), "", PAIRED)
        if answer and answer.choice in ("both", "neither"):
            for side, unit in sources if answer.choice == "both" else ():
                self._add(side, unit, self._body(side, unit), answer)
            return
        body = {**self._merged(x, y), **parties[1 if answer and answer.choice == "b" else 0]}
        if answer and answer.choice == "set":
            body = self._set(answer, body, self._at(x))
        self._add("a", x, body, answer)

    def _merged(self, x: Json, y: Json) -> Json:
        at, member = self._at(x), self.merge.says["a"].stance(x)
        return {
            "voiced_by": self.slots.entity("voiced_by", x, y, at, member),
            "act": self.slots.value("act", x, y, at, member, "stance_act"),
            "negated": self.slots.value("negated", x, y, at, member, None),
            "cue": self.slots.cue(x, y, at, member, nullable=True),
            "evidence": self.slots.evidence(x, y, at, member),
            "attribution": self.slots.chain(x, y, at, member),
        }

    def _set(self, answer: Answer, body: Json, at: int) -> Json:
        makers: dict[str, Callable[[Answer, Any], Any]] = {
            **dict.fromkeys(("holder", "voiced_by", "target"), self.merge.named),
            "act": lambda answer, value: self.merge.label(answer, "stance_act", value),
            "negated": lambda _, value: bool(value),
            "cue": lambda answer, value: self.merge.span(answer, value, at) if value else None,
            "attribution": lambda answer, value: [node for name in value if (node := self.merge.named(answer, name))],
        }
        return self.merge.slots(body, answer, makers)


__all__ = ["Asks", "Logged", "Merge", "Node", "Span", "union"]

"""Every difference between two annotations of a text, with its words: for people who want to see causes, not figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..spans import sentence_of
from .align import Alignment, Json, match_equal, same_span, suppliers
from .slots import LABELLED, measured


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: its layer, what sort of difference it is, both sides in words, and where in the text it is."""

    layer: str
    what: str
    a: str
    b: str
    article: str
    start: int
    sentence: str


class Describer:
    """Puts units of one document into words."""

    def __init__(self, annotation: Json, text: str | None) -> None:
        self.annotation, self.text = annotation, text
        self.units = {unit["id"]: unit for layer in ("entities", "claims", "requests") for unit in annotation[layer]}

    def words(self, span: Json | None) -> str:
        """The words of a span; its offsets where the text is not included."""
        if span is None:
            return "–"
        return f"“{span['quote']}”" if span["quote"] else f"[{span['start']}, {span['end']})"

    def name(self, id_: str | None) -> str:
        """An entity by its name, a claim by its words, a request by its parties."""
        unit = self.units.get(id_ or "")
        if unit is None:
            return "–"
        return str(unit["name"]) if "name" in unit else self.request(unit) if "requester" in unit else f"claim {self.words(unit)}"

    def names(self, ids: Iterable[str]) -> str:
        """Several entities in order."""
        return " ← ".join(map(self.name, ids)) or "–"

    def parties(self, request: Json) -> str:
        """A request by its requester and supplier."""
        return f"{self.name(request['requester'])} → {self.names(request['suppliers'])}"

    def request(self, request: Json) -> str:
        """A request by its parties and cue."""
        return f"{self.parties(request)} {self.words(request['cue'])}"

    def stance(self, stance: Json) -> str:
        """A stance by holder, act, target and cue."""
        no = "not " if stance["negated"] else ""
        return f"{self.name(stance['holder'])} {no}{stance['act']} {self.name(stance['target'])} {self.words(stance['cue'])}"

    def item(self, item: Json) -> str:
        """An item by its words and labels."""
        return f"{self.words(item)} {item['kind']} {item['category']}"

    def measure(self, unit: Json | None) -> str:
        """A quantity or specification by its words and what they say."""
        if unit is None:
            return "–"
        said = " ".join(str(part) for part in measured(unit) if part is not None)
        return f"{self.words(unit)} {unit.get('attribute', '')} {said}".replace("  ", " ")


def differences(alignment: Alignment, article: str, text: str | None) -> list[Difference]:
    """All differences of an article, in the order of the layers and of the text."""
    return list(_Listing(alignment, article, text).all())


class _Listing:
    def __init__(self, alignment: Alignment, article: str, text: str | None) -> None:
        self.alignment, self.article, self.text = alignment, article, text
        self.a, self.b = Describer(alignment.a, text), Describer(alignment.b, text)

    def all(self) -> Iterator[Difference]:
        yield from self.mentions()
        yield from self.entities()
        yield from self.requests()
        yield from self.items()
        yield from self.measures()
        yield from self.claims()
        yield from self.stances()

    def make(self, layer: str, what: str, a: str, b: str, at: int) -> Difference:
        sentence = ""
        if self.text:
            span = sentence_of(self.text, at)
            sentence = self.text[span.start : span.end]
        return Difference(layer, what, a, b, self.article, at, sentence)

    def mentions(self) -> Iterator[Difference]:
        found = self.alignment.mention_spans
        for x, y in found.pairs:
            a, b = (f"{self.a.words(m)} {m['type']}{' metonym' if m['metonym'] else ''}" for m in (x, y))
            if not same_span(x, y):
                yield self.make("mention", "span", a, b, x["start"])
            elif a != b:
                what = f"{x['type']} ↔ {y['type']}" if x["type"] != y["type"] else "metonym"
                yield self.make("mention", what, a, b, x["start"])
        yield from (self.make("mention", f"only a: {m['type']}", self.a.words(m), "–", m["start"]) for m in found.only_a)
        yield from (self.make("mention", f"only b: {m['type']}", "–", self.b.words(m), m["start"]) for m in found.only_b)

    def entities(self) -> Iterator[Difference]:
        first = {m["id"]: m["start"] for m in self.alignment.a["mentions"]}
        for x, y in self.alignment.entities.pairs:
            for code in ("wikidata", "iso3"):
                if x[code] != y[code]:
                    what = f"{code}: other" if x[code] and y[code] else f"{code}: one is null"
                    yield self.make("entity", what, f"{x['name']} {x[code]}", f"{y['name']} {y[code]}", first.get(x["mentions"][0], 0))
        yield from self._clusters(first)

    def _clusters(self, first: dict[str, int]) -> Iterator[Difference]:
        owner_a = {m: e for e in self.alignment.a["entities"] for m in e["mentions"]}
        owner_b = {m: e for e in self.alignment.b["entities"] for m in e["mentions"]}
        for x, y in self.alignment.mention_spans.pairs:
            one, other = owner_a.get(x["id"]), owner_b.get(y["id"])
            if one and other and self.alignment.entity_in_a(other["id"]) != one["id"]:
                a, b = f"{self.a.words(x)} of {one['name']}", f"{self.b.words(y)} of {other['name']}"
                yield self.make("entity", "cluster", a, b, first.get(x["id"], 0))

    def requests(self) -> Iterator[Difference]:
        found = self.alignment.requests
        for x, y in found.pairs:
            yield from self._slots(x, y)
        yield from (self.make("request", "only a", self.a.request(r), "–", r["cue"]["start"]) for r in found.only_a)
        yield from (self.make("request", "only b", "–", self.b.request(r), r["cue"]["start"]) for r in found.only_b)

    def _slots(self, x: Json, y: Json) -> Iterator[Difference]:
        in_a, at = self.alignment.in_a, x["cue"]["start"]
        who = f" ({self.a.request(x)})"
        for slot in ("requester", "messenger"):
            if x[slot] != in_a(y[slot]):
                yield self.make("request", slot, self.a.name(x[slot]) + who, self.b.name(y[slot]), at)
        if suppliers(x) != self.alignment.suppliers_in_a(y):
            yield self.make("request", "supplier", self.a.names(x["suppliers"]) + who, self.b.names(y["suppliers"]), at)
        if not same_span(x["cue"], y["cue"]):
            yield self.make("request", "cue", self.a.words(x["cue"]) + who, self.b.words(y["cue"]), at)
        for slot in LABELLED:
            if x[slot] != y[slot]:
                yield self.make("request", f"{slot}: {' ↔ '.join(sorted((x[slot], y[slot])))}", x[slot] + who, y[slot], at)
        dates = [f"{d['edtf']} “{d['quote']}”" if d else "–" for d in (x["date"], y["date"])]
        if dates[0] != dates[1]:
            yield self.make("request", "date", dates[0] + who, dates[1], at)
        if x["attribution"] != self.alignment.chain_in_a(y):
            yield self.make("request", "attribution", self.a.names(x["attribution"]) + who, self.b.names(y["attribution"]), at)

    def items(self) -> Iterator[Difference]:
        for x, y in self.alignment.items.pairs:
            if not same_span(x, y):
                yield self.make("item", "span", self.a.item(x), self.b.item(y), x["start"])
            for slot in ("kind", "category"):
                if x[slot] != y[slot]:
                    yield self.make("item", f"{slot}: {' ↔ '.join(sorted((x[slot], y[slot])))}", self.a.item(x), self.b.item(y), x["start"])
            if x["designation"] != y["designation"]:
                yield self.make(
                    "item", "designation", f"{self.a.words(x)} {x['designation']}", f"{self.b.words(y)} {y['designation']}", x["start"]
                )
        for x, y in self.alignment.requests.pairs:
            found = self.alignment.items_of(x, y)
            yield from (self.make("item", "only a", self.a.item(i), f"– ({self.a.request(x)})", i["start"]) for i in found.only_a)
            yield from (self.make("item", "only b", f"– ({self.a.request(x)})", self.b.item(i), i["start"]) for i in found.only_b)

    def measures(self) -> Iterator[Difference]:
        for x, y in self.alignment.items.pairs:
            one, other = x["quantity"], y["quantity"]
            if (one or other) and not (one and other and same_span(one, other) and measured(one) == measured(other)):
                yield self.make(
                    "quantity",
                    _which(one, other),
                    f"{self.a.words(x)}: {self.a.measure(one)}",
                    f"{self.b.words(y)}: {self.b.measure(other)}",
                    x["start"],
                )
            found = match_equal(x["specifications"], y["specifications"], lambda s: (s["start"], s["end"], s["attribute"], *measured(s)))
            yield from (
                self.make("specification", f"only a: {s['attribute']}", f"{self.a.words(x)}: {self.a.measure(s)}", "–", s["start"])
                for s in found.only_a
            )
            yield from (
                self.make("specification", f"only b: {s['attribute']}", "–", f"{self.b.words(y)}: {self.b.measure(s)}", s["start"])
                for s in found.only_b
            )

    def claims(self) -> Iterator[Difference]:
        found = self.alignment.claims
        for x, y in found.pairs:
            a, b = (f"{d.words(c)} {c['kind']} by {d.name(c['author'])}" for d, c in ((self.a, x), (self.b, y)))
            parts = (
                ("span", same_span(x, y)),
                ("kind", x["kind"] == y["kind"]),
                ("author", x["author"] == self.alignment.in_a(y["author"])),
            )
            if wrong := [name for name, equal in parts if not equal]:
                yield self.make("claim", " and ".join(wrong), a, b, x["start"])
        yield from (self.make("claim", "only a", self.a.words(c), "–", c["start"]) for c in found.only_a)
        yield from (self.make("claim", "only b", "–", self.b.words(c), c["start"]) for c in found.only_b)

    def stances(self) -> Iterator[Difference]:
        in_a = self.alignment.in_a
        elsewhere = self.alignment.stances_elsewhere
        for x, y in (*self.alignment.stances.pairs, *elsewhere.pairs):
            equal = {
                **{slot: x[slot] == in_a(y[slot]) for slot in ("holder", "target", "voiced_by")},
                **{slot: x[slot] == y[slot] for slot in ("act", "explicitness", "negated")},
                "cue": (x["cue"] or {}).get("start") == (y["cue"] or {}).get("start"),
                "attribution": x["attribution"] == self.alignment.chain_in_a(y),
            }
            for slot, same in equal.items():
                if not same:
                    said = [
                        f" [{slot} {d.name(s[slot]) if slot == 'voiced_by' else d.names(s[slot]) if slot == 'attribution' else s[slot] if slot != 'cue' else d.words(s[slot])}]"
                        if slot not in ("holder", "target", "act")
                        else ""
                        for d, s in ((self.a, x), (self.b, y))
                    ]
                    yield self.make("stance", slot, self.a.stance(x) + said[0], self.b.stance(y) + said[1], x["evidence"][0]["start"])
        yield from (self.make("stance", f"only a: {s['act']}", self.a.stance(s), "–", s["evidence"][0]["start"]) for s in elsewhere.only_a)
        yield from (self.make("stance", f"only b: {s['act']}", "–", self.b.stance(s), s["evidence"][0]["start"]) for s in elsewhere.only_b)


def _which(one: Json | None, other: Json | None) -> str:
    return "other" if one and other else "only a" if one else "only b"

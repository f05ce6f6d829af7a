"""Slots that requests and stances have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..align import Json
from .decisions import Answer, Question
from .workspace import NULLABLE, UNION, Node, Workspace, bare


class Slots:
    """Slots that requests and stances have in common."""

    def __init__(self, work: Workspace, layer: str) -> None:
        self.work, self.layer = work, layer

    def ask(self, what: str, a: str, b: str, at: int, member: str, options: tuple[str, ...] = ("a", "b", "set")) -> Answer:
        """Ask about one slot."""
        return self.work.asks.ask(Question(self.layer, what, a, b, at, member, options))

    def value(self, slot: str, x: Json, y: Json, at: int, member: str, labels: str | None) -> Any:
        """A slot with a plain value: a label of a set, or a truth value where ``labels`` is None."""
        if x[slot] == y[slot]:
            return x[slot]
        answer = self.ask(slot, str(x[slot]), str(y[slot]), at, member)
        if answer.choice == "set":
            value = self._only(answer, slot)
            return self.work.label(answer, labels, value) if labels else bool(value)
        return x[slot] if answer.choice == "a" else y[slot]

    def _only(self, answer: Answer, slot: str) -> Any:
        if set(answer.values) != {slot}:
            self.work.fault(answer, f"This decision is about {slot}.", f'Write {{"set": {{"{slot}": …}}}}.')
            return None
        return answer.values[slot]

    def entity(self, slot: str, x: Json, y: Json, at: int, member: str) -> Node | None:
        """A slot that an entity fills, or nothing."""
        one, other = self.work.ref("a", x[slot]), self.work.ref("b", y[slot])
        if one is other:
            return one
        a, b = (self.work.says[side].name(unit[slot]) for side, unit in (("a", x), ("b", y)))
        answer = self.ask(slot, a, b, at, member, NULLABLE)
        if answer.choice == "set":
            return self.work.named(answer, self._only(answer, slot))
        return {"a": one, "b": other}.get(answer.choice)

    def chain(self, x: Json, y: Json, at: int, member: str) -> list[Node]:
        """The chain of attribution."""
        one, other = (self.work.refs(side, unit["attribution"]) for side, unit in (("a", x), ("b", y)))
        if one == other:
            return one
        a, b = (self.work.says[side].names(unit["attribution"]) for side, unit in (("a", x), ("b", y)))
        answer = self.ask("attribution", a, b, at, member, NULLABLE)
        if answer.choice == "set":
            return [node for name in self._only(answer, "attribution") or () if (node := self.work.named(answer, name))]
        return {"a": one, "b": other}.get(answer.choice, [])

    def evidence(self, x: Json, y: Json, at: int, member: str) -> list[Json]:
        """The evidence: asked about where other sentences are named."""
        one, other = ([bare(span) for span in unit["evidence"]] for unit in (x, y))
        if one == other or (self.work.text is not None and self.work.numbers(one) == self.work.numbers(other)):
            return one
        answer = self.ask("evidence", self.work.places(one), self.work.places(other), at, member, UNION)
        if answer.choice == "set":
            given = self._only(answer, "evidence") or ()
            return [span for quote in given if (span := self.work.span(answer, quote, at))]
        return {"a": one, "b": other}.get(answer.choice) or union(one, other)

    def cue(self, x: Json, y: Json, at: int, member: str, *, nullable: bool) -> Json | None:
        """The cue."""
        one, other = x["cue"], y["cue"]
        if (one and bare(one)) == (other and bare(other)):
            return bare(one) if one else None
        a, b = (f"{self.work.says['a'].words(cue)} {self.work.places([cue])}" if cue else "–" for cue in (one, other))
        answer = self.ask("cue", a, b, at, member, NULLABLE if nullable else ("a", "b", "set"))
        if answer.choice == "set":
            return self.work.span(answer, self._only(answer, "cue"), at)
        chosen = {"a": one, "b": other}.get(answer.choice)
        return bare(chosen) if chosen else None

    def date(self, x: Json, y: Json, at: int, member: str) -> Json | None:
        """The date of a request."""
        one, other = x["date"], y["date"]
        if one == other:
            return dict(one) if one else None
        a, b = (f"{date['edtf']} {self.work.says['a'].words(date)} {self.work.places([date])}" if date else "–" for date in (one, other))
        answer = self.ask("date", a, b, at, member, NULLABLE)
        if answer.choice == "set":
            given = self._only(answer, "date") or {}
            span = self.work.span(answer, given.get("quote"), at)
            return {**span, "edtf": given.get("edtf")} if span else None
        return {"a": one, "b": other}.get(answer.choice)


def union(a: Sequence[Json], b: Sequence[Json]) -> list[Json]:
    """Evidence of both, in order, without what lies inside another span."""
    spans = sorted({(s["start"], s["end"]): s for s in (*a, *b)}.values(), key=lambda s: (s["start"], -s["end"]))
    return [s for s in spans if not any(o is not s and o["start"] <= s["start"] and s["end"] <= o["end"] for o in spans)]

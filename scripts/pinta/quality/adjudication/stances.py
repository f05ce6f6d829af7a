"""Stances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..align import Json, Matching
from .decisions import Answer
from .slots import Slots
from .workspace import ONE_SIDED, PAIRED, Node, Workspace, bare


class Stances:
    """Stances, and the claims that they keep."""

    def __init__(self, work: Workspace) -> None:
        self.work, self.slots = work, Slots(work, "stance")

    def run(self) -> None:
        alignment = self.work.alignment
        for x, y in (*alignment.stances.pairs, *alignment.stances_elsewhere.pairs):
            self._pair(x, y)
        left: Matching = alignment.stances_elsewhere
        for side, units in (("a", left.only_a), ("b", left.only_b)):
            for unit in units:
                self._alone(side, unit)

    def _at(self, unit: Json) -> int:
        return int((unit["cue"] or unit["evidence"][0])["start"])

    def _add(self, side: str, unit: Json, body: Json, answer: Answer | None) -> None:
        node = Node("stance", self.work.says[side].stance(unit), body, decision=answer.decision if answer else None)
        self.work.stances.append(node)

    def _parties(self, side: str, unit: Json) -> Json:
        return {slot: self.work.ref(side, unit[slot]) for slot in ("holder", "target")}

    def _body(self, side: str, unit: Json) -> Json:
        return {
            **self._parties(side, unit),
            "voiced_by": self.work.ref(side, unit["voiced_by"]),
            **{slot: unit[slot] for slot in ("act", "negated")},
            "cue": bare(unit["cue"]) if unit["cue"] else None,
            "evidence": [bare(span) for span in unit["evidence"]],
            "attribution": self.work.refs(side, unit["attribution"]),
        }

    def _alone(self, side: str, unit: Json) -> None:
        said = f"{self.work.says[side].stance(unit)} {self.work.places(unit['evidence'])}"
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
            a, b = (f"{self.work.says[side].stance(unit)} {self.work.places(unit['evidence'])}" for side, unit in sources)
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
        at, member = self._at(x), self.work.says["a"].stance(x)
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
            **dict.fromkeys(("holder", "voiced_by", "target"), self.work.named),
            "act": lambda answer, value: self.work.label(answer, "stance_act", value),
            "negated": lambda _, value: bool(value),
            "cue": lambda answer, value: self.work.span(answer, value, at) if value else None,
            "attribution": lambda answer, value: [node for name in value if (node := self.work.named(answer, name))],
        }
        return self.work.slots(body, answer, makers)

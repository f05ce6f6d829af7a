"""Worksheets: what two passes of an article say differently, as short questions, and the answers to them.

A worksheet is a JSON file, `annotations/decisions/EVENT/NN.json`. A decision says what pass a has and what pass b has, in
words; an adjudicator fills in ``choice`` and ``rule``:

=============  ================================================================================================
``"a"``        as pass a has it; of a unit that only b has: leave it out
``"b"``        as pass b has it; of a unit that only a has: leave it out
``"both"``     keep both (two units, or the union of evidence), where the decision offers it
``"neither"``  keep none (no unit, or an empty slot), where the decision offers it
``{"set": …}`` other values, by name: ``{"set": {"status": "refused"}}``; spans as quotations, as in drafts
a list         one of these for each of ``members``: units about which the passes differ in the same way
=============  ================================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Key = tuple[str, str, str, str, int]
LAYERS = ("mention", "entity", "claim", "request", "item", "stance")
OPTIONS = ("a", "b", "both", "neither")


@dataclass(frozen=True, slots=True)
class Question:
    """One difference. Questions that are equal but for their member are one decision."""

    layer: str
    what: str
    a: str
    b: str
    at: int
    member: str = ""
    options: tuple[str, ...] = ("a", "b", "set")

    @property
    def key(self) -> Key:
        """What makes it the same question."""
        return self.layer, self.what, self.a, self.b, self.at


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decided: an option, the values of a ``set``, and which decision said so (None while drafting)."""

    choice: str
    values: Mapping[str, Any] = field(default_factory=dict)
    decision: str | None = None


class Drafting:
    """Answers every question with "a", and remembers them all."""

    def __init__(self) -> None:
        self.asked: dict[Key, list[Question]] = {}

    def ask(self, question: Question) -> Answer:
        """Remember a question."""
        self.asked.setdefault(question.key, []).append(question)
        return Answer("a")

    def decisions(self, sentence: Mapping[int, str]) -> list[Json]:
        """The questions as open decisions, numbered by layer and place. ``sentence``: the sentence at each place asked about."""
        order = sorted(self.asked.values(), key=lambda questions: (LAYERS.index(questions[0].layer), questions[0].at, questions[0].what))
        return [_decision(n, questions, sentence) for n, questions in enumerate(order, 1)]


def _decision(n: int, questions: list[Question], sentence: Mapping[int, str]) -> Json:
    first = questions[0]
    members = {"members": [question.member for question in questions]} if len(questions) > 1 else {}
    return {
        "id": f"d{n}",
        "layer": first.layer,
        "what": first.what,
        **({"of": first.member} if first.member and not members else {}),
        **members,
        "a": first.a,
        "b": first.b,
        "at": first.at,
        "sentence": sentence.get(first.at, ""),
        "options": list(first.options),
        "choice": None,
        "rule": None,
    }


def key_of(decision: Json) -> Key:
    """The key of the question that a decision answers."""
    return decision["layer"], decision["what"], decision["a"], decision["b"], decision["at"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the decisions: which one, what, and the mend."""

    decision: str | None
    message: str
    mend: str


class Applying:
    """Answers questions from a filled worksheet. Questions that it cannot answer become faults and are answered "a"."""

    def __init__(self, worksheet: Json) -> None:
        self.faults: list[Fault] = []
        self._open = {key_of(decision): decision for decision in worksheet["decisions"]}
        self._asked: dict[Key, int] = {}

    def ask(self, question: Question) -> Answer:
        """The answer that the worksheet holds."""
        decision = self._open.get(question.key)
        number = self._asked.setdefault(question.key, 0)
        self._asked[question.key] += 1
        if decision is None:
            said = f"{question.layer} {question.what}: a {question.a}, b {question.b}"
            self.faults.append(
                Fault(
                    None, f"The worksheet does not ask about {said}.", "The passes have changed: draft it again; what is decided is kept."
                )
            )
            return Answer("a")
        fault = next(iter(faults_of(decision)), None)
        if fault:
            if number == 0:
                self.faults.append(fault)
            return Answer("a", decision=decision["id"])
        choice = decision["choice"]
        return _answer(choice[number] if isinstance(choice, list) else choice, decision["id"])


def _answer(choice: Any, decision: str) -> Answer:
    if isinstance(choice, dict):
        return Answer("set", choice["set"], decision)
    return Answer(choice, decision=decision)


def faults_of(decision: Json) -> Iterator[Fault]:
    """What is wrong with a decision by itself: unfilled, an option that it does not offer, no rule."""
    id_, choice, allowed = decision["id"], decision["choice"], decision["options"]
    if choice is None:
        yield Fault(id_, f"{id_} is not decided.", f"Fill in choice: {', '.join(allowed)}.")
        return
    members = len(decision.get("members", ())) or 1
    if isinstance(choice, list) and (len(choice) != members or members == 1):
        yield Fault(id_, f"{id_} has {len(choice)} choices for {members} members.", "One for each member, in order, or one for all.")
        return
    for one in choice if isinstance(choice, list) else [choice]:
        name = "set" if isinstance(one, dict) and list(one) == ["set"] and isinstance(one["set"], dict) else one
        if name not in allowed:
            yield Fault(id_, f"{id_} does not offer {one!r}.", f"It offers: {', '.join(allowed)}.")
    if not decision["rule"]:
        yield Fault(id_, f"{id_} names no rule.", "Say which rule of the guidelines decides it, as §2 status.")


def carried(decisions: list[Json], before: list[Json]) -> list[Json]:
    """New decisions with the choices of the old ones that ask the same."""
    old = {(*key_of(decision), *decision.get("members", ())): decision for decision in before}
    kept = []
    for decision in decisions:
        same = old.get((*key_of(decision), *decision.get("members", ())))
        kept.append({**decision, "choice": same["choice"], "rule": same["rule"]} if same else decision)
    return kept

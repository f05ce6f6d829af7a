"""Requests and their items."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..align import Json, match_equal, match_spans
from ..slots import measured
from .decisions import Answer, Question
from .slots import Slots
from .workspace import NULLABLE, ONE_SIDED, PAIRED, Node, Workspace, bare


class Requests:
    """Requests and their items."""

    LABELS = (("channel", "request_channel"), ("purpose", "purpose"), ("realis", "realis"), ("status", "request_status"))

    def __init__(self, work: Workspace) -> None:
        self.work, self.slots, self.items = work, Slots(work, "request"), Items(work)

    def run(self) -> None:
        found = self.work.alignment.requests
        for x, y in found.pairs:
            self._pair(x, y)
        for side, units in (("a", found.only_a), ("b", found.only_b)):
            for unit in units:
                self._alone(side, unit)

    def _add(self, body: Json | None, answer: Answer | None, *sources: tuple[str, Json]) -> None:
        side, unit = sources[0]
        node = Node(
            "request", self.work.says[side].request(unit), body or {}, kept=body is not None, decision=answer.decision if answer else None
        )
        if node.kept:
            self.work.requests.append(node)
        self.work.nodes.update({(own, source["id"]): node for own, source in sources})

    def _body(self, side: str, unit: Json) -> Json:
        """A request of one pass as it is."""
        return {
            "requester": self.work.ref(side, unit["requester"]),
            "suppliers": self.work.refs(side, unit["suppliers"]),
            "cue": bare(unit["cue"]),
            **{slot: unit[slot] for slot, _ in self.LABELS},
            "messenger": self.work.ref(side, unit["messenger"]),
            "date": dict(unit["date"]) if unit["date"] else None,
            "attribution": self.work.refs(side, unit["attribution"]),
            "evidence": [bare(span) for span in unit["evidence"]],
            "items": [dict(item) for item in unit["items"]],
        }

    def _alone(self, side: str, unit: Json) -> None:
        says = self.work.says[side]
        asked = ", ".join(says.item(item) for item in unit["items"])
        said = f"{says.request(unit)} {self.work.places([unit['cue']])}: {asked} | {unit['realis']}, {unit['status']}"
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
            a, b = (self.work.says[side].request(unit) for side, unit in sources)
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
        return {"requester": self.work.ref(side, unit["requester"]), "suppliers": self.work.refs(side, unit["suppliers"])}

    def _merged(self, x: Json, y: Json) -> Json:
        at, member = x["cue"]["start"], self.work.says["a"].parties(x)
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
            "requester": self.work.named,
            "messenger": self.work.named,
            "supplier": lambda _, value: value,
            "cue": lambda answer, value: self.work.span(answer, value, at),
            "attribution": lambda answer, value: [node for name in value if (node := self.work.named(answer, name))],
        }
        made = self.work.slots(body, answer, makers)
        if "supplier" in made:
            node = self.work.named(answer, made.pop("supplier"))
            made["suppliers"] = [node] if node else []
        return made

    def _labelled(self, name: str) -> Callable[[Answer, Any], Any]:
        return lambda answer, value: self.work.label(answer, name, value)


class Items:
    """The items of a request that both passes have."""

    def __init__(self, work: Workspace) -> None:
        self.work = work

    def _ask(self, what: str, a: str, b: str, at: int, member: str, options: tuple[str, ...]) -> Answer:
        return self.work.asks.ask(Question("item", what, a, b, at, member, options))

    def merged(self, x: Json, y: Json, member: str) -> list[Json]:
        """The items of two requests that are one."""
        found = self.work.alignment.items_of(x, y)
        made = [item for pair in found.pairs for item in self._pair(*pair, member)]
        for side, units in (("a", found.only_a), ("b", found.only_b)):
            made += [item for unit in units if (item := self._alone(side, unit, member))]
        return made

    def _said(self, side: str, item: Json) -> str:
        model = f" [{item['designation']}]" if item["designation"] else ""
        return f"{self.work.says[side].item(item)}{model} {self.work.places([item])}"

    def _alone(self, side: str, item: Json, member: str) -> Json | None:
        says = self.work.says[side]
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
        base = {**item, **(self.work.span(answer, answer.values["quote"], item["start"]) or {})} if "quote" in answer.values else item
        makers: dict[str, Callable[[Answer, Any], Any]] = {
            "quote": lambda _, __: base["quote"],
            "kind": lambda answer, value: self.work.label(answer, "item_kind", value),
            "category": lambda answer, value: self.work.label(answer, "item_category", value),
            "designation": lambda _, value: value,
            "quantity": lambda answer, value: self._measured(answer, value, item["start"], "item") if value else None,
        }
        return self.work.slots(base, answer, makers)

    def _measured(self, answer: Answer, given: Any, at: int, unit: str) -> Json | None:
        given = given if isinstance(given, dict) else {"quote": given}
        span = self.work.span(answer, given.get("quote"), at)
        if span is None:
            return None
        more = {"attribute": self.work.label(answer, "specification", given["attribute"])} if "attribute" in given else {}
        numbers = {"value": given.get("value"), "value_max": given.get("value_max")}
        labels = {
            name: self.work.label(answer, name, given.get(name, default)) for name, default in (("comparator", "exact"), ("unit", unit))
        }
        return {**span, **more, **numbers, **labels}

    def _quantity(self, x: Json, y: Json, member: str) -> Json | None:
        one, other = x["quantity"], y["quantity"]
        if one == other:
            return dict(one) if one else None
        a, b = (
            f"{says.words(item)}: {says.measure(item['quantity'])}" for says, item in ((self.work.says["a"], x), (self.work.says["b"], y))
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
        return f"{self.work.says[side].words(item)}: {self.work.says[side].measure(spec)}"

    def _spec_alone(self, side: str, item: Json, spec: Json, member: str) -> Json | None:
        said = self._spec(side, item, spec)
        a, b = (said, "–") if side == "a" else ("–", said)
        answer = self._ask(f"specification only {side}", a, b, spec["start"], member, ONE_SIDED)
        if answer.choice == "set":
            return self._set_spec(answer, spec)
        return dict(spec) if answer.choice == side else None

"""Which names are mentions and of what, what the entities are, and which claims there are."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from ..align import Json, same_span
from .decisions import Answer, Question
from .workspace import NULLABLE, ONE_SIDED, Logged, Node, Workspace, attributes, bare


class Mentions:
    """Which names are mentions, and of what."""

    def __init__(self, work: Workspace) -> None:
        self.work = work
        self.owner = {(side, m): e for side in ("a", "b") for e in getattr(work.alignment, side)["entities"] for m in e["mentions"]}
        self.dropped: dict[Node, str | None] = {}

    def run(self) -> None:
        found = self.work.alignment.mention_spans
        for x, y in found.pairs:
            self._pair(x, y)
        for side, units in (("a", found.only_a), ("b", found.only_b)):
            groups: dict[Hashable, list[Json]] = {}
            for unit in units:
                groups.setdefault((self.owner[side, unit["id"]]["id"], unit["quote"], unit["metonym"]), []).append(unit)
            for group in groups.values():
                self._alone(side, group)

    def _node(self, side: str, mention: Json) -> Node:
        return self.work.nodes[side, self.owner[side, mention["id"]]["id"]]

    def _keep(self, mention: Json, node: Node, answer: Answer | None) -> None:
        node.mentions.append({**bare(mention), "metonym": mention["metonym"], "decision": answer.decision if answer else None})

    def _said(self, side: str, mention: Json, *, owner: bool) -> str:
        entity = self.owner[side, mention["id"]]
        of = f" of {entity['name']} ({entity['type']})" if owner else ""
        return f"{self.work.says[side].words(mention)}{' metonym' if mention['metonym'] else ''}{of}"

    def _pair(self, x: Json, y: Json) -> None:
        one, other = self._node("a", x), self._node("b", y)
        if one is other and same_span(x, y) and x["metonym"] == y["metonym"]:
            self._keep(x, one, None)
            return
        said = [self._said(side, m, owner=one is not other) for side, m in (("a", x), ("b", y))]
        what = "of which entity" if one is not other else "metonym" if same_span(x, y) else "span"
        member = self.work.places([x])
        answer = self.work.asks.ask(Question("mention", what, said[0], said[1], x["start"], member, NULLABLE))
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
        span = self.work.span(answer, values["quote"], mention["start"]) if "quote" in values else bare(mention)
        owner = self.work.named(answer, values["entity"]) if "entity" in values else node
        for name in values.keys() - {"quote", "entity", "metonym"}:
            self.work.fault(answer, f"There is no {name} to set here.", "Set one of: quote, entity, metonym.")
        if span and owner:
            self._keep({**span, "metonym": bool(values.get("metonym", mention["metonym"]))}, owner, answer)

    def _alone(self, side: str, group: list[Json]) -> None:
        words = f"{self._said(side, group[0], owner=True)}{f' ×{len(group)}' if len(group) > 1 else ''}"
        a, b = (words, "–") if side == "a" else ("–", words)
        for mention in group:
            question = Question("mention", f"only {side}", a, b, group[0]["start"], self.work.places([mention]), ONE_SIDED)
            answer, node = self.work.asks.ask(question), self._node(side, mention)
            if answer.choice == "set":
                self._set(answer, mention, node)
            elif answer.choice == side:
                self._keep(mention, node, answer)
            else:
                self._drop(answer, node)


class Entities:
    """What an entity is, of entities that both passes have."""

    def __init__(self, work: Workspace) -> None:
        self.work = work

    def run(self) -> None:
        for x, y in self.work.alignment.entities.pairs:
            node = self.work.nodes["a", x["id"]]
            filled = self._filled(x, y)
            a, b = (attributes(unit) | filled for unit in (x, y))
            node.body = a if a == b else self._ask(x, a, b)
            node.label = node.body["name"]

    def _filled(self, x: Json, y: Json) -> Json:
        """Codes that only one pass gives: taken over, and logged."""
        filled = {}
        for code in ("wikidata", "iso3"):
            if (x[code] is None) != (y[code] is None):
                chosen = "a" if x[code] else "b"
                filled[code] = x[code] or y[code]
                self.work.log.append(
                    Logged("entity", f"{code} of {x['name']}", str(x[code] or "–"), str(y[code] or "–"), chosen, "non-null")
                )
        return filled

    def _ask(self, x: Json, a: Json, b: Json) -> Json:
        differing = [key for key in a if a[key] != b[key]]
        said = [", ".join(str(unit[key] or "–") for key in dict.fromkeys(("name", *differing))) for unit in (a, b)]
        first = {m["id"]: m["start"] for m in self.work.alignment.a["mentions"]}
        answer = self.work.asks.ask(Question("entity", " and ".join(differing), said[0], said[1], first[x["mentions"][0]]))
        if answer.choice != "set":
            return a if answer.choice == "a" else b
        makers: dict[str, Callable[[Answer, Any], Any]] = dict.fromkeys(("name", "wikidata", "iso3"), lambda _, value: value)
        return self.work.slots(a, answer, {**makers, "type": lambda answer, value: self.work.label(answer, "entity_type", value)})


class Claims:
    """Claims that both have, and those that one has: these stay where a stance is towards them."""

    def __init__(self, work: Workspace) -> None:
        self.work = work

    def run(self) -> None:
        found = self.work.alignment.claims
        for x, y in found.pairs:
            self._add(self._merged(x, y), ("a", x), ("b", y))
        for side, units in (("a", found.only_a), ("b", found.only_b)):
            for unit in units:
                self._add(self._body(side, unit), (side, unit))

    def _add(self, body: Json, *sources: tuple[str, Json]) -> None:
        node = Node("claim", f"claim “{body['quote']}”", body)
        self.work.claims.append(node)
        self.work.nodes.update({(side, unit["id"]): node for side, unit in sources})

    def _body(self, side: str, unit: Json) -> Json:
        return {**bare(unit), "author": self.work.ref(side, unit["author"]), "kind": unit["kind"]}

    def _merged(self, x: Json, y: Json) -> Json:
        a, b = self._body("a", x), self._body("b", y)
        if a == b:
            return a
        said = [f"{self.work.says[s].words(u)} {u['kind']} by {self.work.says[s].name(u['author'])}" for s, u in (("a", x), ("b", y))]
        answer = self.work.asks.ask(Question("claim", "differs", said[0], said[1], x["start"]))
        base = b if answer.choice == "b" or answer.values.get("base") == "b" else a
        if quote := answer.values.get("quote"):
            base = {**base, **(self.work.span(answer, quote, x["start"]) or {})}
        makers: dict[str, Callable[[Answer, Any], Any]] = {
            "quote": lambda _, __: base["quote"],
            "author": self.work.named,
            "kind": lambda answer, value: self.work.label(answer, "claim_kind", value),
        }
        return self.work.slots(base, answer, makers)

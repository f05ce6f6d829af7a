"""From merged units to an annotation document: what is kept, numbered in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from ...spans import overlaps
from ..align import Json, span_of
from .decisions import Fault
from .workspace import Logged, Node, Workspace


def document(work: Workspace, head: Json) -> Json:
    """The annotation document of a work. ``head``: article, text_sha256 and annotator."""
    _drop_claims(work)
    _number(work)
    entities = sorted(_alive(work), key=lambda node: int(node.id[1:]))
    mentions = sorted(((m, node) for node in entities for m in node.mentions), key=lambda pair: (pair[0]["start"], pair[0]["end"]))
    for n, (mention, _) in enumerate(mentions, 1):
        mention["id"] = f"m{n}"
    made = {
        **head,
        "mentions": [_mention(mention, node) for mention, node in mentions],
        "entities": [_entity(node) for node in entities],
        "claims": [_linked({"id": node.id, **node.body}) for node in work.claims],
        "stances": [_stance(node) for node in work.stances],
        "requests": [_request(node) for node in work.requests],
    }
    _number_items(made)
    anchors = _anchors(work)
    return {**made, "anchors": anchors} if anchors is not None else made


def _alive(work: Workspace) -> list[Node]:
    return list({id(node): node for node in work.nodes.values() if node.layer == "entity" and node.mentions}.values())


def _drop_claims(work: Workspace) -> None:
    """No stance, no claim: a claim that nothing is aimed at in the result goes, and that is logged."""
    wanted = {id(node.body["target"]) for node in work.stances}
    for node in work.claims:
        if id(node) not in wanted:
            node.kept = False
            work.log.append(Logged("claim", node.label, "", "", "neither", "no stance, no claim"))
    work.claims = [node for node in work.claims if node.kept]


def _number(work: Workspace) -> None:
    entities = sorted(_alive(work), key=lambda node: min((m["start"], m["end"]) for m in node.mentions))
    for n, node in enumerate(entities, 1):
        node.id = f"e{n}"
    work.claims.sort(key=lambda node: (node.body["start"], node.body["end"]))
    work.requests.sort(key=lambda node: ((node.body["cue"] or {"start": 0})["start"], *(_rank(s) for s in node.body["suppliers"])))
    for prefix, nodes in (("c", work.claims), ("r", work.requests)):
        for n, node in enumerate(nodes, 1):
            node.id = f"{prefix}{n}"
    work.stances.sort(key=_stance_order)
    for n, node in enumerate(work.stances, 1):
        node.id = f"s{n}"


def _rank(node: Node) -> tuple[str, int]:
    return (node.id[:1], int(node.id[1:] or 0))


def _stance_order(node: Node) -> tuple[Any, ...]:
    body = node.body
    at = body["cue"] or (body["evidence"] or [{"start": 0}])[0]
    ends = [_rank(body[slot]) if body[slot] else ("", 0) for slot in ("holder", "target")]
    return (at["start"], *ends, body["act"])


def _number_items(made: Json) -> None:
    n = 0
    for request in made["requests"]:
        request["items"].sort(key=lambda item: (item["start"], item["end"]))
        for item in request["items"]:
            n += 1
            item["id"] = f"i{n}"


def _linked(value: Any) -> Any:
    """A value with the ids of nodes in place of the nodes."""
    if isinstance(value, Node):
        return value.id
    if isinstance(value, dict):
        return {key: _linked(inner) for key, inner in value.items()}
    return [_linked(inner) for inner in value] if isinstance(value, list) else value


def _mention(mention: Json, node: Node) -> Json:
    return {
        "id": mention["id"],
        **{key: mention[key] for key in ("start", "end", "quote")},
        "type": node.body["type"],
        "metonym": mention["metonym"],
    }


def _entity(node: Node) -> Json:
    ids = [mention["id"] for mention in sorted(node.mentions, key=lambda m: int(m["id"][1:]))]
    body = node.body
    return {"id": node.id, "type": body["type"], "name": body["name"], "mentions": ids, "wikidata": body["wikidata"], "iso3": body["iso3"]}


def _stance(node: Node) -> Json:
    body = {**node.body, "explicitness": "explicit" if node.body["cue"] else "implied"}
    order = ("holder", "voiced_by", "target", "act", "explicitness", "negated", "cue", "evidence", "attribution")
    return {"id": node.id, **{key: _linked(body[key]) for key in order}}


def _request(node: Node) -> Json:
    order = (
        "requester",
        "suppliers",
        "cue",
        "channel",
        "messenger",
        "date",
        "purpose",
        "realis",
        "attribution",
        "status",
        "evidence",
        "items",
    )
    return {"id": node.id, **{key: _linked(node.body[key]) for key in order}}


def _anchors(work: Workspace) -> list[Json] | None:
    sides = [side.get("anchors") for side in (work.alignment.a, work.alignment.b)]
    if sides == [None, None]:
        return None
    found = {(anchor["start"], anchor["end"]): anchor for side in sides for anchor in side or ()}
    return [found[key] for key in sorted(found)]


def faults(work: Workspace) -> Iterator[Fault]:
    """Decisions that contradict each other: a slot that names what another decision left out, mentions that overlap."""
    yield from work.faults
    for layer, nodes in (("request", work.requests), ("stance", work.stances), ("claim", work.claims)):
        for node in nodes:
            yield from (
                _lost(layer, node, slot, lost)
                for slot, lost in _references(node)
                if not (lost.kept and (lost.mentions or lost.layer != "entity"))
            )
    yield from _overlapping(work)


def _references(node: Node) -> Iterator[tuple[str, Node]]:
    for slot, value in node.body.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Node):
                yield slot, one


def _lost(layer: str, node: Node, slot: str, lost: Node) -> Fault:
    by = lost.decision or node.decision
    message = f"{layer} {node.label} has {lost.label} as {slot}, which is left out{f' by {lost.decision}' if lost.decision else ''}."
    return Fault(by, message, f"Keep {lost.label}, or decide the {slot} otherwise.")


def _overlapping(work: Workspace) -> Iterator[Fault]:
    placed = sorted(((span_of(m), m["decision"], m["quote"]) for node in _alive(work) for m in node.mentions), key=lambda entry: entry[0])
    for (before, one, words), (after, other, more) in pairwise(placed):
        if overlaps(before, after):
            yield Fault(other or one, f"The mentions {words!r} and {more!r} overlap.", "Keep the longer name; leave the other out.")

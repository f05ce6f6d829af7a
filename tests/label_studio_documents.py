"""Annotation documents out of the blue: every shape that the checks let pass, over texts that are hard to count in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from pinta.schema.labels import Schema, load_schema
from pinta.spans import sentence_of, sha256

REPOSITORY = Path(__file__).resolve().parent.parent
SCHEMA: Schema = load_schema(REPOSITORY / "schema")
ARTICLE = {"id": "2031-anu/01", "title": "Anu minta rudal", "published": None, "reference_date": "2031-04-30", "text_included": True}
Json = dict[str, Any]

_WORDS = st.sampled_from(
    [
        "Anu",
        "meminta",
        "🚀",
        "🛩️",
        "🇮🇩",
        "👨‍👩‍👧",
        "e\u0301tat",
        "𝔘𝔨",
        "rudal",
        "1.000 km",
        "\u00a0",
        "\t",
        "\n",
        "\n\n",
        ". ",
        "Fana",
        "«ya»",
        "&amp;",
        "<b>",
    ]
)
texts = st.lists(_WORDS, min_size=3, max_size=40).map(" ".join)


def _label(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from(SCHEMA[name].ids)


def _span(draw: st.DrawFn, text: str) -> Json:
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, min(len(text), start + 30)))
    return {"start": start, "end": end, "quote": text[start:end]}


def _ids(draw: st.DrawFn, letter: str, most: int, least: int = 0) -> list[str]:
    numbers = draw(st.lists(st.integers(1, 40), unique=True, min_size=least, max_size=most))
    return [f"{letter}{number}" for number in numbers]


def _numbers(draw: st.DrawFn) -> Any:
    return draw(st.one_of(st.integers(-10, 2**53), st.floats(0, 1e9).map(lambda x: round(x, 3))))


def _maybe(draw: st.DrawFn, value: Any) -> Any:
    return value if draw(st.booleans()) else None


def _measured(draw: st.DrawFn, spans: list[Json]) -> Json:
    rest = {"value_max": _maybe(draw, _numbers(draw)), "comparator": draw(_label("comparator")), "unit": draw(_label("unit"))}
    return {**draw(st.sampled_from(spans)), "value": _numbers(draw), **rest}


def _item(draw: st.DrawFn, id_: str, spans: list[Json]) -> Json:
    specs = [
        {**measured, "attribute": draw(_label("specification")), "value": _maybe(draw, measured["value"])}
        for measured in (_measured(draw, spans) for _ in range(draw(st.integers(0, 2))))
    ]
    return {
        "id": id_,
        **draw(st.sampled_from(spans)),
        "kind": draw(_label("item_kind")),
        "category": draw(_label("item_category")),
        "designation": _maybe(draw, "Su-30MK2"),
        "quantity": _maybe(draw, _measured(draw, spans)),
        "specifications": specs * draw(st.integers(1, 2)),
    }


def _evidence(draw: st.DrawFn, text: str, cue: Json | None, spans: list[Json]) -> list[Json]:
    if cue and draw(st.booleans()):
        start, end = sentence_of(text, cue["start"])
        return [{"start": start, "end": end, "quote": text[start:end]}]
    return draw(st.lists(st.sampled_from(spans), min_size=1, max_size=3))


def _request(draw: st.DrawFn, id_: str, text: str, entities: list[str], items: list[Json], spans: list[Json]) -> Json:
    cue = draw(st.sampled_from(spans))
    entity = st.sampled_from(entities)
    date = {**draw(st.sampled_from(spans)), "edtf": draw(st.sampled_from(["2025-10", "1999", "-0044-03-15", "2020/2021-05"]))}
    return {
        "id": id_,
        "requester": draw(entity),
        "suppliers": draw(st.lists(entity, max_size=1)),
        "cue": cue,
        "channel": draw(_label("request_channel")),
        "messenger": _maybe(draw, draw(entity)),
        "date": _maybe(draw, date),
        "purpose": draw(_label("purpose")),
        "realis": draw(_label("realis")),
        "attribution": draw(st.lists(entity, max_size=6)),
        "status": draw(_label("request_status")),
        "evidence": _evidence(draw, text, cue, spans),
        "items": items,
    }


def _requests(draw: st.DrawFn, text: str, entities: list[str], spans: list[Json]) -> list[Json]:
    """Requests; some of them ask the same of somebody else, as two suppliers make two requests."""
    ids = _ids(draw, "r", 4) if entities else []
    numbers = draw(st.permutations(range(1, 1 + 4 * len(ids))))
    made: list[Json] = []
    for n, id_ in enumerate(ids):
        items = [_item(draw, f"i{k}", spans) for k in numbers[4 * n : 4 * n + draw(st.integers(1, 3))]]
        if made and draw(st.booleans()):
            before = made[-1]
            items = [{**item, "id": f"i{numbers[4 * n + k]}"} for k, item in enumerate(before["items"])]
            made.append({**before, "id": id_, "items": items, "suppliers": draw(st.lists(st.sampled_from(entities), max_size=1))})
        else:
            made.append(_request(draw, id_, text, entities, items, spans))
    return made


def _stance(draw: st.DrawFn, id_: str, text: str, entities: list[str], targets: list[str], spans: list[Json]) -> Json:
    cue = _maybe(draw, draw(st.sampled_from(spans)))
    return {
        "id": id_,
        "holder": draw(st.sampled_from(entities)),
        "voiced_by": _maybe(draw, draw(st.sampled_from(entities))),
        "target": draw(st.sampled_from(targets)),
        "act": draw(_label("stance_act")),
        "explicitness": "explicit" if cue else "implied",
        "negated": draw(st.booleans()),
        "cue": cue,
        "evidence": _evidence(draw, text, cue, spans),
        "attribution": draw(st.lists(st.sampled_from(entities), max_size=3)),
    }


def _entity(draw: st.DrawFn, id_: str, type_: str, mentions: list[str]) -> Json:
    name = draw(st.sampled_from(["Anu", "Republik Anu", "Élysée", "🚀 Roket", "«Fana»"]))
    codes = {"wikidata": _maybe(draw, "Q252"), "iso3": _maybe(draw, "IDN")}
    return {"id": id_, "type": type_, "name": name, "mentions": mentions, **codes}


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, Json]:
    """A text and a document of it."""
    text = draw(texts)
    spans = [_span(draw, text) for _ in range(draw(st.integers(1, 6)))]
    mention_ids = _ids(draw, "m", 8)
    entity_ids = _ids(draw, "e", 5, 1) if mention_ids else []
    owners = {id_: draw(st.sampled_from(entity_ids)) for id_ in mention_ids}
    types = {id_: draw(_label("entity_type")) for id_ in entity_ids}
    mentions = [
        {"id": id_, **draw(st.sampled_from(spans)), "type": types[owners[id_]], "metonym": draw(st.booleans())} for id_ in mention_ids
    ]
    order = draw(st.permutations(mention_ids))
    own = {id_: [m for m in order if owners[m] == id_] for id_ in entity_ids}
    entities = [_entity(draw, id_, types[id_], own[id_]) for id_ in entity_ids if own[id_]]
    known = [entity["id"] for entity in entities]
    claims = [
        {
            "id": id_,
            **draw(st.sampled_from(spans)),
            "author": _maybe(draw, draw(st.sampled_from(known))) if known else None,
            "kind": draw(_label("claim_kind")),
        }
        for id_ in _ids(draw, "c", 2)
    ]
    requests = _requests(draw, text, known, spans)
    targets = [*known, *(unit["id"] for unit in (*claims, *requests))]
    stances = [_stance(draw, id_, text, known, targets, spans) for id_ in _ids(draw, "s", 3)] if known else []
    who = {"id": "alih", "kind": "human", "guidelines": "2", "date": "2031-05-01"}
    head = {"article": ARTICLE["id"], "text_sha256": sha256(text), "annotator": who}
    layers = {"mentions": mentions, "entities": entities, "claims": claims, "stances": stances, "requests": requests}
    return text, {**head, **layers}

"""Rows of the published configs, made from checked documents.

Every function takes one document and gives its rows, as dictionaries in the columns of `schema.features`. Class labels
are ids; `None` is null. Nothing here knows of files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import permutations
from typing import Any

from .corpus.documents import Document
from .schema.features import LAYER_TAGS, bio
from .schema.labels import Schema
from .spans import Span, overlaps, sentence_of

Json = dict[str, Any]
_TOKEN = re.compile(r"\w+|[^\w\s]")
_NOBODY: Json = {"id": None, "name": None, "type": None, "iso3": None, "wikidata": None}
_ARTICLE_KEYS = ("id", "title", "language", "origin", "licence", "published", "reference_date", "text_sha256", "characters")


@lru_cache(maxsize=64)
def _class_ids(schema: Schema, name: str) -> dict[str, int]:
    return {id_: n for n, id_ in enumerate(schema[name].ids)}


def _metadata(document: Document, schema: Schema) -> Json:
    article, event = document.article.body, document.event.body if document.event else {}
    about = {"event": event.get("id"), "event_title": event.get("title"), "event_date": event.get("date")}
    genre = _class_ids(schema, "genre")[article["genre"]]
    return {**{key: article[key] for key in _ARTICLE_KEYS}, **about, "genre": genre}


def _annotation(document: Document) -> Json:
    return document.annotation.body if document.annotation else {}


def articles(document: Document, schema: Schema) -> Iterator[Json]:
    """One row: the article with its text and its whole annotation, nested."""
    if document.text is not None and document.annotation:
        yield {**_annotation(document), **_metadata(document, schema), "text": document.text}


def standoff(document: Document, schema: Schema) -> Iterator[Json]:
    """One row for an article whose text is not included: offsets, and hashed quotes to anchor them by."""
    if document.text is None and document.annotation:
        body = _annotation(document)
        yield {**body, **_metadata(document, schema), "source": document.article.body["source"], "anchors": body.get("anchors", [])}


def passes(document: Document, _: Schema) -> Iterator[Json]:
    """One row: one annotator's document."""
    body = _annotation(document)
    event = document.event.body.get("id") if document.event else None
    if document.text is not None and body:
        yield {**body, "id": f"{body['annotator']['id']}/{document.id}", "event": event}


def entities(document: Document, schema: Schema) -> Iterator[Json]:
    """One row: the tokens of the text with offsets in code points and two layers of BIO tags."""
    if document.text is None or not document.annotation:
        return
    found = [(match.start(), match.end()) for match in _TOKEN.finditer(document.text)]
    body = _annotation(document)
    names = {tag: n for n, tag in enumerate(bio(schema["entity_type"].ids))}
    units = {tag: n for n, tag in enumerate(bio(LAYER_TAGS))}
    yield {
        "id": document.id,
        "event": document.event.body.get("id") if document.event else None,
        "tokens": [document.text[start:end] for start, end in found],
        "starts": [start for start, _ in found],
        "ends": [end for _, end in found],
        "tags": tag(found, ((m["start"], m["end"], m["type"]) for m in body["mentions"]), names),
        "unit_tags": tag(found, _units(body), units),
    }


def tag(tokens: list[tuple[int, int]], spans: Iterable[tuple[int, int, str]], ids: dict[str, int]) -> list[int]:
    """BIO tags of tokens. Of spans that overlap the earlier one counts, and of two that begin together the longer one."""
    tags, at, free_from = [ids["O"]] * len(tokens), 0, 0
    for start, end, name in sorted(set(spans), key=lambda span: (span[0], -span[1], span[2])):
        if start < free_from:
            continue
        while at < len(tokens) and tokens[at][1] <= start:
            at += 1
        edge = "B"
        while at < len(tokens) and tokens[at][0] < end:
            tags[at], edge, at = ids[f"{edge}-{name}"], "I", at + 1
        free_from = end
    return tags


def _units(body: Json) -> Iterator[tuple[int, int, str]]:
    for stance in body["stances"]:
        if stance["cue"]:
            yield stance["cue"]["start"], stance["cue"]["end"], "stance_cue"
    for request in body["requests"]:
        yield request["cue"]["start"], request["cue"]["end"], "request_cue"
        for item in request["items"]:
            yield item["start"], item["end"], "item"
            if item["quantity"]:
                yield item["quantity"]["start"], item["quantity"]["end"], "quantity"
            yield from ((spec["start"], spec["end"], "specification") for spec in item["specifications"])


def _party(prefix: str, entity: Json, schema: Schema) -> Json:
    row = {f"{prefix}_{key}": entity[key] for key in ("id", "name", "iso3", "wikidata")}
    return {**row, f"{prefix}_type": _class_ids(schema, "entity_type").get(entity["type"])}


def _context(text: str, evidence: list[Json]) -> str:
    """The sentences that hold some spans, each once, in order."""
    wanted = [Span(span["start"], span["end"]) for span in evidence]
    kept: list[Span] = []
    for span in sorted(wanted):
        at = span.start
        while at < span.end:
            sentence = sentence_of(text, at)
            if not any(overlaps(sentence, other) for other in kept):
                kept.append(sentence)
            at = max(sentence.end, at) + 1
    return " ".join(text[span.start : span.end] for span in kept)


def polarity(schema: Schema, act: str, *, negated: bool) -> str:
    """The polarity of an act by the table in schema/labels/stance_act.json, turned round when negated."""
    found: str = schema["stance_act"][act].get("polarity")
    return schema["polarity"][found].get("opposite") if negated else found


def stances(document: Document, schema: Schema) -> Iterator[Json]:
    """One row a stance."""
    if document.text is None or not document.annotation:
        return
    body = _annotation(document)
    entities_ = {entity["id"]: entity for entity in body["entities"]}
    for stance in body["stances"]:
        act = schema["stance_act"][stance["act"]]
        sign = polarity(schema, act.id, negated=stance["negated"])
        cue = stance["cue"] or {"quote": None, "start": None, "end": None}
        yield {
            **_head(document, stance["id"]),
            **_party("holder", entities_[stance["holder"]], schema),
            "voiced_by": _name(entities_, stance["voiced_by"]),
            **_target(body, entities_, stance["target"]),
            "act": _class_ids(schema, "stance_act")[act.id],
            "polarity": _class_ids(schema, "polarity")[sign],
            "explicitness": _class_ids(schema, "explicitness")[stance["explicitness"]],
            "negated": stance["negated"],
            "cue": cue["quote"],
            "cue_start": cue["start"],
            "cue_end": cue["end"],
            "evidence": [span["quote"] for span in stance["evidence"]],
            "attribution": [entities_[id_]["name"] for id_ in stance["attribution"]],
            "context": _context(document.text, stance["evidence"]),
            "plover": act.codes("PLOVER"),
            "cameo": act.codes("CAMEO"),
        }


def _head(document: Document, id_: str) -> Json:
    event = document.event.body.get("id") if document.event else None
    return {"id": f"{document.id}#{id_}", "article": document.id, "event": event}


def _name(entities_: dict[str, Json], id_: str | None) -> str | None:
    return entities_[id_]["name"] if id_ else None


def _target(body: Json, entities_: dict[str, Json], id_: str) -> Json:
    kind = "erc".index(id_[0])
    if id_ in entities_:
        name, iso3 = entities_[id_]["name"], entities_[id_]["iso3"]
    elif kind == 1:
        request = next(r for r in body["requests"] if r["id"] == id_)
        asked = ", ".join(entities_[s]["name"] for s in request["suppliers"])
        name, iso3 = f"{entities_[request['requester']]['name']} → {asked}", None
    else:
        name, iso3 = next(claim["quote"] for claim in body["claims"] if claim["id"] == id_), None
    return {"target_id": id_, "target_kind": kind, "target_name": name, "target_iso3": iso3}


def requests(document: Document, schema: Schema) -> Iterator[Json]:
    """One row a requested item, with its request flattened onto it."""
    if document.text is None or not document.annotation:
        return
    body = _annotation(document)
    entities_ = {entity["id"]: entity for entity in body["entities"]}
    for request in body["requests"]:
        flat = _request(document, request, entities_, schema)
        for item in request["items"]:
            yield {**flat, **_item(document, request, item, schema)}


def _request(document: Document, request: Json, entities_: dict[str, Json], schema: Schema) -> Json:
    status = schema["request_status"][request["status"]]
    supplier = entities_[request["suppliers"][0]] if request["suppliers"] else _NOBODY
    date = request["date"] or {"edtf": None, "quote": None}
    sets = {"channel": "request_channel", "purpose": "purpose", "realis": "realis", "status": "request_status"}
    return {
        **_head(document, request["id"]),
        "request_id": request["id"],
        **_party("requester", entities_[request["requester"]], schema),
        **_party("supplier", supplier, schema),
        "messenger": _name(entities_, request["messenger"]),
        **{slot: _class_ids(schema, name)[request[slot]] for slot, name in sets.items()},
        "date": date["edtf"],
        "date_text": date["quote"],
        "cue": request["cue"]["quote"],
        "attribution": [entities_[id_]["name"] for id_ in request["attribution"]],
        "evidence": [span["quote"] for span in request["evidence"]],
        "response_plover": status.codes("PLOVER"),
        "response_cameo": status.codes("CAMEO"),
    }


def _item(document: Document, request: Json, item: Json, schema: Schema) -> Json:
    kind, category = schema["item_kind"][item["kind"]], schema["item_category"][item["category"]]
    quantity = item["quantity"] or dict.fromkeys(("value", "value_max", "comparator", "unit", "quote"))
    ids = {name: _class_ids(schema, name).get(quantity[name] or "") for name in ("comparator", "unit")}
    return {
        **_head(document, f"{request['id']}.{item['id']}"),
        "item_id": item["id"],
        "item": item["quote"],
        "start": item["start"],
        "end": item["end"],
        "kind": _class_ids(schema, "item_kind")[item["kind"]],
        "category": _class_ids(schema, "item_category")[item["category"]],
        "designation": item["designation"],
        "quantity": quantity["value"],
        "quantity_max": quantity["value_max"],
        **ids,
        "quantity_text": quantity["quote"],
        "specifications": item["specifications"],
        **{scheme.lower(): kind.codes(scheme) for scheme in ("PLOVER", "CAMEO")},
        **{scheme.lower(): category.codes(scheme) for scheme in ("UNROCA", "SIPRI", "ML")},
    }


def negative_pairs(annotation: Json, actors: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Ordered pairs of actors of a document between which there is no stance: negatives for a classifier."""
    held = {(stance["holder"], stance["target"]) for stance in annotation["stances"]}
    ids = [entity["id"] for entity in annotation["entities"] if entity["type"] in actors]
    yield from (pair for pair in permutations(ids, 2) if pair not in held)


ROWS: dict[str, Callable[[Document, Schema], Iterator[Json]]] = {
    "articles": articles,
    "entities": entities,
    "stances": stances,
    "requests": requests,
    "passes": passes,
    "standoff": standoff,
}

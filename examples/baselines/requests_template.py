"""Baseline for requests: cues and items from a CRF, parties and slots from linear classifiers.

python examples/baselines/requests_template.py dist/pinta dist/predictions/crf dist/predictions/requests

Adds requests to documents with mentions and entities (see entities_crf.py). Each cue that the tagger finds is one
request. A classifier of (cue, actor) says who asks and who is asked; the items are those up to the next cue, at most three
sentences away; each closed slot has a classifier of the words around the cue. Dates, messengers and attribution stay empty.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import entities_crf as crf
from classifiers import SCHEMA, SLOTS, Constant, Page, party, train
from entities_crf import Found, Json

from pinta.numerals import values

REACH = 3
BOLD = 0.1  # best of 0.5, 0.35, 0.25, 0.15, 0.1 on the validation split: cues are rare, and a tagger that must be sure finds few


def parties(page: Page, cue: Json, model: Any) -> tuple[str, list[str]] | None:
    """Who asks, and who is asked: everybody that is more likely asked than not, else the likeliest."""
    rows = {id_: party(page, cue, entity, mentions) for id_, (entity, mentions) in page.actors.items()}
    if len(rows) < 2 or isinstance(model, Constant) or not {"requester", "supplier"} <= set(model.classes_):
        return None
    chances = dict(zip(rows, model.predict_proba(list(rows.values())), strict=True))
    asks, asked = (list(model.classes_).index(role) for role in ("requester", "supplier"))
    requester = max(rows, key=lambda id_: chances[id_][asks])
    others = sorted((id_ for id_ in rows if id_ != requester), key=lambda id_: -chances[id_][asked])
    return requester, [id_ for id_ in others if chances[id_][asked] > 0.5] or others[:1]


def span(page: Page, found: Found) -> Json:
    return {"start": found[0], "end": found[1], "quote": page.text[found[0] : found[1]]}


def items(page: Page, units: list[Found], models: dict[str, Any], language: str) -> list[Json]:
    """All items of a text; the quantity that ends right before one, and the specifications behind it, are its own."""
    made: list[Json] = []
    quantity: Json | None = None
    for unit in units:
        own = span(page, unit)
        if unit[2] == "quantity":
            numbers = values(own["quote"], SCHEMA.numbers(language))
            labels = {name: models[name].predict([own["quote"]])[0] for name in ("comparator", "unit")}
            quantity = {**own, "value": numbers[0], "value_max": None, **labels} if numbers else None
        elif unit[2] == "item":
            near = quantity if quantity and 0 <= own["start"] - quantity["end"] <= 12 else None
            labels = {name: models[name].predict([own["quote"]])[0] for name in ("kind", "category")}
            made.append({"id": "", **own, **labels, "designation": None, "quantity": near, "specifications": []})
        elif unit[2] == "specification" and made and own["start"] - made[-1]["end"] < 60:
            attribute = models["attribute"].predict([own["quote"]])[0]
            blank = {"value": None, "value_max": None, "comparator": "exact", "unit": "none"}
            made[-1]["specifications"].append({**own, "attribute": attribute, **blank})
    return made


def requests(page: Page, units: list[Found], models: dict[str, Any], language: str) -> list[Json]:
    """The requests of a text, one for each pair of parties."""
    cues = [span(page, unit) for unit in units if unit[2] == "request_cue"]
    found = items(page, units, models, language)
    made: dict[tuple[str, str], Json] = {}
    for cue, following in zip(cues, [*cues[1:], {"start": len(page.text)}], strict=False):
        end = min(page.sentence(cue["start"]) + REACH, len(page.sentences) - 1)
        low = page.sentences[page.sentence(cue["start"])].start if cue is cues[0] else cue["end"]
        own = [item for item in found if low <= item["start"] < min(following["start"], page.sentences[end].end)]
        who = parties(page, cue, models["party"])
        for supplier in who[1] if who and own else ():
            slots = {slot: models[slot].predict([page.around(cue)])[0] for slot in SLOTS}
            blank = {"messenger": None, "date": None, "attribution": [], "evidence": [span(page, (cue["start"], cue["end"], ""))]}
            new = {"requester": who[0], "suppliers": [supplier], "cue": cue, **slots, **blank, "items": []}
            made.setdefault((who[0], supplier), new)["items"] += [dict(item) for item in own]
    return numbered(list(made.values()))


def numbered(found: list[Json]) -> list[Json]:
    """Ids for requests and items."""
    for n, item in enumerate((item for request in found for item in request["items"]), 1):
        item["id"] = f"i{n}"
    return [{"id": f"r{n}", **request} for n, request in enumerate(found, 1)]


def predict(build: str, documents: Iterable[Json], split: str = "test") -> list[Json]:
    """The documents with requests in them."""
    models, tokens = train(build), crf.load(build, "entities")
    tagger = crf.train(tokens["train"], "unit_tags")
    rows = {row["id"]: row for row in tokens[split]}
    articles = {article["id"]: article for article in crf.load(build, "articles")[split]}
    made = []
    for body in documents:
        article = articles[body["article"]]
        units = crf.spans(tagger, rows[body["article"]], BOLD)
        made.append({**body, "requests": requests(Page(article["text"], body), units, models, article["language"])})
    return made


if __name__ == "__main__":
    crf.write(predict(sys.argv[1], crf.read(Path(sys.argv[2]))), Path(sys.argv[3]))

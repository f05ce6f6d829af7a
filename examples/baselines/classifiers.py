"""Classifiers that the template baseline fills its slots with, and the view of a text that they share.

Not run by itself: see requests_template.py.
"""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path
from typing import Any

from entities_crf import Json, load
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from pinta import Corpus, sentences

SLOTS = ("channel", "purpose", "realis", "status")
LABELS = ("kind", "category", "attribute", "comparator", "unit")
SCHEMA = Corpus(Path(__file__).resolve().parents[2]).schema


def words(low: int, high: int, analyzer: str) -> Any:
    """A linear classifier of words or of letters."""
    return make_pipeline(
        TfidfVectorizer(analyzer=analyzer, ngram_range=(low, high)), LogisticRegression(C=20, max_iter=300, class_weight="balanced")
    )


class Page:
    """A text with its sentences, and where the actors of a document stand in it."""

    def __init__(self, text: str, body: Json) -> None:
        self.text, self.sentences = text, sentences(text)
        self.starts = [span.start for span in self.sentences]
        mentions = {mention["id"]: mention for mention in body["mentions"]}
        actors = SCHEMA["entity_type"].where("actor")
        self.actors = {e["id"]: (e, [mentions[m] for m in e["mentions"]]) for e in body["entities"] if e["type"] in actors}

    def sentence(self, at: int) -> int:
        """The number of the sentence that holds a code point."""
        return max(0, bisect_right(self.starts, at) - 1)

    def around(self, cue: Json, before: int = 1, after: int = 2) -> str:
        """The sentences around a cue."""
        n = self.sentence(cue["start"])
        kept = self.sentences[max(0, n - before) : n + after + 1]
        return self.text[kept[0].start : kept[-1].end] if kept else self.text


def party(page: Page, cue: Json, entity: Json, mentions: list[Json]) -> Json:
    """What is seen of an actor from a cue: how far, on which side, behind which words."""
    nearest = min(mentions, key=lambda m: abs(m["start"] - cue["start"]))
    n, away = page.sentence(cue["start"]), page.sentence(nearest["start"]) - page.sentence(cue["start"])
    side = "before" if nearest["start"] < cue["start"] else "behind"
    own = [m for m in mentions if page.sentence(m["start"]) == n]
    heads = page.text[max(0, nearest["start"] - 24) : nearest["start"]].lower().split()[-2:]
    between = {m["start"] for _, others in page.actors.values() for m in others if nearest["start"] < m["start"] < cue["start"]}
    form = cue["quote"].lower()
    return {
        f"{side} {max(-3, min(3, away))}": 1,
        f"type {entity['type']}": 1,
        f"cue {form[:4]} {side} {bool(own)}": 1,
        f"closest {side} {min(len(between), 3)} {bool(own)}": 1,
        **{f"head {word}": 1 for word in heads},
        "mentions": len(mentions) / 5,
        "first": float(min(m["start"] for m in mentions) < len(page.text) / 5),
    }


def train(build: str) -> dict[str, Any]:
    """All classifiers: parties, slots, kinds and categories of items, attributes of specifications."""
    seen: dict[str, tuple[list[Any], list[str]]] = {name: ([], []) for name in ("party", *LABELS, *SLOTS)}

    def add(name: str, what: Any, label: str) -> None:
        seen[name][0].append(what)
        seen[name][1].append(label)

    for article in load(build, "articles")["train"]:
        page = Page(article["text"], article)
        for request in article["requests"]:
            for id_, (entity, mentions) in page.actors.items():
                role = "requester" if id_ == request["requester"] else "supplier" if id_ in request["suppliers"] else "none"
                if mentions:
                    add("party", party(page, request["cue"], entity, mentions), role)
            for slot in SLOTS:
                add(slot, page.around(request["cue"]), request[slot])
            for item in request["items"]:
                add("kind", item["quote"], item["kind"])
                add("category", item["quote"], item["category"])
                for name in ("comparator", "unit") if item["quantity"] else ():
                    add(name, item["quantity"]["quote"], item["quantity"][name])
                for specification in item["specifications"]:
                    add("attribute", specification["quote"], specification["attribute"])
    models = {name: words(1, 2, "word") if name in SLOTS else words(2, 4, "char_wb") for name in seen if name != "party"}
    models["party"] = make_pipeline(DictVectorizer(), LogisticRegression(max_iter=500))
    return {name: Constant(seen[name][1]) if len(set(seen[name][1])) < 2 else model.fit(*seen[name]) for name, model in models.items()}


class Constant:
    """A classifier of a slot that the train split has one value for, or none."""

    def __init__(self, labels: list[str]) -> None:
        self.labels = labels[:1] or ["none"]

    def predict(self, rows: list[Any]) -> list[str]:
        return self.labels * len(rows)

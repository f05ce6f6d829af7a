"""Baseline for stances: words that name an act, and who stands around them.

python examples/baselines/stances_linear.py dist/pinta dist/predictions/requests dist/predictions/linear

Adds stances to documents that have entities (see entities_crf.py), in two steps. Every word with the stem of a cue of the train
split is classified: the act that it names, or none. For each cue that is left, classifiers of (cue, actor) say who holds the
stance and whom it is aimed at. A denial is aimed at a claim: what its sentence says behind the cue. Stances without a cue, and
those towards requests, are not found. `stances_given.py` measures something easier: the act where the parties are given.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import entities_crf as crf
from classifiers import Page, party
from entities_crf import Json
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

NONE, DENIAL = "none", "deny"
BOLD = 0.25  # best of 0.25, 0.35, 0.45 on the validation split and, with four parts by event, the train split
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
AFFIXES = (r"(?:nya|lah)$", r"(?:kan|an|i)$", r"^(?:me|di|ber|ter|pe)(?=\w{4})", r"^[^aeiou]+(?=\w{3})")


def stem(word: str) -> str:
    """What `menuduh`, `dituduhnya` and `tuduhan` share: no affixes, and not the first consonants, which a prefix changes."""
    word = word.lower()
    for affix in AFFIXES:
        word = re.sub(affix, "", word) if len(word) > 4 else word
    return word[:5]


def seen(text: str, found: list[re.Match[str]], n: int) -> Json:
    """What is seen of a word: its form, and two words on either side."""
    word = found[n].group().lower()
    near = {f"{shift} {found[n + shift].group().lower()}": 0.5 for shift in (-2, -1, 1, 2) if 0 <= n + shift < len(found)}
    return {f"word {word}": 1, f"stem {stem(word)}": 1, f"form {word[:2]}": 1, f"then {text[found[n].end()]}": 0.5, **near}


def candidates(text: str, stems: set[str]) -> Iterator[tuple[Json, Json]]:
    """Words that may be cues, and what is seen of them."""
    found = list(WORD.finditer(text))
    for n, word in enumerate(found):
        if stem(word.group()) in stems:
            yield {"start": word.start(), "end": word.end(), "quote": word.group()}, seen(text, found, n)


def told(article: Json) -> dict[int, list[Json]]:
    """The stances that have a cue, by the place of the cue."""
    found: defaultdict[int, list[Json]] = defaultdict(list)
    for stance in article["stances"]:
        if stance["cue"]:
            found[stance["cue"]["start"]].append(stance)
    return found


def train(articles: Iterable[Json]) -> dict[str, Any]:
    """Stems of cues, and classifiers of the act of a word and of the two parties of a cue."""
    rows: defaultdict[str, list[tuple[Json, Any]]] = defaultdict(list)
    known = [(article, told(article)) for article in articles]
    stems = {stem(stance["cue"]["quote"]) for _, found in known for own in found.values() for stance in own}
    for article, found in known:
        page = Page(article["text"], article)
        for word, features in candidates(article["text"], stems):
            rows["act"].append((features, found[word["start"]][0]["act"] if word["start"] in found else NONE))
        for own in found.values():
            for id_, (entity, mentions) in page.actors.items():
                features = party(page, own[0]["cue"], entity, mentions)
                for role in ("holder", "target"):
                    rows[role].append((features, any(stance[role] == id_ for stance in own)))
    models = {name: make_pipeline(DictVectorizer(), LogisticRegression(C=5 if name == "act" else 0.3, max_iter=500)) for name in rows}
    return {"stems": stems, **{name: model.fit(*zip(*rows[name], strict=True)) for name, model in models.items()}}


def cues(page: Page, models: dict[str, Any]) -> Iterator[tuple[Json, str]]:
    """Words that name an act, with the act."""
    acts = list(models["act"].classes_)
    for word, features in candidates(page.text, models["stems"]):
        chances = dict(zip(acts, models["act"].predict_proba([features])[0], strict=True))
        if chances.pop(NONE, 0.0) <= 1 - BOLD:
            yield word, max(chances, key=chances.__getitem__)


def parties(page: Page, cue: Json, models: dict[str, Any]) -> tuple[str, str] | None:
    """The likeliest holder and target, who are not the same."""
    rows = {id_: party(page, cue, entity, mentions) for id_, (entity, mentions) in page.actors.items()}
    if len(rows) < 2:
        return None
    odds = {role: dict(zip(rows, models[role].decision_function(list(rows.values())), strict=True)) for role in ("holder", "target")}
    return max(permutations(rows, 2), key=lambda pair: odds["holder"][pair[0]] + odds["target"][pair[1]])


def add_stances(body: Json, text: str, models: dict[str, Any]) -> Json:
    """The document with stances and the claims that are denied; the same act of the same parties is told once."""
    page, claims = Page(text, body), list[Json]()
    made: dict[tuple[str, str, str], Json] = {}
    for cue, act in cues(page, models):
        who = parties(page, cue, models)
        start, end = page.sentences[page.sentence(cue["start"])]
        if not who:
            continue
        holder, target = who
        if act == DENIAL:
            target = f"c{len(claims) + 1}"
            claims.append(
                {"id": target, "start": cue["end"], "end": end, "quote": text[cue["end"] : end], "author": None, "kind": "assertion"}
            )
        blank = {"voiced_by": None, "explicitness": "explicit", "negated": False, "attribution": []}
        stance = {
            "holder": holder,
            "target": target,
            "act": act,
            "cue": cue,
            "evidence": [{"start": start, "end": end, "quote": text[start:end]}],
        }
        made.setdefault((holder, target, act), {**stance, **blank})
    return {**body, "claims": claims, "stances": [{"id": f"s{n}", **stance} for n, stance in enumerate(made.values(), 1)]}


def predict(build: str, documents: Iterable[Json], split: str = "test") -> list[Json]:
    """The documents with stances in them."""
    articles = crf.load(build, "articles")
    models, texts = train(articles["train"]), {article["id"]: article["text"] for article in articles[split]}
    return [add_stances(body, texts[body["article"]], models) for body in documents]


if __name__ == "__main__":
    crf.write(predict(sys.argv[1], crf.read(Path(sys.argv[2]))), Path(sys.argv[3]))

"""Baseline for stances: a linear classifier of a sentence in which the holder and the target are marked.

python examples/baselines/stances_linear.py dist/pinta dist/predictions/requests dist/predictions/linear

A candidate is an ordered pair of actors and a sentence that names both; pairs without a stance (`pinta.negative_pairs`)
are the negatives. Adds stances between actors to documents that have entities (see entities_crf.py). `given_pairs`
measures something easier: act and polarity where holder, target and evidence are given by the config `stances`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import entities_crf as crf
import numpy as np
from classifiers import SCHEMA, Page, words
from datasets import Dataset
from entities_crf import Json

from pinta import negative_pairs
from pinta.quality.intervals import resamples

NONE = "none"
BOLD = 0.25  # best on the validation split: stances are rare among pairs


def marked(page: Page, sentence: int, holder: str, target: str) -> str:
    """A sentence with its actors as the words HOLDER, TARGET and OTHER; what stands between the two is told apart."""
    low, high = page.sentences[sentence]
    text, order = page.text[low:high], []
    hits = [(m["start"], m["end"], id_) for id_, (_, ms) in page.actors.items() for m in ms if low <= m["start"] and m["end"] <= high]
    for start, end, id_ in sorted(hits, reverse=True):
        name = "HOLDER" if id_ == holder else "TARGET" if id_ == target else "OTHER"
        order.insert(0, name)
        text = f"{text[: start - low]} {name} {text[end - low :]}"
    first, _, rest = text.partition("HOLDER")
    behind = rest.partition("TARGET")[0] if "TARGET" in rest else first.rpartition("TARGET")[2]
    return f"{text} {'_'.join(order)} {' '.join(f'between_{word}' for word in behind.split())}"


def shared(page: Page, holder: str, target: str) -> list[int]:
    """The sentences that name both actors."""
    named = [{page.sentence(m["start"]) for m in page.actors[id_][1]} if id_ in page.actors else set() for id_ in (holder, target)]
    return sorted(named[0] & named[1])


def examples(article: Json, actors: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Marked sentences with the act, or none."""
    page = Page(article["text"], article)
    for stance in article["stances"]:
        told = {page.sentence(at) for span in told_in(stance) for at in (span["start"], span["end"] - 1)}
        for sentence in told.intersection(shared(page, stance["holder"], stance["target"])):
            yield marked(page, sentence, stance["holder"], stance["target"]), stance["act"]
    for holder, target in negative_pairs(article, actors):
        yield from ((marked(page, sentence, holder, target), NONE) for sentence in shared(page, holder, target))


def told_in(stance: Json) -> list[Json]:
    """The evidence of a stance, with its cue."""
    return [*stance["evidence"], *([stance["cue"]] if stance["cue"] else [])]


def stances(page: Page, model: Any) -> Iterator[Json]:
    """The likeliest act of every pair of actors for which some sentence makes none likely enough not to be the case."""
    candidates = [(*pair, n) for pair in permutations(page.actors, 2) for n in shared(page, *pair)]
    if not candidates or NONE not in model.classes_:
        return
    acts, none = list(model.classes_), list(model.classes_).index(NONE)
    best: dict[tuple[str, str], tuple[float, str, int]] = {}
    chances = model.predict_proba([marked(page, n, holder, target) for holder, target, n in candidates])
    for (holder, target, n), row in zip(candidates, chances, strict=True):
        at = max((at for at in range(len(acts)) if at != none), key=row.__getitem__)
        if 1 - row[none] > BOLD:
            best[holder, target] = max(best.get((holder, target), (0.0, "", 0)), (float(row[at]), acts[at], n))
    for number, ((holder, target), (_, act, n)) in enumerate(best.items(), 1):
        start, end = page.sentences[n]
        evidence = [{"start": start, "end": end, "quote": page.text[start:end]}]
        blank = {"voiced_by": None, "explicitness": "implied", "negated": False, "cue": None, "attribution": []}
        yield {"id": f"s{number}", "holder": holder, "target": target, "act": act, "evidence": evidence, **blank}


def predict(build: str, documents: Iterable[Json]) -> list[Json]:
    """The documents of the test split with stances in them."""
    articles = crf.load(build, "articles")
    actors = SCHEMA["entity_type"].where("actor")
    found = [example for article in articles["train"] for example in examples(article, actors)]
    model = words(1, 3, "word")
    model.fit([text for text, _ in found], [act for _, act in found])
    texts = {article["id"]: article["text"] for article in articles["test"]}
    return [{**body, "stances": list(stances(Page(texts[body["article"]], body), model))} for body in documents]


def given(row: Json) -> str:
    """The evidence with the names of holder and target, where they stand in it, as marks."""
    text = row["context"].replace(row["holder_name"], " HOLDER ").replace(row["target_name"], " TARGET ")
    return f"{text} TYPE{row['holder_type']} KIND{row['target_kind']}"


def given_pairs(build: str) -> Json:
    """Accuracy and macro F1 of act and polarity on the test split, with 95 % intervals over articles."""
    data, found = crf.load(build, "stances"), {}
    for column in ("act", "polarity"):
        model = words(1, 2, "word").fit([given(row) for row in data["train"]], data["train"][column][:])
        right = np.array(data["test"][column][:])
        found[column] = measured(data["test"], right, np.asarray(model.predict([given(row) for row in data["test"]])))
        common = np.bincount(data["train"][column][:]).argmax()
        found[f"{column}_majority"] = measured(data["test"], right, np.full(len(right), common))
    return found


def macro_f1(right: Any, predicted: Any) -> float:
    """Mean F1 of the labels that either side has; the same as scikit-learn's, fast enough for a thousand resamples."""
    size = int(max(right.max(), predicted.max())) + 1
    both, gold, found = (np.bincount(codes, minlength=size) for codes in (right[right == predicted], right, predicted))
    used = gold + found > 0
    return float(np.mean(2 * both[used] / (gold + found)[used]))


def measured(rows: Dataset, right: Any, predicted: Any) -> Json:
    """Accuracy and macro F1 with intervals; articles are drawn, as units of one article depend on each other."""
    names, codes = np.unique(rows["article"][:], return_inverse=True)
    drawn = [np.repeat(np.arange(len(right)), times[codes].astype(int)) for times in resamples(len(names))]
    statistics = {
        "accuracy": lambda at: float(np.mean(right[at] == predicted[at])),
        "macro_f1": lambda at: macro_f1(right[at], predicted[at]),
    }
    made: Json = {"n": len(right)}
    for name, statistic in statistics.items():
        low, high = np.percentile([statistic(at) for at in drawn if len(at)], (2.5, 97.5))
        made[name] = {key: round(float(x), 4) for key, x in (("value", statistic(np.arange(len(right)))), ("low", low), ("high", high))}
    return made


if __name__ == "__main__":
    crf.write(predict(sys.argv[1], crf.read(Path(sys.argv[2]))), Path(sys.argv[3]))

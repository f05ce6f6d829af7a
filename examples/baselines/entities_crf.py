"""Baseline for names and units: one conditional random field for each layer of tags of the config `entities`.

python examples/baselines/entities_crf.py dist/pinta dist/predictions/crf

Trains on the train split and writes an annotation document for every text of the test split, with mentions and with
entities: mentions of one type and one name are one entity, persons go by their last word, Wikidata items and country
codes are those that the train split has for the form. `pinta score dist/pinta dist/predictions/crf --split test`.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

from datasets import Dataset, DatasetDict, load_dataset
from sklearn_crfsuite import CRF

Json: TypeAlias = dict[str, Any]
Found: TypeAlias = tuple[int, int, str]
SENTENCE_ENDS = frozenset(".!?")


def load(build: str, config: str) -> DatasetDict:
    """All splits of a config of a built folder."""
    return load_dataset(str(Path(build).resolve()), config)


def shape(word: str) -> str:
    """How a word is written: X all capitals, Xx with a capital, d digits, x otherwise."""
    return "X" if word.isupper() else "Xx" if word[:1].isupper() else "d" if word.isdigit() else "x"


def features(tokens: list[str], at: int) -> Json:
    """What is seen of a token: its form, its shape, and its neighbours; beyond an edge stand empty words."""
    near = [tokens[n] if 0 <= n < len(tokens) else "" for n in range(at - 2, at + 3)]
    seen: Json = {"bias": 1.0, f"behind={near[1].lower()} {shape(near[2])}": True}
    seen |= {f"suffix={near[2][-n:].lower()}": True for n in (2, 4, 5)}
    for shift, word in enumerate(near, -2):
        seen |= {f"{shift}:word={word.lower()}": True, f"{shift}:shape={shape(word)}": True}
        if abs(shift) < 2:
            seen |= {f"{shift}:prefix={word[:3].lower()}": True, f"{shift}:suffix={word[-3:].lower()}": True}
    return seen


def pieces(row: Json) -> list[tuple[int, int]]:
    """The tokens of a text in runs that end with a sentence: a chain is no longer than it need be."""
    cuts = [n + 1 for n, token in enumerate(row["tokens"]) if token in SENTENCE_ENDS]
    edges = [0, *cuts, len(row["tokens"])]
    return [(a, b) for a, b in pairwise(edges) if b > a]


def observations(row: Json) -> list[list[Json]]:
    """One list of features for each piece of a text."""
    return [[features(row["tokens"][a:b], n) for n in range(b - a)] for a, b in pieces(row)]


def train(rows: Dataset, layer: str, iterations: int = 60) -> CRF:
    """A tagger of one layer (`tags` or `unit_tags`)."""
    names = rows.features[layer].feature.names
    seen, tags = [], []
    for row in rows:
        seen += observations(row)
        tags += [[names[tag] for tag in row[layer][a:b]] for a, b in pieces(row)]
    crf = CRF(algorithm="lbfgs", c1=0.1, c2=0.01, max_iterations=iterations)
    crf.fit(seen, tags)
    return crf


def decide(chances: dict[str, float], bold: float) -> str:
    """The likeliest tag other than O, where O is no likelier than 1 - `bold`; O else."""
    best = max((tag for tag in chances if tag != "O"), key=chances.__getitem__, default="O")
    return best if 1 - chances.get("O", 0.0) >= bold else "O"


def spans(crf: CRF, row: Json, bold: float = 0.5) -> list[Found]:
    """Start, end and label of what a tagger finds in a text, in code points; the lower `bold`, the more it finds."""
    found: list[Found] = []
    for (a, b), marginals in zip(pieces(row), crf.predict_marginals(observations(row)), strict=True):
        last, tags = "O", [decide(chances, bold) for chances in marginals]
        for at, tag in zip(range(a, b), tags, strict=True):
            edge, _, label = tag.partition("-")
            if edge == "I" and last.partition("-")[2] == label:
                found[-1] = (found[-1][0], row["ends"][at], label)
            elif edge != "O":
                found.append((row["starts"][at], row["ends"][at], label))
            last = tag
    return found


def links(articles: Iterable[Json]) -> dict[tuple[str, str], Json]:
    """For a type and a form, the name, the Wikidata item and the country code that the train split has most often."""
    seen: defaultdict[tuple[str, str], Counter[tuple[str, str | None, str | None]]] = defaultdict(Counter)
    for article in articles:
        quotes = {mention["id"]: mention["quote"] for mention in article["mentions"]}
        for entity in article["entities"]:
            for id_ in entity["mentions"]:
                seen[entity["type"], quotes[id_]][entity["name"], entity["wikidata"], entity["iso3"]] += 1
    return {key: dict(zip(("name", "wikidata", "iso3"), counts.most_common(1)[0][0], strict=True)) for key, counts in seen.items()}


def document(article: Json, found: list[Found], known: dict[tuple[str, str], Json]) -> Json:
    """An annotation document with mentions and entities."""
    entities: dict[tuple[str, str], Json] = {}
    mentions = []
    for n, (start, end, type_) in enumerate(found, 1):
        quote = article["text"][start:end]
        link = known.get((type_, quote), {"name": quote, "wikidata": None, "iso3": None})
        key = (type_, link["name"].split()[-1] if type_ == "person" else link["name"])
        entity = entities.setdefault(key, {"id": f"e{len(entities) + 1}", "type": type_, **link, "mentions": []})
        entity["mentions"].append(f"m{n}")
        mentions.append({"id": f"m{n}", "start": start, "end": end, "quote": quote, "type": type_, "metonym": False})
    return {
        "article": article["id"],
        "text_sha256": article["text_sha256"],
        "annotator": {"id": "baseline", "kind": "rules", "guidelines": "0", "date": "1970-01-01"},
        "mentions": mentions,
        "entities": list(entities.values()),
        **{layer: [] for layer in ("claims", "stances", "requests")},
    }


def write(documents: Iterable[Json], out: Path) -> None:
    """Documents as files that `pinta score` reads."""
    for body in documents:
        path = out / f"{body['article']}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(body, ensure_ascii=False, indent=1), "utf-8")


def read(folder: Path) -> list[Json]:
    """The documents of a folder."""
    return [json.loads(path.read_bytes()) for path in sorted(folder.rglob("*.json"))]


def predict(build: str, split: str = "test") -> list[Json]:
    """Documents of a split."""
    articles, tokens = load(build, "articles"), load(build, "entities")
    crf, known = train(tokens["train"], "tags"), links(articles["train"])
    return [document(article, spans(crf, row), known) for article, row in zip(articles[split], tokens[split], strict=True)]


if __name__ == "__main__":
    write(predict(sys.argv[1]), Path(sys.argv[2]))

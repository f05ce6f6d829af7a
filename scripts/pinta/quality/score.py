"""The official scores of predictions against gold annotations.

Every figure comes from counts per article (`counts`), so that micro averages, intervals and the comparison of two
systems rest on the same numbers. Alignments are those of `align`: entities by their mentions, requests one-to-one and
optimal. A gold article without a prediction counts as one in which nothing was found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..corpus.documents import read_json
from ..corpus.layout import Corpus
from ..diagnostics import PintaError
from ..schema.labels import Schema
from ..store.model import open_store
from ..store.packing import sound_records
from . import intervals
from .align import Alignment, Json
from .counts import Counts, count
from .differences import Difference, differences
from .inputs import LAYERS, Annotated, read_annotations
from .intervals import RESAMPLES, SEED, Array, Figure, figure
from .slots import MARKS

TRIPLES = {
    "mentions_exact": "mentions, span and type",
    "mentions_overlap": "mentions, overlap and type",
    "entities_ceaf_all": "entities, CEAFe",
    "entities_ceaf": "entities over found mentions, CEAFe",
    "links_wikidata": "mentions linked to a Wikidata item",
    "links_iso3": "mentions linked to a country code",
    "items_exact": "items, span",
    "items_overlap": "items, overlap",
    "items_typed": "items, span, kind and category",
    "quantities_exact": "quantities, span",
    "quantities_overlap": "quantities, overlap",
    "specifications_exact": "specifications, span and attribute",
    "specifications_overlap": "specifications, overlap and attribute",
    "claims_overlap": "claims, overlap",
    "stance_pairs": "stances as holder and target",
    "stances": "stances as holder, target and act",
    "request_parties": "requests as requester and supplier",
    "slots": "request slots",
    "slots_partial": "request slots, partial at half",
}
SHARES = {
    "request_count": "requests per article, right number",
    "link_wikidata": "Wikidata item of aligned entities",
    "link_iso3": "country code of aligned entities",
    "stances_reversed": "predicted stances with holder and target exchanged",
    "attribution_exact_told": "chains of attribution of aligned units",
}
LABELLED = ("mentions_exact", "mentions_overlap", "specifications_exact", "stances", "slots")
MACRO = ("mentions_exact", "mentions_overlap", "stances")
GIVEN = {
    "stance_act": "act of stances whose holder and target are right",
    "item_kind": "kind of overlapping items",
    "item_category": "category of overlapping items",
}


@dataclass(frozen=True, slots=True)
class Scored:
    """One gold article with what was predicted for it."""

    article: str
    text: str | None
    gold: Json
    predicted: Json


def articles_of(corpus: Corpus, split: str) -> frozenset[str]:
    """The articles of a split of the corpus."""
    events = (event for event in corpus.events() if read_json(corpus, corpus.event_path(event)).body.get("split") == split)
    return frozenset(article for event in events for article in corpus.articles(event))


def articles_of_store(where: Path | str, split: str) -> frozenset[str]:
    """The articles of a split of a store."""
    events = ((record.id, record.event) for record in sound_records(open_store(where)))
    return frozenset(id_ for id_, event in events if isinstance(event, dict) and event.get("split") == split)


def read_pairs(
    gold: Path | str, predictions: Path | str, schema: Schema, split: str | None = None, only: frozenset[str] | None = None
) -> tuple[list[Scored], list[str]]:
    """Gold articles with their predictions, and those for which there is none.

    Args:
        split: the split to read, of built datasets.
        only: the articles to score; others do not count on either side.

    Raises:
        PintaError: a prediction is of an article that gold does not have, or of another version of its text.
    """
    known, found = (read_annotations(path, schema, split) for path in (gold, predictions))
    if only is not None:
        known, found = ({key: one for key, one in side.items() if key in only} for side in (known, found))
    unknown = sorted(found.keys() - known.keys())
    if unknown:
        raise PintaError(f"{predictions} has predictions on {len(unknown)} texts that {gold} does not have: {_some(unknown)}.")
    changed = sorted(key for key, one in found.items() if one.annotation["text_sha256"] not in (None, known[key].annotation["text_sha256"]))
    if changed:
        raise PintaError(f"{predictions} has predictions on another version of {len(changed)} texts: {_some(changed)}.")
    pairs = [_scored(one, found.get(article)) for article, one in sorted(known.items())]
    return pairs, sorted(known.keys() - found.keys())


def _scored(gold: Annotated, predicted: Annotated | None) -> Scored:
    return Scored(gold.article, gold.text, gold.annotation, predicted.annotation if predicted else {layer: [] for layer in LAYERS})


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def all_counts(pairs: Sequence[Scored]) -> list[Counts]:
    """Counts of every article."""
    return [count(Alignment(pair.gold, pair.predicted)) for pair in pairs]


def score(pairs: Sequence[Scored]) -> dict[str, Any]:
    """All scores of a system.

    ``measures``: precision, recall and F1 with intervals; ``macro``: mean F1 of the labels; ``labels``: by label;
    ``shares``: parts of wholes; ``slots``: MUC marks by slot.
    """
    counts = all_counts(pairs)
    return {
        "articles": len(pairs),
        "interval": {"level": 0.95, "resamples": RESAMPLES, "seed": SEED, "over": "articles"},
        "measures": {name: {"title": title, **prf(counts, name)} for name, title in TRIPLES.items()} | {"b_cubed": _b_cubed(counts)},
        "macro": {name: macro(counts, name).as_json() for name in MACRO},
        "labels": {name: {label: prf(counts, f"{name}/{label}") for label in labels_of(counts, name)} for name in LABELLED},
        "shares": {name: {"title": title, **_share(counts, name).as_json()} for name, title in SHARES.items()} | _given(counts),
        "slots": muc_table(counts),
    }


def _triples(counts: Sequence[Counts], name: str) -> Array:
    return np.array([c.triples.get(name, (0.0, 0.0, 0.0)) for c in counts], dtype=np.float64).reshape(-1, 3)


def prf(counts: Sequence[Counts], name: str) -> dict[str, Any]:
    """Precision, recall and F1 of a measure, each with its interval; ``gold`` and ``predicted`` are numbers of units."""
    rows = _triples(counts, name)
    found, gold, predicted = rows.sum(axis=0)
    made = {
        key: figure(rows, statistic, 0).as_json()
        for key, statistic in (("p", intervals.precision), ("r", intervals.recall), ("f1", intervals.f1))
    }
    for values in made.values():
        values.pop("n")
    return {**made, "right": round(float(found), 4), "gold": int(gold), "predicted": int(predicted)}


def labels_of(counts: Sequence[Counts], name: str) -> list[str]:
    """The labels that a measure has figures for."""
    return sorted({key.partition("/")[2] for c in counts for key in c.triples if key.startswith(f"{name}/")})


def macro(counts: Sequence[Counts], name: str) -> Figure:
    """Mean F1 of the labels that gold or predictions have; ``n`` is their number."""
    labels = labels_of(counts, name)
    if not labels:
        return Figure(None, None, None, 0)
    rows = np.stack([_triples(counts, f"{name}/{label}") for label in labels], axis=1)
    return figure(rows, _mean_f1, len(labels))


def _mean_f1(rows: Array) -> Array:
    found = intervals.f1(rows)
    defined = ~np.isnan(found)
    return intervals.divide(np.where(defined, found, 0.0).sum(axis=-1), defined.sum(axis=-1).astype(np.float64))


def _b_cubed(counts: Sequence[Counts]) -> dict[str, Any]:
    rows = np.array([c.clusters for c in counts], dtype=np.float64).reshape(-1, 3)
    kinds: dict[str, Callable[[Array], Array]] = {
        "p": lambda c: intervals.divide(c[..., 0], c[..., 2]),
        "r": lambda c: intervals.divide(c[..., 1], c[..., 2]),
        "f1": intervals.b_cubed,
    }
    made: dict[str, Any] = {
        key: {k: v for k, v in figure(rows, statistic, 0).as_json().items() if k != "n"} for key, statistic in kinds.items()
    }
    mentions = int(rows[:, 2].sum())
    return {"title": "entities over found mentions, B³", **made, "right": mentions, "gold": mentions, "predicted": mentions}


def _share(counts: Sequence[Counts], name: str) -> Figure:
    rows = [c.shares.get(name, (0.0, 0.0)) for c in counts]
    return figure(rows, intervals.share, int(sum(whole for _, whole in rows)))


def _given(counts: Sequence[Counts]) -> dict[str, Any]:
    """How often a label is right where the unit is given."""
    made = {}
    for name, title in GIVEN.items():
        rows = [(float(sum(x == y for x, y in c.codes[name])), float(len(c.codes[name]))) for c in counts]
        made[name] = {"title": title, **figure(rows, intervals.share, int(sum(n for _, n in rows))).as_json()}
    return made


def muc_table(counts: Sequence[Counts]) -> dict[str, dict[str, int]]:
    """Marks by slot, and over all: correct, partial, incorrect, spurious, missing."""
    total: Counter[tuple[str, str]] = sum((c.marks for c in counts), Counter())
    slots = sorted({slot for slot, _ in total})
    table = {slot: {mark: total[slot, mark] for mark in MARKS} for slot in slots}
    table["all"] = {mark: sum(row[mark] for row in table.values()) for mark in MARKS}
    return table


def compare(one: Sequence[Scored], other: Sequence[Scored]) -> dict[str, Any]:
    """Whether two systems differ: differences of F1 under a paired bootstrap over articles (Koehn 2004).

    ``p`` is twice the smaller part of the resamples on either side of zero, two-sided; ties count for both sides.
    """
    if [pair.article for pair in one] != [pair.article for pair in other]:
        raise PintaError("The two systems were not scored on the same articles.")
    counts = all_counts(one), all_counts(other)
    return {name: {"title": title, **_difference(*(_triples(side, name) for side in counts))} for name, title in TRIPLES.items()}


def _difference(one: Array, other: Array) -> dict[str, Any]:
    values = [float(intervals.f1(rows.sum(axis=0))) if len(rows) else float("nan") for rows in (one, other)]
    drawn = intervals.f1(intervals.sums(one)) - intervals.f1(intervals.sums(other))
    kept = drawn[~np.isnan(drawn)]
    low, high = intervals.interval(drawn)
    tail = min(int((kept <= 0).sum()), int((kept >= 0).sum())) + 1
    p = min(1.0, 2 * tail / (len(kept) + 1)) if len(kept) else None
    names = ("f1", "other_f1", "difference", "low", "high", "p")
    found: tuple[float | None, ...] = (*values, values[0] - values[1], low, high, p)
    return {name: None if value is None or np.isnan(value) else round(value, 4) for name, value in zip(names, found, strict=True)}


def errors(pairs: Sequence[Scored]) -> Iterator[Difference]:
    """Every error with its words; side a is gold, side b the prediction."""
    for pair in pairs:
        yield from differences(Alignment(pair.gold, pair.predicted), pair.article, pair.text)


def texts(pairs: Sequence[Scored], read: Callable[[str], str | None]) -> list[Scored]:
    """The same with texts, where the gold source holds none."""
    return [pair if pair.text else Scored(pair.article, read(pair.article), pair.gold, pair.predicted) for pair in pairs]

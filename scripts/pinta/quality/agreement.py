"""Agreement of two independent passes, before anything is adjudicated.

Chance-corrected agreement (Krippendorff's α) where the units are given: labels of units that both passes have. F1, with
one pass as the reference, where finding the units is the task: there chance agreement is next to nothing and F1 is its
limit (Hripcsak & Rothschild 2005). Intervals: bootstrap over articles, 95 %.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..corpus.documents import read_passes
from ..corpus.layout import Corpus
from ..diagnostics import PintaError
from ..files import write_whole
from ..jsontext import dumps
from . import intervals
from .align import Alignment, Json
from .counts import Counts, count
from .differences import Difference, differences
from .intervals import RESAMPLES, SEED, Figure, alpha_figure, figure

PILOT = ("pilot-a", "pilot-b")
"""The folders of the passes of the pilot."""


def agreement_path(corpus: Corpus) -> Path:
    """Where the figures are kept; `pinta build` reads them from there."""
    return corpus.root / "annotations" / "agreement.json"


def pilot_path(corpus: Corpus) -> Path:
    """The list of the articles of the pilot."""
    return corpus.root / "annotations" / "pilot.txt"


def listed(path: Path) -> list[str]:
    """Article ids in a file, one a line; empty lines and those that begin with # do not count."""
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


@dataclass(frozen=True, slots=True)
class Passes:
    """One article with its two passes; ``text`` is None where it is not included."""

    article: str
    text: str | None
    a: Json
    b: Json


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the report: how it is called, how it is computed, from which counts, and what the project aims at."""

    name: str
    title: str
    kind: str
    aim: float | None = None


MEASURES = (
    Measure("mentions_exact", "mentions, span and type, F1", "f1", 0.93),
    Measure("mentions_overlap", "mentions, overlap and type, F1", "f1", 0.96),
    Measure("entity_type", "entity type of equal spans, α", "alpha"),
    Measure("metonym", "metonym of equal spans, α", "alpha"),
    Measure("b_cubed", "entities over equal mentions, B³ F1", "b_cubed", 0.9),
    Measure("entities_ceaf", "entities over equal mentions, CEAFe F1", "f1"),
    Measure("link_wikidata", "Wikidata item, where one pass gives one", "share"),
    Measure("link_wikidata_both", "Wikidata item, where both give one", "share", 0.97),
    Measure("link_iso3", "country code, where one pass gives one", "share", 0.97),
    Measure("items_exact", "item spans, F1", "f1", 0.9),
    Measure("items_overlap", "item spans, overlap, F1", "f1", 0.96),
    Measure("quantities_exact", "quantity spans, F1", "f1", 0.9),
    Measure("quantities_overlap", "quantity spans, overlap, F1", "f1", 0.96),
    Measure("specifications_exact", "specification spans and attribute, F1", "f1", 0.9),
    Measure("specifications_overlap", "specification spans and attribute, overlap, F1", "f1", 0.96),
    Measure("item_kind", "item kind, α", "alpha", 0.85),
    Measure("item_category", "item category, α", "alpha", 0.85),
    Measure("quantity_value", "number of a quantity, equal", "share"),
    Measure("comparator", "comparator of a quantity, α", "alpha"),
    Measure("unit", "unit of a quantity, α", "alpha"),
    Measure("request_count", "requests per article, equal", "share", 0.95),
    Measure("request_count_alpha", "requests per article, ordinal α", "ordinal"),
    Measure("request_parties", "requests as requester and supplier, F1", "f1"),
    Measure("request_channel", "channel, α", "alpha", 0.85),
    Measure("request_status", "status, α", "alpha", 0.85),
    Measure("realis", "realis, α", "alpha"),
    Measure("purpose", "purpose, α", "alpha"),
    Measure("slots", "request slots, F1", "f1", 0.87),
    Measure("slots_partial", "request slots, partial at half, F1", "f1"),
    Measure("attribution_exact", "chains of attribution, equal", "share", 0.9),
    Measure("attribution_exact_told", "chains of attribution, equal, where one pass has one", "share"),
    Measure("claims_overlap", "claim spans, overlap, F1", "f1"),
    Measure("claim_kind", "claim kind, α", "alpha"),
    Measure("stance_pairs", "stances as holder and target, F1", "f1"),
    Measure("stances", "stances as holder, target and act, F1", "f1", 0.72),
    Measure("stance_act", "stance act of the same holder and target, α", "alpha", 0.8),
    Measure("explicitness", "explicitness of the same holder and target, α", "alpha"),
    Measure("negated", "negation of the same holder and target, α", "alpha"),
)
"""All measures in order. Aims: what an excellent corpus of the kind reaches, by the survey behind issue 3."""

LABELLED_F1 = ("mentions_exact", "mentions_overlap", "specifications_exact", "slots", "stances")
LABEL_SETS = (
    "entity_type",
    "item_kind",
    "item_category",
    "request_channel",
    "request_status",
    "realis",
    "purpose",
    "stance_act",
    "explicitness",
    "claim_kind",
    "comparator",
    "unit",
)


def read_pairs(corpus: Corpus, passes: tuple[str, str] = ("a", "b"), only: Iterable[str] | None = None) -> list[Passes]:
    """The articles that both passes have, in order.

    Raises:
        PintaError: a pass cannot be read, was made on another text, or one article lacks a pass.
    """
    found = [{document.id: document for document in read_passes(corpus, name)} for name in passes]
    missing = set(found[0]) ^ set(found[1]) if only is None else set(only) - (found[0].keys() & found[1].keys())
    if missing:
        raise PintaError(f"Not annotated in both {passes[0]} and {passes[1]}: {', '.join(sorted(missing))}.")
    pairs = []
    for article in sorted(found[0] if only is None else set(only)):
        documents = [side[article] for side in found]
        bodies = [document.annotation.body if document.annotation else {} for document in documents]
        for document, body in zip(documents, bodies, strict=True):
            if body.get("text_sha256") != document.article.body.get("text_sha256"):
                path = document.annotation.path if document.annotation else article
                raise PintaError(f"{path}: not an annotation of the text as it is; run `pinta check`.")
        pairs.append(Passes(article, documents[0].text, *bodies))
    if not pairs:
        raise PintaError(f"There are no articles in annotations/passes/{passes[0]} and annotations/passes/{passes[1]}.")
    return pairs


def all_differences(pairs: Iterable[Passes]) -> Iterator[Difference]:
    """Every difference of some articles, with its words."""
    for pair in pairs:
        yield from differences(Alignment(pair.a, pair.b), pair.article, pair.text)


def full_report(corpus: Corpus, passes: tuple[str, str] = ("a", "b"), plot: str | None = None) -> dict[str, Any]:
    """What the corpus keeps: the figures of all articles, and two others beside them.

    ``after_pilot``: without the articles of the pilot (annotations/pilot.txt), from which the guidelines learned. ``pilot``:
    the pilot's own passes (annotations/passes/pilot-a and pilot-b), as they were. ``plot`` names a picture of ``all``.
    """
    pairs = read_pairs(corpus, passes)
    report: dict[str, Any] = {"passes": list(passes), "plot": plot, "all": measure(pairs)}
    if pilot_path(corpus).exists():
        pilot = set(listed(pilot_path(corpus)))
        report["after_pilot"] = measure([pair for pair in pairs if pair.article not in pilot])
    if all((corpus.passes_folder / name).is_dir() for name in PILOT):
        report["pilot"] = measure(read_pairs(corpus, PILOT))
    return report


def write(corpus: Corpus, passes: tuple[str, str] = ("a", "b"), plot: str | None = None) -> dict[str, Any]:
    """Write annotations/agreement.json whole, and give back what it holds."""
    report = full_report(corpus, passes, plot)
    write_whole(agreement_path(corpus), dumps(report))
    return report


def stale(corpus: Corpus) -> bool:
    """Whether the passes have other figures than annotations/agreement.json tells."""
    path = agreement_path(corpus)
    kept = json.loads(path.read_bytes())
    return dumps(full_report(corpus, tuple(kept["passes"]), kept["plot"])) != path.read_bytes()


def measure(pairs: Sequence[Passes]) -> dict[str, Any]:
    """All figures of some articles: measures with intervals, figures by label, confusions."""
    counts = [count(Alignment(pair.a, pair.b)) for pair in pairs]
    figures = {measure.name: _figure(measure, counts) for measure in MEASURES}
    return {
        "articles": len(pairs),
        "annotators": {side: sorted({f"{x['id']} ({x['kind']})" for x in annotators}) for side, annotators in _annotators(pairs).items()},
        "guidelines": sorted({x["guidelines"] for annotators in _annotators(pairs).values() for x in annotators}),
        "interval": {"level": 0.95, "resamples": RESAMPLES, "seed": SEED, "over": "articles"},
        "measures": {measure.name: {"title": measure.title, **figures[measure.name].as_json(), "aim": measure.aim} for measure in MEASURES},
        "labels": {name: by_label(name, counts) for name in (*LABELLED_F1, *LABEL_SETS)},
        "confusions": {name: confusions(counts, name) for name in LABEL_SETS},
    }


def _annotators(pairs: Sequence[Passes]) -> dict[str, list[Json]]:
    return {"a": [pair.a["annotator"] for pair in pairs], "b": [pair.b["annotator"] for pair in pairs]}


def _figure(wanted: Measure, counts: Sequence[Counts]) -> Figure:
    if wanted.kind == "ordinal":
        return alpha_figure([c.codes["request_count"] for c in counts], "ordinal")
    if wanted.kind == "alpha":
        return alpha_figure([c.codes[wanted.name] for c in counts])
    if wanted.kind == "b_cubed":
        return figure([c.clusters for c in counts], intervals.b_cubed, int(sum(c.clusters[2] for c in counts)))
    if wanted.kind == "share":
        shares = [c.shares.get(wanted.name, (0.0, 0.0)) for c in counts]
        return figure(shares, intervals.share, int(sum(whole for _, whole in shares)))
    return triple_figure(wanted.name, counts)


def triple_figure(name: str, counts: Sequence[Counts]) -> Figure:
    """F1 of a measure; ``n`` is the number of units that either side has."""
    triples = [c.triples.get(name, (0.0, 0.0, 0.0)) for c in counts]
    both, a, b = (sum(column) for column in zip(*triples, strict=True)) if triples else (0, 0, 0)
    return figure(triples, intervals.f1, round(a + b - both))


def by_label(name: str, counts: Sequence[Counts]) -> dict[str, dict[str, Any]]:
    """F1 of every label of a measure; for labels of given units, specific agreement, which is the same formula."""
    if name in LABELLED_F1:
        labels = sorted({key.partition("/")[2] for c in counts for key in c.triples if key.startswith(f"{name}/")})
        return {label: triple_figure(f"{name}/{label}", counts).as_json() for label in labels}
    codes = [c.codes[name] for c in counts]
    labels = sorted({str(code) for article in codes for pair in article for code in pair})
    return {label: _specific(codes, label).as_json() for label in labels}


def _specific(codes: Sequence[Sequence[tuple[Any, Any]]], label: str) -> Figure:
    rows = [
        [sum(x == y == label for x, y in article), sum(x == label for x, _ in article), sum(y == label for _, y in article)]
        for article in codes
    ]
    return figure(rows, intervals.f1, sum(a + b - both for both, a, b in rows))


def confusions(counts: Sequence[Counts], name: str) -> list[tuple[str, str, int]]:
    """Labels that were taken for one another, most frequent first; which pass said which does not matter."""
    found = Counter(tuple(sorted(map(str, pair))) for c in counts for pair in c.codes[name] if pair[0] != pair[1])
    return [(one, other, n) for (one, other), n in sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))]

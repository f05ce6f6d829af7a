"""What other scorers say of the same thousands of random cases: nervaluate of spans, metametric of matchings and clusters."""

from __future__ import annotations

import random
from typing import Any

import pytest

from pinta.quality import clusters
from pinta.quality.align import Alignment, assign
from pinta.quality.counts import count

pytest.importorskip("scipy")

Json = dict[str, Any]
CASES = 2000
TYPES = ("state", "person", "place")
EMPTY: Json = {layer: [] for layer in ("mentions", "entities", "claims", "stances", "requests")}


def mentions(draw: random.Random) -> list[Json]:
    """Up to nine spans that do not overlap, as neither scorer lets one word be two names."""
    cuts = sorted(draw.sample(range(40), 2 * draw.randint(0, 9)))
    return [
        {"id": f"m{n}", "start": start, "end": end, "type": draw.choice(TYPES), "metonym": False}
        for n, (start, end) in enumerate(zip(cuts[::2], cuts[1::2], strict=True), 1)
    ]


def disturbed(found: list[Json], draw: random.Random) -> list[Json]:
    """The same with some left out, some of another type, and some cut short."""
    kept = [dict(mention) for mention in found if draw.random() < 0.8]
    for mention in kept:
        if draw.random() < 0.2:
            mention["type"] = draw.choice(TYPES)
        if draw.random() < 0.2 and mention["end"] - mention["start"] > 1:
            mention["end"] -= 1
    return kept


def test_mentions_are_counted_as_nervaluate_counts_them() -> None:
    nervaluate = pytest.importorskip("nervaluate")
    draw = random.Random(1)
    for _ in range(CASES // 2):
        gold = mentions(draw)
        predicted = disturbed(gold, draw) if draw.random() < 0.7 else mentions(draw)
        # its ends are the last places of spans: with ours, spans that only touch would overlap
        sides = [[[{"label": m["type"], "start": m["start"], "end": m["end"] - 1} for m in side]] for side in (gold, predicted)]
        found = nervaluate.Evaluator(*sides, tags=list(TYPES), loader="dict").evaluate()["overall"]["strict"]
        both = count(Alignment({**EMPTY, "mentions": gold}, {**EMPTY, "mentions": predicted})).triples["mentions_exact"]
        assert both == (found.correct, found.possible, found.actual)


def test_a_matching_is_worth_what_metametric_says() -> None:
    mm = pytest.importorskip("metametric.dsl")
    draw = random.Random(2)
    for _ in range(CASES):
        rows, columns = draw.randint(1, 6), draw.randint(1, 6)
        table = [[draw.choice([0, 0, draw.random(), 1, 2]) for _ in range(columns)] for _ in range(rows)]
        own = assign([{"n": n} for n in range(rows)], [{"n": n} for n in range(columns)], lambda x, y, t=table: t[x["n"]][y["n"]])
        metric = mm.set_matching[int, "<->"](mm.from_func(lambda x, y, t=table: t[x][y]))
        worth = sum(table[x["n"]][y["n"]] for x, y in own.pairs)
        assert worth == pytest.approx(metric.score(range(rows), range(columns)))


def partition(draw: random.Random) -> list[clusters.Cluster]:
    """Some of ten mentions, in up to four entities."""
    owner = {n: draw.randint(1, 4) for n in range(10) if draw.random() < 0.8}
    return [frozenset((n, n + 1, "state") for n, own in owner.items() if own == one) for one in sorted(set(owner.values()))]


def test_entities_score_what_metametric_says() -> None:
    coref = pytest.importorskip("metametric.metrics.coref")
    ie = pytest.importorskip("metametric.structures.ie")
    draw = random.Random(3)
    for _ in range(CASES):
        a, b = partition(draw), partition(draw)
        sides = [
            ie.EntitySet(entities=[ie.Entity(mentions=[ie.Mention(left=m[0], right=m[1]) for m in cluster]) for cluster in side])
            for side in (a, b)
        ]
        shared, own, other = clusters.ceaf_counts(a, b)
        assert shared == pytest.approx(coref.ceaf_phi4.score(*sides))
        assert (own, other) == (len(a), len(b))
